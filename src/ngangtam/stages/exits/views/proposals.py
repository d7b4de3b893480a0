"""Proposals to consider: the list, one with its evidence, and what a person does about it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.http import Request, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.exits import (
    actions_watch,
    deadlines,
    forms,
    opening,
    queries,
    shown,
    swapping,
)
from ngangtam.stages.exits.views.frame import ask, attempt, unit_or_404

LISTING = Listing(
    columns=[
        Column("since", order=("-first_seen", "pk")),
        Column("name", order=("person__name_key", "pk")),
    ],
    filters=[
        Filter("q", gettext_lazy("Full name")),
        Filter(
            "exit", gettext_lazy("Way out"),
            [("removal", gettext_lazy("removal from the post")),
             ("resignation", gettext_lazy("resignation")),
             ("dismissal", gettext_lazy("dismissal from the post")),
             ("suspension", gettext_lazy("temporary suspension"))],
        ),
        Filter(
            "state", gettext_lazy("State"),
            [("aside", gettext_lazy("set aside")), ("opened", gettext_lazy("case opened")),
             ("gone", gettext_lazy("no longer met")), ("every", gettext_lazy("all"))],
            any_label=gettext_lazy("to be considered"),
        ),
        Filter(
            "text", gettext_lazy("Text"),
            [("sure", gettext_lazy("confirmed")), ("open", gettext_lazy("to be confirmed"))],
        ),
    ],
    default_sort="since",
    target="proposal-table",
)  # fmt: skip


@never_cache
@require_safe
def proposal_list(request: Request, code: str) -> HttpResponse:
    unit = unit_or_404(request, code)
    query = LISTING.read(request.GET)
    rows = queries.proposals_below(request.user, unit, query.values.get("q") or "")
    if query.values.get("exit"):
        rows = rows.filter(exit=query.values["exit"])
    state = query.values.get("state") or "standing"
    if state != "every":
        rows = rows.filter(state=state)
    if query.values.get("text"):
        rows = rows.filter(confirmed=query.values["text"] == "sure")
    table = query.cut(rows.order_by(*query.order_by))
    context = {
        "unit": unit, "table": table, "lines": [shown.line_of(one) for one in table.rows],
    }  # fmt: skip
    return page(request, "exits/proposal_list.html", "exits/_proposal_table.html", context)


def _get(request: Request, pk: int) -> Any:
    found = queries.get_proposal(request.user, pk)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def proposal(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, row: Any, **more: Any) -> HttpResponse:
    ground = queries.ground_of(row.ground)
    path, day = str(row.path), today()
    stands = row.state == "standing"
    days = deadlines.of_proposal(row.first_seen, day) if row.exit == "removal" else []
    context = {
        "row": row, "line": shown.line_of(row), "pieces": queries.pieces_of(request.user, row),
        "reason": said(row.evidence.get("reason")),
        "cites": row.evidence.get("cites", []), "note": shown.note_of(ground),
        "asked": shown.asked_of(row), "after": shown.after_of(ground),
        "deadlines": shown.dues(days, day),
        "barriers": [] if row.exit == "dismissal" else swapping.barriers([row.person_id], day),
        "may_decide": stands and may(request.user, Permission.CASE_DECIDE, path),
        "may_run": stands and may(request.user, Permission.CASE_RUN, path),
        "may_tell": row.told_at is None and may(request.user, Permission.CASE_RUN, path),
        "may_take_back": row.state == "aside" and may(request.user, Permission.CASE_DECIDE, path),
        "aside_form": forms.ReasonForm(initial={"version": row.version}),
        "version_form": forms.VersionForm(initial={"version": row.version}), **more,
    }  # fmt: skip
    return page(request, "exits/proposal.html", "exits/_proposal.html", context)


@require_POST
def aside(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.ReasonForm(request.POST)
    answer = attempt(
        request, form,
        lambda: actions_watch.set_aside(
            proposal_id=pk, reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"], by=actor_of(request.user),
        ),
        to=lambda _made: row, message=_("The proposal is set aside."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form, aside_form=form)


@require_POST
def back(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.VersionForm(request.POST)
    answer = attempt(
        request, form,
        lambda: actions_watch.take_back(
            proposal_id=pk, version=form.cleaned_data["version"], by=actor_of(request.user)
        ),
        to=lambda _made: row, message=_("The proposal stands again."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form)


@require_POST
def tell(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.VersionForm(request.POST)
    answer = attempt(
        request, form,
        lambda: actions_watch.tell(
            proposal_id=pk, version=form.cleaned_data["version"], by=actor_of(request.user)
        ),
        to=lambda _made: row, message=_("The person now reads it in the own account."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form)


@require_http_methods(["GET", "POST"])
def open_case(request: Request, pk: int) -> HttpResponse:
    """Open a case on a proposal, by a procedure that is confirmed."""
    row = _get(request, pk)
    if row.state != "standing" or not may(request.user, Permission.CASE_RUN, str(row.path)):
        raise Http404
    ground = queries.ground_of(row.ground)
    exits = opening.exits_of(row, ground.also if ground is not None else ())
    regime = row.post.regime if row.post is not None else "party"
    found = opening.ways(exits, regime, today())
    form = forms.OpenForm(
        request.POST or None, procedures=[(one.id, one.label) for one in found if one.is_on],
        confirmed=row.confirmed, suspends=row.exit == "suspension",
        initial={"version": row.version,
                 "title": f"{str(row.get_exit_display()).capitalize()}: {row.person.full_name}"},
    )  # fmt: skip
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: opening.by_proposal(
                row, procedure=form.cleaned_data["procedure"], title=form.cleaned_data["title"],
                version=form.cleaned_data["version"], why=form.cleaned_data.get("why", ""),
                days=form.cleaned_data.get("days"),
                confirmed_length=form.cleaned_data.get("confirmed_length", False),
                today=today(), by=actor_of(request.user),
            ),
            to=lambda case: case, message=_("The case is open."),
        )  # fmt: skip
        if answer is not None:
            return answer
    waiting = [one for one in found if not one.is_on]
    return ask(
        request, form, title=_("Open a case"), eyebrow=row.person.full_name,
        lead=queries.label_of(row.ground), text=_(
            "The case walks its procedure step by step; nothing changes in the file before it is"
            " decided."
        ), label=_("Open the case"), icon="plus", back=row.get_absolute_url(),
        waiting=waiting, possible=any(one.is_on for one in found),
        cites=row.evidence.get("cites", []), why=said(row.evidence.get("reason")),
        pieces=queries.pieces_of(request.user, row),
        crumbs=[(_("Leaving a post"), reverse("exit-start")),
                (row.person.full_name, row.get_absolute_url())],
    )  # fmt: skip
