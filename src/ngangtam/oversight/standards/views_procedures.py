"""Procedures on screen: the drawing, and every step with its rule and text."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import page
from ngangtam.oversight.standards import listings
from ngangtam.oversight.standards import queries_procedures as queries
from ngangtam.oversight.standards.book import rulebook


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    asked = listings.PROCEDURES.read(request.GET)
    value, day = asked.values, _day(asked.values["on"])
    found = queries.procedures(value["q"], value["regime"], value["stage"], value["status"], day)
    context = {"table": asked.cut(found), "day": day}
    return page(
        request, "standards/procedure_list.html", "standards/_procedure_table.html", context
    )


@require_safe
def procedure(request: HttpRequest, ident: str) -> HttpResponse:
    book, asked = rulebook(), listings.PROCEDURE.read(request.GET)
    day = _day(asked.values["on"])
    versions = book.procedures.get(ident)
    if versions is None:
        raise Http404(ident)
    found = versions.on(day)
    shown = found or versions.latest.on(day, book.lookup)
    context = {
        "table": asked.cut([]),
        "procedure": shown,
        "in_force": found is not None,
        "day": day,
        "stage": queries.stage_name(shown),
        "subject": queries.subject_name(shown),
        "steps": queries.steps(book, shown, day),
        "versions": queries.versions(versions, shown),
        "vocabulary": book.case_vocabulary,
    }
    return page(
        request, "standards/procedure_detail.html", "standards/_procedure_body.html", context
    )


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else today()
