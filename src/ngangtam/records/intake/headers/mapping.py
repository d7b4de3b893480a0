"""The mapping of a table: which column holds what. It can be shown, corrected and saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ngangtam.records.intake.headers.fields import fields
from ngangtam.records.intake.headers.locate import HeaderBlock
from ngangtam.records.intake.headers.meaning import (
    ENOUGH,
    NOTHING,
    Meaning,
    key,
    meaning_under,
    year_in,
)

SEPARATOR = " / "
_NAMES = frozenset({"full_name", "family_name", "given_name"})


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What one column means.

    Shape: `field` is empty for a column without a field, whose cells are kept with the row.
        `part` is a piece of the field (`day`, `male`, …), a mark `=option`, a year of a rating, or
        `check` for a second column that must agree. `why`: header, values, template, person.
    """

    index: int
    label: str
    field: str
    part: str = ""
    confidence: float = 0.0
    why: str = "header"

    def as_json(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "label": self.label,
            "field": self.field,
            "part": self.part,
            "confidence": round(self.confidence, 2),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The mapping of one table; `blank_means_no` names fields whose blanks say “no”."""

    columns: tuple[ColumnMap, ...]
    blank_means_no: tuple[str, ...] = ()
    date_order: Mapping[str, str] | None = None

    def column_of(self, field: str, part: str = "") -> ColumnMap | None:
        """Return the first column of a field and part."""
        return next(
            (column for column in self.columns if (column.field, column.part) == (field, part)),
            None,
        )

    def has(self, field: str) -> bool:
        """Return whether any column holds the field."""
        return any(column.field == field for column in self.columns)

    @property
    def names(self) -> bool:
        """Return whether a person can be named from these columns."""
        return self.has("full_name") or self.has("given_name") or self.has("code")

    def signature(self) -> tuple[str, ...]:
        """Return the labels to compare two tables by."""
        return tuple(key(column.label) for column in self.columns)

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": [column.as_json() for column in self.columns],
            "blank_means_no": list(self.blank_means_no),
            "date_order": dict(self.date_order or {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TableMapping":
        known = fields()
        return cls(
            columns=tuple(
                ColumnMap(
                    index=int(entry["index"]),
                    label=str(entry["label"]),
                    field=str(entry["field"]) if entry["field"] in known else "",
                    part=str(entry.get("part", "")),
                    confidence=float(entry.get("confidence", 1.0)),
                    why=str(entry.get("why", "person")),
                )
                for entry in data["columns"]
            ),
            blank_means_no=tuple(data.get("blank_means_no", ())),
            date_order=dict(data.get("date_order", {})),
        )


def propose(header: HeaderBlock, template: "Template | None" = None) -> TableMapping:
    """Return the mapping that the header texts suggest; a template speaks first."""
    columns: list[ColumnMap] = []
    for index, stack in enumerate(header.labels):
        label = SEPARATOR.join(stack)
        saved = template.column(label) if template else None
        if saved is not None:
            columns.append(ColumnMap(index, label, saved[0], saved[1], 1.0, "template"))
            continue
        meant = meaning_under(stack[:-1], stack[-1]) if stack else NOTHING
        columns.append(_column(index, label, meant))
    return TableMapping(tuple(_settle(columns)))


def _column(index: int, label: str, meant: Meaning) -> ColumnMap:
    if meant.score < ENOUGH or meant.field == "extra":
        return ColumnMap(index, label, "", "", meant.score)
    part = meant.part
    if fields()[meant.field].repeat == "each" and not part:
        part = year_in(label) if meant.field == "rating" else label
    return ColumnMap(index, label, meant.field, part, meant.score)


def _settle(columns: Sequence[ColumnMap]) -> Iterable[ColumnMap]:
    """Give each field to its best column; say what the others of the same meaning are for."""
    columns = _names_of_one_word(columns)
    best: dict[tuple[str, str], ColumnMap] = {}
    for column in columns:
        held = best.get((column.field, column.part))
        if column.field and (held is None or column.confidence > held.confidence):
            best[(column.field, column.part)] = column
    for column in columns:
        winner = best.get((column.field, column.part))
        if not column.field or winner is column or winner is None:
            yield column
            continue
        repeat = fields()[column.field].repeat
        if repeat == "check" and not column.part:
            yield replace(column, part="check")
        elif repeat in {"join", "each"}:
            yield column
        else:
            yield replace(column, field="", part="")


def _names_of_one_word(columns: Sequence[ColumnMap]) -> list[ColumnMap]:
    """Settle which columns hold names: whole, or in two parts side by side.

    A lone “Tên” is the full name, and “Họ và tên” over two columns is family name and given name.
    """
    named = {column.field for column in columns}
    settled: list[ColumnMap] = []
    for column in columns:
        field, before = column.field, settled[-1] if settled else None
        if field in {"given_name", "family_name"} and len(named & _NAMES) == 1:
            field = "full_name"
        elif field == "given_name" and "full_name" in named and "family_name" not in named:
            field = ""
        elif (
            field == "full_name"
            and before is not None
            and (before.field, before.label) == (field, column.label)
        ):
            settled[-1] = replace(before, field="family_name")
            field = "given_name"
        settled.append(replace(column, field=field))
    return settled


@dataclass(frozen=True, slots=True)
class Template:
    """A mapping saved by a person: by label, so that it holds whatever the order of columns."""

    columns: Mapping[str, tuple[str, str]]
    blank_means_no: tuple[str, ...] = ()

    def column(self, label: str) -> tuple[str, str] | None:
        """Return (field, part) that the person gave to this label."""
        return self.columns.get(key(label))

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": {label: list(entry) for label, entry in self.columns.items()},
            "blank_means_no": list(self.blank_means_no),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Template":
        known = fields()
        return cls(
            {
                str(label): (str(field) if field in known else "", str(part))
                for label, (field, part) in data.get("columns", {}).items()
            },
            tuple(data.get("blank_means_no", ())),
        )

    @classmethod
    def of(cls, mapping: TableMapping) -> "Template":
        """Return the template of a mapping that a person has looked at."""
        return cls(
            {key(column.label): (column.field, column.part) for column in mapping.columns},
            mapping.blank_means_no,
        )
