"""Cases that a person may open on a vote of confidence: its ground and evidence go with them."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.stages.confidence.following import Offer
from ngangtam.stages.confidence.models import Result, Round
from ngangtam.stages.exits import effects, queries, tasks
from ngangtam.stages.exits.models import Proposal


def offers(viewer: Viewer, results: Sequence[Result]) -> dict[int, list[Offer]]:
    """Return the cases that the viewer may open on these results, each way out once.

    Shape: a ground of a confirmed text stands before a sign.
    """
    wanted = {one.pk for one in results}
    rows = queries.proposals_for(viewer).filter(
        person__in=[one.person_id for one in results], state=Proposal.State.STANDING
    )
    found: dict[int, dict[str, Offer]] = {}
    for proposal in rows.order_by("-confirmed", "first_seen", "pk"):
        if not may(viewer, Permission.CASE_RUN, str(proposal.path)):
            continue
        offer = Offer(
            _("Open a case: %(exit)s") % {"exit": proposal.get_exit_display()},
            reverse("exit-proposal-open", args=[proposal.pk]),
        )
        for vote in wanted.intersection(effects.votes_behind(proposal)):
            found.setdefault(vote, {}).setdefault(proposal.exit, offer)
    return {vote: list(made.values()) for vote, made in found.items()}


def counted(one: Round) -> None:
    """Have the worker look at the grounds of the body that voted, once the count stands."""
    round_id = one.pk
    transaction.on_commit(lambda: tasks.order_look_after(round_id))
