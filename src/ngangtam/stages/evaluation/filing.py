"""Decided classes as dated records in people's files, where later stages read them.

A class that is replaced is struck out of the file and the new one added: nothing is overwritten.
Who decides a class keeps no files: a policy lets exactly this through, and nothing else.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.models import span
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.personnel.models import Record
from ngangtam.stages.evaluation.models import Cycle, Rating, Sheet

# What each kind of cycle leaves in the file; others leave nothing.
KINDS: Final = {
    Cycle.Kind.YEAR: "rating",
    Cycle.Kind.QUARTER: "rating_quarter",
    Cycle.Kind.MONTH: "rating_month",
}
_PARTY: Final = "party"
_BATCH: Final = 5000


def file_ratings(ratings: Sequence[Rating], *, by: str) -> int:
    """Add a record for every class of a person; returns how many.

    Somebody who is rated by the State's rules and by the Party's has the State's as the yearly
    rating, and the Party's beside it.
    """
    people = [rating for rating in ratings if rating.person_id is not None]
    if not people:
        return 0
    cycle = Cycle.objects.get(pk=people[0].cycle_id)
    kind = KINDS.get(Cycle.Kind(cycle.kind))
    if kind is None:
        return 0
    both = _also_rated_by_the_state(people, cycle)
    made = [_record(rating, cycle, kind, both, by) for rating in people]
    rows = [one for one in made if one is not None]
    Record.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def _record(rating: Rating, cycle: Cycle, kind: str, both: set[int], by: str) -> Record | None:
    if rating.person_id is None:
        return None
    party = _is_party(rating.sheet.scheme) and rating.person_id in both
    if party and kind != "rating":
        return None  # months and quarters are followed by the State's rules alone
    told = {"year": cycle.first.year} if kind == "rating" else {"period": cycle.code}
    decision = rating.decision
    first = decision.day if decision is not None else timezone.localdate(rating.decided_at)
    return Record(
        person_id=rating.person_id, kind="party_rating" if party else kind, code=rating.level,
        raw="", detail={**told, "sheet": rating.sheet_id}, valid=span(first), decision=decision,
        recorded_by=by,
    )  # fmt: skip


def _is_party(scheme: str) -> bool:
    found = rulebook().schemes.get(scheme)
    return found is not None and found.regime == _PARTY


def _also_rated_by_the_state(ratings: Sequence[Rating], cycle: Cycle) -> set[int]:
    """Return the people among these who have a sheet of another regime, too."""
    party = [ident for ident in rulebook().schemes if _is_party(ident)]
    mine = {rating.person_id for rating in ratings if _is_party(rating.sheet.scheme)}
    if not mine:
        return set()
    beside = Sheet.objects.filter(cycle=cycle, person__in=mine).exclude(scheme__in=party)
    return {one for one in beside.values_list("person_id", flat=True) if one is not None}


def strike(rating: Rating, *, by: str) -> int:
    """Strike out of the file what a class that is replaced had left there."""
    if rating.person_id is None:
        return 0
    kinds = [*KINDS.values(), "party_rating"]
    rows: Any = Record.objects.filter(
        person=rating.person_id, kind__in=kinds, voided_at__isnull=True,
        detail__sheet=rating.sheet_id,
    )  # fmt: skip
    return int(rows.update(
        voided_at=timezone.now(), voided_by=by,
        void_reason=_("The class was replaced by a new decision."),
    ))  # fmt: skip
