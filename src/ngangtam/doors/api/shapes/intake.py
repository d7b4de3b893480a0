"""Rosters: what was brought in, what became of it, and what waits for a decision."""

from datetime import date, datetime

from django.utils.translation import gettext_noop as _
from pydantic import Field

from ngangtam.doors.api.shapes.common import In, Out, Paged, UnitRef


class Roster(Out):
    """One roster. Shape: `state` is reading, checked, writing, committed, undone, failed or
    discarded; in reading and writing the worker has it in its hands."""

    id: int
    state: str
    state_label: str
    unit: UnitRef
    post_title: str
    day: date
    files: list[str]
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    people_new: int
    people_known: int
    cells: dict[str, int] = Field(description=_("How many cells got each verdict."))
    must_decide: int = Field(description=_("Rows that wait for a decision before committing."))
    error: str | None
    created_at: datetime
    created_by: str
    committed_at: datetime | None
    undone_at: datetime | None


class RosterPage(Paged):
    """A page of rosters, newest first."""

    items: list[Roster]


class Cell(Out):
    """One filled cell. Shape: `verdict` is taken, normalised, uncertain or refused."""

    column: str
    field: str | None
    raw: str
    verdict: str
    reason: str | None


class Row(Out):
    """One row of a source file."""

    id: int
    place: str = Field(description=_("File, table, column and row, as decisions name it."))
    file: str
    outcome: str
    reason: str | None
    name: str
    person: str | None = Field(description=_("File number, where you may read the file."))
    cells: list[Cell]


class RowPage(Paged):
    """A page of rows, in the order of the files."""

    items: list[Row]


class Candidate(Out):
    """Somebody whom a row may be. Shape: `person` is null for an earlier row, or out of reach."""

    match: int
    kind: str
    strong: bool
    evidence: list[str]
    person: str | None
    other_place: str | None
    decision: str | None


class Question(Out):
    """A row, and whom it may be."""

    place: str
    name: str
    candidates: list[Candidate]


class QuestionPage(Paged):
    """A page of rows that may be somebody known."""

    items: list[Question]


class DecisionsIn(In):
    """Who rows are: for each place the match that it is, null for a person of its own."""

    choices: dict[str, int | None] = Field(min_length=1, max_length=1000)


class Decided(Out):
    """How many rows are decided now."""

    decided: int


class Particular(Out):
    """One thing that an event says, in words."""

    name: str
    label: str
    value: str


class Event(Out):
    """One action that somebody carried out.

    Shape: `subject` is null where it is a person whose file you may not read.
    """

    id: int
    at: datetime
    type: str
    label: str
    actor: str
    subject_type: str
    subject_id: int | None
    subject: str | None
    particulars: list[Particular]
    cites: list[str]


class EventPage(Paged):
    """A page of events, newest first."""

    items: list[Event]


class Bearer(Out):
    """The token that asks."""

    name: str
    user: str
    full_name: str
    scopes: list[str]
    expires_at: datetime
