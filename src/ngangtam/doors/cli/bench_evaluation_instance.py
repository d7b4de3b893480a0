"""What `bench evaluation` does inside the instance that it measures.

Run as a module of its own, with NGANGTAM_HOME pointing at that instance.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from ngangtam.doors.cli.base import accounted, django_ready, note

CODE: Final = "2026-09"
FIRST: Final = date(2026, 9, 1)
SEED: Final = 20260901
_ROWS_AT_ONCE: Final = 200_000


def main() -> None:
    step, *arguments = sys.argv[1:]
    django_ready()
    steps: dict[str, Callable[..., Any]] = {"prepare": prepare, "close": close, "slow": slow}
    print(json.dumps(steps[step](*arguments)))


def prepare(people: str, tasks: str, units: str) -> dict[str, Any]:
    """Generate what is not there yet, and open the month as if it had never been closed."""
    from ngangtam.doors.demo.generate import generate_database
    from ngangtam.records.personnel.models import Person
    from ngangtam.stages.work.models import Task

    if not Person.objects.exists():
        with accounted("demo.generated"):
            generate_database(int(people), int(units))
    with accounted("bench.prepared"):
        cycle_id = _open()
        if not Task.objects.exists():
            _confirm_sheets(cycle_id)
            _give_work(cycle_id, int(tasks))
    return {"people": Person.objects.count(), "tasks": Task.objects.count()}


def _open() -> int:
    """Open the month for the whole tree; what an earlier run reckoned is forgotten."""
    from django.db import connection

    from ngangtam.foundation.audit.steps import Process
    from ngangtam.records.organisation.steps import ROOT_CODE
    from ngangtam.stages.evaluation.actions_cycles import Plan, open_cycle
    from ngangtam.stages.evaluation.models import Cycle

    with connection.cursor() as cursor:
        cursor.execute("truncate evaluation_result")
    Cycle.objects.update(state=Cycle.State.OPEN, run=0, closed_at=None)
    found = Cycle.objects.filter(code=CODE).first()
    if found is not None:
        return int(found.pk)
    begun = time.perf_counter()
    opened = open_cycle(unit_code=ROOT_CODE, plan=Plan(CODE), by=Process("bench"))
    note(f"Opened in {time.perf_counter() - begun:.1f} s: {opened.filled}")
    return int(opened.cycle.pk)


# Points that spread as people's do: most good, some excellent, a few failing.
_SHEETS: Final = """
update evaluation_sheet set state = 'confirmed', confirmed_at = now(),
  general_points = 20 + (id * 7919 %% 1000) / 100.0,
  organising_percent = case when leader then 70 + id * 31 %% 31 end,
  uniting_percent = case when leader then 75 + id * 17 %% 26 end,
  shortcomings_fixed = true, degradation_concluded = false, unit_in_corruption_or_waste = false
where cycle_id = %s
"""


_WHOSE: Final = """
select distinct on (person_id) person_id, unit_id, path::text from evaluation_sheet
where cycle_id = {cycle} and person_id is not null order by person_id
"""


def _confirm_sheets(cycle_id: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_SHEETS, [cycle_id])


def _give_work(cycle_id: int, tasks: int) -> None:
    """Write the tasks of everybody who has a sheet, by COPY."""
    from django.db import connection, transaction

    from ngangtam.stages.evaluation.reckoning_reading import copied

    whose = copied(
        _WHOSE.format(cycle=int(cycle_id)),
        {"person_id": pl.Int64, "unit_id": pl.Int64, "path": pl.String},
    )
    draw = np.random.default_rng(SEED)
    with transaction.atomic(), connection.cursor() as cursor:
        again = _set_aside(cursor)
        names = ""
        for start in range(0, whose.height, _ROWS_AT_ONCE // tasks):
            rows = _tasks(whose[start : start + _ROWS_AT_ONCE // tasks], tasks, draw)
            names = ", ".join(rows.columns)
            with cursor.copy(f"copy work_task ({names}) from stdin (format csv)") as copy:
                copy.write(rows.write_csv(include_header=False, quote_style="necessary"))
        for statement in again:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        for table in ("work_task", "evaluation_sheet"):
            cursor.execute(f"vacuum analyze {table}")


def _set_aside(cursor: Any) -> list[str]:
    """Leave out foreign keys, which the rows are made to fit, and indexes, built once after."""
    cursor.execute("set local session_replication_role = replica")
    cursor.execute(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i"
        " where i.indrelid = 'work_task'::regclass and not i.indisunique"
    )
    found = cursor.fetchall()
    for name, _build in found:
        cursor.execute(f"drop index {name}")
    return [build for _name, build in found]


def _tasks(whose: pl.DataFrame, tasks: int, draw: np.random.Generator) -> pl.DataFrame:
    """Draw `tasks` tasks a person: most done whole and in time, some late, some faulty."""
    rows = whose.select(pl.all().repeat_by(tasks).explode())
    count = rows.height
    quantity = draw.integers(1, 6, count).astype(float)
    share = np.where(draw.random(count) < 0.93, 1.0, draw.choice([0.0, 0.5, 0.8], count))
    confirmed = draw.random(count) < 0.97
    late = draw.random(count) < 0.06
    return rows.with_columns(
        title=pl.lit("Công việc sinh tự động"),
        origin=pl.lit(""),
        quantity=pl.Series(quantity),
        coefficient=pl.Series(draw.choice([0.5, 1.0, 1.2, 1.5, 2.0], count)),
        month=pl.lit(FIRST),
        due=pl.lit(FIRST + timedelta(days=24)),
        state=pl.Series(np.where(confirmed, "confirmed", "reported")),
        reported_quantity=pl.Series(quantity * share),
        reported_failures=pl.lit(0),
        reported_delays=pl.lit(0),
        reported_exceeds=pl.lit(value=False),
        reported_note=pl.lit(""),
        done_on=pl.lit(FIRST + timedelta(days=20)),
        cause=pl.lit(""),
        cause_state=pl.Series(np.where(draw.random(count) < 0.01, "confirmed", "")),
        cause_answer=pl.lit(""),
        confirmed_quantity=pl.Series(quantity * share),
        quality_failures=pl.Series((draw.random(count) < 0.03).astype(np.int8)),
        delays=pl.Series(late.astype(np.int8)),
        exceeds=pl.Series(draw.random(count) < 0.3),
        answer=pl.lit(""),
    ).with_columns(
        confirmed_quantity=pl.when(pl.col("state") == "confirmed").then("confirmed_quantity")
    )


def close() -> dict[str, Any]:
    """Close the month by the action of the product."""
    from ngangtam.foundation.audit.steps import Process
    from ngangtam.stages.evaluation.actions_cycles import close_cycle
    from ngangtam.stages.evaluation.models import Cycle

    cycle = Cycle.objects.get(code=CODE)
    begun = time.perf_counter()
    done = close_cycle(cycle_id=cycle.pk, by=Process("bench"))
    total = time.perf_counter() - begun
    # Linux tells kilobytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "seconds": {**done.seconds, "total": round(total, 2)}, "sheets": done.sheets,
        "levels": done.levels, "proposed": done.proposed, "ties": done.ties, "peak_mb": peak,
    }  # fmt: skip


def slow(sample: str) -> dict[str, Any]:
    """Score a sample as a program of rows would: each sheet with queries of its own.

    Shape: `differs` counts the sheets whose level is another than the one that was closed.
    """
    from django.db import transaction

    from ngangtam.stages.evaluation.models import Cycle, Result, Sheet

    cycle = Cycle.objects.get(code=CODE)
    ids = list(Sheet.objects.filter(cycle=cycle).order_by("pk").values_list("pk", flat=True))
    picked = ids[:: max(1, len(ids) // int(sample))][: int(sample)]
    closed = dict(Result.objects.filter(cycle=cycle, run=cycle.run, sheet_id__in=picked)
                  .values_list("sheet_id", "level"))  # fmt: skip
    differs = 0
    begun = time.perf_counter()
    with transaction.atomic():
        for pk in picked:
            level = _score_one(pk, cycle)
            differs += level != closed.get(pk)
        spent = time.perf_counter() - begun
        transaction.set_rollback(True)
    return {"sample": len(picked), "seconds_each": round(spent / max(1, len(picked)), 6),
            "differs": differs}  # fmt: skip


def _score_one(pk: int, cycle: Any) -> str:
    from ngangtam.law.engine import rulebook
    from ngangtam.law.engine.cases import score_case
    from ngangtam.records.personnel.models import Record
    from ngangtam.stages.evaluation.models import Result, Sheet

    sheet = Sheet.objects.select_related("person", "unit").get(pk=pk)
    discipline = (
        Record.objects.filter(person=sheet.person, kind="discipline", voided_at__isnull=True,
                              valid__startswith__gte=cycle.first,
                              valid__startswith__lt=cycle.until)
        .values_list("code", flat=True).first()
    )  # fmt: skip
    case = {
        "scheme": sheet.scheme, "day": (cycle.until - timedelta(days=1)).isoformat(),
        "leader": sheet.leader, "head": sheet.head,
        "general_points": _number(sheet.general_points), "discipline": discipline,
        "degradation_concluded": sheet.degradation_concluded,
        "shortcomings_fixed": sheet.shortcomings_fixed, "products": _products(sheet, cycle),
        "unit": {
            "organising_percent": _number(sheet.organising_percent),
            "uniting_percent": _number(sheet.uniting_percent),
            "in_corruption_or_waste": sheet.unit_in_corruption_or_waste,
            **({"any_subordinate_failed": _any_failed(sheet, cycle)} if sheet.leader else {}),
        },
    }  # fmt: skip
    said = score_case(case, rulebook())
    outcomes = {"met": 1, "not_met": 0}
    Result.objects.create(
        cycle=cycle, sheet=sheet, run=cycle.run + 1, level=said["level"] or "", proposed="",
        total=said["total"], task_percent=said["task_percent"],
        conditions={one["id"]: outcomes.get(one["outcome"]) for one in said["conditions"]},
        **{name: said[name] for name in ("a", "b", "c", "d", "dd", "e")},
    )  # fmt: skip
    return said["level"] or ""


def _products(sheet: Any, cycle: Any) -> list[dict[str, Any]]:
    from ngangtam.stages.work.models import Task

    counted = Task.objects.filter(
        person=sheet.person, month__gte=cycle.first, month__lt=cycle.until,
        state__in=("assigned", "reported", "returned", "confirmed"),
    )  # fmt: skip
    return [
        {
            "assigned": float(task.standard),
            "completed": float((task.confirmed_quantity or 0) * task.coefficient)
            if task.state == "confirmed" else 0.0,
            "quality_failures": task.quality_failures if task.state == "confirmed" else 0,
            "delays": task.delays if task.state == "confirmed" else 0,
            "objective_cause": task.cause_state == "confirmed",
            "exceeds": task.state == "confirmed" and task.exceeds,
        }
        for task in counted
    ]  # fmt: skip


def _any_failed(sheet: Any, cycle: Any) -> bool | None:
    """Ask what the leader's d needs: whether anybody below failed, unknown where it is."""
    from ngangtam.stages.evaluation.models import Result

    below = Result.objects.filter(
        cycle=cycle, run=cycle.run, sheet__person__isnull=False,
        sheet__path__within=str(sheet.path),
    ).exclude(sheet=sheet)  # fmt: skip
    if not sheet.head:
        own = below.filter(sheet__unit=sheet.unit, sheet__leader=True)
        below = below.exclude(pk__in=own.values("pk"))
    if below.filter(level="failed").exists():
        return True if sheet.head else None
    return None if below.filter(level="").exists() else False


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


if __name__ == "__main__":
    main()
