"""What time alone changes is reckoned once, and right."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ngangtam.records.personnel import steps

MORNING = date(2026, 3, 1)


def test_a_posting_that_begins_counts_from_that_morning(staff, person_at, lan_department, source):
    person = person_at(lan_department)
    steps.add_posting(person=person, post=staff, first_day=MORNING, source=source)
    steps.refresh([person.pk], day=date(2026, 2, 28))
    lan_department.refresh_from_db()
    before = lan_department.holders

    with CaptureQueriesContext(connection) as asked:
        steps.refresh_everybody(day=MORNING)

    lan_department.refresh_from_db()
    person.refresh_from_db()
    assert (before, lan_department.holders, person.headline) == (0, 1, "Chuyên viên")
    assert sum("ngangtam_refresh_units" in query["sql"] for query in asked) == 1
