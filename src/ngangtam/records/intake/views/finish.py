"""The end of a roster: commit, undo, discard, and the report to take away."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.intake import actions, actions_review, exports, forms, queries, shown
from ngangtam.records.intake.queries import Batch
from ngangtam.records.intake.views.batches import batch_or_404
from ngangtam.records.personnel.queries.reach import actor_of

both = require_http_methods(["GET", "POST"])


def _answer(
    request: Request, batch: Batch, form: Form, *, act: Callable[[], object], message: str,
    to: str = "", full: str = "intake/ask.html", part: str = "intake/_ask.html",
    **said: Any,
) -> HttpResponse:  # fmt: skip
    """Ask, or carry out what was confirmed; a refusal stands on the page that asks."""
    if form.is_valid():
        try:
            act()
            return done(request, to=to or batch, message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "batch": batch, "form": form, "back": batch.get_absolute_url(),
        "heading": shown.heading(batch), **said,
    }  # fmt: skip
    return page(request, full, part, context)


def _confirming(request: Request) -> Form:
    return Form(request.POST if request.method == "POST" else None)


@both
def commit(request: Request, pk: int) -> HttpResponse:
    """Say exactly what will be written, then have it written."""
    batch = batch_or_404(request, pk)
    if batch.state != Batch.State.CHECKED:
        return done(request, to=batch)
    shapes = queries.shapes_of(batch)
    standing = queries.standing_of(batch)
    extra = {
        "standing": standing, "mapped": shown.mapped(shapes), "unmapped": shown.unmapped(shapes),
        "fresh": batch.rows_accepted - standing.same - standing.twice,
        "new_unit": batch.report.get("new_unit"),
        "ready": not standing.must and batch.rows_accepted,
    }  # fmt: skip
    return _answer(
        request, batch, _confirming(request), full="intake/commit.html",
        part="intake/_commit.html", message="",
        act=lambda: actions_review.order_commit(
            batch_id=pk, today=today(), by=actor_of(request.user)
        ),
        **extra,
    )  # fmt: skip


@both
def undo(request: Request, pk: int) -> HttpResponse:
    """Take back everything that the roster wrote, with a reason."""
    batch = batch_or_404(request, pk)
    if batch.state != Batch.State.COMMITTED:
        return done(request, to=batch)
    form = forms.UndoForm(request.POST or None)
    return _answer(
        request, batch, form, tone="danger", title=_("Undo this roster?"), label=_("Undo"),
        text=_("%(new)s files that it opened, and all postings and records that it wrote in these "
               "and %(known)s other files, are struck out. Nothing that rests on anything else is "
               "touched.") % {"new": batch.people_new, "known": batch.people_known},
        message="",
        act=lambda: actions_review.order_undo(
            batch_id=pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
        ),
    )  # fmt: skip


@both
def discard(request: Request, pk: int) -> HttpResponse:
    """Give a roster up before it was committed."""
    batch = batch_or_404(request, pk)
    job = queries.job_of(batch)
    if batch.state not in {Batch.State.CHECKED, Batch.State.READING} or (job and job.live):
        return done(request, to=batch)
    return _answer(
        request, batch, _confirming(request), tone="danger", title=_("Discard this roster?"),
        label=_("Discard"), message=_("The roster is discarded. Nothing was written."),
        text=_("The files are removed from here. Nothing was written into any file of a person."),
        act=lambda: actions.discard(batch_id=pk, by=actor_of(request.user)),
    )  # fmt: skip


@require_POST
def again(request: Request, pk: int) -> HttpResponse:
    """Order a check or a writing that stopped once more."""
    batch = batch_or_404(request, pk)
    try:
        actions_review.check_again(batch_id=pk, by=actor_of(request.user))
    except DomainError:
        return done(request, to=batch)
    if batch.state == batch.State.WRITING:
        return done(request, to=batch, message=_("The roster is being written again."))
    return done(request, to=batch, message=_("The roster is being read again."))


@require_safe
def report(request: Request, pk: int, style: str) -> HttpResponse:
    """What became of every row and every doubtful cell, to take away."""
    batch = batch_or_404(request, pk)
    if batch.state not in {Batch.State.CHECKED, Batch.State.COMMITTED, Batch.State.UNDONE}:
        raise Http404
    return exports.response(batch, queries.shapes_of(batch), style=style)
