"""Who sees the entries of this room in the menu."""

from django.db.models import QuerySet
from django.http import HttpRequest

from ngangtam.foundation.access.models import User
from ngangtam.foundation.ui.glances import glance
from ngangtam.records.corrections.queries import linked
from ngangtam.stages.confidence import queries
from ngangtam.stages.confidence.models import Result


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer prepares or reads rounds anywhere."""
    return queries.may_read(request.user)


def has_results(request: HttpRequest) -> bool:
    """Whether results about the viewer were released."""
    return glance(request, "own_confidence") > 0


def waiting(request: HttpRequest) -> int | None:
    """How many low results wait to be considered; nothing is shown for none."""
    return glance(request, "low_confidence") or None


def own_results(user: User) -> QuerySet[Result]:
    """Results about the viewer that were released."""
    mine = linked(user).values("person")
    return Result.objects.filter(person__in=mine, round__released_at__isnull=False)


def low_results(user: User) -> QuerySet[Result] | None:
    """Low results that wait to be considered."""
    return queries.waiting_results(user) if queries.may_read(user) else None
