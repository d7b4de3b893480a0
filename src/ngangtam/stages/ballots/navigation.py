"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.stages.ballots import queries


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer runs or watches votes of some unit."""
    return queries.may_read(request.user)


def is_asked(request: HttpRequest) -> bool:
    """Whether the viewer votes or counts somewhere."""
    return queries.is_asked(request.user)


def waiting(request: HttpRequest) -> int | None:
    """How many votes wait for the viewer; nothing is shown for none."""
    return queries.waiting(request.user) or None
