"""What the page of a standard shows to one viewer: counts, and people by name where allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.tables import Column, Filter, Listing, Page, Query
from ngangtam.law.engine.findings import OVERALL
from ngangtam.law.engine.model import Criterion, Standard
from ngangtam.oversight.standards import standing as who
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.small_groups import smallest_shown, tells_too_much
from ngangtam.oversight.standards.standing import Counted, CriterionCount, Standing

OUTCOME_WORDS = {
    "met": gettext_lazy("met"),
    "not_met": gettext_lazy("not met"),
    "unknown": gettext_lazy("unknown"),
}
MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Board:
    """One standard in one place.

    Shape: `overall` and the counts of criteria are None where a small group is held back;
        `people` is None for a viewer who may read no file here.
    """

    overall: Counted | None
    criteria: list[CriterionCount]
    total: int
    holders: int
    held_back: int
    least: int
    people: Page | None
    shown: list[Criterion]
    outside: int = 0


def listing(standard: Standard, place: Place) -> Listing:
    """Return what the list of people may be filtered and sorted by."""
    options = [
        (f"{one.id}:{outcome}", f"{said(one.label)}: {words}")
        for one in who.shown_criteria(standard, place)
        for outcome, words in OUTCOME_WORDS.items()
    ]
    filters = [
        Filter("outcome", _("Outcome"), choices=list(OUTCOME_WORDS.items())),
        Filter("criterion", _("Criterion"), choices=options or [("", "")]),
    ]
    if standard.title_kinds:
        only = [("holders", _("Who hold a title of this standard"))]
        filters.append(Filter("who", _("People"), choices=only, any_label=_("Everybody")))
    return Listing(
        columns=[Column("unit", order=("unit",)), Column("name", order=("name",))],
        filters=filters, default_sort="unit", target="standing", keep=("unit", "on"), tie="",
    )  # fmt: skip


def board(standard: Standard, place: Place, asked: Query) -> Board | None:
    """Return the page's figures; None when the unit did not exist on the day."""
    found = who.standing(standard, place)
    if found is None:
        return None
    everybody = np.ones(len(found.people), bool)
    holding = who.holders(found, place) if standard.title_kinds else everybody
    mask = holding if asked.values.get("who") else everybody
    least = 1 if place.sees_people else smallest_shown(place.day)
    counts = [_held_back(row, least) for row in found.by_criterion(mask)]
    overall = _or_none(found.counted(OVERALL, mask), least)
    shown = who.shown_criteria(standard, place)
    return Board(
        overall=overall,
        criteria=counts,
        total=int(mask.sum()),
        holders=int(holding.sum()),
        held_back=sum(row.counts is None and standard.is_on(row.criterion) for row in counts),
        least=least,
        people=_people(found, place, asked, mask, shown) if place.sees_some_people else None,
        shown=shown,
        outside=found.outside,
    )


def _or_none(counts: Counted, least: int) -> Counted | None:
    parts = (counts.met, counts.not_met, counts.unknown)
    return None if tells_too_much(parts, least) else counts


def _held_back(row: CriterionCount, least: int) -> CriterionCount:
    if row.counts is None:
        return row
    return CriterionCount(row.criterion, _or_none(row.counts, least))


def _people(
    found: Standing, place: Place, asked: Query, mask: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    shown: Sequence[Criterion],
) -> Page:  # fmt: skip
    overall = who.overall_of(found, shown)
    picked = picked_rows(found, place, asked, mask, overall)
    page = asked.cut(cast("Sequence[int]", picked), total=len(picked))
    rows = who.person_rows(found, np.asarray(page.rows, np.int64), overall, shown, place.reach)
    return Page(asked, rows, page.total, page.number, page.pages)


def picked_rows(
    found: Standing, place: Place, asked: Query, mask: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    overall: who.Codes,
) -> who.Rows:  # fmt: skip
    """Return the positions that the filters leave, in the order asked for."""
    mask = mask & who.visible(found, place)
    if asked.values["outcome"]:
        mask &= overall == who.OUTCOMES[asked.values["outcome"]]
    ident, _colon, outcome = asked.values["criterion"].partition(":")
    if outcome:
        mask &= found.codes[ident] == who.OUTCOMES[outcome]
    picked = np.flatnonzero(mask).astype(np.int64)
    if asked.sort.removeprefix("-") == "name":
        return who.by_name(found, picked, place.reach, down=asked.sort.startswith("-"))
    return picked[::-1] if asked.sort.startswith("-") else picked


def exported(standard: Standard, place: Place, asked: Query) -> list[who.PersonRow]:
    """Return the lines that the filters leave, for a spreadsheet; at most `MOST_EXPORTED`."""
    found = who.standing(standard, place)
    if found is None or not place.sees_some_people:
        return []
    mask = np.ones(len(found.people), bool)
    if asked.values.get("who"):
        mask &= who.holders(found, place)
    shown = who.shown_criteria(standard, place)
    overall = who.overall_of(found, shown)
    picked = picked_rows(found, place, asked, mask, overall)[:MOST_EXPORTED]
    return who.person_rows(found, picked, overall, shown, place.reach)


def file_name(standard: Standard, day: date) -> str:
    return f"{standard.id}-{day:%Y%m%d}.xlsx"
