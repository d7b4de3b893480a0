"""API tokens from the command line: for programs that act by an account of their own."""

import click

from ngangtam.doors.cli.base import as_format, django_ready, fail, print_json, table


@click.group()
def token() -> None:
    """Tokens by which programs ask the API. People make their own on the page “My API tokens”."""


@token.command()
@click.option("--user", "username", required=True, help="User name of the account it acts as.")
@click.option("--name", required=True, help="Which program uses it.")
@click.option("--scope", "scopes", multiple=True, required=True, help="As people.read; repeat it.")
@click.option("--days", type=int, default=90, show_default=True, help="Days until it ends.")
@click.option("--from", "networks", multiple=True, help="Address range; repeat it.")
def make(
    username: str, name: str, scopes: tuple[str, ...], days: int, networks: tuple[str, ...]
) -> None:
    """Make a token; prints its secret, this once."""
    django_ready()
    from ngangtam.doors.api import commands
    from ngangtam.foundation.kernel.problems import DomainError

    try:
        made = commands.make(
            username=username, name=name, scopes=scopes, days=days, networks=networks
        )
    except DomainError as error:
        fail("; ".join(error.messages))
    click.echo(made.secret)


@token.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Shut a token out at once."""
    django_ready()
    from ngangtam.doors.api import commands
    from ngangtam.foundation.kernel.problems import DomainError

    try:
        revoked = commands.revoke(number)
    except DomainError as error:
        fail("; ".join(error.messages))
    click.echo(f"{revoked.pk}\t{revoked}")


@token.command("list")
@click.option("--user", "username", help="Only this account.")
@as_format
def list_(username: str | None, style: str) -> None:
    """List tokens: number, account, name, scopes, until when, last used."""
    django_ready()
    from ngangtam.doors.api import commands

    rows = commands.listed(username)
    if style == "json":
        print_json(rows)
    else:
        columns = list(rows[0]) if rows else ["number"]
        table(columns, [list(row.values()) for row in rows], right=frozenset({0}))


@token.command()
@as_format
def scopes(style: str) -> None:
    """List the scopes that a token may have."""
    django_ready(database=False)
    from ngangtam.doors.api.scopes import LABELS

    rows: list[dict[str, object]] = [
        {"scope": scope.value, "label": str(label)} for scope, label in LABELS.items()
    ]
    if style == "json":
        print_json(rows)
    else:
        table(["scope", ""], [list(row.values()) for row in rows])
