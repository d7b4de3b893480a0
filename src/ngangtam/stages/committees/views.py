"""Personnel of committees: numbers, surplus, who qualifies and why not, the list."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.committees import actions, cases, forms, queries, rules
from ngangtam.stages.planning.exports import workbook
from ngangtam.stages.planning.queries import reads_plans, sealed_parts

KINDS: Final = (
    ("first", _("first entry")), ("again", _("re-election")),
    ("deputy", _("provincial deputy secretary, special case")),
)  # fmt: skip
LISTING: Final = Listing(
    columns=[Column("unit", order=("unit__name_plain",)), Column("term", order=("-term",))],
    filters=[
        Filter("q", _("Search")),
        Filter("state", _("State"), choices=(("draft", _("draft")), ("approved", _("approved")))),
    ],
    default_sort="unit", target="committee-table",
)  # fmt: skip


def _structure(viewer: Viewer, pk: int, verb: Permission | None = None) -> Any:
    found = queries.structure_of(viewer, pk)
    if found is None or (verb is not None and not may(viewer, verb, str(found.path))):
        raise Http404
    return found


def _draft(viewer: Viewer, pk: int, verb: Permission) -> Any:
    found = _structure(viewer, pk, verb)
    if found.state != "draft":
        raise Http404
    return found


def _act(request: Request, form: Any, structure: Any, **more: Any) -> HttpResponse:
    crumbs = [(str(structure), structure.get_absolute_url())] if structure else []
    back = structure.get_absolute_url() if structure else reverse("committee-list")
    context = {"form": form, "back": back, "crumbs": crumbs, "tone": "primary", **more}
    return page(request, "committees/act.html", "planning/_act.html", context)


@require_safe
def structure_list(request: Request) -> HttpResponse:
    if not reads_plans(request.user):
        raise Http404
    asked = LISTING.read(request.GET)
    rows = queries.rows(request.user, asked.values).order_by(*asked.order_by)
    context = {
        "table": asked.cut(rows, total=rows.count()),
        "may_open": may(request.user, Permission.PLAN_KEEP),
    }
    return page(request, "committees/list.html", "committees/_table.html", context)


@require_http_methods(["GET", "POST"])
def structure_open(request: Request) -> HttpResponse:
    if not may(request.user, Permission.PLAN_KEEP):
        raise Http404
    start = forms.first_numbers(rules.reference_day("commune", today()))
    form = forms.OpenForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            made = actions.open_structure(
                unit_code=form.cleaned_data["unit"].code, term=form.cleaned_data["term"],
                numbers=form.numbers(), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=made, message=str(_("The structure plan is open.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _act(
        request, form, None, title=_("Open a structure plan"), button=_("Open"), icon="plus",
        lead=_("Numbers of the committee first; then the list of candidates."),
    )  # fmt: skip


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    structure = _structure(request.user, pk)
    context = {
        "structure": structure, "board": queries.board(request.user, structure, today()),
        "sealed": sealed_parts(request.user, structure.path, today()),
    }  # fmt: skip
    return page(request, "committees/detail.html", "committees/_board.html", context)


@require_safe
def export(request: Request, pk: int) -> HttpResponse:
    structure = _structure(request.user, pk)
    board = queries.board(request.user, structure, today())
    head = [_now("No."), _now("Full name"), _now("File number"), _now("Present post"),
            _now("Unit"), _now("Age"), _now("Stands as"),
            _now("From outside the prepared list")]  # fmt: skip
    rows = [
        [at, one.full_name, one.number, one.headline, one.workplace, age,
         one.get_kind_display(), _now("yes") if one.outside else ""]
        for at, (one, age) in enumerate(board.listed, start=1)
    ]  # fmt: skip
    return workbook([head, *rows], sheet=_now("List"), name=f"nhan-su-cap-uy-{pk}")


@require_http_methods(["GET", "POST"])
def numbers(request: Request, pk: int) -> HttpResponse:
    structure = _draft(request.user, pk, Permission.PLAN_KEEP)
    form = forms.NumbersForm(request.POST or None, initial=forms.start_of(structure))
    if form.is_valid():
        try:
            actions.change_numbers(
                structure_id=pk, numbers=form.numbers(), version=form.cleaned_data["version"],
                by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=structure, message=str(_("The numbers are changed.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _act(request, form, structure, title=_("Change the numbers"), button=_("Save"),
                icon="check", lead=str(structure))  # fmt: skip


@require_http_methods(["GET", "POST"])
def figures(request: Request, pk: int) -> HttpResponse:
    structure = _draft(request.user, pk, Permission.PLAN_APPROVE)
    start = {**structure.figures, "basis": structure.figures_basis}
    form = forms.FiguresForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            actions.set_figures(
                structure_id=pk, figures=form.figures(), basis=form.cleaned_data["basis"],
                by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=structure, message=str(_("The figures are set.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _act(
        request, form, structure, title=_("Set shares"), button=_("Save"), icon="check",
        lead=_("No source gives these shares; what the authority sets counts for this committee."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def approve(request: Request, pk: int) -> HttpResponse:
    structure = _draft(request.user, pk, Permission.PLAN_APPROVE)
    form = forms.ApproveForm(request.POST or None, initial={"version": structure.version})
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.approve(
                structure_id=pk, document=data["document"], day=data["day"],
                version=data["version"], by=actor_of(request.user), today=today(),
            )  # fmt: skip
            return done(request, to=structure, message=str(_("The structure plan is approved.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _act(
        request, form, structure, title=_("Approve structure and list"), button=_("Approve"),
        icon="check", lead=_("After that nothing in it changes any more."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def election(request: Request, pk: int) -> HttpResponse:
    """Open the case that elects the committee from its approved list."""
    structure = _structure(request.user, pk, Permission.PLAN_KEEP)
    if not queries.board(request.user, structure, today()).may_start:
        raise Http404
    roads, posts = cases.roads(today()), cases.seats_of(structure, today())
    form = forms.ElectionForm(
        request.POST or None, roads=[one for one in roads if one.is_on], posts=posts,
        initial={"version": structure.version, "renews": True},
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = cases.open_for_list(
                structure_id=pk, procedure=data["procedure"], post_id=data["post"],
                renews=data["renews"], version=data["version"], by=actor_of(request.user),
                today=today(),
            )  # fmt: skip
            return done(request, to=made, message=str(_("The case is open; its first step waits.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"structure": structure, "form": form, "roads": roads, "posts": posts}
    return page(request, "committees/election.html", "committees/_election.html", context)


@require_safe
def candidates(request: Request, pk: int) -> HttpResponse:
    structure = _draft(request.user, pk, Permission.PLAN_KEEP)
    kind = request.GET.get("kind", "first")
    if kind not in dict(KINDS):
        kind = "first"
    words = request.GET.get("q", "")
    context = {
        "structure": structure, "kind": kind, "kinds": KINDS, "words": words,
        "looks": queries.looks(request.user, structure, words, kind, today()),
        "sealed": sealed_parts(request.user, structure.path, today()),
    }  # fmt: skip
    return page(request, "committees/candidates.html", "committees/_candidates.html", context)


@require_http_methods(["GET", "POST"])
def candidate(request: Request, pk: int, number: str) -> HttpResponse:
    structure = _draft(request.user, pk, Permission.PLAN_KEEP)
    kind = request.GET.get("kind", "first")
    kind = kind if kind in dict(KINDS) else "first"
    form = forms.CandidateForm(
        request.POST or None, initial={"kind": kind, "version": structure.version}
    )
    valid = form.is_valid()
    chosen = form.cleaned_data["kind"] if valid else kind
    found = queries.look(request.user, structure, number, chosen, today())
    if found is None:
        raise Http404
    if valid:
        try:
            actions.add(
                structure_id=pk, standing=form.standing(number),
                version=form.cleaned_data["version"], by=actor_of(request.user), today=today(),
            )  # fmt: skip
            return done(request, to=structure, message=str(_("The person stands on the list.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "structure": structure, "look": found, "form": form,
        "sealed": sealed_parts(request.user, found.person.home_path, today()),
    }  # fmt: skip
    return page(request, "committees/candidate.html", "committees/_candidate.html", context)


@require_http_methods(["GET", "POST"])
def off(request: Request, pk: int) -> HttpResponse:
    found = queries.candidate_of(request.user, pk)
    if found is None or found.state != "on" or found.structure.state != "draft":
        raise Http404
    if not may(request.user, Permission.PLAN_KEEP, str(found.path)):
        raise Http404
    form = forms.ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            structure = actions.take_off(
                candidate_id=pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
            )
            return done(request, to=structure, message=str(_("The person was taken off.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _act(request, form, found.structure, title=_("Take off the list"),
                button=_("Take off the list"), icon="trash", lead=str(found),
                tone="danger")  # fmt: skip
