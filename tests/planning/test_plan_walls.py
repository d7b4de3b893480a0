"""The second wall: what raw SQL through the web role may read and write of succession plans; and
that every act works with the rights of the web alone."""

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.records.personnel.models import Record
from ngangtam.stages.planning import actions, actions_review, queries
from ngangtam.stages.planning.actions import Document
from ngangtam.stages.planning.models import Plan, PlanEntry, PlanList, PlanReview, PlanTitle
from planning_people import COUNTED, FIRST, TODAY, UNTIL, link, make_person, make_post

pytestmark = pytest.mark.django_db
DOCUMENT = Document("30-QĐ/TU", TODAY, "Ban Thường vụ Tỉnh ủy")


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(sql, *values):
    """Whether the database refuses, or finds nothing to do."""
    try:
        with transaction.atomic():
            return rows(sql, *values) == 0
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") not in {"42501", "23514"}:
            raise
        return True


@pytest.fixture
def entry(titles, people, propose):
    return propose(titles["deputy"], people["chief1"])


@pytest.fixture
def standing(plan, entry, approve):
    approve(plan)
    entry.refresh_from_db()
    return entry


def test_a_plan_is_read_by_who_holds_a_grant_there(standing, keeper, approver, minh, hoa, auditor):
    for user, sees in ((keeper, 1), (approver, 1), (minh, 0), (hoa, 0), (auditor, 0)):
        with seen_by(user.pk):
            assert Plan.objects.count() == sees, user
            assert PlanEntry.objects.count() == sees, user
            assert PlanTitle.objects.count() == 2 * sees, user


def test_the_official_reads_the_own_place_once_approved(
    plan, entry, titles, people, propose, approve
):
    other = propose(titles["deputy"], people["chief2"])
    official = link(_user("an", "Nguyễn An"), people["chief1"])
    with seen_by(official.pk):
        assert not PlanEntry.objects.exists()
        assert not Plan.objects.exists()
    actions.drop(entry_id=other.pk, reason="Rút", by=plan.made_by)
    approve(plan)
    with seen_by(official.pk):
        assert [one.pk for one in PlanEntry.objects.all()] == [entry.pk]
        assert Plan.objects.count() == 1
        assert refused("update planning_planentry set ready_on = '2026-01-01'")


def test_who_keeps_does_not_approve_by_raw_sql(plan, entry, keeper):
    with seen_by(keeper.pk):
        for what in (
            "state = 'in', in_since = '2026-01-01', in_decision_id = null", "state = 'out'",
            "in_since = '2026-01-01'", f"person_id = {entry.person_id + 1}", "in_reason = 'x'",
            "findings = '[]'", "added_by_id = null", "path = '1'",
        ):  # fmt: skip
            assert refused(f"update planning_planentry set {what}"), what
        for what in (
            "state = 'approved'", "state = 'ended'", f"approved_by_id = {keeper.pk}",
            "figures = '{\"women_percent\": 1}'", "made_by_id = null", "path = '1'",
        ):  # fmt: skip
            assert refused(f"update planning_plan set {what}"), what


def test_who_kept_a_plan_and_may_approve_does_not_approve_it_by_raw_sql(
    plan, entry, keeper, lan_province
):
    from datetime import date

    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.kernel.models import span

    Grant.objects.create(user=keeper, role="deciding_member", path=lan_province.path,
                         unit_label="T1", valid=span(date(2020, 1, 1)))  # fmt: skip
    with seen_by(keeper.pk):
        assert refused(f"update planning_plan set approved_by_id = {keeper.pk}")
        assert refused("update planning_planentry set state = 'in', in_since = '2026-01-01'")


def test_nobody_puts_a_place_into_a_file_but_by_an_approved_entry(plan, entry, approver, keeper):
    said = (
        "insert into personnel_record (person_id, kind, code, raw, precision, detail, valid,"
        " decision_id, recorded_at, recorded_by, voided_by, void_reason)"
        " select %s, 'plan', '', '', 'day', jsonb_build_object('entry', %s), '[2026-01-01,)',"
        " null, now(), '', '', ''"
    )
    with seen_by(approver.pk):
        assert refused(said, entry.person_id, entry.pk)
        assert refused(said.replace("'plan'", "'award'"), entry.person_id, entry.pk)


def test_limits_are_counted_for_those_who_may_alone(entry, keeper, minh, titles):
    sql = "select count(*) from ngangtam_plan_standing(%s, %s, %s)"
    with seen_by(keeper.pk):
        assert rows(sql, [entry.person_id], [], TODAY) == [(1,)]
    with seen_by(minh.pk):
        assert refused(sql, [entry.person_id], [], TODAY)
        assert refused("select ngangtam_plan_cases(%s)", [entry.person_id])
        assert refused("select ngangtam_plan_decision('1', '2026-01-01', 'x', '', '', '[]')")


def test_every_act_works_with_the_rights_of_the_web(
    department, posts, people, keeper, approver, lan_province
):
    with seen_by(keeper.pk):
        plan = actions.open_plan(unit_code="T1.NV", term="2026–2031", first=FIRST, until=UNTIL,
                                 counted_on=COUNTED, by=keeper)  # fmt: skip
        actions.add_titles(plan_id=plan.pk, posts=[posts["deputy"].pk], version=None, by=keeper)
        title = plan.titles.get()
        entries = [
            actions.propose(
                proposal=actions.Proposal(title.pk, people[key].number, "Có năng lực", "Đã xem"),
                version=None, by=keeper, today=TODAY,
            )
            for key in ("chief1", "chief2", "chief3")
        ]  # fmt: skip
        actions.drop(entry_id=entries[2].pk, reason="Rút", by=keeper)
        actions.judge(entry_id=entries[0].pk, science=True, ready_on=TODAY, position=2, by=keeper)
        actions.submit(plan_id=plan.pk, version=None, by=keeper)
    with seen_by(approver.pk):
        actions.give_back(plan_id=plan.pk, reason="Xem lại", version=None, by=approver)
    with seen_by(keeper.pk):
        actions.submit(plan_id=plan.pk, version=None, by=keeper)
    with seen_by(approver.pk):
        actions.set_figures(plan_id=plan.pk, figures={"women_percent": 25}, basis="KH 5",
                            version=None, by=approver)  # fmt: skip
        actions.approve(plan_id=plan.pk, document=DOCUMENT, version=None, by=approver, today=TODAY)
        assert queries.board(approver, Plan.objects.get(pk=plan.pk), TODAY).people == 2
    assert Record.objects.filter(kind="plan", decision__number="30-QĐ/TU").count() == 2
    with seen_by(keeper.pk):
        review = actions_review.open_review(plan_id=plan.pk, by=keeper, today=TODAY)
        first, second = review.lines.order_by("pk")
        actions_review.judge_line(
            line_id=first.pk, outcome="leaves", reason="Xin rút", by=keeper, today=TODAY
        )
        actions_review.judge_line(
            line_id=second.pk, outcome="stays", reason="Tốt", by=keeper, today=TODAY
        )
        actions_review.close_review(review_id=review.pk, by=keeper)
        sent = actions_review.send_list(plan_id=plan.pk, to_code="T1", name="x", level="",
                                        by=keeper, today=TODAY)  # fmt: skip
        assert refused("update planning_planlist set rows = '[]'")
        actions.submit(plan_id=plan.pk, version=None, by=keeper)
    with seen_by(approver.pk):
        actions_review.see_list(list_id=sent.pk, by=approver)
        actions.approve(plan_id=plan.pk, document=Document("31-QĐ/TU", TODAY, "Tỉnh ủy"),
                        version=None, by=approver, today=TODAY)  # fmt: skip
        actions.end(plan_id=plan.pk, document=Document("32-QĐ/TU", TODAY, "Tỉnh ủy"),
                    reason="Hết nhiệm kỳ", version=None, by=approver, today=TODAY)  # fmt: skip
    assert {one.state for one in PlanEntry.objects.all()} == {"out", "dropped"}
    assert not Record.objects.filter(kind="plan", valid__upper_inf=True).exists()
    assert PlanReview.objects.count() == PlanList.objects.count() == 1


def test_an_approver_who_cannot_read_the_file_still_approves_somebody_from_elsewhere(
    plan, titles, propose, keeper, lan_province, department, source
):
    """The head of the department approves; the person works in another part of the province."""
    post = make_post(lan_province, source, "Trưởng phòng", "division_head", leadership=True)
    person = make_person("Người Nơi Khác", post, source)
    propose(titles["deputy"], person)
    head = _user("thu-truong", "Trịnh Thủ Trưởng", "deciding_member", department)
    actions.submit(plan_id=plan.pk, version=None, by=keeper)
    with seen_by(head.pk):
        actions.approve(plan_id=plan.pk, document=DOCUMENT, version=None, by=head, today=TODAY)
    assert Record.objects.filter(kind="plan", person=person).count() == 1
