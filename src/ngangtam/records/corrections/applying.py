"""Writing what was settled into a file: void and add, or the change of identity.

Steps for the actions of this room: no permission and no audit here.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.corrections.models import Proposal, Request
from ngangtam.records.corrections.values import RecordValues, read_basis, read_identity
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Post, Source
from ngangtam.records.personnel import identity, steps
from ngangtam.records.personnel.actions import Basis
from ngangtam.records.personnel.models import Person, Posting, Record


def settle_basis(basis: Basis, request: Request | None, today: date) -> dict[str, Any]:
    """Return what a row rests on: what was named, else the request that it came from."""
    given = basis.settle(today)
    if any(given.values()) or request is None:
        return given
    return {"decision": None, "source": request_source(request, today)}


def request_source(request: Request, today: date) -> Source:
    """Return a request as a named source of records."""
    name = _("Request for correction no. %(number)s") % {"number": request.pk}
    return organisation.add_source(kind="request", name=name, day=today, reference=str(request.pk))


def add(
    person: Person, kind: str, values: RecordValues, rests_on: dict[str, Any], *, by: str
) -> Record:
    """Add one record. Errors: DomainError when the first day cannot be read."""
    if values.first_day.day is None:
        raise DomainError(_("The first day cannot be read."))
    return steps.add_record(
        person=person, kind=kind, first_day=values.first_day.day, until=values.until,
        code=values.code, raw=values.raw, precision=values.first_day.precision,
        detail=dict(values.detail), by=by, **rests_on,
    )  # fmt: skip


def correct(
    old: Record, values: RecordValues, rests_on: dict[str, Any], *, reason: str, by: str
) -> Record:
    """Void a record and add the right one; without a new basis it rests on what the old one had."""
    steps.void(old, by=by, reason=reason[:300])
    if not any(rests_on.values()):
        rests_on = {"decision": old.decision, "source": old.source}
    return add(old.person, old.kind, values, rests_on, by=by)


def correct_posting(
    old: Posting, *, first_day: date, until: date | None, title_raw: str, main: bool,
    rests_on: dict[str, Any], reason: str, by: str,
) -> Posting:  # fmt: skip
    """Void a posting and add the right one in the same seat."""
    steps.void(old, by=by, reason=reason[:300])
    if not any(rests_on.values()):
        rests_on = {"decision": old.decision, "source": old.source}
    return steps.add_posting(
        person=old.person, post=Post.objects.get(pk=old.post_id), first_day=first_day,
        until=until, seat=old.seat, main=main, title_raw=title_raw,
        workplace_raw=old.workplace_raw, by=by, **rests_on,
    )  # fmt: skip


def restore(old: Record, *, by: str) -> Record:
    """Add a struck-out record anew, as it was."""
    if old.voided_at is None:
        raise DomainError(_("Only a voided record can be restored."))
    return steps.add_record(
        person=old.person, kind=old.kind, first_day=old.valid.lower, until=old.valid.upper,
        code=old.code, raw=old.raw, precision=old.precision, detail=old.detail,
        decision=old.decision, source=old.source, by=by,
    )  # fmt: skip


def carry_out(proposal: Proposal, *, today: date, by: str) -> dict[str, Any]:
    """Do what a confirmed proposal says; return the ids of what was written.

    Both names stand on the rows: the one who proposed and the one who confirmed.
    Errors: DomainError when the file is no longer as it was when it was proposed.
    """
    person, request = proposal.person, proposal.request
    names = f"{proposal.proposed_by.get_username()} + {by}"[:150]
    if proposal.act == Proposal.Act.IDENTITY:
        changes = read_identity(proposal.values["changes"])
        _must_stand(person, proposal)
        made = identity.set_identity(person, changes, reason=proposal.reason, by=names)
        return {"fields": [one.field for one in made], "changes": [one.pk for one in made]}
    written = _write_record(proposal, request, today=today, names=names)
    steps.refresh([person.pk], day=today)
    return written


def _must_stand(person: Person, proposal: Proposal) -> None:
    before: dict[str, str] = proposal.values["before"]
    if any(identity.value_of(person, field) != old for field, old in before.items()):
        raise DomainError(_("The file has changed since this was proposed. Propose it anew."))


def _write_record(
    proposal: Proposal, request: Request | None, *, today: date, names: str
) -> dict[str, Any]:
    old = proposal.record
    if proposal.act == Proposal.Act.VOID and old is not None:
        steps.void(old, by=names, reason=proposal.reason)
        return {"voided": old.pk}
    if proposal.act == Proposal.Act.RESTORE and old is not None:
        return {"record": restore(old, by=names).pk, "voided": old.pk}
    values = RecordValues.read(proposal.values["record"])
    rests_on = settle_basis(read_basis(proposal.values["basis"]), request, today)
    if proposal.act == Proposal.Act.CORRECT and old is not None:
        new = correct(old, values, rests_on, reason=proposal.reason, by=names)
        return {"voided": old.pk, "record": new.pk}
    return {"record": add(proposal.person, proposal.kind, values, rests_on, by=names).pk}
