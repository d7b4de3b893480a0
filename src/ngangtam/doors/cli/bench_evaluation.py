"""Closing a month for a whole nation, beside the same scheme row by row, in one run.

The nation, its sheets and its tasks are generated once into an instance of their own under the
home's `bench/` folder, and kept. The month is closed by the very action of the product, in a
process of its own, whose memory is what is told.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ngangtam.doors.cli.base import note
from ngangtam.foundation.kernel.home import home

SAMPLE = 300


# What a page of JSON holds has no common type.
def bench_evaluation(people: int, tasks: int, units: int) -> dict[str, Any]:
    """Generate, close, and score a sample row by row.

    Units: seconds; `peak_mb` of the process that closes; `ratio` is how many times longer one
        sheet takes row by row.
    """
    environment = _environment(people, tasks)
    try:
        note(f"Preparing {people} people with {tasks} tasks each …")
        made = json.loads(_child(environment, "prepare", str(people), str(tasks), str(units)))
        note("Closing the month …")
        closed = json.loads(_child(environment, "close"))
        note(f"Scoring {SAMPLE} sheets row by row …")
        slow = json.loads(_child(environment, "slow", str(SAMPLE)))
    finally:
        _stop(environment)
    each = closed["seconds"]["total"] / max(1, closed["sheets"])
    return {
        "people": made["people"], "tasks": made["tasks"], "sheets": closed["sheets"],
        "seconds": closed["seconds"], "peak_mb": closed["peak_mb"],
        "levels": closed["levels"], "proposed": closed["proposed"], "ties": closed["ties"],
        "row_by_row_seconds_per_person": slow["seconds_each"],
        "row_by_row_sample": slow["sample"], "row_by_row_differs": slow["differs"],
        "ratio": round(slow["seconds_each"] / each, 1),
    }  # fmt: skip


def _environment(people: int, tasks: int) -> dict[str, str]:
    folder: Path = home() / "bench" / f"evaluation-{people}-{tasks}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "NGANGTAM_HOME": str(folder)}
    environment.pop("NGANGTAM_DATABASE_URL", None)
    environment.pop("NGANGTAM_DATABASE_WEB_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "ngangtam.config.settings.run"
    return environment


def _child(environment: dict[str, str], *arguments: str) -> str:
    """Do a step inside the other instance; return the last line that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ngangtam.doors.cli.bench_evaluation_instance", *arguments],
        env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


def _stop(environment: dict[str, str]) -> None:
    code = "import sys; from ngangtam.doors.cli.main import main; sys.exit(main())"
    subprocess.run(
        [sys.executable, "-c", code, "stop"], env=environment, check=False,
        stdin=subprocess.DEVNULL, stdout=sys.stderr,
    )  # fmt: skip
