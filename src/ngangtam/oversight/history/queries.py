"""Reading the journal for screens; every list is paged by the number of the event."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.audit.models import Checkpoint, Verification
from ngangtam.foundation.audit.steps import Process
from ngangtam.foundation.kernel.days import LOCAL
from ngangtam.oversight.history.models import Line
from ngangtam.oversight.history.words import key_label, subject_label, type_label, value_words
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.kinds import guard_of
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import reach_of

PAGE: Final = 50
MOST_EXPORTED: Final = 20_000


def may_audit(viewer: Viewer) -> bool:
    return may(viewer, Permission.AUDIT_VIEW)


def lines_for(viewer: Viewer) -> QuerySet[Line]:
    """Events that the viewer may read, newest first; for one event or one subject."""
    return Line.objects.order_by("-id") if isinstance(viewer, User) else Line.objects.none()


Wish = dict[str, Any]


def wish_of(values: dict[str, str]) -> Wish:
    """Return what the filters of the journal ask for, as the database is asked."""
    wish: Wish = {}
    if since := values.get("since"):
        wish["since"] = _begin(date.fromisoformat(since)).isoformat()
    if until := values.get("until"):
        wish["until"] = _begin(date.fromisoformat(until) + timedelta(days=1)).isoformat()
    if name := values.get("actor"):
        found = User.objects.filter(Q(username__iexact=name) | Q(full_name__icontains=name))
        wish["actors"] = list(found.order_by("pk").values_list("pk", flat=True)[:100])
        wish["actor"] = name
    if kind := values.get("type"):
        wish["type"] = kind
    if subject := values.get("subject"):
        wish["subject_type"] = subject
    if about := values.get("about"):
        wish["subjects"] = _named(about)
    return wish


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _named(text: str) -> list[tuple[str, int]]:
    """What a text names: a file by its number, a unit by its code, an account, or nothing."""
    person = Person.objects.filter(number=text).values_list("pk", flat=True).first()
    unit = Unit.objects.filter(code=text).values_list("pk", flat=True).first()
    user = User.objects.filter(username=text).values_list("pk", flat=True).first()
    kinds = ("personnel.person", "organisation.unit", "access.user")
    named = [(kind, pk) for kind, pk in zip(kinds, (person, unit, user), strict=True)
             if pk is not None]  # fmt: skip
    kind, _colon, number = text.partition(":")
    if number.isdecimal() and len(number) < 19:
        named.append((kind, int(number)))
    return named


def found(
    viewer: Viewer, wish: Wish, take: int, *, before: int | None = None, after: int | None = None
) -> list[Line]:
    """Return at most `take` events, newest first; with `after`, the next newer ones.

    The database walks an index and asks what the viewer may read; the events are then read
    through the journal, which asks the same once more.
    """
    if not isinstance(viewer, User):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select ngangtam_journal(%s::jsonb, %s, %s, %s)",
            [json.dumps(wish), before, after, take],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Line.objects.filter(pk__in=ids).order_by("-id"))


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as a line of a page."""

    line: Line
    label: str
    who: str
    subject: str
    subject_label: str
    summary: str
    about: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some events in a row, and where the newer and the older ones begin."""

    rows: list[Shown]
    newer: int | None
    older: int | None


def stretch(viewer: Viewer, wish: Wish, *, before: int | None, after: int | None) -> Stretch:
    """Return one page: the events older than `before`, or newer than `after`, or the newest."""
    lines = found(viewer, wish, PAGE + 1, before=before, after=after)
    more = len(lines) > PAGE
    if after is not None:
        page = lines[-PAGE:]
        older = page[-1].id if page else after + 1
        return Stretch(shown(page, viewer), page[0].id if page and more else None, older)
    page = lines[:PAGE]
    newer = page[0].id if page and before is not None else None
    return Stretch(shown(page, viewer), newer, page[-1].id if more else None)


def shown(lines: list[Line], viewer: Viewer) -> list[Shown]:
    """Put events into words; full names rather than the names people sign in by."""
    wanted = {line.actor_id for line in lines if line.actor_id is not None}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=wanted).order_by()}
    return [
        Shown(
            line=line, label=type_label(line.type),
            who=names.get(line.actor_id or 0) or _process(line.actor),
            subject=line.subject, subject_label=subject_label(line.subject_type),
            summary=_summary(line, viewer),
            about=f"{line.subject_type}:{line.subject_id}" if line.subject_id else "",
        )
        for line in lines
    ]  # fmt: skip


def _process(name: str) -> str:
    """Return in words who acts when nobody signed in acts."""
    return _("the system itself") if name == Process().name else name


def _summary(line: Line, viewer: Viewer) -> str:
    """Return the one or two particulars that tell an event from its neighbours."""
    told = particulars(line, viewer)
    first = [value for key, _name, value in told if key in _TELLING and not value.isdecimal()]
    return " · ".join([value for value in first if value][:2])


_TELLING: Final = ("kind", "fields", "field", "part", "parts", "post", "title", "role", "unit",
                   "reason", "people", "before", "after")  # fmt: skip


def particulars(line: Line, viewer: Viewer) -> list[tuple[str, str, str]]:
    """Return (key, what it is, in words); what the viewer may not read about is left out."""
    told = line.what
    guard = guard_of(str(told.get("kind", "")))
    if guard is not None and line.path is not None and not may(viewer, guard, line.path):
        told = {"kind": told.get("kind")}
    hidden = {"before", "after"} | (set() if _keeps(line, viewer) else {"reason"})
    return [
        (key, key_label(key), value_words(key, value))
        for key, value in told.items()
        if key not in hidden
    ]


def _keeps(line: Line, viewer: Viewer) -> bool:
    """Whether the viewer may read what was said between an official and the keeper of the file."""
    if not line.type.startswith(("request.", "proposal.")) or line.actor_id == viewer.pk:
        return True
    return line.path is not None and may(viewer, Permission.PERSON_CHANGE, line.path)


def explained(told: list[tuple[str, str, str]], line: Line) -> list[tuple[str, str, str]]:
    """Return the particulars with posts by their titles; numbers of rows say nothing to people."""
    pk = line.what.get("post")
    if not isinstance(pk, int) or isinstance(pk, bool):
        return told
    title = Post.objects.filter(pk=pk).values_list("title", flat=True).first()
    return [(key, name, title if key == "post" and title else words)
            for key, name, words in told]  # fmt: skip


def compared(line: Line) -> list[tuple[str, str, str]]:
    """Return (field, before, after) where an event or the file says what changed."""
    before, after = line.what.get("before"), line.what.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        return [(_field(name), value_words(name, before.get(name)),
                 value_words(name, after.get(name))) for name in names]  # fmt: skip
    if before is not None or after is not None:
        return [("", value_words("", before), value_words("", after))]
    if line.type == "person.identity_changed" and line.readable:
        near = (line.at - timedelta(seconds=30), line.at + timedelta(seconds=1))
        rows = IdentityChange.objects.filter(
            person=line.subject_id or 0, at__range=near, field__in=line.what.get("fields", [])
        )
        return [(row.label, row.old, row.new) for row in rows.order_by("id")]
    return []


def _field(name: str) -> str:
    for model in (Post, Person, Posting, Record, Unit):
        try:
            return str(getattr(model._meta.get_field(name), "verbose_name", name)).capitalize()
        except LookupError:
            continue
    return key_label(name)


# --- where a history starts ------------------------------------------------------------------


def get_person(viewer: Viewer, number: str, today: date) -> Person | None:
    return people_for(reach_of(viewer, today)).filter(number=number).first()


def get_unit(viewer: Viewer, code: str) -> Unit | None:
    """Return the unit, to those who keep it or audit it."""
    unit = Unit.objects.filter(code=code).first()
    allowed = unit is not None and any(
        may(viewer, verb, str(unit.path))
        for verb in (Permission.UNIT_CHANGE, Permission.AUDIT_VIEW)
    )
    return unit if allowed else None


def get_user(viewer: Viewer, username: str) -> User | None:
    """Return the account, to its owner and to those who audit."""
    user = User.objects.filter(username=username).first()
    return user if user is not None and (user == viewer or may_audit(viewer)) else None


def of_record(viewer: Viewer, kind: str, pk: int, today: date) -> tuple[Any, list[Line]] | None:
    """Return a posting or record with the events of it and of what it was corrected from or to."""
    get = files.get_posting if kind == "posting" else files.get_record
    row = get(viewer, pk, today)
    if row is None:
        return None
    events = list(
        lines_for(viewer).filter(
            subject_type="personnel.person", subject_id=row.person_id, type__startswith=f"{kind}."
        )[:1000]
    )
    known = {pk}
    while True:
        linked = {
            one
            for event in events
            for one in _rows_of(event, kind)
            if _rows_of(event, kind) & known
        }
        if linked <= known:
            break
        known |= linked
    return row, [event for event in events if _rows_of(event, kind) & known]


def _rows_of(event: Line, kind: str) -> set[int]:
    return {one for key in (kind, "voided") if isinstance(one := event.what.get(key), int)}


def place_of(line: Line) -> Unit | None:
    """Return the unit in which an event happened."""
    last = (line.path or "").rpartition(".")[2]
    return Unit.objects.filter(pk=int(last)).first() if last.isdecimal() else None


def subject_url(line: Line) -> str:
    """Return the page of what an event is about, where there is one and it may be read."""
    if not line.readable or line.subject_id is None:
        return ""
    row: Person | Unit | None = None
    if line.subject_type == "personnel.person":
        row = Person.objects.filter(pk=line.subject_id).first()
    elif line.subject_type == "organisation.unit":
        row = Unit.objects.filter(pk=line.subject_id).first()
    return row.get_absolute_url() if row is not None else ""


# --- the proof -------------------------------------------------------------------------------


def checkpoints() -> QuerySet[Checkpoint]:
    return Checkpoint.objects.order_by("-id")


def last_verification() -> Verification | None:
    return Verification.objects.order_by("-id").first()
