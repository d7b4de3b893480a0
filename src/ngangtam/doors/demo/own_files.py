"""Accounts of officials whose own file they can open, and a second officer for what takes two."""

from datetime import date
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.records.corrections.models import Account
from ngangtam.records.personnel.models import Person, Posting, Record

# The account, and in which unit its person works.
OFFICIALS: Final = (("canbo", "SG.UB.SNV"), ("canboxa", "SG.X05"))
# The account of a head, and the unit that the person heads.
HEADS: Final = (("giamdoc", "SG.UB.SNV"), ("truongphong", "SG.UB.SNV.1"))
REASON: Final = "Tài khoản dùng thử của tỉnh hư cấu"


def person_in(code: str) -> Person:
    """Return somebody of a unit or below it, who leads nothing and has a degree to ask about."""
    people = Person.objects.filter(
        home_unit__code__startswith=code, leadership=False, voided_at__isnull=True,
        pk__in=Record.objects.filter(kind="education").values("person"),
    )  # fmt: skip
    return people.order_by("number")[0]


def head_of(code: str, on: date) -> Person:
    """Return who heads a unit on the day."""
    held = Posting.objects.on(on).filter(post__head=True, post__unit__code=code, main=True)
    return held.select_related("person")[0].person


def link(user: User, person: Person) -> Account:
    """Link an account on the word of the owner of the instance."""
    return Account.objects.create(
        user=user, person=person, state=Account.State.LINKED, reason=REASON
    )
