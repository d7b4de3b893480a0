"""Who meets a standard: counted, listed, and one person at a time."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.downloads import download
from ngangtam.foundation.ui.http import page
from ngangtam.law.engine.model import Standard
from ngangtam.oversight.standards import boards, exports, places, standing
from ngangtam.oversight.standards.book import rulebook
from ngangtam.records.personnel import actions as personnel
from ngangtam.records.personnel.queries.reach import reach_of


def _standard(ident: str) -> Standard:
    found = rulebook().standards.get(ident)
    if found is None:
        raise Http404(ident)
    return found


def _place(request: HttpRequest) -> places.Place | None:
    """Return where the viewer looks; None for a viewer without grants who names no unit."""
    try:
        return places.place_for(request.user, request.GET.dict(), today=today())
    except places.NoPlace as error:
        if request.GET.get("unit"):
            raise Http404 from error
        return None


def _purpose(found: Standard) -> str:
    return gettext("Checked against the standard: %s") % said(found.label)


def _leave_trace(
    found: Standard, place: places.Place, rows: Iterable[standing.PersonRow], by: User
) -> None:
    """One event for the whole view where outcomes give away sensitive parts of files."""
    parts = standing.parts_shown(standing.shown_criteria(found, place))
    people = [row.person.pk for row in rows if row.person is not None]
    if parts and people:
        personnel.note_readings(
            people=people, unit_id=place.unit.pk, parts=parts, purpose=_purpose(found), by=by
        )


@require_safe
def standard(request: HttpRequest, ident: str) -> HttpResponse:
    found, place = _standard(ident), _place(request)
    context: dict[str, object] = {"standard": found, "place": place, "board": None}
    if place is not None:
        asked = boards.listing(found, place).read(request.GET)
        board = boards.board(found, place, asked)
        context |= {"asked": asked, "board": board}
        if board is not None and board.people is not None:
            assert isinstance(request.user, User)
            _leave_trace(found, place, board.people.rows, request.user)
    return page(request, "standards/standard_detail.html", "standards/_standing.html", context)


@require_safe
def export(request: HttpRequest, ident: str) -> HttpResponse:
    found, place = _standard(ident), _place(request)
    assert isinstance(request.user, User)
    if place is None or not place.sees_some_people:
        raise Http404
    asked = boards.listing(found, place).read(request.GET)
    rows = boards.exported(found, place, asked)
    personnel.note_export(
        unit_id=place.unit.pk if place.sees_people else None, by=request.user,
        asked={"standard": ident, **asked.active}, people=len(rows), style="xlsx",
    )  # fmt: skip
    _leave_trace(found, place, rows, request.user)
    sheet = exports.standing_sheet(found, place, rows)
    return download(sheet, boards.file_name(found, place.day))


@require_safe
def finding(request: HttpRequest, ident: str, number: str) -> HttpResponse:
    found = _standard(ident)
    assert isinstance(request.user, User)
    reach = reach_of(request.user, today())
    person = standing.person_named(number, reach)
    if person is None:
        raise Http404(number)
    day = places.day_of(request.GET.dict(), today())
    one = standing.one_person(person, found, day, reach)
    if one.parts:
        personnel.note_reading(
            person_id=person.pk, parts=one.parts, purpose=_purpose(found), by=request.user
        )
    context = {"one": one, "standard": found, "person": person, "day": day}
    return render(request, "standards/standard_finding.html", context)


@require_safe
def standards_of(request: HttpRequest, number: str) -> HttpResponse:
    reach = reach_of(request.user, today())
    person = standing.person_named(number, reach)
    if person is None:
        raise Http404(number)
    day = places.day_of(request.GET.dict(), today())
    rows = standing.choices(person, day, reach)
    parts = standing.parts_given_away(rows, person, reach)
    if parts:
        assert isinstance(request.user, User)
        personnel.note_reading(
            person_id=person.pk, parts=parts, purpose=gettext("Checked against all standards"),
            by=request.user,
        )  # fmt: skip
    context = {"person": person, "day": day, "rows": rows}
    return render(request, "standards/standard_person.html", context)
