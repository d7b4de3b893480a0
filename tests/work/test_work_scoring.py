"""What scoring reads of assigned work."""

from datetime import date
from decimal import Decimal

import pytest

from ngangtam.stages.work import actions_change, actions_head, actions_own, actions_plan
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.queries_scoring import SCHEMA, products_frame, products_of

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
DAY = date(2026, 3, 20)


def frame(unit, **given):
    return products_frame(str(unit.path), MARCH, APRIL, **given)


def test_nothing_is_a_frame_with_every_column(lan_department):
    found = frame(lan_department)
    assert (found.height, dict(found.schema)) == (0, dict(SCHEMA))


def test_quantities_are_standard_products_and_nothing_counts_until_confirmed(
    task, binh, giang, person, lan_province
):
    actions_own.report(
        report=Report(task.pk, Decimal(3), done_on=date(2026, 3, 18), failures=1), by=binh,
        today=DAY,
    )  # fmt: skip
    [row] = frame(lan_province).rows(named=True)
    assert (row["assigned"], row["completed"], row["reported"]) == (6.0, 0.0, 4.5)
    assert (row["quality_failures"], row["delays"], row["late"]) == (0, 0, True)
    [row] = frame(lan_province, so_far=True).rows(named=True)
    assert (row["quality_failures"], row["delays"], row["confirmed"]) == (1, 1, False)

    actions_head.confirm(confirmation=Confirmation(task.pk, failures=0), by=giang)
    [row] = products_of(person.pk, MARCH, APRIL).rows(named=True)
    assert (row["completed"], row["quality_failures"], row["delays"]) == (4.5, 0, 1)
    assert (row["person_id"], row["confirmed"], row["objective_cause"]) == (person.pk, True, False)


def test_what_does_not_count_stays_out(
    task, work, binh, giang, other, lan_department, hoa_province, plan_task
):
    actions_own.propose(work=work(title="Đề xuất"), by=binh)
    gone = actions_plan.assign(unit_id=lan_department.pk, work=work(title="Thôi"), by=giang)
    actions_change.cancel(task_id=gone.pk, reason="x", version=None, by=giang)
    given = actions_plan.assign(unit_id=lan_department.pk, work=work(title="Giao"), by=giang)
    new = actions_change.hand_over(task_id=given.pk, to=other.pk, kept=Decimal(0), reason="x",
                                   version=None, by=giang)  # fmt: skip
    actions_plan.assign(
        unit_id=lan_department.pk, work=work(title="Sau", due=date(2026, 4, 5)), by=giang
    )
    assert frame(lan_department)["task_id"].to_list() == sorted([task.pk, new.pk])
    assert frame(hoa_province).is_empty()


def test_a_confirmed_cause_and_evidence_are_seen(task, binh, giang, lan_department):
    actions_own.claim(task_id=task.pk, cause="Bão", version=None, by=binh)
    assert frame(lan_department)["objective_cause"].to_list() == [False]
    actions_head.answer_cause(task_id=task.pk, confirmed=True, answer="", version=None, by=giang)
    actions_own.attach(task_id=task.pk, files=[], reference="12/BC", by=binh)
    [row] = frame(lan_department).rows(named=True)
    assert (row["objective_cause"], row["evidence"]) == (True, True)
