"""Succession plans on the command line."""

from datetime import date

import click

from ngangtam.doors.cli.base import DAY, as_format, django_ready, fail, print_json, table
from ngangtam.foundation.kernel.wording import gettext as _


@click.group()
def planning() -> None:
    """Succession plans: who could follow whom."""


@planning.command()
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, required=True)
@as_format
def balance(unit: str, day: date, style: str) -> None:
    """Show for every title of a unit and below who holds it and who could follow, and when."""
    django_ready()
    from ngangtam.foundation.kernel.speech import language
    from ngangtam.records.organisation.models import Unit
    from ngangtam.stages.planning.balance import as_plain
    from ngangtam.stages.planning.balance import balance as reckon
    from ngangtam.stages.planning.exports import flag_label

    found = Unit.objects.filter(code=unit).first()
    if found is None:
        fail(_("there is no unit with the code “%(code)s”") % {"code": unit})
    if found.ended_on is not None and day >= found.ended_on:
        fail(
            _("the unit “%(code)s” ended on %(day)s")
            % {"code": unit, "day": f"{found.ended_on:%d/%m/%Y}"}
        )
    told = as_plain(reckon(found, day), language())
    if style == "json":
        print_json(told)
        return
    rows: list[list[object]] = [
        [one["unit"], one["title"], one["seats"], one["vacant"],
         "; ".join(held["name"] for held in one["incumbents"][:3]),
         one["ready_now"], one["ready_in_2_years"], one["ready_in_5_years"], one["not_ready"],
         "; ".join(str(flag_label(flag)) for flag in one["flags"])]
        for one in told["titles"]
    ]  # fmt: skip
    table(
        [_("unit"), _("title"), _("seats"), _("vacant"), _("held by"), _("ready now"),
         _("in 2 years"), _("in 5 years"), _("not ready"), _("warnings")],
        rows, right=frozenset({2, 3, 5, 6, 7, 8}),
    )  # fmt: skip
