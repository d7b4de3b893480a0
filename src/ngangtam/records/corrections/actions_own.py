"""What somebody may do about the own file: ask, attach proof, withdraw."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.corrections.events import EventType
from ngangtam.records.corrections.models import Attachment, Request
from ngangtam.records.corrections.targets import Target
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person

MOST_FILES: Final = 10
MOST_OPEN: Final = 30


@transaction.atomic(durable=True)
def ask(
    *, target: Target, text: str, proposed: dict[str, Any], files: Sequence[Checked], by: User
) -> Request:
    """Say what is wrong in the own file, and what would be right, with the papers that prove it.

    Shape: `target` was read through the own file; `proposed` are values by the names of the
        officer's form.
    Errors: Forbidden for an account that is nobody's, or for the file of another; DomainError
        without words, with too many papers, or with too many requests open at once.
    """
    person_id = own_person(by)
    if person_id is None or person_id != target.person_id:
        raise Forbidden(_("Only the person whose file it is asks for its correction."))
    if not text.strip():
        raise DomainError(_("Say what is wrong."))
    mine = Request.objects.filter(asked_by=by, state__in=_OPEN)
    if mine.count() >= MOST_OPEN:
        raise DomainError(_("Too many of your requests wait for an answer."))
    person = Person.objects.get(pk=person_id)
    request = Request.objects.create(
        person=person, asked_by=by, about=target.about, field=target.field, kind=target.kind,
        record_id=target.record_id, posting_id=target.posting_id, part=target.part,
        label=target.label[:300], said=target.said[:1000], text=text.strip()[:2000],
        proposed=proposed,
    )  # fmt: skip
    kept = _attach(request, files, by)
    record(EventType.ASKED, by=by, subject=person, request=request.pk, about=target.about,
           files=kept)  # fmt: skip
    return request


_OPEN: Final = (Request.State.WAITING, Request.State.CONFIRMING)


@transaction.atomic(durable=True)
def attach(*, request_id: int, files: Sequence[Checked], by: User) -> Request:
    """Add proof to a request that waits. Errors: as `ask`."""
    request = _own(request_id, by)
    if not files:
        raise DomainError(_("Choose a file."))
    kept = _attach(request, files, by)
    record(EventType.ATTACHED, by=by, subject=request.person, request=request.pk, files=kept)
    return request


@transaction.atomic(durable=True)
def withdraw(*, request_id: int, by: User) -> Request:
    """Take back what oneself asked, before anybody answered."""
    request = _own(request_id, by)
    request.state, request.decided_by = Request.State.WITHDRAWN, by
    request.decided_at = timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at"])
    record(EventType.WITHDRAWN, by=by, subject=request.person, request=request.pk)
    return request


def _own(request_id: int, by: User) -> Request:
    if Request.objects.get(pk=request_id).asked_by_id != by.pk:
        raise Forbidden(_("Only the person whose file it is asks for its correction."))
    rows = Request.objects.select_related("person").select_for_update(of=("self",))
    request = rows.get(pk=request_id)
    if request.state != Request.State.WAITING:
        raise DomainError(_("This request no longer waits."))
    return request


def _attach(request: Request, files: Sequence[Checked], by: User) -> list[int]:
    """Keep the papers; returns the ids of their rows."""
    if request.attachments.count() + len(files) > MOST_FILES:
        raise DomainError(_("At most %(most)s files prove one request.") % {"most": MOST_FILES})
    made = []
    for one in files:
        stored = keep(one, sent_by=by.pk)
        made.append(Attachment.objects.create(request=request, file=stored).pk)
    return made
