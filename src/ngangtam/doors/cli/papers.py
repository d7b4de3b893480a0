"""Templates of papers from the command line."""

import click

from ngangtam.doors.cli.base import django_ready, note
from ngangtam.foundation.kernel.wording import gettext as _


@click.group()
def papers() -> None:
    """Papers that leave the house: their templates and layouts."""


@papers.command("templates")
@click.option("--copy", is_flag=True, help="Copy them to where a deployment's own override ours.")
def templates(copy: bool) -> None:
    """Name the templates, and which of them are the deployment's own."""
    django_ready(database=False)
    from ngangtam.foundation.papers import shelves

    if copy:
        for path, fresh in shelves.copy_templates():
            click.echo(f"{path}\t{'copied' if fresh else 'kept: it was there'}")
        note(_("Edit the copies; delete one to have ours again."))
        return
    for shelf in shelves.every_shelf():
        for path in shelf.files():
            own = shelf.find(path.name) != path
            click.echo(f"{shelf.name}/{path.name}\t{'own' if own else 'ours'}")
