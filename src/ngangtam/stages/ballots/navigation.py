"""Who sees the entries of this room in the menu."""

from django.db.models import BooleanField, Func, Q, QuerySet
from django.http import HttpRequest

from ngangtam.foundation.access.models import User
from ngangtam.foundation.ui.glances import glance
from ngangtam.stages.ballots import queries
from ngangtam.stages.ballots.models import Poll, Roll, Teller


def may_read(request: HttpRequest) -> bool:
    """Whether the viewer runs or watches votes of some unit."""
    return queries.may_read(request.user)


def is_asked(request: HttpRequest) -> bool:
    """Whether the viewer votes or counts somewhere."""
    return glance(request, "rolls") + glance(request, "tellers") > 0


def waiting(request: HttpRequest) -> int | None:
    """How many votes wait for the viewer; nothing is shown for none."""
    return glance(request, "voting") + glance(request, "telling") or None


def rolls(user: User) -> QuerySet[Roll]:
    """The rolls on which the viewer stands."""
    return Roll.objects.filter(voter=user)


def tellers(user: User) -> QuerySet[Teller]:
    """The seats of the viewer as a teller."""
    return Teller.objects.filter(user=user)


def voting(user: User) -> QuerySet[Roll]:
    """The rolls of votes in which the viewer can cast a paper now."""
    voted = Func("poll_id", "voter_id", function="ngangtam_ballot_voted",
                 output_field=BooleanField())  # fmt: skip
    open_ = rolls(user).filter(present=True, poll__state=Poll.State.OPEN, poll__on_paper=False)
    return open_.annotate(dropped=voted).filter(dropped=False)


def telling(user: User) -> QuerySet[Teller]:
    """The seats in which the viewer has something to do now; as `queries.waits_for_teller`."""
    return tellers(user).filter(
        Q(poll__on_paper=True, poll__state=Poll.State.OPEN)
        | Q(poll__on_paper=False, poll__state=Poll.State.PREPARED, lock__isnull=True)
        | Q(poll__on_paper=False, poll__state=Poll.State.CLOSED, entered=False)
    )
