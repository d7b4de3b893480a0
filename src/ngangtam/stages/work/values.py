"""What is said about work before it is written: plain values, no rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Work:
    """One task as it is to be given. Shape: no person for a unit's; no product counts as itself."""

    title: str
    due: date
    month: date | None = None
    quantity: Decimal = Decimal(1)
    person_id: int | None = None
    unit_id: int | None = None
    product_id: int | None = None
    origin: str = ""

    @property
    def counts_in(self) -> date:
        """The first day of the month in which it counts: its own, or the deadline's."""
        return (self.month or self.due).replace(day=1)
