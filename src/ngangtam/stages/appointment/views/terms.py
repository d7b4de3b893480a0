"""Terms that end, their notices, cases of reappointment; secondments and probations."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.appointment import (
    actions_clock,
    actions_terms,
    exports,
    forms,
    queries,
    queries_own,
    shown,
    starts,
)

_l = gettext_lazy
LISTING = Listing(
    columns=[
        Column("until", order=("until", "person__name_key", "pk")),
        Column("name", order=("person__name_key", "pk")),
    ],
    filters=[
        Filter("when", _l("Term ends"), [
            ("past", _l("has ended")), ("quarter", _l("within 3 months")),
            ("half", _l("within 6 months")), ("year", _l("within a year")),
            ("unknown", _l("not on record"))]),
        Filter("noticed", _l("Notice"), [("yes", _l("notice given")), ("no", _l("not given"))]),
        Filter("q", _l("Name")),
    ],
    default_sort="until", target="term-table",
)  # fmt: skip
LIMITED = Listing(
    columns=[Column("until", order=("until", "pk"))],
    filters=[
        Filter("kind", _l("Kind"), [("secondment", _l("Secondment")),
                                    ("probation", _l("Probation"))]),
        Filter("state", _l("State"), [("running", _l("running")), ("over", _l("past its end")),
                                      ("settled", _l("settled"))]),
        Filter("q", _l("Name")),
    ],
    default_sort="until", target="limited-table",
)  # fmt: skip


def _values(data: QueryDict) -> Any:
    if not data.get("when") and "when" not in data:
        data = data.copy()
        data["when"] = "half"
    return LISTING.read(data)


def _reader(request: Request) -> None:
    if not queries.reads(request.user):
        raise Http404


def _list(request: Request, error: str = "") -> HttpResponse:
    query = _values(request.GET)
    rows = queries.endings_for(request.user, today(), query.values)
    table = query.cut(rows.order_by(*query.order_by), total=rows.count())
    regimes = sorted({row.post.regime for row in table.rows})
    context = {
        "table": table, "lines": queries.endings(table.rows, today()), "tabs": shown.tabs("terms"),
        "notice": shown.notice_state(), "clocks": queries.clocks_for(request.user),
        "runs": queries.runs(request.user), "units": queries.units_run(request.user),
        "roads": [road for one in regimes for road in starts.roads(one, [queries.STAGE], today())],
        "error": error,
    }  # fmt: skip
    answer = page(request, "appointment/term_list.html", "appointment/_term_table.html", context)
    answer.status_code = 422 if error else answer.status_code
    return answer


@require_safe
def term_list(request: Request) -> HttpResponse:
    _reader(request)
    return _list(request)


def _all(request: Request) -> list[queries.Ending]:
    _reader(request)
    query = _values(request.GET)
    rows = queries.endings_for(request.user, today(), query.values).order_by(*query.order_by)
    return queries.endings(list(rows), today())


@require_safe
def term_export(request: Request) -> HttpResponse:
    return exports.endings_response(_all(request), today())


@require_safe
def term_print(request: Request) -> HttpResponse:
    context = {"lines": _all(request), "today": today()}
    return page(request, "appointment/term_print.html", "appointment/term_print.html", context)


def _chosen(request: Request) -> list[int]:
    return [int(one) for one in request.POST.getlist("posting") if one.isdecimal()][:500]


@require_POST
def term_open(request: Request) -> HttpResponse:
    """Open cases of reappointment for the people ticked."""
    _reader(request)
    rows = [queries.posting_of(request.user, pk, today()) for pk in _chosen(request)]
    postings = [one for one in rows if one is not None]
    road = request.POST.get("procedure", "")
    if not postings or not road:
        return _list(request, _("Choose people and the procedure."))
    opened, refused = starts.open_reappointments(
        procedure=road, postings=postings, by=actor_of(request.user), today=today()
    )
    if not opened:
        return _list(request, " ".join(refused))
    said = ngettext(
        "%(count)s case is open.", "%(count)s cases are open.", len(opened)
    ) % {"count": len(opened)}  # fmt: skip
    return done(request, to=reverse("term-list"), message=" ".join([said, *refused]))


@require_POST
def term_notice(request: Request) -> HttpResponse:
    """Note that the people ticked were told."""
    _reader(request)
    try:
        told = actions_terms.give_notice(
            posting_ids=_chosen(request), today=today(), by=actor_of(request.user)
        )
    except DomainError as error:
        return _list(request, " ".join(error.messages))
    said = _("Noted for %(count)s people.") % {"count": len(told)}
    return done(request, to=reverse("term-list"), message=said)


@require_http_methods(["GET", "POST"])
def term_record(request: Request, pk: int) -> HttpResponse:
    """Take over the term of a posting."""
    posting = queries.posting_of(request.user, pk, today())
    if posting is None:
        raise Http404
    form = forms.TermForm(request.POST or None, initial={"first": posting.valid.lower})
    if form.is_valid():
        try:
            made = actions_terms.record_term(
                posting_id=pk, by=actor_of(request.user), **form.cleaned_data
            )
            return done(request, to=made, message=str(_("The term is on record.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "posting": posting}
    return page(request, "appointment/term_record.html", "appointment/_term_record.html", context)


@never_cache
@require_safe
def term_mine(request: Request) -> HttpResponse:
    """Show the viewer's own posts: since when, until when, what will be asked."""
    held = queries_own.own_posts(request.user, today())
    context = {"held": held, "today": today(), "notice": shown.notice_state()}
    return page(request, "appointment/term_mine.html", "appointment/_term_mine.html", context)


def _term(request: Request, pk: int) -> Any:
    term = queries.get_term(request.user, pk)
    if term is None:
        raise Http404
    return term


@require_safe
def term_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _term(request, pk))


def _detail(request: Request, term: Any, **more: Any) -> HttpResponse:
    settles = term.kind == "probation" and queries.may_settle(request.user, term)
    keeps = queries.may_keep(request.user, term)
    context = {
        "term": term, "today": today(),
        "settle": forms.ProbationForm(goals=term.goals, initial={"version": term.version})
        if settles else None,
        "strike": forms.ReasonForm(initial={"version": term.version})
        if keeps and term.state == "running" and not term.case_number else None, **more,
    }  # fmt: skip
    return page(request, "appointment/term_detail.html", "appointment/_term.html", context)


@require_POST
def term_settle(request: Request, pk: int) -> HttpResponse:
    """Conclude a probation."""
    term = _term(request, pk)
    if not queries.may_settle(request.user, term) and term.state == "running":
        raise Http404
    form = forms.ProbationForm(request.POST, goals=term.goals)
    if form.is_valid():
        try:
            actions_terms.settle_probation(
                term_id=pk, goals=[actions_terms.Reached(*one) for one in form.reached],
                passed=form.cleaned_data["passed"], answer=form.cleaned_data["answer"],
                version=form.cleaned_data["version"], by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=term, message=str(_("The result is on record.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _detail(request, term, settle=form, form=form)


@require_POST
def term_strike(request: Request, pk: int) -> HttpResponse:
    """Strike out a term that was taken over by mistake."""
    term = _term(request, pk)
    if not queries.may_keep(request.user, term):
        raise Http404
    form = forms.ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions_terms.strike_term(
                term_id=pk, reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"] or 0, by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=term, message=str(_("The term is struck out.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _detail(request, term, strike=form, form=form)


@require_POST
def clock_set(request: Request) -> HttpResponse:
    """Let cases of a unit be opened by themselves."""
    code = request.POST.get("unit", "")
    if not queries.runs(request.user):
        raise Http404
    if code not in {one.code for one in queries.units_run(request.user)}:
        return _list(request, _("There is no unit of this name or code."))
    try:
        actions_clock.set_clock(unit_code=code, today=today(), by=actor_of(request.user))
    except DomainError as error:
        return _list(request, " ".join(error.messages))
    return done(request, to=reverse("term-list"), message=str(_("The clock is set.")))


@require_POST
def clock_stop(request: Request, pk: int) -> HttpResponse:
    """Stop a clock."""
    if pk not in {one.pk for one in queries.clocks_for(request.user)}:
        raise Http404
    try:
        actions_clock.stop_clock(clock_id=pk, by=actor_of(request.user))
    except (DomainError, PermissionDenied) as error:
        return _list(request, " ".join(getattr(error, "messages", [str(error)])))
    return done(request, to=reverse("term-list"), message=str(_("The clock is stopped.")))


@require_safe
def limited_list(request: Request) -> HttpResponse:
    """Secondments and probations, the first to end first."""
    _reader(request)
    query = LIMITED.read(request.GET)
    rows = queries.terms_for(request.user, today(), query.values)
    context = {
        "table": query.cut(rows.order_by(*query.order_by), total=rows.count()), "today": today(),
        "tabs": shown.tabs("limited"),
    }  # fmt: skip
    return page(
        request, "appointment/limited_list.html", "appointment/_limited_table.html", context
    )
