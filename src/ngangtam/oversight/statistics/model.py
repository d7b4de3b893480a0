"""Statistical forms as data: rows, columns, and the sums that must hold between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

_FORMS: Final = Path(__file__).parent / "forms"
Source = Literal["seats", "plans", "moves", "courses"]
Counted = Literal["people", "entries"]
Rule = Literal["whole", "within", "at_least"]
RULES: Final[tuple[Rule, ...]] = ("whole", "within", "at_least")


class BadForm(ValueError):  # noqa: N818 - the name says what it is to the reader of a traceback
    """A form that cannot be used; says which line is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One row or one column.

    Shape: `where` is an expression over facts, "" for everybody; `course` maps kinds of record to
        codes, any code when there are none; `unknown` says why nobody can count this; a `heading`
        holds no figures; `group` names rows that part one whole; `over` a heading above columns.
    """

    id: str
    label: str
    where: str = ""
    unknown: str = ""
    course: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heading: bool = False
    strong: bool = False
    group: str = ""
    over: str = ""
    number: int = 0
    says: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum that must hold in every column (`axis` rows) or in every row (`axis` columns).

    Shape: `whole`: the parts make the whole; `within`: each part is no more than the whole;
        `at_least`: the parts together are no less than the whole, and each no more.
    """

    axis: Literal["rows", "columns"]
    parts: tuple[str, ...]
    rule: Rule
    of: str


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form of the Party's central organising commission."""

    id: str
    number: str
    title: str
    counted: Counted
    source: Source
    head: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    formulas: tuple[Formula, ...]
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What is counted, as the form prints it."""
        return "Người" if self.counted == "people" else "Lượt người"

    def row(self, ident: str) -> Line:
        return next(one for one in self.rows if one.id == ident)

    def column(self, ident: str) -> Line:
        return next(one for one in self.columns if one.id == ident)


def form_ids() -> list[str]:
    """Return the ids of the forms, in the order of their numbers."""
    return sorted((path.stem for path in _FORMS.glob("*.yaml")), key=_by_number)


def _by_number(ident: str) -> tuple[int, str]:
    digits = "".join(letter for letter in ident if letter.isdecimal())
    return int(digits), ident


@cache
def form(ident: str) -> Form:
    """Return a form. Errors: KeyError for an id that is none; BadForm when its file is wrong."""
    if ident not in form_ids():
        raise KeyError(ident)
    read = yaml.safe_load((_FORMS / f"{ident}.yaml").read_text(encoding="utf-8"))
    rows = tuple(map(_line, read["rows"]))
    columns = tuple(map(_line, read["columns"]))
    made = Form(
        id=read["id"], number=read["number"], title=read["title"], counted=read["counted"],
        source=read["source"], head=read["head"], rows=rows, columns=columns,
        formulas=tuple(map(_formula, read["formulas"])), notes=tuple(read.get("notes", ())),
    )  # fmt: skip
    _check(made)
    return made


def _line(entry: dict[str, Any]) -> Line:
    course = {kind: tuple(codes) for kind, codes in entry.get("course", {}).items()}
    return Line(**{**entry, "course": course})


def _formula(entry: dict[str, Any]) -> Formula:
    axis: Literal["rows", "columns"] = "rows" if "rows" in entry else "columns"
    [rule] = [one for one in RULES if one in entry]
    return Formula(axis, tuple(entry[axis]), rule, entry[rule])


def _check(made: Form) -> None:
    for name, lines in (("rows", made.rows), ("columns", made.columns)):
        ids = [line.id for line in lines]
        if len(set(ids)) != len(ids):
            raise BadForm(f"{made.id}: {name} named twice")
        for formula in made.formulas:
            missing = {*formula.parts, formula.of} - set(ids) if formula.axis == name else ()
            if missing:
                raise BadForm(f"{made.id}: a formula names {sorted(missing)}")
