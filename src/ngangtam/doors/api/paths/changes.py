"""Changing files: the same actions as the pages, each on the version that the caller has read.

The operations join those of people: one address is served by one router.
"""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token, must_be_valid, person_at, user_of
from ngangtam.doors.api.paths.people import form_values, place_of, posting_at, record_at, router
from ngangtam.doors.api.problems import Problem, Wrong
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import people as shapes
from ngangtam.doors.api.shapes.common import Key, Number, Reason
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.records.organisation import queries as organisation
from ngangtam.records.personnel import actions, forms
from ngangtam.records.personnel.kinds import KINDS, Kind
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.file import parts_for
from ngangtam.records.personnel.queries.reach import Reach

WRITE: Final = Token(Scope.PEOPLE_WRITE)
TAGS: Final = ["changes"]
ROOT = "/api/v1"


def _changeable(request: HttpRequest, number: str) -> tuple[Person, Reach]:
    """Return a person whose file the asker may change. Errors: Http404, as on the pages."""
    person, reach = person_at(request, number, Scope.PEOPLE_WRITE, Scope.SENSITIVE_READ)
    if not reach.may(Permission.PERSON_CHANGE, person.home_path):
        raise Http404
    return person, reach


def _posted(request: HttpRequest, pk: int, status: int) -> HttpResponse:
    at = {"Location": f"{ROOT}/postings/{pk}"}
    return pages.answer(request, posting_at(request, pk), status=status, headers=at)


@router.post(
    "/people/{number}/postings",
    auth=WRITE,
    tags=TAGS,
    response={201: shapes.Posting},
    summary=_("Add a posting"),
)
def posting_add(request: HttpRequest, number: Path[Number], body: shapes.PostingIn) -> HttpResponse:
    person, _reach = _changeable(request, number)
    seat = f"{body.post_id}-{body.seat}"
    if organisation.get_post(user_of(request), body.post_id) is None:
        words = gettext("There is no such post.")
        raise Problem("invalid", words, [Wrong("body.post_id", words)])
    form = forms.PostingForm({**form_values(body), "seat": seat}, seats=[(seat, "")])
    must_be_valid(form, place_of)
    data, (post, number_of_seat) = form.cleaned_data, form.place
    made = actions.add_posting(
        person_id=person.pk, post_id=post, seat=number_of_seat, first_day=data["first_day"],
        until=data["until"], main=data["main"], title_raw=data["title_raw"], basis=form.basis,
        today=today(), by=user_of(request),
    )  # fmt: skip
    return _posted(request, made.pk, 201)


def _standing_posting(request: HttpRequest, pk: int) -> shapes.Posting:
    """Return the posting that is to be changed, as the caller has read it."""
    row = posting_at(request, pk)
    _changeable(request, row.person)
    pages.must_match(request, row)
    return row


@router.put(
    "/postings/{pk}", auth=WRITE, tags=TAGS, response=shapes.Posting, summary=_("Correct a posting")
)
def posting_correct(request: HttpRequest, pk: Path[Key], body: shapes.PostingPut) -> HttpResponse:
    row = _standing_posting(request, pk)
    seat = f"{row.post_id}-{row.seat}"
    form = forms.PostingForm(
        {**form_values(body), "seat": seat}, seats=[(seat, "")], correcting=True
    )
    must_be_valid(form, place_of)
    data = form.cleaned_data
    made = actions.correct_posting(
        posting_id=pk, reason=data["reason"], seat=row.seat, first_day=data["first_day"],
        until=data["until"], main=data["main"], title_raw=data["title_raw"], basis=form.basis,
        today=today(), by=user_of(request),
    )  # fmt: skip
    return _posted(request, made.pk, 200)


@router.post(
    "/postings/{pk}/end", auth=WRITE, tags=TAGS, response=shapes.Posting, summary=_("End a posting")
)
def posting_end(request: HttpRequest, pk: Path[Key], body: shapes.EndIn) -> HttpResponse:
    _standing_posting(request, pk)
    form = forms.EndForm(form_values(body))
    must_be_valid(form, place_of)
    actions.end_posting(
        posting_id=pk, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"],
        basis=form.basis, today=today(), by=user_of(request),
    )  # fmt: skip
    return _posted(request, pk, 200)


@router.post(
    "/postings/{pk}/void",
    auth=WRITE,
    tags=TAGS,
    response=shapes.Posting,
    summary=_("Strike out a posting"),
)
def posting_void(request: HttpRequest, pk: Path[Key], body: Reason) -> HttpResponse:
    _standing_posting(request, pk)
    actions.void_posting(posting_id=pk, reason=body.reason, today=today(), by=user_of(request))
    return _posted(request, pk, 200)


@router.post(
    "/postings/{pk}/restore",
    auth=WRITE,
    tags=TAGS,
    response=shapes.Posting,
    summary=_("Restore a posting"),
)
def posting_restore(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    _standing_posting(request, pk)
    made = actions.restore_posting(posting_id=pk, today=today(), by=user_of(request))
    return _posted(request, made.pk, 200)


def _kind(reach: Reach, person: Person, ident: str) -> Kind:
    """Return a kind of record that the asker may add. Errors: Problem for every other."""
    kind = KINDS.get(ident)
    if kind is None or kind.part not in ("", *parts_for(reach, person.home_path)):
        words = gettext("There is no such kind of record.")
        raise Problem("invalid", words, [Wrong("body.kind", words)])
    return kind


def _known_details(kind: Kind, given: object) -> None:
    """Refuse details that the kind does not have: nothing is dropped in silence."""
    assert isinstance(given, dict)
    unknown = sorted(set(given) - {one.name for one in kind.details})
    if unknown:
        words = gettext("There is no such field.")
        raise Problem("invalid", words, [Wrong(f"body.detail.{name}", words) for name in unknown])


def _recorded(request: HttpRequest, pk: int, status: int) -> HttpResponse:
    at = {"Location": f"{ROOT}/records/{pk}"}
    return pages.answer(request, record_at(request, pk), status=status, headers=at)


@router.post(
    "/people/{number}/records",
    auth=WRITE,
    tags=TAGS,
    response={201: shapes.Record},
    summary=_("Add a record"),
)
def record_add(request: HttpRequest, number: Path[Number], body: shapes.RecordIn) -> HttpResponse:
    person, reach = _changeable(request, number)
    kind = _kind(reach, person, body.kind)
    if kind.sensitive:
        words = gettext("Sensitive records are added on the page, where they can be read.")
        raise Problem("invalid", words, [Wrong("body.kind", words)])
    _known_details(kind, body.detail)
    form = forms.RecordForm(form_values(body), kind=kind)
    must_be_valid(form, place_of)
    made = actions.add_record(
        person_id=person.pk, kind=kind.id, **form.values, basis=form.basis, today=today(),
        by=user_of(request),
    )  # fmt: skip
    return _recorded(request, made.pk, 201)


def _standing_record(request: HttpRequest, pk: int) -> shapes.Record:
    row = record_at(request, pk)
    _changeable(request, row.person)
    pages.must_match(request, row)
    return row


@router.put(
    "/records/{pk}", auth=WRITE, tags=TAGS, response=shapes.Record, summary=_("Correct a record")
)
def record_correct(request: HttpRequest, pk: Path[Key], body: shapes.RecordPut) -> HttpResponse:
    row = _standing_record(request, pk)
    kind = KINDS.get(row.kind)
    if kind is None:
        raise Http404
    _known_details(kind, body.detail)
    form = forms.RecordForm(form_values(body), kind=kind, correcting=True)
    must_be_valid(form, place_of)
    made = actions.correct_record(
        record_id=pk, reason=form.cleaned_data["reason"], **form.values, basis=form.basis,
        today=today(), by=user_of(request),
    )  # fmt: skip
    return _recorded(request, made.pk, 200)


@router.post(
    "/records/{pk}/void",
    auth=WRITE,
    tags=TAGS,
    response=shapes.Record,
    summary=_("Strike out a record"),
)
def record_void(request: HttpRequest, pk: Path[Key], body: Reason) -> HttpResponse:
    _standing_record(request, pk)
    actions.void_record(record_id=pk, reason=body.reason, today=today(), by=user_of(request))
    return _recorded(request, pk, 200)


@router.post(
    "/records/{pk}/restore",
    auth=WRITE,
    tags=TAGS,
    response=shapes.Record,
    summary=_("Restore a record"),
)
def record_restore(request: HttpRequest, pk: Path[Key]) -> HttpResponse:
    _standing_record(request, pk)
    made = actions.restore_record(record_id=pk, today=today(), by=user_of(request))
    return _recorded(request, made.pk, 200)
