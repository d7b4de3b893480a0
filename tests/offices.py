"""People in posts, and a snapshot that pages read as the product does: as the owner."""

from datetime import date

from django.db import connection

from ngangtam.foundation.access.wall import see_as, see_as_owner
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

FIRST_DAY = date(2024, 1, 1)
DAY = date(2026, 3, 1)


def employ(unit, source, name, *, gender="female", born="5/5/1985", degree="", theory="", **post):
    """Open a file and give the person a post of their own in the unit."""
    person = personnel.add_person(
        full_name=name, unit=unit, source=source, birth=parse_day(born).value, gender=gender
    )
    title = post.pop("title", "Chuyên viên")
    seat = organisation.add_post(unit=unit, title=title, first_day=FIRST_DAY, source=source, **post)
    personnel.add_posting(person=person, post=seat, first_day=FIRST_DAY, source=source)
    for kind, code in (("education", degree), ("theory", theory)):
        if code:
            personnel.add_record(
                person=person, kind=kind, code=code, first_day=FIRST_DAY, source=source
            )
    personnel.refresh([person.pk], day=DAY)
    person.refresh_from_db()
    return person


def read_as_owner(monkeypatch):
    """Let the snapshot be built as the owner while a page is asked for as somebody.

    Outside tests it is read over a connection of its own; inside the transaction of a test there
    is only the one, which the request keeps at the viewer.
    """
    from ngangtam.records import facts

    real = facts.on

    def on(day, unit=None):
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('ngangtam.viewer', true)")
            (viewer,) = cursor.fetchone()
        see_as_owner()
        try:
            return real(day, unit)
        finally:
            if viewer:
                see_as(int(viewer))

    monkeypatch.setattr(facts, "on", on)
