"""Verbs of identity: whether rows of a roster are the people that they may be."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import Actor, record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.intake import events, steps
from ngangtam.records.intake.actions import allow
from ngangtam.records.intake.models import Batch, Match
from ngangtam.records.intake.two_officers import reference
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel import witnessing


@transaction.atomic(durable=True)
def decide(*, match_ids: Sequence[int], decision: str, batch_id: int, by: Actor) -> int:
    """Say whether rows are the people they may be; return how many matches that settled.

    Errors: Forbidden; DomainError when the batch is no longer open to decisions.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    allow(by, batch.unit)
    if batch.state != Batch.State.CHECKED:
        raise DomainError(_("This roster is no longer open to decisions."))
    if decision not in Match.Decision.values:
        raise DomainError(_("There is no such decision."))
    count = Match.objects.filter(batch=batch, pk__in=match_ids).update(
        decision=decision, decided_by=by.get_username(), decided_at=timezone.now()
    )
    record(events.DECIDED, by=by, subject=batch, decision=decision, matches=list(match_ids))
    return count


@transaction.atomic(durable=True)
def decide_afterwards(*, match_id: int, decision: str, by: Actor, today: date) -> Match:
    """Decide on a match of a committed roster; the same person means one file from now on.

    Errors: Forbidden; DomainError when it is decided already, the roster is not committed, or the
        newer file holds more than the roster wrote.
    """
    match = Match.objects.select_for_update(of=("self",)).get(pk=match_id)
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=match.batch_id)
    )
    allow(by, batch.unit)
    if batch.state != Batch.State.COMMITTED or match.decision:
        raise DomainError(_("This match is no longer open to a decision."))
    if decision not in {Match.Decision.SAME, Match.Decision.DIFFERENT}:
        raise DomainError(_("There is no such decision."))
    if decision == Match.Decision.SAME:
        twin = steps.person_at(batch, match.place)
        person = match.person_id or steps.person_at(batch, match.other_place)
        if twin != person:
            claims = steps.claims_of(twin, person)
            steps.join_people(batch, twin=twin, person=person, by=by.get_username())
            if isinstance(by, User):
                witnessing.propose(claims, origin=str(batch), reference=reference(batch), by=by)
            personnel.refresh([twin, person], day=today)
    match.decision, match.decided_by = decision, by.get_username()
    match.decided_at = timezone.now()
    match.save(update_fields=["decision", "decided_by", "decided_at"])
    record(events.DECIDED, by=by, subject=batch, decision=decision, matches=[match.pk])
    return match
