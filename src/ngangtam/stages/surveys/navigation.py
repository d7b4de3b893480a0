"""Who sees the entries of this room in the menu."""

from django.http import HttpRequest

from ngangtam.foundation.kernel.days import today
from ngangtam.records.corrections.navigation import has_own_file
from ngangtam.stages.evaluation.navigation import may_read
from ngangtam.stages.surveys import queries

__all__ = ["has_own_file", "may_read", "waiting"]


def waiting(request: HttpRequest) -> int | None:
    """How many opinions wait to be given; nothing is shown for none."""
    return len(queries.waiting_for(request.user, today())) or None
