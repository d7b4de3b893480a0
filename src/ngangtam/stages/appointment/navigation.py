"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.kernel.days import today
from ngangtam.stages.appointment import queries, queries_exams, queries_own


def may_read(request: HttpRequest) -> bool:
    return queries.reads(request.user)


def sits_or_competes(request: HttpRequest) -> bool:
    """Whether an examination concerns the viewer and the lists of the office do not show it."""
    return not queries.reads(request.user) and queries_exams.takes_part(request.user)


def holds_post(request: HttpRequest) -> bool:
    return queries_own.holds_post(request.user, today())
