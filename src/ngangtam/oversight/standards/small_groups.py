"""Small groups: figures that would tell about a person are not shown without file access."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from ngangtam.oversight.standards.book import rulebook

# No text of law that we know sets this number. Five is what statistical offices commonly use; an
# authority sets its own with a local parameter of this id, citing its own decision.
SMALL_GROUP: Final = 5
PARAMETER: Final = "statistics.small_group"


def smallest_shown(on: date) -> int:
    """Return the size from which a group may be shown to those who may not read files."""
    book = rulebook()
    if PARAMETER in book.parameters:
        found = book.lookup(PARAMETER, on)
        if isinstance(found.value, int):
            return found.value
    return SMALL_GROUP


def tells_too_much(parts: Iterable[int], least: int) -> bool:
    """Whether one of the parts, or all of them together, is a group smaller than allowed."""
    sizes = list(parts)
    return any(0 < size < least for size in (*sizes, sum(sizes)))
