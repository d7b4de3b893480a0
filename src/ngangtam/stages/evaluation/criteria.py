"""What is entered on a sheet: the general criteria of its scheme, and what leaders add.

The scheme says what may be entered and how many points there are. Where the split of the general
points among the criteria is not confirmed, the agency's local layer may give it; until it does,
one figure stands for all general criteria.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.schemes import Node, Scheme

GENERAL: Final = "general"
ORGANISING: Final = "organising_percent"
UNITING: Final = "uniting_percent"
_STEPS: Final = "evaluation.{regime}.organising_steps"
_HUNDREDTH: Final = Decimal("0.01")
Kind = Literal["points", "percent"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure that is entered. `most` is None where the law sets no bound; `steps` are the
    only values that it may have, any when empty."""

    id: str
    label: str
    kind: Kind
    most: Decimal | None
    cites: tuple[str, ...] = ()
    steps: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What is entered on a sheet of one scheme.

    Shape: `most` is the bound of the general points together; `parts` is what they are written
        down by, the sum of which is the general points; `split` whether they are split.
    """

    scheme: Scheme
    parts: tuple[Entry, ...]
    percents: tuple[Entry, ...]
    most: Decimal | None
    split: bool
    note: str = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.parts, *self.percents)

    @property
    def label(self) -> str:
        return said(self.scheme.label)

    def read_points(self, given: Mapping[str, object]) -> dict[str, Decimal]:
        """Return the points by criterion. Errors: DomainError for what the scheme does not allow.

        Shape: an empty value is left out; the keys are those of `parts`.
        """
        points = dict(_read(self.parts, given))
        total = sum(points.values(), Decimal(0))
        if self.most is not None and total > self.most:
            raise DomainError(
                _("The general criteria have %(most)s points at most; these are %(total)s.")
                % {"most": _plain(self.most), "total": _plain(total)}
            )
        return points

    def read_percents(self, given: Mapping[str, object]) -> dict[str, Decimal]:
        """Return what a leader adds, in per cent. Errors: as `read_points`."""
        return dict(_read(self.percents, given))

    def total_of(self, points: Mapping[str, object]) -> Decimal | None:
        """Return the general points that kept points make, None while one is missing."""
        found = [points.get(entry.id) for entry in self.parts]
        if not found or any(one is None or one == "" for one in found):
            return None
        return sum((Decimal(str(one)) for one in found), Decimal(0))


def _read(entries: Iterable[Entry], given: Mapping[str, object]) -> Iterable[tuple[str, Decimal]]:
    for entry in entries:
        raw = given.get(entry.id)
        if raw is None or raw == "":
            continue
        try:
            value = Decimal(str(raw))
            exact = value.is_finite() and value == value.quantize(_HUNDREDTH)
        except InvalidOperation:
            exact = False
        if not exact:
            raise DomainError(
                _("“%(label)s” takes a number with two decimals at most.") % {"label": entry.label}
            )
        _check(entry, value)
        yield entry.id, value


def _check(entry: Entry, value: Decimal) -> None:
    if value < 0 or (entry.most is not None and value > entry.most):
        raise DomainError(
            _("“%(label)s” lies between 0 and %(most)s.")
            % {"label": entry.label, "most": "…" if entry.most is None else _plain(entry.most)}
        )
    if entry.steps and value not in entry.steps:
        raise DomainError(
            _("“%(label)s” is one of: %(steps)s.")
            % {"label": entry.label, "steps": ", ".join(map(_plain, entry.steps))}
        )


def _plain(value: Decimal) -> str:
    """Return a number as Vietnamese write it, without trailing noughts."""
    return f"{value.normalize():f}".replace(".", ",")


def frame_of(scheme_id: str, on: date, *, leader: bool, book: Rulebook | None = None) -> Frame:
    """Return what is entered on a sheet of the scheme.

    Shape: `on` is the last day of the period. Errors: DomainError when the rulebook no longer
        knows the scheme.
    """
    book = book or rulebook()
    scheme = book.schemes.get(scheme_id)
    if scheme is None:
        raise DomainError(
            _("The rulebook knows no evaluation scheme “%(id)s”.") % {"id": scheme_id}
        )
    percents = _percents(scheme, book, on) if leader else ()
    typed = tuple(_of_node(node, scheme, book, on) for node in scheme.nodes() if node.entered)
    if typed:
        most = sum((one.most for one in typed if one.most is not None), Decimal(0))
        whole = most if all(one.most is not None for one in typed) else None
        return Frame(scheme, typed, percents, whole, split=True)
    node = next((one for one in scheme.criteria if one.id == GENERAL), None)
    if node is None:
        return Frame(scheme, (), percents, None, split=False)
    most_of = _points(node, scheme, book, on)
    shares = _split(node, book, on)
    if shares is None:
        one = Entry(GENERAL, said(node.label), "points", most_of, node.cites)
        return Frame(scheme, (one,), percents, most_of, split=False, note=_not_split(node))
    parts = tuple(
        Entry(child.id, said(child.label), "points", shares[child.id],
              child.cites or node.cites)
        for child in node.children
    )  # fmt: skip
    return Frame(scheme, parts, percents, most_of, split=True)


def _not_split(node: Node) -> str:
    if not node.children:
        return ""
    named = "; ".join(said(child.label) for child in node.children)
    return _("One figure for: %(criteria)s. The agency has not said how the points are split.") % {
        "criteria": named
    }


def _of_node(node: Node, scheme: Scheme, book: Rulebook, on: date) -> Entry:
    most = _points(node, scheme, book, on)
    return Entry(node.id, said(node.label), "points", most, node.cites)


def _points(node: Node, scheme: Scheme, book: Rulebook, on: date) -> Decimal | None:
    if node.points is None:
        return None
    # Points of a criterion use parameters only: one value for every sheet.
    found: Any = book.bound(node.points, on, scheme.vocabulary).one({})
    return None if found is None else Decimal(str(found))


def _split(node: Node, book: Rulebook, on: date) -> dict[str, Decimal] | None:
    """Return the points of each child, None unless the rulebook gives all of them."""
    if not node.split or not node.children:
        return None
    found = book.lookup(node.split, on)
    table = found.value if found.state == "in_force" else None
    if not isinstance(table, Mapping):
        return None
    shares = {str(key): value for key, value in table.items()}
    if not all(isinstance(shares.get(child.id), int | float) for child in node.children):
        return None
    return {child.id: Decimal(str(shares[child.id])) for child in node.children}


def _percents(scheme: Scheme, book: Rulebook, on: date) -> tuple[Entry, ...]:
    """Return the items of a leader that a person judges, in per cent."""
    labels = {formula.id: formula for formula in scheme.items}
    steps = _steps(scheme, book, on)
    found = []
    for measure, item in ((ORGANISING, "dd"), (UNITING, "e")):
        formula = labels.get(item)
        if formula is not None:
            found.append(
                Entry(measure, said(formula.label), "percent", Decimal(100),
                      formula.cites, steps)
            )  # fmt: skip
    return tuple(found)


def _steps(scheme: Scheme, book: Rulebook, on: date) -> tuple[Decimal, ...]:
    ident = _STEPS.format(regime=scheme.regime)
    if ident not in book.parameters:
        return ()
    found = book.lookup(ident, on)
    raw = found.value if found.state == "in_force" else None
    values = raw.values() if isinstance(raw, Mapping) else raw if isinstance(raw, list) else ()
    return tuple(
        sorted(
            Decimal(str(one))
            for one in values
            if isinstance(one, int | float) and not isinstance(one, bool)
        )
    )


def result_labels(scheme_id: str, book: Rulebook | None = None) -> dict[str, str]:
    """Return what the items of the results are called, by their ids."""
    scheme = (book or rulebook()).schemes[scheme_id]
    node = next((one for one in scheme.criteria if one.id == "results"), None)
    return {child.id: said(child.label) for child in (node.children if node else ())}
