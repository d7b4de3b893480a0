"""Bringing in tasks from a spreadsheet: template, verdict for every row, then all or nothing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.work import actions_import, exports, forms, queries, reading
from ngangtam.stages.work.views import frame


@require_http_methods(["GET", "POST"])
def task_import(request: Request, code: str) -> HttpResponse:
    unit = frame.assigning_unit(request.user, code)
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            draft = actions_import.check_import(
                unit_id=unit.pk, data=upload.read(), name=upload.name, by=actor_of(request.user)
            )
            return done(request, to=draft)
        except DomainError as error:
            form.add_error("file", ValidationError(error.messages))
    drafts = queries.drafts_of(request.user, unit)
    return page(
        request, "work/import.html", "work/_import_form.html",
        {"form": form, "unit": unit, "drafts": drafts},
    )  # fmt: skip


@require_safe
def template(request: Request) -> HttpResponse:
    """An empty sheet with the headings, for who assigns work somewhere."""
    if not may(request.user, Permission.WORK_ASSIGN):
        raise Http404
    return exports.template_response()


def _draft(request: Request, pk: int) -> Any:
    draft = queries.get_draft(request.user, pk)
    if draft is None:
        raise Http404
    return draft


@require_safe
def import_detail(request: Request, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    show = request.GET.get("show", "")
    rows = [row for row in draft.rows if not show or row["verdict"] == show]
    context = {
        "draft": draft, "rows": rows[:500], "more": max(0, len(rows) - 500), "show": show,
        "counts": reading.counted(draft.rows),
    }  # fmt: skip
    return page(request, "work/import_detail.html", "work/_import_rows.html", context)


@require_POST
def import_commit(request: Request, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    try:
        draft = actions_import.commit_import(draft_id=pk, by=actor_of(request.user))
    except DomainError as error:
        messages.error(request, " ".join(error.messages))
        return done(request, to=draft)
    words = ngettext("%(count)s task is given.", "%(count)s tasks are given.", draft.tasks_made)
    to = reverse("unit-work", args=[draft.unit.code])
    return done(request, to=to, message=words % {"count": draft.tasks_made})


@require_POST
def import_discard(request: Request, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    try:
        actions_import.discard_import(draft_id=pk, by=actor_of(request.user))
    except DomainError as error:
        messages.error(request, " ".join(error.messages))
        return done(request, to=draft)
    to = reverse("task-import", args=[draft.unit.code])
    return done(request, to=to, message=str(_("The list is discarded.")))
