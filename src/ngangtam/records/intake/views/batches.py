"""Bringing a roster in, the list of rosters, and the page of one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.intake import actions_review, forms, queries, shown, tasks
from ngangtam.records.intake.queries import Batch
from ngangtam.records.intake.views import parts
from ngangtam.records.personnel.queries.reach import actor_of

LISTING = Listing(
    columns=[Column("when", order=("created_at",), down_first=True)],
    filters=[
        Filter("q", gettext_lazy("Search")),
        Filter("state", gettext_lazy("State"), Batch.State.choices),
    ],
    default_sort="-when",
    target="batch-table",
)


def allowed(request: Request) -> None:
    """404 for who may bring rosters in nowhere."""
    if not may(request.user, Permission.INTAKE_RUN):
        raise Http404


def batch_or_404(request: Request, pk: int) -> Batch:
    batch = queries.get_batch(request.user, pk)
    if batch is None:
        raise Http404
    return batch


@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """Choose files and say whose roster they are."""
    allowed(request)
    tops = list(queries.units_for(request.user)[:2])
    start = {"unit": forms.unit_text(tops[0])} if len(tops) == 1 else {}
    if "unit" in request.GET:
        chosen = queries.units_for(request.user).filter(code=request.GET["unit"]).first()
        start = {"unit": forms.unit_text(chosen)} if chosen else start
    form = forms.UploadForm(
        request.POST or None, request.FILES or None, viewer=request.user, initial=start
    )
    if form.is_valid():
        data = form.cleaned_data
        kept = queries.templates().filter(pk=data["template"]).first()
        try:
            with form.paths as files:
                batch = actions_review.take_in(
                    files=files, unit=data["unit"], new_unit=form.new_unit,
                    post_title=data["post_title"], posts=data["posts"], day=data["day"],
                    template=kept, by=actor_of(request.user),
                )  # fmt: skip
            return done(request, to=batch)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "recent": queries.batches_for(request.user)[:5],
        "tones": shown.STATE_TONES, "templates": form.fields["template"].choices[1:],  # type: ignore[attr-defined]
    }  # fmt: skip
    return page(request, "intake/upload.html", "intake/_upload_form.html", context)


@require_safe
def units(request: Request) -> HttpResponse:
    """Options for the field of the unit, as it is typed."""
    allowed(request)
    found = queries.search_units(request.user, request.GET.get("unit", "")[:200])
    options = [(forms.unit_text(unit), unit.code) for unit in found]
    return render(request, "intake/_unit_options.html", {"options": options})


@require_safe
def batch_list(request: Request) -> HttpResponse:
    allowed(request)
    query = LISTING.read(request.GET)
    rows = queries.batches_for(request.user)
    if query.values["state"]:
        rows = rows.filter(state=query.values["state"])
    if query.values["q"]:
        rows = queries.search_batches(rows, query.values["q"])
    table = query.cut(rows.order_by(*query.order_by))
    context = {"table": table, "narrowed": bool(query.active)}
    return page(request, "intake/batch_list.html", "intake/_batch_table.html", context)


@require_safe
def batch_detail(request: Request, pk: int) -> HttpResponse:
    """One roster, wherever it stands."""
    batch = batch_or_404(request, pk)
    job = queries.job_of(batch)
    context: dict[str, Any] = {"batch": batch, "job": job, "heading": shown.heading(batch)}
    if _working(batch, job) or batch.state in {Batch.State.READING, Batch.State.WRITING}:
        context |= _progress(batch, job)
        return page(request, "intake/batch_wait.html", "intake/_batch_wait.html", context)
    if batch.state in {Batch.State.FAILED, Batch.State.DISCARDED}:
        context["files"] = batch.report.get("files", ())
        return page(request, "intake/batch_closed.html", "intake/_batch_closed.html", context)
    tab = request.GET.get("tab", "")
    shapes = queries.shapes_of(batch)
    standing = queries.standing_of(batch)
    tab = tab if tab in {"columns", "rows", "people"} else "summary"
    context |= {
        "tab": tab, "tabs": _tabs(batch, tab, shapes, standing), "standing": standing,
        "totals": batch.report.get("totals", {}),
        "new_unit": batch.report.get("new_unit"),
        **parts.PARTS[tab](request, batch, shapes),
    }  # fmt: skip
    return page(request, "intake/batch_detail.html", f"intake/_{tab}.html", context)


def _tabs(
    batch: Batch, tab: str, shapes: list[queries.Shape], standing: queries.Standing
) -> list[Tab]:
    labels = {
        "summary": (_("Overview"), "clipboard-list", None),
        "columns": (_("Columns"), "columns", sum(len(one.mapping.columns) for one in shapes)),
        "rows": (_("Rows and cells"), "table", batch.rows_read),
        "people": (_("People known before"), "users", standing.rows),
    }
    href = reverse("batch-detail", args=[batch.pk])
    return [
        Tab(label, href if name == "summary" else f"{href}?tab={name}", current=name == tab,
            count=count, icon=icon)
        for name, (label, icon, count) in labels.items()
    ]  # fmt: skip


def _working(batch: Batch, job: queries.Job | None) -> bool:
    """Whether the worker has this batch in its hands."""
    if batch.state in {Batch.State.READING, Batch.State.WRITING}:
        return job is not None and job.live
    return (
        batch.state == Batch.State.COMMITTED
        and job is not None
        and job.live
        and job.task == tasks.UNDO
    )


def _progress(batch: Batch, job: queries.Job | None) -> dict[str, Any]:
    """Return what the progress component shows."""
    step, count, total = tasks.progress_of(batch.pk)
    stopped = job is None or job.state == "stopped"
    label = shown.STEPS.get(step, shown.STEPS[""])
    if job is not None and job.task == tasks.UNDO:
        label = gettext_lazy("Taking the roster back")
    return {
        "label": gettext_lazy("The work stopped") if stopped else label,
        "value": count, "total": total, "state": "failed" if stopped else "running",
        "stopped": stopped,
    }  # fmt: skip


@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the worker is; when it is done, the page of the roster."""
    batch = batch_or_404(request, pk)
    job = queries.job_of(batch)
    if not _working(batch, job):
        return HttpResponseClientRedirect(batch.get_absolute_url())
    context = {"batch": batch, "job": job, **_progress(batch, job)}
    return render(request, "intake/_progress.html", context)
