"""Petitions against classes: the list, one of them, its answer, its proof."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.files.serving import download
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.evaluation import actions_results, forms_results, queries_results
from ngangtam.stages.evaluation.actions_classes import Paper

LISTING = Listing(
    columns=[
        Column("asked", order=("asked_at", "pk")),
        Column("name", order=("person__name_key", "pk")),
    ],
    filters=[
        Filter(
            "state", _("State"),
            [("upheld", _("class kept")), ("replaced", _("class replaced")),
             ("withdrawn", _("withdrawn")), ("every", _("all"))],
            any_label=_("waiting"),
        ),
    ],
    default_sort="asked",
    target="petition-table",
)  # fmt: skip


@require_safe
def petition_list(request: Request) -> HttpResponse:
    """Petitions of the viewer's units, those that wait first, the longest waiting on top."""
    verbs = (Permission.EVALUATION_DECIDE, Permission.EVALUATION_RUN)
    if not any(may(request.user, verb) for verb in verbs):
        raise Http404
    query = LISTING.read(request.GET)
    rows = queries_results.petitions_for(request.user)
    state = query.values.get("state") or "waiting"
    if state != "every":
        rows = rows.filter(state=state)
    table = query.cut(rows.order_by(*query.order_by))
    day = today()
    context = {
        "table": table, "lines": [queries_results.waits(row, day) for row in table.rows],
        "day": day,
    }  # fmt: skip
    return page(
        request, "evaluation/petition_list.html", "evaluation/_petition_table.html", context
    )


def _get(request: Request, pk: int) -> Any:
    found = queries_results.get_petition(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_safe
def petition_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, row: Any, **more: Any) -> HttpResponse:
    own = row.asked_by_id == actor_of(request.user).pk
    answers = not own and queries_results.may_answer(request.user, row)
    decided = row.rating.decided_by_id == actor_of(request.user).pk
    barred = answers and decided and actions_results.another_decides(row)
    context = {
        "petition": row, "own": own, "waits": queries_results.waits(row, today()),
        "may_answer": answers and not barred, "barred": barred,
        "alone": answers and decided and not barred,
        "proofs": list(row.proofs.select_related("file").order_by("pk")),
        "uphold_form": forms_results.UpholdForm(prefix="keep"),
        "replace_form": forms_results.ReplaceForm(level=row.rating.level), **more,
    }  # fmt: skip
    return page(request, "evaluation/petition_detail.html", "evaluation/_petition.html", context)


@require_POST
def petition_withdraw(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    return _act(
        request, row, {"withdraw_form": django_forms.Form(request.POST)},
        str(_("The petition is withdrawn.")),
        lambda: actions_results.withdraw(petition_id=pk, by=actor_of(request.user)),
    )  # fmt: skip


@require_POST
def petition_uphold(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms_results.UpholdForm(request.POST, prefix="keep")
    return _act(
        request, row, {"uphold_form": form}, str(_("The petition is answered: the class stands.")),
        lambda: actions_results.uphold(
            petition_id=pk, answer=form.cleaned_data["answer"], by=actor_of(request.user)
        ),
    )  # fmt: skip


@require_POST
def petition_replace(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms_results.ReplaceForm(request.POST, level=row.rating.level)

    def act() -> object:
        data = form.cleaned_data
        paper = Paper(data["number"], data["day"], data["body"], data["signer"])
        return actions_results.replace(
            petition_id=pk, level=data["level"], answer=data["answer"], paper=paper,
            by=actor_of(request.user),
        )  # fmt: skip

    return _act(
        request, row, {"replace_form": form},
        str(_("The petition is answered: the class is replaced.")), act,
    )  # fmt: skip


def _act(
    request: Request, row: Any, named: dict[str, Any], message: str, act: Callable[[], object]
) -> HttpResponse:
    """Carry out one act on a petition, or show the petition again with what is wrong."""
    [form] = named.values()
    if form.is_valid():
        try:
            act()
            return done(request, to=row, message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _detail(request, row, **named, form=form)


@require_safe
def proof(request: Request, token: str) -> HttpResponse:
    """One proof, always as a download."""
    found = queries_results.get_proof(request.user, token)
    if found is None:
        raise Http404
    return download(found.file)
