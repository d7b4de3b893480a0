"""Forms that change a file: each a page of its own, each ending in one action."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel import actions, forms, shown
from ngangtam.records.personnel.kinds import GROUPS, KINDS, WITNESSED
from ngangtam.records.personnel.queries import file as queries
from ngangtam.records.personnel.queries import seats
from ngangtam.records.personnel.queries.file import Days
from ngangtam.records.personnel.queries.reach import actor_of

Text = str | Promise
both = require_http_methods(["GET", "POST"])


def _person(request: Request, number: str) -> tuple[Any, Any]:
    """Return the person and the viewer's reach; 404 for who may not change the file."""
    person, reach = queries.get_person(request.user, number, today())
    if person is None or not reach.may(Permission.PERSON_CHANGE, person.home_path):
        raise Http404
    return person, reach


def _answer(
    request: Request, person: Any, form: django_forms.Form, *, title: Text, tab: str,
    act: Callable[[], object], message: Text, label: Text = "", lead: Text = "",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form of a file, or carry out its action and go back to the tab it belongs to."""
    back = f"{person.get_absolute_url()}?tab={tab}"
    if form.is_valid():
        try:
            act()
            return done(request, to=back, message=str(message))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "person": person, "form": form, "title": title, "back": back, "lead": lead,
        "label": label or _("Save"), **(extra or {}),
    }  # fmt: skip
    return page(request, "personnel/change.html", "personnel/_change_form.html", context)


@both
def posting_add(request: Request, number: str) -> HttpResponse:
    person, _reach = _person(request, number)
    code = request.GET.get("unit") or (person.home_unit.code if person.home_unit else "")
    unit, free = seats.free_seats(code, today())
    form = forms.PostingForm(request.POST or None, seats=free)

    def act() -> None:
        data, (post, seat) = form.cleaned_data, form.place
        actions.add_posting(
            person_id=person.pk, post_id=post, seat=seat, first_day=data["first_day"],
            until=data["until"], main=data["main"], title_raw=data["title_raw"],
            basis=form.basis, today=today(), by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=_("Add a posting"), tab="work", act=act,
        message=_("The posting is recorded."), extra={"unit": unit, "code": code, "free": free},
    )  # fmt: skip


def _posting(request: Request, pk: int) -> Any:
    row = queries.get_posting(request.user, pk, today())
    if row is None:
        raise Http404
    return row


@both
def posting_end(request: Request, pk: int) -> HttpResponse:
    row = _posting(request, pk)
    person, _reach = _person(request, row.person.number)
    form = forms.EndForm(request.POST or None)

    def act() -> None:
        actions.end_posting(
            posting_id=pk, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"],
            basis=form.basis, today=today(), by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=_("End a posting"), tab="work", act=act,
        lead=row.title_raw or str(row.post), message=_("The posting has its end."),
    )  # fmt: skip


@both
def posting_correct(request: Request, pk: int) -> HttpResponse:
    row = _posting(request, pk)
    person, _reach = _person(request, row.person.number)
    own = (f"{row.post_id}-{row.seat}", f"{row.post} – {row.seat}" if row.seat else str(row.post))
    start = {
        "seat": own[0], "first_day": row.valid.lower, "until": row.valid.upper,
        "main": row.main, "title_raw": row.title_raw,
    }  # fmt: skip
    form = forms.PostingForm(request.POST or None, seats=[own], correcting=True, initial=start)

    def act() -> None:
        data = form.cleaned_data
        actions.correct_posting(
            posting_id=pk, reason=data["reason"], seat=row.seat, first_day=data["first_day"],
            until=data["until"], main=data["main"], title_raw=data["title_raw"],
            basis=form.basis, today=today(), by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=_("Correct a posting"), tab="work", act=act,
        lead=row.title_raw or str(row.post), message=_("The posting is corrected."),
    )  # fmt: skip


@both
def posting_void(request: Request, pk: int) -> HttpResponse:
    row = _posting(request, pk)
    person, _reach = _person(request, row.person.number)
    form = forms.ReasonForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.void_posting(posting_id=pk, reason=reason, today=today(), by=actor_of(request.user))

    return _answer(
        request, person, form, title=_("Strike out a posting"), tab="work", act=act,
        lead=row.title_raw or str(row.post), label=_("Strike out"),
        message=_("The posting is struck out. It can be restored."), extra={"tone": "danger"},
    )  # fmt: skip


@both
def posting_restore(request: Request, pk: int) -> HttpResponse:
    row = _posting(request, pk)
    person, _reach = _person(request, row.person.number)
    return _ask(
        request, person, title=_("Restore a posting"), text=row.title_raw or str(row.post),
        tab="work", message=_("The posting stands again."),
        act=lambda: actions.restore_posting(
            posting_id=pk, today=today(), by=actor_of(request.user)
        ),
    )  # fmt: skip


@require_safe
def record_kinds(request: Request, number: str) -> HttpResponse:
    """Which kind of record is to be added."""
    person, reach = _person(request, number)
    may_ask = ("", *queries.parts_for(reach, person.home_path))
    groups = [
        (words, [kind for kind in KINDS.values() if kind.group == group and kind.part in may_ask])
        for group, words in GROUPS.items()
    ]  # fmt: skip
    context = {"person": person, "groups": [part for part in groups if part[1]]}
    return page(request, "personnel/record_kinds.html", "personnel/_record_kinds.html", context)


@both
def record_add(request: Request, number: str, kind: str) -> HttpResponse:
    person, reach = _person(request, number)
    declared = KINDS.get(kind)
    may_ask = ("", *queries.parts_for(reach, person.home_path))
    if declared is None or declared.part not in may_ask:
        raise Http404
    if declared.witnessed:
        return redirect("proposal-add", number, kind)
    form = forms.RecordForm(request.POST or None, kind=declared)

    def act() -> None:
        actions.add_record(
            person_id=person.pk, kind=kind, **form.values, basis=form.basis, today=today(),
            by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=declared.label, tab=_tab_of(kind), act=act,
        message=_("The record is kept."),
    )  # fmt: skip


def _record(request: Request, pk: int) -> Any:
    row = queries.get_record(request.user, pk, today())
    if row is None:
        raise Http404
    return row


def _lead(row: Any) -> str:
    """Say which record is meant, without what a sensitive one says."""
    line = shown.record_line(row, Days())
    if row.sensitive:
        return f"{line.kind_label}, {line.first}"
    return f"{line.kind_label}: {line.what}"


def _note_record(request: Request, row: Any) -> None:
    """The form that starts from a sensitive record leaves its trace by itself."""
    part = KINDS[row.kind].part if row.kind in KINDS else ""
    if part and request.method == "GET":
        actions.note_reading(
            person_id=row.person_id, parts=[part], purpose=gettext("To correct a record"),
            by=actor_of(request.user),
        )  # fmt: skip


@both
def record_correct(request: Request, pk: int) -> HttpResponse:
    row = _record(request, pk)
    person, _reach = _person(request, row.person.number)
    if row.kind in WITNESSED:
        return redirect("proposal-record", pk, "correct")
    form = forms.RecordForm(
        request.POST or None, kind=KINDS[row.kind], correcting=True,
        initial=forms.record_initial(row),
    )  # fmt: skip

    def act() -> None:
        actions.correct_record(
            record_id=pk, reason=form.cleaned_data["reason"], **form.values, basis=form.basis,
            today=today(), by=actor_of(request.user),
        )  # fmt: skip

    _note_record(request, row)
    return _answer(
        request, person, form, title=_("Correct a record"), tab=_tab_of(row.kind), act=act,
        lead=_lead(row), message=_("The record is corrected."),
    )  # fmt: skip


@both
def record_void(request: Request, pk: int) -> HttpResponse:
    row = _record(request, pk)
    person, _reach = _person(request, row.person.number)
    if row.kind in WITNESSED:
        return redirect("proposal-record", pk, "void")
    form = forms.ReasonForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.void_record(record_id=pk, reason=reason, today=today(), by=actor_of(request.user))

    return _answer(
        request, person, form, title=_("Strike out a record"), tab=_tab_of(row.kind), act=act,
        lead=_lead(row), label=_("Strike out"),
        message=_("The record is struck out. It can be restored."), extra={"tone": "danger"},
    )  # fmt: skip


@both
def record_restore(request: Request, pk: int) -> HttpResponse:
    row = _record(request, pk)
    person, _reach = _person(request, row.person.number)
    if row.kind in WITNESSED:
        return redirect("proposal-record", pk, "restore")
    return _ask(
        request, person, title=_("Restore a record"), text=_lead(row),
        tab=_tab_of(row.kind), message=_("The record stands again."),
        act=lambda: actions.restore_record(record_id=pk, today=today(), by=actor_of(request.user)),
    )  # fmt: skip


@both
def identity_change(request: Request, number: str) -> HttpResponse:
    person, reach = _person(request, number)
    sensitive = reach.may(Permission.PERSON_VIEW_SENSITIVE, person.home_path)
    if sensitive and request.method == "GET":
        actions.note_reading(
            person_id=person.pk, parts=["origin"], purpose=gettext("To change the identity"),
            by=actor_of(request.user),
        )  # fmt: skip
    form = forms.IdentityForm(
        request.POST or None, initial=forms.identity_of(person), sensitive=sensitive
    )

    def act() -> None:
        actions.change_identity(
            person_id=person.pk, changes=form.changes, reason=form.cleaned_data["reason"],
            by=actor_of(request.user),
        )  # fmt: skip

    return _answer(
        request, person, form, title=_("Change identity"), tab="identity", act=act,
        lead=_("What was written before stays readable, with the reason."),
        message=_("The identity is changed."),
    )  # fmt: skip


def _ask(
    request: Request, person: Any, *, title: Text, text: str, tab: str, message: Text,
    act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    """Ask before doing, on a page of its own; then do it."""
    return _answer(
        request, person, django_forms.Form(request.POST if request.method == "POST" else None),
        title=title, lead=text, tab=tab, act=act, message=message, label=_("Restore"),
    )  # fmt: skip


def _tab_of(kind: str) -> str:
    """Return the tab of the file on which records of a kind stand."""
    declared = KINDS[kind]
    if declared.sensitive:
        return "private"
    tabs = {"service": "work", "planning": "work", "other": "identity"}
    return tabs.get(declared.group, declared.group)
