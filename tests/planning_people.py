"""What tests of succession plans make: posts, people with a file, an account of somebody."""

from datetime import date

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

TODAY = date(2026, 3, 20)
FIRST, UNTIL, COUNTED = date(2026, 7, 1), date(2031, 7, 1), date(2026, 7, 1)


def make_post(unit, source, title, kind, **more):
    more = {"level": "province", "seats": 9, "managed_by": "body", **more}
    return organisation.add_post(
        unit=unit, title=title, title_kind=kind, first_day=date(2020, 1, 1), source=source, **more
    )


def make_person(name, post, source, *, born=date(1985, 5, 5), gender="male", conclusion=True,
                degree="university", theory="advanced", ethnicity="kinh", seat=None):  # fmt: skip
    person = personnel.add_person(
        full_name=name, unit=post.unit, source=source, gender=gender, ethnicity=ethnicity,
        birth=PartialDate(f"{born:%d/%m/%Y}", born, "day"),
    )  # fmt: skip
    held = post.postings.count() + 1 if post.seats else 0
    personnel.add_posting(person=person, post=post, first_day=date(2021, 1, 1), source=source,
                          seat=seat or held)  # fmt: skip
    for kind, code in (("education", degree), ("theory", theory), ("party", "member")):
        personnel.add_record(
            person=person, kind=kind, code=code, first_day=date(2012, 1, 1), source=source
        )
    if conclusion:
        personnel.add_record(person=person, kind="political_conclusion", code="fit",
                             first_day=date(2025, 1, 1), source=source)  # fmt: skip
    personnel.refresh([person.pk], day=TODAY)
    person.refresh_from_db()
    return person


def link(user, person):
    Account.objects.create(user=user, person=person, state="linked")
    return user
