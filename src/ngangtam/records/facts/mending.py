"""A kept snapshot brought up to date: only the people that changed since are read again.

Source: ADR-0014.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from ngangtam.records.facts.posts import Units, units_of
from ngangtam.records.facts.reading import Reader, Schema
from ngangtam.records.facts.rows import Rows, read_rows
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.records.facts.tree import Ints

# Above this share of the people, reading everybody anew is no slower.
SHARE: Final = 5
FEW: Final = 500
# Every change that the kept snapshot did not see; posts and units stand for whoever held them.
_TOUCHED: Final = """
with since as (
  select what, ids from facts_touched where not pg_visible_in_snapshot(xact, '{seen}')
),
named as (select what, unnest(ids) as id from since)
select null::bigint as person_id from since where ids is null
union
select id from named where what = 'people'
union
select g.person_id from personnel_posting g join organisation_post o on o.id = g.post_id
where o.id in (select id from named where what = 'posts')
   or o.unit_id in (select id from named where what = 'units')
"""
_PERSON: Final[Schema] = {"person_id": pl.Int64}
_MOMENT: Final = "select pg_current_snapshot()::text as seen"


def moment(reader: Reader) -> str:
    """Return which transactions the reader sees, in the words of the database."""
    return str(reader.read(_MOMENT, {"seen": pl.String})["seen"][0])


def mended(reader: Reader, base: Snapshot, day: date, version: str) -> Snapshot | None:
    """Return the snapshot of `day` from an earlier one of the same day.

    Shape: equal to one built from scratch by the same reader. None when so much changed, or
        nobody can say what, that it must be built from scratch.
    """
    touched = reader.read(_TOUCHED.format(seen=base.seen), _PERSON)["person_id"]
    if touched.null_count() or len(touched) > max(FEW, base.frame.height // SHARE):
        return None
    units = units_of(reader, day)
    kept = _kept(base, units, touched)
    if kept is None:
        return None
    fresh = read_rows(reader, day, units, touched.to_list()) if len(touched) else None
    rows = kept if fresh is None else Rows(
        pl.concat([kept.frame, fresh.frame]), pl.concat([kept.further, fresh.further])
    )  # fmt: skip
    return rows.snapshot(units.tree, day, version=version, seen=moment(reader))


def _kept(base: Snapshot, units: Units, touched: pl.Series) -> Rows | None:
    """Return the rows of everybody else, in the numbers of the new tree; None if one is gone."""
    number = units.tree.numbers(base.tree.key)
    frame = base.frame.with_columns(_numbered(number, base.frame["unit"].to_numpy()))
    further = pl.DataFrame({
        "person_id": base.frame["person_id"].gather(base.further_row),
        "unit": _numbered(number, base.further_unit),
    })  # fmt: skip
    if len(touched):
        frame, further = (
            rows.filter(~pl.col("person_id").is_in(touched.implode())) for rows in (frame, further)
        )
    if (frame["unit"] < 0).any() or (further["unit"] < 0).any():
        return None
    return Rows(frame, further)


def _numbered(number: Ints, old: Ints) -> pl.Series:
    return pl.Series("unit", number[old] if len(old) else np.empty(0, np.int32), dtype=pl.Int32)
