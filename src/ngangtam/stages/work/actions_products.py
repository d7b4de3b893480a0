"""The catalogue of products and jobs: add, correct, end."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.work.events import EventType
from ngangtam.stages.work.models import Product
from ngangtam.stages.work.rights import require_catalogue


@dataclass(frozen=True, slots=True)
class Ware:
    """One line of a catalogue as it is to be. Shape: `until` is the first day on which it ends."""

    code: str
    name: str
    measure: str
    coefficient: Decimal
    first_day: date
    until: date | None = None
    quality: str = ""
    basis: str = ""


@transaction.atomic(durable=True)
def add_product(*, unit_id: int, ware: Ware, by: User) -> Product:
    """Add a product to the catalogue of a unit.

    Errors: Forbidden for who does not keep the catalogue; DomainError when the code is already in
        force in that period, here or in a catalogue that the unit uses from above.
    """
    unit = Unit.objects.get(pk=unit_id)
    require_catalogue(by, str(unit.path))
    product = _create(unit, ware, by)
    record(EventType.PRODUCT_ADDED, by=by, subject=unit, product=product.pk, **_said(ware))
    return product


@transaction.atomic(durable=True)
def add_products(*, unit_id: int, wares: list[Ware], by: User) -> list[Product]:
    """Add many products at once: one event. Errors: as `add_product`; then none is added."""
    unit = Unit.objects.get(pk=unit_id)
    require_catalogue(by, str(unit.path))
    made = [_create(unit, ware, by) for ware in wares]
    record(EventType.PRODUCT_ADDED, by=by, subject=unit, products=[one.pk for one in made],
           count=len(made))  # fmt: skip
    return made


@transaction.atomic(durable=True)
def change_product(*, product_id: int, ware: Ware, reason: str, by: User) -> Product:
    """Correct a product: the old line is voided, another takes its place.

    Tasks keep the coefficient with which they were given.
    Errors: as `add_product`; DomainError without a reason or when nothing would change.
    """
    old = _locked(product_id, by)
    if not fold(reason):
        raise DomainError(_("Say why."))
    if ware == _ware_of(old):
        raise DomainError(_("Nothing would change."))
    old.voided_at = timezone.now()
    old.save(update_fields=["voided_at"])
    new = _create(old.unit, ware, by)
    record(EventType.PRODUCT_CHANGED, by=by, subject=old.unit, voided=old.pk, product=new.pk,
           reason=fold(reason)[:300], **_said(ware))  # fmt: skip
    return new


@transaction.atomic(durable=True)
def end_product(*, product_id: int, until: date, reason: str, by: User) -> Product:
    """Let a product end: from `until` on nobody is given it any more.

    Errors: as `change_product`; DomainError for a day that is not after its first.
    """
    product = _locked(product_id, by)
    if until <= product.valid.lower:
        raise DomainError(_("The last day lies before the first."))
    if product.valid.upper is not None and until >= product.valid.upper:
        raise DomainError(_("It ends earlier already."))
    product.valid = span(product.valid.lower, until)
    product.save(update_fields=["valid"])
    record(EventType.PRODUCT_ENDED, by=by, subject=product.unit, product=product.pk,
           code=product.code, until=until.isoformat(), reason=fold(reason)[:300])  # fmt: skip
    return product


def _locked(product_id: int, by: User) -> Product:
    rows = Product.objects.select_related("unit")
    require_catalogue(by, str(rows.get(pk=product_id).unit.path))
    product = rows.select_for_update(of=("self",)).get(pk=product_id)
    if product.voided_at is not None:
        raise DomainError(_("Somebody else has corrected this line meanwhile. Look at it again."))
    return product


def _create(unit: Unit, ware: Ware, by: User) -> Product:
    code, name = fold(ware.code)[:40], fold(ware.name)[:300]
    if not code or not name:
        raise DomainError(_("A product needs a code and a name."))
    if ware.until is not None and ware.until <= ware.first_day:
        raise DomainError(_("The last day lies before the first."))
    if ware.coefficient <= 0:
        raise DomainError(_("A conversion coefficient is more than nought."))
    _refuse_above(unit, code, ware)
    try:
        with transaction.atomic():
            return Product.objects.create(
                unit=unit, code=code, name=name, measure=fold(ware.measure)[:60],
                coefficient=ware.coefficient, quality=fold(ware.quality)[:500],
                basis=fold(ware.basis)[:300], valid=span(ware.first_day, ware.until),
                recorded_by=by.get_username(),
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Product, error) from error


def _refuse_above(unit: Unit, code: str, ware: Ware) -> None:
    """One code means one thing to everybody who meets it on the way up."""
    rows = Product.objects.standing().filter(
        unit__path__above=str(unit.path), code=code, valid__overlap=span(ware.first_day, ware.until)
    )
    other = rows.exclude(unit=unit).select_related("unit").first()
    if other is not None:
        raise DomainError(
            _("Code %(code)s is already in the catalogue of %(unit)s, which this unit uses.")
            % {"code": code, "unit": other.unit.name}
        )


def _ware_of(product: Product) -> Ware:
    return Ware(
        product.code, product.name, product.measure, product.coefficient, product.valid.lower,
        product.valid.upper, product.quality, product.basis,
    )  # fmt: skip


def _said(ware: Ware) -> dict[str, Any]:
    return {
        "code": fold(ware.code), "name": fold(ware.name), "coefficient": str(ware.coefficient),
        "first_day": ware.first_day.isoformat(),
        "until": ware.until.isoformat() if ware.until else None,
    }  # fmt: skip
