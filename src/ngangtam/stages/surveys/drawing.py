"""Who is asked: drawn from the organisation by chance, never picked."""

import secrets
from datetime import date
from typing import Final

from django.db import connection

from ngangtam.stages.surveys.models import Side

# The most that are asked of one side; more are drawn by lot.
MOST: Final = {Side.SUPERIOR: 3, Side.PEER: 20, Side.SUBORDINATE: 40}


def circle(subject: int | None, unit: int, day: date) -> dict[str, list[int]]:
    """Return the people around a person, or around a unit, by side."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select side, person_id from ngangtam_survey_circle(%s, %s, %s)", [subject, unit, day]
        )
        found: dict[str, list[int]] = {}
        for side, person in cursor.fetchall():
            found.setdefault(side, []).append(person)
    return found


def draw(subject: int | None, unit: int, day: date) -> list[tuple[str, int]]:
    """Draw who is asked: (side, person), in an order of chance."""
    lot = secrets.SystemRandom()
    drawn = [
        (side, person)
        for side, people in circle(subject, unit, day).items()
        for person in lot.sample(people, min(len(people), MOST[Side(side)]))
    ]
    lot.shuffle(drawn)
    return drawn
