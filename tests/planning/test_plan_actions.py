"""Keeping a plan: the coefficients, what refuses, who approves, what the file holds afterwards."""

from datetime import date, timedelta

import pytest

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records import facts
from ngangtam.records.organisation.models import Decision
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Record
from ngangtam.stages.planning import actions, actions_review, queries
from ngangtam.stages.planning.actions import Document
from ngangtam.stages.planning.models import Plan, PlanEntry
from planning_people import COUNTED, FIRST, TODAY, UNTIL, link, make_person, make_post

pytestmark = pytest.mark.django_db
DOCUMENT = Document("13-QĐ/TU", TODAY, "Ban Thường vụ Tỉnh ủy")


def fact_of(person, name, day):
    row = facts.on(day).frame.filter(facts.on(day).frame["person_id"] == person.pk)
    return row[name][0]


def outcomes(title, person):
    return {one.id: one.outcome for one in actions.checks_of(title, person.pk, TODAY)}


def test_a_unit_has_one_plan_for_a_term(plan, keeper):
    with pytest.raises(DomainError):
        actions.open_plan(unit_code="T1.NV", term="2026–2031", first=FIRST, until=UNTIL,
                          counted_on=COUNTED, by=keeper)  # fmt: skip


def test_a_plan_is_kept_by_who_may(department, minh, hoa, approver):
    for user in (minh, hoa, approver):
        with pytest.raises(Forbidden):
            actions.open_plan(unit_code="T1.NV", term="2026–2031", first=FIRST, until=UNTIL,
                              counted_on=COUNTED, by=user)  # fmt: skip


def test_three_people_a_title_and_no_fourth(plan, titles, people, propose):
    for key in ("chief1", "chief2", "chief3"):
        propose(titles["deputy"], people[key])

    with pytest.raises(DomainError, match="3"):
        propose(titles["deputy"], people["chief4"])
    assert plan.entries.count() == 3


def test_a_place_that_was_dropped_is_free_again(titles, people, propose, keeper):
    entries = [propose(titles["deputy"], people[f"chief{n}"]) for n in (1, 2, 3)]
    actions.drop(entry_id=entries[0].pk, reason="Xin rút", by=keeper)

    assert propose(titles["deputy"], people["chief4"]).state == PlanEntry.State.PROPOSED


def test_three_titles_of_one_level_and_no_fourth(
    plan, posts, people, propose, keeper, department, source
):
    more = [
        make_post(department, source, f"Phó Giám đốc Sở {n}", "deputy_department_director",
                  leadership=True, managed_by="province_committee")
        for n in range(4)
    ]  # fmt: skip
    actions.add_titles(plan_id=plan.pk, posts=[one.pk for one in more], version=None, by=keeper)
    rows = list(plan.titles.order_by("pk"))
    for title in rows[:3]:
        propose(title, people["chief1"])

    with pytest.raises(DomainError, match="3"):
        propose(rows[3], people["chief1"])


def test_titles_in_another_plan_count_too(
    plan, titles, people, propose, keeper, lan_province, source
):
    """The province's own plan counts when the department adds a fourth title."""
    other = actions.open_plan(unit_code="T1", term="2026–2031", first=FIRST, until=UNTIL,
                              counted_on=COUNTED, by=keeper)  # fmt: skip
    more = [
        make_post(lan_province, source, f"Ủy viên {n}", "people_committee_member",
                  leadership=True, managed_by="province_committee")
        for n in range(3)
    ]  # fmt: skip
    actions.add_titles(plan_id=other.pk, posts=[one.pk for one in more], version=None, by=keeper)
    for title in other.titles.all():
        propose(title, people["chief1"])

    assert outcomes(titles["deputy"], people["chief1"])["titles"] == "not_met"


def test_only_a_higher_title(titles, people):
    said = {
        (key, who): outcomes(titles[key], people[who])["higher"]
        for key, who in (("deputy", "chief1"), ("director", "deputy"), ("deputy", "deputy"),
                         ("deputy", "director"))
    }  # fmt: skip

    assert said == {
        ("deputy", "chief1"): "met", ("director", "deputy"): "met",
        ("deputy", "deputy"): "not_met", ("deputy", "director"): "not_met",
    }  # fmt: skip


def test_a_title_that_is_not_higher_is_refused(titles, people, propose):
    with pytest.raises(DomainError, match=r"cao hơn|higher"):
        propose(titles["deputy"], people["director"])


@pytest.mark.parametrize(
    ("code", "until", "outcome"),
    [("reprimand", date(2026, 1, 1), "met"), ("warning", date(2026, 1, 1), "met"),
     ("reprimand", None, "not_met"), ("warning", None, "not_met"),
     ("removal", date(2026, 1, 1), "unknown"), ("removal", None, "not_met")],
)  # fmt: skip
def test_the_three_cases_after_discipline(code, until, outcome, titles, people, source):
    personnel.add_record(person=people["chief1"], kind="discipline", code=code, until=until,
                         first_day=date(2025, 10, 1), source=source)  # fmt: skip

    assert outcomes(titles["deputy"], people["chief1"])["discipline"] == outcome


def test_what_the_rulebook_cannot_say_asks_for_a_judgement(titles, people, propose):
    """The age of a plan is not confirmed for the text in force: a person judges."""
    assert outcomes(titles["deputy"], people["chief1"])["age"] == "unknown"
    with pytest.raises(DomainError):
        propose(titles["deputy"], people["chief1"], judgement="")

    entry = propose(titles["deputy"], people["chief1"])
    assert entry.judgement == "Đã xem xét, đủ điều kiện"
    assert {one["id"] for one in entry.findings} >= {"people", "titles", "higher", "no_case",
                                                     "discipline", "age"}  # fmt: skip


def test_every_rule_carries_its_citation(titles, people):
    for one in actions.checks_of(titles["deputy"], people["chief1"].pk, TODAY):
        assert one.cites, one.id
        assert all(cite.partition("#")[0] in rulebook().instruments for cite in one.cites)
        assert one.reason["vi"], one.id


def test_no_political_conclusion_stays_open_until_somebody_judges(titles, posts, source):
    person = make_person("Chưa Kết Luận", posts["chief"], source, conclusion=False)

    assert outcomes(titles["deputy"], person)["political-conclusion"] in {"unknown", "not_met"}


def test_nobody_keeps_the_own_place(titles, people, propose, keeper):
    link(keeper, people["chief1"])

    with pytest.raises(Forbidden):
        propose(titles["deputy"], people["chief1"])


def test_people_from_elsewhere_may_be_planned(titles, propose, lan_province, source, hoa):
    other = make_post(lan_province, source, "Trưởng phòng nơi khác", "division_head",
                      leadership=True)  # fmt: skip
    person = make_person("Người Nơi Khác", other, source)

    assert propose(titles["deputy"], person).elsewhere


def test_a_file_out_of_reach_is_not_planned(titles, propose, hoa_province, source):
    other = make_post(hoa_province, source, "Trưởng phòng", "division_head", leadership=True)
    person = make_person("Ngoài Tầm", other, source)

    with pytest.raises(Forbidden):
        propose(titles["deputy"], person)


def test_a_form_that_shows_an_older_plan_is_refused(plan, titles, people, propose, keeper):
    seen = Plan.objects.get(pk=plan.pk).version
    propose(titles["deputy"], people["chief1"])

    with pytest.raises(DomainError, match=r"thay đổi|changed"):
        actions.submit(plan_id=plan.pk, version=seen, by=keeper)


def test_approval_writes_the_file_with_the_decision(plan, titles, people, propose, approve):
    entry = propose(titles["deputy"], people["chief1"])
    assert not fact_of(people["chief1"], "in_plan", TODAY)
    approve(plan)

    entry.refresh_from_db()
    record = Record.objects.get(kind="plan", person=people["chief1"])
    assert (entry.state, entry.in_since, entry.record_id) == ("in", TODAY, record.pk)
    assert record.decision.number == "12-QĐ/TU"
    assert record.decision_id == entry.in_decision_id
    assert fact_of(people["chief1"], "in_plan", TODAY)
    assert fact_of(people["chief1"], "plan_higher", TODAY)
    assert Event.objects.filter(type="planning.approved").count() == 1


def test_who_kept_the_plan_does_not_approve_it(plan, titles, people, propose, keeper, lan_province):
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.kernel.models import span

    Grant.objects.create(user=keeper, role="deciding_member", path=lan_province.path,
                         unit_label="T1", valid=span(date(2020, 1, 1)))  # fmt: skip
    keeper.__dict__.pop("_grants_by_day", None)
    propose(titles["deputy"], people["chief1"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)

    with pytest.raises(Forbidden):
        actions.approve(plan_id=plan.pk, document=DOCUMENT, version=None, by=keeper, today=TODAY)
    assert not Record.objects.filter(kind="plan").exists()


def test_who_stands_in_the_plan_does_not_approve_it(
    plan, titles, people, propose, keeper, approver
):
    link(approver, people["chief1"])
    propose(titles["deputy"], people["chief1"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)

    with pytest.raises(Forbidden):
        actions.approve(plan_id=plan.pk, document=DOCUMENT, version=None, by=approver, today=TODAY)


def test_nothing_changes_while_a_plan_waits(plan, titles, people, propose, keeper, approver):
    propose(titles["deputy"], people["chief1"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)

    with pytest.raises(DomainError):
        propose(titles["deputy"], people["chief2"])
    actions.give_back(plan_id=plan.pk, reason="Bổ sung cơ cấu nữ", version=None, by=approver)
    assert propose(titles["deputy"], people["chief2"])


def test_approval_refuses_what_is_not_met_any_more(
    plan, titles, people, propose, keeper, approver, source
):
    propose(titles["deputy"], people["chief1"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)
    personnel.add_record(person=people["chief1"], kind="discipline", code="warning",
                         first_day=date(2026, 3, 1), source=source)  # fmt: skip

    with pytest.raises(DomainError):
        actions.approve(plan_id=plan.pk, document=DOCUMENT, version=None, by=approver, today=TODAY)
    assert not Record.objects.filter(kind="plan").exists()
    assert not Decision.objects.filter(number=DOCUMENT.number).exists()


def test_a_decision_is_not_signed_in_the_future(plan, titles, people, propose, keeper, approver):
    propose(titles["deputy"], people["chief1"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)
    ahead = Document("1", TODAY + timedelta(days=1), "Tỉnh ủy")

    with pytest.raises(DomainError):
        actions.approve(plan_id=plan.pk, document=ahead, version=None, by=approver, today=TODAY)


def test_leaving_ends_the_record_by_a_decision(plan, titles, people, propose, approve, keeper):
    entry = propose(titles["deputy"], people["chief1"])
    approve(plan, day=TODAY - timedelta(days=30))
    actions.leave(entry_id=entry.pk, reason="Không hoàn thành nhiệm vụ", by=keeper)
    assert fact_of(people["chief1"], "in_plan", TODAY)
    approve(plan, number="20-QĐ/TU")

    entry.refresh_from_db()
    assert (entry.state, entry.out_since) == ("out", TODAY)
    assert entry.out_decision.number == "20-QĐ/TU"
    record = Record.objects.get(kind="plan", person=people["chief1"])
    assert (record.valid.lower, record.valid.upper) == (TODAY - timedelta(days=30), TODAY)
    assert not fact_of(people["chief1"], "in_plan", TODAY)


def test_ending_a_plan_ends_every_place(plan, titles, people, propose, approve, approver):
    for key in ("chief1", "chief2"):
        propose(titles["deputy"], people[key])
    approve(plan, day=TODAY - timedelta(days=9))
    actions.end(plan_id=plan.pk, document=DOCUMENT, reason="Hết nhiệm kỳ", version=None,
                by=approver, today=TODAY)  # fmt: skip

    assert set(plan.entries.values_list("state", flat=True)) == {"out"}
    assert not Record.objects.filter(kind="plan", valid__contains=TODAY).exists()


def test_the_yearly_review_goes_through_everybody(
    plan, titles, people, propose, approve, keeper, source
):
    first = propose(titles["deputy"], people["chief1"])
    second = propose(titles["deputy"], people["chief2"])
    approve(plan)
    personnel.add_record(person=people["chief1"], kind="rating", code="failed",
                         first_day=date(2026, 1, 1), detail={"year": 2025},
                         source=source)  # fmt: skip
    review = actions_review.open_review(plan_id=plan.pk, by=keeper, today=TODAY)
    lines = {line.entry_id: line for line in review.lines.all()}

    assert "failed_year" in {one["id"] for one in lines[first.pk].evidence}
    assert not lines[second.pk].evidence
    first.refresh_from_db()
    assert first.state == "in", "nothing is taken out by itself"
    with pytest.raises(DomainError):
        actions_review.close_review(review_id=review.pk, by=keeper)
    with pytest.raises(DomainError):
        actions_review.judge_line(
            line_id=lines[first.pk].pk, outcome="stays", reason="", by=keeper, today=TODAY
        )
    with pytest.raises(DomainError):
        actions_review.judge_line(line_id=lines[first.pk].pk, outcome="leaves", reason="",
                                  by=keeper, today=TODAY)  # fmt: skip
    actions_review.judge_line(line_id=lines[first.pk].pk, outcome="leaves", today=TODAY,
                              reason="Không hoàn thành nhiệm vụ năm 2025", by=keeper)  # fmt: skip
    actions_review.judge_line(
        line_id=lines[second.pk].pk, outcome="stays", reason="", by=keeper, today=TODAY
    )
    actions_review.close_review(review_id=review.pk, by=keeper)
    first.refresh_from_db()
    assert first.state == "leaving"
    assert queries.review_due(Plan.objects.get(pk=plan.pk)) == date(2027, 3, 20)


def test_a_list_is_sent_up_once_and_seen_there(
    plan, titles, people, propose, approve, keeper, approver, minh
):
    propose(titles["deputy"], people["chief1"])
    approve(plan)
    sent = actions_review.send_list(plan_id=plan.pk, to_code="T1", name="", level="", by=keeper,
                                    today=TODAY)  # fmt: skip

    assert len(sent.rows) == 1
    assert sent.digest == actions_review.digest_of(sent.rows)
    with pytest.raises(DomainError):
        actions_review.send_list(plan_id=plan.pk, to_code="T1", name="", level="", by=keeper,
                                 today=TODAY)  # fmt: skip
    with pytest.raises(DomainError):
        actions_review.send_list(plan_id=plan.pk, to_code="T2", name="", level="", by=keeper,
                                 today=TODAY)  # fmt: skip
    with pytest.raises(Forbidden):
        actions_review.see_list(list_id=sent.pk, by=minh)
    assert actions_review.see_list(list_id=sent.pk, by=approver).seen_by == approver


def test_planned_for_says_title_equal_and_higher(plan, titles, people, propose, approve, posts):
    propose(titles["director"], people["deputy"])
    propose(titles["deputy"], people["chief1"])
    approve(plan)
    propose(titles["deputy"], people["chief2"])
    found = queries.planned_for(
        [people[key].pk for key in ("deputy", "chief1", "chief2", "chief3")], posts["deputy"], TODAY
    )
    of = {key: found[people[key].pk] for key in ("deputy", "chief1", "chief2", "chief3")}

    assert (of["chief1"].title, of["chief1"].equal_or_higher) == (True, True)
    assert (of["deputy"].title, of["deputy"].equal_or_higher) == (False, True)
    assert (of["chief2"].title, of["chief2"].proposed) == (False, True)
    assert (of["chief3"].equal_or_higher, of["chief3"].proposed) == (False, False)
