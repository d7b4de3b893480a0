"""The list of people, its export, and opening a file."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing, Query
from ngangtam.records.personnel import actions, exports, forms
from ngangtam.records.personnel.catalogues import choices
from ngangtam.records.personnel.queries import people as queries
from ngangtam.records.personnel.queries.reach import actor_of, reach_of

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LISTING = Listing(
    columns=[
        Column("name", order=("name",)),
        Column("age", order=("birth",), numeric=True),
        Column("unit", order=("unit",)),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("unit", _("Unit")),
        Filter("gender", _("Gender"), [("female", _("Women")), ("male", _("Men"))]),
        Filter("level", _("Level"), lambda: choices("level")),
        Filter(
            "age", _("Age"),
            [("u30", _("under 30")), ("30s", "30–39"), ("u40", _("under 40")), ("40s", "40–49"),
             ("u45", _("under 45")), ("50s", "50–59"), ("o60", _("60 and over"))],
        ),
        Filter("leadership", _("Leadership post"), YES_NO),
        Filter("party", _("Party member"), YES_NO),
        Filter("degree", _("Degree"), lambda: choices("degree")),
        Filter("own", _("Units"), [("own", _("this unit alone"))]),
    ],
    default_sort="name",
    target="person-table",
)  # fmt: skip
# A younger person was born later: sorting by age is sorting by birth the other way round.
_SORTS = {"name": "name", "age": "-birth", "unit": "unit"}


@require_safe
def person_list(request: Request) -> HttpResponse:
    query = LISTING.read(request.GET)
    reach = reach_of(request.user, today())
    unit = queries.unit_of(query.values["unit"])
    if not queries.may_list(reach, unit):
        raise Http404
    found = queries.find(reach, _wish(query, unit))
    context = {
        "table": query.show(found.rows, total=found.total),
        "more": found.more,
        "unit": unit,
        "today": today(),
        "may_add": reach.may(Permission.PERSON_CHANGE),
        "narrowed": bool(query.active),
        "export": query.url(page="").lstrip("?"),
    }
    return page(request, "personnel/person_list.html", "personnel/_person_table.html", context)


def _wish(query: Query, unit: Any) -> queries.Wish:
    """Translate the query string into what the domain searches by."""
    values = query.values
    words, number = queries.read_words(values["q"])
    filters = {name: values[name] for name in ("gender", "level", "degree") if values[name]}
    for name in ("leadership", "party"):
        if values[name]:
            filters[name] = "true" if values[name] == "yes" else "false"
    if values["age"]:
        filters.update(queries.born_between(values["age"], today()))
    if unit is not None and values["own"]:
        filters["at"] = str(unit.path)
    sort = _SORTS[query.sort.lstrip("-")]
    if query.sort.startswith("-"):
        sort = sort[1:] if sort.startswith("-") else f"-{sort}"
    return queries.Wish(
        words=words, number=number, filters=tuple(filters.items()), sort=sort,
        under=str(unit.path) if unit else None, skip=query.offset, take=query.size,
    )  # fmt: skip


@require_safe
def person_export(request: Request, style: str) -> HttpResponse:
    query = LISTING.read(request.GET)
    reach = reach_of(request.user, today())
    unit = queries.unit_of(query.values["unit"])
    if not reach.may(Permission.PERSON_VIEW, unit.path if unit else None):
        raise Http404
    found = queries.every(reach, _wish(query, unit), exports.MOST_ROWS)
    actions.note_export(
        unit_id=unit.pk if unit else None, asked=query.active, people=len(found.rows),
        style=style, by=actor_of(request.user),
    )  # fmt: skip
    return exports.response(found.rows, style=style, today=today())


@require_http_methods(["GET", "POST"])
def person_open(request: Request) -> HttpResponse:
    if not reach_of(request.user, today()).may(Permission.PERSON_CHANGE):
        raise Http404
    start = {"unit": request.GET.get("unit", ""), "nationality": "Việt Nam"}
    form = forms.OpenForm(request.POST or None, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        try:
            person = actions.open_file(
                unit_id=data["unit"].pk, full_name=data["full_name"], birth=data["birth"],
                identity=form.identity, basis=form.basis, today=today(), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=person, message=str(_("The file is open.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "back": "person-list"}
    return page(request, "personnel/person_open.html", "personnel/_open_form.html", context)
