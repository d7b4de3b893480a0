"""People, their postings and their dated records."""

from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from ngangtam.doors.api.shapes.common import Coded, Day, In, Out, Paged, UnitRef

Precision = Literal["day", "month", "year", "none"]


class Birth(Out):
    """A day as far as it is known. Shape: `day` is what reckoning uses, by `precision`."""

    raw: str = Field(description=_("As written."))
    day: date | None
    precision: Precision


class PersonLine(Out):
    """One line of the list of people."""

    number: str
    full_name: str
    birth: Birth
    gender: str | None = Field(description=_("male, female, or null when unknown."))
    headline: str = Field(description=_("Present post."))
    unit: UnitRef | None
    level: Coded | None
    leadership: bool
    party_member: bool | None
    degree: Coded | None


class PersonPage(Paged):
    """A page of people, in the Vietnamese order of names."""

    items: list[PersonLine]
    total: int | None = Field(
        default=None, description=_("How many there are, when asked for with `count`.")
    )
    total_is_least: bool = Field(default=False, description=_("There are more than `total`."))


class Person(PersonLine):
    """A person. Sensitive fields are asked for apart, with a purpose."""

    other_names: str
    nationality: str
    hometown: str = Field(description=_("As written."))
    birthplace: str
    age: int | None
    recorded_at: datetime
    may_change: bool
    sensitive_parts: list[str] = Field(
        description=_("Sensitive parts of this file that you may ask for.")
    )


class Basis(Out):
    """What a row rests on."""

    decision: str | None
    decision_day: date | None
    decision_body: str | None
    source: str | None


class Dated(Out):
    """What every dated row says of itself."""

    id: int
    first_day: date
    until: date | None = Field(description=_("First day on which it no longer holds."))
    basis: Basis
    recorded_at: datetime
    recorded_by: str
    voided: bool
    void_reason: str | None


class Posting(Dated):
    """One person in one seat of one post for one period."""

    person: str = Field(description=_("File number."))
    post_id: int
    title: str
    seat: int
    main: bool
    unit: UnitRef
    title_raw: str
    workplace_raw: str


class Postings(Out):
    """The postings of a person, newest first."""

    items: list[Posting]


class Record(Dated):
    """One dated fact of a file."""

    person: str = Field(description=_("File number."))
    kind: str
    kind_label: str
    group: str
    code: Coded | None
    raw: str
    precision: Precision
    detail: dict[str, Any]


class Records(Out):
    """Records of a person, newest first."""

    items: list[Record]


class BasisIn(In):
    """What it rests on: a decision by number, day and body, or a named source."""

    decision_number: str = Field(default="", max_length=80)
    decision_day: Day | None = None
    decision_body: str = Field(default="", max_length=300)
    decision_signer: str = Field(default="", max_length=150)
    source_name: str = Field(default="", max_length=300)


class PersonIn(In):
    """A new file."""

    unit: str = Field(max_length=40, description=_("Code of the unit."))
    full_name: str = Field(max_length=150)
    other_names: str = Field(default="", max_length=200)
    birth: str = Field(default="", max_length=60, description=_("1980-03-05, 3/1980 or 1980."))
    gender: Literal["", "male", "female"] = ""
    ethnicity: str = Field(default="", max_length=20)
    religion: str = Field(default="", max_length=40)
    nationality: str = Field(default="", max_length=60)
    hometown_raw: str = Field(default="", max_length=300)
    birthplace_raw: str = Field(default="", max_length=300)
    personal_number: str = Field(default="", max_length=12)
    basis: BasisIn


class PostingIn(In):
    """A seat of a post for a period."""

    post_id: int = Field(ge=1, le=2**63 - 1)
    seat: int = Field(default=1, ge=0, le=32767)
    first_day: Day
    until: Day | None = None
    main: bool = True
    title_raw: str = Field(default="", max_length=500)
    basis: BasisIn


class PostingPut(In):
    """The right posting in the place of a wrong one."""

    reason: str = Field(min_length=1, max_length=300)
    first_day: Day
    until: Day | None = None
    main: bool = True
    title_raw: str = Field(default="", max_length=500)
    basis: BasisIn = Field(default_factory=BasisIn)


class EndIn(In):
    """The end of a posting."""

    on: Day = Field(description=_("First day out of the post."))
    reason: str = Field(min_length=1, max_length=300)
    basis: BasisIn = Field(default_factory=BasisIn)


class RecordValues(In):
    """What a record says."""

    code: str = Field(default="", max_length=60)
    raw: str = Field(default="", max_length=1000)
    first_day: str = Field(max_length=60, description=_("1980-03-05, 3/1980 or 1980."))
    until: Day | None = None
    detail: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class RecordIn(RecordValues):
    """A new record."""

    kind: str = Field(max_length=30)
    basis: BasisIn


class RecordPut(RecordValues):
    """The right record in the place of a wrong one."""

    reason: str = Field(min_length=1, max_length=300)
    basis: BasisIn = Field(default_factory=BasisIn)


class Kind(Out):
    """A kind of record, and the fields that it has."""

    id: str
    label: str
    group: str
    catalogue: str | None
    single: bool
    sensitive_part: str | None
    details: list[dict[str, str]]


class Kinds(Out):
    """The kinds of record."""

    items: list[Kind]


class AskIn(In):
    """Which sensitive parts are to be read, and what for. The reading leaves a trace."""

    parts: list[str] = Field(min_length=1, max_length=10)
    purpose: str = Field(min_length=1, max_length=300)


class Origin(Out):
    """Ethnicity, religion and the personal identity number."""

    ethnicity: Coded | None
    religion: Coded | None
    personal_number: str | None


class Sensitive(Out):
    """The sensitive parts that were asked for."""

    parts: list[str]
    origin: Origin | None
    records: list[Record]
