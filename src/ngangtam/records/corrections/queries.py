"""Reads for the screens of the room; every one starts from the viewer."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, scopes
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.corrections.models import Account, Attachment, Proposal, Request
from ngangtam.records.personnel.kinds import GUARDS, OWN_PARTS
from ngangtam.records.personnel.models import IdentityChange, Person
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.file import Days, File
from ngangtam.records.personnel.waiting import Mark, Waiting


def own_person(user: User) -> int | None:
    """Return the id of the person whose account this is."""
    rows = Account.objects.filter(user=user, state=Account.State.LINKED)
    return rows.values_list("person_id", flat=True).first()


def linked(user: User) -> QuerySet[Account]:
    """The account's tie to its person; none or one."""
    return Account.objects.filter(user=user, state=Account.State.LINKED)


def requests_waiting(user: User) -> QuerySet[Request]:
    """Requests that wait for this officer."""
    return requests_for(user).filter(state=Request.State.WAITING)


def proposals_waiting(user: User) -> QuerySet[Proposal]:
    """Proposals of others that wait for this officer's second look."""
    kept = _within(user, Permission.PERSON_CHANGE)
    rows = Proposal.objects.filter(kept, state=Proposal.State.WAITING)
    return rows.exclude(proposed_by=user)


def own_file(viewer: Viewer, today: date) -> File | None:
    """Return the viewer's own file with everything that the law lets the subject read."""
    person_id = own_person(viewer) if isinstance(viewer, User) else None
    if person_id is None:
        return None
    number = Person.objects.filter(pk=person_id).values_list("number", flat=True).first()
    return files.get_file(viewer, number or "", today=today, days=Days(), parts=OWN_PARTS)


def _within(viewer: Viewer, permission: Permission, prefix: str = "person__") -> Q:
    """Rows of people under the viewer's permission."""
    within = Q(pk__in=[])
    for path in scopes(viewer, permission):
        within |= Q(**{f"{prefix}home_path__within": path})
    return within


_WITH_REQUEST = ("person", "person__home_unit", "asked_by", "decided_by")


def requests_for(viewer: Viewer) -> QuerySet[Request]:
    """Requests that the viewer may answer: of kept files, without the own one."""
    if not isinstance(viewer, User):
        return Request.objects.none()
    parts = Q(part="")
    for part, guard in GUARDS.items():
        parts |= Q(part=part) & _within(viewer, guard.permission)
    rows = Request.objects.filter(_within(viewer, Permission.PERSON_CHANGE) & parts)
    return rows.exclude(asked_by=viewer).select_related(*_WITH_REQUEST)


def own_requests(viewer: Viewer) -> QuerySet[Request]:
    """The viewer's own requests, newest first."""
    if not isinstance(viewer, User):
        return Request.objects.none()
    return Request.objects.filter(asked_by=viewer).select_related(*_WITH_REQUEST).order_by("-pk")


def get_request(viewer: Viewer, pk: int) -> Request | None:
    """Return a request that the viewer asked or may answer."""
    for rows in (own_requests(viewer), requests_for(viewer)):
        found = rows.select_related("record", "posting__post__unit").filter(pk=pk).first()
        if found is not None:
            return found
    return None


def search(rows: QuerySet[Any], values: dict[str, str]) -> QuerySet[Any]:
    """Narrow rows of people by name or file number, and by state."""
    typed = fold(values["q"])
    if typed:
        rows = rows.filter(
            Q(person__number__iexact=typed) | Q(person__name_plain__contains=plain(typed))
        )
    match values["state"]:
        case "every":
            return rows
        case "":
            return rows.filter(state__in=["waiting", "confirming"])
    return rows.filter(state=values["state"])


def proposals_for(viewer: Viewer) -> QuerySet[Proposal]:
    """Proposals about files that the viewer may read, the own one among them."""
    if not isinstance(viewer, User):
        return Proposal.objects.none()
    seen = _within(viewer, Permission.PERSON_VIEW) | Q(person=own_person(viewer))
    return Proposal.objects.filter(seen).select_related(
        "person", "person__home_unit", "proposed_by", "decided_by", "request", "record"
    )


def may_decide(viewer: Viewer, proposal: Proposal) -> bool:
    """Whether the viewer can be the second officer."""
    asked_by = proposal.request.asked_by_id if proposal.request is not None else None
    return (
        isinstance(viewer, User)
        and proposal.state == Proposal.State.WAITING
        and viewer.pk not in (proposal.proposed_by_id, asked_by)
        and may(viewer, Permission.PERSON_CHANGE, str(proposal.person.home_path))
        and own_person(viewer) != proposal.person_id
    )


def links_for(viewer: Viewer) -> QuerySet[Account]:
    """Links of accounts that the viewer proposed, may confirm or may end."""
    if not isinstance(viewer, User):
        return Account.objects.none()
    seen = _within(viewer, Permission.PERSON_CHANGE) | _within(viewer, Permission.GRANT_CONFIRM)
    return Account.objects.filter(seen).select_related(
        "user", "person", "person__home_unit", "proposed_by", "decided_by", "ended_by"
    )


def get_attachment(viewer: Viewer, token: str) -> Attachment | None:
    """Return a proof by its unguessable name, of a request that the viewer may read."""
    rows = Attachment.objects.select_related("file", "request")
    found = rows.filter(file__token=token).first()
    if found is None or get_request(viewer, found.request_id) is None:
        return None
    return found


def waiting_on(person_id: int) -> Waiting:
    """Return the marks of a file: what waits for a second officer."""
    rows = Proposal.objects.filter(person=person_id, state=Proposal.State.WAITING)
    identity: dict[str, Mark] = {}
    records: dict[int, Mark] = {}
    added = []
    for row in rows.order_by("pk"):
        href = row.get_absolute_url()
        if row.act == Proposal.Act.IDENTITY:
            for field, new in row.values["changes"].items():
                identity[field] = Mark(new, href)
            continue
        mark = Mark("; ".join(after for _label, _old, after in row.shown if after), href)
        if row.record_id is None:
            added.append((row.kind, mark))
        else:
            records[row.record_id] = mark
    return Waiting(identity, records, tuple(added))


def identity_versions(person: Person) -> list[IdentityChange]:
    """Every change of a person's identity, newest first."""
    return list(IdentityChange.objects.filter(person=person).order_by("-pk"))
