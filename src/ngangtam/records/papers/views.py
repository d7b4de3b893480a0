"""Choosing a paper about a person, and printing it."""

from typing import cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.papers import actions, forms, printing, queries
from ngangtam.records.papers.printing import FORMS, STYLES, Style
from ngangtam.records.personnel.queries.reach import actor_of


@require_safe
def paper_list(request: Request, number: str) -> HttpResponse:
    """The papers that can be printed of one file."""
    found = queries.printable_for(request.user, number, today=today())
    if found is None:
        raise Http404
    asked = forms.read(request.GET, today=today())
    context = {
        "person": found.file.person,
        "may_see": found.may_see,
        "asked": asked,
        "query": f"?{asked.query}",
        "forms": [printing.form(name) for name in FORMS],
        "today": today(),
    }
    return page(request, "papers/paper_list.html", "papers/_papers.html", context)


@require_safe
def paper_print(request: Request, number: str, form: str, style: str) -> HttpResponse:
    """One paper as a download; leaves the trace that it was printed."""
    if form not in FORMS or style not in STYLES:
        raise Http404
    if queries.printable_for(request.user, number, today=today()) is None:
        raise Http404
    asked, chosen = forms.read(request.GET, today=today()), cast(Style, style)
    told = actions.tell_for_print(
        number=number, form_id=form, style=chosen, on=asked.on, sensitive=asked.sensitive,
        today=today(), by=actor_of(request.user),
    )  # fmt: skip
    made = printing.print_paper(told, form_id=form, style=chosen, at=timezone.now())
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
