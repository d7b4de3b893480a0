"""In which province of today an area lies, through the mergers of provinces."""

from __future__ import annotations

from typing import Final

import polars as pl

from ngangtam.records.facts.reading import Reader

_AREAS: Final = "select id, parent_id, level from organisation_area where voided_at is null"
_BECAME: Final = """
select s.before_id, s.after_id
from organisation_areasuccession s
join organisation_area a on a.id = s.before_id
where a.level = 'province'
"""


def provinces(reader: Reader) -> dict[int, int]:
    """Return, for every area, the id of the province it lies in today.

    Shape: an area whose province went to several others has none: nobody can say.
    """
    areas = reader.read(_AREAS, {"id": pl.Int64, "parent_id": pl.Int64, "level": pl.String})
    lines = reader.read(_BECAME, {"before_id": pl.Int64, "after_id": pl.Int64})
    above = dict(zip(areas["id"], areas["parent_id"], strict=True))
    tops = set(areas.filter(pl.col("level") == "province")["id"])
    became: dict[int, set[int]] = {}
    for before, after in lines.iter_rows():
        became.setdefault(before, set()).add(after)
    found: dict[int, int] = {}
    for area in above:
        province = _today(_province(area, above, tops), became)
        if province is not None:
            found[area] = province
    return found


def _province(area: int | None, above: dict[int, int | None], tops: set[int]) -> int | None:
    seen: set[int] = set()
    while area is not None and area not in tops and area not in seen:
        seen.add(area)
        area = above.get(area)
    return area if area in tops else None


def _today(province: int | None, became: dict[int, set[int]]) -> int | None:
    seen: set[int] = set()
    while province is not None and province in became and province not in seen:
        seen.add(province)
        after = became[province]
        province = next(iter(after)) if len(after) == 1 else None
    return province
