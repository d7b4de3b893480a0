"""What the screens say of columns, cells and possible matches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ngangtam.foundation.ui import formats
from ngangtam.records.intake.cells.cell import Verdict
from ngangtam.records.intake.headers.fields import fields
from ngangtam.records.intake.headers.mapping import ColumnMap, TableMapping
from ngangtam.records.intake.models import Batch, Match, Row
from ngangtam.records.intake.queries import Layout, Shape
from ngangtam.records.intake.wording import say
from ngangtam.records.personnel.models import Person

Text = str | Promise
PART_WORDS: Final[dict[str, Text]] = {
    "day": _("day"), "month": _("month"), "year": _("year"), "male": _("column of men"),
    "female": _("column of women"), "check": _("second column, must agree"),
}  # fmt: skip
WHY: Final[dict[str, Text]] = {
    "header": _("by its header"), "values": _("by its values"), "template": _("by a template"),
    "person": _("chosen by hand"),
}  # fmt: skip
EVIDENCE: Final[dict[str, Text]] = {
    "personal_number": _("personal number"), "name": _("name"), "birth": _("date of birth"),
    "birth_year": _("year of birth"), "home_place": _("home place"),
    "party_day": _("day of joining the Party"),
}  # fmt: skip
GENDERS: Final[dict[str, Text]] = {"male": _("Man"), "female": _("Woman")}
STEPS: Final[dict[str, Text]] = {
    "": _("Waiting for its turn"), "read": _("Reading and judging the files"),
    "write": _("Writing people"), "refresh": _("Counting people in units"),
}  # fmt: skip
STATE_TONES: Final = {
    Batch.State.READING: "blue", Batch.State.CHECKED: "amber", Batch.State.WRITING: "blue",
    Batch.State.COMMITTED: "green", Batch.State.UNDONE: "gray", Batch.State.FAILED: "red",
    Batch.State.DISCARDED: "gray",
}  # fmt: skip


def heading(batch: Batch) -> str:
    """Return a roster in one line: its first file, and how many more there are."""
    more = len(batch.files) - 1
    first = str(batch.files[0]["name"]) if batch.files else f"#{batch.pk}"
    if not more:
        return first
    return ngettext("%(file)s and %(more)s more file", "%(file)s and %(more)s more files", more) % {
        "file": first,
        "more": more,
    }


def meaning(name: str, part: str) -> str:
    """Return a field and its part in words; a mark column says what it marks."""
    if name not in fields():
        return ""
    words = str(fields()[name].label)
    if part.startswith("="):
        return f"{words}: {part[1:]}"
    return f"{words} – {PART_WORDS.get(part, part)}" if part else words


def choices() -> list[tuple[str, str]]:
    """Return every meaning that a column can be given."""
    found: list[tuple[str, str]] = []
    for name, one in fields().items():
        if name == "extra":
            continue
        found.append((f"{name}|", str(one.label)))
        if one.kind == "date" and name == "birth":
            found += [(f"{name}|{part}", meaning(name, part)) for part in ("day", "month", "year")]
        if name in {"birth", "gender"}:
            found += [(f"{name}|{part}", meaning(name, part)) for part in ("male", "female")]
    return found


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column on the mapping page."""

    column: ColumnMap
    name: str
    examples: list[str]

    @property
    def label(self) -> str:
        return self.column.label or f"#{self.column.index + 1}"

    @property
    def value(self) -> str:
        return f"{self.column.field}|{self.column.part}" if self.column.field else ""

    @property
    def own(self) -> tuple[str, str] | None:
        """The meaning of the column where the list of meanings has it not."""
        plain_ones = {value for value, _label in choices()}
        if not self.value or self.value in plain_ones:
            return None
        return self.value, meaning(self.column.field, self.column.part)

    @property
    def meaning(self) -> str:
        return meaning(self.column.field, self.column.part)

    @property
    def sure(self) -> str:
        """How sure the reading is: `sure`, `likely`, `kept` for a column without a field."""
        if not self.column.field:
            return "kept"
        return "sure" if self.column.confidence >= 0.9 else "likely"

    @property
    def percent(self) -> float:
        return 100 * self.column.confidence

    @property
    def why(self) -> Text:
        return WHY.get(self.column.why, self.column.why)


@dataclass(frozen=True, slots=True)
class BlankLine:
    """A field of a shape whose blanks may mean “no”."""

    name: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class ShapePanel:
    """One shape of table on the mapping page."""

    shape: Shape
    lines: list[ColumnLine]
    blanks: list[BlankLine]
    files: list[str]

    @property
    def kept(self) -> int:
        return sum(line.sure == "kept" for line in self.lines)

    @property
    def likely(self) -> int:
        return sum(line.sure == "likely" for line in self.lines)


def panel_of(batch: Batch, shape: Shape, examples: Sequence[Sequence[str]]) -> ShapePanel:
    names = [str(entry["name"]) for entry in batch.files]
    lines = [
        ColumnLine(column, f"m-{shape.number}-{column.index}", list(values)[:3])
        for column, values in zip(shape.mapping.columns, examples, strict=True)
    ]
    held = dict.fromkeys(column.field for column in shape.mapping.columns if column.field)
    blanks = [
        BlankLine(f"b-{shape.number}-{name}", str(fields()[name].label),
                  name in shape.mapping.blank_means_no)
        for name in held if fields()[name].absent
    ]  # fmt: skip
    return ShapePanel(shape, lines, blanks, [names[file] for file, _tables in shape.places])


def unmapped(shapes: Sequence[Shape]) -> list[str]:
    """Return the headers of the columns without a field, each once."""
    labels = (
        column.label or f"#{column.index + 1}"
        for shape in shapes
        for column in shape.mapping.columns
        if not column.field
    )
    return list(dict.fromkeys(labels))


def mapped(shapes: Sequence[Shape]) -> list[str]:
    """Return the fields that the columns of a batch hold, each once, in words."""
    names = dict.fromkeys(
        column.field
        for shape in shapes
        for column in shape.mapping.columns
        if column.field and column.field != "ordinal"
    )
    return [str(fields()[name].label) for name in names]


# --- rows ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellLine:
    """One non-empty cell of a row."""

    label: str
    field: str
    raw: str
    verdict: Verdict
    reason: str

    @property
    def word(self) -> str:
        return self.verdict.word


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a source file with its cells; `notable` are those that the filter is about."""

    row: Row
    file: str
    cells: list[CellLine]
    notable: list[CellLine]

    @property
    def reason(self) -> str:
        return say(self.row.reason) if self.row.reason else ""

    @property
    def word(self) -> str:
        if self.row.outcome == Row.Outcome.REJECTED:
            return "refused"
        return Verdict(self.row.worst).word


def cells_of(row: Row, mapping: TableMapping) -> Iterator[CellLine]:
    """Yield the filled cells of a row."""
    for column, cell in zip(mapping.columns, row.cells, strict=False):
        if cell:
            reason = str(cell[2]) if len(cell) > 2 else ""
            yield CellLine(
                column.label or f"#{column.index + 1}", column.field, str(cell[0]),
                Verdict(cell[1]), say(reason) if reason else "",
            )  # fmt: skip


def row_lines(
    rows: Sequence[Row], batch: Batch, layout: Layout, *, verdict: int | None, label: str
) -> list[RowLine]:
    """Return rows as the page shows them; without a filter doubts and refusals are notable."""
    names = [str(entry["name"]) for entry in batch.files]
    lines = []
    for row in rows:
        cells = list(cells_of(row, layout.of(row)))
        notable = [
            cell for cell in cells
            if (cell.label == label if label else True)
            and (cell.verdict == verdict if verdict is not None
                 else bool(label) or cell.verdict >= Verdict.UNCERTAIN)
        ]  # fmt: skip
        lines.append(RowLine(row, names[row.file], cells, notable))
    return lines


# --- possible matches ----------------------------------------------------------------------


@dataclass(slots=True)
class Choice:
    """One candidate of a row: a file, or an earlier row; `person` is None when out of reach."""

    match: Match
    person: Person | None
    other: Row | None
    said: dict[str, str] = field(default_factory=dict)

    @property
    def hidden(self) -> bool:
        return self.match.person_id is not None and self.person is None

    @property
    def agrees(self) -> str:
        return ", ".join(str(EVIDENCE.get(one, one)) for one in self.match.evidence)


@dataclass(slots=True)
class Question:
    """A row, and who it may be: both sides, attribute by attribute."""

    place: str
    row: Row | None
    file: str
    said: dict[str, str]
    choices: list[Choice]

    @property
    def decided(self) -> bool:
        return all(choice.match.decision for choice in self.choices)

    @property
    def chosen(self) -> int | None:
        """The match that was said to be the same person."""
        same = (one.match.pk for one in self.choices if one.match.decision == "same")
        return next(same, None)

    @property
    def proposed(self) -> bool:
        return any(one.match.strong and not one.hidden for one in self.choices)

    @property
    def lines(self) -> list[tuple[Text, str, list[tuple[str, bool]]]]:
        """The attributes that either side knows: (label, of the row, [(of a choice, equal)])."""
        found: list[tuple[Text, str, list[tuple[str, bool]]]] = []
        for name, label in SIDES.items():
            own = self.said.get(name, "")
            theirs = [one.said.get(name, "") for one in self.choices]
            if own or any(theirs):
                found.append((label, own, [
                    (text, bool(own) and text.casefold() == own.casefold()) for text in theirs
                ]))  # fmt: skip
        return found


SIDES: Final[dict[str, Text]] = {
    "full_name": _("Full name"), "birth": _("Date of birth"), "gender": _("Gender"),
    "personal_number": _("Personal number"), "home_place": _("Home place"),
    "ethnicity": _("Ethnicity"), "party_day": _("Day of joining the Party"),
    "position": _("Post"), "workplace": _("Unit or place of work"),
}  # fmt: skip


def said_by_row(row: Row | None, layout: Layout) -> dict[str, str]:
    """Return what a row says of its person, as written."""
    if row is None:
        return {}
    said: dict[str, str] = {"full_name": row.name}
    for cell in cells_of(row, layout.of(row)):
        if cell.field in SIDES:
            said.setdefault(cell.field, cell.raw)
    return said


def said_by_file(person: Person | None, *, sensitive: bool) -> dict[str, str]:
    """Return what a file says of its person."""
    if person is None:
        return {}
    born = person.birth_raw or (formats.day(person.birth_day) if person.birth_day else "")
    said: Mapping[str, Any] = {
        "full_name": person.full_name, "birth": born,
        "gender": GENDERS.get(person.gender, ""), "home_place": person.hometown_raw,
        "ethnicity": person.ethnicity_raw if sensitive else "",
        "personal_number": person.personal_number if sensitive else "",
        "position": person.headline,
        "workplace": person.home_unit.name if person.home_unit else "",
    }  # fmt: skip
    return {name: str(text) for name, text in said.items() if text}
