"""Tasks of units: reported by who leads the unit, confirmed from above it."""

from datetime import date
from decimal import Decimal

import pytest

from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.work import actions_head, actions_plan
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.values import Work

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)


@pytest.fixture
def unit_task(lan_province, lan_department, chair):
    """A task that the province gives to the department."""
    return actions_plan.assign(
        unit_id=lan_province.pk, by=chair,
        work=Work("Đề án vị trí việc làm", date(2026, 3, 30), unit_id=lan_department.pk),
    )  # fmt: skip


def test_a_unit_reports_and_is_confirmed_from_above(unit_task, giang, chair, binh):
    with pytest.raises(Forbidden):
        actions_head.report_for_unit(report=Report(unit_task.pk, Decimal(1)), by=binh, today=DAY)
    said = actions_head.report_for_unit(
        report=Report(unit_task.pk, Decimal(1), done_on=DAY), by=giang, today=DAY
    )
    assert said.state == "reported"
    with pytest.raises(Forbidden):
        actions_head.confirm(confirmation=Confirmation(unit_task.pk), by=giang)
    assert actions_head.confirm(confirmation=Confirmation(unit_task.pk), by=chair).delays == 0


def test_a_persons_task_is_not_reported_by_the_head(task, giang):
    with pytest.raises(DomainError):
        actions_head.report_for_unit(report=Report(task.pk, Decimal(1)), by=giang, today=DAY)
