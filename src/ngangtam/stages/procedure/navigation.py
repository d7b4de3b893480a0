"""Who sees the entries of this room in the menu, and how many steps wait."""

from django.http import HttpRequest

from ngangtam.foundation.ui.glances import glance
from ngangtam.stages.procedure import queries


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer reads or acts in cases anywhere."""
    return queries.may_read(request.user)


def waiting(request: HttpRequest) -> int | None:
    """Return how many steps wait for somebody like the viewer."""
    return glance(request, "case_steps") or None
