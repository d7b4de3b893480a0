"""Cycles of evaluation: open one, see how far it is, close it, read what is proposed.

As the owner of the instance. JSON stands alone on standard output; a refusal is one line on
standard error and status 1, bad usage status 2.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

import click

from ngangtam.doors.cli.base import (
    BAD_USAGE,
    DAY,
    as_format,
    django_ready,
    fail,
    note,
    print_json,
    table,
)

Function = TypeVar("Function", bound=Callable[..., Any])
_RIGHT: Final = frozenset(range(2, 12))


def _of_cycle(function: Function) -> Function:
    """Ask for the unit and the cycle, and for the way to print."""
    unit = click.option("--unit", required=True, metavar="CODE", help="The unit of the cycle.")
    cycle = click.option(
        "--cycle", "code", required=True, metavar="CYCLE",
        help="2026-03, 2026-Q1, 2026-H1, 2026, or the name of one held when needed.",
    )  # fmt: skip
    return unit(cycle(as_format(function)))


@click.command("open")
@_of_cycle
@click.option("--report-by", type=DAY, help="Own points by this day.")
@click.option("--confirm-by", type=DAY, help="Confirmed by this day.")
@click.option("--first", type=DAY, help="First day of a cycle held when needed.")
@click.option("--until", type=DAY, help="The day after its last day.")
def open_(
    unit: str, code: str, style: str, report_by: date | None, confirm_by: date | None,
    first: date | None, until: date | None,
) -> None:  # fmt: skip
    """Open a cycle for a unit and everything below it; again, it takes in who came since."""
    django_ready()
    from ngangtam.stages.evaluation.actions_cycles import Plan, open_cycle

    plan = Plan(code, first, until, report_by, confirm_by)
    opened = _done(lambda: open_cycle(unit_code=unit, plan=plan, by=_owner()))
    cycle, filled = opened.cycle, opened.filled
    found = {
        "unit": unit, "cycle": cycle.code, "kind": cycle.kind, "first": cycle.first,
        "until": cycle.until, "report_by": cycle.report_by, "confirm_by": cycle.confirm_by,
        "new": opened.new, **filled.said(),
    }  # fmt: skip
    _print(found, style)


@click.command()
@_of_cycle
def close(unit: str, code: str, style: str) -> None:
    """Reckon every sheet and close the cycle; a second time changes nothing."""
    django_ready()
    from ngangtam.stages.evaluation.actions_cycles import close_cycle

    cycle = _cycle(unit, code)
    done = _done(lambda: close_cycle(cycle_id=cycle.pk, by=_owner()))
    _print({"unit": unit, "cycle": code, **done.said(), "seconds": done.seconds}, style)


@click.command()
@_of_cycle
@click.option("--on", "day", type=DAY, help="Late as of this day; today unless given.")
def progress(unit: str, code: str, style: str, day: date | None) -> None:
    """Count the sheets that are open, reported, confirmed and late, unit by unit."""
    django_ready()
    from ngangtam.foundation.kernel.days import today
    from ngangtam.stages.evaluation import queries_cycles

    cycle = _cycle(unit, code)
    found = queries_cycles.progress(None, cycle, cycle.unit, today=day or today())
    lines = [line.said() for line in found.lines]
    if style == "json":
        print_json({"unit": unit, "cycle": code, "state": cycle.state,
                    "whole": found.whole.said(), "units": lines})  # fmt: skip
        return
    names = ["unit", "name", "sheets", "open", "reported", "returned", "confirmed", "exempt",
             "late_report", "late_confirm"]  # fmt: skip
    rows = [[one[name] for name in names] for one in (found.whole.said(), *lines)]
    table(names, rows, right=_RIGHT)


@click.command()
@_of_cycle
def propose(unit: str, code: str, style: str) -> None:
    """Say what is proposed in every agency of a closed cycle, and what the caps leave out."""
    django_ready()
    from ngangtam.stages.evaluation import queries_proposals

    cycle = _cycle(unit, code)
    if cycle.run == 0:
        fail(f"the cycle {code!r} is not closed yet")
    found = [one.said() for one in queries_proposals.bodies(None, cycle, cycle.unit)]
    if style == "json":
        print_json({"unit": unit, "cycle": code, "state": cycle.state, "run": cycle.run,
                    "bodies": found})  # fmt: skip
        return
    names = ["body", "scheme", "sheets", "proposed", "ties", "without_proposal", "exceeding",
             "decided"]  # fmt: skip
    rows = [[_counts(one[name]) for name in names] for one in found]
    table(names, rows, right=_RIGHT - {3})


def _counts(value: object) -> object:
    if isinstance(value, dict):
        return " ".join(f"{name} {count}" for name, count in value.items())
    return value


def _owner() -> Any:  # imported once Django is ready
    from ngangtam.foundation.audit.steps import Process

    return Process()


def _cycle(unit: str, code: str) -> Any:  # as above
    from ngangtam.stages.evaluation import queries_cycles

    found = queries_cycles.get_cycle(None, unit, code)
    if found is None:
        fail(f"there is no cycle {code!r} at the unit {unit!r}")
    return found


def _done(act: Callable[[], Any]) -> Any:
    """Do it; a refusal of the domain ends the command, what is no period is bad usage."""
    from ngangtam.foundation.kernel.problems import DomainError
    from ngangtam.stages.evaluation.periods import BadPeriodError

    try:
        return act()
    except BadPeriodError as error:
        fail("; ".join(error.messages), BAD_USAGE)
    except DomainError as error:
        fail("; ".join(error.messages))


def _print(found: dict[str, Any], style: str) -> None:
    if style == "json":
        print_json(found)
        return
    if found.get("new") is False:
        note("The cycle was open already.")
    table(["", ""], [[name, _counts(value)] for name, value in found.items()])


COMMANDS: Final[list[click.Command]] = [open_, close, progress, propose]
