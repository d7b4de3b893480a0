"""Reading what is sensitive in a case: it leaves the trace that the file of a person leaves."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access import steps as access
from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.records.personnel.events import EventType
from ngangtam.records.personnel.models import Person
from ngangtam.stages.procedure.models import Case


@transaction.atomic(durable=True)
def note_readings(*, case: Case, read: Mapping[str, Sequence[int]], by: User) -> None:
    """Leave the trace that somebody read sensitive parts of people in a case.

    Shape: `read` is part of a file → people. One event about the case for the whole view; in one
        line a part each of these people finds the reading, which names no case: nobody is told of
        the own case before its notice. Nothing is left where nothing was read.
    """
    parts = sorted(part for part, people in read.items() if people)
    if not parts:
        return
    purpose = _("For personnel work")
    record(
        EventType.SENSITIVE_READ, by=by, subject=case, parts=parts, purpose=purpose,
        people=len({person for part in parts for person in read[part]}),
    )  # fmt: skip
    for part in parts:
        access.note_reading(
            reader=by, subject_type=Person._meta.label_lower, subjects=list(read[part]),
            parts=[part], purpose=purpose,
        )  # fmt: skip
