"""The second wall: what raw SQL through the web role may read and write of assigned work."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from ngangtam.foundation.access.wall import seen_by
from ngangtam.stages.work import actions_head, actions_own
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.models import Draft, Evidence, Product, Task

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)


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


def change(what):
    return f"update work_task set {what}"


@pytest.fixture
def reported(task, binh):
    return actions_own.report(report=Report(task.pk, Decimal(4), DAY), by=binh, today=DAY)


def test_a_task_is_read_by_the_person_and_who_leads_or_reads_there(
    task, binh, an, minh, hoa, giang, chair, lan
):
    for user, sees in ((binh, 1), (giang, 1), (chair, 1), (lan, 1), (an, 0), (minh, 0), (hoa, 0)):
        with seen_by(user.pk):
            assert Task.objects.count() == sees, user


def test_the_plan_is_read_by_the_people_of_the_unit(plan_task, binh, minh, hoa):
    for user, sees in ((binh, 1), (minh, 0), (hoa, 0)):
        with seen_by(user.pk):
            assert Task.objects.count() == sees, user


def test_the_person_reports_and_never_confirms(task, binh):
    with seen_by(binh.pk):
        for what in (
            "confirmed_quantity = 4", "quality_failures = 0, delays = 3", "exceeds = true",
            "state = 'confirmed'", "state = 'cancelled'", "quantity = 1", "due = '2026-12-31'",
            "coefficient = 9", "cause_state = 'confirmed'", "answer = 'Tốt'", "origin = 'x'",
            "person_id = null", "month = '2026-04-01'", "assigned_by_id = null",
        ):  # fmt: skip
            assert refused(change(what)), what
        assert rows(change("state = 'reported', reported_quantity = 4, reported_at = now()")) == 1
        assert rows(change("cause = 'Bão', cause_state = 'claimed'")) == 1


def test_the_head_confirms_and_never_reports(reported, giang, pho):
    with seen_by(giang.pk):
        for what in (
            "reported_quantity = 1", "reported_note = 'x'", "done_on = '2026-03-01'",
            "cause = 'x'", f"confirmed_by_id = {pho.pk}, state = 'confirmed'",
            "path = '1'", "month = '2026-04-01'",
        ):  # fmt: skip
            assert refused(change(what)), what
        done = f"state = 'confirmed', confirmed_quantity = 4, confirmed_by_id = {giang.pk}"
        assert rows(change(done)) == 1
        assert refused(change("quantity = 9"))
        assert refused(change("due = '2026-12-31'"))


def test_what_was_confirmed_is_not_reported_again(reported, binh, giang):
    actions_head.confirm(confirmation=Confirmation(reported.pk), by=giang)
    with seen_by(binh.pk):
        assert refused(change("reported_quantity = 9"))
        assert refused(change("state = 'reported'"))


@pytest.mark.parametrize("who", ["minh", "hoa", "an", "lan"])
def test_nobody_else_touches_it(who, request, reported):
    user = request.getfixturevalue(who)
    with seen_by(user.pk):
        assert refused(change("title = 'x'"))
        assert refused(change("state = 'confirmed'"))
        assert refused(INSERT, reported.unit_id, str(reported.path), reported.person_id, user.pk)
        assert refused(PROOF, reported.pk, user.pk)


INSERT = """insert into work_task (unit_id, path, person_id, assigned_by_id, origin, title,
  quantity, coefficient, month, due, state, reported_failures, reported_delays, reported_exceeds,
  reported_note, cause, cause_state, cause_answer, quality_failures, delays, exceeds, answer)
  values (%s, %s, %s, %s, '', 'x', 1, 1, '2026-03-01', '2026-03-31', 'assigned', 0, 0, false,
  '', '', '', '', 0, 0, false, '')"""
PROOF = """insert into work_evidence (task_id, reference, added_by_id)
  values (%s, 'x', %s)"""


def test_a_head_gives_no_work_to_oneself_nor_a_deputy_to_the_head(
    director, lan_department, giang, pho, chair
):
    values = (lan_department.pk, str(lan_department.path), director.pk)
    for user in (giang, pho):
        with seen_by(user.pk):
            assert refused(INSERT, *values, user.pk)
    with seen_by(chair.pk):
        assert refused(INSERT, *values, giang.pk)
        assert rows(INSERT, *values, chair.pk) == 1
    with seen_by(giang.pk):
        assert refused(change("state = 'confirmed'"))
    with seen_by(pho.pk):
        assert refused(change(f"state = 'confirmed', confirmed_by_id = {pho.pk}"))
    with seen_by(chair.pk):
        assert rows(change(f"state = 'confirmed', confirmed_by_id = {chair.pk}")) == 1


def test_a_proposal_is_accepted_by_somebody_else(work, binh, giang):
    actions_own.propose(work=work(), by=binh)
    with seen_by(binh.pk):
        assert refused(change("state = 'assigned'"))
    with seen_by(giang.pk):
        assert rows(change(f"state = 'assigned', assigned_by_id = {giang.pk}")) == 1


def test_evidence_is_read_with_its_task_and_changed_by_who_brought_it(task, binh, giang, an, hoa):
    actions_own.attach(task_id=task.pk, files=[], reference="1/BC", by=binh)
    for user, sees in ((binh, 1), (giang, 1), (an, 0), (hoa, 0)):
        with seen_by(user.pk):
            assert Evidence.objects.count() == sees
    with seen_by(giang.pk):
        assert refused("update work_evidence set removed_at = now()")


def test_the_catalogue_is_kept_by_its_unit(product, giang, chair, binh, minh):
    end = "update work_product set voided_at = now()"
    for user in (giang, binh, minh):
        with seen_by(user.pk):
            assert Product.objects.count() == 1
            assert refused(end)
    with seen_by(chair.pk):
        assert rows(end) == 1


def test_history_is_told_to_who_may_read_the_task(reported, binh, giang, an, minh, hoa):
    told = "select count(*) from ngangtam_task_history(%s)"
    for user, much in ((binh, 2), (giang, 2), (an, 0), (minh, 0), (hoa, 0)):
        with seen_by(user.pk):
            assert rows(told, reported.pk) == [(much,)], user


def test_a_list_of_tasks_is_read_by_who_sent_it(lan_department, giang, pho, minh):
    Draft.objects.create(
        unit=lan_department, path=str(lan_department.path), name="a", digest="b", made_by=giang
    )
    for user, sees in ((giang, 1), (pho, 0), (minh, 0)):
        with seen_by(user.pk):
            assert Draft.objects.count() == sees
