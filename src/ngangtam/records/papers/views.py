"""Choosing a paper about a person, and printing it."""

from typing import cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.downloads import download
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.papers import actions, forms, printing, queries
from ngangtam.records.papers.printing import FORMS, STYLES, Style
from ngangtam.records.personnel.queries.file import File
from ngangtam.records.personnel.queries.reach import actor_of


@require_safe
def paper_list(request: Request, number: str) -> HttpResponse:
    """The papers that can be printed of one file."""
    file = _file(request, number)
    form = forms.PaperForm(parts=queries.parts_of(file), initial={"on": today()})
    return _choose(request, file, form)


@require_POST
def paper_print(request: Request, number: str, form_id: str, style: str) -> HttpResponse:
    """One paper as a download.

    A POST, because it leaves the trace of the printing: no link can print for somebody.
    """
    if form_id not in FORMS or style not in STYLES:
        raise Http404
    file = _file(request, number)
    form = forms.PaperForm(request.POST, request.FILES, parts=queries.parts_of(file))
    if not form.is_valid():
        return _choose(request, file, form)
    asked = form.cleaned_data
    told = actions.tell_for_print(
        number=number, form_id=form_id, style=style, on=asked["on"], parts=asked.get("part", ()),
        purpose=asked.get("purpose", ""), today=today(), by=actor_of(request.user),
    )  # fmt: skip
    made = printing.print_paper(
        told, form_id=form_id, style=cast(Style, style), at=timezone.now(), photo=asked["photo"]
    )
    return download(made.content, made.name)


def _file(request: Request, number: str) -> File:
    file = queries.printable_for(request.user, number, today=today())
    if file is None:
        raise Http404
    return file


def _choose(request: Request, file: File, form: forms.PaperForm) -> HttpResponse:
    context = {
        "person": file.person, "form": form, "papers": [printing.form(name) for name in FORMS],
    }  # fmt: skip
    return page(request, "papers/paper_list.html", "papers/_papers.html", context)
