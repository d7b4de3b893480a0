"""What the audit calls the actions of this room."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventType(StrEnum):
    TERM_RECORDED = "appointment.term_recorded"
    TERM_STRUCK = "appointment.term_struck"
    NOTICE_GIVEN = "appointment.notice_given"
    PROBATION_SETTLED = "appointment.probation_settled"
    CLOCK_SET = "appointment.clock_set"
    CLOCK_STOPPED = "appointment.clock_stopped"
    CLOCK_RAN = "appointment.clock_ran"
    EXAM_ANNOUNCED = "examination.announced"
    EXAM_STARTED = "examination.started"
    EXAM_CANCELLED = "examination.cancelled"
    JUROR_NAMED = "examination.juror_named"
    ENTERED = "examination.entered"
    WITHDRAWN = "examination.withdrawn"
    BARRED = "examination.barred"
    MARKED = "examination.marked"
    ROUND_CLOSED = "examination.round_closed"
    EXAM_PUBLISHED = "examination.published"
    COMPLAINED = "examination.complained"
    COMPLAINT_ANSWERED = "examination.complaint_answered"


LABELS: Final[dict[str, str | Promise]] = {
    EventType.TERM_RECORDED: _("Term of a post recorded"),
    EventType.TERM_STRUCK: _("Term of a post struck out"),
    EventType.NOTICE_GIVEN: _("Notice given that a term ends"),
    EventType.PROBATION_SETTLED: _("Result of a probation recorded"),
    EventType.CLOCK_SET: _("Clock of reappointment set"),
    EventType.CLOCK_STOPPED: _("Clock of reappointment stopped"),
    EventType.CLOCK_RAN: _("Clock of reappointment ran"),
    EventType.EXAM_ANNOUNCED: _("Examination announced"),
    EventType.EXAM_STARTED: _("Rounds of an examination begun"),
    EventType.EXAM_CANCELLED: _("Examination cancelled"),
    EventType.JUROR_NAMED: _("Juror named"),
    EventType.ENTERED: _("Candidate entered"),
    EventType.WITHDRAWN: _("Candidate withdrew"),
    EventType.BARRED: _("Candidate not admitted"),
    EventType.MARKED: _("Marks given"),
    EventType.ROUND_CLOSED: _("Round of an examination closed"),
    EventType.EXAM_PUBLISHED: _("Result of an examination published"),
    EventType.COMPLAINED: _("Complaint about an examination filed"),
    EventType.COMPLAINT_ANSWERED: _("Complaint about an examination answered"),
}
