"""Which months of assigned work are shut: those of a locked or closed cycle above them."""

from datetime import date

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.evaluation.models import Cycle
from ngangtam.stages.evaluation.steps import hold_open


def why_closed(path: str, month: date) -> str:
    """Return why nothing of a month may change at a path; "" while it may.

    Every open cycle that covers the month is held until the transaction ends: it is not locked
    between the question and the act. One that is held when needed shuts no month.
    """
    rows = Cycle.objects.filter(path__above=path, first__lte=month, until__gt=month)
    regular = rows.exclude(kind=Cycle.Kind.NEEDED).order_by("pk")
    for pk in regular.values_list("pk", flat=True):
        try:
            hold_open(pk)
        except DomainError as error:
            return str(error.messages[0])
    return ""
