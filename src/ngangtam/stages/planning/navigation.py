"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.records.corrections import navigation
from ngangtam.stages.planning import queries


def is_planned(request: HttpRequest) -> bool:
    """Whether the account is linked to somebody: what stands there is the own place alone."""
    return navigation.has_own_file(request)


def may_read(request: HttpRequest) -> bool:
    return queries.reads_plans(request.user)
