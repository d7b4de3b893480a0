"""Where the database is."""

import click

from ngangtam.doors.cli.base import django_ready
from ngangtam.foundation.kernel import database as place


@click.group()
def database() -> None:
    """The database of this instance."""


@database.command()
@click.option("--owner", is_flag=True, help="The owner's address instead of the web role's.")
def url(owner: bool) -> None:
    """Print the address of the database, with its password."""
    django_ready()
    found = place.addresses()
    click.echo(found.owner if owner else found.web)
