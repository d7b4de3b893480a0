"""What every command needs: Django set up, the database ready, dates, one way to fail."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn, TypeVar

import click

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.wording import gettext as _

Function = TypeVar("Function", bound=Callable[..., Any])

DONE, REFUSED, BAD_USAGE = 0, 1, 2


def fail(message: str, status: int = REFUSED) -> NoReturn:
    """End the command with one clear line on standard error."""
    click.echo(f"ngangtam: {message}", err=True)
    sys.exit(status)


def note(message: str) -> None:
    click.echo(message, err=True)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


class Day(click.ParamType[date]):
    """A day as 2026-03-31 or 31/03/2026."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        parsed = parse_day(str(value)).value
        if parsed.day is None or parsed.precision != "day":
            self.fail(f"{value!r} is not a day; write 2026-03-31 or 31/03/2026", param, ctx)
        return parsed.day


DAY = Day()


def as_format(function: Function) -> Function:
    return click.option(
        "--format", "style", type=click.Choice(["json", "table"]), default="table",
        show_default=True,
    )(function)  # fmt: skip


def django_ready(*, database: bool = True) -> None:
    """Set Django up and, unless told otherwise, bring the database up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ngangtam.config.settings.run")
    import django
    from django.utils import translation

    from ngangtam.foundation.kernel.database import DatabaseUnavailableError

    try:
        django.setup()
        translation.activate(os.environ.get("NGANGTAM_LANGUAGE", "vi"))
        if database:
            bring_up_to_date()
    except DatabaseUnavailableError as error:
        fail(str(error))


def bring_up_to_date() -> None:
    """Run the migrations that the database lacks; nothing when it lacks none."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        fail(_("the database cannot be reached: %(why)s") % {"why": str(error).splitlines()[0]})
    if plan:
        note(_("Preparing the database …"))
        call_command("migrate", verbosity=0, interactive=False)
    from ngangtam.records.organisation.steps import root_unit

    with accounted("instance.prepared"):
        root_unit()


@contextmanager
def accounted(event: str, **what: Any) -> Iterator[None]:
    """Let one event of the audit stand for what a command writes outside of actions; seal it."""
    from ngangtam.foundation.audit import sealing, steps

    with steps.accounted(event, **what):
        yield
    sealing.seal_new(wait=False)


def table(
    columns: list[str], rows: list[list[object]], *, right: frozenset[int] = frozenset()
) -> None:
    """Print rows on standard output as an aligned table."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        drawn.add_column(column, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    width = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=width).print(drawn)
