"""The catalogue of products and jobs of a unit, with what it uses from above."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.work import actions_products, forms, queries, queries_products
from ngangtam.stages.work.rights import may_keep_catalogue
from ngangtam.stages.work.views import frame

LISTING = Listing(
    columns=[
        Column("code", order=("code",)), Column("name", order=("name",)),
        Column("coefficient", order=("coefficient", "code"), numeric=True, down_first=True),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter("whose", _("Catalogue of"), [("own", _("this unit alone"))],
               any_label=_("this unit and those above")),
        Filter("state", _("State"), [("ended", _("ended")), ("every", _("all"))],
               any_label=_("in force or to come")),
    ],
    default_sort="code",
    target="product-table",
)  # fmt: skip


@require_safe
def product_list(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    query = LISTING.read(request.GET)
    rows = queries_products.listed(unit, query.values, today())
    context = {
        "unit": unit, "table": query.cut(rows.order_by(*query.order_by)), "today": today(),
        "tabs": frame.tabs(request.user, unit, "products"),
        "may_keep": may_keep_catalogue(request.user, str(unit.path)),
    }  # fmt: skip
    return page(request, "work/product_list.html", "work/_product_table.html", context)


def _unit(request: Request, code: str) -> Any:
    """Return a unit whose catalogue the viewer may read: led, kept, or used in the own post."""
    unit = queries.plan_unit(request.user, code) or queries.kept_unit(request.user, code)
    if unit is None:
        raise Http404
    return unit


@require_http_methods(["GET", "POST"])
def product_add(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    if not may_keep_catalogue(request.user, str(unit.path)):
        raise Http404
    start = {"first_day": today().replace(day=1)}
    form = forms.ProductForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            actions_products.add_product(unit_id=unit.pk, ware=form.ware, by=actor_of(request.user))
            return done(request, to=_list(unit), message=str(_("The product is added.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _form(request, unit, form, (_("Add a product"), _("Add"), "plus"))


def _kept(request: Request, pk: int) -> Any:
    product = queries_products.get_product(pk)
    if product is None or not may_keep_catalogue(request.user, str(product.unit.path)):
        raise Http404
    return product


@require_http_methods(["GET", "POST"])
def product_change(request: Request, pk: int) -> HttpResponse:
    """Correct a line: the old one is voided, the new one takes its place."""
    product = _kept(request, pk)
    start = forms.ProductChangeForm.start(product)
    form = forms.ProductChangeForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            actions_products.change_product(
                product_id=pk, ware=form.ware, reason=form.cleaned_data["reason"],
                by=actor_of(request.user),
            )  # fmt: skip
            message = str(_("The product is corrected."))
            return done(request, to=_list(product.unit), message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    lead = _("%(count)s tasks were given with it; they keep the coefficient of their day.") % {
        "count": queries_products.used(product)
    }
    return _form(request, product.unit, form, (_("Correct a product"), _("Save"), "pencil"), lead)


@require_http_methods(["GET", "POST"])
def product_end(request: Request, pk: int) -> HttpResponse:
    product = _kept(request, pk)
    form = forms.ProductEndForm(request.POST or None)
    if form.is_valid():
        try:
            actions_products.end_product(
                product_id=pk, until=form.cleaned_data["until"],
                reason=form.cleaned_data["reason"], by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=_list(product.unit), message=str(_("The product ends.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    words = (_("End a product"), _("End it"), "ban")
    return _form(request, product.unit, form, words, product.name)


def _list(unit: Any) -> str:
    return reverse("product-list", args=[unit.code])


def _form(
    request: Request, unit: Any, form: Any, words: tuple[Any, Any, str], lead: Any = ""
) -> HttpResponse:
    title, button, icon = words
    context = {
        "form": form, "title": title, "button": button, "icon": icon, "lead": lead,
        "back": _list(unit), "crumb": _("Catalogue of products"), "crumb_href": _list(unit),
    }  # fmt: skip
    return page(request, "work/act.html", "work/_act.html", context)
