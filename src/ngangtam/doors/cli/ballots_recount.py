"""Counting the published papers of a vote again, without any database."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ngangtam.doors.cli.base import BAD_USAGE, DONE, REFUSED, as_format, fail, print_json, table
from ngangtam.foundation.kernel.wording import gettext as _


@click.command("recount")
@click.argument("source", metavar="FILE.json")
@as_format
def recount(source: str, style: str) -> None:
    """Count the papers of FILE again and compare with the result that it says was announced.

    FILE is what the page of a vote gives as JSON; - reads standard input. Status 1 when anything
    differs.
    """
    from ngangtam.stages.ballots import recounting

    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        again = recounting.recount(json.loads(text))
    except OSError as error:
        fail(str(error), BAD_USAGE)
    except (ValueError, recounting.BadFileError) as error:
        fail(_("the file cannot be counted: %(why)s") % {"why": error}, BAD_USAGE)
    if style == "json":
        print_json({"sound": again.sound, "papers": again.papers, "faults": list(again.faults),
                    **again.counted.said()})  # fmt: skip
    else:
        _tell(again, json.loads(text))
    sys.exit(DONE if again.sound else REFUSED)


# What a file holds has no common type.
def _tell(again: Any, data: Any) -> None:
    labels = {one["key"]: one["label"] for one in data["vote"]["names"]}
    outcome = again.counted.outcome
    elected = set(outcome.elected) if outcome is not None else set()
    rows: list[list[object]] = []
    for key, marks in again.counted.votes.items():
        said = ", ".join(f"{mark} {papers}" for mark, papers in sorted(marks.items()))
        rows.append([labels.get(key, key), said, _("elected") if key in elected else ""])
    table([_("Candidate"), _("Votes"), _("Outcome of the count")], rows)
    for fault in again.faults:
        click.echo(f"ngangtam: {fault}", err=True)
