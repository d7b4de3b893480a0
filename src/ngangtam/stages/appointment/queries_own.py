"""An official's own posts: since when, until when, and what will be asked at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.procedures import Procedure
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.corrections.queries import linked
from ngangtam.records.organisation.models import Regime
from ngangtam.records.personnel.models import Posting
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.models import Term
from ngangtam.stages.appointment.queries import STAGE
from ngangtam.stages.procedure.steps import ITEMS

# Told by the office in charge to the authority; nobody prepares for it.
_NOT_ASKED: Final = frozenset({"control.no-hold"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition that is looked at, with its basis."""

    label: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One of one's own posts.

    Shape: `last` is the last day, None where nothing says it; `by_law` when it follows from the
        law and no decision on record; `asked` and `papers` of the procedure called `procedure`.
    """

    posting: Posting
    term: Term | None
    last: date | None
    by_law: bool
    over: bool
    notice_by: date | None
    procedure: str
    cites: tuple[str, ...]
    asked: tuple[Asked, ...]
    papers: tuple[str, ...]


def posts_counted(user: User, day: date) -> QuerySet[Posting]:
    """The viewer's posts whose time is counted."""
    counted = Q(post__leadership=True) | Q(terms__state=Term.State.RUNNING)
    mine = linked(user).values("person")
    return Posting.objects.on(day).filter(counted, person__in=mine).distinct()


def own_posts(viewer: Viewer, day: date) -> list[Held]:
    """Return the viewer's posts whose time is counted, the main one first."""
    me = own_person(viewer) if isinstance(viewer, User) else None
    if me is None:
        return []
    rows = list(
        Posting.objects.on(day).filter(person=me)
        .select_related("post__unit", "decision").order_by("-main", "valid", "pk")
    )  # fmt: skip
    running = {
        one.posting_id: one
        for one in Term.objects.filter(
            posting__in=[row.pk for row in rows], state=Term.State.RUNNING
        ).select_related("decision").order_by("until")
    }  # fmt: skip
    return [
        _held(row, running.get(row.pk), day) for row in rows
        if row.post.leadership or row.pk in running
    ]  # fmt: skip


def _held(posting: Posting, term: Term | None, day: date) -> Held:
    until = term.until if term is not None else _by_law(posting, day)
    found = _procedure(posting.post.regime, day) if term is None or term.kind == "term" else None
    return Held(
        posting=posting, term=term, last=until - timedelta(days=1) if until else None,
        by_law=until is not None and term is None, over=until is not None and until <= day,
        notice_by=terms.notice_by(until, day) if until is not None and found else None,
        procedure=said(found.label) if found else "", cites=found.cites if found else (),
        asked=tuple(_asked(found)) if found else (), papers=tuple(_papers(found)) if found else (),
    )  # fmt: skip


def _by_law(posting: Posting, day: date) -> date | None:
    """Return the end that follows from the law alone, as the office's list reckons it."""
    rule = terms.term_rule(posting.post.regime, day)
    first = posting.valid.lower
    if posting.post.regime != Regime.CIVIL_SERVANT or rule is None or rule.from_ is None:
        return None
    months = terms.term_months(posting.post.regime, day)
    return terms.end_of(first, months) if months and first >= rule.from_ else None


def _procedure(regime: str, day: date) -> Procedure | None:
    for versions in rulebook().procedures.values():
        one = versions.on(day)
        if one is not None and one.is_on and one.stage == STAGE and one.regime == regime:
            return one
    return None


def _asked(found: Procedure) -> Iterable[Asked]:
    gates = rulebook().gates
    for ident in dict.fromkeys(gate for step in found.steps.values() for gate in step.gates):
        if ident not in _NOT_ASKED:
            yield Asked(said(gates[ident].label), gates[ident].cites)


def _papers(found: Procedure) -> Iterable[str]:
    catalogue = rulebook().vocabulary.catalogues.get(ITEMS)
    for step in found.steps.values():
        if step.kind == "document":
            yield said(step.label)
        for item in step.dossier:
            yield said(catalogue.entry(item).label) if catalogue and item in catalogue else item
