"""Reading plans for screens and for rooms above, as one viewer may see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.text import plain
from ngangtam.records import facts as snapshots
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Person, Record
from ngangtam.records.personnel.queries.people import Wish, find, people_for, read_words
from ngangtam.records.personnel.queries.reach import Reach, own_person, reach_of
from ngangtam.stages.planning import future, measures, rules, standing, steps
from ngangtam.stages.planning.balance import Balance, Title
from ngangtam.stages.planning.cases import PlanCase, case_of, open_cases_of
from ngangtam.stages.planning.figures import limit
from ngangtam.stages.planning.measures import Shape
from ngangtam.stages.planning.models import (
    Plan,
    PlanEntry,
    PlanList,
    PlanReview,
    PlanTitle,
    ReviewLine,
)
from ngangtam.stages.planning.ranking import is_equal_or_higher, rank_of
from ngangtam.stages.planning.rights import LIVE, STANDING, WAITING, why_not_approve

READS: Final = (Permission.CASE_VIEW, Permission.PLAN_KEEP, Permission.PLAN_APPROVE)
MOST_FOUND: Final = 20
MOST_POSTS: Final = 300
MOST_READ: Final = 20_000
S = PlanEntry.State


# --- what rooms above ask -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """How somebody is planned with regard to a post. Shape: `equal_or_higher` None where a person
    must say how two titles stand; `proposed` while a plan with the person waits for approval.
    With the person counted as one more: `people` for the post and `titles` of its level; None
    without a post."""

    title: bool
    equal_or_higher: bool | None
    proposed: bool
    people: int | None = None
    titles: int | None = None


def planned_for(people: Sequence[int], post: Post | None, day: date) -> dict[int, Planned]:
    """Return how people are planned on a day: for this very post, for one as high or higher."""
    now = standing.standing(people, () if post is None else (post.pk,), day)
    approved: dict[int, set[int]] = defaultdict(set)
    proposed: set[int] = set()
    for one in now.places:
        if one.state == S.PROPOSED:
            proposed.add(one.person)
        else:
            approved[one.person].add(one.post)
    posts = Post.objects.in_bulk({pk for found in approved.values() for pk in found})
    rank = rank_of(post) if post is not None else None
    found = {}
    for person in people:
        here = approved.get(person, set())
        title = post is not None and post.pk in here
        high: bool | None = title
        if rank is not None and not title:
            said = {is_equal_or_higher(rank_of(posts[pk]), rank) for pk in here if pk in posts}
            high = True if True in said else None if None in said else False
        found[person] = Planned(
            title, high, person in proposed, *_counted(now, person, post)
        )  # fmt: skip
    return found


def _counted(
    now: standing.Standing, person: int, post: Post | None
) -> tuple[int | None, int | None]:
    if post is None:
        return None, None
    # Who leaves a plan in which the person is under way goes with the decision that brings in.
    plans = {one.plan for one in now.of_person(person) if one.post == post.pk}
    return (
        standing.people_for(now, post.pk, person, plans),
        standing.titles_of(now, person, post.pk, post.level, plans),
    )


# --- plans ----------------------------------------------------------------------------------------


def reads_plans(viewer: Viewer) -> bool:
    return any(may(viewer, verb) for verb in READS)


def _within(viewer: Viewer, field_name: str, verbs: Iterable[Permission] = READS) -> Q:
    paths = {path for verb in verbs for path in scopes(viewer, verb)}
    seen = Q(pk__in=[])
    for path in paths:
        seen |= Q(**{f"{field_name}__within": path})
    return seen


def plans_for(viewer: Viewer) -> QuerySet[Plan]:
    """The plans that the viewer may read by a grant."""
    return Plan.objects.filter(_within(viewer, "path")).select_related("unit", "decision")


def plan_rows(viewer: Viewer, values: Mapping[str, str]) -> QuerySet[Plan]:
    """Plans for the list, with how many titles and people each has."""
    rows = plans_for(viewer).annotate(
        titles_count=Count("titles", filter=Q(titles__removed_at=None), distinct=True),
        people_count=Count("entries__person", filter=Q(entries__state__in=STANDING), distinct=True),
        waiting_count=Count("entries", filter=Q(entries__state__in=WAITING), distinct=True),
    )
    if values.get("state"):
        rows = rows.filter(state=values["state"])
    for word in plain(values.get("q", "")).split()[:5]:
        rows = rows.filter(Q(unit__name_plain__contains=word) | Q(term__icontains=word))
    return rows


def plan_of(viewer: Viewer, pk: int) -> Plan | None:
    return plans_for(viewer).select_related("made_by", "submitted_by", "approved_by").filter(
        pk=pk
    ).first()  # fmt: skip


def title_of(viewer: Viewer, pk: int) -> PlanTitle | None:
    rows = PlanTitle.objects.filter(_within(viewer, "plan__path"), removed_at=None)
    return rows.select_related("plan__unit", "post__unit").filter(pk=pk).first()


def entry_of(viewer: Viewer, pk: int) -> PlanEntry | None:
    """Return an entry that the viewer reads by a grant, or the own one once it was approved."""
    seen = _within(viewer, "path")
    me = own_person(viewer)
    if me is not None:
        seen |= Q(person_id=me, state__in=[S.IN, S.LEAVING, S.OUT])
    rows = PlanEntry.objects.filter(seen).select_related(
        "plan__unit", "title__post", "in_decision", "out_decision", "added_by"
    )
    return rows.filter(pk=pk).first()


def own_entries(viewer: Viewer) -> list[PlanEntry]:
    """Return the viewer's own places in plans: those that were approved, now or once."""
    me = own_person(viewer)
    if me is None:
        return []
    rows = PlanEntry.objects.filter(person_id=me, state__in=[S.IN, S.LEAVING, S.OUT])
    return list(
        rows.select_related("plan__unit", "title", "in_decision", "out_decision")
        .order_by("-in_since", "-pk")
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One title of a plan with those who stand under it, in order."""

    title: PlanTitle
    entries: list[PlanEntry]
    room: int | None

    @property
    def full(self) -> bool:
        return self.room is not None and self.room <= 0


@dataclass(frozen=True, slots=True)
class Board:
    """One plan as its page shows it. Shape: `left` who stood in it before."""

    plan: Plan
    lines: list[Line]
    left: list[PlanEntry]
    shape: Shape
    ages: Mapping[int, int]
    may_keep: bool
    may_approve: bool
    why_not: str
    review: PlanReview | None
    review_due: date | None
    waiting: int
    figures: list[Any] = field(default_factory=list)
    case: PlanCase | None = None
    may_start: bool = False

    @property
    def people(self) -> int:
        return self.shape.people

    @property
    def case_failed(self) -> bool:
        return (
            self.plan.state == Plan.State.REVIEW
            and self.case is not None
            and self.case.failed(self.plan)
        )


def board(viewer: Viewer, plan: Plan, today: date) -> Board:
    """Return everything that the page of a plan shows."""
    from ngangtam.stages.planning.figures import all_figures

    titles = list(plan.titles.filter(removed_at=None).select_related("post"))
    entries = list(plan.entries.select_related("title", "in_decision", "out_decision"))
    most, _cites = limit("planning.max_people_per_title", today)
    by_title: dict[int, list[PlanEntry]] = defaultdict(list)
    for one in entries:
        if one.state in LIVE:
            by_title[one.title_id].append(one)
    live = [one for one in entries if one.state in LIVE]
    known = rules.facts_of(sorted({one.person_id for one in live}), today)
    people = measures.members(
        [(one.person_id, one.science) for one in live], known, plan.counted_on
    )
    waiting = sum(one.state in WAITING for one in live)
    keeps = may(viewer, Permission.PLAN_KEEP, str(plan.path))
    approves = may(viewer, Permission.PLAN_APPROVE, str(plan.path))
    why_not = why_not_approve(viewer, plan) if approves else ""  # type: ignore[arg-type]
    case = case_of(plan.pk)
    runs = case is not None and case.runs
    may_keep = keeps and plan.state in (Plan.State.DRAFT, Plan.State.APPROVED)
    return Board(
        plan=plan,
        lines=[
            Line(one, by_title[one.pk], None if most is None else most - sum(
                entry.state != S.LEAVING for entry in by_title[one.pk]
            ))
            for one in titles
        ],
        left=[one for one in entries if one.state == S.OUT],
        shape=measures.shape_of(plan, people),
        ages={one.person: one.age for one in people if one.age is not None},
        may_keep=may_keep, may_approve=approves and not runs, why_not=why_not, case=case,
        may_start=may_keep and may(viewer, Permission.CASE_RUN, str(plan.path))
        and bool(waiting or plan.reviewed_on),
        review=plan.reviews.filter(closed_at=None).first(),
        review_due=review_due(plan), waiting=waiting, figures=all_figures(plan),
    )  # fmt: skip


def review_due(plan: Plan) -> date | None:
    """Return the day by which a plan is to be reviewed; None before it was approved."""
    since = plan.reviewed_on or plan.approved_on
    months, _cites = limit("planning.review_every_months", since) if since else (None, ())
    return add_months(since, int(months)) if since and months and plan.state != "ended" else None


def posts_to_add(plan: Plan, words: str, today: date) -> list[Post]:
    """Return posts of the unit and below that the plan lacks: those that lead, and seats."""
    have = plan.titles.filter(removed_at=None).values("post_id")
    rows = Post.objects.filter(
        Q(leadership=True) | Q(committee_member=True), unit__path__within=plan.path,
        unit__ended_on=None, voided_at=None, valid__contains=today,
    ).exclude(pk__in=have)  # fmt: skip
    found = rows.select_related("unit").order_by("unit__path", "position", "pk")
    asked = plain(words).split()[:5]
    if not asked:
        return list(found[:MOST_POSTS])
    # Titles keep no text without accents; a unit has few leading posts, so they are read.
    fits = (
        one for one in found[:MOST_READ].iterator(chunk_size=500)
        if all(word in f"{plain(one.title)} {one.unit.name_plain}" for word in asked)
    )  # fmt: skip
    return list(islice(fits, MOST_POSTS))


# --- candidates -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """One person found, with how the rules stand at a glance."""

    person: Person
    checks: list[rules.Check]
    elsewhere: bool
    already: bool

    @property
    def refused(self) -> list[rules.Check]:
        return rules.refused(self.checks)

    @property
    def open(self) -> list[rules.Check]:
        return rules.open_ones(self.checks)


def looks(viewer: Viewer, title: PlanTitle, text: str, *, here: bool, today: date) -> list[Look]:
    """Return people whom the viewer may read and who fit the words: of the unit, or anywhere."""
    reach = reach_of(viewer, today)
    words, number = read_words(text)
    wish = Wish(
        words=words, number=number, under=str(title.plan.path) if here else None,
        filters=() if words or number else (("leadership", "yes"),), take=MOST_FOUND,
    )  # fmt: skip
    if here and not reach.may(Permission.PERSON_VIEW, title.plan.path):
        return []
    people = find(reach, wish).rows
    have = _under(title)
    return [_look(title, one, found, have) for one, found in _checked(title, people, today)]


def _under(title: PlanTitle) -> set[int]:
    return set(title.entries.filter(state__in=LIVE).values_list("person_id", flat=True))


def _checked(
    title: PlanTitle, people: Sequence[Person], today: date
) -> list[tuple[Person, list[rules.Check]]]:
    ids = [one.pk for one in people]
    now = standing.standing(ids, [title.post_id], today)
    known, cases = rules.facts_of(ids, today), open_cases_of(ids)
    return [
        (one, rules.check(
            title=title, person_id=one.pk, today=today, standing=now, known=known.get(one.pk),
            cases=cases.get(one.pk, ()),
        ))
        for one in people
    ]  # fmt: skip


def _look(title: PlanTitle, person: Person, checks: list[rules.Check], have: set[int]) -> Look:
    return Look(
        person, checks,
        elsewhere=not f"{person.home_path}.".startswith(f"{title.plan.path}."),
        already=person.pk in have,
    )  # fmt: skip


def candidate(viewer: Viewer, title: PlanTitle, number: str, today: date) -> Look | None:
    """Return one person held against a title; None for a file out of the viewer's reach."""
    reach = reach_of(viewer, today)
    person = people_for(reach).select_related("home_unit").filter(number=number).first()
    if person is None:
        return None
    return _look(title, *_checked(title, [person], today)[0], _under(title))


def sealed_parts(viewer: Viewer, path: object, today: date) -> frozenset[str]:
    """Return the sensitive parts whose outcomes the viewer may not see of a person at a place."""
    reach: Reach = reach_of(viewer, today)
    guarded = {
        "political": Permission.PERSON_VIEW_POLITICAL,
        "declarations": Permission.PERSON_VIEW_DECLARATIONS,
    }
    return frozenset(part for part, verb in guarded.items() if not reach.may(verb, path))


def majors_of(person_id: int) -> list[str]:
    """Return the fields of study in the file, for judging the background."""
    rows = Record.objects.filter(person_id=person_id, kind="education", voided_at=None)
    return [
        ", ".join(part for part in (one.raw or one.code, str(one.detail.get("major", ""))) if part)
        for one in rows
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of a plan before and after a choice."""

    before: measures.Measure
    after: measures.Measure

    @property
    def changed(self) -> bool:
        return (self.before.yes, self.before.total) != (self.after.yes, self.after.total)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a choice does, before it is made.

    Shape: `changes` of the plan's own shares; `now` and `then` the effects on targets, the plan
        as it is and with the choice; `taking` names who would take which post.
    """

    before: Shape
    after: Shape
    changes: list[Change]
    targets: list[tuple[future.Effect, future.Effect | None]]
    taking: list[tuple[str, str]]


def preview(
    plan: Plan, today: date, *, add: tuple[PlanTitle, int, bool | None] | None = None,
    without: PlanEntry | None = None,
) -> Preview:  # fmt: skip
    """Return what adding somebody, or taking somebody out, does to shares and targets."""
    live = list(plan.entries.filter(state__in=[S.PROPOSED, S.IN]).select_related(
            "title__post"
        ))  # fmt: skip
    after = [one for one in live if without is None or one.pk != without.pk]
    rows = [(one.person_id, one.science) for one in live]
    then = [(one.person_id, one.science) for one in after]
    people = {one.person_id: one.full_name for one in live}
    if add is not None:
        then.append((add[1], add[2]))
    snapshot = snapshots.on(today)
    known = rules.facts_of(sorted({person for person, _science in (*rows, *then)}), today, snapshot)
    shapes = [
        measures.shape_of(plan, measures.members(some, known, plan.counted_on))
        for some in (rows, then)
    ]
    titles = list(plan.titles.filter(removed_at=None).select_related("post"))
    before_lines, after_lines = _lines(titles, live), _lines(titles, after)
    if add is not None:
        after_lines[next(one for one in titles if one.pk == add[0].pk)].append(add[1])
    effects_now, _placed = future.effects(plan, before_lines, snapshot)
    effects_then, placed = future.effects(plan, after_lines, snapshot)
    was = {one.target.id: one for one in effects_now}
    return Preview(
        before=shapes[0], after=shapes[1],
        changes=[
            Change(one, shapes[1].of(one.id)) for one in shapes[0].measures
        ],
        targets=_by_change(effects_then, was),
        taking=[(_name(person, people), title.name) for person, title in placed.taking.items()],
    )  # fmt: skip


def _by_change(
    then: Sequence[future.Effect], was: Mapping[str, future.Effect]
) -> list[tuple[future.Effect, future.Effect | None]]:
    rows = [(one, was.get(one.target.id)) for one in then]
    return sorted(rows, key=lambda row: (not _differs(*row), row[0].target.id))


def _differs(one: future.Effect, was: future.Effect | None) -> bool:
    return was is None or (one.after.yes, one.after.total) != (was.after.yes, was.after.total)


def _name(person: int, people: Mapping[int, str]) -> str:
    if person in people:
        return people[person]
    return Person.objects.filter(pk=person).values_list("full_name", flat=True).first() or ""


def _lines(titles: Sequence[PlanTitle], entries: Sequence[PlanEntry]) -> dict[PlanTitle, list[int]]:
    by_title: dict[int, list[PlanEntry]] = defaultdict(list)
    for one in entries:
        by_title[one.title_id].append(one)
    return {
        title: [
            one.person_id for one in sorted(by_title[title.pk], key=lambda e: (e.position, e.pk))
        ]
        for title in titles
    }


def outlook(plan: Plan, today: date) -> tuple[list[future.Effect], list[tuple[str, str]]]:
    """Return the targets today and as they would be with the plan as it stands."""
    live = list(plan.entries.filter(state__in=[S.PROPOSED, S.IN]).select_related("title__post"))
    titles = list(plan.titles.filter(removed_at=None).select_related("post"))
    found, placed = future.effects(plan, _lines(titles, live), snapshots.on(today))
    names = {one.person_id: one.full_name for one in live}
    return found, [(names.get(who, ""), title.name) for who, title in placed.taking.items()]


# --- reviews and lists ----------------------------------------------------------------------------


def review_of(viewer: Viewer, plan: Plan) -> PlanReview | None:
    """Return the open review of a plan, else the latest."""
    rows = PlanReview.objects.filter(_within(viewer, "path"), plan=plan)
    return rows.order_by("closed_at", "-pk").filter(closed_at=None).first() or (
        rows.order_by("-closed_at").first()
    )


def review_lines(review: PlanReview) -> list[ReviewLine]:
    rows = review.lines.select_related("entry__title", "judged_by")
    return list(rows.order_by("entry__title__position", "entry__title_id", "entry__position", "pk"))


def line_of(viewer: Viewer, pk: int) -> ReviewLine | None:
    rows = ReviewLine.objects.filter(_within(viewer, "path"))
    return rows.select_related("review__plan__unit", "entry__title").filter(pk=pk).first()


def lists_for(viewer: Viewer) -> QuerySet[PlanList]:
    rows = PlanList.objects.filter(_within(viewer, "path"))
    return rows.select_related("plan__unit", "to_unit", "sent_by", "seen_by").order_by("-pk")


def list_of(viewer: Viewer, pk: int) -> PlanList | None:
    return lists_for(viewer).filter(pk=pk).first()


def may_see_list(viewer: Viewer, sent: PlanList) -> bool:
    """Whether the viewer stands above and may note that the list was seen."""
    verbs = (Permission.PLAN_KEEP, Permission.PLAN_APPROVE)
    above = any(may(viewer, verb, str(sent.to_path)) for verb in verbs)
    return above and sent.seen_at is None and getattr(viewer, "pk", None) != sent.sent_by_id


def units_above(plan: Plan) -> list[Unit]:
    """Return the units above a plan's, the nearest first."""
    rows = Unit.objects.filter(path__above=plan.path).exclude(pk=plan.unit_id)
    return sorted(rows, key=lambda one: -str(one.path).count("."))


def units_for(viewer: Viewer) -> list[Unit]:
    """Return the topmost units whose plans and balance the viewer reads."""
    paths = sorted({path for verb in READS for path in scopes(viewer, verb)}, key=len)
    tops = [one for at, one in enumerate(paths)
            if not any(f"{one}.".startswith(f"{other}.") for other in paths[:at])]  # fmt: skip
    return list(Unit.objects.filter(path__in=tops).order_by("path"))


def unit_read(viewer: Viewer, code: str) -> Unit | None:
    """Return a unit whose plans the viewer reads."""
    unit = Unit.objects.filter(code=code, ended_on=None).first()
    if unit is None or not any(may(viewer, verb, str(unit.path)) for verb in READS):
        return None
    return unit


def has_above(plan: Plan) -> bool:
    return "." in str(plan.path)


def checks_now(entry: PlanEntry, today: date) -> list[rules.Check]:
    """Return what the rules say today of somebody who stands in a plan."""
    return steps.findings_now([entry], today)[entry.pk] if entry.state in LIVE else []


def balance_rows(found: Balance, values: Mapping[str, str]) -> list[Title]:
    """Return the titles that fit: by words of title, unit or names, and by what is missing."""
    rows = found.titles
    which = values.get("which", "")
    if which == "vacant":
        rows = [one for one in rows if one.vacant]
    elif which == "planned":
        rows = [one for one in rows if one.candidates]
    elif which:
        rows = [one for one in rows if which in one.flags]
    for word in plain(values.get("q", "")).split()[:5]:
        rows = [one for one in rows if word in _said(one)]
    return rows


def _said(one: Title) -> str:
    names = [held.name for held in one.incumbents] + [who.name for who in one.candidates]
    return plain(" ".join((one.title, one.unit_name, *names)))


def narrowed(found: Balance, rows: list[Title]) -> Balance:
    return Balance(found.unit, found.unit_name, found.day, rows)
