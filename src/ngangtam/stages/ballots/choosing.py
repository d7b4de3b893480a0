"""What can be chosen while a vote is prepared: units, rules, people with accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.counting import CountingRules
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.people import Wish, find, people_for, read_words
from ngangtam.records.personnel.queries.reach import reach_of


def units_to_prepare_in(viewer: Viewer) -> list[Unit]:
    """Return the topmost units in which the viewer may prepare votes."""
    paths = scopes(viewer, Permission.BALLOT_RUN)
    return list(Unit.objects.filter(path__in=paths).order_by("path")) if paths else []


def unit_to_prepare_in(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit in which the viewer may prepare votes."""
    unit = Unit.objects.filter(code=code, ended_on__isnull=True).first()
    if unit is None or not may(viewer, Permission.BALLOT_RUN, str(unit.path)):
        return None
    return unit


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with an account who can be called, or count."""

    user: int
    name: str
    unit: str


def people_of(unit: Unit) -> list[Caller]:
    """Return everybody of a unit and below whose account is linked, by name."""
    rows = Account.objects.filter(state=Account.State.LINKED, user__is_active=True)
    rows = rows.filter(person__home_path__within=str(unit.path), person__voided_at__isnull=True)
    found = rows.order_by("person__name_key", "pk").values_list(
        "user_id", "person__full_name", "person__home_unit__name"
    )
    return [Caller(user, name, place or "") for user, name, place in found]


def without_account(unit: Unit) -> int:
    """Return how many people of a unit and below have no linked account."""
    people = Person.objects.filter(home_path__within=str(unit.path), voided_at__isnull=True)
    return people.count() - len(people_of(unit))


def rules_on(day: date) -> list[CountingRules]:
    """Return the counting rules in force on a day, by kind and name."""
    found = (one.on(day) for one in rulebook().counting.values())
    rows = [one for one in found if one is not None]
    return sorted(rows, key=lambda one: (one.kind, one.id))


def accounts_named(names: Iterable[str]) -> dict[str, int]:
    """Return account name → account, for those that exist and may sign in."""
    rows = User.objects.filter(username__in=list(names), is_active=True)
    return dict(rows.values_list("username", "pk"))


def people_numbered(numbers: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return file number → (person, name), for those whom the viewer may read."""
    rows = Person.objects.filter(number__in=list(numbers), voided_at__isnull=True)
    return {
        number: (pk, name) for number, pk, name in rows.values_list("number", "pk", "full_name")
    }


# -- names found on papers -------------------------------------------------------------------------

_OFFERED: Final = 8
_SIGN: Final = " · "


class People:
    """People of the register as one viewer may read them, for names found on papers."""

    def __init__(self, viewer: Viewer, on: date) -> None:
        self.reach = reach_of(viewer, on)

    def offered(self, typed: str) -> list[str]:
        """Return who fits what was typed, as the field shows them."""
        words, number = read_words(typed)
        if not words and not number:
            return []
        wish = Wish(words=words, number=number, take=_OFFERED)
        return [_text(one) for one in find(self.reach, wish).rows]

    def meant(self, text: str) -> tuple[str, int | None]:
        """Return (name, person) of what was typed: a choice from the list, a number, or a name.

        Shape: ("", None) for a number of no file that the viewer may read.
        """
        parts = text.split(_SIGN.strip())
        number = read_words(parts[1] if len(parts) > 1 else text)[1]
        if not number:
            return text, None
        found = find(self.reach, Wish(number=number, take=1)).rows
        return (found[0].full_name, found[0].pk) if found else ("", None)

    def shown(self, name: str, person: int | None) -> str:
        """Return a name as the field shows it, with the file that it was found to be."""
        found = self.files([person]) if person is not None else {}
        return _text(found[person]) if person in found else name

    def files(self, ids: Iterable[int]) -> dict[int, Person]:
        """Return the files among these that the viewer may read."""
        wanted = [one for one in ids if one]
        if not wanted:
            return {}
        return people_for(self.reach).filter(pk__in=wanted).select_related("home_unit").in_bulk()


def _text(person: Person) -> str:
    place = person.home_unit.name if person.home_unit else ""
    return _SIGN.join(part for part in (person.full_name, person.number, place) if part)
