"""Writes that actions and commands are built from: no permission asked, nothing audited."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import Grant, Reading, User
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever runs commands on the machine itself: the owner of the instance, not a user."""

    name: str = "ngangtam"
    pk: int | None = None

    def get_username(self) -> str:
        return self.name


def lay_down(
    *, user: User, role: str, path: str, unit_label: str, first_day: date,
    until: date | None = None, reason: str = "", waiting: bool = False,
) -> Grant:  # fmt: skip
    """Grant on the word of the owner of the instance, who stands above the two persons.

    Shape: `waiting` leaves it to somebody who may confirm there.
    """
    return Grant.objects.create(
        user=user, role=role, path=path, unit_label=unit_label, valid=span(first_day, until),
        reason=reason, waiting=waiting,
    )  # fmt: skip


def confirm(grant: Grant) -> None:
    """Confirm on the word of the owner what the owner gave.

    Errors: DomainError when nothing waits, or when a person gave it: then a person confirms.
    """
    if not grant.waiting or grant.voided_at is not None:
        raise DomainError(_("This role does not wait for confirmation."))
    if grant.given_by_id is not None:
        raise DomainError(_("A person gave this role; another person must confirm it."))
    grant.waiting, grant.confirmed_at = False, timezone.now()
    grant.save(update_fields=["waiting", "confirmed_at"])


def end(grant: Grant, *, on: date, reason: str, by: User | None = None) -> None:
    """Let a grant end: cut its period, or void it when it would not have begun."""
    grant.ended_at, grant.ended_by, grant.end_reason = timezone.now(), by, reason[:300]
    grant.ending = Grant.Ending.ENDED
    if on <= grant.valid.lower:
        grant.voided_at = grant.ended_at
    elif grant.valid.upper is None or on < grant.valid.upper:
        grant.valid = span(grant.valid.lower, on)
    grant.save()


def note_reading(
    *, reader: User, subject_type: str, subjects: list[int], parts: list[str], purpose: str
) -> Reading:
    """Keep who looked at what, one row for the whole view."""
    label = f"{reader}, {reader.position}" if reader.position else str(reader)
    return Reading.objects.create(
        reader=reader, reader_label=label[:400], subject_type=subject_type,
        subjects=sorted(set(subjects)), parts=sorted(set(parts)), purpose=purpose[:300],
    )  # fmt: skip
