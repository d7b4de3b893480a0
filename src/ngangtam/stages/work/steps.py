"""Writes that the actions of this room are built from: no permission, no audit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.days import add_months, today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.rows import update_many
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui import formats
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.work.models import Product, Task
from ngangtam.stages.work.values import Work

CENT: Final = Decimal("0.01")
S = Task.State
# Whose quantity is still to be done or was done.
LIVE: Final = (S.PLANNED, S.ASSIGNED, S.REPORTED, S.RETURNED, S.CONFIRMED)
OPEN: Final = (S.ASSIGNED, S.REPORTED, S.RETURNED)


@dataclass(slots=True)
class Places:
    """Units, products and people, read once for many tasks."""

    units: dict[int, Unit] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    posts: dict[int, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, works: Sequence[Work], unit: Unit) -> "Places":
        people = {one.person_id for one in works if one.person_id is not None}
        found = cls(
            people={
                row.pk: row
                for row in Person.objects.filter(pk__in=people).select_related("home_unit")
            },
            products=Product.objects.select_related("unit").in_bulk(
                {one.product_id for one in works if one.product_id is not None}
            ),
        )
        months = [one.counts_in for one in works] or [today()]
        rows = Posting.objects.standing().filter(
            person_id__in=people, valid__overlap=(min(months), add_months(max(months), 1))
        )
        for person, place in rows.values_list("person_id", "post__unit_id"):
            found.posts.setdefault(person, set()).add(place)
        asked = {one.unit_id for one in works if one.unit_id is not None} | {unit.pk}
        held = {place for places in found.posts.values() for place in places}
        found.units = Unit.objects.in_bulk(asked | held)
        return found


def within(path: object, top: object) -> bool:
    """Whether a path is `top` or stands below it."""
    return str(path) == str(top) or str(path).startswith(f"{top}.")


def draw_up(
    work: Work, *, unit: Unit, places: Places, by: User, state: str = S.ASSIGNED,
    parent: Task | None = None, previous: Task | None = None, coefficient: Decimal | None = None,
) -> Task:  # fmt: skip
    """Return a task, not yet written.

    Shape: it stands where the person works below `unit`, else in `unit`; the coefficient is that
        of the product today and stays, unless one is given.
    Errors: DomainError for somebody who does not work there, or a product of another unit.
    """
    title = fold(work.title)
    if not title:
        raise DomainError(_("Say what is to be done."))
    if work.quantity <= 0:
        raise DomainError(_("Say how much is to be done."))
    place = places.units[work.unit_id] if work.unit_id is not None else unit
    if work.person_id is not None:
        place = _place_of(work.person_id, place, places)
    product = places.products.get(work.product_id) if work.product_id is not None else None
    if work.product_id is not None:
        _check_product(product, place, work.counts_in)
    factor = coefficient
    if factor is None:
        factor = product.coefficient if product is not None else Decimal(1)
    return Task(
        unit=place, path=str(place.path), parent=parent, previous=previous,
        origin=fold(work.origin)[:300], title=title[:500], product=product,
        person_id=work.person_id, quantity=work.quantity, coefficient=factor,
        month=work.counts_in, due=work.due, state=state, assigned_by=by,
    )  # fmt: skip


def _place_of(person_id: int, unit: Unit, places: Places) -> Unit:
    person = places.people.get(person_id)
    if person is None:
        raise DomainError(_("This person is not known here."))
    if person.home_unit is not None and within(person.home_path, unit.path):
        return person.home_unit
    held = (places.units.get(place) for place in sorted(places.posts.get(person_id, ())))
    found = next((one for one in held if one is not None and within(one.path, unit.path)), None)
    if found is None:
        raise DomainError(
            _("%(name)s does not work in %(unit)s.") % {"name": person, "unit": unit.name}
        )
    return found


def _check_product(product: Product | None, unit: Unit, month: date) -> None:
    if product is None or product.voided_at is not None:
        raise DomainError(_("This product is not in the catalogue."))
    if not within(unit.path, product.unit.path):
        raise DomainError(
            _("%(unit)s does not use this catalogue: %(product)s.")
            % {"unit": unit.name, "product": product.name}
        )
    first, until = product.valid.lower, product.valid.upper
    if first >= add_months(month, 1) or (until is not None and until <= month):
        raise DomainError(
            _("%(product)s is not in force in %(month)s.")
            % {"product": product.name, "month": f"{month:%m/%Y}"}
        )


def check_place(unit: Unit, top: Unit) -> None:
    """Errors: DomainError for a unit that does not stand under `top`."""
    if not within(unit.path, top.path):
        raise DomainError(
            _("%(unit)s does not stand under %(top)s.") % {"unit": unit.name, "top": top.name}
        )


def split_by_shares(quantity: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """Split a quantity into hundredths by shares, so that the parts give the whole again.

    Shape: what rounding leaves goes to the largest remainders, earlier ones first.
    Errors: DomainError for a share that is not more than nought, or a part that would be nothing.
    """
    total = sum(shares, Decimal(0))
    if not shares or any(share <= 0 for share in shares):
        raise DomainError(_("Every share is more than nought."))
    exact = [quantity * share / total for share in shares]
    parts = [part.quantize(CENT, ROUND_DOWN) for part in exact]
    left = int((quantity - sum(parts, Decimal(0))) / CENT)
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[:left]:
        parts[at] += CENT
    if any(part <= 0 for part in parts):
        raise DomainError(_("There is too little for so many people."))
    return parts


def given_out(parent: Task) -> Decimal:
    """Return how much of a task stands with its parts, in the task's own measure."""
    rows = parent.children.filter(state__in=LIVE).filter(same_product(parent))
    return rows.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)


def same_product(parent: Task) -> Q:
    """Parts that are counted in the parent's measure; others are steps on the way to it."""
    return Q(product=parent.product_id) if parent.product_id else Q(product__isnull=True)


def check_version(task: Task, version: int | None) -> None:
    """Errors: DomainError when the form showed an older state of the task."""
    if version is not None and version != task.version:
        raise DomainError(
            _("“%(title)s” was changed by somebody else at %(at)s. Look at it again.")
            % {"title": task.title[:80], "at": formats.moment(task.changed_at)}
        )


def touch(task: Task, **changes: Any) -> list[str]:
    """Set fields, raise the version; return the names of all fields that changed."""
    for name, value in changes.items():
        setattr(task, name, value)
    task.version += 1
    task.changed_at = timezone.now()
    return [*changes, "version", "changed_at"]


def write(task: Task, **changes: Any) -> None:
    """Change one task, which the caller has locked."""
    task.save(update_fields=touch(task, **changes))


def write_many(tasks: Iterable[Task], fields: Iterable[str]) -> None:
    """Write tasks that `touch` has changed, at once."""
    update_many(list(tasks), sorted({*fields, "version", "changed_at"}))


def add(tasks: Sequence[Task]) -> list[Task]:
    """Write new tasks."""
    return Task.objects.bulk_create(tasks, batch_size=2000)


def lock(task_ids: Iterable[int]) -> list[Task]:
    """Return tasks locked in one order, so that two of us never wait for each other."""
    rows = Task.objects.select_for_update(of=("self",)).select_related("unit", "person")
    return list(rows.filter(pk__in=set(task_ids)).order_by("pk"))


def late(done_on: date | None, due: date) -> bool:
    """Whether a task was done after its deadline: that counts as a delay by itself."""
    return done_on is not None and done_on > due
