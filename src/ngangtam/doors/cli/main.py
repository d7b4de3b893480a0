"""The `ngangtam` command. Scripts depend on its words and exit statuses.

Status 0: done. 1: the work found problems and refused them. 2: bad usage.
"""

import sys

import click

from ngangtam import __version__
from ngangtam.doors.cli import (
    accounts,
    audit,
    backup,
    ballots,
    bench,
    cases,
    database,
    demo,
    evaluation,
    exits,
    grants,
    measures,
    papers,
    planning,
    procedures,
    rosters,
    rules,
    server,
    statistics,
    tokens,
)
from ngangtam.doors.cli.base import fail


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Ngang Tầm: the personnel system of a Vietnamese public body."""


_COMMANDS: list[click.Command] = [
    server.run,
    server.stop,
    server.prepare,
    server.serve,
    server.work,
    rosters.import_,
    measures.indicators,
    measures.targets,
    measures.standards,
    statistics.statistics,
    papers.papers,
    planning.planning,
    rules.rules,
    procedures.procedures,
    evaluation.evaluation,
    exits.exits,
    ballots.ballots,
    cases.cases,
    database.database,
    demo.demo,
    accounts.account,
    grants.grant,
    tokens.token,
    audit.audit,
    backup.backup,
    backup.restore,
    bench.bench,
]
for command in _COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command; every failure that we foresee is one line on standard error."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        fail("stopped", 1)
    except click.ClickException as error:
        fail(error.format_message(), 2)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except BrokenPipeError:
        sys.exit(1)
