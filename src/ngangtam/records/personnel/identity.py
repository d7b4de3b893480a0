"""Setting fields of identity anew, for the actions of this and higher rooms.

No permission and no audit here.
"""

from typing import Any, Final

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold, name_key, plain
from ngangtam.records.personnel.kinds import WITNESSED_FIELDS
from ngangtam.records.personnel.models import IdentityChange, Person

# What a change of identity may set. Days and names carry derived columns with them.
IDENTITY: Final = (
    "full_name", "other_names", "birth", "gender", "ethnicity", "religion", "nationality",
    "hometown_raw", "birthplace_raw", "personal_number",
)  # fmt: skip


def value_of(person: Person, field: str) -> str:
    """Return a field of identity as it is written."""
    return fold(person.birth_raw if field == "birth" else getattr(person, field))


def changed(person: Person, changes: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return (old, new) of the fields that would become something else."""
    pairs = {
        field: (value_of(person, field), fold(str(value or "")))
        for field, value in changes.items()
        if field in IDENTITY
    }
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def witnessed(changes: dict[str, Any]) -> list[str]:
    """Return the fields among these that two officers change."""
    return [field for field in WITNESSED_FIELDS if field in changes]


def set_identity(
    person: Person, changes: dict[str, Any], *, reason: str, by: str
) -> list[IdentityChange]:
    """Set fields anew; each leaves what it was, what it became, why and by whom.

    Shape: `changes` maps names of `IDENTITY` to new values; `birth` is a PartialDate.
    Errors: DomainError when nothing changes.
    """
    made = [
        IdentityChange(person=person, field=field, old=old[:300], new=new[:300],
                       reason=reason[:300], by=by)
        for field, (old, new) in changed(person, changes).items()
    ]  # fmt: skip
    if not made:
        raise DomainError(_("Nothing would change."))
    for change in made:
        _set(person, change.field, changes[change.field])
    person.save()
    IdentityChange.objects.bulk_create(made)
    return made


def _set(person: Person, field: str, value: Any) -> None:
    if field == "birth":
        person.birth_raw = value.raw if value else ""
        person.birth_day = value.day if value else None
        person.birth_precision = value.precision if value else Person.Precision.NONE
        return
    setattr(person, field, fold(value))
    if field in ("ethnicity", "religion"):
        setattr(person, f"{field}_raw", "")
    if field == "full_name":
        person.name_key, person.name_plain = name_key(person.full_name), plain(person.full_name)
