"""Roles from the command line: the first ones of an instance, by its owner."""

from datetime import date

import click

from ngangtam.doors.cli.base import DAY, as_format, django_ready, fail, print_json, table


@click.group()
def grant() -> None:
    """Who holds which role where. On the web every role takes two persons; here the owner of
    the instance speaks, and the audit keeps it."""


@grant.command()
@click.option("--user", "username", required=True, help="User name of the account.")
@click.option("--role", required=True, help="Role; see `ngangtam grant roles`.")
@click.option("--unit", "unit_code", required=True, help="Code of the topmost unit.")
@click.option("--from", "first_day", type=DAY, help="First day; today when left out.")
@click.option("--until", type=DAY, help="First day on which it no longer holds.")
@click.option("--reason", required=True, help="The decision or task that needs this role.")
@click.option("--wait", is_flag=True, help="Leave it to a person on the web to confirm.")
def give(
    username: str, role: str, unit_code: str, first_day: date | None, until: date | None,
    reason: str, wait: bool,
) -> None:  # fmt: skip
    """Give a role over a unit and everything below it."""
    django_ready()
    from ngangtam.doors.grants import commands
    from ngangtam.foundation.kernel.days import today
    from ngangtam.foundation.kernel.problems import DomainError

    try:
        given = commands.give(
            username=username, role=role, unit_code=unit_code, first_day=first_day or today(),
            until=until, reason=reason, waiting=wait,
        )  # fmt: skip
    except DomainError as error:
        fail("; ".join(error.messages))
    click.echo(f"{given.pk}\t{given}")


@grant.command()
@click.argument("number", type=int)
def confirm(number: int) -> None:
    """Confirm a role that the owner gave with --wait."""
    django_ready()
    from ngangtam.doors.grants import commands
    from ngangtam.foundation.kernel.problems import DomainError

    try:
        confirmed = commands.confirm(number)
    except DomainError as error:
        fail("; ".join(error.messages))
    click.echo(f"{confirmed.pk}\t{confirmed}")


@grant.command()
@click.argument("number", type=int)
@click.option("--on", type=DAY, help="First day on which it confers nothing; today when left out.")
@click.option("--reason", required=True)
def end(number: int, on: date | None, reason: str) -> None:
    """End a role early, or take back one that waits."""
    django_ready()
    from ngangtam.doors.grants import commands
    from ngangtam.foundation.kernel.days import today
    from ngangtam.foundation.kernel.problems import DomainError

    try:
        ended = commands.end(number, on=on or today(), reason=reason)
    except DomainError as error:
        fail("; ".join(error.messages))
    click.echo(f"{ended.pk}\t{ended}")


@grant.command("list")
@click.option("--user", "username", help="Only this account.")
@click.option("--all", "every", is_flag=True, help="Closed ones too.")
@as_format
def list_(username: str | None, every: bool, style: str) -> None:
    """List roles: number, account, role, unit, period, how it stands, who gave and confirmed."""
    django_ready()
    from ngangtam.doors.grants import commands

    rows = commands.listed(username=username, every=every)
    if style == "json":
        print_json(rows)
    else:
        columns = list(rows[0]) if rows else ["number"]
        table(columns, [list(row.values()) for row in rows], right=frozenset({0}))


@grant.command()
@as_format
def roles(style: str) -> None:
    """List the roles and what each may do."""
    django_ready(database=False)
    from ngangtam.foundation.access.roles import ROLES

    rows: list[dict[str, object]] = [
        {"role": role.id, "label": str(role.label), "says": str(role.says),
         "permissions": sorted(role.permissions)}
        for role in ROLES.values()
    ]  # fmt: skip
    if style == "json":
        print_json(rows)
    else:
        table(["role", "", ""], [[row["role"], row["label"], row["says"]] for row in rows])


@grant.command()
def document() -> None:
    """Print docs/access.md anew from the code."""
    django_ready(database=False)
    from ngangtam.doors.grants.document import markdown

    click.echo(markdown(), nl=False)
