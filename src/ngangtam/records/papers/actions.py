"""The verb of the room: a paper leaves the house."""

from datetime import date

from django.db import transaction

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import Forbidden
from ngangtam.records.papers.events import EventType
from ngangtam.records.papers.printing import Style
from ngangtam.records.papers.queries import printable_for
from ngangtam.records.papers.telling import Seen, Telling


@transaction.atomic(durable=True)
def tell_for_print(
    *, number: str, form_id: str, style: Style, on: date, sensitive: bool, today: date, by: User
) -> Telling:
    """Return what is told of a person for a paper, and note who prints whose file on which form.

    Shape: `sensitive` asks for the sensitive items; those that `by` may not see stay held back.
    Errors: Forbidden when the file is out of reach of `by`.
    """
    found = printable_for(by, number, today=today, sensitive=sensitive)
    if found is None:
        raise Forbidden
    told = found.told(on=on, sensitive=sensitive)
    seen = found.may_see if sensitive else Seen()
    groups = [name for name in ("identity", "family", "health") if getattr(seen, name)]
    record(EventType.PRINTED, by=by, subject=found.file.person, form=form_id, style=style,
           on=on.isoformat(), sensitive=groups)  # fmt: skip
    return told
