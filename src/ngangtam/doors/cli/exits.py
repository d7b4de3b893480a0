"""Leaving a post, from the command line: who meets a ground; what lapses; who retires."""

from datetime import date

import click

from ngangtam.doors.cli.base import DAY, as_format, django_ready, fail, print_json, table
from ngangtam.foundation.kernel.wording import gettext as _


@click.group()
def exits() -> None:
    """Who meets a ground of leaving a post, who retires, and what is over."""


@exits.command()
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, help="The day asked about; today.")
@click.option("--only-look", is_flag=True, help="Look, and keep nothing.")
@as_format
def watch(unit: str, day: date | None, only_look: bool, style: str) -> None:
    """Look at everybody in a unit and below; keep who meets a ground as a proposal to consider.

    Another day than today is only looked at: nothing is kept.
    """
    django_ready()
    from ngangtam.foundation.audit import sealing
    from ngangtam.foundation.kernel.days import today
    from ngangtam.records.organisation.models import Unit
    from ngangtam.stages.exits import actions_watch, telling

    found = Unit.objects.filter(code=unit).first()
    if found is None:
        fail(_("there is no unit with the code “%(unit)s”") % {"unit": unit})
    on = day or today()
    if only_look or on != today():
        said = telling.looked(found, on)
    else:
        said = telling.kept(found, on, actions_watch.watch(unit_id=found.pk, day=on))
        sealing.seal_new(wait=False)
    if style == "json":
        print_json(said)
        return
    heads = [_("File number"), _("Full name"), _("Way out"), _("Ground"), _("Text"), _("State")]
    table(heads, [
        [one["person"]["number"], one["person"]["name"], one["exit"], one["ground"]["id"],
         one["ground"]["status"], one["state"]]
        for one in said["found"]
    ])  # fmt: skip


@exits.command()
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, help="The day from which it is reckoned; today.")
@click.option("--leaders", is_flag=True, help="Leadership posts alone.")
@as_format
def retirements(unit: str, day: date | None, leaders: bool, style: str) -> None:
    """Who retires within 24 months, and which leadership posts fall vacant."""
    django_ready()
    from ngangtam.foundation.kernel.days import today
    from ngangtam.records.organisation.models import Unit
    from ngangtam.stages.exits import retiring

    found = Unit.objects.filter(code=unit).first()
    if found is None:
        fail(_("there is no unit with the code “%(unit)s”") % {"unit": unit})
    rows = retiring.retirements(found, day or today(), leaders_only=leaders)
    if style == "json":
        print_json([
            {"number": one.number, "name": one.name, "unit": one.unit_code,
             "post": one.headline, "retires_on": one.day, "vacant": list(one.posts),
             "birth_known_to_the_day": not one.doubtful, "notice_by": one.notice.due,
             "decision_by": one.decision.due}
            for one in rows
        ])  # fmt: skip
        return
    heads = [_("File number"), _("Full name"), _("Post"), _("Unit"), _("Retirement day")]
    table(heads, [
        [one.number, one.name, one.headline, one.unit, f"{one.day:%d/%m/%Y}"] for one in rows
    ])  # fmt: skip
