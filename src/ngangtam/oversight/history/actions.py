"""The one verb of the room: a journal that leaves the system leaves a trace."""

from django.db import transaction

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record

EXPORTED = "audit.exported"


@transaction.atomic(durable=True)
def note_export(*, asked: dict[str, str], events: int, by: User) -> None:
    """Leave the trace that a part of the journal left as a file.

    Errors: Forbidden without AUDIT_VIEW.
    """
    require(by, Permission.AUDIT_VIEW)
    record(EXPORTED, by=by, subject=None, asked=asked, events=events)
