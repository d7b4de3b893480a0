"""Verbs on the link between an account and a person: two officers, as for a role."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may, require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.foundation.kernel.text import fold
from ngangtam.records.corrections.events import EventType
from ngangtam.records.corrections.models import Account
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.reach import refuse_own


@transaction.atomic(durable=True)
def propose_link(*, person_id: int, username: str, reason: str, by: User) -> Account:
    """Say whose account it is; it reads nothing until another person confirms.

    Errors: Forbidden without PERSON_CHANGE over the person; DomainError for an unknown or closed
        account, for one's own, or when either is linked already.
    """
    person = Person.objects.get(pk=person_id)
    require(by, Permission.PERSON_CHANGE, person.home_path)
    refuse_own(person_id, by)
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise DomainError(_("There is no open account of this name."))
    if not fold(reason):
        raise DomainError(_("Say how you know whose account it is."))
    try:
        with transaction.atomic():
            link = Account.objects.create(
                user=user, person=person, reason=fold(reason)[:300], proposed_by=by
            )
    except IntegrityError as error:
        raise DomainError.from_constraint(Account, error) from error
    record(EventType.LINK_PROPOSED, by=by, subject=person, account=user.get_username(),
           link=link.pk, reason=link.reason)  # fmt: skip
    return link


@transaction.atomic(durable=True)
def confirm_link(*, link_id: int, by: User) -> Account:
    """Let the account read the person's file.

    Errors: Forbidden without GRANT_CONFIRM over the person; DomainError for one's own account,
        for what oneself proposed, or when nothing waits.
    """
    link = _decidable(link_id, by)
    _decide(link, Account.State.LINKED, "", by)
    record(EventType.LINK_CONFIRMED, by=by, subject=link.person,
           account=link.user.get_username(), link=link.pk)  # fmt: skip
    return link


@transaction.atomic(durable=True)
def refuse_link(*, link_id: int, reason: str, by: User) -> Account:
    """Refuse a link that waits. Errors: as `confirm_link`; DomainError without a reason."""
    link = _decidable(link_id, by)
    _decide(link, Account.State.REFUSED, _said(reason), by)
    record(EventType.LINK_REFUSED, by=by, subject=link.person, account=link.user.get_username(),
           link=link.pk, reason=reason)  # fmt: skip
    return link


@transaction.atomic(durable=True)
def end_link(*, link_id: int, reason: str, by: User) -> Account:
    """Take the file away from the account: one person is enough, as for a role.

    Errors: Forbidden unless `by` keeps the person's file, may confirm roles there, or signs in
        with the account; DomainError when it is closed already.
    """
    link = _seen(link_id)
    path = str(link.person.home_path)
    verbs = (Permission.PERSON_CHANGE, Permission.GRANT_CONFIRM)
    if by.pk != link.user_id and not any(may(by, verb, path) for verb in verbs):
        raise Forbidden(_("You have no grant for this act in this unit."))
    link = _locked(link_id)
    if link.state not in {Account.State.WAITING, Account.State.LINKED}:
        raise DomainError(_("This link is closed already."))
    link.state, link.answer = Account.State.ENDED, _said(reason)
    link.ended_by, link.ended_at = by, timezone.now()
    link.save(update_fields=["state", "answer", "ended_by", "ended_at"])
    record(EventType.LINK_ENDED, by=by, subject=link.person, account=link.user.get_username(),
           link=link.pk, reason=reason)  # fmt: skip
    return link


def _seen(link_id: int) -> Account:
    return Account.objects.select_related("person", "user").get(pk=link_id)


def _locked(link_id: int) -> Account:
    """Return the link, locked. The wall lets only those lock it who may change it."""
    rows = Account.objects.select_related("person", "user").select_for_update(of=("self",))
    return rows.get(pk=link_id)


def _decidable(link_id: int, by: User) -> Account:
    require(by, Permission.GRANT_CONFIRM, str(_seen(link_id).person.home_path))
    link = _locked(link_id)
    if link.state != Account.State.WAITING:
        raise DomainError(_("This link does not wait for confirmation."))
    if by.pk in (link.proposed_by_id, link.user_id):
        raise DomainError(_("Somebody else must confirm whose account it is."))
    return link


def _decide(link: Account, state: str, answer: str, by: User) -> None:
    link.state, link.answer = state, answer
    link.decided_by, link.decided_at = by, timezone.now()
    link.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _said(reason: str) -> str:
    if not fold(reason):
        raise DomainError(_("Say why."))
    return fold(reason)[:300]
