"""What row-level security costs on the list of people: the same reads as owner and as web role.

Two clocks in one run, interleaved: the statements of the page, and nothing of Python around them.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from django.db import connection

from ngangtam.doors.cli.base import accounted
from ngangtam.doors.cli.bench_accounts import close_account, open_account
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.wall import see_as_owner, seen_by
from ngangtam.foundation.kernel.days import today
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.people import Found, Wish, find
from ngangtam.records.personnel.queries.reach import Reach, reach_of

ACCOUNT: Final = "bench-walls"
TAKE: Final = 50


def bench_walls(rounds: int) -> dict[str, Any]:
    """Return milliseconds of each read as owner and behind the wall, and their ratio.

    Units: milliseconds, the median of `rounds`; a ratio of 1.10 means that the wall costs 10 %.
    Shape: `list` reads (the issue's people list), and raw selects that the policy filters by
        itself; `worst_list_ratio` is the greatest of the former.
    """
    people = Person.objects.count()
    with _account() as user:
        reach = reach_of(user, today())
        reads = {**_lists(reach, people), **_raw()}
        timed = {name: _both(read, user.pk, rounds) for name, read in reads.items()}
    lists = [row["ratio"] for name, row in timed.items() if name.startswith("list")]
    return {
        "people": people, "units": Unit.objects.count(), "rounds": rounds, "reads": timed,
        "list_ratio": round(statistics.geometric_mean(lists), 3),
        "worst_list_ratio": max(lists),
    }  # fmt: skip


@contextmanager
def _account() -> Iterator[User]:
    """An account that keeps all files, for as long as the measure lasts."""
    with accounted("bench.prepared"):
        user = open_account(ACCOUNT)
    try:
        yield user
    finally:
        with accounted("bench.closed"):
            close_account(ACCOUNT)


def _lists(reach: Reach, people: int) -> dict[str, Callable[[], Found]]:
    last = max(0, (people - 1) // TAKE * TAKE)
    unit = Unit.objects.filter(parent__parent__isnull=False, holders__gt=0).order_by("pk").first()
    wishes = {
        "list first page": Wish(take=TAKE),
        "list middle page": Wish(skip=last // 2 // TAKE * TAKE, take=TAKE),
        "list last page": Wish(skip=last, take=TAKE),
        "list by age": Wish(sort="-birth", take=TAKE),
        "list by unit": Wish(sort="unit", take=TAKE),
        "list search": Wish(words=("nguyen", "thi"), take=TAKE),
        "list filter": Wish(filters=(("gender", "female"),), take=TAKE),
    }
    if unit is not None:
        wishes["list of one unit"] = Wish(under=str(unit.path), take=TAKE)
    return {name: partial(find, reach, wish) for name, wish in wishes.items()}


def _raw() -> dict[str, Callable[[], Any]]:
    """Selects without any condition of ours: what the policy alone costs."""
    statements = {
        "raw first page": "select * from personnel_person where voided_at is null "
        "order by name_key, id limit 50",
        "raw one file": "select * from personnel_record where person_id = "
        "(select max(id) from personnel_person)",
    }
    return {name: partial(_select, sql) for name, sql in statements.items()}


def _select(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return len(cursor.fetchall())


@contextmanager
def _without_the_wall(viewer: int) -> Iterator[None]:
    """Read as the owner, whom no policy filters; the lists' own functions still know who asks."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('ngangtam.viewer', %s, false)", [str(viewer)])
    try:
        yield
    finally:
        see_as_owner()


def _both(read: Callable[[], Any], viewer: int, rounds: int) -> dict[str, float]:
    """Time one read on both sides of the wall, turn and turn about."""
    took: dict[str, list[float]] = {"owner": [], "web": []}
    for turn in range(rounds + 1):
        for side in ("owner", "web") if turn % 2 else ("web", "owner"):
            with seen_by(viewer) if side == "web" else _without_the_wall(viewer):
                began = time.perf_counter()
                read()
                spent = time.perf_counter() - began
            if turn:  # the first turn warms plans and pages
                took[side].append(1000 * spent)
    owner, web = (statistics.median(took[side]) for side in ("owner", "web"))
    return {"owner_ms": round(owner, 3), "web_ms": round(web, 3), "ratio": round(web / owner, 3)}
