"""Months of assigned work and evaluation in the fictional province, played through the actions.

Everybody has an account of the own, heads lead their units, and each act is the one that a person
would do on a page: assigned, reported, confirmed, scored, closed, decided.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from django.db.models import Q

from ngangtam.doors.demo import duties
from ngangtam.doors.demo.duties import CATALOGUE, Diligence, Duty
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.steps import lay_down
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.home import room
from ngangtam.law.engine.rulebook import forget
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.stages.evaluation import (
    actions_classes,
    actions_cycles,
    actions_results,
    actions_sheets,
)
from ngangtam.stages.evaluation.criteria import Frame
from ngangtam.stages.evaluation.models import Cycle, Rating, Sheet
from ngangtam.stages.evaluation.rights import Scoring
from ngangtam.stages.work import actions_head, actions_own, actions_plan, actions_products
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.values import Work

SEED: Final = 20260131
OFFICE: Final = "lan"
AUTHORITY: Final = "lanhdaotinh"
REASON: Final = "Tài khoản dùng thử của tỉnh hư cấu"
CAUSE: Final = "Chờ ý kiến của cơ quan phối hợp, có văn bản kèm theo"
_SINCE: Final = date(2020, 1, 1)
# No password matches it: these accounts act in the play alone.
_LOCKED: Final = "!"

Progress = Callable[[str, float], None]


@dataclass
class Cast:
    """Who plays: accounts by person, who leads whom, how each one works."""

    office: User
    authority: User
    users: dict[int, User]
    # The account that leads a person's work, and the unit that each such account leads.
    leader: dict[int, User] = field(default_factory=dict)
    seats: dict[int, Unit] = field(default_factory=dict)
    # Who heads which unit, by person.
    heads: dict[int, Unit] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    diligence: dict[int, Diligence] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)

    def led(self) -> dict[int, list[Person]]:
        """Return the people whose work each account leads, by the account's id."""
        found: dict[int, list[Person]] = defaultdict(list)
        for pk, person in self.people.items():
            found[self.leader[pk].pk].append(person)
        return found

    def everybody(self) -> dict[int, User]:
        """Return every account that acts, by id."""
        return {user.pk: user for user in (*self.users.values(), self.authority)}


def gather(unit: Unit, cycle: Cycle) -> Cast:
    """Say who plays in a cycle: whoever has a sheet, with an account each, and who leads whom."""
    sheets = Sheet.objects.filter(cycle=cycle, person__isnull=False)
    places: dict[int, str] = {}
    heads: dict[int, Unit] = {}
    people: dict[int, Person] = {}
    for sheet in sheets.select_related("person", "unit").order_by("person__number", "pk"):
        if sheet.person is None:
            continue
        people[sheet.person.pk] = sheet.person
        places[sheet.person.pk] = str(sheet.path)
        if sheet.head:
            heads[sheet.person.pk] = sheet.unit
    cast = Cast(
        office=User.objects.get(username=OFFICE),
        authority=_authority(unit),
        users=_accounts(list(people.values())),
        people=people,
        heads=heads,
    )
    cast.seats[cast.authority.pk] = unit
    for person, led in heads.items():
        _lead(cast.users[person], led)
        cast.seats[cast.users[person].pk] = led
    by_path = {str(led.path): person for person, led in heads.items()}
    for person, place in places.items():
        cast.leader[person] = _leader(person, place, by_path, cast)
        cast.diligence[person] = duties.draw_diligence(_drawn(people[person].number))
    cast.products = _catalogue(cast, unit, cycle.first)
    return cast


def _drawn(*names: object) -> Random:
    return Random(f"{SEED}/{'/'.join(map(str, names))}")  # noqa: S311 - a story, not a secret


def _accounts(people: Sequence[Person]) -> dict[int, User]:
    """Return an account for everybody; those that are missing are opened without a password."""
    linked = Account.objects.filter(state=Account.State.LINKED, person__in=people)
    found = {one.person_id: one.user for one in linked.select_related("user")}
    missing = [person for person in people if person.pk not in found]
    made = [
        User(username=f"ns{person.number}".lower(), full_name=person.full_name,
             password=_LOCKED, position=person.headline[:200])
        for person in missing
    ]  # fmt: skip
    User.objects.bulk_create(made, batch_size=1000)
    Account.objects.bulk_create(
        [Account(user=user, person=person, state=Account.State.LINKED, reason=REASON)
         for user, person in zip(made, missing, strict=True)],
        batch_size=1000,
    )  # fmt: skip
    found.update((person.pk, user) for person, user in zip(missing, made, strict=True))
    return found


def _authority(unit: Unit) -> User:
    """Return the account of the authority above the unit: it leads whom nobody else leads."""
    user, new = User.objects.get_or_create(
        username=AUTHORITY,
        defaults={
            "full_name": "Đinh Văn Thẩm",
            "position": "Cấp có thẩm quyền",
            "password": _LOCKED,
        },
    )
    top = Unit.objects.get(path=str(unit.path).partition(".")[0])
    if new:
        _lead(user, top)
        lay_down(user=user, role="deciding_member", path=str(top.path), unit_label=top.name,
                 first_day=_SINCE, reason=REASON)  # fmt: skip
    return user


def _lead(user: User, unit: Unit) -> None:
    from ngangtam.foundation.access.models import Grant

    held = Grant.objects.filter(user=user, role="unit_head", path=str(unit.path))
    if not held.exists():
        lay_down(user=user, role="unit_head", path=str(unit.path), unit_label=unit.name,
                 first_day=_SINCE, reason=REASON)  # fmt: skip


def _leader(person: int, place: str, by_path: dict[str, int], cast: Cast) -> User:
    """Return who leads somebody's work: the nearest head upward, for a head from above the unit."""
    if person in cast.heads:
        place = str(cast.heads[person].path).rpartition(".")[0]
    while place:
        head = by_path.get(place)
        if head is not None and head != person:
            return cast.users[head]
        place = place.rpartition(".")[0]
    return cast.authority


def _catalogue(cast: Cast, unit: Unit, first: date) -> dict[str, int]:
    from ngangtam.stages.work.models import Product

    rows = Product.objects.standing().filter(unit=unit)
    if not rows.exists():
        actions_products.add_products(
            unit_id=unit.pk, by=cast.authority,
            wares=[
                actions_products.Ware(
                    code=ware.code, name=ware.name, measure=ware.measure,
                    coefficient=Decimal(ware.coefficient), first_day=first.replace(month=1, day=1),
                    quality=ware.quality, basis="Quy chế đánh giá của tỉnh (hư cấu)",
                )
                for ware in CATALOGUE
            ],
        )  # fmt: skip
    return dict(rows.values_list("code", "pk"))


# --- one month ------------------------------------------------------------------------------


@dataclass
class Played:
    """What was done, for the one who asked."""

    tasks: int = 0
    acts: int = 0
    levels: Counter[str] = field(default_factory=Counter)


def play_month(unit: Unit, month: date, *, close: bool, played: Played) -> Cycle:
    """Assign, report and confirm a month, score everybody; `close` also reckons it."""
    ends = add_months(month, 1)
    code = f"{month:%Y-%m}"
    cycle = _open(unit, code)
    cast = gather(unit, cycle)
    led = cast.led()
    by_user = cast.everybody()
    given: dict[int, list[tuple[Task, Duty]]] = defaultdict(list)
    for user_id in sorted(led):
        for person, task, duty in _assign(cast, by_user[user_id], led[user_id], month):
            given[person].append((task, duty))
            played.tasks += 1
    for person_id in sorted(given):
        played.acts += _report(cast, person_id, given[person_id], ends)
    for user_id in sorted(led):
        played.acts += _confirm(cast, by_user[user_id], led[user_id], given)
    played.acts += sum(1 for _act in _units(cast, month, ends))
    played.acts += len(led) + _score(cast, cycle, ends, by_user)
    if close:
        actions_cycles.close_cycle(cycle_id=cycle.pk, by=cast.office)
        played.acts += 1
    return cycle


def _open(unit: Unit, code: str) -> Cycle:
    office = User.objects.get(username=OFFICE)
    plan = actions_cycles.Plan(code=code)
    return actions_cycles.open_cycle(unit_code=unit.code, plan=plan, by=office).cycle


def _assign(
    cast: Cast, leader: User, people: Sequence[Person], month: date
) -> Iterator[tuple[int, Task, Duty]]:
    drawn = [
        (person.pk, duty)
        for person in people
        for duty in duties.draw_month(
            _drawn(person.number, month), cast.diligence[person.pk], month
        )
    ]
    works = [
        Work(title=duty.title, due=duty.due, month=month, quantity=duty.quantity, person_id=person,
             product_id=cast.products[duty.ware])
        for person, duty in drawn
    ]  # fmt: skip
    unit = cast.seats[leader.pk]
    tasks = actions_plan.assign_many(unit_id=unit.pk, works=works, by=leader)
    for (person, duty), task in zip(drawn, tasks, strict=True):
        yield person, task, duty


def _units(cast: Cast, month: date, ends: date) -> Iterator[None]:
    """Give every unit with a head a task of its own, from a resolution; yields once an act."""
    for person_id, unit in sorted(cast.heads.items()):
        leader, head = cast.leader[person_id], cast.users[person_id]
        draw = _drawn(unit.code, month)
        title, origin = draw.choice(duties.RESOLUTION_TASKS)
        due = month + timedelta(days=24)
        task = actions_plan.assign(
            unit_id=cast.seats[leader.pk].pk, by=leader,
            work=Work(title=title, due=due, month=month, unit_id=unit.pk, origin=origin),
        )  # fmt: skip
        yield
        late = draw.random() < 0.06
        actions_head.report_for_unit(
            report=actions_own.Report(
                task.pk, Decimal(1), due + timedelta(days=2 if late else -draw.randint(0, 6)),
                exceeds=draw.random() < 0.35,
            ),
            by=head, today=ends,
        )  # fmt: skip
        yield
        actions_head.confirm(confirmation=actions_head.Confirmation(task.pk), by=leader)
        yield


def _report(cast: Cast, person_id: int, given: Sequence[tuple[Task, Duty]], ends: date) -> int:
    user = cast.users[person_id]
    actions_own.report_many(
        reports=[
            actions_own.Report(
                task.pk, duty.done, duty.done_on, failures=0, exceeds=duty.exceeds,
                note="" if duty.done else "Chưa làm được",
            )
            for task, duty in given
        ],
        by=user, today=ends,
    )  # fmt: skip
    acts = 1
    for task, duty in given:
        if duty.excused:
            actions_own.claim(task_id=task.pk, cause=CAUSE, version=None, by=user)
            actions_head.answer_cause(
                task_id=task.pk, confirmed=True, answer="Đúng như đã nêu", version=None,
                by=cast.leader[person_id],
            )  # fmt: skip
            acts += 2
    return acts


def _confirm(
    cast: Cast, leader: User, people: Sequence[Person], given: dict[int, list[tuple[Task, Duty]]]
) -> int:
    actions_head.confirm_many(
        unit_id=cast.seats[leader.pk].pk, by=leader,
        confirmations=[
            actions_head.Confirmation(task.pk, failures=duty.failures)
            for person in people
            for task, duty in given[person.pk]
        ],
    )  # fmt: skip
    return 1


def _score(cast: Cast, cycle: Cycle, ends: date, by_user: dict[int, User]) -> int:
    """Send and confirm the sheets of a cycle: the people's, then the units'."""
    sheets = list(Sheet.objects.filter(cycle=cycle).order_by("pk"))
    own: dict[int, actions_sheets.OwnScores] = {}
    confirmed: dict[int, dict[int, actions_sheets.Scores]] = defaultdict(dict)
    rights = {user.pk: Scoring(user) for user in {*cast.leader.values(), cast.authority}}
    for sheet in sheets:
        draw = _drawn(sheet.person_id or sheet.unit_id, cycle.code)
        worker = cast.diligence.get(sheet.person_id or 0) or duties.draw_diligence(draw)
        says, told = duties.draw_points(draw, worker)
        frame = actions_sheets.frame_of_sheet(sheet, cycle)
        own[sheet.pk] = actions_sheets.OwnScores(_spread(frame, says))
        leader = cast.leader.get(sheet.person_id or 0, cast.authority)
        if not rights[leader.pk].may(sheet):
            leader = cast.authority
        confirmed[leader.pk][sheet.pk] = actions_sheets.Scores(
            _spread(frame, told), shortcomings_fixed=draw.random() < 0.97,
            degradation_concluded=False, unit_in_corruption_or_waste=False,
        )  # fmt: skip
    actions_sheets.report_many(
        cycle_id=cycle.pk, own=own, by=cast.office, on=min(ends, cycle.report_by)
    )
    for user_id in sorted(confirmed):
        actions_sheets.confirm_many(
            cycle_id=cycle.pk, scores=confirmed[user_id], by=by_user[user_id],
            on=min(ends + timedelta(days=6), cycle.confirm_by),
        )  # fmt: skip
    return 1 + len(confirmed)


def _spread(frame: Frame, points: Decimal) -> dict[str, object]:
    """Return the general points over what is entered, a leader's own per cent beside them."""
    most = sum((part.most or Decimal(0) for part in frame.parts), Decimal(0)) or Decimal(30)
    spread: dict[str, object] = {}
    for part in frame.parts:
        share = points * (part.most or most) / most
        spread[part.id] = part.steps[-1] if part.steps else share.quantize(Decimal("0.01"))
    for percent in frame.percents:
        spread[percent.id] = percent.steps[-1] if percent.steps else Decimal(100)
    return spread


# --- the year -------------------------------------------------------------------------------


def play_months(unit_code: str, months: Sequence[date], progress: Progress) -> Played:
    """Play these months under a unit; all are closed but the last, which stays to be tried."""
    unit, played = Unit.objects.get(code=unit_code), Played()
    for n, month in enumerate(months):
        progress(f"Tháng {month:%m/%Y}", n / len(months))
        play_month(unit, month, close=month != months[-1], played=played)
    return played


def cycles_in_the_way(unit_code: str, year: int) -> list[str]:
    """Return what cycles of a year are there already under a unit or above it, as unit and code."""
    unit = Unit.objects.get(code=unit_code)
    there = Cycle.objects.filter(first__year=year).filter(
        Q(path__within=unit.path) | Q(path__above=unit.path)
    )
    return [f"{code} {cycle}" for code, cycle in there.values_list("unit__code", "code")[:5]]


def play_year(unit_code: str, year: int, progress: Progress) -> Played:
    """Play a year to its end: twelve months, the classes decided, told and published."""
    lay_down_regulation(year)
    first = date(year, 1, 1)
    unit, played = Unit.objects.get(code=unit_code), Played()
    for n in range(12):
        month = add_months(first, n)
        progress(f"Tháng {month:%m/%Y}", n / 14)
        play_month(unit, month, close=True, played=played)
    progress(f"Năm {year}", 12 / 14)
    cycle = _open(unit, str(year))
    cast = gather(unit, cycle)
    played.acts += 2 + _score(cast, cycle, add_months(first, 12), cast.everybody())
    actions_cycles.close_cycle(cycle_id=cycle.pk, by=cast.office)
    progress("Xếp loại và công khai", 13 / 14)
    decide(cast, cycle, add_months(first, 12), played)
    return played


def decide(cast: Cast, cycle: Cycle, day: date, played: Played) -> None:
    """Decide the classes of a closed cycle as proposed, tell and publish; ties and unknowns wait.

    The class of the agency that runs the cycle is decided by whoever stands above it.
    """
    bodies = sorted(set(Sheet.objects.filter(cycle=cycle).values_list("body__code", flat=True)))
    paper = actions_classes.Paper(
        number=f"{cycle.code}/QĐ-XL", day=day, body="Cấp có thẩm quyền (hư cấu)",
        signer=cast.authority.full_name,
    )  # fmt: skip
    actions_classes.decide_as_proposed(
        cycle_id=cycle.pk, body_codes=bodies, paper=paper, by=cast.authority
    )
    standing = Rating.objects.filter(cycle=cycle, replaced_at__isnull=True)
    for code in sorted(set(standing.values_list("sheet__body__code", flat=True))):
        actions_results.notify(cycle_id=cycle.pk, body_code=code, by=cast.office)
        actions_results.publish(cycle_id=cycle.pk, body_code=code, by=cast.office)
        played.acts += 2
    played.acts += 1
    played.levels = Counter(standing.values_list("level", flat=True))


def lay_down_regulation(year: int) -> None:
    """Let the fictional province settle what the law leaves to an authority: the yearly mean."""
    layer = room("rulebook")
    for name, text in _REGULATION.items():
        path = layer / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(year=year), encoding="utf-8")
    forget()


_REGULATION: Final = {
    "instruments/quy-che-son-giang.yaml": """\
id: quy-che-son-giang
number: 01/QC-SG
title:
  vi: Quy chế đánh giá của tỉnh Sơn Giang (hư cấu)
  en: Evaluation regulation of Sơn Giang province (fictional)
issuer: {{vi: Tỉnh Sơn Giang (hư cấu), en: Sơn Giang province (fictional)}}
issued: {year}-01-01
in_force: {{from: {year}-01-01, until: null}}
outline: ['1']
confidence: read
verified_until: {year}-12
""",
    "parameters/evaluation/civil_servant/annual_average.yaml": """\
id: evaluation.civil_servant.annual_average
label: {{vi: Cách lấy trung bình năm, en: How the year is averaged}}
regime: civil_servant
unit: none
type: text
status: shipped
values:
  - from: {year}-01-01
    value: mean
    cites: [quy-che-son-giang#1]
    confidence: read
""",
}
