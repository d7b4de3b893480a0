"""What two officers change: proposing it, and the second officer's page."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.corrections import actions, forms, queries
from ngangtam.records.corrections.actions import NO_BASIS, RecordChange
from ngangtam.records.corrections.targets import said_of
from ngangtam.records.corrections.values import RecordValues
from ngangtam.records.corrections.views import frame
from ngangtam.records.personnel.forms import record_initial
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.reach import actor_of

both = require_http_methods(["GET", "POST"])
TITLES = {
    "correct": _("Propose a correction"), "void": _("Propose to strike out"),
    "restore": _("Propose to restore"),
}  # fmt: skip
LISTING = Listing(
    columns=[
        Column("proposed", order=("proposed_at", "pk")),
        Column("name", order=("person__name_key", "pk")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter(
            "state", _("State"),
            [("confirmed", _("confirmed")), ("refused", _("refused")),
             ("withdrawn", _("withdrawn")), ("every", _("all"))],
            any_label=_("open"),
        ),
    ],
    default_sort="proposed",
    target="proposal-table",
)  # fmt: skip
QUEUE = frame.Queue(
    "proposals", _("Second officer"),
    _("Names, dates of birth, degrees and Party days change only when another officer confirms "
      "what one proposed."),
    _("Nothing waits"),
    _("What one officer proposes about names, birth, degrees and the Party appears here for "
      "another to confirm."),
    "corrections/_proposal_table.html", "proposal-table",
)  # fmt: skip


@require_safe
def proposal_list(request: Request) -> HttpResponse:
    """What waits for a second officer, the longest waiting first."""
    if not may(request.user, Permission.PERSON_CHANGE):
        raise Http404
    query = LISTING.read(request.GET)
    rows = queries.search(queries.proposals_for(request.user), query.values)
    table = query.cut(rows.order_by(*query.order_by))
    return frame.show(request, QUEUE, table)


def _get(request: Request, pk: int) -> Any:
    found = queries.proposals_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def proposal_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, proposal: Any, **more: Any) -> HttpResponse:
    mine = proposal.proposed_by_id == actor_of(request.user).pk
    keeps = may(request.user, Permission.PERSON_CHANGE, str(proposal.person.home_path))
    context = {
        "proposal": proposal, "line": frame.Line.of(proposal), "mine": mine, "keeps": keeps,
        "may_decide": queries.may_decide(request.user, proposal),
        "basis": proposal.values.get("basis") or {}, "reason_form": forms.ReasonForm(), **more,
    }  # fmt: skip
    return page(request, "corrections/proposal_detail.html", "corrections/_proposal.html", context)


def _act(
    request: Request, pk: int, form: django_forms.Form, message: str, act: Callable[[], object]
) -> HttpResponse:
    """Carry out one act on a proposal, or show it again with what is wrong."""
    proposal = _get(request, pk)
    if form.is_valid():
        try:
            act()
            return done(request, to=proposal, message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _detail(request, proposal, form=form)


@require_POST
def proposal_confirm(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, django_forms.Form(request.POST), str(_("The change is confirmed.")),
        lambda: actions.confirm(proposal_id=pk, today=today(), by=actor_of(request.user)),
    )  # fmt: skip


@require_POST
def proposal_refuse(request: Request, pk: int) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    return _act(
        request, pk, form, str(_("The change is refused.")),
        lambda: actions.refuse_proposal(
            proposal_id=pk, answer=form.cleaned_data["reason"], by=actor_of(request.user)
        ),
    )  # fmt: skip


@require_POST
def proposal_withdraw(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, django_forms.Form(request.POST), str(_("The proposal is withdrawn.")),
        lambda: actions.withdraw_proposal(proposal_id=pk, by=actor_of(request.user)),
    )  # fmt: skip


def _person(request: Request, number: str) -> Any:
    """Return the person; 404 for who may not change the file, and for one's own."""
    person, reach = files.get_person(request.user, number, today())
    if person is None or person.pk == reach.own:
        raise Http404
    if not reach.may(Permission.PERSON_CHANGE, person.home_path):
        raise Http404
    return person


def _answer(
    request: Request, person: Any, form: django_forms.Form, *, title: Any, tab: str,
    act: Callable[[], Any], lead: str = "", tone: str = "primary",
) -> HttpResponse:  # fmt: skip
    """Show the form of a proposal, or make it and show what waits."""
    if form.is_valid():
        try:
            made = act()
            return done(request, to=made, message=str(_("The change waits for a second officer.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "person": person, "form": form, "title": title, "lead": lead, "tone": tone,
        "back": f"{person.get_absolute_url()}?tab={tab}",
    }  # fmt: skip
    return page(request, "corrections/propose.html", "corrections/_propose_form.html", context)


@both
def identity_propose(request: Request, number: str) -> HttpResponse:
    person = _person(request, number)
    start = {"full_name": person.full_name, "birth": person.birth_raw}
    form = forms.WitnessedForm(request.POST or None, initial=start)
    return _answer(
        request, person, form, title=_("Change name or date of birth"), tab="identity",
        act=lambda: actions.propose_identity(
            person_id=person.pk, changes=form.changes, reason=form.cleaned_data["reason"],
            by=actor_of(request.user),
        ),
    )  # fmt: skip


def _tab(kind: str) -> str:
    return "party" if KINDS[kind].group == "party" else "training"


@both
def proposal_add(request: Request, number: str, kind: str) -> HttpResponse:
    """Propose a new record of a kind that two officers change."""
    person = _person(request, number)
    if kind not in frame.WITNESSED:
        raise Http404
    form = forms.ProposeRecordForm(request.POST or None, kind=KINDS[kind])

    def act() -> Any:
        change = RecordChange(
            act="add", kind=kind, values=RecordValues.of(form.values), basis=form.basis
        )
        return actions.propose_record(
            person_id=person.pk, change=change, reason=form.cleaned_data["reason"],
            by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=_("Propose a record"), tab=_tab(kind), act=act,
        lead=str(KINDS[kind].label),
    )  # fmt: skip


@both
def proposal_record(request: Request, pk: int, act: str) -> HttpResponse:
    """Propose to correct, strike out or restore a record."""
    row = files.get_record(request.user, pk, today())
    if row is None or row.kind not in frame.WITNESSED or act not in TITLES:
        raise Http404
    person = _person(request, row.person.number)
    form: Any = forms.ReasonForm(request.POST or None)
    if act == "correct":
        form = forms.ProposeRecordForm(
            request.POST or None, kind=KINDS[row.kind], correcting=True,
            initial=record_initial(row),
        )  # fmt: skip

    def propose() -> Any:
        correcting = act == "correct"
        change = RecordChange(
            act=act, kind=row.kind, record_id=row.pk,
            values=RecordValues.of(form.values) if correcting else None,
            basis=form.basis if correcting else NO_BASIS,
        )  # fmt: skip
        return actions.propose_record(
            person_id=person.pk, change=change, reason=form.cleaned_data["reason"],
            by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=TITLES[act], tab=_tab(row.kind), act=propose,
        lead=said_of(row), tone="danger" if act == "void" else "primary",
    )  # fmt: skip
