"""The list of people: scoped, searched, narrowed, one page of a million."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import Reach

_DIGIT: Final = re.compile(r"\d")
_PERSONAL_NUMBER: Final = re.compile(r"^(\d{9}|\d{12})$")
_NOT_WORDS: Final = re.compile(r"[^\w]+")
MOST_WORDS: Final = 6

# Full years, the upper end out; None leaves it open.
AGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "u30": (None, 30), "30s": (30, 40), "40s": (40, 50), "50s": (50, 60), "o60": (60, None),
    "u40": (None, 40), "u45": (None, 45),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One page of people. Shape: with `more` there are more than `total`."""

    rows: list[Person]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What one request wants to see, in the words of the domain.

    Shape: `filters` are keys of `ngangtam_people_filter`; `sort` is name, birth or unit, with a
        minus for the other way round; `under` is the path of a unit, None for all that is seen.
    """

    words: tuple[str, ...] = ()
    number: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    sort: str = "name"
    under: str | None = None
    skip: int = 0
    take: int = 50


def people_for(reach: Reach) -> QuerySet[Person]:
    """The files that the viewer may read."""
    tops = reach.over(Permission.PERSON_VIEW)
    if not tops:
        return Person.objects.none()
    within = Q()
    for top in tops:
        within |= Q(home_path__within=top)
    return Person.objects.filter(within, voided_at__isnull=True)


def may_list(reach: Reach, unit: Unit | None) -> bool:
    """Whether there is a list for the viewer at all: of anybody, or of anybody in a unit."""
    if unit is None:
        return reach.may(Permission.PERSON_VIEW)
    return reach.touches(Permission.PERSON_VIEW, unit.path)


def read_words(text: str) -> tuple[tuple[str, ...], str]:
    """Return (words, number) of what was typed: words without accents, or one exact number."""
    typed = fold(text)
    if _DIGIT.search(typed):  # no name holds a digit
        return (), typed.replace(" ", "").upper()[:20]
    words = (_NOT_WORDS.sub("", word) for word in plain(typed).split(" "))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS], ""


def born_between(band: str, on: date) -> dict[str, str]:
    """Return the filters of birth days for an age band in full years on a day."""
    youngest, oldest = AGES[band]
    narrowed = {}
    if oldest is not None:
        narrowed["born_from"] = str(add_months(on, -12 * oldest) + timedelta(days=1))
    if youngest is not None:
        narrowed["born_until"] = str(add_months(on, -12 * youngest) + timedelta(days=1))
    return narrowed


def find(reach: Reach, wish: Wish) -> Found:
    """Return the page of people that the viewer wished for.

    The database answers with ids, whatever the size of the list; the rows are read through the
    viewer's own query.
    """
    if wish.number:
        return _by_number(reach, wish)
    tops = [wish.under] if wish.under else list(reach.over(Permission.PERSON_VIEW))
    if not tops:
        return Found([], 0)
    backward = wish.sort.startswith("-")
    with connection.cursor() as cursor:
        if wish.words or wish.filters:
            cursor.execute(
                "select ids, total, more from ngangtam_people_find("
                "%s::ltree[], %s::text[], %s::jsonb, %s, %s, %s, %s)",
                [tops, list(wish.words), json.dumps(dict(wish.filters)), wish.sort.lstrip("-"),
                 backward, wish.skip, wish.take],
            )  # fmt: skip
        else:
            cursor.execute(
                "select ids, total, more from ngangtam_people_list(%s::ltree[], %s, %s, %s, %s)",
                [tops, wish.sort.lstrip("-"), backward, wish.skip, wish.take],
            )
        row = cursor.fetchone()
    assert row is not None
    ids, total, more = row
    if total and not ids and wish.skip:
        return find(reach, replace(wish, skip=(total - 1) // wish.take * wish.take))
    return Found(_in_order(reach, ids), total, more)


def _in_order(reach: Reach, ids: Iterable[int]) -> list[Person]:
    wanted = list(ids)
    rows = people_for(reach).filter(pk__in=wanted).select_related("home_unit").in_bulk()
    return [rows[one] for one in wanted if one in rows]


def _by_number(reach: Reach, wish: Wish) -> Found:
    """Look one person up by file number, or by personal number where that may be seen."""
    rows = people_for(reach).select_related("home_unit")
    if wish.under:
        rows = rows.filter(home_path__within=wish.under)
    found = list(rows.filter(number__in=[wish.number, f"CB{wish.number:0>7}"]))
    if _PERSONAL_NUMBER.match(wish.number):
        found += [
            person
            for person in rows.filter(personal_number=wish.number)
            if reach.may(Permission.PERSON_VIEW_SENSITIVE, person.home_path)
        ]
    return Found(found, len(found))


def every(reach: Reach, wish: Wish, most: int) -> Found:
    """Return all that the wish finds, for a file, `most` rows at the most."""
    return find(reach, replace(wish, skip=0, take=most))


def unit_of(code: str) -> Unit | None:
    """Return the unit to narrow a list to; which units exist is no secret."""
    return Unit.objects.filter(code=code).first() if code else None
