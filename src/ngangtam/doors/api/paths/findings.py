"""Who meets a standard: one person, or a unit counted."""

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token, person_at, place_at, user_of
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import oversight as shapes
from ngangtam.doors.api.shapes.common import Ident, Number, OnDay, UnitRef
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import language, said
from ngangtam.law.engine.model import Standard
from ngangtam.oversight.standards import boards, standing
from ngangtam.oversight.standards.book import rulebook
from ngangtam.records.personnel import actions as personnel

router = Router(tags=["findings"], auth=Token(Scope.FINDINGS_READ))
Holders = Annotated[bool, Query(description=_("Only who holds a title of the standard."))]


def standard_at(ident: str) -> Standard:
    """Return a standard of the rulebook. Errors: Http404."""
    found = rulebook().standards.get(ident)
    if found is None:
        raise Http404
    return found


@router.get(
    "/findings/{ident}/people/{number}", response=shapes.PersonFinding,
    summary=_("A person against a standard"),
)  # fmt: skip
def finding_of_person(
    request: HttpRequest, ident: Path[Ident], number: Path[Number], on: OnDay = None
) -> HttpResponse:
    standard, day = standard_at(ident), on or today()
    person, reach = person_at(request, number, Scope.FINDINGS_READ, Scope.SENSITIVE_READ)
    one = standing.one_person(person, standard, day, reach)
    if one.parts:
        personnel.note_reading(
            person_id=person.pk, parts=one.parts, by=user_of(request),
            purpose=gettext("Checked against the standard: %s") % said(standard.label),
        )  # fmt: skip
    told = shapes.PersonFinding(
        day=day, standard=ident, label=said(standard.label), person=number,
        outcome=one.outcome or None, findings=[_line(line) for line in one.lines],
        why_not=None if one.found else gettext("The person held no post on this day."),
    )  # fmt: skip
    return pages.answer(request, told, headers=pages.NO_STORE if one.parts else None)


def _line(line: standing.Line) -> shapes.Finding:
    found, outcome = line.finding, "unknown"
    if line.sealed:
        outcome = "sealed"
    elif line.off:
        outcome = "off"
    elif found is not None:
        outcome = found.outcome.value
    return shapes.Finding(
        criterion=line.criterion.id, label=said(line.criterion.label), outcome=outcome,
        reason=found.reason[language()] if found else None,
        missing=list(found.missing) if found else [],
        cites=list(found.cites if found else line.criterion.cites),
    )  # fmt: skip


@router.get(
    "/findings/{ident}/units/{code}", response=shapes.UnitFinding,
    summary=_("A unit against a standard, counted"),
)  # fmt: skip
def finding_of_unit(
    request: HttpRequest, ident: Path[Ident], code: Path[Ident], on: OnDay = None,
    holders: Holders = False,
) -> HttpResponse:  # fmt: skip
    standard = standard_at(ident)
    place = place_at(request, code, on, Scope.FINDINGS_READ)
    wish = {"who": "holders"} if holders and standard.title_kinds else {}
    board = boards.board(standard, place, boards.listing(standard, place).read(wish))
    told = shapes.UnitFinding(
        day=place.day, standard=ident, label=said(standard.label),
        unit=UnitRef(code=place.unit.code, name=place.unit.name), people=None, overall=None,
        criteria=[], smallest_shown=1,
    )  # fmt: skip
    if board is None:
        told.why_not = gettext("The unit did not exist on this day.")
        return pages.answer(request, told)
    told.smallest_shown, told.overall = board.least, _counted(board.overall)
    told.people = board.total if board.total >= board.least or not board.total else None
    told.criteria = [
        shapes.CriterionCount(
            criterion=row.criterion.id, label=said(row.criterion.label),
            off=not standard.is_on(row.criterion), counts=_counted(row.counts),
            cites=list(row.criterion.cites),
        )
        for row in board.criteria
    ]  # fmt: skip
    return pages.answer(request, told)


def _counted(counts: standing.Counted | None) -> shapes.Counted | None:
    if counts is None:
        return None
    return shapes.Counted(
        met=counts.met, not_met=counts.not_met, unknown=counts.unknown, total=counts.total
    )
