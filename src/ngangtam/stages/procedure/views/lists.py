"""Lists: cases, what waits for the viewer, holds, special cases, simulations, opinions."""

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing, Query
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.procedure import (
    actions,
    actions_holds,
    actions_opinions,
    exports,
    forms,
    queries,
    starting,
    words,
)
from ngangtam.stages.procedure.values import SubjectValues

LISTING: Final = Listing(
    columns=[
        Column("due", order=("due", "-pk")), Column("number", order=("-pk",)),
        Column("title", order=("title", "-pk")), Column("unit", order=("path", "-pk")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("stage", _("Stage"), choices=lambda: list(words.STAGES.items())),
        Filter("unit", _("Unit")),
        Filter("state", _("State"), choices=[
            ("frozen", _("on hold")), ("done", _("done")),
            ("refused", _("refused")), ("withdrawn", _("withdrawn")), ("all", _("all")),
        ], any_label=_("open")),
        Filter("show", _("Show"), choices=[
            ("tasks", _("waits for me")), ("mine", _("I took part")), ("overdue", _("overdue")),
        ]),
        Filter("trial", _("Simulations"), choices=[("yes", _("only simulations"))],
               any_label=_("without simulations")),
    ],
    default_sort="due", page_size=50, target="case-table",
)  # fmt: skip


# More are not put on one paper.
MOST_LISTED: Final = 5000


def tabs(request: Request, current: str) -> list[Tab]:
    """Return the lists that the viewer may open."""
    found = [("tasks", _("Waits for me"), "case-tasks", "checklist")]
    if queries.may_read(request.user):
        found.insert(0, ("list", _("Cases"), "case-list", "folders"))
        found.append(("specials", _("Special cases"), "case-specials", "star"))
    if may(request.user, Permission.CASE_HOLD):
        found.append(("holds", _("Holds"), "case-holds", "hand-stop"))
    if may(request.user, Permission.CASE_RUN):
        found.append(("trial", _("Try a procedure out"), "case-trial", "flask"))
    return [
        Tab(label, reverse(url), current=name == current, icon=icon)
        for name, label, url, icon in found
    ]


@require_safe
def case_list(request: Request) -> HttpResponse:
    """Cases of the viewer's units."""
    if not queries.may_read(request.user):
        raise Http404
    query, rows = _asked(request)
    context = {
        "table": query.cut(rows), "today": today(), "asked": request.GET.urlencode(),
        "counts": queries.counts(request.user, today()),
        "stages": queries.stages_of(request.user), "tabs": tabs(request, "list"),
        "may_open": may(request.user, Permission.CASE_RUN),
    }  # fmt: skip
    return page(request, "procedure/case_list.html", "procedure/_case_table.html", context)


def _asked(request: Request) -> tuple[Query, Any]:
    """Return what was asked for, and the cases that fit it in the order asked for."""
    query = LISTING.read(request.GET)
    rows = queries.narrowed(
        queries.cases_for(request.user), request.user, dict(query.values), today()
    )
    return query, rows.order_by(*query.order_by)


@never_cache
@require_safe
def case_list_file(request: Request) -> HttpResponse:
    """The cases that fit as a workbook."""
    if not queries.may_read(request.user):
        raise Http404
    _query, rows = _asked(request)
    return exports.cases_response(list(rows[:MOST_LISTED]), today())


@never_cache
@require_safe
def case_list_print(request: Request) -> HttpResponse:
    """The cases that fit on paper."""
    if not queries.may_read(request.user):
        raise Http404
    _query, rows = _asked(request)
    context = {"cases": rows[:MOST_LISTED], "today": today(), "asked": request.GET.urlencode()}
    return page(
        request, "procedure/case_list_print.html", "procedure/case_list_print.html", context
    )


@never_cache
@require_safe
def case_tasks(request: Request) -> HttpResponse:
    """What waits for the viewer, what bodies are asked, what the viewer was told."""
    context = {
        "tasks": queries.tasks_of(request.user, today()),
        "opinions": queries.opinions_asked(request.user),
        "notices": queries.notices_for(request.user), "feed": queries.feed_of(request.user),
        "tabs": tabs(request, "tasks"), "today": today(),
    }  # fmt: skip
    return page(request, "procedure/case_tasks.html", "procedure/_case_tasks.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def opinion_answer(request: Request, pk: int) -> HttpResponse:
    """Answer for a body, or enter what it answered on paper."""
    opinion = queries.get_opinion(request.user, pk)
    if opinion is None:
        raise Http404
    form = forms.AnswerForm(request.POST or None, request.FILES or None)
    if opinion.state == "waiting" and form.is_valid():
        told = form.cleaned_data
        try:
            actions_opinions.answer_opinion(
                opinion_id=opinion.pk, verdict=told["verdict"], text=told["text"],
                reference=told["reference"], file=told["file"], by=actor_of(request.user),
                today=today(),
            )  # fmt: skip
            return done(request, to=reverse("case-tasks"), message=str(_("The opinion is given.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "opinion": opinion, "today": today()}
    return page(request, "procedure/opinion.html", "procedure/_opinion.html", context)


@require_safe
def open_list(request: Request) -> HttpResponse:
    """Where a new case is opened, by stage."""
    if not may(request.user, Permission.CASE_RUN):
        raise Http404
    context = {"groups": starting.groups(request.user, queries.procedures_on(today())),
               "tabs": tabs(request, "list")}  # fmt: skip
    return page(request, "procedure/open_list.html", "procedure/_open_list.html", context)


def _named(request: Request, numbers: Sequence[str]) -> list[SubjectValues]:
    """Return people by file number. Errors: DomainError for one out of the viewer's reach."""
    found = {number: queries.person_named(request.user, number) for number in numbers}
    missing = [number for number, person in found.items() if person is None]
    if missing:
        raise DomainError(
            str(_("No file with this number is within your reach: %(numbers)s."))
            % {"numbers": ", ".join(missing[:10])}
        )
    return [SubjectValues(person.pk) for person in found.values() if person is not None]


@require_http_methods(["GET", "POST"])
def open_by_hand(request: Request, ident: str) -> HttpResponse:
    """Open a case about a list of people for which no other room has a page."""
    found = next((one for one in queries.procedures_on(today()) if one.id == ident), None)
    if found is None or not starting.is_by_hand(found) or not may(
        request.user, Permission.CASE_RUN
    ):  # fmt: skip
        raise Http404
    form = forms.OpenListForm(request.POST or None, initial={"title": said(found.label)})
    if form.is_valid():
        try:
            case = actions.open_case(
                procedure=ident, unit_id=form.cleaned_data["unit"].pk,
                title=form.cleaned_data["title"], by=actor_of(request.user), today=today(),
                subjects=_named(request, form.numbers()),
            )  # fmt: skip
            return done(request, to=case, message=str(_("The case is open.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, ValidationError(getattr(error, "messages", [str(error)])))
    context = {
        "form": form, "title": said(found.label), "button": _("Open the case"),
        "lead": _("The case walks its procedure step by step, from its first paper to its end."),
        "back": reverse("case-open"), "crumb": _("Open a new case"), "tone": "primary",
    }  # fmt: skip
    return page(request, "procedure/form.html", "procedure/_form.html", context)


HOLDS: Final = Listing(
    columns=[Column("newest", order=("-placed_at",))], filters=[Filter("q", _("Search"))],
    default_sort="newest", page_size=50, target="hold-table",
)  # fmt: skip


@require_safe
def hold_list(request: Request) -> HttpResponse:
    """Holds that stand, and those that were lifted."""
    if not may(request.user, Permission.CASE_HOLD):
        raise Http404
    query = HOLDS.read(request.GET)
    rows = queries.holds_for(request.user)
    if query.values.get("q"):
        rows = rows.filter(label__icontains=query.values["q"])
    context = {"table": query.cut(rows), "tabs": tabs(request, "holds")}
    return page(request, "procedure/hold_list.html", "procedure/_hold_table.html", context)


@require_http_methods(["GET", "POST"])
def hold_add(request: Request) -> HttpResponse:
    """Place a hold on a person."""
    if not may(request.user, Permission.CASE_HOLD):
        raise Http404
    form = forms.HoldPersonForm(
        request.POST or None, initial={"number": request.GET.get("person", "")}
    )
    if form.is_valid():
        person = queries.person_named(request.user, form.cleaned_data["number"])
        if person is None:
            form.add_error("number", ValidationError(
                _("No file with this number is within your reach.")
            ))  # fmt: skip
        else:
            try:
                hold = actions_holds.place_hold(
                    reason=form.cleaned_data["reason"], by=actor_of(request.user),
                    person_id=person.pk,
                )  # fmt: skip
                return done(request, to=hold, message=str(_("The hold stands.")))
            except DomainError as error:
                form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Place a hold on a person"), "button": _("Place the hold"),
        "lead": _("Every case of this person stops at once, wherever it runs, until the hold is"
                  " lifted with a reason."),
        "back": reverse("case-holds"), "crumb": _("Holds"), "tone": "danger",
    }  # fmt: skip
    return page(request, "procedure/form.html", "procedure/_form.html", context)


@require_http_methods(["GET", "POST"])
def hold_lift(request: Request, pk: int) -> HttpResponse:
    """Lift a hold."""
    hold = queries.get_hold(request.user, pk)
    if hold is None or hold.lifted_at is not None:
        raise Http404
    form = forms.ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions_holds.lift_hold(
                hold_id=pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
            )
            return done(request, to=hold, message=str(_("The hold is lifted.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Lift the hold"), "button": _("Lift the hold"),
        "lead": hold.label, "back": reverse("case-holds"), "crumb": _("Holds"),
        "tone": "primary",
    }  # fmt: skip
    return page(request, "procedure/form.html", "procedure/_form.html", context)


SPECIALS: Final = Listing(
    columns=[Column("newest", order=("-special_at",))], filters=[Filter("q", _("Search"))],
    default_sort="newest", page_size=50, target="special-table",
)  # fmt: skip


@require_safe
def special_list(request: Request) -> HttpResponse:
    """Special cases that were allowed: who, what, by whom, why."""
    if not queries.may_read(request.user):
        raise Http404
    query = SPECIALS.read(request.GET)
    rows = queries.specials_for(request.user)
    if query.values.get("q"):
        rows = rows.filter(subject__name__icontains=query.values["q"])
    context = {"table": query.cut(rows), "tabs": tabs(request, "specials")}
    return page(request, "procedure/special_list.html", "procedure/_special_table.html", context)


@require_safe
def trial_list(request: Request) -> HttpResponse:
    """Procedures that may be tried out with an invented case."""
    if not may(request.user, Permission.CASE_RUN):
        raise Http404
    context = {"procedures": queries.procedures_on(today()), "tabs": tabs(request, "trial")}
    return page(request, "procedure/trial_list.html", "procedure/_trial_list.html", context)


@require_http_methods(["GET", "POST"])
def trial_open(request: Request, ident: str) -> HttpResponse:
    """Open a simulation of one procedure."""
    units = queries.units_to_run_in(request.user)
    found = next((one for one in queries.procedures_on(today()) if one.id == ident), None)
    if not units or found is None:
        raise Http404
    form = forms.TrialForm(request.POST or None, units=units, initial={"title": said(found.label)})
    if form.is_valid():
        names = form.names()
        try:
            case = actions.open_case(
                procedure=ident, unit_id=form.cleaned_data["unit"],
                title=form.cleaned_data["title"], fictional=True,
                subjects=[SubjectValues(None, name=name) for name in names],
                by=actor_of(request.user), today=today(),
            )  # fmt: skip
            return done(request, to=case, message=str(_("The simulation is open.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": said(found.label), "button": _("Begin the simulation"),
        "lead": _("The case is invented: it writes no record, decides nothing and counts"
                  " nowhere. You may do every step yourself."),
        "back": reverse("case-trial"), "crumb": _("Try a procedure out"), "tone": "primary",
    }  # fmt: skip
    return page(request, "procedure/form.html", "procedure/_form.html", context)
