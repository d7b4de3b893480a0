"""Personnel cases on the command line."""

import click

from ngangtam.doors.cli.base import as_format, django_ready, fail, note, print_json, table
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.wording import gettext as _


@click.group()
def cases() -> None:
    """Personnel cases: where each stands and what is due."""


@cases.command("list")
@click.option("--unit", metavar="CODE", help="Only this unit and below.")
@click.option("--stage", help="Only this stage.")
@click.option("--overdue", is_flag=True, help="Only cases with a missed deadline.")
@click.option("--all", "ended", is_flag=True, help="Ended cases too.")
@as_format
def list_(unit: str | None, stage: str | None, *, overdue: bool, ended: bool, style: str) -> None:
    """List cases, the next deadline first; simulations are left out."""
    django_ready()
    from ngangtam.stages.procedure import told

    found = told.every(unit=unit, stage=stage, overdue=overdue, ended=ended, today=today())
    if found is None:
        fail(_("there is no unit with the code “%(code)s”") % {"code": unit or ""})
    if style == "json":
        print_json(found)
        return
    heads = ["number", "stage", "state", "due", "unit", "title"]
    table(heads, [[one[head] for head in heads] for one in found])


@cases.command()
@click.option(
    "--within",
    type=click.IntRange(0, 60),
    default=3,
    show_default=True,
    help="Working days ahead of which a deadline comes soon.",
)
@click.option("--only-look", is_flag=True, help="Mail nobody.")
@as_format
def remind(within: int, style: str, *, only_look: bool) -> None:
    """Tell what is overdue or due soon, and whom it waits for; mail them where mail is set up."""
    django_ready()
    from ngangtam.foundation.audit import sealing
    from ngangtam.stages.procedure import reminders

    found = reminders.due(today(), within=within)
    mails = not only_look and reminders.is_mail_set_up()
    if mails:
        sent = reminders.send(found)
        sealing.seal_new(wait=False)
        note(_("letters sent: %(count)s") % {"count": sent})
    elif not only_look:
        note(_("no server for mail is set up (NGANGTAM_MAIL); nothing is mailed"))
    if style == "json":
        print_json([
            {"number": one.number, "what": one.what, "due": one.day.isoformat(),
             "working_days_left": one.left, "accounts": [user.username for user in one.hands]}
            for one in found
        ])  # fmt: skip
        return
    table(
        ["number", "step", "due", "days left", "waits for"],
        [[one.number, one.what, one.day.isoformat(), str(one.left),
          ", ".join(user.username for user in one.hands)] for one in found],
    )  # fmt: skip


@cases.command()
@click.argument("number")
@as_format
def show(number: str, style: str) -> None:
    """Show one case: its steps, who did them, what waits until when."""
    django_ready()
    from ngangtam.stages.procedure import told

    found = told.one(number)
    if found is None:
        fail(_("there is no case with the number “%(number)s”") % {"number": number})
    if style == "json":
        print_json(found)
        return
    click.echo(f"{found['number']}  {found['state']}  {found['title']}")
    table(
        ["step", "kind", "state", "outcome", "due", "done by"],
        [[one["label"], one["kind"], one["state"], one["outcome"], one["due"], one["done_by"]]
         for one in found["steps"]],
    )  # fmt: skip
