"""Counting: the tellers open the box together, or say what they counted on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.ballots import (
    figures as paper,
)
from ngangtam.stages.ballots import (
    keys,
    listening,
    marking,
    merkle,
    receipts,
    reckoning,
    standing,
)
from ngangtam.stages.ballots.events import EventType
from ngangtam.stages.ballots.models import (
    OpenedPaper,
    PaperCount,
    Poll,
    Receipt,
    Result,
    Share,
    Teller,
)


@dataclass(frozen=True, slots=True)
class Entered:
    """Where the opening of a box stands. Shape: `missing` tellers; 0 when it was counted."""

    poll: Poll
    missing: int


@transaction.atomic(durable=True)
def enter_words(*, poll_id: int, words: str, by: User) -> Entered:
    """Enter the own words to open the box. With the last teller who is needed it is counted.

    Until then the own part of the key is passed on to the other tellers, sealed to each of them.
    Errors: Forbidden for who is no teller; DomainError for other words than the own, and when
        what lies in the box is not what lay in it at closing.
    """
    poll = standing.locked(poll_id)
    teller = standing.teller_of(poll, by)
    if teller is None:
        raise Forbidden(_("You are no teller of this vote."))
    standing.in_state(poll, Poll.State.CLOSED)
    try:
        key = keys.key_of(keys.read_words(words))
    except keys.BadWordsError as error:
        raise DomainError(
            _("These words do not fit together: one is misspelt, missing, or in another place.")
        ) from error
    if bytes(key.public_key) != bytes(teller.lock or b""):
        raise DomainError(_("These are not the words of your seat in this vote."))
    held = list(Share.objects.filter(holder=teller).values_list("part_id", "sealed"))
    parts = {part: keys.unseal(bytes(sealed), key) for part, sealed in held}
    if len(parts) >= poll.needed:
        _open(poll, list(parts.values())[: poll.needed], by)
        return Entered(poll, 0)
    if not teller.entered:
        _pass_on(poll, teller, parts[teller.pk])
        teller.entered = True
        teller.save(update_fields=["entered"])
    record(EventType.WORDS_ENTERED, by=by, subject=poll, entered=len(parts), needed=poll.needed)
    return Entered(poll, poll.needed - len(parts))


def _pass_on(poll: Poll, teller: Teller, part: bytes) -> None:
    """Seal the own part to every other teller: neither they alone nor the database can use it."""
    others = Teller.objects.filter(poll=poll).exclude(pk=teller.pk)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {Share._meta.db_table} (poll_id, holder_id, part_id, sealed)"  # noqa: S608 - our own name
            " values (%s, %s, %s, %s)",
            [(poll.pk, one.pk, teller.pk, keys.seal(part, bytes(one.lock or b"")))
             for one in others],
        )  # fmt: skip


def _open(poll: Poll, parts: list[bytes], by: User) -> None:
    """Read every paper, count, publish, and destroy the box with every part of its key."""
    try:
        key = keys.join(parts, bytes(poll.lock or b""))
    except keys.BadSealError as error:
        raise DomainError(_("These parts of the key do not open this box.")) from error
    with connection.cursor() as cursor:
        cursor.execute("select * from ngangtam_ballot_sealed(%s)", [poll.pk])
        sealed = [bytes(one) for (one,) in cursor.fetchall()]
    _nothing_is_lost_or_added(poll, sealed)
    setting = standing.setting_of(poll)
    names = [one.key for one in setting.names]
    read = []
    for one in sealed:
        try:
            marks = marking.unfold(keys.unseal(one, key), names, poll.write_ins)
            read.append((marks, reckoning.judge(setting, marks)))
        except (keys.BadSealError, marking.UnreadableError):
            read.append(({}, marking.UNREADABLE))
    papers = reckoning.in_order(read)
    OpenedPaper.objects.bulk_create(
        (OpenedPaper(poll=poll, number=number, marks=marks, invalid=why)
         for number, (marks, why) in enumerate(papers, 1)),
        batch_size=1000,
    )  # fmt: skip
    counted = reckoning.reckon(
        setting, reckoning.add_up(setting, papers, issued=poll.present or len(papers))
    )
    _announce(poll, counted, merkle.root(reckoning.spelled(papers)), by)


def _nothing_is_lost_or_added(poll: Poll, sealed: list[bytes]) -> None:
    """Errors: DomainError when the box, the receipts, the roll and the audit do not agree."""
    digests = sorted(receipts.digest(one) for one in sealed)
    listed = Receipt.objects.filter(poll=poll).order_by("digest").values_list("digest", flat=True)
    marked = poll.roll.filter(voted=True).count()
    if (
        digests != [bytes(one) for one in listed]
        or merkle.root(digests) != bytes(poll.root or b"")
        or not len(digests) == marked == poll.papers
    ):
        raise DomainError(
            _("What lies in the box is not what lay in it when it was closed: %(papers)s papers,"
              " %(receipts)s receipts, %(marked)s voters marked. It stays shut; ask for an"
              " inspection of the database.")
            % {"papers": len(digests), "receipts": len(listed), "marked": marked}
        )  # fmt: skip


def _announce(poll: Poll, counted: reckoning.Counted, root: bytes, by: User) -> None:
    said = counted.said()
    Result.objects.create(poll=poll, figures=said, root=root)
    poll.state, poll.counted_at = Poll.State.COUNTED, timezone.now()
    poll.save(update_fields=["state", "counted_at", "papers"])
    standing.call("select ngangtam_ballot_destroy(%s)", [poll.pk])
    law = standing.setting_of(poll).law()
    record(EventType.COUNTED, by=by, subject=poll, cites=law.cites if law else (),
           result=said, root=root.hex())  # fmt: skip
    listening.tell(poll, by)


@dataclass(frozen=True, slots=True)
class Compared:
    """Where a count on paper stands. Shape: `differing` names figures that two tellers say
    differently; `agreed` when two said the same and it was counted."""

    poll: Poll
    agreed: bool
    differing: tuple[str, ...]


@transaction.atomic(durable=True)
def enter_figures(*, poll_id: int, given: Mapping[str, Any], version: int, by: User) -> Compared:
    """Say what was counted on paper. When a second teller has said the same, that is the result.

    Shape: `given` as `figures.read` describes; `version` is that of the own figures on the form,
        0 for none.
    Errors: Forbidden for who is no teller; DomainError for sums that do not fit.
    """
    poll = standing.locked(poll_id)
    teller = standing.teller_of(poll, by)
    if teller is None:
        raise Forbidden(_("You are no teller of this vote."))
    standing.in_state(poll, Poll.State.OPEN)
    if not poll.on_paper:
        raise DomainError(_("The papers of this vote lie in a sealed box."))
    setting = standing.setting_of(poll)
    said = paper.read(setting, given)
    paper.check(setting, said)
    own = PaperCount.objects.filter(teller=teller).first()
    if (own.version if own else 0) != version:
        raise DomainError(_("These figures were changed meanwhile; look at them again."))
    if own is None:
        PaperCount.objects.create(poll=poll, teller=teller, figures=said)
    else:
        own.figures, own.version, own.at = said, version + 1, timezone.now()
        own.save(update_fields=["figures", "version", "at"])
    others = paper.of_others(poll.pk, teller.pk, by.pk)
    agreeing = next((told for _who, told in others if not paper.differing(said, told)), None)
    if agreeing is not None:
        _know_people(teller, said, agreeing)
        poll.papers = said["returned"]
        counted = reckoning.reckon(setting, paper.figures_of(said))
        _announce(poll, counted, b"", by)
        return Compared(poll, True, ())
    record(EventType.FIGURES_ENTERED, by=by, subject=poll, version=version + 1,
           compared=len(others))  # fmt: skip
    differing = {name for _who, told in others for name in paper.differing(said, told)}
    return Compared(poll, False, tuple(sorted(differing)))


def _know_people(teller: Teller, said: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Keep who the names written in are, when only the other teller looked them up."""
    people = {**other.get("people", {}), **said["people"]}
    PaperCount.objects.filter(teller=teller).update(figures={**said, "people": people})
