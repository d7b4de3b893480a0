"""Writes that actions of rooms above are built from."""

from django.utils import timezone

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.stages.confidence.models import Result


def note_case(result_id: int, number: str, by: User) -> bool:
    """Note the case that was opened on a low result; return whether the result is within reach.

    Who opens cases in the person's unit but not in the body that voted leaves the result waiting:
    there somebody names the case.
    """
    row = Result.objects.select_for_update(of=("self",)).filter(pk=result_id).first()
    if row is None or not row.zone or not may(by, Permission.CASE_RUN, str(row.path)):
        return False
    row.followed, row.case_number, row.note = Result.Followed.CASE, number, ""
    row.settled_by, row.settled_at = by, timezone.now()
    row.save(update_fields=["followed", "case_number", "note", "settled_by", "settled_at"])
    return True
