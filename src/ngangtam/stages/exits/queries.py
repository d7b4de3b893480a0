"""Reads for the screens of the room; every one starts from the viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.kernel.text import plain
from ngangtam.foundation.ui import formats
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import Ground, grounds
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting, Record
from ngangtam.stages.confidence.models import Result
from ngangtam.stages.exits import asking
from ngangtam.stages.exits.models import (
    Departure,
    Exit,
    Letter,
    Proposal,
    Statement,
    Suspension,
)
from ngangtam.stages.procedure.models import Case


def _within(viewer: Viewer, *permissions: Permission) -> Q:
    within = Q(pk__in=[])
    for permission in permissions:
        for path in scopes(viewer, permission):
            within |= Q(path__within=path)
    return within


def _me(viewer: Viewer) -> int | None:
    return own_person(viewer) if isinstance(viewer, User) else None


def may_read(viewer: Viewer) -> bool:
    return may(viewer, Permission.CASE_VIEW)


def units_for(viewer: Viewer) -> list[Unit]:
    """Return the topmost units whose exits the viewer reads."""
    paths = scopes(viewer, Permission.CASE_VIEW)
    return list(Unit.objects.filter(path__in=paths).order_by("path"))


def unit_for(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit whose exits the viewer reads."""
    unit = Unit.objects.filter(code=code, ended_on__isnull=True).first()
    if unit is None or not may(viewer, Permission.CASE_VIEW, str(unit.path)):
        return None
    return unit


def proposals_for(viewer: Viewer) -> QuerySet[Proposal]:
    """Proposals over the viewer's paths, but never one about the viewer."""
    rows = Proposal.objects.filter(_within(viewer, Permission.CASE_VIEW))
    me = _me(viewer)
    if me is not None:
        rows = rows.exclude(person=me)
    return rows.select_related("person", "unit", "post", "settled_by")


def proposals_below(viewer: Viewer, unit: Unit, text: str = "") -> QuerySet[Proposal]:
    rows = proposals_for(viewer).filter(path__within=str(unit.path))
    if text.strip():
        rows = rows.filter(person__name_plain__contains=plain(text))
    return rows


def get_proposal(viewer: Viewer, pk: int) -> Proposal | None:
    return proposals_for(viewer).filter(pk=pk).first()


def told_to(viewer: Viewer) -> list[Proposal]:
    """Return the proposals that the viewer was told of."""
    me = _me(viewer)
    if me is None:
        return []
    rows = Proposal.objects.filter(person=me, told_at__isnull=False)
    return list(rows.select_related("person", "unit", "post").order_by("-told_at"))


def letters_for(viewer: Viewer) -> QuerySet[Letter]:
    """Letters over the viewer's paths, and the viewer's own."""
    within = _within(viewer, Permission.CASE_VIEW)
    me = _me(viewer)
    if me is not None:
        within |= Q(person=me)
    rows = Letter.objects.filter(within).select_related("person", "unit", "post", "answered_by")
    return rows.order_by("-sent_at")


def get_letter(viewer: Viewer, pk: int) -> Letter | None:
    return letters_for(viewer).filter(pk=pk).first()


def suspensions_for(viewer: Viewer) -> QuerySet[Suspension]:
    """Suspensions over the viewer's paths, and the viewer's own."""
    within = _within(viewer, Permission.CASE_VIEW)
    me = _me(viewer)
    if me is not None:
        within |= Q(person=me)
    rows = Suspension.objects.filter(within)
    return rows.select_related(
        "person", "unit", "post", "decision", "extension", "ending"
    ).order_by("-first", "-pk")  # fmt: skip


def get_suspension(viewer: Viewer, pk: int) -> Suspension | None:
    return suspensions_for(viewer).filter(pk=pk).first()


def departures_for(viewer: Viewer) -> QuerySet[Departure]:
    within = _within(viewer, Permission.CASE_VIEW)
    me = _me(viewer)
    if me is not None:
        within |= Q(person=me)
    rows = Departure.objects.filter(within)
    return rows.select_related("person", "unit", "posting__post", "decision").order_by("-day")


def statements_about(viewer: Viewer, person_id: int) -> list[Statement]:
    """Return what authorities found of somebody; nothing of the viewer."""
    if person_id == _me(viewer):
        return []
    rows = Statement.objects.filter(_within(viewer, Permission.CASE_VIEW), person=person_id)
    return list(rows.select_related("decision", "file", "recorded_by").order_by("-day", "-pk"))


def get_statement(viewer: Viewer, pk: int) -> Statement | None:
    rows = Statement.objects.filter(_within(viewer, Permission.CASE_VIEW), pk=pk)
    me = _me(viewer)
    if me is not None:
        rows = rows.exclude(person=me)
    return rows.select_related("person").first()


@dataclass(frozen=True, slots=True)
class Kind:
    """One way out in a unit: what runs, what waits to be considered, what ended this year."""

    exit: str
    label: str
    running: int
    to_consider: int
    ended: int


def kinds_of(viewer: Viewer, unit: Unit, today: date) -> list[Kind]:
    """Return the five ways out with their numbers, each counted once."""
    running = _cases_below(viewer, unit).values("stage").annotate(n=Count("pk"))
    cases = {row["stage"]: row["n"] for row in running}
    rows = proposals_below(viewer, unit).filter(state=Proposal.State.STANDING).order_by()
    waiting = {row["exit"]: row["n"] for row in rows.values("exit").annotate(n=Count("pk"))}
    left = departures_for(viewer).filter(path__within=str(unit.path), day__year=today.year)
    ended = {
        row["exit"]: row["n"] for row in left.order_by().values("exit").annotate(n=Count("pk"))
    }
    suspended = suspensions_for(viewer).filter(
        path__within=str(unit.path), state=Suspension.State.RUNNING
    ).count()  # fmt: skip
    letters = letters_for(viewer).filter(
        path__within=str(unit.path), state=Letter.State.SENT
    ).count()  # fmt: skip
    found = []
    for exit_ in Exit:
        runs = cases.get(exit_.value, 0)
        if exit_ is Exit.SUSPENSION:
            runs += suspended
        more = letters if exit_ is Exit.RESIGNATION else 0
        found.append(
            Kind(exit_.value, str(exit_.label), runs, waiting.get(exit_.value, 0) + more,
                 ended.get(exit_.value, 0))
        )  # fmt: skip
    return found


def _cases_below(viewer: Viewer, unit: Unit) -> QuerySet[Case]:
    rows = Case.objects.filter(_within(viewer, Permission.CASE_VIEW), fictional=False)
    return rows.filter(
        path__within=str(unit.path), stage__in=Exit.values,
        state__in=[Case.State.RUNNING, Case.State.FROZEN],
    ).order_by("due", "pk")  # fmt: skip


def running_cases(viewer: Viewer, unit: Unit) -> list[Case]:
    """Return the running cases of leaving a post in a unit and below."""
    return list(_cases_below(viewer, unit).select_related("unit")[:50])


# -- grounds in words ----------------------------------------------------------------------------


def ground_of(ident: str) -> Ground | None:
    return grounds(rulebook()).found.get(ident)


def label_of(ident: str) -> str:
    """Return what a ground or a figure is called."""
    known = grounds(rulebook())
    if ident in known.found:
        return said(known.found[ident].label)
    fact = known.vocabulary.facts.get(ident)
    return said(fact.label) if fact is not None else asking.label_of(ident)


def not_watched(day: date) -> list[Ground]:
    """Return the grounds in force whose text waits for confirmation."""
    return [one for one in grounds(rulebook()).on(day) if not one.confirmed]


def choices_of(exit_: str, day: date, *, only_said: bool = False) -> list[tuple[str, str]]:
    """Return the grounds of one way out that hold on a day, for a form."""
    found = [one for one in grounds(rulebook()).on(day) if one.exit == exit_]
    if only_said:
        found = [one for one in found if one.said]
    return [(one.id, said(one.label)) for one in found]


def statement_choices(day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return everything that an authority may be recorded to have found, by way out."""
    known = grounds(rulebook())
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for exit_ in Exit:
        rows = [
            (one.id, said(one.label))
            for one in known.found.values()
            if one.exit == exit_.value and one.said and day in one.in_force
        ]
        if rows:
            groups.append((str(exit_.label).capitalize(), rows))
    figures_ = [
        (name, said(known.vocabulary.facts[name].label))
        for name in known.further()
        if not name.endswith("_votes") or name.endswith("_low_votes")
    ]
    return [*groups, ("", figures_), (_("What conditions of cases ask"), asking.choices())]


# -- what a proposal rests on --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a ground looked at. Shape: `rests_on` are lines in words, with addresses."""

    label: str
    value: Any
    rests_on: list[tuple[str, str]]

    @property
    def shown(self) -> str:
        """The value as people read it."""
        if isinstance(self.value, bool):
            return _("yes") if self.value else _("no")
        if isinstance(self.value, date):
            return formats.day(self.value)
        if isinstance(self.value, int | float):
            return formats.number(self.value)
        return "–" if self.value in (None, "") else str(self.value)


def pieces_of(viewer: Viewer, proposal: Proposal) -> list[Piece]:
    """Return what a proposal rests on, in words; read at once."""
    facts_ = proposal.evidence.get("facts", [])
    refs = {ref for piece in facts_ for ref in piece.get("rests_on", ())}
    told = _told(viewer, proposal, refs)
    own = {piece["fact"]: piece for piece in facts_}
    return [
        Piece(
            said(piece["label"]), _shown(name, piece["value"]),
            [told[ref] for ref in piece.get("rests_on", ()) if ref in told],
        )
        for name, piece in own.items()
    ]  # fmt: skip


def _shown(name: str, value: Any) -> Any:
    known = grounds(rulebook()).vocabulary
    if name in known.facts and isinstance(value, str):
        catalogue = known.catalogue_of(name)
        if catalogue is not None and value in catalogue:
            return said(catalogue.entries[catalogue.position(value)].label)
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        return date.fromisoformat(value)
    return value


def _told(viewer: Viewer, proposal: Proposal, refs: set[str]) -> dict[str, tuple[str, str]]:
    records = _keys(refs, "record")
    statements = _keys(refs, "statement")
    found: dict[str, tuple[str, str]] = {}
    for one in Record.objects.filter(pk__in=records).select_related("decision"):
        found[f"record:{one.pk}"] = (_record_words(one), f"{proposal.person.get_absolute_url()}")
    for statement in Statement.objects.filter(pk__in=statements).select_related("decision"):
        found[f"statement:{statement.pk}"] = (
            f"{statement.says} – {statement.decision.number}"
            f" ({statement.decision.day:%d/%m/%Y}), {statement.decision.body}",
            "",
        )
    for vote in Result.objects.filter(pk__in=_keys(refs, "confidence")).select_related("round"):
        found[f"confidence:{vote.pk}"] = (f"{vote.round.title} ({vote.day:%d/%m/%Y})", "")
    for ref in refs:
        if ref.startswith("evaluation:"):
            found[ref] = (_("Yearly evaluation of the unit as a collective"), "")
    return found


def _record_words(one: Record) -> str:
    from ngangtam.records.personnel.catalogues import label
    from ngangtam.records.personnel.kinds import KINDS

    kind = KINDS[one.kind]
    words = label(kind.catalogue, one.code) if kind.catalogue else one.raw
    year = one.detail.get("year")
    when = str(year) if year else f"{one.valid.lower:%d/%m/%Y}"
    rests = f", {one.decision.number}" if one.decision is not None else ""
    return f"{kind.label}: {words} ({when}{rests})"


def _keys(refs: set[str], kind: str) -> list[int]:
    return [int(ref.partition(":")[2]) for ref in refs if ref.startswith(f"{kind}:")]


# -- for forms -----------------------------------------------------------------------------------


def person_for(viewer: Viewer, number: str, permission: Permission) -> Person | None:
    """Return somebody over whom the viewer holds a permission; never the viewer."""
    person = Person.objects.filter(number=number, voided_at__isnull=True).first()
    if person is None or person.pk == _me(viewer):
        return None
    return person if may(viewer, permission, str(person.home_path)) else None


def own_postings(viewer: Viewer, day: date) -> list[Posting]:
    """Return the leadership posts that the viewer holds."""
    me = _me(viewer)
    if me is None:
        return []
    rows = Posting.objects.on(day).filter(person=me, post__leadership=True)
    return list(rows.select_related("post__unit").order_by("-main", "pk"))


def search_people(viewer: Viewer, text: str) -> Sequence[Person]:
    """Return a few people over whom the viewer opens cases, by name or file number."""
    within = Q(pk__in=[])
    for path in scopes(viewer, Permission.CASE_RUN):
        within |= Q(home_path__within=path)
    said = plain(text)
    rows = Person.objects.filter(within, voided_at__isnull=True)
    rows = rows.filter(Q(name_plain__contains=said) | Q(number__iexact=text.strip()))
    return list(rows.order_by("name_key")[:10])
