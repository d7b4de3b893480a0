"""Requests for correction: the queue, one request, its answer, its proof."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.files.serving import download
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.corrections import actions, actions_own, forms, initial, queries
from ngangtam.records.corrections.actions import PostingValues, Settlement
from ngangtam.records.corrections.targets import Target
from ngangtam.records.corrections.values import RecordValues
from ngangtam.records.corrections.views import frame
from ngangtam.records.personnel.actions import note_reading
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.queries.reach import actor_of

LISTING = Listing(
    columns=[
        Column("asked", order=("asked_at", "pk")),
        Column("name", order=("person__name_key", "pk")),
        Column("about", order=("label", "pk")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter(
            "state", _("State"),
            [("accepted", _("accepted by an officer")), ("refused", _("refused")),
             ("withdrawn", _("withdrawn")), ("every", _("all"))],
            any_label=_("open"),
        ),
    ],
    default_sort="asked",
    target="request-table",
)  # fmt: skip
QUEUE = frame.Queue(
    "requests", _("Requests for correction"),
    _("What the people of your units say is wrong in their files, the longest waiting first."),
    _("Nothing waits"),
    _("Requests of people in your units appear here when they send them."),
    "corrections/_request_table.html", "request-table",
)  # fmt: skip


@require_safe
def request_list(request: Request) -> HttpResponse:
    """What the people of the unit say is wrong, the longest waiting first."""
    if not frame.may_see_queue(request.user):
        raise Http404
    query = LISTING.read(request.GET)
    rows = queries.search(queries.requests_for(request.user), query.values)
    table = query.cut(rows.order_by(*query.order_by))
    return frame.show(request, QUEUE, table)


def _get(request: Request, pk: int) -> Any:
    asked = queries.get_request(request.user, pk)
    if asked is None:
        raise Http404
    return asked


def target_of(asked: Any) -> Target:
    """Return what a request is about, as it was asked."""
    return Target(
        asked.person_id, asked.about, asked.label, asked.said, asked.field, asked.kind,
        asked.record_id, asked.posting_id, asked.part,
    )  # fmt: skip


@require_safe
def request_detail(request: Request, pk: int) -> HttpResponse:
    asked = _get(request, pk)
    _note_reading(request, asked)
    return _detail(request, asked)


def _note_reading(request: Request, asked: Any) -> None:
    """What a request says of a sensitive part leaves its trace, as the part itself would."""
    if asked.part and request.method == "GET" and asked.asked_by_id != request.user.pk:
        note_reading(
            person_id=asked.person_id, parts=[asked.part], by=actor_of(request.user),
            purpose=gettext("To answer request no. %(number)s") % {"number": asked.pk},
        )  # fmt: skip


def _detail(request: Request, asked: Any, **more: Any) -> HttpResponse:
    own = asked.asked_by_id == actor_of(request.user).pk
    waiting = asked.state == "waiting"
    context = {
        "line": frame.Line.of(asked), "asked": asked, "own": own,
        "proposed": forms.in_words(target_of(asked), asked.proposed),
        "attachments": list(asked.attachments.select_related("file").order_by("pk")),
        "proposal": asked.proposals.filter(state="waiting").first(),
        "may_answer": waiting and not own
        and may(request.user, Permission.PERSON_CHANGE, str(asked.person.home_path)),
        "may_add": waiting and own, "attach_form": forms.AttachForm(),
        "refuse_form": forms.RefuseForm(), **more,
    }  # fmt: skip
    return page(request, "corrections/request_detail.html", "corrections/_request.html", context)


@require_POST
def request_attach(request: Request, pk: int) -> HttpResponse:
    asked = _get(request, pk)
    form = forms.AttachForm(request.POST, request.FILES)
    return _act(
        request, asked, {"attach_form": form}, str(_("The proof is attached.")),
        lambda: actions_own.attach(
            request_id=pk, files=form.cleaned_data["proof"], by=actor_of(request.user)
        ),
    )  # fmt: skip


@require_POST
def request_withdraw(request: Request, pk: int) -> HttpResponse:
    asked = _get(request, pk)
    form = django_forms.Form(request.POST)
    return _act(
        request, asked, {"withdraw_form": form}, str(_("The request is withdrawn.")),
        lambda: actions_own.withdraw(request_id=pk, by=actor_of(request.user)),
    )  # fmt: skip


@require_POST
def request_refuse(request: Request, pk: int) -> HttpResponse:
    asked = _get(request, pk)
    form = forms.RefuseForm(request.POST)
    return _act(
        request, asked, {"refuse_form": form}, str(_("The request is refused.")),
        lambda: actions.refuse(
            request_id=pk, answer=form.cleaned_data["answer"], by=actor_of(request.user)
        ),
    )  # fmt: skip


def _act(
    request: Request, asked: Any, named: dict[str, django_forms.Form], message: str,
    act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    """Carry out one act on a request, or show the request again with what is wrong."""
    [form] = named.values()
    if form.is_valid():
        try:
            act()
            return done(request, to=asked, message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _detail(request, asked, **named, form=form)


@require_http_methods(["GET", "POST"])
def request_accept(request: Request, pk: int) -> HttpResponse:
    """Settle a request: the officer sees what is proposed, and decides what is written."""
    asked = _get(request, pk)
    if asked.asked_by_id == actor_of(request.user).pk:
        raise Http404
    _note_reading(request, asked)
    form = _settling(request, asked)
    if form.is_valid():
        try:
            actions.accept(
                request_id=pk, settlement=_settlement(form), answer=form.cleaned_data["answer"],
                today=today(), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=asked, message=str(_("The request is accepted.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    witnessed = asked.kind in frame.WITNESSED or asked.field in frame.WITNESSED_FIELDS
    context = {"form": form, "asked": asked, "line": frame.Line.of(asked), "witnessed": witnessed}
    return page(request, "corrections/accept.html", "corrections/_accept_form.html", context)


def _settling(request: Request, asked: Any) -> Any:
    """Return the officer's form for what the request is about."""
    typed, start = request.POST or None, initial.of_request(asked)
    match asked.about:
        case "identity":
            return forms.AcceptIdentityForm(typed, field=asked.field, initial=start)
        case "record" | "missing":
            return forms.AcceptRecordForm(typed, kind=KINDS[asked.kind], initial=start)
        case "posting":
            return forms.AcceptPostingForm(typed, initial=start)
    return forms.AcceptForm(typed)


def _settlement(form: Any) -> Settlement:
    if isinstance(form, forms.AcceptIdentityForm):
        return Settlement(identity=form.changes)
    if isinstance(form, forms.AcceptRecordForm):
        return Settlement(record=RecordValues.of(form.values), basis=form.basis)
    if isinstance(form, forms.AcceptPostingForm):
        data = form.cleaned_data
        values = PostingValues(data["first_day"], data["until"], data["title_raw"], data["main"])
        return Settlement(posting=values, basis=form.basis)
    return Settlement()


@require_safe
def attachment(request: Request, token: str) -> HttpResponse:
    """One proof, always as a download."""
    found = queries.get_attachment(request.user, token)
    if found is None:
        raise Http404
    return download(found.file)
