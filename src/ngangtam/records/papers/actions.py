"""The verb of the room: a paper leaves the house."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access import steps as access
from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.papers.events import EventType
from ngangtam.records.papers.queries import printable_for
from ngangtam.records.papers.telling import Telling, tell


@transaction.atomic(durable=True)
def tell_for_print(
    *, number: str, form_id: str, style: str, on: date, parts: Collection[str], purpose: str,
    today: date, by: User,
) -> Telling:  # fmt: skip
    """Return what is told of a person for a paper, and note who prints whose file on which form.

    Shape: `parts` asks for sensitive parts of the file; what `by` may not see is held back, and
        what is shown is kept where the person can read who looked.
    Errors: Forbidden when the file is out of reach of `by`; DomainError when sensitive parts are
        asked for and it is not said what for.
    """
    found = printable_for(by, number, today=today, parts=parts)
    if found is None:
        raise Forbidden
    if found.shown and not fold(purpose):
        raise DomainError(_("Say what you read it for."))
    told = tell(found, on=on, seen=found.shown)
    person = found.person
    record(EventType.PRINTED, by=by, subject=person, form=form_id, style=style,
           on=on.isoformat(), parts=list(found.shown), purpose=purpose)  # fmt: skip
    if found.shown:
        access.note_reading(
            reader=by, subject_type=person._meta.label_lower, subjects=[person.pk],
            parts=list(found.shown), purpose=purpose,
        )  # fmt: skip
    return told
