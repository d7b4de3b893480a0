"""Open proposals to appoint somebody, as the room of procedures knows them."""

from collections.abc import Iterable, Sequence

from django.db import connection


def open_cases_of(people: Iterable[int]) -> dict[int, Sequence[str]]:
    """Return the numbers of open cases of appointment or nomination, by person.

    Read by a function of the database: a keeper of plans may not see the case, and must know that
    there is one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select person, number from ngangtam_plan_cases(%s::bigint[])", [sorted(set(people))]
        )
        found: dict[int, list[str]] = {}
        for person, number in cursor.fetchall():
            found.setdefault(person, []).append(number)
    return dict(found)
