"""The case that elects a committee: opened on an approved list, and what its decision writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.kernel.days import today as present_day
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.formats import day as shown
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Decision, Post
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.procedure.actions import open_case
from ngangtam.stages.procedure.models import Case, CaseSubject
from ngangtam.stages.procedure.values import SubjectValues

STAGE: Final = "committee"
EFFECT: Final = "committee.elected"


# --- opening ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Road:
    """One procedure that could elect a committee. Shape: `is_on` False until confirmed."""

    id: str
    label: str
    is_on: bool


def roads(day: date) -> list[Road]:
    """Return the procedures that elect a committee, those in force first."""
    found = []
    for ident, versions in sorted(rulebook().procedures.items()):
        one = versions.on(day)
        if one is not None and one.stage == STAGE:
            found.append(Road(ident, said(one.label), one.is_on))
    return sorted(found, key=lambda road: not road.is_on)


def seats_of(structure: Structure, day: date) -> list[Post]:
    """Return the posts of the committee's own unit that are seats on a committee."""
    rows = Post.objects.filter(
        unit=structure.unit_id, committee_member=True, voided_at=None, valid__contains=day
    )
    return list(rows.select_related("unit").order_by("standing_committee_member", "position", "pk"))


@dataclass(frozen=True, slots=True)
class Election:
    """The latest case about a structure plan."""

    number: str
    state: str

    @property
    def runs(self) -> bool:
        return self.state in ("running", "frozen")


def election_of(structure_id: int) -> Election | None:
    """Return the latest case that names a structure plan; None before there was one."""
    with connection.cursor() as cursor:
        cursor.execute("select number, state from ngangtam_committee_case(%s)", [structure_id])
        row = cursor.fetchone()
    return Election(*row) if row else None


def open_for_list(
    *, structure_id: int, procedure: str, post_id: int, renews: bool, version: int | None,
    by: User, today: date,
) -> Case:  # fmt: skip
    """Open the case that elects the committee from its approved list.

    Shape: `post_id` is the seat that those elected take; with `renews` everybody who holds it
        leaves it when the decision takes effect, without it the others stay.
    Errors: as `procedure.actions.open_case`; Forbidden without PLAN_KEEP; DomainError when the
        list is not approved, was elected already, or a case is under way.
    """
    structure = Structure.objects.select_related("unit").get(pk=structure_id)
    require(by, Permission.PLAN_KEEP, str(structure.path))
    if version is not None and version != structure.version:
        raise DomainError(
            _("Somebody else changed this plan meanwhile; look at it again before you go on.")
        )
    post = next((one for one in seats_of(structure, today) if one.pk == post_id), None)
    if post is None:
        raise DomainError(_("Choose a seat of this committee."))
    listed = structure.candidates.filter(state=Candidate.State.ON).order_by("pk")
    return open_case(
        procedure=procedure, unit_id=structure.unit_id, post_id=post.pk,
        title=f"Bầu cấp ủy: {structure}",
        subjects=[SubjectValues(one.person_id, post.pk) for one in listed],
        payload={"structure": structure.pk, "renews": renews}, by=by, today=today,
    )  # fmt: skip


def on_opening(case: Case, people: Sequence[int], by: User, today: date) -> None:
    """Look at a case about a committee as it is opened. Errors: DomainError as above."""
    if case.stage != STAGE:
        return
    wanted = case.payload.get("structure")
    rows = Structure.objects.filter(pk=wanted if isinstance(wanted, int) else 0)
    structure = rows.filter(unit=case.unit_id).first()
    if structure is None or case.post_id is None:
        raise DomainError(_("Open this case from the page of the committee."))
    if structure.state != Structure.State.APPROVED:
        raise DomainError(_("The list is elected from once it is approved."))
    if structure.decision_id is not None:
        raise DomainError(_("This committee was elected already."))
    found = Case.objects.filter(
        stage=STAGE, fictional=False, state__in=[Case.State.RUNNING, Case.State.FROZEN],
        payload__structure=structure.pk,
    ).exclude(pk=case.pk).first()  # fmt: skip
    if found is not None:
        raise DomainError(
            _("Case %(number)s is under way about this list.") % {"number": found.number}
        )


# --- the decision --------------------------------------------------------------------------------


def elected(case: Case, decision: Decision, by: User) -> None:
    """Seat those whom the congress elected and the level above confirmed, in the decision.

    Errors: DomainError when the case names no list, nobody or too many were elected, or a seat is
        not free; then nothing of the decision is written.
    """
    structure = _structure(case)
    first = _first(case, decision)
    listed = {
        one.person_id: one
        for one in Candidate.objects.filter(structure=structure, state=Candidate.State.ON)
    }
    rows = CaseSubject.objects.filter(case=case, person__isnull=False).order_by("position", "pk")
    chosen = [one for one in rows.select_related("person") if one.state == CaseSubject.State.IN]
    _refuse_wrong(structure, chosen, set(listed))
    assert case.post_id is not None
    post = Post.objects.select_related("unit").get(pk=case.post_id)
    touched = _leave(post, first) if case.payload.get("renews") else []
    for subject in chosen:
        assert subject.person is not None
        _seat(subject, post, first, decision, by)
        touched.append(subject.person.pk)
    won = {one.person_id for one in chosen}
    for person, candidate in listed.items():
        candidate.elected = person in won
        candidate.save(update_fields=["elected"])
    structure.decision, structure.elected_on = decision, first
    structure.version += 1
    structure.save(update_fields=["decision", "elected_on", "version"])
    personnel.refresh(sorted(set(touched)), day=present_day())


def _structure(case: Case) -> Structure:
    wanted = case.payload.get("structure")
    rows = Structure.objects.select_for_update(of=("self",)).select_related("unit")
    found = rows.filter(pk=wanted).first() if isinstance(wanted, int) else None
    if found is None or case.post_id is None:
        raise DomainError(_("The case does not name the list of a committee."))
    if found.decision_id is not None:
        raise DomainError(_("This committee was elected already."))
    return found


def _refuse_wrong(structure: Structure, chosen: Sequence[CaseSubject], listed: set[int]) -> None:
    strange = [one.name for one in chosen if one.person_id not in listed]
    if strange:
        raise DomainError(
            _("Not on the approved list: %(names)s.") % {"names": ", ".join(strange)[:300]}
        )
    if not chosen:
        raise DomainError(_("Nobody was elected."))
    if len(chosen) > structure.seats:
        raise DomainError(
            _("%(chosen)s were elected for %(seats)s seats; the count of the vote says whom.")
            % {"chosen": len(chosen), "seats": structure.seats}
        )


def _first(case: Case, decision: Decision) -> date:
    said = case.payload.get("effective_on")
    return date.fromisoformat(said) if isinstance(said, str) and said else decision.day


def _leave(post: Post, first: date) -> list[int]:
    """Let everybody leave the seat of the former term; return who did."""
    held = Posting.objects.select_for_update(of=("self",)).standing().filter(
        post=post, valid__overlap=span(first)
    )  # fmt: skip
    gone = []
    for posting in held.select_related("person"):
        if posting.valid.lower >= first:
            raise DomainError(
                _("%(name)s holds this seat only from %(day)s on.")
                % {"name": posting.person.full_name, "day": shown(posting.valid.lower)}
            )
        personnel.end(posting, on=first)
        gone.append(posting.person_id)
    return gone


def _seat(subject: CaseSubject, post: Post, first: date, decision: Decision, by: User) -> Posting:
    if post.voided_at is not None or first not in post.valid:
        raise DomainError(_("The post does not exist on that day."))
    held = Posting.objects.standing().filter(post=post, valid__overlap=span(first))
    if held.filter(person=subject.person_id).exists():
        raise DomainError(_("%(name)s holds this seat already.") % {"name": subject.name})
    taken = set(held.values_list("seat", flat=True))
    free = [0] if post.seats is None else [
        seat for seat in range(1, post.seats + 1) if seat not in taken
    ]  # fmt: skip
    if not free:
        raise DomainError(_("No seat of this post is free from that day on."))
    assert subject.person is not None
    return personnel.add_posting(
        person=subject.person, post=post, first_day=first, seat=free[0], main=False,
        decision=decision, by=by.get_username(),
    )  # fmt: skip
