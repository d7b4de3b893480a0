"""What is done with an examination before and after the marks: announce, enter, publish."""

from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import Post
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import own_person
from ngangtam.stages.appointment import marking, schemes
from ngangtam.stages.appointment.events import EventType
from ngangtam.stages.appointment.models import Complaint, Entrant, Examination, Juror
from ngangtam.stages.appointment.ranking import first_of


@transaction.atomic(durable=True)
def announce(
    *, post_id: int, scheme_id: str, title: str, entries_until: date, today: date, by: User
) -> Examination:
    """Announce an examination for a post, by a scheme of this instance as it stands now.

    Errors: Forbidden without CASE_RUN over the post; DomainError when there is no such scheme, the
        last day has passed, or nothing is named.
    """
    post = Post.objects.select_related("unit").get(pk=post_id)
    require(by, Permission.CASE_RUN, str(post.unit.path))
    written = schemes.schemes().get(scheme_id)
    if written is None:
        raise DomainError(_("There is no such scheme in the rulebook of this instance."))
    if not fold(title):
        raise DomainError(_("Say what the case is about."))
    if entries_until < today:
        raise DomainError(_("The last day has passed."))
    made = Examination.objects.create(
        unit=post.unit, path=post.unit.path, post=post, title=fold(title)[:300],
        scheme_id=scheme_id, scheme=written.as_json(), entries_until=entries_until,
        announced_by=by,
    )  # fmt: skip
    record(EventType.EXAM_ANNOUNCED, by=by, subject=made, place=str(post.unit.path),
           scheme=scheme_id, basis=written.basis, post=str(post))  # fmt: skip
    return made


def locked(examination_id: int, version: int | None = None) -> Examination:
    """Return an examination that nobody else changes meanwhile.

    Errors: DomainError when somebody else has changed it since `version`.
    """
    rows = Examination.objects.select_for_update(of=("self",)).select_related("unit", "post")
    found = rows.get(pk=examination_id)
    if version is not None and found.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    return found


def saved(examination: Examination, *fields: str) -> None:
    examination.version += 1
    examination.save(update_fields=[*fields, "version"])


def _open(examination_id: int, by: User) -> Examination:
    found = locked(examination_id)
    require(by, Permission.CASE_RUN, str(found.path))
    if found.state != Examination.State.OPEN:
        raise DomainError(_("Entries are closed; the examination has begun."))
    return found


@transaction.atomic(durable=True)
def name_juror(*, examination_id: int, username: str, chair: bool, by: User) -> Juror:
    """Put an account on the council.

    Errors: Forbidden without CASE_RUN there, or for oneself; DomainError for an account that is
        not there or closed, a second chair, a candidate, or a relative of one.
    """
    exam = _open(examination_id, by)
    user = User.objects.filter(username=username.strip().lower(), is_active=True).first()
    if user is None:
        raise DomainError(_("There is no open account of this name."))
    if user.pk == by.pk:
        raise Forbidden(_("Who runs the examination does not sit on its council."))
    if chair and exam.jurors.filter(chair=True).exists():
        raise DomainError(_("The council has a chair already."))
    _refuse_tied(exam, account=user.pk)
    try:
        with transaction.atomic():
            juror = Juror.objects.create(examination=exam, user=user, chair=chair)
    except IntegrityError as error:
        raise DomainError.from_constraint(Juror, error) from error
    record(EventType.JUROR_NAMED, by=by, subject=exam, juror=user.username, chair=chair)
    return juror


def _refuse_tied(
    exam: Examination, *, account: int | None = None, person: int | None = None
) -> None:
    """Errors: DomainError when an account is tied to a candidate, or a person to a juror."""
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_exam_tied(%s, %s, %s)", [exam.pk, account, person])
        (tied,) = cursor.fetchone()
    if tied == "own":
        raise DomainError(_("Nobody marks an examination in which he or she competes."))
    if tied:
        raise DomainError(_("A relative of a candidate does not sit on the council."))


@transaction.atomic(durable=True)
def enter(*, examination_id: int, number: str, today: date, by: User) -> Entrant:
    """Enter a candidate by file number; people outside of the plan and from elsewhere, too.

    Errors: Forbidden without CASE_RUN there, or for oneself; DomainError after the last day, for
        a file that is not there, a juror or a relative of one.
    """
    exam = _open(examination_id, by)
    if today > exam.entries_until:
        raise DomainError(_("The last day has passed."))
    person = Person.objects.filter(number=number.strip().upper(), voided_at=None).first()
    if person is None:
        raise DomainError(_("There is no file with the number %s.") % number)
    if person.pk == own_person(by):
        raise Forbidden(_("Nobody enters himself or herself; the office does."))
    _refuse_tied(exam, person=person.pk)
    try:
        with transaction.atomic():
            entrant = Entrant.objects.create(
                examination=exam, person=person, name=person.full_name,
                headline=person.headline, entered_by=by,
            )  # fmt: skip

    except IntegrityError as error:
        raise DomainError.from_constraint(Entrant, error) from error
    record(EventType.ENTERED, by=by, subject=exam, person=person.pk, name=person.full_name)
    return entrant


@transaction.atomic(durable=True)
def leave(*, entrant_id: int, barred: bool, reason: str, by: User) -> Entrant:
    """Note that a candidate withdrew (says the candidate or the office), or is not admitted.

    Errors: Forbidden for others; DomainError without a reason, after the result, or, for not being
        admitted, once the rounds have begun.
    """
    row = Entrant.objects.select_related("person").get(pk=entrant_id)
    exam = Examination.objects.get(pk=row.examination_id)
    mine = row.person_id == own_person(by)
    if barred or not mine:
        require(by, Permission.CASE_RUN, str(exam.path))
    if barred and mine:
        raise Forbidden(_("Nobody changes the own file; ask for a correction instead."))
    entrant = Entrant.objects.select_for_update(of=("self",)).get(pk=entrant_id)
    if entrant.state != Entrant.State.IN:
        raise DomainError(_("This candidate has left already."))
    if exam.state not in (Examination.State.OPEN, Examination.State.RUNNING):
        raise DomainError(_("The result is published."))
    if barred and exam.state != Examination.State.OPEN:
        raise DomainError(_("Entries are closed; the examination has begun."))
    if not fold(reason):
        raise DomainError(_("Give a reason."))
    entrant.state = Entrant.State.BARRED if barred else Entrant.State.WITHDRAWN
    entrant.reason = fold(reason)[:500]
    entrant.save(update_fields=["state", "reason"])
    record(EventType.BARRED if barred else EventType.WITHDRAWN, by=by, subject=exam,
           person=row.person_id, reason=entrant.reason)  # fmt: skip
    return entrant


@transaction.atomic(durable=True)
def start(*, examination_id: int, version: int, by: User) -> Examination:
    """Close the entries and begin with the first round.

    Errors: Forbidden without CASE_RUN; DomainError without candidates, a chair, or as many jurors
        as the scheme asks for.
    """
    exam = locked(examination_id, version)
    require(by, Permission.CASE_RUN, str(exam.path))
    if exam.state != Examination.State.OPEN:
        raise DomainError(_("Entries are closed; the examination has begun."))
    if not exam.entrants.filter(state=Entrant.State.IN).exists():
        raise DomainError(_("Nobody has entered yet."))
    needed = int(exam.scheme["council"])
    if exam.jurors.count() < needed or not exam.jurors.filter(chair=True).exists():
        raise DomainError(
            _("The scheme asks for a council of %(count)s with a chair.") % {"count": needed}
        )
    exam.state = Examination.State.RUNNING
    saved(exam, "state")
    record(EventType.EXAM_STARTED, by=by, subject=exam, jurors=exam.jurors.count(),
           candidates=exam.entrants.filter(state=Entrant.State.IN).count())  # fmt: skip
    return exam


@transaction.atomic(durable=True)
def cancel(*, examination_id: int, reason: str, version: int, by: User) -> Examination:
    """Cancel an examination with a reason; nothing of it is removed.

    Errors: Forbidden without CASE_RUN; DomainError without a reason or after the result.
    """
    exam = locked(examination_id, version)
    require(by, Permission.CASE_RUN, str(exam.path))
    if exam.state not in (Examination.State.OPEN, Examination.State.RUNNING):
        raise DomainError(_("The result is published."))
    if not fold(reason):
        raise DomainError(_("Give a reason."))
    exam.state, exam.reason = Examination.State.CANCELLED, fold(reason)[:1000]
    saved(exam, "state", "reason")
    record(EventType.EXAM_CANCELLED, by=by, subject=exam, reason=exam.reason)
    return exam


@transaction.atomic(durable=True)
def publish(
    *, examination_id: int, chosen: int | None, reason: str, version: int, today: date, by: User
) -> Examination:
    """Publish the order and who is proposed: who stands first, or, of several equals, the one whom
    the authority chooses with a reason. It appoints nobody.

    Shape: `chosen` is a person, None when nobody passed.
    Errors: Forbidden without CASE_DECIDE, or in the own examination; DomainError while a round is
        open, for a choice that does not stand first, or a choice between equals without a reason.
    """
    exam = locked(examination_id, version)
    require(by, Permission.CASE_DECIDE, str(exam.path))
    if exam.entrants.filter(person=own_person(by)).exists() or exam.jurors.filter(user=by).exists():
        raise Forbidden(_("Who competes or marks does not publish the result."))
    if exam.state != Examination.State.RUNNING or not marking.is_complete(exam):
        raise DomainError(_("A round is still open; its chair closes it first."))
    lines = marking.lines(exam)
    first = first_of(lines)
    if (chosen is None) != (not first) or (chosen is not None and chosen not in first):
        raise DomainError(_("Only who stands first is proposed."))
    if len(first) > 1 and not fold(reason):
        raise DomainError(_("Several stand first; say why this one."))
    exam.state = Examination.State.PUBLISHED
    exam.result, exam.chosen_id = marking.as_json(exam, lines), chosen
    exam.reason, exam.published_by, exam.published_on = fold(reason)[:1000], by, today
    saved(exam, "state", "result", "chosen", "reason", "published_by", "published_on")
    record(EventType.EXAM_PUBLISHED, by=by, subject=exam, chosen=chosen, first=list(first),
           reason=exam.reason, order=[line.candidate for line in lines])  # fmt: skip
    return exam


@transaction.atomic(durable=True)
def complain(*, examination_id: int, text: str, today: date, by: User) -> Complaint:
    """File a complaint about a result: the candidate alone, within the days of the scheme.

    Errors: Forbidden for others; DomainError before the result, after the last day, without words,
        or while another of the same candidate waits.
    """
    exam = Examination.objects.get(pk=examination_id)
    entrant = Entrant.objects.filter(examination=exam, person=own_person(by)).first()
    if entrant is None:
        raise Forbidden(_("Only a candidate complains about the result."))
    if exam.published_on is None:
        raise DomainError(_("There is no result yet."))
    if today > complaint_until(exam):
        raise DomainError(_("The last day has passed."))
    if not fold(text):
        raise DomainError(_("Say what is wrong."))
    try:
        with transaction.atomic():
            made = Complaint.objects.create(
                entrant=entrant, text=text.strip()[:4000], filed_on=today, filed_by=by,
                due=workdays.after(today, int(exam.scheme["answer_days"])),
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Complaint, error) from error
    record(EventType.COMPLAINED, by=by, subject=exam, complaint=made.pk)
    return made


def complaint_until(exam: Examination) -> date:
    """Return the last day for a complaint. Units: working days of the scheme."""
    if exam.published_on is None:
        raise DomainError(_("There is no result yet."))
    return workdays.after(exam.published_on, int(exam.scheme["complaint_days"]))


@transaction.atomic(durable=True)
def answer_complaint(
    *, complaint_id: int, upheld: bool, answer: str, today: date, by: User
) -> Complaint:
    """Answer a complaint. An upheld one changes no mark: the authority acts on it by a new
    examination or a decision of its own.

    Errors: Forbidden without CASE_DECIDE there, for a juror, or for one's own; DomainError when it
        is answered already or nothing is said.
    """
    row = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
    exam = Examination.objects.get(entrants=row.entrant_id)
    require(by, Permission.CASE_DECIDE, str(exam.path))
    if row.filed_by_id == by.pk or exam.jurors.filter(user=by).exists():
        raise Forbidden(_("Who complained or marked does not answer the complaint."))
    if row.answered_on is not None:
        raise DomainError(_("This complaint is answered."))
    if not fold(answer):
        raise DomainError(_("Say why."))
    row.answer, row.upheld = answer.strip()[:4000], upheld
    row.answered_on, row.answered_by = today, by
    row.save(update_fields=["answer", "upheld", "answered_on", "answered_by"])
    record(EventType.COMPLAINT_ANSWERED, by=by, subject=exam, complaint=row.pk, upheld=upheld)
    return row
