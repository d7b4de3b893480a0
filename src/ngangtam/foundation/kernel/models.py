"""Periods and tree paths: the two shapes that every dated record is made of."""

from datetime import date
from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange

Model = TypeVar("Model", bound=models.Model)


def span(first: date, until: date | None = None) -> DateRange:
    """Return [first, until): `first` is in, `until` is out; None leaves it open."""
    return DateRange(first, until, "[)")


class LtreeField(models.Field):  # type: ignore[type-arg]
    """A path of ids through a tree, `1.7.42`, with PostgreSQL's index and operators."""

    description = "ltree path"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "ltree"

    def get_internal_type(self) -> str:
        return "LtreeField"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::ltree"


class _Within(models.Lookup):
    lookup_name = "within"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        # Ids are digits, and digits come before letters: [w, w.A) is the subtree of w. Said as a
        # range, an ordinary index in the order of paths serves it.
        return (
            f"({left} >= %s::ltree and {left} < (%s::ltree || 'A'))",
            (*left_params, self.rhs, *left_params, self.rhs),
        )


class _Above(models.Lookup):
    lookup_name = "above"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} @> %s::ltree", (*left_params, self.rhs)


LtreeField.register_lookup(_Within)
LtreeField.register_lookup(_Above)


class EffectiveQuerySet(models.QuerySet[Model]):
    def on(self, day: date) -> Self:
        """Rows in force on `day`, as we know them today (voided rows left out)."""
        return self.filter(valid__contains=day, voided_at__isnull=True)

    def standing(self) -> Self:
        """Rows that nobody has voided, of any period."""
        return self.filter(voided_at__isnull=True)


class EffectiveDated(models.Model):
    """A fact that holds for one period. To correct it, void the row and add another."""

    valid = DateRangeField(_("in force"))
    voided_at = models.DateTimeField(_("voided at"), null=True, editable=False)

    objects = EffectiveQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_has_first_day",
                condition=Q(valid__isempty=False, valid__lower_inf=False),
                violation_error_message=_("The period is empty or has no first day."),
            )
        ]
