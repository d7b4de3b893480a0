"""A month of a locked or closed cycle takes no more reports, confirmations or new work."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from assigned_work import link, make_person
from conftest import _user
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation import steps as organisation
from ngangtam.stages.evaluation import steps
from ngangtam.stages.evaluation.models import Cycle
from ngangtam.stages.work import actions_head, actions_own, actions_plan
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.models import Task
from ngangtam.stages.work.values import Work

DAY = date(2026, 3, 20)


@pytest.fixture
def scene(committed):
    """A unit with two heads, people with accounts, a task for each, an open month."""
    source = organisation.add_source(kind="test", name="Thử", day=date(2025, 7, 1))
    unit = organisation.add_unit(
        code="T9", name="Sở Thử", parent=organisation.root_unit(), first_day=date(2020, 1, 1),
        source=source,
    )  # fmt: skip
    heads = [_user(name, name.title(), "unit_head", unit) for name in ("mot", "hai")]
    people = [make_person(f"Người {at}", unit, source) for at in range(6)]
    users = [link(f"u{one.pk}", one.full_name, one) for one in people]
    tasks = actions_plan.assign_many(
        unit_id=unit.pk, by=heads[0],
        works=[Work("Việc", date(2026, 3, 15), person_id=one.pk) for one in people],
    )  # fmt: skip
    cycle = Cycle.objects.create(
        unit=unit, path=unit.path, code="2026-03", kind="month", first=date(2026, 3, 1),
        until=date(2026, 4, 1), report_by=date(2026, 4, 2), confirm_by=date(2026, 4, 5),
    )  # fmt: skip
    return unit, heads, users, tasks, cycle


def together(*acts):
    """Run acts at the same moment in threads of their own; return what became of each."""
    outcomes, ready = [None] * len(acts), threading.Barrier(len(acts))

    def run(at, act):
        ready.wait()
        try:
            act()
            outcomes[at] = "done"
        except DomainError as error:
            outcomes[at] = error.messages[0]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def report(task, by):
    actions_own.report(report=Report(task.pk, Decimal(1), DAY), by=by, today=DAY)


def lock(cycle):
    with transaction.atomic():
        held = steps.hold_alone(cycle.pk)
        held.state, held.lock_reason = "locked", "Chốt số liệu"
        held.save(update_fields=["state", "lock_reason"])


def test_a_locked_month_says_why(scene):
    _unit, heads, users, tasks, cycle = scene
    report(tasks[0], users[0])
    lock(cycle)
    with pytest.raises(DomainError, match="Chốt số liệu"):
        report(tasks[1], users[1])
    with pytest.raises(DomainError, match="03/2026"):
        actions_head.confirm(confirmation=Confirmation(tasks[0].pk), by=heads[0])


def test_a_cycle_locks_while_people_report_with_one_outcome_each(scene):
    _unit, _heads, users, tasks, cycle = scene

    acts = [
        lambda task=task, user=user: report(task, user)
        for task, user in zip(tasks, users, strict=True)
    ]
    *outcomes, locked = together(*acts, lambda: lock(cycle))

    assert locked == "done"
    done = {task.pk for task, said in zip(tasks, outcomes, strict=True) if said == "done"}
    assert set(Task.objects.filter(state="reported").values_list("pk", flat=True)) == done
    assert Event.objects.filter(type="work.reported").count() == len(done)
    assert all("03/2026" in said for said in outcomes if said != "done")


def test_two_heads_confirm_at_once_and_one_of_them_does(scene):
    _unit, heads, users, tasks, _cycle = scene
    report(tasks[0], users[0])

    outcomes = together(*[
        lambda head=head, much=much: actions_head.confirm(
            confirmation=Confirmation(tasks[0].pk, quantity=much, version=2), by=head
        )
        for head, much in zip(heads, (Decimal(1), Decimal("0.5")), strict=True)
    ])  # fmt: skip

    assert sorted(one == "done" for one in outcomes) == [False, True]
    task = Task.objects.get(pk=tasks[0].pk)
    assert task.confirmed_by == heads[outcomes.index("done")]
    assert Event.objects.filter(type="work.confirmed").count() == 1


def test_two_parts_never_come_to_more_than_the_whole(scene):
    unit, heads, _users, _tasks, _cycle = scene
    people = Task.objects.filter(person__isnull=False).values_list("person", flat=True)
    plan = actions_plan.plan(
        unit_id=unit.pk, work=Work("Kế hoạch", date(2026, 3, 30), quantity=Decimal(10)),
        by=heads[0],
    )  # fmt: skip

    outcomes = together(*[
        lambda who=who, head=head: actions_plan.break_down(
            task_id=plan.pk, version=None, by=head,
            parts=[Work("Phần", date(2026, 3, 30), quantity=Decimal(6), person_id=who)],
        )
        for who, head in zip(people[:2], heads, strict=True)
    ])  # fmt: skip

    assert sorted(one == "done" for one in outcomes) == [False, True]
    assert Task.objects.filter(parent=plan).count() == 1
