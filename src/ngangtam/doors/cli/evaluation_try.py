"""Trying a scheme on the data of a cycle, from the command line."""

from typing import Any

import click

from ngangtam.doors.cli.base import as_format, django_ready, fail, print_json, table


@click.command("try")
@click.option("--scheme", required=True, metavar="ID", help="The scheme that is tried.")
@click.option("--unit", "code", required=True, metavar="CODE")
@click.option("--cycle", required=True, metavar="CYCLE", help="For example 2026-03 or 2025.")
@click.option(
    "--instead-of", default="", metavar="ID", help="Only the sheets of this scheme; else all."
)
@as_format
def try_(scheme: str, code: str, cycle: str, instead_of: str, style: str) -> None:
    """Say what another scheme would have changed in a cycle, and for whom. Nothing is written."""
    django_ready()
    from ngangtam.foundation.kernel.problems import DomainError
    from ngangtam.records.organisation.models import Unit
    from ngangtam.stages.evaluation import queries_results, trying

    unit = Unit.objects.filter(code=code).first()
    found = queries_results.cycle_for(unit, cycle) if unit is not None else None
    if unit is None or found is None:
        fail(f"there is no cycle {cycle!r} at the unit {code!r}")
    try:
        trial = trying.try_scheme(None, found, unit, scheme, instead_of)
    except DomainError as error:
        fail("; ".join(error.messages))
    said = {"unit": code, "cycle": cycle, **trial.said()}
    if style == "json":
        print_json(said)
        return
    rows: list[list[Any]] = [
        [one["before"] or "–", one["after"] or "–", one["sheets"]] for one in said["counts"]
    ]
    table(["now", scheme, "sheets"], rows, right=frozenset({2}))
    names: list[list[Any]] = [
        [one.name, one.unit, one.before or "–", one.after or "–"] for one in trial.moves
    ]
    if names:
        table(["name", "unit", "now", scheme], names)
