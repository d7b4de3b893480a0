"""What goes wrong in the domain, in words for the person at the screen."""

from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models


class DomainError(ValidationError):
    """A change that the rules of the domain do not allow; nothing was written."""

    @classmethod
    def from_constraint(cls, model: type[models.Model], error: IntegrityError) -> Self:
        """Say which constraint broke, in the words that the model gives it."""
        named = {constraint.name: constraint for constraint in model._meta.constraints}
        diag = getattr(error.__cause__, "diag", None)
        broken = named.get(getattr(diag, "constraint_name", None) or "")
        if broken is None:
            raise error
        return cls(broken.get_violation_error_message())


class Forbidden(PermissionDenied):
    """The person has no grant for this act in this place."""
