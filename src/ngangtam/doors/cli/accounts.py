"""Accounts from the command line: the first administrator, and when none is left to help."""

from typing import Any

import click

from ngangtam.doors.cli.base import as_format, django_ready, fail, note, print_json, table
from ngangtam.foundation.kernel.wording import gettext as _


@click.group()
def account() -> None:
    """Who can sign in. On the web an administrator does this; here the owner of the instance."""


@account.command()
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Full name.")
@click.option("--position", default="", help="Position.")
def create(username: str, full_name: str, position: str) -> None:
    """Open an account; prints the password to hand over, once."""
    from ngangtam.foundation.kernel.problems import DomainError

    actions, owner = _ready()
    from django.core.exceptions import ValidationError

    from ngangtam.doors.sign_in.queries import safe_username

    try:
        _user, password = actions.create_account(
            username=safe_username(username), full_name=full_name, position=position, by=owner
        )
    except (DomainError, ValidationError) as error:
        fail("; ".join(error.messages))
    click.echo(password)
    note(_("The password is shown this once; its owner must replace it at the first sign-in."))


@account.command()
@click.argument("username")
@click.option("--factors", is_flag=True, help="Remove the second steps too.")
def reset(username: str, factors: bool) -> None:
    """Replace a lost password; prints the one to hand over, once."""
    from ngangtam.foundation.kernel.problems import DomainError

    actions, owner = _ready()
    user_id = _id(username)
    try:
        if factors:
            actions.forget_factors(user_id=user_id, by=owner)
        _user, password = actions.give_password(user_id=user_id, by=owner)
    except DomainError as error:
        fail("; ".join(error.messages))
    click.echo(password)


@account.command()
@click.argument("username")
def enable(username: str) -> None:
    """Switch an account on again."""
    from ngangtam.foundation.kernel.problems import DomainError

    actions, owner = _ready()
    try:
        actions.enable(user_id=_id(username), by=owner)
    except DomainError as error:
        fail("; ".join(error.messages))


@account.command()
@click.argument("username")
@click.option("--reason", required=True)
def disable(username: str, reason: str) -> None:
    """Switch an account off; its sessions end at once."""
    from ngangtam.foundation.kernel.problems import DomainError

    actions, owner = _ready()
    try:
        actions.disable(user_id=_id(username), reason=reason, by=owner)
    except DomainError as error:
        fail("; ".join(error.messages))


@account.command("list")
@as_format
def list_(style: str) -> None:
    """List accounts: name, whether in use, last sign-in."""
    _ready()
    from ngangtam.foundation.access.models import User

    rows: list[dict[str, object]] = [
        {"account": user.username, "name": user.full_name, "in use": user.is_active,
         "last signed in": str(user.last_login or "")[:16]}
        for user in User.objects.order_by("username")
    ]  # fmt: skip
    if style == "json":
        print_json(rows)
    else:
        table(["account", "name", "in use", "last signed in"],
              [list(row.values()) for row in rows])  # fmt: skip


# The module is imported once Django is set up, so its type has no name here.
def _ready() -> tuple[Any, Any]:
    django_ready()
    from ngangtam.doors.sign_in import actions
    from ngangtam.foundation.access.steps import Owner

    return actions, Owner()


def _id(username: str) -> int:
    from ngangtam.foundation.access.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        fail(_("there is no account named %(username)s") % {"username": username})
    return user.pk
