"""What may be done with the personnel of a committee: numbers, candidates, approval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.committees import rules
from ngangtam.stages.committees.events import EventType
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.planning.rules import facts_of, open_ones, refused
from ngangtam.stages.planning.steps import saved

FIGURES: Final = ("women_percent", "young_percent", "young_under", "band_width")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a committee."""

    counted_on: date
    seats: int
    standing: int
    deputies: int
    merged: int = 1


@transaction.atomic(durable=True)
def open_structure(*, unit_code: str, term: str, numbers: Numbers, by: User) -> Structure:
    """Open the structure plan of a committee for a term.

    Errors: Forbidden without PLAN_KEEP there; DomainError for numbers that do not fit together,
        or when the committee has one for the term.
    """
    unit = Unit.objects.get(code=unit_code)
    require(by, Permission.PLAN_KEEP, str(unit.path))
    if not fold(term):
        raise DomainError(_("Name the term."))
    made: Structure = saved(
        Structure(unit=unit, path=unit.path, term=fold(term), made_by=by, **_said(numbers))
    )
    record(EventType.OPENED, by=by, subject=made, seats=made.seats, standing=made.standing,
           deputies=made.deputies, counted_on=made.counted_on.isoformat())  # fmt: skip
    return made


def _said(numbers: Numbers) -> dict[str, object]:
    return {name: getattr(numbers, name) for name in Numbers.__dataclass_fields__}


@transaction.atomic(durable=True)
def change_numbers(
    *, structure_id: int, numbers: Numbers, version: int | None, by: User
) -> Structure:
    """Change the numbers of a structure plan. Errors: as `add`."""
    found = _locked(structure_id, version, by)
    for name, value in _said(numbers).items():
        setattr(found, name, value)
    saved(found, update_fields=list(_said(numbers)))
    _raise(found)
    record(EventType.CHANGED, by=by, subject=found, seats=found.seats, standing=found.standing,
           deputies=found.deputies, counted_on=found.counted_on.isoformat())  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands, as what; from outside the list with the delegates present and in favour."""

    number: str
    kind: str
    outside: bool = False
    present: int | None = None
    support: int | None = None
    judgement: str = ""


@transaction.atomic(durable=True)
def add(
    *, structure_id: int, standing: Standing, version: int | None, by: User, today: date
) -> Candidate:
    """Put somebody on the list of candidates.

    Errors: Forbidden without PLAN_KEEP, for a file out of reach or oneself; DomainError when a
        rule is not met, or one cannot say and nobody judged.
    """
    found = _locked(structure_id, version, by)
    person = Person.objects.select_related("home_unit").filter(
        number=standing.number, voided_at=None
    ).first()  # fmt: skip
    if person is None:
        raise DomainError(_("There is no such person within your reach."))
    require(by, Permission.PERSON_VIEW, str(person.home_path))
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody puts the own name on a list."))
    checks = rules.candidate(
        found, standing.kind, facts_of([person.pk], today).get(person.pk), today,
        outside=standing.outside, present=standing.present, support=standing.support,
    )  # fmt: skip
    unmet = refused(checks)
    if unmet:
        raise DomainError(
            _("A rule is not met: %(what)s")
            % {"what": "; ".join(f"{one.label['vi']} – {one.reason['vi']}" for one in unmet)}
        )
    if open_ones(checks) and not fold(standing.judgement):
        raise DomainError(
            _("Some rules cannot be decided from the file; write what was judged about them.")
        )
    made: Candidate = saved(Candidate(
        structure=found, person=person, path=found.path, number=person.number,
        full_name=person.full_name, headline=person.headline,
        workplace=person.home_unit.name if person.home_unit else "", kind=standing.kind,
        outside=standing.outside, present=standing.present if standing.outside else None,
        support=standing.support if standing.outside else None,
        findings=[one.plain() for one in checks], judgement=fold(standing.judgement)[:1000],
        added_by=by,
    ))  # fmt: skip
    _raise(found)
    record(
        EventType.ADDED, by=by, subject=person, place=str(found.path), structure=found.pk,
        candidate=made.pk, kind=made.kind, outside=made.outside,
        cites=dict.fromkeys(cite for one in checks for cite in one.cites),
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def take_off(*, candidate_id: int, reason: str, by: User) -> Structure:
    """Take somebody off the list, with the reason. Errors: DomainError without one."""
    seen = Candidate.objects.get(pk=candidate_id)
    found = _locked(seen.structure_id, None, by)
    if seen.person_id == own_person(by):
        raise Forbidden(_("Nobody puts the own name on a list."))
    one = Candidate.objects.select_for_update(of=("self",)).select_related("person").get(
        pk=candidate_id
    )  # fmt: skip
    if one.state != Candidate.State.ON:
        raise DomainError(_("This person does not stand on the list."))
    if not fold(reason):
        raise DomainError(_("Say why."))
    one.state, one.reason = Candidate.State.OFF, fold(reason)[:1000]
    one.save(update_fields=["state", "reason"])
    _raise(found)
    record(EventType.TAKEN_OFF, by=by, subject=one.person, place=str(found.path),
           structure=found.pk, candidate=one.pk, reason=one.reason)  # fmt: skip
    return found


@transaction.atomic(durable=True)
def set_figures(
    *, structure_id: int, figures: Mapping[str, int | None], basis: str, by: User
) -> Structure:
    """Set the shares that the rulebook has no confirmed figure for, with the document.

    Errors: Forbidden without PLAN_APPROVE; DomainError without a document.
    """
    require(by, Permission.PLAN_APPROVE, str(_seen(structure_id).path))
    found = Structure.objects.select_for_update().get(pk=structure_id)
    if not fold(basis):
        raise DomainError(_("Name the document that sets these figures."))
    found.figures = {name: figures[name] for name in FIGURES if figures.get(name) is not None}
    found.figures_basis = fold(basis)[:300]
    found.save(update_fields=["figures", "figures_basis"])
    _raise(found)
    record(EventType.FIGURES_SET, by=by, subject=found, figures=found.figures,
           basis=found.figures_basis)  # fmt: skip
    return found


@transaction.atomic(durable=True)
def approve(
    *, structure_id: int, document: str, day: date, version: int | None, by: User, today: date
) -> Structure:
    """Approve the structure and the list, by a document; what does not fit is shown, not hidden.

    Errors: Forbidden without PLAN_APPROVE, for who kept it and who stands on it; DomainError when
        it is approved, a number of the law is not met, or nobody stands on the list.
    """
    seen = _seen(structure_id)
    require(by, Permission.PLAN_APPROVE, str(seen.path))
    listed = list(seen.candidates.filter(state="on").values_list("person_id", "added_by_id"))
    if by.pk == seen.made_by_id or by.pk in {added for _person, added in listed}:
        raise Forbidden(_("Who kept the plan does not approve it."))
    if own_person(by) in {person for person, _added in listed}:
        raise Forbidden(_("Your own name stands on this list; somebody else approves it."))
    found = Structure.objects.select_for_update(of=("self",)).select_related("unit").get(
        pk=structure_id
    )  # fmt: skip
    _check(found, version)
    if not listed:
        raise DomainError(_("Nobody stands on this list."))
    if day > today or not fold(document):
        raise DomainError(_("Name the document, signed today or before."))
    unmet = refused(rules.numbers(found, today))
    if unmet:
        raise DomainError(
            _("A rule is not met: %(what)s")
            % {"what": "; ".join(f"{one.label['vi']} – {one.reason['vi']}" for one in unmet)}
        )
    found.state, found.approved_by, found.approved_on = Structure.State.APPROVED, by, day
    found.document = fold(document)[:300]
    found.save(update_fields=["state", "approved_by", "approved_on", "document"])
    _raise(found)
    record(EventType.APPROVED, by=by, subject=found, document=found.document,
           day=day.isoformat(), candidates=len(listed))  # fmt: skip
    return found


def _seen(structure_id: int) -> Structure:
    return Structure.objects.select_related("unit").get(pk=structure_id)


def _locked(structure_id: int, version: int | None, by: User) -> Structure:
    # Before the lock, which the wall gives only to those who may.
    require(by, Permission.PLAN_KEEP, str(_seen(structure_id).path))
    found = Structure.objects.select_for_update(of=("self",)).select_related("unit").get(
        pk=structure_id
    )  # fmt: skip
    _check(found, version)
    return found


def _check(found: Structure, version: int | None) -> None:
    if version is not None and version != found.version:
        raise DomainError(
            _("Somebody else changed this plan meanwhile; look at it again before you go on.")
        )
    if found.state == Structure.State.APPROVED:
        raise DomainError(_("This structure plan is approved; nothing in it changes any more."))


def _raise(found: Structure) -> None:
    Structure.objects.filter(pk=found.pk).update(version=F("version") + 1)
    found.refresh_from_db(fields=["version"])
