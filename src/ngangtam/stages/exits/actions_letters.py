"""An official's own letter of resignation: send it, withdraw it, answer it."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.records.corrections.queries import own_person
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.exits import refusing, swapping
from ngangtam.stages.exits.events import EventType
from ngangtam.stages.exits.models import Exit, Letter


@transaction.atomic(durable=True)
def send(
    *, posting_id: int, ground: str, text: str, wished: date | None, today: date, by: User
) -> Letter:
    """Send one's own letter of resignation from a leadership post.

    Shape: what the writer may not read, such as an inspection under way, refuses nothing here: it
        is shown to who takes the letter up, and refuses the case.
    Errors: Forbidden for somebody else's post; DomainError without words, for a ground that does
        not hold today, while a resignation is refused, while a dismissal is due, or twice.
    """
    me = own_person(by)
    posting = (
        Posting.objects.on(today).filter(pk=posting_id, person=me, person__isnull=False)
        .select_related("post__unit", "person").first()
    )  # fmt: skip
    if me is None or posting is None:
        raise Forbidden(_("You resign from your own post only."))
    if not posting.post.leadership:
        raise DomainError(_("One resigns from a leadership post."))
    said = text.strip()
    if not said:
        raise DomainError(_("Write your letter."))
    known = grounds(rulebook()).found.get(ground)
    if known is None or known.exit != Exit.RESIGNATION or today not in known.in_force:
        raise DomainError(_("Choose a ground that holds today."))
    if wished is not None and wished < today:
        raise DomainError(_("The day lies in the past."))
    standing = refusing.refusals(Exit.RESIGNATION, [me], today)
    if standing:
        raise DomainError(refusing.in_words(standing[0]))
    swapping.refuse(Exit.RESIGNATION, [me], today)
    unit = posting.post.unit
    try:
        with transaction.atomic():
            letter = Letter.objects.create(
                person=posting.person, unit=unit, path=str(unit.path), post=posting.post,
                ground=ground, text=said[:4000], wished=wished, sent_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError.from_constraint(Letter, error) from error
    record(EventType.LETTER_SENT, by=by, subject=posting.person, letter=letter.pk,
           post=posting.post_id, ground=ground, cites=known.cites)  # fmt: skip
    return letter


@transaction.atomic(durable=True)
def withdraw(*, letter_id: int, version: int, by: User) -> Letter:
    """Withdraw one's own letter, as long as nothing was decided.

    Errors: Forbidden for somebody else's letter; DomainError once it was decided or withdrawn.
    """
    letter = Letter.objects.select_for_update(of=("self",)).select_related("person").get(
        pk=letter_id
    )  # fmt: skip
    if letter.person_id != own_person(by):
        raise Forbidden(_("Only who wrote the letter withdraws it."))
    if letter.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    if letter.state not in (Letter.State.SENT, Letter.State.TAKEN_UP):
        raise DomainError(_("This letter was already decided or withdrawn."))
    letter.state = Letter.State.WITHDRAWN
    letter.version += 1
    letter.save(update_fields=["state", "version"])
    record(EventType.LETTER_WITHDRAWN, by=by, subject=letter.person, letter=letter.pk,
           case=letter.case_number)  # fmt: skip
    return letter


@transaction.atomic(durable=True)
def refuse(*, letter_id: int, answer: str, version: int, by: User) -> Letter:
    """Answer that a letter is not accepted, with the reason; its writer reads it.

    Errors: Forbidden without CASE_DECIDE over it or about oneself; DomainError without a reason,
        or when it no longer waits.
    """
    letter = Letter.objects.select_for_update(of=("self",)).select_related("person").get(
        pk=letter_id
    )  # fmt: skip
    require(by, Permission.CASE_DECIDE, str(letter.path))
    if letter.person_id == own_person(by):
        raise Forbidden(_("Nobody decides about himself."))
    if letter.version != version:
        raise DomainError(_("Somebody else has changed this meanwhile; look at it again."))
    if letter.state not in (Letter.State.SENT, Letter.State.TAKEN_UP):
        raise DomainError(_("This letter was already decided or withdrawn."))
    if not answer.strip():
        raise DomainError(_("Give a reason."))
    letter.state, letter.answer = Letter.State.REFUSED, answer.strip()[:1000]
    letter.answered_by, letter.answered_at = by, timezone.now()
    letter.version += 1
    letter.save(update_fields=["state", "answer", "answered_by", "answered_at", "version"])
    record(EventType.LETTER_REFUSED, by=by, subject=letter.person, letter=letter.pk,
           reason=letter.answer)  # fmt: skip
    return letter
