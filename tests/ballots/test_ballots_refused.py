"""Everything that a vote refuses, and what it finds out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from held_votes import DAY
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.ballots import (
    actions,
    keys,
    listening,
    marking,
    publishing,
    queries,
    receipts,
    recounting,
    standing,
    tasks,
)
from ngangtam.stages.ballots.actions import OptionValues
from ngangtam.stages.ballots.figures import Found
from ngangtam.stages.ballots.models import OpenedPaper, Poll, Receipt, Result, Roll, Share, Teller

YES, NO = {"1": "yes"}, {"1": "no"}


def sql(text, *given):
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return cursor.fetchall() if cursor.description else cursor.rowcount


# -- preparing -------------------------------------------------------------------------------------


def test_without_a_grant_nobody_prepares(hall):
    with pytest.raises(Forbidden):
        hall.prepare(by=hall.voters[0])
    assert not Poll.objects.exists()


def test_nobody_runs_or_counts_a_vote_about_themselves(hall):
    about = [OptionValues("Trần Thị Kiểm 0", hall.people["kiem-phieu-0"].pk)]
    with pytest.raises(DomainError):
        hall.prepare(options=about)
    hall.tellers = hall.tellers[1:]
    hall.prepare(options=about)
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.audit.steps import accounted
    from ngangtam.records.corrections.models import Account

    with accounted("test.prepared"):
        Account.objects.create(user=hall.lan, person=hall.people["cu-tri-1"], state="ended")
        Account.objects.filter(person=hall.people["kiem-phieu-0"]).update(user=hall.lan)
    with pytest.raises(Forbidden):
        hall.attend()
    assert Grant.objects.filter(user=hall.lan).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": []},
        {"options": [OptionValues("A"), OptionValues(" a ")]},
        {"rules": "counting.deputies"},
        {"rules": "counting.none"},
        {"convened": 3},
        {"needed": 1},
        {"needed": 4},
        {"quorum": "4/3"},
        {"quorum": "many"},
        {"write_ins": 1},
        {"seats": 0},
    ],
)
def test_a_vote_that_cannot_be_held_is_not_prepared(hall, wrong):
    with pytest.raises(DomainError):
        hall.prepare(**wrong)
    assert not Poll.objects.exists()
    assert not Event.objects.filter(type="ballot.prepared").exists()


def test_one_teller_is_not_enough(hall):
    with pytest.raises(DomainError):
        hall.prepare(tellers=[hall.tellers[0].pk])


def test_a_list_over_the_surplus_is_refused(hall):
    names = [f"Ứng viên {at}" for at in range(14)]
    choose = {"kind": "choose", "rules": "counting.party_election", "max_choices": 10}
    with pytest.raises(DomainError):
        hall.prepare(names, seats=10, **choose)
    with pytest.raises(DomainError):
        hall.prepare(names[:10], seats=10, **choose)
    assert hall.prepare(names[:13], seats=10, **choose)


def test_two_votes_do_not_serve_the_same(hall):
    hall.prepare(reference="case:2026-000001:step3")
    with pytest.raises(DomainError):
        hall.prepare(reference="case:2026-000001:step3")
    actions.annul(poll_id=hall.poll.pk, reason="Sai danh sách", by=hall.lan)
    again = hall.prepare(reference="case:2026-000001:step3")
    assert queries.poll_by_reference("case:2026-000001:step3") == again


# -- seats and keys --------------------------------------------------------------------------------


def test_a_teller_missing_keeps_the_vote_shut(hall):
    hall.prepare()
    hall.seat(hall.tellers[:2])
    hall.attend()
    with pytest.raises(DomainError):
        hall.open()
    assert hall.poll.lock is None


def test_a_seat_is_taken_once_and_by_its_teller(hall):
    hall.prepare()
    hall.seat(hall.tellers[:1])
    with pytest.raises(DomainError):
        hall.seat(hall.tellers[:1])
    with pytest.raises(Forbidden):
        hall.seat(hall.voters[:1])


def test_words_made_anew_take_the_old_ones_their_use(hall):
    hall.prepare()
    hall.seat()
    old = dict(hall.words)
    actions.unseat(poll_id=hall.poll.pk, by=hall.lan)
    assert not Share.objects.exists()
    hall.seat()
    hall.attend()
    hall.open()
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    hall.close()
    hall.words = old
    with pytest.raises(DomainError):
        hall.enter(hall.tellers[0])


def test_nothing_that_is_kept_opens_the_box(hall):
    """All that the database holds after the seats are taken, against one teller's words."""
    hall.ready()
    kept = [bytes(one.sealed) for one in Share.objects.all()]
    key = keys.key_of(keys.read_words(hall.words[hall.tellers[0].pk]))
    opened = []
    for sealed in kept:
        try:
            opened.append(keys.unseal(sealed, key))
        except keys.BadSealError:
            continue
    assert len(opened) == 1
    with pytest.raises(keys.BadSealError):
        keys.join(opened, bytes(hall.poll.lock))
    everything = " ".join(str(row) for row in sql("select what::text from audit_event"))
    for words in hall.words.values():
        assert words not in everything
        assert words.split()[3] not in everything


def test_one_less_than_needed_cannot_open(hall):
    hall.ready(needed=3)
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    hall.close()
    assert hall.enter(hall.tellers[0]).missing == 2
    assert hall.enter(hall.tellers[0]).missing == 2
    assert hall.enter(hall.tellers[2]).missing == 1
    assert hall.poll.state == "closed"
    # What waits for the third is sealed to the third's words; the first two cannot use it.
    for teller in (hall.tellers[0], hall.tellers[2]):
        key = keys.key_of(keys.read_words(hall.words[teller.pk]))
        seat = Teller.objects.get(poll=hall.poll, user=teller)
        parts = [keys.unseal(bytes(one.sealed), key) for one in Share.objects.filter(holder=seat)]
        assert len(parts) == 2
        with pytest.raises(keys.BadSealError):
            keys.join(parts, bytes(hall.poll.lock))
    assert hall.enter(hall.tellers[1]).missing == 0
    assert hall.poll.state == "counted"


def test_words_that_wait_too_long_are_forgotten(hall):
    hall.ready()
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    hall.close()
    hall.enter(hall.tellers[0])
    assert tasks.forget_words() == 0
    sql("update ballots_share set at = at - interval '13 hours'")
    assert tasks.forget_words() == 1
    assert Share.objects.count() == len(hall.tellers)
    assert not Teller.objects.filter(entered=True).exists()
    assert hall.enter(hall.tellers[1]).missing == 1
    assert hall.enter(hall.tellers[0]).missing == 0


@pytest.mark.parametrize("change", ["swap", "other", "short", "typo"])
def test_wrong_words_are_refused(hall, change):
    hall.ready()
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    hall.close()
    words = hall.words[hall.tellers[0].pk].split()
    if change == "swap":
        words[3], words[4] = words[4], words[3]
    elif change == "short":
        words = words[:-1]
    elif change == "typo":
        words[7] = "zzzz"
    else:
        words = hall.words[hall.tellers[1].pk].split()
    hall.words[hall.tellers[0].pk] = " ".join(words)
    with pytest.raises(DomainError):
        hall.enter(hall.tellers[0])
    assert Share.objects.count() == len(hall.tellers)


def test_words_are_read_by_their_first_letters_in_any_case(hall):
    drawn = keys.draw()
    typed = " ".join(word[:4].upper() for word in drawn.words)
    assert keys.read_words(f"  {typed}\n") == drawn.words


# -- voting ----------------------------------------------------------------------------------------


def test_the_quorum_missed_keeps_the_vote_shut(hall):
    hall.prepare()
    hall.seat()
    hall.attend(hall.voters[:4])  # 4 of 7; two thirds are 5
    with pytest.raises(DomainError):
        hall.open()
    hall.poll.refresh_from_db()
    assert (hall.poll.state, hall.poll.box) == ("prepared", "")
    hall.attend(hall.voters[:5])
    hall.open()
    assert hall.poll.present == 5


def test_a_quorum_of_the_own_holds_beside_that_of_the_rule(hall):
    hall.prepare(rules="counting.yes_no", quorum="2/3")
    hall.seat()
    hall.attend(hall.voters[:4])
    with pytest.raises(DomainError):
        hall.open()


def test_nobody_votes_twice(hall):
    hall.ready()
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    with pytest.raises(DomainError):
        hall.vote(hall.voters[0], NO)
    hall.close()
    assert Receipt.objects.count() == 3


def test_the_same_paper_sent_twice_lies_in_the_box_once(hall):
    hall.ready()
    sealed = hall.seal(YES)
    first, second = (hall.send(hall.voters[0], sealed) for _turn in range(2))
    assert (first.again, second.again) == (False, True)
    assert first.receipt == second.receipt
    for voter in hall.voters[1:3]:
        hall.vote(voter, YES)
    hall.close()
    assert Receipt.objects.count() == 3


def test_fewer_papers_than_three_are_no_secret(hall):
    """One paper names its voter, and of two each voter knows the other's."""
    hall.prepare(rules="counting.yes_no")
    hall.seat()
    hall.attend(hall.voters[:2])
    with pytest.raises(DomainError, match="2"):
        hall.open()
    hall.attend()
    hall.open()
    for voter in hall.voters[:2]:
        hall.vote(voter, YES)
    # Who watches the number rise and closes the box at once learns nothing.
    with pytest.raises(DomainError, match="2"):
        hall.close()
    assert not Receipt.objects.exists()
    assert not Roll.objects.filter(voted=True).exists()
    hall.vote(hall.voters[2], NO)
    hall.close()
    assert Receipt.objects.count() == 3


def test_who_is_not_on_the_roll_or_not_present_does_not_vote(hall):
    hall.prepare()
    hall.seat()
    hall.attend(hall.voters[:6])
    hall.open()
    with pytest.raises(DomainError):
        hall.vote(hall.lan, YES)
    with pytest.raises(DomainError):
        hall.vote(hall.voters[6], YES)


@pytest.mark.parametrize("stage", ["prepared", "closed", "annulled"])
def test_nobody_votes_before_or_after(hall, stage):
    hall.prepare()
    hall.seat()
    hall.attend()
    if stage != "prepared":
        hall.open()
    sealed = hall.seal(YES)
    if stage == "closed":
        for voter in hall.voters[1:4]:
            hall.vote(voter, YES)
        hall.close()
    elif stage == "annulled":
        actions.annul(poll_id=hall.poll.pk, reason="Mất điện", by=hall.lan)
    with pytest.raises(DomainError):
        hall.send(hall.voters[0], sealed)


def test_nobody_votes_after_the_deadline(hall):
    hall.prepare()
    hall.seat()
    hall.attend()
    hall.open(closes_at=timezone.now() + timedelta(seconds=3600))
    hall.vote(hall.voters[0], YES)
    sql("update ballots_poll set closes_at = now() - interval '1 second'")
    with pytest.raises(DomainError):
        hall.vote(hall.voters[1], YES)


def test_a_paper_that_was_not_made_here_is_refused(hall):
    hall.ready()
    sealed = hall.seal(YES)
    for proof in ("", "00" * 32, receipts.vouch(hall.poll.pk, hall.voters[1].pk, sealed)):
        with pytest.raises(Forbidden):
            actions.cast(poll_id=hall.poll.pk, sealed=sealed, proof=proof, by=hall.voters[0])


def test_a_paper_of_another_length_is_refused(hall):
    hall.ready()
    with pytest.raises(DomainError):
        hall.send(hall.voters[0], hall.seal(YES) + b"!")


# -- counting --------------------------------------------------------------------------------------


def test_exactly_half_is_for_the_head_to_decide(hall):
    hall.voters = hall.voters[:6]
    hall.counted([YES] * 3 + [NO] * 3)
    outcome = queries.result_of(hall.poll.pk).outcome
    assert outcome.elected == ()
    assert (outcome.decides, outcome.undecided) == ("head", ("1",))


def test_a_tie_for_the_last_seat_stops_the_count(hall):
    hall.counted(
        [{"1": "chosen"}] * 5 + [{"2": "chosen"}] * 0, ("Lê An", "Lê Bình", "Lê Chi"),
        kind="choose", rules="counting.deputies", seats=1, max_choices=1,
    )  # fmt: skip
    assert queries.result_of(hall.poll.pk).outcome.elected == ("1",)


def test_equal_votes_are_voted_on_again_with_new_keys(hall, client):
    papers = [{"1": "chosen", "2": "chosen"}] * 6 + [{"3": "chosen"}]
    hall.counted(papers, ("Lê An", "Lê Bình", "Lê Chi"), kind="choose", seats=1, max_choices=2,
                 rules="counting.deputies", reference="case:1:step")  # fmt: skip
    outcome = queries.result_of(hall.poll.pk).outcome
    assert set(outcome.tied) == {"1", "2"}
    assert outcome.elected == ()
    assert queries.undecided(hall.poll) == [1, 2]
    client.force_login(hall.lan)
    offer = reverse("ballot-again", args=[hall.poll.pk])
    board = reverse("ballot-detail", args=[hall.poll.pk])
    assert offer in client.get(board).content.decode()

    again = actions.hold_again(poll_id=hall.poll.pk, keep=[1, 2], seats=1, max_choices=1,
                               by=hall.lan, today=DAY)  # fmt: skip
    assert [one.label for one in queries.options_of(again)] == ["Lê An", "Lê Bình"]
    assert again.lock is None
    assert queries.poll_by_reference("case:1:step") == again
    with pytest.raises(DomainError):
        actions.hold_again(poll_id=hall.poll.pk, keep=[1, 2], seats=1, max_choices=1, by=hall.lan,
                           today=DAY)  # fmt: skip
    assert offer not in client.get(board).content.decode()


def test_too_many_names_and_blank_papers_are_counted_as_invalid_with_reasons(hall):
    names = ("Lê An", "Lê Bình", "Lê Chi")
    three = {"1": "chosen", "2": "chosen", "3": "chosen"}
    hall.counted([three, {}, *([{"1": "chosen"}] * 5)], names, kind="choose", seats=2,
                 max_choices=2, rules="counting.deputies")  # fmt: skip
    result = queries.result_of(hall.poll.pk)
    assert result.invalid == {"blank": 1, "too_many": 1}
    assert (result.tally.valid, result.tally.invalid) == (5, 2)
    assert result.votes["1"] == {"chosen": 5}


def test_a_vote_of_confidence_has_levels_of_its_denominator(hall):
    papers = [{"1": "high"}] * 2 + [{"1": "trust"}] * 1 + [{"1": "low"}] * 4
    hall.counted(papers, ("Lê An",), kind="confidence", rules="counting.confidence_elected")
    level = queries.result_of(hall.poll.pk).confidence["1"]
    assert (level.denominator, str(level.low), level.zone) == (7, "57.14", "over_half")


def test_a_denominator_that_the_rule_leaves_open_is_asked_for(hall):
    confidence = {"kind": "confidence", "rules": "counting.confidence_party"}
    with pytest.raises(DomainError):
        hall.prepare(**confidence)
    hall.voters = hall.voters[:6]
    hall.counted([{"1": "low"}] * 4, ("Lê An",), **confidence, share_of="convened")
    level = queries.result_of(hall.poll.pk).confidence["1"]
    assert (level.denominator, level.zone) == (6, "two_thirds")


def test_names_are_written_in_on_a_nomination_sheet(hall):
    mine = {"1": "chosen", marking.WRITTEN + "Đỗ Văn Mới": "chosen"}
    hall.counted([mine] * 5, ("Lê An",), kind="nomination", rules="counting.onsite_nomination",
                 write_ins=2, max_choices=3)  # fmt: skip
    result = queries.result_of(hall.poll.pk)
    assert result.votes == {"1": {"chosen": 5}, "+Đỗ Văn Mới": {"chosen": 5}}


def test_a_listener_is_told_in_the_transaction_of_the_count(hall, monkeypatch):
    told = []

    def refuse(poll, by):
        told.append((poll.pk, by, Result.objects.filter(poll=poll).exists()))
        raise DomainError("không nhận")

    monkeypatch.setattr(listening, "_LISTENERS", {"case:": refuse})
    hall.ready(reference="case:1:s")
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    hall.close()
    hall.enter(hall.tellers[0])
    with pytest.raises(DomainError):
        hall.enter(hall.tellers[1])
    assert told == [(hall.poll.pk, hall.tellers[1], True)]
    hall.poll.refresh_from_db()
    assert hall.poll.state == "closed"
    assert not Result.objects.exists()
    listening.register("case:", lambda _poll, _by: None)
    assert hall.enter(hall.tellers[1]).missing == 0


# -- what somebody with the database changed -------------------------------------------------------


def test_a_paper_added_while_voting_keeps_the_box_shut(hall):
    hall.ready()
    hall.vote(hall.voters[0], YES)
    sql(f"insert into ballots_box.paper_{hall.poll.box} values (%s)", hall.seal(NO))
    with pytest.raises(DomainError):
        hall.close()
    hall.poll.refresh_from_db()
    assert hall.poll.state == "open"
    actions.annul(poll_id=hall.poll.pk, reason="Hòm phiếu bị sửa", by=hall.lan)


def test_a_paper_taken_away_while_voting_keeps_the_box_shut(hall):
    hall.ready()
    hall.vote(hall.voters[0], YES)
    sql(f"delete from ballots_box.paper_{hall.poll.box}")
    with pytest.raises(DomainError):
        hall.close()


def test_a_paper_taken_away_with_its_mark_is_missed_by_its_voter(hall):
    hall.ready()
    for voter in hall.voters[:4]:
        hall.vote(voter, YES)
    gone = hall.receipts[hall.voters[0].pk]
    sql(f"delete from ballots_box.paper_{hall.poll.box} where sha256(sealed) = %s", gone)
    sql(f"delete from ballots_box.mark_{hall.poll.box} where voter_id = %s", hall.voters[0].pk)
    hall.close()
    typed = receipts.read(hall.poll.pk, receipts.code(hall.poll.pk, gone))
    assert typed.issued
    assert not queries.holds_receipt(hall.poll, typed.short)
    # Nobody makes one up: without the seal of the instance it was not issued.
    made_up = receipts.code(hall.poll.pk + 1, gone)
    assert not receipts.read(hall.poll.pk, made_up).issued


@pytest.mark.parametrize("change", ["added", "lost", "swapped", "receipts", "marks"])
def test_a_box_changed_after_closing_stays_shut(hall, change):
    hall.ready()
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    forged = hall.seal(NO)
    hall.close()
    table = f"ballots_box.sealed_{hall.poll.box}"
    if change == "added":
        sql(f"insert into {table} values (%s)", forged)
    elif change == "lost":
        sql(f"delete from {table} where ctid = (select min(ctid) from {table})")
    elif change == "swapped":
        sql(f"update {table} set sealed = %s where ctid = (select min(ctid) from {table})", forged)
    elif change == "receipts":
        # All that is in reach of SQL, made to agree; the hash of the closing does not.
        sql(f"update {table} set sealed = %s where ctid = (select min(ctid) from {table})", forged)
        sql("delete from ballots_receipt")
        sql("insert into ballots_receipt (poll_id, digest)"
            f" select %s, sha256(sealed) from {table}", hall.poll.pk)  # fmt: skip
    else:
        sql("update ballots_roll set voted = true")
    hall.enter(hall.tellers[0])
    with pytest.raises(DomainError):
        hall.enter(hall.tellers[1])
    assert not OpenedPaper.objects.exists()


@pytest.mark.parametrize("change", ["result", "paper", "lost", "judged"])
def test_a_recount_finds_what_was_changed_afterwards(hall, change):
    hall.counted([YES] * 5 + [NO, {}])
    assert queries.recount(hall.poll).sound
    before = publishing.as_data(hall.poll)
    assert recounting.recount(before).sound
    if change == "result":
        figures = Result.objects.get().figures
        figures["votes"]["1"] = {"yes": 6, "no": 0}
        Result.objects.update(figures=figures)
    elif change == "paper":
        OpenedPaper.objects.filter(marks=NO).update(marks=YES)
    elif change == "lost":
        OpenedPaper.objects.filter(marks=NO).delete()
    else:
        OpenedPaper.objects.filter(marks=NO).update(invalid="blank")

    assert not queries.recount(hall.poll).sound
    again = recounting.recount(publishing.as_data(hall.poll))
    assert not again.sound
    assert again.faults


def test_the_hash_of_the_papers_stands_in_the_audit(hall):
    hall.counted([YES] * 5)
    counted = Event.objects.get(type="ballot.counted")
    closed = Event.objects.get(type="ballot.closed")
    assert counted.what["root"] == bytes(Result.objects.get().root).hex()
    assert closed.what["root"] == bytes(hall.poll.root).hex()
    assert closed.what["papers"] == 5


def test_a_foreign_file_is_not_counted():
    for data in ({}, [], None, {"format": "x"}, {"format": publishing.FORMAT}):
        with pytest.raises(recounting.BadFileError):
            recounting.recount(data)


# -- through the web's own role --------------------------------------------------------------------

FORGERIES = [
    "insert into ballots_box.paper_{box} values ('x')",
    "insert into ballots_box.mark_{box} values (1)",
    "select * from ballots_box.paper_{box}",
    "select ngangtam_ballot_make_box({poll})",
    "insert into ballots_receipt (poll_id, digest) values ({poll}, 'x')",
    "insert into ballots_openedpaper (poll_id, number, marks, invalid)"
    " values ({poll}, 1, '{{}}', '')",
    "insert into ballots_result (poll_id, figures, root) values ({poll}, '{{}}', '')",
    "insert into ballots_roll (poll_id, voter_id) values ({poll}, 1)",
    "insert into ballots_share (poll_id, holder_id, part_id, sealed) values ({poll}, 1, 2, 'x')",
    "insert into ballots_teller (poll_id, user_id, position) values ({poll}, 1, 9)",
    "select * from ngangtam_ballot_sealed({poll})",
    "select ngangtam_ballot_destroy({poll})",
    "delete from ballots_share",
]


@pytest.mark.parametrize("statement", FORGERIES)
@pytest.mark.parametrize("who", ["lan", "voter", "teller"])
def test_the_web_role_forges_nothing(hall, statement, who):
    hall.ready()
    hall.vote(hall.voters[0], YES)
    user = {"lan": hall.lan, "voter": hall.voters[0], "teller": hall.tellers[0]}[who]
    text = statement.format(poll=hall.poll.pk, box=hall.poll.box)
    with seen_by(user.pk), pytest.raises(ProgrammingError), transaction.atomic():
        sql(text)


@pytest.mark.parametrize(
    "change",
    [
        "update ballots_roll set voted = true",
        "update ballots_openedpaper set marks = '{}'",
        "update ballots_result set figures = '{}'",
        "update ballots_receipt set digest = ''",
        "update ballots_option set label = 'x'",
    ],
)
def test_the_web_role_changes_nothing_that_was_counted(hall, change):
    hall.counted([YES] * 5)
    for user in (hall.lan, hall.voters[0], hall.tellers[0]):
        with seen_by(user.pk), transaction.atomic():
            assert sql(change) == 0


def test_the_web_role_turns_no_vote_back(hall):
    hall.counted([YES] * 5)
    for user in (hall.lan, hall.tellers[0]):
        for state in ("prepared", "open", "closed"):
            with seen_by(user.pk), pytest.raises(ProgrammingError), transaction.atomic():
                sql("update ballots_poll set state = %s", state)


def test_while_voting_nobody_sees_more_than_a_number(hall):
    hall.ready(announced=True)
    for voter in hall.voters[:3]:
        hall.vote(voter, YES)
    for user, turnout in ((hall.lan, 3), (hall.tellers[0], 3), (hall.voters[5], None)):
        with seen_by(user.pk):
            assert queries.turnout(hall.poll) == turnout
            assert not Roll.objects.filter(voted=True).exists()
            assert not Result.objects.exists()
            assert not OpenedPaper.objects.exists()
    with seen_by(hall.voters[0].pk):
        assert [one.voted for one in queries.asked_of(hall.voters[0])] == [True]
        assert Roll.objects.count() == 1
    with seen_by(hall.voters[5].pk):
        assert queries.waiting(hall.voters[5]) == 1


def test_a_share_is_read_by_its_holder_alone(hall):
    hall.ready()
    with seen_by(hall.tellers[0].pk):
        assert [one.holder.user_id for one in Share.objects.all()] == [hall.tellers[0].pk]
    with seen_by(hall.lan.pk):
        assert not Share.objects.exists()


# -- on paper --------------------------------------------------------------------------------------

TOLD = {"issued": 9, "returned": 9, "valid": 8, "invalid": {"blank": 1},
        "votes": {"1": {"yes": 6, "no": 2}}}  # fmt: skip


@pytest.fixture
def meeting(hall):
    hall.prepare(on_paper=True, voters=[], convened=10)
    hall.open(present=9)
    return hall


def enter(hall, at, version=0, **more):
    return actions.enter_figures(poll_id=hall.poll.pk, given={**TOLD, **more}, version=version,
                                 by=hall.tellers[at])  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"issued": 10}, {"returned": 10}, {"valid": 9}, {"invalid": {}},
        {"votes": {"1": {"yes": 7, "no": 2}}},
    ],
)  # fmt: skip
def test_sums_that_do_not_fit_are_refused(meeting, wrong):
    with pytest.raises(DomainError):
        enter(meeting, 0, **wrong)


def test_two_tellers_who_say_the_same_make_the_result(meeting):
    assert not enter(meeting, 0).agreed
    assert enter(meeting, 1).agreed
    result = queries.result_of(meeting.poll.pk)
    assert result.outcome.elected == ("1",)
    assert (result.tally.convened, result.outcome.base) == (10, 10)


def test_one_teller_alone_makes_no_result(meeting):
    enter(meeting, 0)
    with pytest.raises(DomainError):
        enter(meeting, 0)
    assert not enter(meeting, 0, version=1).agreed
    meeting.poll.refresh_from_db()
    assert meeting.poll.state == "open"


def test_where_two_tellers_differ_is_shown(meeting):
    enter(meeting, 0)
    compared = enter(meeting, 1, votes={"1": {"yes": 5, "no": 3}})
    assert compared.differing == ("votes.1.no", "votes.1.yes")
    assert len(standing.counts_of(meeting.poll, meeting.tellers[1])) == 2
    assert standing.counts_of(meeting.poll, meeting.tellers[2]) == []


@pytest.fixture
def sheet(hall):
    """A nomination sheet on paper: one name is printed, two may be written in."""
    hall.prepare(("Lê An",), on_paper=True, voters=[], convened=10, kind="nomination",
                 rules="counting.onsite_nomination", write_ins=2, max_choices=3)  # fmt: skip
    hall.open(present=9)
    return hall


def found(*names):
    return {"votes": {"1": {"chosen": 5}}, "written": [Found(*one) for one in names]}


def test_names_found_on_papers_are_counted_and_known(sheet):
    known = sheet.people["cu-tri-0"]
    mine = found((known.full_name, 6, known.pk), ("đỗ  văn mới", 2))
    theirs = found(("Đỗ Văn Mới", 2), (known.full_name.upper(), 6))
    assert not enter(sheet, 0, **mine).agreed
    assert enter(sheet, 1, **theirs).agreed

    result = queries.result_of(sheet.poll.pk)
    key = "+" + marking.written(known.full_name)
    assert result.votes == {
        "1": {"chosen": 5}, "+Đỗ Văn Mới": {"chosen": 2}, key: {"chosen": 6},
    }  # fmt: skip
    assert result.outcome.elected == (key,)
    assert (result.people[key], result.labels[key]) == (known.pk, marking.written(known.full_name))


@pytest.mark.parametrize(
    "names",
    [
        [("Lê An", 1)], [("Đỗ Mới", 2), ("đỗ mới", 3)], [("Đỗ Mới", 0)], [("Đỗ Mới", 9)],
        [("Đỗ Mới", 8), ("Lê Bình", 8), ("Vũ Chi", 1)],
    ],
)  # fmt: skip
def test_names_that_do_not_fit_the_papers_are_refused(sheet, names):
    with pytest.raises(DomainError):
        enter(sheet, 0, **found(*names))


def test_tellers_who_mean_different_people_by_one_name_differ(sheet):
    one, other = sheet.people["cu-tri-0"].pk, sheet.people["cu-tri-1"].pk
    enter(sheet, 0, **found(("Lê Bình", 5, one)))
    compared = enter(sheet, 1, **found(("Lê Bình", 5, other)))
    assert (compared.agreed, compared.differing) == (False, ("people.+Lê Bình",))
    assert enter(sheet, 1, version=1, **found(("Lê Bình", 5, one))).agreed


def test_names_are_written_in_on_nomination_sheets_alone(meeting):
    with pytest.raises(DomainError):
        enter(meeting, 0, written=[Found("Đỗ Mới", 1)])


def test_who_is_no_teller_counts_nothing(meeting):
    with pytest.raises(Forbidden):
        actions.enter_figures(poll_id=meeting.poll.pk, given=TOLD, version=0, by=meeting.lan)


# -- papers as bytes -------------------------------------------------------------------------------


def test_a_paper_has_one_spelling_and_one_length():
    names = ["1", "2", "3"]
    length = marking.length_for(3, 2)
    written = marking.WRITTEN + marking.written("  đỗ   văn MỚI ")
    papers = [{}, {"1": "chosen"}, {"2": "chosen", written: "chosen"}]
    for marks in papers:
        plain = marking.fold(marks, names, length)
        assert len(plain) + keys.OVERHEAD == length
        assert marking.unfold(plain, names, 2) == marks
    assert written == "+Đỗ Văn Mới"


@pytest.mark.parametrize(
    "plain",
    [
        b'{"m": "c--"}', b'{"m":"c-"}', b'{"m":"x--"}', b'{"m":"c--","z":1}', b"{}", b"", b"[]",
        b'{"m":"c--","w":["b\xc3\xadm\xe1\xba\xadt"]}', b'{"m":"c--","w":[]}',
    ],
)  # fmt: skip
def test_nothing_hides_in_how_a_paper_is_written(plain):
    with pytest.raises(marking.UnreadableError):
        marking.unfold(plain + b"\0" * 9, ["1", "2", "3"], 1)


def test_the_setting_of_a_vote_is_what_its_count_depends_on(hall):
    hall.prepare()
    setting = standing.setting_of(hall.poll)
    assert replace(setting, seats=2) != setting
    assert setting.law().id == "counting.outside_opinion"
