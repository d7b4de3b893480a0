"""Bringing rosters and official tables in."""

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from ngangtam.doors.cli.base import (
    BAD_USAGE,
    DAY,
    REFUSED,
    accounted,
    django_ready,
    fail,
    note,
    print_json,
)
from ngangtam.foundation.kernel.wording import gettext as _

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("import")
def import_() -> None:
    """Bring a roster or an official table in."""


@import_.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--unit", required=True, metavar="CODE", help="Code of the unit that the people belong to."
)
@click.option(
    "--unit-name", metavar="NAME", help="Create the unit under this name when it is missing."
)
@click.option("--post", required=True, metavar="TITLE", help="Title of the post that they hold.")
@click.option("--on", "day", type=DAY, required=True, help="First day on which they hold it.")
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option(
    "--report", type=FILE, metavar="FILE.json", help="Write the verdict of every cell there."
)
def roster(
    files: tuple[Path, ...], unit: str, unit_name: str | None, post: str, day: date, dry_run: bool,
    report: Path | None,
) -> None:  # fmt: skip
    """Bring one roster in, of one or several files."""
    for file in files:
        if not file.is_file():
            fail(_("%(file)s is not a file") % {"file": file}, BAD_USAGE)
    django_ready()
    from django.core.exceptions import ValidationError

    from ngangtam.records.intake.commands import import_roster

    try:
        result = import_roster(
            list(files), unit_code=unit, unit_name=unit_name, post_title=post, day=day,
            dry_run=dry_run, progress=note,
        )  # fmt: skip
    except ValidationError as error:
        fail("; ".join(error.messages))
    if report is not None:
        report.write_text(json.dumps(result.report, ensure_ascii=False, indent=1))
    for line in result.summary:
        note(line)
    sys.exit(REFUSED if result.refused else 0)


@import_.command()
@click.argument("file", type=FILE)
def areas(file: Path) -> None:
    """Compare the official conversion table of areas with what is loaded, and take it in."""
    if not file.is_file():
        fail(_("%(file)s is not a file") % {"file": file}, BAD_USAGE)
    django_ready()
    from ngangtam.records.organisation.areas.conversion import import_conversion
    from ngangtam.records.organisation.areas.load import load_areas

    with accounted("areas.loaded", file=file.name):
        load_areas()
        report = import_conversion(file)
    shown = {key: value for key, value in asdict(report).items() if key != "doubtful"}
    print_json(shown)
    sys.exit(REFUSED if report.problems else 0)
