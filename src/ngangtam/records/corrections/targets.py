"""What in a file somebody may say is wrong, found by a short text of an address."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.records.corrections.models import Request
from ngangtam.records.personnel import identity, shown
from ngangtam.records.personnel.kinds import KINDS, ORIGIN
from ngangtam.records.personnel.models import IdentityChange, Posting, Record
from ngangtam.records.personnel.queries.file import Days, File

# Of what is missing the kinds that an officer may add; the notes of a roster are not one.
MISSING: Final = tuple(
    kind.id for kind in KINDS.values() if kind.part != "denunciations" and kind.id != "note"
)


@dataclass(frozen=True, slots=True)
class Target:
    """One thing of one file. Shape: `said` is what the file says of it now."""

    person_id: int
    about: str
    label: str
    said: str = ""
    field: str = ""
    kind: str = ""
    record_id: int | None = None
    posting_id: int | None = None
    part: str = ""

    @property
    def key(self) -> str:
        """The text by which `find` finds it again."""
        if self.about == Request.About.IDENTITY:
            return f"identity:{self.field}"
        if self.about == Request.About.MISSING:
            return f"missing:{self.kind}"
        if self.about == Request.About.OTHER:
            return "other"
        return f"{self.about}:{self.record_id or self.posting_id}"


def find(file: File, key: str) -> Target | None:
    """Return what an address names; None for anything that does not stand in this file."""
    about, _colon, rest = key.partition(":")
    person = file.person
    match about:
        case Request.About.IDENTITY if rest in identity.IDENTITY:
            return Target(
                person.pk, about, IdentityChange(field=rest).label,
                identity.value_of(person, rest), field=rest,
                part="origin" if rest in ORIGIN else "",
            )  # fmt: skip
        case Request.About.RECORD if rest.isdecimal():
            row = next((one for one in file.records if one.pk == int(rest)), None)
            return _of_record(row) if row is not None and row.voided_at is None else None
        case Request.About.POSTING if rest.isdecimal():
            held = next((one for one in file.postings if one.pk == int(rest)), None)
            return _of_posting(held) if held is not None and held.voided_at is None else None
        case Request.About.MISSING if rest in MISSING:
            kind = KINDS[rest]
            label = _("Missing: %(kind)s") % {"kind": kind.label}
            return Target(person.pk, about, label, kind=rest, part=kind.part)
        case Request.About.OTHER:
            return Target(person.pk, about, _("Something else in the file"))
    return None


def _of_record(row: Record) -> Target:
    kind = KINDS[row.kind]
    return Target(
        row.person_id, Request.About.RECORD, str(kind.label), said_of(row), kind=row.kind,
        record_id=row.pk, part=kind.part,
    )  # fmt: skip


def _of_posting(row: Posting) -> Target:
    return Target(
        row.person_id, Request.About.POSTING, _("Posting"), said_of(row), posting_id=row.pk
    )


def said_of(row: Record | Posting) -> str:
    """Return one row in one line of words."""
    days = Days()
    line = (
        shown.posting_line(row, days) if isinstance(row, Posting) else shown.record_line(row, days)
    )
    return in_words(line)


def in_words(line: shown.Line) -> str:
    """Return a line of a file as one sentence: what, since when, with its details."""
    parts = [line.what, *(f"{name}: {value}" for name, value in line.details)]
    if line.unit:
        parts.append(line.unit)
    until = f" – {line.until:%d/%m/%Y}" if line.until else ""
    return f"{' · '.join(parts)} ({line.first}{until})"
