"""How the rows of a file are put into words for a screen: one line a row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.days import PartialDate, parse_day
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components.flows import Moment
from ngangtam.foundation.ui.components.marks import Tone
from ngangtam.records.organisation.models import Recorded
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.kinds import GROUPS, KINDS, Detail
from ngangtam.records.personnel.models import Person, Posting, Record
from ngangtam.records.personnel.queries.file import Days, File

Text = str | Promise
_TONES: Final[dict[str, Tone]] = {
    "service": "blue", "training": "violet", "party": "red", "merit": "green",
    "planning": "amber", "family": "gray", "health": "gray", "declaration": "gray",
    "denunciation": "gray", "other": "gray",
}  # fmt: skip
_ICONS: Final = {
    "service": "briefcase", "training": "school", "party": "star", "merit": "award",
    "planning": "target-arrow", "family": "users", "health": "heart", "declaration": "file-text",
    "denunciation": "message-report", "other": "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file in words.

    Shape: `what` is the value as understood, `raw` its wording; `first` knows its precision;
        `until` is the first day on which it no longer holds; `basis` is what it rests on.
    """

    pk: int
    kind: str
    kind_label: Text
    group: str
    what: str
    raw: str
    first: PartialDate
    until: date | None
    basis: str
    basis_href: str
    recorded_at: datetime
    recorded_by: str
    details: list[tuple[Text, str]] = field(default_factory=list)
    voided: bool = False
    void_reason: str = ""
    voided_by: str = ""
    voided_at: datetime | None = None
    href: str = ""
    main: bool = True
    unit: str = ""
    unit_href: str = ""
    is_posting: bool = False

    @property
    def tone(self) -> Tone:
        return "red" if self.kind == "discipline" else _TONES[self.group]

    @property
    def icon(self) -> str:
        return _ICONS[self.group]


def posting_line(row: Posting, days: Days) -> Line:
    """Put a posting into words: the title as written, the unit, what it rests on."""
    unit = row.post.unit
    return Line(
        pk=row.pk, kind="posting", kind_label=_("Posting"), group="service",
        what=row.title_raw or row.post.title,
        raw=row.post.title if row.title_raw and row.title_raw != row.post.title else "",
        first=PartialDate("", row.valid.lower, "day"), is_posting=True, main=row.main,
        unit=row.workplace_raw or unit.name, unit_href=unit.get_absolute_url(),
        details=[] if row.main else [(_("Kind"), _("Further post"))],
        **_common(row, days),
    )  # fmt: skip


def record_line(row: Record, days: Days) -> Line:
    """Put a record into words: the catalogue's label beside the wording of the paper."""
    kind = KINDS.get(row.kind)
    words = label(kind.catalogue, row.code) if kind and row.code else row.raw
    details = [
        (one.label, _detail(one, row.detail[one.name]))
        for one in (kind.details if kind else ())
        if row.detail.get(one.name) not in (None, "")
    ]
    if not words and details:
        words, details = details[0][1], details[1:]
    return Line(
        pk=row.pk, kind=row.kind, kind_label=kind.label if kind else row.kind,
        group=kind.group if kind else "other", what=words or str(kind.label if kind else ""),
        raw=row.raw if row.raw != words else "",
        # The precision is one of PartialDate's own words.
        first=PartialDate("", row.valid.lower, row.precision),  # type: ignore[arg-type]
        details=details, **_common(row, days),
    )  # fmt: skip


# Keys of `Line` that every row has; the types stand there.
def _common(row: Recorded, days: Days) -> dict[str, Any]:
    voided = not days.stands(row)
    href = ""
    if row.decision_id is not None:
        href = reverse("decision-detail", args=[row.decision_id])
    return {
        "until": row.valid.upper, "basis": basis_of(row), "basis_href": href,
        "recorded_at": row.recorded_at, "recorded_by": row.recorded_by, "voided": voided,
        "void_reason": row.void_reason if voided else "",
        "voided_by": row.voided_by if voided else "",
        "voided_at": row.voided_at if voided else None,
    }  # fmt: skip


def basis_of(row: Recorded) -> str:
    """Say what a row rests on."""
    if row.decision is not None:
        return _("Decision %(number)s, %(day)s, %(body)s") % {
            "number": row.decision.number, "day": formats.day(row.decision.day),
            "body": row.decision.body,
        }  # fmt: skip
    return str(row.source) if row.source is not None else ""


def _detail(detail: Detail, value: object) -> str:
    if detail.catalogue:
        return label(detail.catalogue, str(value))
    if detail.shape == "flag":
        return _("yes") if value else _("no")
    if detail.shape == "day":
        read = parse_day(value).value
        return str(read) if read.day else str(value)
    if detail.shape == "number" and isinstance(value, int | float):
        return formats.number(value)
    return str(value)


def lines_of(file: File, *groups: str, voided: bool = True) -> list[Line]:
    """Return the records of some groups in words, newest first."""
    rows = file.group(*groups) if groups else file.records
    found = [record_line(row, file.days) for row in rows]
    return [line for line in found if voided or not line.voided]


def posting_lines(file: File, *, voided: bool = True) -> list[Line]:
    found = [posting_line(row, file.days) for row in file.postings]
    return [line for line in found if voided or not line.voided]


def moments(lines: Iterable[Line]) -> list[Moment]:
    """Return lines as entries of a timeline, newest first."""
    ordered = sorted(lines, key=lambda line: line.first.day or date.min, reverse=True)
    return [
        Moment(
            day=line.first, until=line.until,
            title=_title(line),
            detail=_details_of(line), source=line.basis, href=line.href,
            tone=line.tone, icon=line.icon,
            voided=(line.void_reason or _("voided")) if line.voided else "",
        )
        for line in ordered
    ]  # fmt: skip


def _title(line: Line) -> str:
    alone = line.is_posting or line.what == str(line.kind_label)
    return line.what if alone else f"{line.kind_label}: {line.what}"


def _details_of(line: Line) -> str:
    parts = [line.unit] if line.unit else []
    if line.raw:
        parts.append(f"“{line.raw}”")
    parts += [f"{name}: {value}" for name, value in line.details]
    return " · ".join(parts)


def by_group(lines: Iterable[Line], groups: Iterable[str]) -> list[tuple[Text, str, list[Line]]]:
    """Return (heading, group, lines) for the groups, empty ones too: an empty part says so."""
    found = list(lines)
    return [
        (GROUPS[group], group, [line for line in found if line.group == group]) for group in groups
    ]


def birth_of(person: Person) -> PartialDate:
    """Return the birth as far as it is known, with its wording."""
    # The precision is one of PartialDate's own words.
    return PartialDate(person.birth_raw, person.birth_day, person.birth_precision)  # type: ignore[arg-type]
