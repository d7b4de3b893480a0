"""What is done with a sheet: own points, confirming, returning, reopening, who is not rated.

One order in every action: the permission, the cycle (held until the transaction ends, so that a
lock or a deadline falls before it or after it, never between), the sheet, its version, its state.
The deadline is decided by the database's clock, by the moment at which the transaction began.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.reasons import given
from ngangtam.foundation.kernel.rows import update_many
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui import formats
from ngangtam.stages.evaluation.criteria import ORGANISING, UNITING, Frame, frame_of
from ngangtam.stages.evaluation.events import EventType
from ngangtam.stages.evaluation.models import Cycle, Sheet
from ngangtam.stages.evaluation.refusals import SheetRefusedError, audited
from ngangtam.stages.evaluation.rights import Scoring
from ngangtam.stages.evaluation.steps import why_shut

State = Sheet.State
SENDABLE: Final = (State.OPEN, State.REPORTED, State.RETURNED)
FLAGS: Final = ("shortcomings_fixed", "degradation_concluded", "unit_in_corruption_or_waste")
_SCORED: Final = (
    "points", "general_points", ORGANISING, UNITING, *FLAGS, "answer", "state", "confirmed_by",
    "confirmed_at", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnScores:
    """What a person says. Shape: `points` by criterion; a leader's own per cent among them."""

    points: Mapping[str, object]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the head confirms. Shape: `points` by criterion, a leader's per cent among them; a
    flag that is None stays unknown."""

    points: Mapping[str, object]
    shortcomings_fixed: bool | None = None
    degradation_concluded: bool | None = None
    unit_in_corruption_or_waste: bool | None = None
    remark: str = ""


@dataclass(slots=True)
class Outcome:
    """What a bulk act did: ids that are done, and why the others are not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A cycle that stays as it is until the transaction ends, and the database's clock."""

    cycle: Cycle
    day: date
    at: datetime


def _hold(cycle_id: int, on: date | None = None) -> Held:
    with connection.cursor() as cursor:
        cursor.execute("select day, at from ngangtam_hold_cycle(%s)", [cycle_id])
        day, at = cursor.fetchone()
    # Read anew: what is known of the cycle may be older than the wait.
    return Held(Cycle.objects.select_related("unit").get(pk=cycle_id), on or day, at)


def frame_of_sheet(sheet: Sheet, cycle: Cycle) -> Frame:
    """Return what may be entered on the sheet."""
    last = cycle.until - timedelta(days=1)
    return frame_of(sheet.scheme, last, leader=sheet.leader)


# --- the person -----------------------------------------------------------------------------


@audited
@transaction.atomic(durable=True)
def report(*, sheet_id: int, version: int, own: OwnScores, by: User) -> Sheet:
    """Send the own points by criterion and a note; may be sent anew until the day for it.

    A sheet that was returned may be sent until the day on which heads confirm.
    Errors: Forbidden for anybody but the person (for a unit: its head); DomainError for points
        that the scheme does not allow, a stale version, a locked cycle, or after the day.
    """
    sheet, held = _begin(sheet_id, version, by, lambda scoring, seen: scoring.speaks_for(seen))
    _sendable(sheet, held)
    _say(sheet, own, held)
    sheet.save(update_fields=["own_points", "own_note", "own_at", "state", "version"])
    record(EventType.SHEET_REPORTED, by=by, subject=sheet, cycle=held.cycle.code,
           points=sheet.own_points)  # fmt: skip
    return sheet


@transaction.atomic(durable=True)
def report_many(
    *, cycle_id: int, own: Mapping[int, OwnScores], by: User, on: date | None = None
) -> Outcome:
    """Enter the own points that people handed in on paper. `own` is by the id of the sheet.

    Shape: `on` is the day on which they were handed in, today by the database when not given. The
        web's role cannot do this: there everybody speaks for oneself.
    Errors: Forbidden without EVALUATION_RUN over a sheet; what one sheet does not allow is told
        in the outcome.
    """
    held, outcome = _hold(cycle_id, on), Outcome()
    scoring, done = Scoring(by), []
    for sheet in _locked(cycle_id, own):
        if not scoring.settles(sheet):
            raise Forbidden(_("You have no grant for this act in this unit."))
        try:
            _sendable(sheet, held)
            _say(sheet, own[sheet.pk], held)
            done.append(sheet)
        except DomainError as error:
            outcome.refused[sheet.pk] = error.messages[0]
    update_many(done, ["own_points", "own_note", "own_at", "state", "version"])
    outcome.done = [sheet.pk for sheet in done]
    record(EventType.SHEETS_REPORTED, by=by, subject=held.cycle.unit, cycle=held.cycle.code,
           sent=len(done), refused=len(outcome.refused))  # fmt: skip
    return outcome


def _sendable(sheet: Sheet, held: Held) -> None:
    _open(sheet, held)
    if sheet.state not in SENDABLE:
        raise _refused(sheet, "state", _not_any_more(sheet))
    last = held.cycle.confirm_by if sheet.state == State.RETURNED else held.cycle.report_by
    _in_time(sheet, held, last, _("Own points were taken until %(day)s."))


def _say(sheet: Sheet, own: OwnScores, held: Held) -> None:
    frame = frame_of_sheet(sheet, held.cycle)
    points = {**frame.read_points(own.points), **frame.read_percents(own.points)}
    missing = [entry.label for entry in frame.entries if entry.id not in points]
    if missing:
        raise DomainError(_("Give points for: %(labels)s.") % {"labels": "; ".join(missing)})
    sheet.own_points = {key: float(value) for key, value in points.items()}
    sheet.own_note, sheet.own_at = fold(own.note)[:2000], held.at
    sheet.state, sheet.version = State.REPORTED, sheet.version + 1


# --- the head -------------------------------------------------------------------------------


@audited
@transaction.atomic(durable=True)
def confirm(*, sheet_id: int, version: int, scores: Scores, by: User) -> Sheet:
    """Confirm the general points and what else only a head can say.

    A sheet that nobody sent is confirmed once the day for own points has passed.
    Errors: Forbidden unless `by` may score the sheet (nobody the own; a head's and a unit's only
        from above); DomainError as in `report`.
    """
    sheet, held = _begin(sheet_id, version, by, _scores)
    _confirmable(sheet, held)
    _score(sheet, scores, held, by)
    sheet.save(update_fields=list(_SCORED))
    record(EventType.SHEET_CONFIRMED, by=by, subject=sheet, cycle=held.cycle.code,
           points=sheet.points, general=float(sheet.general_points or 0))  # fmt: skip
    return sheet


@transaction.atomic(durable=True)
def confirm_many(
    *, cycle_id: int, scores: Mapping[int, Scores], by: User,
    versions: Mapping[int, int] | None = None, on: date | None = None,
) -> Outcome:  # fmt: skip
    """Confirm several sheets at once. `scores` and `versions` are by the id of the sheet.

    Shape: one sheet that cannot be confirmed does not stop the others: the outcome says why.
        `on` is the day on which they were confirmed, today by the database when not given.
    Errors: Forbidden when `by` may not score one of them: then nothing is confirmed.
    """
    held, outcome = _hold(cycle_id, on), Outcome()
    scoring, done = Scoring(by), []
    for sheet in _locked(cycle_id, scores):
        scoring.require(sheet)
        try:
            if versions is not None:
                _current(sheet, versions.get(sheet.pk, 0))
            _confirmable(sheet, held)
            _score(sheet, scores[sheet.pk], held, by)
            done.append(sheet)
        except DomainError as error:
            outcome.refused[sheet.pk] = error.messages[0]
    update_many(done, _SCORED)
    outcome.done = [sheet.pk for sheet in done]
    record(
        EventType.SHEETS_CONFIRMED, by=by, subject=held.cycle.unit, cycle=held.cycle.code,
        confirmed=len(done), refused=len(outcome.refused), sheets=outcome.done,
    )  # fmt: skip
    return outcome


@audited
@transaction.atomic(durable=True)
def send_back(*, sheet_id: int, version: int, reason: str, by: User) -> Sheet:
    """Return a sheet to the person, who reads why and sends it again. Errors: as `confirm`."""
    sheet, held = _begin(sheet_id, version, by, _scores)
    _open(sheet, held)
    if sheet.state != State.REPORTED:
        raise _refused(sheet, "state", _("Only a sheet that was sent can be returned."))
    _in_time(sheet, held, held.cycle.confirm_by, _("Sheets were confirmed until %(day)s."))
    sheet.state, sheet.answer = State.RETURNED, given(reason, _("Say why: the person reads it."))
    sheet.version += 1
    sheet.save(update_fields=["state", "answer", "version"])
    record(EventType.SHEET_RETURNED, by=by, subject=sheet, cycle=held.cycle.code,
           reason=sheet.answer)  # fmt: skip
    return sheet


@audited
@transaction.atomic(durable=True)
def reopen(*, sheet_id: int, version: int, reason: str, by: User) -> Sheet:
    """Open a confirmed sheet again, to be confirmed anew; what was confirmed stays as a draft.

    Errors: as `confirm`; DomainError without a reason.
    """
    sheet, held = _begin(sheet_id, version, by, _scores)
    _open(sheet, held)
    if sheet.state != State.CONFIRMED:
        raise _refused(sheet, "state", _("Only a confirmed sheet can be reopened."))
    _in_time(sheet, held, held.cycle.confirm_by, _("Sheets were confirmed until %(day)s."))
    sheet.state = State.REPORTED if sheet.own_at else State.OPEN
    sheet.answer = given(reason)
    before = sheet.confirmed_by.get_username() if sheet.confirmed_by else ""
    sheet.confirmed_by, sheet.confirmed_at = None, None
    sheet.version += 1
    sheet.save(update_fields=["state", "answer", "confirmed_by", "confirmed_at", "version"])
    record(EventType.SHEET_REOPENED, by=by, subject=sheet, cycle=held.cycle.code,
           reason=sheet.answer, confirmed_by=before)  # fmt: skip
    return sheet


def _scores(scoring: Scoring, sheet: Sheet) -> bool:
    scoring.require(sheet)
    return True


def _confirmable(sheet: Sheet, held: Held) -> None:
    _open(sheet, held)
    if sheet.state not in SENDABLE:
        raise _refused(sheet, "state", _not_any_more(sheet))
    _in_time(sheet, held, held.cycle.confirm_by, _("Sheets were confirmed until %(day)s."))
    if sheet.own_at is None and held.day <= held.cycle.report_by:
        raise DomainError(
            _("The own points may still be sent until %(day)s; confirm after that.")
            % {"day": formats.day(held.cycle.report_by)}
        )


def _score(sheet: Sheet, scores: Scores, held: Held, by: User) -> None:
    frame = frame_of_sheet(sheet, held.cycle)
    points, percents = frame.read_points(scores.points), frame.read_percents(scores.points)
    given = {**points, **percents}
    missing = [entry.label for entry in frame.entries if entry.id not in given]
    if missing:
        raise DomainError(_("Give points for: %(labels)s.") % {"labels": "; ".join(missing)})
    sheet.points = {key: float(value) for key, value in points.items()}
    sheet.general_points = sum(points.values(), Decimal(0)) if frame.parts else None
    sheet.organising_percent = percents.get(ORGANISING)
    sheet.uniting_percent = percents.get(UNITING)
    for flag in FLAGS:
        setattr(sheet, flag, getattr(scores, flag))
    sheet.answer = fold(scores.remark)[:1000]
    sheet.state, sheet.confirmed_by, sheet.confirmed_at = State.CONFIRMED, by, held.at
    sheet.version += 1


# --- the personnel office -------------------------------------------------------------------


@audited
@transaction.atomic(durable=True)
def exempt(*, sheet_id: int, version: int, reason: str, by: User) -> Sheet:
    """Say that somebody is not rated in this cycle, and why.

    Errors: Forbidden without EVALUATION_RUN there, and for the own sheet; DomainError for a
        confirmed sheet, which its head reopens first, or once the cycle is closed.
    """
    sheet, held = _begin(sheet_id, version, by, _settles)
    _not_closed(sheet, held)
    if sheet.state not in SENDABLE:
        raise _refused(sheet, "state", _not_any_more(sheet))
    sheet.state = State.EXEMPT
    sheet.exempt_reason = given(reason, most=300)
    sheet.version += 1
    sheet.save(update_fields=["state", "exempt_reason", "version"])
    record(EventType.SHEET_EXEMPTED, by=by, subject=sheet, cycle=held.cycle.code,
           reason=sheet.exempt_reason)  # fmt: skip
    return sheet


@audited
@transaction.atomic(durable=True)
def rate_again(*, sheet_id: int, version: int, by: User) -> Sheet:
    """Take back that somebody is not rated. Errors: as `exempt`."""
    sheet, held = _begin(sheet_id, version, by, _settles)
    _not_closed(sheet, held)
    if sheet.state != State.EXEMPT:
        raise _refused(sheet, "state", _("This person is rated."))
    before, sheet.exempt_reason = sheet.exempt_reason, ""
    sheet.state = State.REPORTED if sheet.own_at else State.OPEN
    sheet.version += 1
    sheet.save(update_fields=["state", "exempt_reason", "version"])
    record(EventType.SHEET_CHANGED, by=by, subject=sheet, cycle=held.cycle.code,
           rated=True, before=before)  # fmt: skip
    return sheet


@audited
@transaction.atomic(durable=True)
def set_particulars(
    *, sheet_id: int, version: int, months_worked: Decimal | None, group: str,
    outstanding: bool | None, by: User,
) -> Sheet:  # fmt: skip
    """Set the months worked, the similar-task group, and whether the body was outstanding.

    Units: months, one decimal. Errors: as `exempt`.
    """
    sheet, held = _begin(sheet_id, version, by, _settles)
    _not_closed(sheet, held)
    if months_worked is not None and not 0 <= months_worked <= 12:
        raise DomainError(_("Months worked lie between 0 and 12."))
    changed: dict[str, Any] = {}
    for name, value in (
        ("months_worked", months_worked), ("group", fold(group)[:60]), ("outstanding", outstanding)
    ):  # fmt: skip
        if getattr(sheet, name) != value:
            changed[name] = str(value) if isinstance(value, Decimal) else value
            setattr(sheet, name, value)
    if not changed:
        raise DomainError(_("Nothing would change."))
    sheet.version += 1
    sheet.save(update_fields=["months_worked", "group", "outstanding", "version"])
    record(EventType.SHEET_CHANGED, by=by, subject=sheet, cycle=held.cycle.code, **changed)
    return sheet


@audited
@transaction.atomic(durable=True)
def set_groups(
    *, cycle_id: int, versions: Mapping[int, int], group: str, by: User
) -> Outcome:  # fmt: skip
    """Put several sheets into one similar-task group; one that changed since is left out.

    Shape: `versions` sheet → the version that the page showed.
    Errors: Forbidden when `by` settles none of them; DomainError once the cycle is closed.
    """
    scoring, outcome = Scoring(by), Outcome()
    held = _hold(cycle_id)
    if held.cycle.state == Cycle.State.CLOSED:
        raise DomainError(why_shut(held.cycle))
    seen = Sheet.objects.filter(cycle=cycle_id, pk__in=list(versions))
    mine = [sheet.pk for sheet in seen if scoring.settles(sheet)]
    if not mine:
        raise Forbidden(_("This act on this sheet is somebody else's."))
    named, done = fold(group)[:60], []
    for sheet in _locked(cycle_id, mine):
        if sheet.version != versions[sheet.pk]:
            why = _("Somebody else has changed this sheet meanwhile; look at it again.")
            outcome.refused[sheet.pk] = why
        elif sheet.state not in SENDABLE:
            outcome.refused[sheet.pk] = _not_any_more(sheet)
        elif sheet.group != named:
            sheet.group, sheet.version = named, sheet.version + 1
            done.append(sheet)
    update_many(done, ("group", "version"))
    outcome.done = [sheet.pk for sheet in done]
    record(
        EventType.GROUPS_SET, by=by, subject=held.cycle.unit, cycle=held.cycle.code, group=named,
        sheets=outcome.done, refused=len(outcome.refused),
    )  # fmt: skip
    return outcome


def _settles(scoring: Scoring, sheet: Sheet) -> bool:
    return scoring.settles(sheet)


# --- what they share ------------------------------------------------------------------------


def _begin(sheet_id: int, version: int, by: User, allowed: Any) -> tuple[Sheet, Held]:
    """Return the sheet, locked, and its cycle, held, once it is sure that `by` may act on it."""
    seen = Sheet.objects.only("cycle", "person", "path", "head").get(pk=sheet_id)
    # Before the lock, which the wall gives only to those who may.
    if not allowed(Scoring(by), seen):
        raise Forbidden(_("This act on this sheet is somebody else's."))
    held = _hold(seen.cycle_id)
    rows = Sheet.objects.select_related("person", "unit")
    sheet = rows.select_for_update(of=("self",)).get(pk=sheet_id)
    sheet.cycle = held.cycle
    _current(sheet, version)
    return sheet, held


def _locked(cycle_id: int, wanted: Iterable[int]) -> list[Sheet]:
    """Return the sheets of the cycle, locked in one order, so that two bulk acts never cross."""
    rows = Sheet.objects.filter(cycle=cycle_id, pk__in=list(wanted)).order_by("pk")
    return list(rows.select_for_update())


def _current(sheet: Sheet, version: int) -> None:
    if sheet.version == version:
        return
    at = max((one for one in (sheet.own_at, sheet.confirmed_at) if one), default=None)
    if at is None:
        message = _("Somebody else has changed this sheet meanwhile; look at it again.")
    else:
        message = _("Somebody else has changed this sheet, last at %(at)s; look at it again.") % {
            "at": formats.moment(at)
        }
    raise _refused(sheet, "stale", message)


def _open(sheet: Sheet, held: Held) -> None:
    if held.cycle.state != Cycle.State.OPEN:
        why = "closed" if held.cycle.state == Cycle.State.CLOSED else "locked"
        raise _refused(sheet, why, why_shut(held.cycle))


def _not_closed(sheet: Sheet, held: Held) -> None:
    if held.cycle.state == Cycle.State.CLOSED:
        raise _refused(sheet, "closed", why_shut(held.cycle))


def _in_time(sheet: Sheet, held: Held, last: date, words: str) -> None:
    if held.day > last:
        raise _refused(sheet, "late", words % {"day": formats.day(last)})


def _refused(sheet: Sheet, why: Any, message: str) -> SheetRefusedError:
    return SheetRefusedError(message, why=why, sheet=sheet)


def _not_any_more(sheet: Sheet) -> str:
    if sheet.state == State.EXEMPT:
        return _("This person is not rated in this cycle: %(why)s") % {"why": sheet.exempt_reason}
    return _("This sheet is confirmed; whoever confirmed it may reopen it with a reason.")
