"""Deciding classes: against the proposal with a reason, in bulk, over a cap, replaced."""

from datetime import date

import pytest

from made_cycles import confirm, opened, person, task
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.corrections.models import Account
from ngangtam.stages.evaluation import queries_proposals
from ngangtam.stages.evaluation.actions_classes import (
    OverCapError,
    Paper,
    decide,
    decide_as_proposed,
    replace,
)
from ngangtam.stages.evaluation.actions_cycles import close_cycle
from ngangtam.stages.evaluation.models import Rating, Result, Sheet

PAPER = Paper("12/QĐ-SNV", date(2026, 4, 20), "Sở Nội vụ", "Đỗ Quang Trung")
NAMES = ("An", "Bảo", "Chi", "Dũng", "Én", "Giang", "Hoài")


@pytest.fixture
def month(lan, lan_province, lan_department, source):
    """Seven officials and a head; An and Bảo reach excellent, the cap lets one stay."""
    for name in NAMES:
        task(person(f"Lê {name}", lan_department, source), lan_department)
    head = person("Đỗ Trung", lan_department, source, head=True)
    task(head, lan_department, failures=2)
    cycle = opened(lan_province, lan)
    confirm(cycle, An=29, Bảo=28, Trung=20, **dict.fromkeys(NAMES[2:], 15))
    close_cycle(cycle_id=cycle.pk, by=lan)
    cycle.refresh_from_db()
    return cycle


def _sheet(name):
    return Sheet.objects.get(person__full_name__endswith=name)


def _proposed(name):
    return Result.objects.get(sheet=_sheet(name), sheet__cycle__run=1).proposed


def test_the_cap_leaves_the_best_one(month):
    assert (_proposed("An"), _proposed("Bảo"), _proposed("Chi")) == ("excellent", "good", "good")


def test_many_are_decided_as_proposed_by_one_document(month, thanh):
    done = decide_as_proposed(cycle_id=month.pk, body_codes=["T1.NV"], paper=PAPER, by=thanh)

    assert (done.decided, done.ties, done.unknown, done.refused) == (8, 0, 0, 0)
    assert {one.decision.number for one in Rating.objects.select_related("decision")} == {
        "12/QĐ-SNV"
    }
    event = Event.objects.get(type="evaluation.classes_decided")
    assert event.what["levels"] == {"excellent": 1, "good": 7}
    with pytest.raises(DomainError):
        decide_as_proposed(cycle_id=month.pk, body_codes=["T1.NV"], paper=PAPER, by=thanh)


def test_nobody_fails_in_bulk_by_a_condition_alone(month, thanh):
    """The points of Chi reach more than failing: the authority weighs that case."""
    found = Result.objects.get(sheet=_sheet("Chi"), run=month.run)
    found.proposed, found.conditions = "failed", {**found.conditions, "authority_decides": 1}
    found.save()

    done = decide_as_proposed(cycle_id=month.pk, body_codes=["T1.NV"], paper=PAPER, by=thanh)

    assert (done.decided, done.unknown) == (7, 1)
    assert not Rating.objects.filter(sheet=_sheet("Chi")).exists()


def test_the_head_does_not_decide_the_own_class_nor_that_of_the_head(month, make_account,
                                                                      lan_department):  # fmt: skip
    trung = make_account("trung", _sheet("Trung").person, "unit_head", lan_department)

    done = decide_as_proposed(cycle_id=month.pk, body_codes=["T1.NV"], paper=PAPER, by=trung)

    assert (done.decided, done.refused) == (7, 1)
    with pytest.raises(Forbidden):
        decide(sheet_id=_sheet("Trung").pk, level="good", reason="Tự xếp", paper=PAPER, by=trung)


def test_another_class_than_the_proposed_one_needs_a_reason(month, thanh):
    pk = _sheet("Chi").pk
    with pytest.raises(DomainError):
        decide(sheet_id=pk, level="completed", reason="", paper=PAPER, by=thanh)

    rating = decide(sheet_id=pk, level="completed", reason="Chậm báo cáo", paper=PAPER, by=thanh)

    assert (rating.level, rating.reason, rating.total) == ("completed", "Chậm báo cáo", 85)
    with pytest.raises(DomainError):
        decide(sheet_id=pk, level="good", reason="Lại", paper=PAPER, by=thanh)


def test_one_more_excellent_than_the_cap_is_confirmed_first(month, thanh):
    given = {"sheet_id": _sheet("Bảo").pk, "level": "excellent", "reason": "Nổi trội",
             "paper": PAPER, "by": thanh}  # fmt: skip
    with pytest.raises(OverCapError):
        decide(**given)

    assert decide(**given, confirmed=True).level == "excellent"


def test_within_the_cap_nothing_is_asked(month, thanh):
    """The one who was to stay is moved down, so another may take the place."""
    decide(sheet_id=_sheet("An").pk, level="good", reason="Nhường", paper=PAPER, by=thanh)

    decide(sheet_id=_sheet("Bảo").pk, level="excellent", reason="Nổi trội", paper=PAPER, by=thanh)


def test_a_wrong_class_is_replaced_by_a_new_decision(month, thanh):
    old = decide(sheet_id=_sheet("Chi").pk, level="good", reason="", paper=PAPER, by=thanh)
    second = Paper("15/QĐ-SNV", date(2026, 5, 4), "Sở Nội vụ")

    new = replace(rating_id=old.pk, level="completed", reason="Sai sót", paper=second, by=thanh)

    old.refresh_from_db()
    assert old.replaced_at is not None
    assert Rating.objects.get(sheet=old.sheet, replaced_at=None) == new
    with pytest.raises(DomainError):
        replace(rating_id=old.pk, level="good", reason="Nữa", paper=second, by=thanh)


def test_the_office_proposes_but_does_not_decide(month, lan):
    with pytest.raises(Forbidden):
        decide_as_proposed(cycle_id=month.pk, body_codes=["T1.NV"], paper=PAPER, by=lan)


def test_nothing_is_decided_before_the_cycle_is_closed(lan, lan_province, lan_department, source,
                                                       thanh):  # fmt: skip
    person("Lê An", lan_department, source)
    opened(lan_province, lan)

    with pytest.raises(DomainError):
        decide(sheet_id=_sheet("An").pk, level="good", reason="Sớm", paper=PAPER, by=thanh)


def test_the_web_may_do_the_same_behind_the_wall(month, thanh):
    with seen_by(thanh.pk):
        done = decide_as_proposed(cycle_id=month.pk, body_codes=["T1.NV"], paper=PAPER, by=thanh)

    assert done.decided == 8


def test_proposals_tell_how_each_number_came_about(month, thanh):
    found = queries_proposals.proposals(thanh, month, "T1.NV", "civil_servant")

    body = next(line for line in found.caps if line.within == "body")
    assert (body.rated, body.good, body.excellent, body.cap, body.allowed) == (8, 6, 2, 1, 1)
    by_name = {one.sheet.person.full_name: one for one in found.people}
    assert by_name["Lê Bảo"].outcome == "exceeds"
    assert not Account.objects.exists()
