"""What is known, as of a day: one row a person, one column a fact."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ngangtam.records.facts.snapshot import Snapshot

__all__ = ["on"]


def on(day: date, unit: str | None = None) -> "Snapshot":
    """Return the snapshot of a day, of everybody or of one subtree; see `build.on`."""
    # Imported late: Django loads this package before its models are ready.
    from ngangtam.records.facts import build

    return build.on(day, unit)
