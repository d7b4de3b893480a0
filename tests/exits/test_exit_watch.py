"""Who meets a ground is found with evidence, kept once, and settled by a person alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from exits.conftest import PAPER, TODAY, disciplined, rated
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.evaluation.models import Cycle, Result, Sheet
from ngangtam.stages.exits import actions_watch as actions
from ngangtam.stages.exits import swapping
from ngangtam.stages.exits.models import Proposal, Statement


def look(town, day=TODAY):
    return actions.watch(unit_id=town.province.pk, day=day)


def stated(town, key, about, by="lan", **more):
    return actions.state(
        person_number=town.people[key].number, about=about, says="Theo kết luận", paper=PAPER,
        today=TODAY, by=town.users[by], **more,
    )  # fmt: skip


def of_unit(town, percent, year=2025):
    """A year of the department evaluated as a collective."""
    from ngangtam.foundation.audit.steps import accounted

    with accounted("test.cycle"):
        cycle = Cycle.objects.create(
            unit=town.province, path=town.province.path, code=str(year), kind="year",
            first=date(year, 1, 1), until=date(year + 1, 1, 1), report_by=date(year + 1, 1, 5),
            confirm_by=date(year + 1, 1, 9), state="closed", run=1,
        )  # fmt: skip
        sheet = Sheet.objects.create(
            cycle=cycle, unit=town.department, path=town.department.path, body=town.department,
            scheme="party_collective",
        )  # fmt: skip
        Result.objects.create(cycle=cycle, sheet=sheet, run=1, task_percent=percent)
    return sheet


def grounds_of(kept):
    return {(one.person.full_name, one.ground) for one in kept.new}


@pytest.mark.parametrize(("percent", "met"), [(69.9, True), (70.0, False), (95.0, False)])
def test_a_head_below_the_least_completion_is_found_and_only_the_head(town, percent, met):
    sheet = of_unit(town, percent)
    kept = look(town)
    found = grounds_of(kept)
    assert (("Đào Thị Giám", "removal.head-results") in found) is met
    assert not any(name == "Lý Văn Phó" for name, _ground in found)
    if met:
        proposal = kept.new[0]
        assert proposal.state == "standing"
        assert proposal.confirmed
        assert proposal.evidence["cites"] == ["377-qd-tw#48"]
        assert proposal.evidence["asked"] == ["force-majeure"]
        rests = {ref for piece in proposal.evidence["facts"] for ref in piece["rests_on"]}
        assert f"evaluation:{sheet.pk}" in rests
        assert str(proposal.path) == str(town.department.path)


def test_an_open_cycle_or_one_of_long_ago_says_nothing(town):
    of_unit(town, 10.0, year=2023)
    assert look(town).new == []


def test_the_word_of_an_authority_wins_over_what_was_reckoned(town):
    of_unit(town, 40.0)
    stated(town, "giam-doc", "completion_percent", figure=Decimal("81.5"))
    assert look(town).new == []


def test_force_majeure_said_by_an_authority_spares(town):
    of_unit(town, 40.0)
    first = look(town)
    assert len(first.new) == 1
    stated(town, "giam-doc", "force_majeure", word=True)
    second = look(town)
    assert [one.pk for one in second.gone] == [first.new[0].pk]
    assert Proposal.objects.get().gone_on == TODAY


@pytest.mark.parametrize(
    ("low", "of", "expected"),
    [
        (50, 100, set()),
        (51, 100, {"removal.low-confidence"}),
        (66, 99, {"dismissal.low-confidence"}),
        (65, 99, {"removal.low-confidence"}),
        (99, 99, {"dismissal.low-confidence"}),
    ],
)
def test_low_confidence_falls_into_its_zone(town, low, of, expected):
    stated(town, "pho", "party_low_votes", figure=Decimal(low), of=Decimal(of))
    confirmed = {one.ground for one in look(town).new if one.confirmed}
    assert confirmed == expected


def test_failed_years_are_a_sign_to_look_at_while_the_text_waits(town):
    """No confirmed text in force says how many years: shown, but nothing rests on it."""
    rows = rated(town, "pho", 2024, 2025)
    kept = look(town)
    assert grounds_of(kept) == {
        ("Lý Văn Phó", "dismissal.failed-years"),
        ("Lý Văn Phó", "dismissal.party-failed-years"),
    }
    assert not any(one.confirmed for one in kept.new)
    rests = {ref for piece in kept.new[0].evidence["facts"] for ref in piece["rests_on"]}
    assert rests == {f"record:{one.pk}" for one in rows}
    assert swapping.barriers([town.people["pho"].pk], TODAY) == []


def test_discipline_is_told_with_the_record_it_rests_on(town):
    row = disciplined(town, "giam-doc")
    kept = look(town)
    (one,) = [row_ for row_ in kept.new if row_.ground == "dismissal.discipline"]
    assert one.evidence["facts"][0]["rests_on"] == [f"record:{row.pk}"]
    assert one.evidence["facts"][0]["value"] == "warning"


def test_an_official_without_a_leadership_post_is_not_watched(town):
    rated(town, "cv", 2024, 2025)
    disciplined(town, "cv")
    assert look(town).found == []


def test_the_same_evidence_comes_up_once_and_new_evidence_again(town):
    rated(town, "pho", 2024)
    first = look(town)
    again = look(town, TODAY + timedelta(days=1))
    assert again.new == []
    assert len(again.standing) == len(first.new)
    assert Event.objects.filter(type="exit.watched").count() == 1
    one = first.new[0]
    one.refresh_from_db()
    assert (one.first_seen, one.last_seen) == (TODAY, TODAY + timedelta(days=1))
    actions.set_aside(
        proposal_id=one.pk, reason="Đã xem xét", version=one.version, by=town.users["quyet"]
    )
    assert one.ground not in {row.ground for row in look(town, TODAY + timedelta(days=2)).new}
    rated(town, "pho", 2025)
    grounds = {row.ground for row in look(town, TODAY + timedelta(days=3)).new}
    assert one.ground in grounds


def test_setting_aside_takes_a_decider_a_reason_and_the_newest_version(town):
    rated(town, "pho", 2025)
    one = look(town).new[0]
    with pytest.raises(Forbidden):
        actions.set_aside(proposal_id=one.pk, reason="x", version=one.version, by=town.users["lan"])
    with pytest.raises(DomainError):
        actions.set_aside(
            proposal_id=one.pk, reason=" ", version=one.version, by=town.users["quyet"]
        )
    done = actions.set_aside(
        proposal_id=one.pk, reason="Ốm dài ngày", version=one.version, by=town.users["quyet"]
    )
    assert (done.state, done.reason) == ("aside", "Ốm dài ngày")
    with pytest.raises(DomainError):
        actions.take_back(proposal_id=one.pk, version=one.version, by=town.users["quyet"])
    back = actions.take_back(proposal_id=one.pk, version=done.version, by=town.users["quyet"])
    assert back.state == "standing"
    assert Event.objects.filter(type="exit.set_aside").count() == 1


def test_what_only_an_authority_finds_needs_its_document(town):
    made = stated(town, "pho", "dismissal.degradation")
    kept = look(town)
    (one,) = kept.new
    assert (one.ground, one.exit, one.confirmed) == ("dismissal.degradation", "dismissal", True)
    assert "15-QĐ/TU" in one.evidence["reason"]["vi"]
    struck = actions.strike(statement_id=made.pk, reason="Nhầm người", by=town.users["lan"])
    assert struck.voided_at is not None
    assert [row.pk for row in look(town).gone] == [one.pk]


@pytest.mark.parametrize(
    ("about", "more"),
    [
        ("dismissal.low-confidence", {}),  # facts tell it
        ("no.such-ground", {}),
        ("dismissal.old-41-degradation", {}),  # not in force on the day of the document
        ("party_low_votes", {"figure": Decimal(3)}),  # out of how many?
        ("party_low_votes", {"figure": Decimal("2.5"), "of": Decimal(4)}),
        ("force_majeure", {}),
        ("party_low_votes", {"figure": Decimal(5), "of": Decimal(4)}),
    ],
)
def test_a_finding_that_says_nothing_is_refused(town, about, more):
    with pytest.raises(DomainError):
        stated(town, "pho", about, **more)
    assert not Statement.objects.exists()


def test_a_finding_is_recorded_by_who_runs_cases_there(town):
    for who in ("hoa", "minh", "tra"):
        with pytest.raises(Forbidden):
            stated(town, "pho", "dismissal.degradation", by=who)


# -- walls ---------------------------------------------------------------------------------------


def test_who_is_proposed_is_seen_over_the_path_alone(town):
    rated(town, "pho", 2025)
    one = look(town).new[0]
    for who, sees in (
        ("lan", True), ("quyet", True), ("tra", True), ("hoa", False), ("minh", False),
        ("pho", False), ("giam-doc", False),
    ):  # fmt: skip
        with seen_by(town.users[who].pk):
            assert Proposal.objects.filter(pk=one.pk).exists() is sees, who


def test_the_person_sees_it_once_told_even_with_a_grant_over_the_own_unit(town):
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.audit.steps import accounted
    from ngangtam.foundation.kernel.models import span

    rated(town, "pho", 2025)
    one = look(town).new[0]
    with accounted("test.grant"):
        Grant.objects.create(
            user=town.users["pho"], role="inspector", path=town.province.path,
            unit_label="T1", valid=span(date(2020, 1, 1)),
        )  # fmt: skip
    with seen_by(town.users["pho"].pk):
        assert not Proposal.objects.exists()
    actions.tell(proposal_id=one.pk, version=one.version, by=town.users["lan"])
    with seen_by(town.users["pho"].pk):
        assert set(Proposal.objects.values_list("pk", flat=True)) == {one.pk}


def test_the_wall_lets_nobody_rewrite_what_was_found(town):
    from django.db import ProgrammingError, transaction

    rated(town, "pho", 2025)
    one = look(town).new[0]
    with seen_by(town.users["lan"].pk), pytest.raises(ProgrammingError), transaction.atomic():
        Proposal.objects.filter(pk=one.pk).update(person=town.people["giam-doc"])
    with seen_by(town.users["hoa"].pk):
        assert Proposal.objects.filter(pk=one.pk).update(state="gone") == 0
    with seen_by(town.users["lan"].pk), pytest.raises(ProgrammingError), transaction.atomic():
        Proposal.objects.create(
            person=town.people["pho"], unit=town.department, path=town.department.path,
            ground="x", exit="removal", confirmed=True, mark="m", first_seen=TODAY,
            last_seen=TODAY,
        )  # fmt: skip
