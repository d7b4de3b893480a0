"""Indicators of a place as one viewer may see them, and the pictures of its people."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import full_age
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import charts
from ngangtam.foundation.ui.charts import Picture
from ngangtam.law.engine.model import Indicator, IndicatorSet
from ngangtam.oversight.standards.book import Rulebook, rulebook
from ngangtam.oversight.standards.places import Place
from ngangtam.oversight.standards.small_groups import smallest_shown, tells_too_much
from ngangtam.oversight.targets import holding_back, indicators
from ngangtam.oversight.targets.indicators import Figures
from ngangtam.records.facts.snapshot import Snapshot

YOUNGEST, OLDEST, STEP = 20, 65, 5
MOST_BARS = 14


@dataclass(frozen=True, slots=True)
class BandFigure:
    """One band of an indicator."""

    label: str
    count: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator in one place. `hidden` where a small group is held back."""

    indicator: Indicator
    reference_day: date
    count: int
    total: int
    percent: float | None
    unknown: int
    value: float | None
    bands: list[BandFigure]
    hidden: bool

    @property
    def known(self) -> bool:
        """Whether anything is known: nobody counted and everybody unknown is no zero."""
        return self.total == 0 or self.unknown < self.total


@lru_cache(maxsize=6)
def _figures(book: Rulebook, ident: str, snapshot: Snapshot) -> Figures:
    return indicators.figures(snapshot, book.indicators[ident])


def figures(place: Place, definitions: IndicatorSet) -> list[Figure] | None:
    """Return every indicator of a set in the place; None when the unit was not there that day."""
    found = place.snapshot
    if found is None:
        return None
    least = 1 if place.sees_people else smallest_shown(place.day)
    every = _figures(rulebook(), definitions.id, found[0])
    by_id = {item.id: item for item in definitions.items}
    hidden: frozenset[str] = frozenset()
    if least > 1:
        above = place.path.rpartition(".")[0]
        hidden = holding_back.hidden_at(
            rulebook(), definitions, every, found[1], least,
            with_brothers=place.reach.may(Permission.TARGET_VIEW, above),
        )  # fmt: skip
    return [_figure(by_id[row["id"]], row, row["id"] in hidden) for row in every.of(found[1])]


def _figure(item: Indicator, row: dict[str, Any], hidden: bool) -> Figure:
    bands = [
        BandFigure(said(band.label), part["count"], part["percent"])
        for band, part in zip(item.bands, row.get("bands", []), strict=False)
    ]
    return Figure(
        indicator=item,
        reference_day=date.fromisoformat(row["reference_day"]),
        count=row["count"],
        total=row["total"],
        percent=row["percent"],
        unknown=row["unknown"],
        value=row.get("value"),
        bands=bands,
        hidden=hidden,
    )


def pyramid(place: Place) -> Picture | None:
    """Return men and women by age; None for nobody, or where a band would be a small group."""
    found = place.snapshot
    if found is None:
        return None
    frame = found[0].people(found[1]).select("birth_day", "gender")
    if not frame.height:
        return None
    genders = rulebook().catalogues["gender"]
    bands = _bands(frame, place.day, genders.position("male"), genders.position("female"))
    if not place.sees_people:
        sizes = [size for band in bands for size in (band.men, band.women, band.unknown)]
        if tells_too_much(sizes, smallest_shown(place.day)):
            return None
    return charts.pyramid(bands, title=_("People by age and gender"))


def _bands(frame: pl.DataFrame, day: date, male: int, female: int) -> list[charts.Band]:
    born = (
        frame.filter(pl.col("birth_day").is_not_null()).group_by("birth_day", "gender").len().rows()
    )
    counts: dict[int, list[int]] = {start: [0, 0, 0] for start in range(YOUNGEST, OLDEST + 1, STEP)}
    for birth, gender, people in born:
        start = min(max(full_age(birth, day) // STEP * STEP, YOUNGEST), OLDEST)
        place = {male: 0, female: 1}.get(gender, 2)
        counts[start][place] += people
    return [charts.Band(_band_name(start), *sizes) for start, sizes in counts.items()]


def _band_name(start: int) -> str:
    if start == YOUNGEST:
        return _("under %(age)s") % {"age": YOUNGEST + STEP}
    if start == OLDEST:
        return _("%(age)s and over") % {"age": OLDEST}
    return f"{start}–{start + STEP - 1}"


def composition(found: list[Figure]) -> Picture | None:
    """Return the largest shares of a set as bars; None when there are none."""
    shares = [
        (one.percent, said(one.indicator.label))
        for one in found
        if one.indicator.kind == "count" and one.indicator.denominator is None
        and one.indicator.id != "total" and one.percent and one.known and not one.hidden
    ]  # fmt: skip
    bars = [charts.Bar(label, share) for share, label in sorted(shares, reverse=True)[:MOST_BARS]]
    return charts.bars(bars, title=_("Composition")) if bars else None
