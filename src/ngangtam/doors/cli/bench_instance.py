"""What `bench pages` does inside the instance that it measures: an account, addresses, queries.

Run as a module of its own, with NGANGTAM_HOME pointing at that instance.
"""

import json
import sys
from collections.abc import Callable
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

from ngangtam.doors.cli.base import accounted, django_ready

PAGE_SIZE: Final = 50
SAMPLE: Final = 60


def main() -> None:
    step, *arguments = sys.argv[1:]
    django_ready()
    answers: dict[str, Callable[..., Any]] = {
        "count": count, "open": begin, "close": end,
    }  # fmt: skip
    print(json.dumps(answers[step](*arguments)))


def count() -> int:
    from ngangtam.records.personnel.models import Person

    return Person.objects.count()


def begin(username: str, password: str) -> dict[str, Any]:
    """Make an account that keeps all files; return the addresses and what each kind asks."""
    from django.core.management import call_command

    from ngangtam.doors.cli.bench_accounts import open_account

    call_command("collectstatic", verbosity=0, interactive=False)
    with accounted("bench.prepared"):
        user = open_account(username, password)
    pages = addresses()
    return {"pages": pages, "queries": {name: queries(user, pages[name][0]) for name in pages}}


def end(username: str) -> None:
    """Take the account away again."""
    from ngangtam.doors.cli.bench_accounts import close_account

    with accounted("bench.closed"):
        close_account(username)


def addresses() -> dict[str, list[str]]:
    """Return varied addresses of every kind of page, drawn with a fixed seed."""
    from ngangtam.records.organisation.models import Unit
    from ngangtam.records.personnel.models import Person

    draw = Random(7)  # noqa: S311 - a sample
    first, last = 1, max(1, -(-Person.objects.count() // PAGE_SIZE))
    ids = _ids(draw)
    people = list(Person.objects.filter(pk__in=ids).values_list("number", "name_plain"))
    words = [name.split() for _number, name in people]
    tops = list(Unit.objects.filter(parent=None).values_list("code", flat=True))
    second = Unit.objects.filter(parent__parent=None, parent__isnull=False)
    return {
        "people_first_page": [_list(page=first)],
        "people_middle_page": [_list(page=draw.randint(first, last)) for _ in range(SAMPLE)],
        "people_last_page": [_list(page=last)],
        "search_full_name": [_list(q=name) for _number, name in people],
        "search_family_and_given": [_list(q=f"{name[0]} {name[-1]}") for name in words],
        "search_given_name": [_list(q=name[-1]) for name in words],
        "search_common": [_list(q=text) for text in ("nguyen thi", "nguyen van", "tran", "thi")],
        "search_number": [_list(q=number) for number, _name in people],
        "person_file": [f"/people/{number}/" for number, _name in people],
        "organisation_chart": [
            f"/units/{code}/chart/"
            for code in [*tops, *second.values_list("code", flat=True)[:SAMPLE]]
        ],
    }  # fmt: skip


def _ids(draw: Random) -> list[int]:
    """Draw ids of people evenly, without sorting a million of them."""
    from django.db.models import Max, Min

    from ngangtam.records.personnel.models import Person

    ends = Person.objects.aggregate(low=Min("pk"), high=Max("pk"))
    return [draw.randint(ends["low"], ends["high"]) for _ in range(SAMPLE)]


def _list(**query: object) -> str:
    return f"/people/?{urlencode(query)}"


def queries(user: Any, path: str) -> int:
    """Count the queries of one page, sign-in check and second wall included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return len(seen)


if __name__ == "__main__":
    main()
