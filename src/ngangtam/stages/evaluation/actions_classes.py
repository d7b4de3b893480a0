"""Deciding classes: one by one with a reason, many as proposed, and replacing a wrong one.

The software proposes, the authority decides: any class may be decided against the proposal, with
a reason. Nobody decides the own class; that of a unit's head is decided from above the unit. The
database's wall says the same (`ngangtam_may_decide`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.law.engine.schemes import AUTHORITY
from ngangtam.records.organisation.models import Decision
from ngangtam.records.organisation.steps import add_decision
from ngangtam.stages.evaluation import filing
from ngangtam.stages.evaluation.actions_cycles import Doer
from ngangtam.stages.evaluation.events import EventType
from ngangtam.stages.evaluation.models import Class, Cycle, Rating, Result, Sheet
from ngangtam.stages.evaluation.queries_proposals import REFUSE, Right, caps_passed, over_cap

_KIND: Final = "rating"


class OverCapError(DomainError):
    """A cap would be passed; the authority may say that it decides so all the same."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The signed document that a decision rests on; see `records.organisation.Decision`."""

    number: str
    day: date
    body: str
    signer: str = ""

    def kept(self) -> Decision:
        """Record it, or find it. Errors: DomainError without number or body."""
        if not fold(self.number) or not fold(self.body):
            raise DomainError(_("A class is decided by a document: its number, day and body."))
        return add_decision(
            number=self.number, day=self.day, body=self.body, signer=self.signer, kind=_KIND
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """What a bulk decision did. Shape: `ties` and `unknown` wait for the authority's own choice;
    `refused` are those on whom `by` does not decide."""

    decided: int
    ties: int
    unknown: int
    refused: int


def _right(by: Doer) -> Right:
    return Right(by if isinstance(by, User) else None)


def _require(sheet: Sheet, by: Doer) -> None:
    """Errors: Forbidden, in words for the person who tried."""
    right = _right(by)
    if right.over(sheet):
        return
    if right.is_own(sheet):
        raise Forbidden(_("Nobody decides the own class."))
    raise Forbidden(_("You have no grant for this act in this unit."))


@transaction.atomic(durable=True)
def decide(
    *, sheet_id: int, level: str, reason: str, paper: Paper, by: Doer, confirmed: bool = False
) -> Rating:
    """Decide the class of one sheet.

    Shape: `confirmed` when the authority was told that a cap is passed and decides all the same.
    Errors: Forbidden; DomainError when the cycle is not closed, a class stands already, no reason
        is given for another class than the proposed one, or a cap is passed unconfirmed.
    """
    sheet = _sheet(sheet_id, by)
    result = _result(sheet)
    _check(sheet, result, level, reason, confirmed=confirmed)
    rating = _add(sheet, result, level=level, reason=reason, decision=paper.kept(), by=by)
    filing.file_ratings([rating], by=by.get_username())
    record(EventType.CLASS_DECIDED, by=by, subject=sheet.person or sheet.unit,
           cycle=sheet.cycle_id, sheet=sheet.pk, rating=rating.pk, level=level,
           proposed=result.proposed if result else "", reason=fold(reason),
           decision=rating.decision_id)  # fmt: skip
    return rating


@transaction.atomic(durable=True)
def replace(*, rating_id: int, level: str, reason: str, paper: Paper, by: Doer) -> Rating:
    """Replace a wrong class by a new decision; the old one stays, struck out.

    Errors: Forbidden; DomainError without a reason, or when it was replaced already.
    """
    rating = replace_class(rating_id=rating_id, level=level, reason=reason, paper=paper, by=by)
    sheet = rating.sheet
    old = Rating.objects.get(pk=rating_id)
    record(EventType.CLASS_REPLACED, by=by, subject=sheet.person or sheet.unit,
           cycle=sheet.cycle_id, sheet=sheet.pk, rating=rating.pk, replaces=old.pk,
           was=old.level, level=level, reason=fold(reason),
           decision=rating.decision_id)  # fmt: skip
    return rating


def replace_class(*, rating_id: int, level: str, reason: str, paper: Paper, by: Doer) -> Rating:
    """The change of `replace`, for the action that answers a petition as well; no event."""
    seen = Rating.objects.select_related("sheet").get(pk=rating_id)
    sheet = _sheet(seen.sheet_id, by)
    if not fold(reason):
        raise DomainError(_("Say why the class is replaced."))
    _known(level)
    old = Rating.objects.select_for_update().get(pk=rating_id)
    if old.replaced_at is not None:
        raise DomainError(_("This class was replaced already."))
    result = _result(sheet)
    old.replaced_at = timezone.now()
    old.save(update_fields=["replaced_at"])
    rating = _add(sheet, result, level=level, reason=reason, decision=paper.kept(), by=by)
    filing.strike(old, by=by.get_username())
    filing.file_ratings([rating], by=by.get_username())
    return rating


def check_right(sheet: Sheet, by: Doer) -> None:
    """Errors: Forbidden when `by` does not decide on this sheet."""
    _require(sheet, by)


@transaction.atomic(durable=True)
def decide_as_proposed(
    *, cycle_id: int, body_codes: Sequence[str], paper: Paper, by: Doer, scheme: str = ""
) -> Decided:
    """Decide everything in these agencies as it is proposed, by one document.

    What stands already stays. Who has no proposal (a tie, an unknown total) waits for a decision
    of its own, and so does who would fail although the points reach more: the law leaves that to
    the authority. Errors: Forbidden when `by` decides on nobody there; DomainError when the cycle
        is not closed, or nothing is to be decided.
    """
    cycle = _closed(cycle_id)
    right = _right(by)
    rows = (
        Sheet.objects.filter(cycle=cycle, body__code__in=list(body_codes))
        .exclude(state=Sheet.State.EXEMPT)
        .exclude(pk__in=Rating.objects.filter(cycle=cycle, replaced_at__isnull=True)
                 .values("sheet_id"))
        .select_related("body")
    )  # fmt: skip
    if scheme:
        rows = rows.filter(scheme=scheme)
    sheets = list(rows.order_by("pk"))
    mine = [sheet for sheet in sheets if right.over(sheet)]
    if sheets and not mine:
        raise Forbidden(_("You have no grant for this act in this unit."))
    results = {one.sheet_id: one for one in Result.objects.filter(
        run=cycle.run, cycle=cycle, sheet_id__in=[sheet.pk for sheet in mine])}  # fmt: skip
    made = _add_many(mine, results, paper, by)
    if not made:
        raise DomainError(_("There is nothing to decide as proposed."))
    filing.file_ratings(made, by=by.get_username())
    ties = sum(one.tie for one in results.values())
    done = Decided(len(made), ties, len(mine) - len(made) - ties, len(sheets) - len(mine))
    levels: dict[str, int] = {}
    for rating in made:
        levels[rating.level] = levels.get(rating.level, 0) + 1
    record(EventType.CLASSES_DECIDED, by=by, subject=cycle, code=cycle.code,
           bodies=sorted(set(body_codes)), scheme=scheme, levels=levels, run=cycle.run,
           decided=done.decided, ties=done.ties, unknown=done.unknown, refused=done.refused,
           decision=made[0].decision_id)  # fmt: skip
    return done


def _to_be_weighed(found: Result) -> bool:
    """Whether somebody would fail by a condition alone, with the points of a better class."""
    return found.proposed == Class.FAILED and found.conditions.get(AUTHORITY) == 1


def _add_many(
    sheets: Iterable[Sheet], results: dict[int, Result], paper: Paper, by: Doer
) -> list[Rating]:
    """Write the proposed classes; none where nothing is proposed or a person has to weigh."""
    chosen = [sheet for sheet in sheets
              if (found := results.get(sheet.pk)) is not None and found.proposed
              and not _to_be_weighed(found)]  # fmt: skip
    if not chosen:
        return []
    decision = paper.kept()
    user = by if isinstance(by, User) else None
    made = [
        Rating(
            sheet=sheet, cycle_id=sheet.cycle_id, person_id=sheet.person_id, path=sheet.path,
            body_path=sheet.body.path, level=results[sheet.pk].proposed,
            total=results[sheet.pk].total, decision=decision, decided_by=user,
        )
        for sheet in chosen
    ]  # fmt: skip
    try:
        with transaction.atomic():
            return Rating.objects.bulk_create(made, batch_size=2000)
    except IntegrityError as error:
        raise DomainError.from_constraint(Rating, error) from error


def _sheet(sheet_id: int, by: Doer) -> Sheet:
    sheet = (
        Sheet.objects.select_related("cycle", "person", "unit", "body").filter(pk=sheet_id).get()
    )
    _require(sheet, by)
    _closed(sheet.cycle_id)
    return sheet


def _closed(cycle_id: int) -> Cycle:
    """Return a closed cycle, kept from being reopened until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select state from ngangtam_hold_cycle(%s)", [cycle_id])
    cycle = Cycle.objects.select_related("unit").get(pk=cycle_id)
    if cycle.state != Cycle.State.CLOSED:
        raise DomainError(_("Classes are decided once the cycle is closed."))
    return cycle


def _result(sheet: Sheet) -> Result | None:
    return Result.objects.filter(sheet=sheet, run=F("cycle__run")).first()


def _known(level: str) -> None:
    if level not in Class.values:
        raise DomainError(_("There is no class called %s.") % level)


def _check(
    sheet: Sheet, result: Result | None, level: str, reason: str, *, confirmed: bool
) -> None:
    _known(level)
    if sheet.state == Sheet.State.EXEMPT:
        raise DomainError(_("This person is not rated in the cycle."))
    if (result is None or result.proposed != level) and not fold(reason):
        raise DomainError(_("This is not the proposed class: say why."))
    if level != Class.EXCELLENT or (result is not None and result.proposed == level):
        return
    passed = caps_passed(sheet)
    if passed and over_cap(sheet.scheme, sheet.cycle) == REFUSE:
        raise DomainError(_("With this one more, the cap on excellent is passed."))
    if passed and not confirmed:
        raise OverCapError(
            _("With this one more, the cap on excellent is passed. Confirm that the authority"
              " decides so all the same.")
        )  # fmt: skip


def _add(
    sheet: Sheet, result: Result | None, *, level: str, reason: str, decision: Decision, by: Doer
) -> Rating:
    try:
        with transaction.atomic():
            return Rating.objects.create(
                sheet=sheet, cycle_id=sheet.cycle_id, person_id=sheet.person_id, path=sheet.path,
                body_path=sheet.body.path, level=level, total=result.total if result else None,
                reason=fold(reason)[:1000], decision=decision,
                decided_by=by if isinstance(by, User) else None,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Rating, error) from error
