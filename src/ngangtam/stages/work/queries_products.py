"""The catalogues that a unit uses: its own and those of the units above it."""

from datetime import date

from django.db.models import Q, QuerySet

from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.work.models import Product, Task


def products_for(path: object) -> QuerySet[Product]:
    """Products that a unit at this path may use, of any time."""
    rows = Product.objects.standing().filter(unit__path__above=str(path))
    return rows.select_related("unit")


def in_month(path: object, month: date) -> list[Product]:
    """Return what the catalogue offers in a month, in the order of codes."""
    rows = products_for(path).filter(valid__overlap=span(month, add_months(month, 1)))
    return list(rows.order_by("code", "pk"))


def listed(unit: Unit, values: dict[str, str], today: date) -> QuerySet[Product]:
    """Narrow the catalogue of a unit by words and by whether it is in force."""
    rows = products_for(unit.path)
    typed = fold(values.get("q", ""))
    if typed:
        rows = rows.filter(Q(code__icontains=typed) | Q(name__icontains=typed))
    match values.get("state", ""):
        case "":
            rows = rows.filter(Q(valid__contains=today) | Q(valid__startswith__gt=today))
        case "ended":
            rows = rows.filter(valid__endswith__lte=today)
    if values.get("whose") == "own":
        rows = rows.filter(unit=unit)
    return rows


def get_product(pk: int) -> Product | None:
    return Product.objects.standing().select_related("unit").filter(pk=pk).first()


def used(product: Product) -> int:
    """Return how many tasks were given with a product."""
    return Task.objects.filter(product=product).count()
