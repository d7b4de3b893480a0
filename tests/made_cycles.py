"""A department that works: people in posts, their tasks, their confirmed sheets."""

from datetime import date
from decimal import Decimal

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.evaluation.actions_cycles import Plan, open_cycle
from ngangtam.stages.evaluation.models import Sheet
from ngangtam.stages.work.models import Task

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def person(
    name, unit, source, *, until=None, since=date(2022, 1, 1), regime="civil_servant",
    title_kind="professional", head=False, leadership=False, main=True, who=None,
):  # fmt: skip
    """Put somebody, new or known, into a post of the unit."""
    row = who or steps.add_person(full_name=name, unit=unit, source=source,
                                  birth=parse_day("02/03/1986").value)  # fmt: skip
    post = organisation.add_post(
        unit=unit, title=f"Vị trí của {name}", seats=1, first_day=date(2021, 1, 1), source=source,
        head=head, leadership=head or leadership, regime=regime, title_kind=title_kind,
    )  # fmt: skip
    steps.add_posting(person=row, post=post, first_day=since, until=until, source=source, main=main)
    return row


def task(who, unit, *, month=MARCH, quantity=10, done=10, failures=0, delays=0, state="confirmed"):
    return Task.objects.create(
        unit=unit, path=unit.path, title="Tham mưu văn bản", person=who, quantity=quantity,
        month=month, due=month.replace(day=25), state=state,
        confirmed_quantity=done if state == "confirmed" else None, quality_failures=failures,
        delays=delays,
    )  # fmt: skip


def opened(unit, by, code="2026-03"):
    return open_cycle(unit_code=unit.code, plan=Plan(code), by=by).cycle


def confirm(cycle, **points):
    """Confirm sheets as the head would: points by the person's name, 27 for everybody else."""
    for sheet in Sheet.objects.filter(cycle=cycle).select_related("person"):
        name = sheet.person.full_name if sheet.person else ""
        sheet.general_points = Decimal(str(points.get(name.rpartition(" ")[2], 27)))
        sheet.state, sheet.degradation_concluded = "confirmed", False
        sheet.unit_in_corruption_or_waste, sheet.shortcomings_fixed = False, True
        if sheet.leader:
            sheet.organising_percent = sheet.uniting_percent = Decimal(100)
        sheet.save()
