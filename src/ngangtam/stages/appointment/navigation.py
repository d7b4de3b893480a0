"""Who sees the entries of this room in the menu."""

from django.db.models import QuerySet
from django.http import HttpRequest

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.glances import glance
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.appointment import queries, queries_exams, queries_own
from ngangtam.stages.appointment.models import Examination


def may_read(request: HttpRequest) -> bool:
    return queries.reads(request.user)


def sits_or_competes(request: HttpRequest) -> bool:
    """Whether an examination concerns the viewer and the lists of the office do not show it."""
    return glance(request, "examinations") > 0


def holds_post(request: HttpRequest) -> bool:
    return glance(request, "posts_counted") > 0


def examinations(user: User) -> QuerySet[Examination] | None:
    """Examinations in which the viewer marks or competes, unless the lists show all of them."""
    return None if queries.reads(user) else queries_exams.exams_for(user)


def posts_counted(user: User) -> QuerySet[Posting]:
    return queries_own.posts_counted(user, today())
