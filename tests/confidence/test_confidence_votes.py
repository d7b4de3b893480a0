"""The secret vote of a round, what came of it, and who says what follows."""

from decimal import Decimal

import pytest

from ngangtam.foundation.audit import verifying
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.ballots import queries as ballots
from ngangtam.stages.confidence import actions, queries
from ngangtam.stages.confidence.models import Result

HIGH, LOW = "high", "low"


def by_name(one):
    return {line.row.person.full_name: line for line in queries.results_of(one)}


def test_a_whole_round_in_an_elected_body(standing_town):
    town = standing_town
    one = town.counted(town.fixed(), town.papers)
    said = by_name(one)

    assert one.state == "counted"
    chair, vice, board = (said[n] for n in ("Phan Văn Chủ", "Lý Thị Phó", "Hồ Thị Ban"))
    assert (chair.row.high, chair.row.trust, chair.row.low) == (3, 1, 1)
    assert (chair.high, chair.trust, chair.low) == (
        Decimal("60.00"),
        Decimal("20.00"),
        Decimal("20.00"),
    )
    # Six are convened, five handed in: the text takes shares of the ballots.
    assert {line.row.denominator for line in said.values()} == {5}
    assert (vice.row.low, vice.row.zone) == (4, "two_thirds")
    assert (board.row.low, board.row.zone) == (3, "over_half")
    assert (chair.row.zone, chair.row.followed) == ("", "")
    assert {vice.row.followed, board.row.followed} == {"waits"}
    assert vice.cites == ("96-2023-qh15#12",)
    assert verifying.verify().findings == []

    low = queries.low_results(town.people["pho"].pk)
    assert [(r.regime, r.low, r.denominator, r.zone) for r in low] == [
        ("elected", 4, 5, "two_thirds")
    ]
    assert queries.low_results(town.people["chu-tich"].pk) == []
    latest = queries.latest_results([p.pk for p in town.people.values()], one.day)
    assert {row.person_id for row in latest} == {
        town.people[key].pk for key in ("chu-tich", "pho", "ban")
    }


def test_the_party_round_shows_where_another_denominator_matters(standing_town):
    town = standing_town
    tellers = ("cv-0", "cv-1")
    one = town.fixed("party", share_of="ballots")
    # Nine are convened; four of six ballots are two thirds, four of nine less than half.
    papers = [(f"cv-{n}", {"giam-doc": LOW if n < 4 else HIGH}) for n in range(6)]

    line = by_name(town.counted(one, papers, tellers))["Đào Thị Giám"]

    assert (line.row.denominator, line.row.zone) == (6, "two_thirds")
    assert line.otherwise == "9: —"


def test_the_quorum_of_the_party_round_holds(standing_town):
    town = standing_town
    one = town.fixed("party")
    papers = [(f"cv-{n}", {"giam-doc": HIGH}) for n in range(5)]

    with pytest.raises(DomainError, match="6"):
        town.counted(one, papers, ("cv-0", "cv-1"))
    one.refresh_from_db()
    assert one.state == "fixed"


def test_what_the_vote_needs(standing_town):
    town = standing_town
    one = town.open()
    with pytest.raises(DomainError):
        town.prepare(one)  # the lists are open
    one = town.fixed(day=one.day.replace(day=7), term=2020)
    poll = town.prepare(one)
    with pytest.raises(DomainError):
        town.prepare(one)
    with pytest.raises(DomainError):
        actions.reopen(round_id=one.pk, version=None, by=town.lan)
    assert poll.rules == "counting.confidence_elected"
    assert ballots.poll_by_reference(one.reference) == poll
    assert poll.options.count() == 3
    assert poll.roll.count() == 6


def test_somebody_without_an_account_votes_on_paper(standing_town):
    from ngangtam.records.corrections.models import Account

    town = standing_town
    one = town.fixed()
    Account.objects.filter(user=town.users["db-5"]).delete()

    assert queries.without_account(one) == 1
    with pytest.raises(DomainError, match="tài khoản"):
        town.prepare(one)
    assert town.prepare(one, on_paper=True).on_paper


def test_a_low_result_is_followed_by_a_named_person_alone(standing_town):
    town = standing_town
    one = town.counted(town.fixed(), town.papers)
    vice = Result.objects.get(person=town.people["pho"])
    board = Result.objects.get(person=town.people["ban"])
    chair = Result.objects.get(person=town.people["chu-tich"])

    with pytest.raises(Forbidden):
        actions.name_case(result_id=vice.pk, case_number="2028-000001", by=town.hoa)
    with pytest.raises(Forbidden):
        actions.set_aside(result_id=vice.pk, reason="x", by=town.lan)
    with pytest.raises(DomainError):
        actions.name_case(result_id=chair.pk, case_number="2028-000001", by=town.lan)
    with pytest.raises(DomainError):
        actions.set_aside(result_id=board.pk, reason=" ", by=town.truong)
    town.case_about("ban")
    with pytest.raises(DomainError, match="về người này"):
        actions.name_case(result_id=vice.pk, case_number="2028-000001", by=town.lan)
    town.case_about("pho", "2028-000002")
    actions.name_case(result_id=vice.pk, case_number="2028-000002", by=town.lan)
    actions.set_aside(result_id=board.pk, reason="Đã nghỉ từ 01/12", by=town.truong)
    with pytest.raises(DomainError):
        actions.name_case(result_id=vice.pk, case_number="2028-000002", by=town.lan)

    assert queries.waiting_results(town.lan).count() == 0
    # Nothing was applied: the postings stand as they stood.
    assert town.people["pho"].postings.on(one.day).count() == 2


def test_results_are_read_by_whom_they_are_about_once_released(standing_town):
    town = standing_town
    one = town.counted(town.fixed(), town.papers)
    assert queries.own_results(town.users["pho"]) == []

    actions.release(round_id=one.pk, document="", by=town.lan)

    mine = queries.own_results(town.users["pho"])
    assert [(line.row.low, line.row.zone) for line in mine] == [(4, "two_thirds")]
    assert queries.own_results(town.users["db-0"]) == []
    with pytest.raises(DomainError):
        actions.release(round_id=one.pk, document="", by=town.lan)


def test_the_party_results_need_a_document(standing_town):
    town = standing_town
    papers = [(f"cv-{n}", {"giam-doc": HIGH}) for n in range(6)]
    one = town.counted(town.fixed("party"), papers, ("cv-0", "cv-1"))

    with pytest.raises(DomainError):
        actions.release(round_id=one.pk, document=" ", by=town.lan)
    assert actions.release(round_id=one.pk, document="TB 3-TB/ĐU", by=town.lan).released_at
