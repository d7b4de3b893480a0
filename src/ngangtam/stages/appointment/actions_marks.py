"""What the council does: each juror marks alone, the chair closes a round."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.appointment import marking
from ngangtam.stages.appointment.actions_exams import locked, saved
from ngangtam.stages.appointment.events import EventType
from ngangtam.stages.appointment.models import Examination, Juror, Mark


@transaction.atomic(durable=True)
def give_marks(
    *, examination_id: int, round_id: str, marks: Mapping[int, Decimal], by: User
) -> int:
    """Give one's marks for a round, to everybody who competes in it, once and for all.

    Shape: `marks` by entrant. Returns: how many.
    Errors: Forbidden for who is not on the council; DomainError when the round is not open, a mark
        is missing or outside of the scale, or one's marks are given already.
    """
    # Not locked: a juror changes no examination, and a closed round takes no mark.
    exam = Examination.objects.get(pk=examination_id)
    juror = _juror(exam, by)
    now = marking.open_round(exam)
    if now is None or now.id != round_id:
        raise DomainError(_("This round is not open for marks."))
    if Mark.objects.filter(juror=juror, round=round_id).exists():
        raise DomainError(_("You have given your marks for this round."))
    wanted = {one.pk: one for one in marking.going_on(exam)}
    if set(marks) != set(wanted):
        raise DomainError(_("Everybody who competes gets a mark, and nobody else."))
    for mark in marks.values():
        if not mark.is_finite() or not 0 <= mark <= now.most or mark != round(mark, 2):
            raise DomainError(
                _("A mark runs from 0 to %(most)s, with at most two decimals.")
                % {"most": f"{now.most.normalize():f}"}
            )
    # Written in one statement: nobody else's marks are read on the way.
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into appointment_mark (entrant_id, juror_id, round, mark)"
            " values (%s, %s, %s, %s)",
            [(entrant, juror.pk, round_id, mark) for entrant, mark in sorted(marks.items())],
        )
    # The marks themselves are not told to the audit, whose readers are not on the council.
    record(EventType.MARKED, by=by, subject=exam, round=round_id, count=len(marks))
    return len(marks)


def _juror(exam: Examination, by: User, *, chair: bool = False) -> Juror:
    found = Juror.objects.filter(examination=exam, user=by).first()
    if found is None:
        raise Forbidden(_("Only the council marks."))
    if chair and not found.chair:
        raise Forbidden(_("The chair of the council closes a round."))
    return found


@transaction.atomic(durable=True)
def close_round(*, examination_id: int, round_id: str, version: int, by: User) -> Examination:
    """Close a round once every mark is in; from now on the council sees them all.

    Errors: Forbidden for all but the chair; DomainError while a mark is missing.
    """
    _juror(Examination.objects.get(pk=examination_id), by, chair=True)
    exam = locked(examination_id, version)
    now = marking.open_round(exam)
    if now is None or now.id != round_id:
        raise DomainError(_("This round is not open for marks."))
    if not now.is_full:
        raise DomainError(
            _("%(missing)s marks are missing in this round.") % {"missing": now.needed - now.given}
        )
    exam.closed = [*exam.closed, round_id]
    saved(exam, "closed")
    record(EventType.ROUND_CLOSED, by=by, subject=exam, round=round_id)
    return exam
