"""Indicators, targets and standards, measured on the records."""

from datetime import date
from typing import Any

import click

from ngangtam.doors.cli.base import DAY, as_format, django_ready, fail, note, print_json, table
from ngangtam.foundation.kernel.wording import gettext as _


def _unit_known(code: str) -> None:
    from ngangtam.records.organisation.models import Unit

    if not Unit.objects.filter(code=code).exists():
        fail(_("there is no unit with the code “%(code)s”") % {"code": code})


@click.command()
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, required=True)
@click.option("--definitions", default="standard", show_default=True, metavar="NAME")
@as_format
def indicators(unit: str, day: date, definitions: str, style: str) -> None:
    """Count the people holding a post in the unit or below it on that day."""
    django_ready()
    from ngangtam.oversight.targets.indicators import UnknownDefinitionsError
    from ngangtam.oversight.targets.indicators import indicators as measure

    _unit_known(unit)
    try:
        found = measure(unit, day, definitions)
    except UnknownDefinitionsError as error:
        fail(str(error), 2)
    if style == "json":
        print_json(found)
        return
    rows = [
        [row["id"], row.get("label", ""), row.get("value", row["count"]), row["total"],
         row["percent"], row["unknown"], row["reference_day"]]
        for row in found
    ]  # fmt: skip
    table(["id", "", "value", "total", "%", "unknown", "reference day"], rows,
          right=frozenset({2, 3, 4, 5}))  # fmt: skip


@click.command()
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, required=True)
@as_format
def targets(unit: str, day: date, style: str) -> None:
    """Measure every target of the resolutions for one unit and day."""
    django_ready()
    from ngangtam.oversight.targets.measures import measure_targets

    _unit_known(unit)
    found: list[dict[str, Any]] = measure_targets(unit, day)
    if style == "json":
        print_json(found)
        return
    rows = [
        [row["id"], row["label"], row["value"], row["target"], row["outcome"], row["gap"],
         row["unknown"]]
        for row in found
    ]  # fmt: skip
    table(["id", "", "value", "target", "outcome", "gap", "unknown"], rows,
          right=frozenset({2, 3, 5, 6}))  # fmt: skip


@click.group()
def standards() -> None:
    """Who meets a title standard."""


@standards.command("check")
@click.argument("standard_id")
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, required=True)
@as_format
def check_standard(standard_id: str, unit: str, day: date, style: str) -> None:
    """Check everybody of the unit against one standard, criterion by criterion."""
    django_ready()
    from ngangtam.law.engine import rulebook
    from ngangtam.oversight.standards.check import check_standard as run

    if standard_id not in rulebook().standards:
        fail(_("the rulebook has no standard “%(standard_id)s”") % {"standard_id": standard_id})
    _unit_known(unit)
    found = run(standard_id, unit, day)
    if style == "json":
        print_json(found)
        return
    rows = [[row["id"], row["met"], row["not_met"], row["unknown"]] for row in found["criteria"]]
    rows.append(["", found["met"], found["not_met"], found["unknown"]])
    table(["criterion", "met", "not met", "unknown"], rows, right=frozenset({1, 2, 3}))
    if found["not_applicable"]:
        note(
            _("%(not_applicable)s of %(people)s people are not asked.")
            % {"not_applicable": found["not_applicable"], "people": found["people"]}
        )
