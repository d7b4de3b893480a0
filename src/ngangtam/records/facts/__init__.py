"""What is known, as of a day: one row a person, one column a fact."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from ngangtam.records.facts.snapshot import Snapshot

__all__ = ["of", "on"]


def on(day: date, unit: str | None = None) -> "Snapshot":
    """Return the snapshot of a day, of everybody or of one subtree; see `build.on`."""
    # Imported late: Django loads this package before its models are ready.
    from ngangtam.records.facts import build

    return build.on(day, unit)


def of(people: Sequence[int], day: date) -> "pl.DataFrame":
    """Return the rows of these people alone, without the snapshot; see `build.of`."""
    from ngangtam.records.facts import build

    return build.of(people, day)
