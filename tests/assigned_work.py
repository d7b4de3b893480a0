"""People who hold posts and have accounts, for tests of assigned work."""

from datetime import date

from conftest import _user
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

TODAY = date(2026, 3, 20)


def make_person(name, unit, source, *, head=False, title="Chuyên viên"):
    row = personnel.add_person(full_name=name, unit=unit, source=source)
    post = organisation.add_post(
        unit=unit, title=title, first_day=date(2021, 1, 1), source=source, head=head,
        leadership=head,
    )  # fmt: skip
    personnel.add_posting(person=row, post=post, first_day=date(2022, 1, 1), source=source)
    personnel.refresh([row.pk], day=TODAY)
    row.refresh_from_db()
    return row


def link(username, name, person, role="", unit=None):
    user = _user(username, name, role, unit)
    Account.objects.create(user=user, person=person, state="linked")
    return user
