"""Statistical forms from the command line."""

from datetime import date
from pathlib import Path

import click

from ngangtam.doors.cli.base import DAY, django_ready, fail, note, print_json, table
from ngangtam.foundation.kernel.wording import gettext as _


@click.command()
@click.argument("form_id", metavar="FORM")
@click.option("--unit", required=True, metavar="CODE")
@click.option("--on", "day", type=DAY, required=True)
@click.option(
    "--format",
    "style",
    type=click.Choice(["json", "table", "xlsx", "pdf"]),
    default="table",
    show_default=True,
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; named after the form.")
def statistics(form_id: str, unit: str, day: date, style: str, out: Path | None) -> None:
    """Fill a statistical form (9a, 9b, 9c, 10, 11, 12a, 12b, 12c, 13) for a unit and day.

    A sum of the form that does not hold is named on standard error, and the status is 1.
    """
    django_ready()
    from django.utils import timezone

    from ngangtam.oversight.statistics import exports, model, reports
    from ngangtam.records.organisation.models import Unit

    if form_id.lower() not in model.form_ids():
        fail(
            _("there is no form “%(form_id)s”; there are %(names)s")
            % {"form_id": form_id, "names": ", ".join(model.form_ids())},
            2,
        )
    found = Unit.objects.filter(code=unit).first()
    if found is None:
        fail(_("there is no unit with the code “%(unit)s”") % {"unit": unit})
    sheet = reports.sheet_of_everybody(model.form(form_id.lower()), found, day)
    if sheet is None:
        fail(
            _("the unit “%(unit)s” did not exist on %(day)s")
            % {"unit": unit, "day": f"{day:%d/%m/%Y}"}
        )
    if style == "json":
        print_json(reports.as_json(sheet))
    elif style == "table":
        table(*reports.as_rows(sheet), right=frozenset(range(1, len(sheet.form.columns) + 1)))
    else:
        path = out or Path(exports.file_name(sheet, style))
        path.write_bytes(exports.workbook(sheet) if style == "xlsx" else
                         exports.printed(sheet, at=timezone.now()))  # fmt: skip
        note(str(path))
    for line in exports.broken(sheet):
        note(_("the sum does not hold: %(line)s") % {"line": line})
    if sheet.table.broken:
        raise click.exceptions.Exit(1)
