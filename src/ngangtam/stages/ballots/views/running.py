"""Running votes: the list, preparing, presence, opening, closing, annulling, the next round."""

from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.ballots import actions, choosing, forms, queries, shown, standing
from ngangtam.stages.ballots.views.frame import both, part_or_404, poll_or_404, told

LISTING: Final = Listing(
    columns=[
        Column("newest", order=("-id",)),
        Column("title", order=("title", "-id")),
        Column("unit", order=("path", "-id")),
    ],
    filters=[
        Filter("q", gettext_lazy("Search"), kind="text"),
        Filter("state", gettext_lazy("State"), [
            ("prepared", gettext_lazy("being prepared")), ("open", gettext_lazy("voting")),
            ("closed", gettext_lazy("box closed")), ("counted", gettext_lazy("papers counted")),
            ("annulled", gettext_lazy("annulled")),
        ]),
    ],
    default_sort="newest",
    target="ballot-table",
)  # fmt: skip


@require_safe
def ballot_list(request: Request) -> HttpResponse:
    """Votes of the viewer's units, and those in which the viewer counts."""
    if not queries.may_read(request.user):
        raise Http404
    query = LISTING.read(request.GET)
    rows = queries.polls_for(request.user)
    if query.values.get("state"):
        rows = rows.filter(state=query.values["state"])
    if query.values.get("q"):
        rows = rows.filter(title__icontains=query.values["q"])
    context = {
        "table": query.cut(rows.order_by(*query.order_by)), "tones": shown.TONES,
        "units": choosing.units_to_prepare_in(request.user),
    }  # fmt: skip
    return page(request, "ballots/ballot_list.html", "ballots/_ballot_table.html", context)


@both
def prepare(request: Request, code: str) -> HttpResponse:
    """Prepare a vote in a unit."""
    unit = choosing.unit_to_prepare_in(request.user, code)
    if unit is None:
        raise Http404
    where = forms.WhereForm(request.GET if "unit" in request.GET else None)
    if where.is_bound and where.is_valid():
        chosen = where.cleaned_data["unit"]
        if choosing.unit_to_prepare_in(request.user, chosen.code) is not None:
            return redirect("ballot-prepare", chosen.code)
        where.add_error("unit", _("You run no votes in this unit."))
    people = choosing.people_of(unit)
    form = forms.PrepareForm(request.POST or None, people=people, day=today())
    if form.is_valid():
        try:
            poll = actions.prepare_poll(
                unit_id=unit.pk, by=actor_of(request.user), today=today(), **form.values()
            )
            return done(request, to=poll, message=_("The vote is prepared."))
        except DomainError as error:
            told(form, error)
    context = {"form": form, "where": where, "unit": unit, "people": len(people),
               "without": choosing.without_account(unit)}  # fmt: skip
    return page(request, "ballots/prepare.html", "ballots/_prepare.html", context)


@never_cache
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    """The board of one vote, as far as the viewer may see it."""
    poll = poll_or_404(request, pk)
    part = part_or_404(request, poll, need="inside")
    return board(request, poll, part)


def board(
    request: Request, poll: Any, part: queries.Part, form: django_forms.Form | None = None
) -> HttpResponse:
    """Show the board, with the errors of an act that was refused."""
    setting = standing.setting_of(poll)
    tellers = queries.tellers_of(poll)
    kept = queries.kept_result(poll)
    here = _roll(poll)
    files = queries.files_in(request.user, poll, today()) if kept else {}
    rounds = queries.rounds_of(poll)
    context = {
        "poll": poll, "part": part, "tellers": tellers, "options": queries.options_of(poll),
        "tone": shown.TONES[poll.state], "next": shown.next_step(poll, tellers, here["present"]),
        "stage": shown.stage_of(poll, tellers, here["present"]),
        "seated": sum(1 for one in tellers if one.lock is not None),
        "spare": len(tellers) - poll.needed,
        "rule": shown.rule_in_words(poll), "quorum": standing.quorum_needed(poll),
        "turnout": queries.turnout(poll), "roll": here,
        "result": shown.result(setting, kept.figures, files) if kept else None,
        "counts": shown.counts(setting, standing.counts_of(poll, request.user))
        if poll.on_paper else None,
        "own_count": queries.own_count(poll, part.teller), "form": form,
        "open_form": forms.OpenForm(on_paper=poll.on_paper), "rounds": rounds,
        "may_again": part.runs and poll.state in ("counted", "annulled")
        and all(one.state == "annulled" for one in rounds),
        "teller_waits": part.teller is not None and queries.waits_for_teller(part.teller),
    }  # fmt: skip
    return page(request, "ballots/ballot_detail.html", "ballots/_ballot.html", context)


def _roll(poll: Any) -> dict[str, int]:
    rows = queries.roll_of(poll)
    return {"all": rows.count(), "present": rows.filter(present=True).count()}


@never_cache
@both
def presence(request: Request, pk: int) -> HttpResponse:
    """Note who of the roll is present."""
    poll = poll_or_404(request, pk)
    part_or_404(request, poll, need="runs")
    rows = list(queries.roll_of(poll))
    form = forms.PresenceForm(request.POST or None, roll=rows)
    if request.method == "POST" and form.is_valid():
        here = form.everybody if "everybody" in request.POST else form.here()
        try:
            count = actions.note_presence(poll_id=poll.pk, present=here, by=actor_of(request.user))
            said = _("%(count)s of %(all)s on the roll are present.")
            return done(request, to=poll, message=said % {"count": count, "all": len(rows)})
        except DomainError as error:
            told(form, error)
    context = {"poll": poll, "form": form, "count": len(rows),
               "quorum": standing.quorum_needed(poll)}  # fmt: skip
    return page(request, "ballots/presence.html", "ballots/_presence.html", context)


@never_cache
@require_safe
def roll(request: Request, pk: int) -> HttpResponse:
    """The roll with who voted, once the box is closed."""
    poll = poll_or_404(request, pk)
    part = part_or_404(request, poll, need="inside")
    if not part.runs and part.teller is None:
        raise Http404
    query = ROLL.read(request.GET)
    rows = queries.roll_of(poll)
    if query.values.get("q"):
        rows = rows.filter(voter__full_name__icontains=query.values["q"])
    context = {"poll": poll, "table": query.cut(rows),
               "told": poll.state in {"closed", "counted"}}  # fmt: skip
    return page(request, "ballots/roll.html", "ballots/_roll_table.html", context)


ROLL: Final = Listing(
    columns=[Column("name", order=("voter__full_name", "voter__username"))],
    filters=[Filter("q", gettext_lazy("Search"), kind="text")],
    default_sort="name", target="roll-table", page_size=100,
)  # fmt: skip


@both
def open_(request: Request, pk: int) -> HttpResponse:
    """Open the voting."""
    poll = poll_or_404(request, pk)
    part = part_or_404(request, poll, need="runs")
    form = forms.OpenForm(
        request.POST if request.method == "POST" else None, on_paper=poll.on_paper
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_poll(poll_id=poll.pk, by=actor_of(request.user), **form.cleaned_data)
            return done(request, to=poll, message=_("The voting is open."))
        except DomainError as error:
            told(form, error)
    elif request.method != "POST":
        return _ask(request, poll, "open", form)
    return board(request, poll, part, form)


@both
def close(request: Request, pk: int) -> HttpResponse:
    """Close the box."""
    poll = poll_or_404(request, pk)
    part = queries.part_in(request.user, poll)
    if not part.runs and part.teller is None:
        raise Http404
    said = _("The box is closed. Now the tellers open it.")
    return _act(request, poll, "close", actions.close_poll, said)


@both
def unseat(request: Request, pk: int) -> HttpResponse:
    """Let the tellers take their seats anew."""
    poll = poll_or_404(request, pk)
    part_or_404(request, poll, need="runs")
    said = _("The old words open nothing any more; every teller takes the seat anew.")
    return _act(request, poll, "unseat", actions.unseat, said)


def _act(
    request: Request, poll: Any, act: str, do: Callable[..., object], message: str
) -> HttpResponse:
    form = django_forms.Form(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _ask(request, poll, act, form)
    form.is_valid()
    try:
        do(poll_id=poll.pk, by=actor_of(request.user))
        return done(request, to=poll, message=message)
    except DomainError as error:
        told(form, error)
    return board(request, poll, queries.part_in(request.user, poll), form)


def _ask(request: Request, poll: Any, act: str, form: django_forms.Form) -> HttpResponse:
    """Ask before an act, where no script opens a dialog."""
    context = {
        "poll": poll,
        "act": act,
        "form": form,
        "action": reverse(f"ballot-{act}", args=[poll.pk]),
    }
    return page(request, "ballots/act.html", "ballots/_act.html", context)


@both
def annul(request: Request, pk: int) -> HttpResponse:
    """Annul a vote with a reason."""
    poll = poll_or_404(request, pk)
    part_or_404(request, poll, need="runs")
    form = forms.ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.annul(poll_id=poll.pk, by=actor_of(request.user), **form.cleaned_data)
            return done(request, to=poll, message=_("The vote is annulled."))
        except DomainError as error:
            told(form, error)
    return _ask(request, poll, "annul", form)


@both
def again(request: Request, pk: int) -> HttpResponse:
    """Prepare the next round."""
    poll = poll_or_404(request, pk)
    part_or_404(request, poll, need="runs")
    form = forms.AgainForm(
        request.POST or None, options=queries.options_of(poll),
        initial={"seats": poll.seats, "max_choices": poll.max_choices,
                 "keep": queries.undecided(poll)},
    )  # fmt: skip
    if form.is_valid():
        try:
            new = actions.hold_again(poll_id=poll.pk, by=actor_of(request.user), today=today(),
                                     **form.cleaned_data)  # fmt: skip
            return done(request, to=new, message=_("The next round is prepared."))
        except DomainError as error:
            told(form, error)
    return _ask(request, poll, "again", form)
