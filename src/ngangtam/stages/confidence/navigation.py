"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.stages.confidence import queries


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer prepares or reads rounds anywhere."""
    return queries.may_read(request.user)


def has_results(request: HttpRequest) -> bool:
    """Whether results about the viewer were released."""
    return queries.has_own_results(request.user)


def waiting(request: HttpRequest) -> int | None:
    """How many low results wait to be considered; nothing is shown for none."""
    return queries.waiting_results(request.user).count() or None
