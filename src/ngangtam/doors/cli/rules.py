"""The rulebook."""

import sys
from datetime import date

import click

from ngangtam.doors.cli.base import DAY, REFUSED, fail, note, print_json
from ngangtam.foundation.kernel.days import today


@click.group()
def rules() -> None:
    """The law as data."""


@rules.command()
@click.option("--fresh", is_flag=True, help="Prove it anew, though nothing has changed.")
def check(*, fresh: bool) -> None:
    """Prove the rulebook: ids, pinpoints, days, expressions, examples, mappings of exchange."""
    from ngangtam.doors.cli.rules_proof import problems_of
    from ngangtam.law.engine import rulebook

    problems = problems_of(rulebook(), fresh=fresh)
    for problem in problems:
        note(problem)
    note(f"{len(problems)} problems." if problems else "The rulebook holds.")
    sys.exit(REFUSED if problems else 0)


@rules.command()
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--on", "day", type=DAY, help="The day asked about; today.")
def show(id_: str | None, day: date | None) -> None:
    """Show one entry of the rulebook with its citations, or list every id."""
    from ngangtam.law.engine import rulebook
    from ngangtam.law.engine import show as look_up

    on = day or today()
    if id_ is None:
        for known in sorted(rulebook().ids()):
            click.echo(known)
        return
    found = look_up(id_, on)
    if found is None:
        fail(f"the rulebook has no entry {id_!r}; list them with: ngangtam rules show")
    print_json(found)
