"""A nation of any size that does not exist, for trials and measurements.

The same seed gives the same nation. Straight to Parquet it takes seconds for millions; into
PostgreSQL it goes by COPY.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from ngangtam.doors.demo.nation_people import people_of
from ngangtam.doors.demo.nation_tree import nation
from ngangtam.law.engine import rulebook
from ngangtam.records.facts.snapshot import Snapshot, arrange

SEED: Final = 20260101
DAY: Final = date(2026, 1, 1)


def generate(people: int, units: int, seed: int = SEED, day: date = DAY) -> Snapshot:
    """Return the snapshot of an invented nation on `day`."""
    country = nation(units)
    drawn = people_of(country, people, day, seed, rulebook().catalogues)
    return arrange(
        drawn.frame,
        country.tree,
        day,
        further=(drawn.further_row, drawn.further_unit),
        version=f"demo-{people}-{units}-{seed}",
    )


def generate_parquet(people: int, units: int, folder: Path, seed: int = SEED) -> Snapshot:
    """Write an invented nation as Parquet into `folder` and return it."""
    snapshot = generate(people, units, seed)
    snapshot.write(folder)
    return snapshot


def generate_database(people: int, units: int, seed: int = SEED) -> None:
    """Write an invented nation into an instance that holds no people; see `filling.fill`."""
    # Imported late: generating Parquet needs no database.
    from ngangtam.doors.demo.filling import fill

    fill(generate(people, units, seed), seed)
