"""After a class is decided: telling the person, publishing it inside the agency, petitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.steps import Checked, keep
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.evaluation import queries_results
from ngangtam.stages.evaluation.actions_classes import Paper, check_right, replace_class
from ngangtam.stages.evaluation.actions_cycles import Doer, allow
from ngangtam.stages.evaluation.events import EventType
from ngangtam.stages.evaluation.models import Class, Cycle, Petition, PetitionProof, Rating

MOST_FILES: Final = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What telling or publishing did; `before` were told or published earlier."""

    now: int
    before: int


@transaction.atomic(durable=True)
def notify(*, cycle_id: int, body_code: str, by: Doer) -> Told:
    """Tell everybody in an agency whose class is decided: it appears on their own pages.

    Errors: Forbidden without EVALUATION_RUN over the agency; DomainError when nobody is to be told.
    """
    cycle, body = _of(cycle_id, body_code, by)
    rows = _decided(cycle, body)
    before = rows.filter(noticed_at__isnull=False).count()
    now = _stamp(rows.filter(noticed_at__isnull=True), "noticed_at", by)
    if not now:
        raise DomainError(_("Everybody whose class is decided here has been told."))
    record(EventType.CLASSES_NOTICED, by=by, subject=body, cycle=cycle.pk, code=cycle.code,
           told=now)  # fmt: skip
    return Told(now, before)


@transaction.atomic(durable=True)
def publish(*, cycle_id: int, body_code: str, by: Doer) -> Told:
    """Publish inside an agency every class that is decided there, in one act.

    Errors: Forbidden without EVALUATION_RUN over the agency; DomainError when somebody has not been
        told of the own class yet, or nothing is to be published.
    """
    cycle, body = _of(cycle_id, body_code, by)
    rows = _decided(cycle, body)
    untold = rows.filter(noticed_at__isnull=True, person__isnull=False).count()
    if untold:
        raise DomainError(
            _("%(count)s people have not been told of their class yet: tell them first.")
            % {"count": untold}
        )
    before = rows.filter(published_at__isnull=False).count()
    now = _stamp(rows.filter(published_at__isnull=True), "published_at", by)
    if not now:
        raise DomainError(_("There is nothing to publish here."))
    record(EventType.CLASSES_PUBLISHED, by=by, subject=body, cycle=cycle.pk, code=cycle.code,
           published=now)  # fmt: skip
    return Told(now, before)


def _of(cycle_id: int, body_code: str, by: Doer) -> tuple[Cycle, Unit]:
    cycle = Cycle.objects.get(pk=cycle_id)
    body = Unit.objects.get(code=body_code)
    allow(by, Permission.EVALUATION_RUN, str(body.path))
    return cycle, body


def _decided(cycle: Cycle, body: Unit) -> "queries_results.Ratings":
    return Rating.objects.filter(cycle=cycle, sheet__body=body, replaced_at__isnull=True)


def _stamp(rows: "queries_results.Ratings", field: str, by: Doer) -> int:
    """Set an instant on every row but the own: nobody tells or publishes what is about oneself."""
    mine = own_person(by) if isinstance(by, User) else None
    others = rows.exclude(person=mine) if mine is not None else rows
    return others.update(**{field: timezone.now()})


@transaction.atomic(durable=True)
def see(*, rating_id: int, by: User) -> None:
    """Note that the person opened the own class; a second time nothing is noted.

    Errors: Forbidden for the class of another.
    """
    rating = Rating.objects.select_for_update(of=("self",)).select_related("person").get(
        pk=rating_id
    )  # fmt: skip
    if rating.person_id is None or rating.person_id != own_person(by):
        raise Forbidden(_("This is not your class."))
    if rating.noticed_at is None or rating.seen_at is not None:
        return
    rating.seen_at = timezone.now()
    rating.save(update_fields=["seen_at"])
    record(EventType.CLASS_SEEN, by=by, subject=rating.person, rating=rating.pk)


# --- petitions -----------------------------------------------------------------------------


@transaction.atomic(durable=True)
def petition(
    *, rating_id: int, text: str, files: Sequence[Checked], today: date, by: User
) -> Petition:
    """Petition against the own class, with what proves it.

    Errors: Forbidden for the class of another; DomainError without words, before one was told,
        after the days that the authority set, or when one waits already.
    """
    rating = Rating.objects.select_related("person", "cycle", "sheet").get(pk=rating_id)
    if rating.person_id is None or rating.person_id != own_person(by):
        raise Forbidden(_("Only the person petitions against the own class."))
    if not fold(text):
        raise DomainError(_("Say why the class is wrong."))
    if rating.replaced_at is not None:
        raise DomainError(_("This class was replaced; look at the new one."))
    if rating.noticed_at is None:
        raise DomainError(_("You have not been told of this class yet."))
    last = queries_results.last_day_to_petition(rating)
    if last is not None and today > last:
        raise DomainError(_("The last day for a petition was %(day)s.")
                          % {"day": f"{last:%d/%m/%Y}"})  # fmt: skip
    if len(files) > MOST_FILES:
        raise DomainError(_("At most %(most)s files prove one petition.") % {"most": MOST_FILES})
    days = queries_results.days_to_answer(rating, today)
    try:
        with transaction.atomic():
            made = Petition.objects.create(
                rating=rating, person_id=rating.person_id, path=rating.path, asked_by=by,
                text=text.strip()[:4000],
                answer_by=workdays.after(today, days) if days is not None else None,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Petition, error) from error
    kept = [
        PetitionProof.objects.create(petition=made, file=keep(one, sent_by=by.pk)).pk
        for one in files
    ]
    record(EventType.PETITION_SENT, by=by, subject=rating.person, petition=made.pk,
           rating=rating.pk, files=kept)  # fmt: skip
    return made


@transaction.atomic(durable=True)
def withdraw(*, petition_id: int, by: User) -> Petition:
    """Take back the own petition before it is answered. Errors: Forbidden; DomainError."""
    seen = Petition.objects.get(pk=petition_id)
    if seen.person_id != own_person(by):
        raise Forbidden(_("Only the person petitions against the own class."))
    made = _waiting(petition_id)
    made.state, made.decided_by, made.decided_at = Petition.State.WITHDRAWN, by, timezone.now()
    made.save(update_fields=["state", "decided_by", "decided_at"])
    record(EventType.PETITION_WITHDRAWN, by=by, subject=made.person, petition=made.pk,
           rating=made.rating_id)  # fmt: skip
    return made


@transaction.atomic(durable=True)
def uphold(*, petition_id: int, answer: str, by: User) -> Petition:
    """Answer that the class stands, and why.

    Errors: Forbidden without EVALUATION_DECIDE over the person, and for the one who decided the
        class while somebody else may answer; DomainError without a reason, or answered already.
    """
    made = _answerable(petition_id, answer, by)
    _settle(made, Petition.State.UPHELD, answer, by)
    record(EventType.PETITION_ANSWERED, by=by, subject=made.person, petition=made.pk,
           outcome=made.state, reason=fold(answer), rating=made.rating_id)  # fmt: skip
    return made


@transaction.atomic(durable=True)
def replace(*, petition_id: int, level: str, answer: str, paper: Paper, by: User) -> Rating:
    """Answer by a new class that replaces the old one, by a new document.

    Errors: as `uphold`; DomainError for the class that stands already.
    """
    made = _answerable(petition_id, answer, by)
    if level not in Class.values or level == made.rating.level:
        raise DomainError(_("Choose another class than the one that stands."))
    fresh = replace_class(rating_id=made.rating_id, level=level, reason=answer, paper=paper, by=by)
    _settle(made, Petition.State.REPLACED, answer, by)
    record(EventType.PETITION_ANSWERED, by=by, subject=made.person, petition=made.pk,
           outcome=made.state, reason=fold(answer), rating=fresh.pk, replaces=made.rating_id,
           was=made.rating.level, level=level, decision=fresh.decision_id)  # fmt: skip
    return fresh


def _waiting(petition_id: int) -> Petition:
    rows = Petition.objects.select_related("person", "rating", "rating__sheet")
    made = rows.select_for_update(of=("self",)).get(pk=petition_id)
    if made.state != Petition.State.WAITING:
        raise DomainError(_("This petition no longer waits."))
    return made


def _answerable(petition_id: int, answer: str, by: User) -> Petition:
    made = _waiting(petition_id)
    check_right(made.rating.sheet, by)
    if made.rating.decided_by_id == by.pk and another_decides(made):
        raise Forbidden(
            _("You decided this class; somebody else who may decide answers the petition.")
        )
    if not fold(answer):
        raise DomainError(_("Answer with the reason."))
    return made


def another_decides(made: Petition) -> bool:
    """Whether somebody beside the one who decided the class may answer the petition."""
    sheet = made.rating.sheet
    with connection.cursor() as cursor:
        cursor.execute(
            "select ngangtam_another_decides(%s, %s::ltree, %s, %s)",
            [made.person_id, str(made.path), sheet.head, made.rating.decided_by_id or 0],
        )
        (found,) = cursor.fetchone() or (False,)
    return bool(found)


def _settle(made: Petition, state: str, answer: str, by: User) -> None:
    made.state, made.answer = state, fold(answer)[:2000]
    made.decided_by, made.decided_at = by, timezone.now()
    made.save(update_fields=["state", "answer", "decided_by", "decided_at"])
