"""Opening cases from the pages of this room: what is asked, and what the case is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.expr import Outcome
from ngangtam.law.engine.procedures import Procedure
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Post
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import own_person, reach_of
from ngangtam.stages.planning.standing import standing
from ngangtam.stages.procedure import actions as cases
from ngangtam.stages.procedure import duties
from ngangtam.stages.procedure.facts import facts_of, judged
from ngangtam.stages.procedure.knowing import Hint, hints_of
from ngangtam.stages.procedure.models import Case
from ngangtam.stages.procedure.values import SubjectValues

STAGES: Final[dict[str, str | Promise]] = {
    "appointment": gettext_lazy("Appointment"), "nomination": gettext_lazy("Nomination"),
    "secondment": gettext_lazy("Secondment"), "exam": gettext_lazy("After an examination"),
}  # fmt: skip
# What the officer is told by others and enters for the conditions of a secondment.
ENTERED: Final[dict[str, tuple[str, ...]]] = {
    "secondment": (
        "under_disciplinary_review", "under_investigation", "seriously_ill", "on_long_study",
        "child_under_36_months", "special_hardship", "other_barring_reason", "own_wish",
    ),
    "appointment": ("under_disciplinary_review", "under_investigation", "healthy"),
    "nomination": ("under_disciplinary_review", "under_investigation", "healthy"),
    "reappointment": ("under_disciplinary_review", "under_investigation", "healthy",
                      "unit_needs_post"),
    "exam": ("under_disciplinary_review", "under_investigation", "healthy"),
}  # fmt: skip
MOST_CANDIDATES: Final = 20


@dataclass(frozen=True, slots=True)
class Road:
    """One procedure that could be walked for a post. Shape: `why_not` is empty when it may."""

    id: str
    label: str
    cites: tuple[str, ...]
    stage: str
    regime: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Condition:
    """How somebody stands to one condition before the case is opened."""

    label: str
    outcome: str
    value: str
    reason: str
    cites: tuple[str, ...]
    may_be_special: bool
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A candidate with every condition of the procedure; `why_not` bars at once."""

    person: Person
    conditions: tuple[Condition, ...]
    why_not: str

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.conditions)

    @property
    def met(self) -> int:
        return self.count(Outcome.MET.value)

    @property
    def not_met(self) -> int:
        return self.count(Outcome.NOT_MET.value)

    @property
    def unknown(self) -> int:
        return self.count(Outcome.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class Compared:
    """One condition with how each candidate stands to it, in the order of the candidates."""

    label: str
    cites: tuple[str, ...]
    may_be_special: bool
    cells: tuple[tuple[Person, Condition], ...]


def side_by_side(looked: Sequence[Look]) -> list[Compared]:
    """Return the candidates beside each other, condition by condition."""
    if not looked:
        return []
    return [
        Compared(
            row[0].label, tuple(dict.fromkeys(pin for one in row for pin in one.cites)),
            row[0].may_be_special,
            tuple((look.person, one) for look, one in zip(looked, row, strict=True)),
        )
        for row in zip(*(look.conditions for look in looked), strict=True)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What the officer wants to open. Shape: `entered` is file number → fact → value."""

    procedure: str
    numbers: tuple[str, ...]
    months: int | None = None
    probation_months: int | None = None
    goals: tuple[str, ...] = ()
    body: str = ""
    entered: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)


def roads(regime: str, stages: Sequence[str], day: date) -> list[Road]:
    """Return the procedures of these stages that fit the regime of a post, those in force first."""
    found = []
    for ident in sorted(rulebook().procedures):
        one = rulebook().procedures[ident].on(day)
        if one is not None and one.stage in stages and one.regime in (regime, "all", "local"):
            found.append(_road(ident, one))
    return sorted(found, key=lambda road: bool(road.why_not))


def _road(ident: str, one: Procedure) -> Road:
    why = "" if one.is_on else _("waits for confirmation; it can only be tried out")
    return Road(ident, said(one.label), one.cites, one.stage, one.regime, why)


def proposed(post: Post, day: date, viewer: Viewer) -> list[Person]:
    """Return who is in the succession plan for this post, as far as the viewer sees their files."""
    people = [one.person for one in standing([], [post.pk], day).of_post(post.pk)
              if one.state == "in"]  # fmt: skip
    mine = own_person(viewer) if isinstance(viewer, User) else None
    rows = Person.objects.filter(pk__in=[one for one in people if one != mine], voided_at=None)
    return list(rows.select_related("home_unit").order_by("name_key"))


def named(numbers: Sequence[str], viewer: Viewer, day: date) -> list[Person]:
    """Return people by file numbers in that order, as far as the viewer reads their files.

    Errors: DomainError for one that is not there, for none, or for too many.
    """
    wanted = list(dict.fromkeys(one.strip().upper() for one in numbers if one.strip()))
    if not wanted:
        raise DomainError(_("Choose at least one person."))
    if len(wanted) > MOST_CANDIDATES:
        raise DomainError(_("At most %(most)s candidates at once.") % {"most": MOST_CANDIDATES})
    rows = people_for(reach_of(viewer, day)).filter(number__in=wanted)
    found = {row.number: row for row in rows.select_related("home_unit")}
    missing = [one for one in wanted if one not in found]
    if missing:
        raise DomainError(_("There is no file with the number %s.") % ", ".join(missing))
    return [found[one] for one in wanted]


def search(viewer: Viewer, text: str, day: date) -> list[Person]:
    """Return people whose name has these words, as far as the viewer reads files."""
    said = plain(text).split()
    if not said:
        return []
    every = Q()
    for word in said:
        every &= Q(name_plain__contains=word)
    rows = people_for(reach_of(viewer, day)).filter(every)
    return list(rows.select_related("home_unit").order_by("name_key")[:20])


def looks(
    wish: Wish, people: Sequence[Person], post: Post | None, *, day: date, by: User
) -> list[Look]:  # fmt: skip
    """Return how each candidate stands to every condition of the procedure, before it begins."""
    found = _procedure(wish.procedure, day)
    gates = tuple(dict.fromkeys(
        gate for step in found.steps.values() for gate in step.gates
    ))  # fmt: skip
    held = set(duties.people_held([one.pk for one in people]))
    entered = _facts(people, wish)
    told = {
        person: {**known, **entered.get(str(person), {})}
        for person, known in facts_of([one.pk for one in people], post, day).items()
    }
    judged_ = judged(gates, told, post, day)
    return [
        Look(
            one, tuple(
                Condition(
                    said(gate.found.label), gate.found.outcome.value, said(gate.value),
                    said(gate.reason), tuple(gate.cites), gate.found.special,
                    tuple(hints_of(gate.facts, one.number, post, day))
                    if gate.found.outcome is not Outcome.MET else (),
                )
                for gate in judged_.get(one.pk, ())
            ),
            _("a hold stands on this person") if one.pk in held
            else duties.said_of(tied) if (tied := duties.conflict_with([one.pk], by)) else "",
        )
        for one in people
    ]  # fmt: skip


def _procedure(ident: str, day: date) -> Procedure:
    versions = rulebook().procedures.get(ident)
    found = versions.on(day) if versions is not None else None
    if found is None:
        raise DomainError(_("No version of this procedure is in force today."))
    return found


def _facts(people: Sequence[Person], wish: Wish) -> dict[str, dict[str, object]]:
    by_number = {one.number: str(one.pk) for one in people}
    found: dict[str, dict[str, object]] = {
        by_number[number]: dict(said) for number, said in wish.entered.items()
        if number in by_number
    }  # fmt: skip
    if wish.months is not None and wish.procedure and "secondment" in wish.procedure:
        for one in people:
            found.setdefault(str(one.pk), {})["secondment_months"] = wish.months
    return found


def open_for_post(*, post: Post, wish: Wish, by: User, today: date) -> Case:
    """Open a case to fill a post with one of the people named.

    Errors: as `procedure.actions.open_case`; DomainError when nobody fits the wish.
    """
    people = named(wish.numbers, by, today)
    found = _procedure(wish.procedure, today)
    if post.regime != found.regime and found.regime not in ("all", "local"):
        raise DomainError(_("This procedure is not for posts of this kind."))
    if found.stage == "secondment":
        _may_be_seconded(people, wish, today)
    return cases.open_case(
        procedure=wish.procedure, unit_id=post.unit_id, post_id=post.pk, by=by, today=today,
        title=_title(found, post, people),
        subjects=[SubjectValues(one.pk, post.pk) for one in people],
        payload=_payload(found, people, wish),
    )  # fmt: skip


def _may_be_seconded(people: Sequence[Person], wish: Wish, today: date) -> None:
    if wish.months is None:
        raise DomainError(_("Say for how many months the person is seconded."))
    home = Posting.objects.on(today).filter(person__in=people, main=True)
    if set(home.values_list("person_id", flat=True)) != {one.pk for one in people}:
        raise DomainError(_("Only somebody who holds a main post can be seconded."))


def _title(found: Procedure, post: Post, people: Sequence[Person]) -> str:
    who = people[0].full_name if len(people) == 1 else ""
    parts = {"what": found.label["vi"], "post": post.title, "unit": post.unit.name}
    said = "%(what)s: %(post)s – %(unit)s" % parts  # noqa: UP031 - the names stand in one dict
    return f"{said} ({who})" if who else said


def _payload(found: Procedure, people: Sequence[Person], wish: Wish) -> dict[str, Any]:
    payload: dict[str, Any] = {"facts": _facts(people, wish)}
    if found.stage == "secondment":
        payload["secondment_months"] = wish.months
    elif wish.months is not None:
        payload["months"] = wish.months
    if wish.probation_months is not None:
        payload["probation"] = {"months": wish.probation_months, "goals": list(wish.goals)}
    if wish.body:
        payload["body"] = wish.body
    return payload


def open_reappointments(
    *, procedure: str, postings: Sequence[Any], by: User, today: date
) -> tuple[list[Case], list[str]]:
    """Open one case of reappointment for each of these holders.

    Returns: the cases, and in words whom it refused; one refusal stops no other.
    """
    opened: list[Case] = []
    refused: list[str] = []
    for one in postings:
        try:
            opened.append(cases.open_case(
                procedure=procedure, unit_id=one.post.unit_id, post_id=one.post_id, by=by,
                today=today, subjects=[SubjectValues(one.person_id, one.post_id)],
                title=_title(_procedure(procedure, today), one.post, [one.person]),
            ))  # fmt: skip
        except (DomainError, PermissionError) as error:
            said = getattr(error, "messages", None) or [str(error)]
            refused.append(f"{one.person.full_name}: {' '.join(said)}")
    return opened, refused


def may_start(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer may open a case for a post."""
    return may(viewer, Permission.CASE_RUN, str(post.unit.path))
