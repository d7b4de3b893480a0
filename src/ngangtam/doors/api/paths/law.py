"""The rulebook: texts, numbers, standards. Open to everybody who signs in."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages
from ngangtam.doors.api.asking import Token
from ngangtam.doors.api.paths.findings import standard_at
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import oversight as shapes
from ngangtam.doors.api.shapes.common import Ident, OnDay, Words, plain
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.model import Dated, Instrument, Standard
from ngangtam.oversight.standards import queries
from ngangtam.oversight.standards.book import rulebook

router = Router(tags=["law"], auth=Token(Scope.LAW_READ))
State = Literal["in_force", "repealed", "silent", "off"]


@router.get("/law/instruments", response=shapes.Instruments, summary=_("Texts of law"))
def instrument_list(request: HttpRequest, q: Words = "", on: OnDay = None) -> HttpResponse:
    found = queries.instruments(q, "", "", on)
    items = [shapes.Instrument(**_instrument(one)) for one in found]
    return pages.answer(request, shapes.Instruments(items=items))


# The fields of the shape; their types stand there.
def _instrument(one: Instrument) -> dict[str, Any]:
    return {
        "id": one.id, "number": one.number, "title": said(one.title), "issuer": said(one.issuer),
        "issued": one.issued, "first_day": one.in_force.from_, "until": one.in_force.until,
        "replaces": list(one.replaces), "confidence": one.confidence,
        "verified_until": one.verified_until, "url": one.url or None,
        "note": said(one.note) or None,
    }  # fmt: skip


@router.get(
    "/law/instruments/{ident}", response=shapes.InstrumentDetail, summary=_("One text of law")
)
def instrument_detail(request: HttpRequest, ident: Path[Ident]) -> HttpResponse:
    one = rulebook().instruments.get(ident)
    if one is None:
        raise Http404
    told = shapes.InstrumentDetail(**_instrument(one), outline=list(one.outline))
    return pages.answer(request, told)


@router.get("/law/parameters", response=shapes.Parameters, summary=_("Numbers of the law"))
def parameter_list(
    request: HttpRequest, *, q: Words = "", on: OnDay = None,
    regime: Annotated[str, Query(max_length=40)] = "", state: State | None = None,
) -> HttpResponse:  # fmt: skip
    day = on or today()
    found = queries.parameters(q, regime, state or "", day)
    items = [shapes.Parameter(**_parameter(one)) for one in found]
    return pages.answer(request, shapes.Parameters(day=day, items=items))


# The fields of the shape; their types stand there.
def _parameter(row: queries.OnDay) -> dict[str, Any]:
    one = row.parameter
    return {
        "id": one.id, "label": said(one.label), "regime": one.regime, "unit": one.unit or None,
        "type": one.type, "state": row.state, "value": _value(row.value) if row.value else None,
    }  # fmt: skip


def _value(one: Dated) -> shapes.Value:
    return shapes.Value(
        first_day=one.period.from_, until=one.period.until, value=plain(one.value),
        cites=list(one.cites), confidence=one.confidence, note=said(one.note) or None,
    )  # fmt: skip


@router.get(
    "/law/parameters/{ident}", response=shapes.ParameterDetail, summary=_("One number of the law")
)
def parameter_detail(request: HttpRequest, ident: Path[Ident], on: OnDay = None) -> HttpResponse:
    one = rulebook().parameters.get(ident)
    if one is None:
        raise Http404
    day: date = on or today()
    told = shapes.ParameterDetail(
        **_parameter(queries.on_day(one, day)),
        day=day, values=[_value(value) for value in one.values],
    )  # fmt: skip
    return pages.answer(request, told)


@router.get("/law/standards", response=shapes.Standards, summary=_("Title standards"))
def standard_list(
    request: HttpRequest, *, q: Words = "", regime: Annotated[str, Query(max_length=40)] = "",
    level: Annotated[str, Query(max_length=40)] = "",
) -> HttpResponse:  # fmt: skip
    found = queries.standards(q, regime, level, "")
    return pages.answer(request, shapes.Standards(items=[_standard(one) for one in found]))


@router.get("/law/standards/{ident}", response=shapes.Standard, summary=_("One standard"))
def standard_detail(request: HttpRequest, ident: Path[Ident]) -> HttpResponse:
    return pages.answer(request, _standard(standard_at(ident)))


def _standard(one: Standard) -> shapes.Standard:
    return shapes.Standard(
        id=one.id, label=said(one.label), regime=one.regime, level=one.level or None,
        title_kinds=list(one.title_kinds), status=one.status, cites=list(one.cites),
        criteria=[
            shapes.Criterion(
                id=criterion.id, label=said(criterion.label), expression=criterion.rule.text,
                cites=list(criterion.cites), off=not one.is_on(criterion),
            )
            for criterion in one.criteria
        ],
    )  # fmt: skip
