"""What is refused because of time or of somebody else: one clear outcome, in the audit."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from django.db import transaction

from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.evaluation.events import EventType
from ngangtam.stages.evaluation.models import Sheet

P = ParamSpec("P")
R = TypeVar("R")
Why = Literal["locked", "closed", "late", "stale", "state"]


class SheetRefusedError(DomainError):
    """An act came too late, or somebody else was quicker. Shape: `why` for programs."""

    def __init__(self, message: str, *, why: Why, sheet: Sheet) -> None:
        super().__init__(message)
        self.why, self.sheet = why, sheet


def audited(act: Callable[P, R]) -> Callable[P, R]:
    """Let an act that was refused leave one event of its own: nothing else of it is kept."""

    @wraps(act)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except SheetRefusedError as refused:
            by: Any = kwargs["by"]
            with transaction.atomic(durable=True):
                record(
                    EventType.SHEET_REFUSED, by=by, subject=refused.sheet, act=act.__name__,
                    why=refused.why, cycle=refused.sheet.cycle_id,
                )  # fmt: skip
            raise

    return wrapped
