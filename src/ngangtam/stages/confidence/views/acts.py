"""What is done in a round: one page for each act, which says what will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.confidence import actions, forms, queries, shown
from ngangtam.stages.confidence.views.rounds import get_round

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Shape: `form(data, round)`; `run(round, form, by)` may return where to go."""

    title: Text
    lead: Text
    button: Text
    said: Text
    form: Callable[[Any, Any], django_forms.Form]
    run: Callable[[Any, Any, Any], object]
    tone: str = "primary"


def _plain(kind: type[django_forms.Form]) -> Callable[[Any, Any], django_forms.Form]:
    return lambda data, one: kind(data, initial={"version": one.version})


def _convene_form(data: Any, one: Any) -> django_forms.Form:
    counts = queries.circle_counts(one)
    return forms.ConveneForm(data, counts=counts, initial={"version": one.version})


ACTS: Final[dict[str, Act]] = {
    "convene": Act(
        _("Who votes"), _("Whole circles of the body, and further people. The circles are counted"
                          " on the day of the vote."),
        _("Convene them"), _("The list of voters is kept."), _convene_form,
        lambda one, form, by: actions.convene(
            round_id=one.pk, circles=form.cleaned_data["circles"], numbers=form.people,
            version=form.cleaned_data["version"], by=by,
        ),
    ),
    "take-in": Act(
        _("Add somebody"), _("Somebody who was left out, or whose title the postings do not show."
                             " Who holds several titles is voted on once."),
        _("Add"), _("The person is voted on."), _plain(forms.TakeInForm),
        lambda one, form, by: actions.take_in(
            round_id=one.pk, person_number=form.cleaned_data["person_number"],
            note=form.cleaned_data["note"], version=form.cleaned_data["version"], by=by,
            today=today(),
        ),
    ),
    "look": Act(
        _("List from the postings again"), _("Who came into a title since is added, who left it"
                                             " falls out. What somebody put by hand stays."),
        _("List again"), _("The list is that of today's postings."), _plain(forms.PlainForm),
        lambda one, form, by: actions.look_again(
            round_id=one.pk, version=form.cleaned_data["version"], by=by
        ),
    ),
    "fix": Act(
        _("Close the lists"), _("Nobody is added or left out any more, and the vote can be"
                                " prepared. The lists can be opened again as long as no vote"
                                " stands on them."),
        _("Close the lists"), _("The lists are closed."), _plain(forms.PlainForm),
        lambda one, form, by: actions.fix(
            round_id=one.pk, version=form.cleaned_data["version"], by=by
        ),
    ),
    "reopen": Act(
        _("Open the lists again"), _("The vote is prepared anew afterwards."),
        _("Open again"), _("The lists are open again."), _plain(forms.PlainForm),
        lambda one, form, by: actions.reopen(
            round_id=one.pk, version=form.cleaned_data["version"], by=by
        ),
    ),
    "vote": Act(
        _("Prepare the vote"), _("One paper with everybody on it, three levels for each. Everybody"
                                 " convened gets one paper. The tellers take their seats in the"
                                 " room of votes; there the vote is opened, closed and counted."),
        _("Prepare"), _("The vote is prepared; the tellers take their seats now."),
        lambda data, one: forms.VoteForm(data, tellers=queries.tellers_among(one)),
        lambda one, form, by: actions.prepare_vote(
            round_id=one.pk, tellers=form.counting,
            needed=form.cleaned_data["needed"], on_paper=form.cleaned_data["on_paper"], by=by,
            today=today(),
        ),
    ),
    "cancel": Act(
        _("Call the round off"), _("The round stays to be read with its reason; it cannot be"
                                   " taken up again."),
        _("Call off"), _("The round is called off."), _plain(forms.CancelForm),
        lambda one, form, by: actions.cancel(
            round_id=one.pk, reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"], by=by,
        ), "danger",
    ),
    "release": Act(
        _("Release the results"), _("Everybody who was voted on can read the own result from now"
                                    " on. It cannot be taken back."),
        _("Release"), _("The results are released."),
        lambda data, _one: forms.ReleaseForm(data),
        lambda one, form, by: actions.release(
            round_id=one.pk, document=form.cleaned_data["document"], by=by
        ),
    ),
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def round_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One act of a round, by who prepares it."""
    one = get_round(request, pk)
    if act not in ACTS or not queries.may_run(request.user, one):
        raise Http404
    chosen = ACTS[act]
    form = chosen.form(request.POST if request.method == "POST" else None, one)
    return _answer(request, one, form, chosen, lambda by: chosen.run(one, form, by))


@never_cache
@require_http_methods(["GET", "POST"])
def leave_out(request: Request, pk: int) -> HttpResponse:
    """Leave somebody out, with the evidence."""
    row = queries.get_subject(request.user, pk)
    if row is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = forms.LeaveOutForm(data, initial={"version": row.round.version})
    said = Act(
        _("Leave out of the vote"),
        _("By the text, who has the notice of leave pending retirement and who was appointed or"
          " elected in the year of the vote is not voted on."),
        _("Leave out"), _("The person is left out."), _plain(forms.PlainForm), lambda *_all: None,
        "danger",
    )  # fmt: skip

    def run(by: Any) -> object:
        given = form.cleaned_data
        return actions.leave_out(
            subject_id=pk, why=given["why"], note=given["note"], version=given["version"], by=by
        )

    return _answer(request, row.round, form, said, run, about=row.person.full_name)


@never_cache
@require_http_methods(["GET", "POST"])
def due_done(request: Request, pk: int) -> HttpResponse:
    """Note that something of the timetable was done."""
    line = queries.get_due(request.user, pk, today())
    if line is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = forms.DueForm(data, initial={"done_on": line.row.done_on or today()})
    said = Act(
        line.label, _("When it was done, and the number and day of the document."), _("Save"),
        _("It is noted."), _plain(forms.PlainForm), lambda *_all: None,
    )  # fmt: skip

    def run(by: Any) -> object:
        given = form.cleaned_data
        return actions.note_done(
            due_id=pk, done_on=given["done_on"], note=given["note"], by=by, today=today()
        )

    return _answer(request, line.row.round, form, said, run)


@never_cache
@require_http_methods(["GET", "POST"])
def result_case(request: Request, pk: int) -> HttpResponse:
    """Name the case in which a low result is considered."""
    row = _result(request, pk, 0)
    cases = queries.cases_about(request.user, row)
    form = forms.CaseForm(request.POST if request.method == "POST" else None, cases=cases)
    said = Act(
        _("Name the case"), _("The result decides nothing by itself; in the case a named authority"
                              " does, with the evidence before it."),
        _("Save"), _("The case is named."), _plain(forms.PlainForm), lambda *_all: None,
    )  # fmt: skip

    def run(by: Any) -> object:
        return actions.name_case(result_id=pk, case_number=form.cleaned_data["case_number"], by=by)

    where = "" if cases else shown.where_cases_begin(request.user)
    return _answer(
        request, row.round, form, said, run, about=row.person.full_name,
        none=not cases, where=where,
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def result_aside(request: Request, pk: int) -> HttpResponse:
    """Decide that nothing follows a low result, with the reason."""
    row = _result(request, pk, 1)
    form = forms.AsideForm(request.POST if request.method == "POST" else None)
    said = Act(
        _("Set aside"), _("The reason stays beside the result, with your name."), _("Set aside"),
        _("The result is set aside."), _plain(forms.PlainForm), lambda *_all: None, "danger",
    )  # fmt: skip

    def run(by: Any) -> object:
        return actions.set_aside(result_id=pk, reason=form.cleaned_data["reason"], by=by)

    return _answer(request, row.round, form, said, run, about=row.person.full_name)


def _result(request: Request, pk: int, place: int) -> Any:
    row = queries.get_result(request.user, pk)
    if row is None or not queries.may_follow(request.user, row)[place]:
        raise Http404
    return row


def _answer(
    request: Request, one: Any, form: django_forms.Form, act: Act, run: Callable[[Any], object],
    *, about: str = "", **more: Any,
) -> HttpResponse:  # fmt: skip
    if form.is_valid():
        try:
            run(actor_of(request.user))
            return done(request, to=one, message=str(act.said))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "act": act, "round": one, "about": about, **more}
    return page(request, "confidence/act.html", "confidence/_act.html", context)
