"""Evaluation: scores from the command line."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from ngangtam.doors.cli.base import BAD_USAGE, fail, note, print_json
from ngangtam.doors.cli.evaluation_cycles import COMMANDS
from ngangtam.doors.cli.evaluation_try import try_

_MAX_BYTES: Final = 50_000_000


@click.group()
def evaluation() -> None:
    """Scores and levels by the schemes of the rulebook; cycles of evaluation."""


for command in (*COMMANDS, try_):
    evaluation.add_command(command)


@evaluation.command()
@click.option(
    "--input", "source", required=True, metavar="FILE",
    help="A JSON file with one case or a list of cases; - reads standard input.",
)  # fmt: skip
def score(source: str) -> None:
    """Score one case, or a list of cases, and say what each condition did."""
    from ngangtam.law.engine import rulebook
    from ngangtam.law.engine.cases import score_case
    from ngangtam.law.engine.values import LawError

    given = _read(source)
    cases = given if isinstance(given, list) else [given]
    book, said = rulebook(), []
    for number, case in enumerate(cases, 1):
        where = f"{number}: " if isinstance(given, list) else ""
        if not isinstance(case, dict):
            fail(f"{where}một phiếu là một đối tượng JSON / a case is a JSON object", BAD_USAGE)
        try:
            said.append(_printed(score_case(case, book)))
        except LawError as error:
            fail(f"{where}{error}", BAD_USAGE)
    for one in said:
        if one.get("ignored"):
            note(f"bỏ qua / ignored: {', '.join(one['ignored'])}")
    print_json(said if isinstance(given, list) else said[0])


def _read(source: str) -> object:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        if len(text) > _MAX_BYTES:
            fail("tệp quá lớn / the file is too large", BAD_USAGE)
        return json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        fail(f"không đọc được / cannot read {source}: {error}", BAD_USAGE)
    except (ValueError, RecursionError) as error:
        fail(f"không phải JSON / not JSON: {error}", BAD_USAGE)


def _printed(said: dict[str, Any]) -> dict[str, Any]:
    """Return a case as it is printed: figures to two decimals, words in Vietnamese."""
    shown: dict[str, Any] = {
        name: _rounded(value) if isinstance(value, float) else value for name, value in said.items()
    }
    shown["conditions"] = [
        {**one, "reason": one["reason"]["vi"], "label": one["label"]["vi"]}
        for one in said["conditions"]
    ]
    return shown


def _rounded(value: float) -> float:
    """Round to two decimals; a figure just beside a whole number keeps what sets it apart."""
    short = round(value, 2)
    return value if short == int(short) and short != value else short
