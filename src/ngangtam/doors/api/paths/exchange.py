"""Exchange: the person's record in the ten groups of the national database."""

from typing import Annotated, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ngangtam.doors.api import pages, telling
from ngangtam.doors.api.asking import Token, must_be_valid, person_at, user_of
from ngangtam.doors.api.scopes import Scope
from ngangtam.doors.api.shapes import exchange as shapes
from ngangtam.doors.api.shapes.common import Number
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.exchange import Field, Group, Mapping, mappings
from ngangtam.oversight.standards.book import rulebook
from ngangtam.records.personnel import actions, forms
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.file import Days, File

router = Router(tags=["exchange"])
DECREE: Final = "27-2026-nd-cp"


@router.get(
    "/people/{number}/exchange", auth=Token(Scope.PEOPLE_READ), response=shapes.Exchange,
    summary=_("A person's record in ten groups"),
)  # fmt: skip
def exchange_read(
    request: HttpRequest,
    number: Path[Number],
    mapping: Annotated[str, Query(max_length=60)] = DECREE,
) -> HttpResponse:
    chosen, file = _mapping(mapping), _file(request, number, ())
    return pages.answer(request, _exchange(chosen, file))


@router.post(
    "/people/{number}/exchange", auth=Token(Scope.SENSITIVE_READ), response=shapes.Exchange,
    summary=_("A person's record in ten groups, with sensitive parts"),
)  # fmt: skip
def exchange_ask(
    request: HttpRequest, number: Path[Number], body: shapes.ExchangeIn
) -> HttpResponse:
    chosen = _mapping(body.mapping)
    person, reach = person_at(request, number, Scope.PEOPLE_READ, Scope.SENSITIVE_READ)
    may_ask = files.parts_for(reach, person.home_path)
    if not may_ask:
        raise Http404
    form = forms.AskForm({"part": body.parts, "purpose": body.purpose}, parts=may_ask)
    must_be_valid(form, lambda name: "parts" if name == "part" else name)
    file = _file(request, number, tuple(body.parts))
    actions.note_reading(
        person_id=person.pk, parts=file.shown, purpose=form.cleaned_data["purpose"],
        by=user_of(request),
    )  # fmt: skip
    return pages.answer(request, _exchange(chosen, file), headers=pages.NO_STORE)


def _mapping(ident: str) -> Mapping:
    found = mappings(rulebook()).get(ident)
    if found is None:
        raise Http404
    return found


def _file(request: HttpRequest, number: str, parts: tuple[str, ...]) -> File:
    file = files.get_file(user_of(request), number, today=today(), days=Days(), parts=parts)
    if file is None:
        raise Http404
    return file


def _exchange(mapping: Mapping, file: File) -> shapes.Exchange:
    return shapes.Exchange(
        mapping=mapping.id, version=mapping.version, instrument=mapping.instrument,
        codes=mapping.codes, day=today(), person=file.person.number,
        groups=[_group(at, one, file) for at, one in enumerate(mapping.groups, start=1)],
    )  # fmt: skip


def _group(number: int, group: Group, file: File) -> shapes.Group:
    days = file.days
    rows = [row for row in file.records if row.kind in group.kinds and days.stands(row)]
    closed = {kind for kind in group.kinds if _part(kind) not in ("", *file.shown)}
    parts = {_part(kind) for kind in closed} | {one.part for one in group.fields}
    recorded = {row.kind for row in rows}
    return shapes.Group(
        number=number, id=group.id, label=said(group.label), cites=list(group.cites),
        fields=[_held(one, file) for one in group.fields],
        records=[telling.record(row, file.person.number, days) for row in rows],
        postings=[
            telling.posting(row, file.person.number, days)
            for row in file.postings if group.postings and days.stands(row)
        ],
        withheld=sorted(part for part in parts - {""} if part not in file.shown),
        missing=[kind for kind in group.kinds if kind not in recorded | closed],
        unheld=[said(one) for one in group.unheld],
    )  # fmt: skip


def _part(kind: str) -> str:
    return KINDS[kind].part if kind in KINDS else ""


def _held(field: Field, file: File) -> shapes.Held:
    if field.part and field.part not in file.shown:
        return shapes.Held(
            name=field.name, code=field.code or None, value=None, why_missing="withheld"
        )
    value = _value(field.source.removeprefix("person."), file)
    return shapes.Held(
        name=field.name, code=field.code or None, value=value,
        why_missing=None if value else "unknown",
    )  # fmt: skip


def _value(name: str, file: File) -> str | None:
    """Return a field of identity as text: days as written when they are not whole."""
    person = file.person
    if name == "birth":
        whole = person.birth_day is not None and person.birth_precision == "day"
        return person.birth_day.isoformat() if whole and person.birth_day else (
            person.birth_raw or None
        )  # fmt: skip
    found: Any = getattr(person, name)
    return (found.code if name == "home_unit" else str(found)) if found else None
