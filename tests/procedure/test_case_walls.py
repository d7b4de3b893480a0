"""The second wall: what raw SQL through the web role may read and write of cases."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from assigned_work import link
from ngangtam.foundation.access.wall import seen_by
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Posting, Record
from ngangtam.stages.procedure import actions, actions_holds, effects
from ngangtam.stages.procedure.models import Case, CaseSubject, GateFinding, Hold, Notice, Step
from ngangtam.stages.procedure.values import SubjectValues

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)
DOCUMENT = {"number": "12/TTr", "day": TODAY, "signer": "Ký"}
DECISION = {"number": "99/QĐ", "day": TODAY, "body": "UBND", "signer": "CT", "result": "approved"}


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


def waiting(case):
    return Step.objects.get(case=case, state="waiting")


def complete(case, by, **answers):
    return actions.complete_step(
        case_id=case.pk, step_id=waiting(case).pk, answers=answers, version=None, by=by,
        today=TODAY,
    )  # fmt: skip


@pytest.fixture
def case(open_case):
    return open_case("thu.short")


def test_a_case_is_read_by_who_holds_a_grant_over_it(
    case, officer, appraiser, decider, inspector, hoa, minh, auditor
):
    for user, sees in (
        (officer, 1), (appraiser, 1), (decider, 1), (inspector, 1), (hoa, 0), (minh, 0),
        (auditor, 0),
    ):  # fmt: skip
        with seen_by(user.pk):
            assert Case.objects.count() == sees, user
            assert CaseSubject.objects.count() == sees
            assert Step.objects.count() == sees
            told = rows("select count(*) from ngangtam_case_history(%s)", case.pk)
            assert told[0][0] == sees


def test_the_subject_sees_nothing_but_the_notice(case, person, lan_province, officer):
    own = link("binh", "Nguyễn Thị Bình", person, "unit_head", lan_province)
    Notice.objects.create(
        case=case, person=person, title="t", text="đã quyết định", day=TODAY, given_by=officer
    )
    with seen_by(own.pk):
        assert not Case.objects.exists()
        assert not Step.objects.exists()
        assert Notice.objects.count() == 1
        assert refused("update procedure_case set title = 'x' where id = %s", case.pk)


def test_what_a_case_began_with_stays(case, officer):
    for what in ("xml = 'x'", "fictional = true", "path = '1'", "number = 'x'", "digest = 'x'"):
        with seen_by(officer.pk):
            assert refused(f"update procedure_case set {what} where id = %s", case.pk), what


def test_nobody_completes_a_step_under_another_name(case, officer, second):
    with seen_by(officer.pk):
        assert refused(
            "update procedure_step set state = 'done', done_by_id = %s where case_id = %s",
            second.pk, case.pk,
        )  # fmt: skip


def test_duties_are_kept_apart_by_the_database_itself(
    case, officer, appraiser, decider, lan_province
):
    complete(case, officer, **DOCUMENT)
    done = "update procedure_step set state = 'done', done_by_id = %s where id = %s"
    step = waiting(case)
    with seen_by(officer.pk):
        assert refused(done, officer.pk, step.pk)
    with seen_by(decider.pk):
        assert refused(done, decider.pk, step.pk)
    # Also for the owner's connection: who opened the case never appraises it.
    assert refused(done, officer.pk, step.pk)
    complete(case, appraiser, result="agreed", reason="Đủ")
    step = waiting(case)
    assert refused(done, appraiser.pk, step.pk)
    with seen_by(officer.pk):
        assert refused(done, officer.pk, step.pk)
        assert refused(
            "update procedure_case set decision_id = (select max(id) from organisation_decision)"
            ", state = 'done' where id = %s returning id", case.pk,
        ) or Case.objects.get(pk=case.pk).decision_id is None  # fmt: skip


def test_a_relative_is_refused_by_the_database(case, person, other, lan_province, source):
    officer = link("an", "Đặng Văn An", other, "personnel_officer", lan_province)
    personnel.add_record(
        person=person, kind="family", first_day=date(2000, 1, 1), code="spouse", source=source,
        detail={"person": other.number, "name": other.full_name},
    )  # fmt: skip
    with seen_by(officer.pk):
        assert refused(
            "update procedure_step set state = 'done', done_by_id = %s where case_id = %s",
            officer.pk, case.pk,
        )  # fmt: skip
        assert rows("select ngangtam_case_conflict(%s, %s)", case.pk, officer.pk) == [("relative",)]


def test_nobody_asks_how_another_stands_to_a_case(case, officer, second):
    with seen_by(officer.pk):
        assert refused("select ngangtam_case_conflict(%s, %s)", case.pk, second.pk)


def test_a_hold_freezes_for_every_connection(case, officer, inspector, person):
    actions_holds.place_hold(reason="Dừng", by=inspector, person_id=person.pk)
    assert refused("update procedure_case set workflow = '{}' where id = %s", case.pk)
    assert refused(
        "update procedure_step set state = 'done', done_by_id = %s where case_id = %s",
        officer.pk, case.pk,
    )  # fmt: skip
    with seen_by(officer.pk):
        assert Hold.objects.count() == 1
        assert refused("update procedure_hold set lifted_at = now(), lifted_by_id = %s", officer.pk)


def test_a_hold_is_placed_by_who_may_and_stays_as_it_was(case, officer, inspector, person):
    add = (
        "insert into procedure_hold (case_id, label, path, reason, placed_by_id, lift_reason)"
        " values (%s, 'x', %s, 'r', %s, '')"
    )
    with seen_by(officer.pk):
        assert refused(add, case.pk, str(case.path), officer.pk)
    actions_holds.place_hold(reason="Dừng", by=inspector, case_id=case.pk)
    with seen_by(inspector.pk):
        assert refused("update procedure_hold set reason = 'khác', lifted_by_id = %s", inspector.pk)


def test_nobody_is_brought_in_whom_one_cannot_see(case, officer, hoa_province, source):
    stranger = personnel.add_person(full_name="Người Xa", unit=hoa_province, source=source)
    with seen_by(officer.pk):
        assert refused(
            "insert into procedure_casesubject (case_id, person_id, name, headline, path, state,"
            " reason, position) values (%s, %s, 'x', '', %s, 'in', '', 9)",
            case.pk, stranger.pk, str(case.path),
        )  # fmt: skip


def test_a_special_case_is_written_by_who_decides_alone(open_case, other, officer, decider):
    case = open_case(subjects=[SubjectValues(other.pk)])
    step = waiting(case)
    row = GateFinding.objects.create(
        case=case, step=step, subject=case.subjects.get(), gate="thu.headed", outcome="not_met",
        may_be_special=True, judged_on=TODAY,
    )  # fmt: skip
    say = (
        "update procedure_gatefinding set special = true, authority = 'A', special_reason = 'R',"
        " special_document = 'D', special_by_id = %s, special_at = now() where id = %s"
    )
    with seen_by(officer.pk):
        assert refused(say, officer.pk, row.pk)
    with seen_by(decider.pk):
        assert not refused(say, decider.pk, row.pk)
        assert refused("update procedure_gatefinding set special = false where id = %s", row.pk)


def test_a_decision_writes_records_as_the_web_in_its_own_act_alone(
    case, person, officer, appraiser, decider, lan_department, source, monkeypatch
):
    post = organisation.add_post(
        unit=lan_department, title="Phó Giám đốc", first_day=date(2021, 1, 1), source=source,
        leadership=True, seats=1,
    )  # fmt: skip

    def begins(case, decision, by):
        for held in Posting.objects.on(TODAY).filter(person=person):
            personnel.end(held, on=TODAY)
        personnel.add_posting(
            person=person, post=post, first_day=TODAY, decision=decision, by=by.username
        )
        personnel.add_record(
            person=person, kind="award", first_day=TODAY, raw="Thử", decision=decision
        )
        personnel.refresh([person.pk], day=TODAY)

    monkeypatch.setitem(effects._effects, "test.effect", begins)
    with seen_by(officer.pk):
        complete(case, officer, **DOCUMENT)
    with seen_by(appraiser.pk):
        complete(case, appraiser, result="agreed", reason="Đủ")
    add = (
        "insert into personnel_record (person_id, kind, code, raw, precision, detail, valid,"
        " recorded_at, recorded_by, voided_by, void_reason, decision_id)"
        " values (%s, 'award', '', 'x', 'day', '{}', '[2026-01-01,)', now(), '', '', '', %s)"
    )
    with seen_by(decider.pk):
        assert refused(add, person.pk, None)
        complete(case, decider, **DECISION)
    case.refresh_from_db()
    assert case.decision.kind == "appointment"
    assert Posting.objects.on(TODAY).get(person=person).post == post
    assert Record.objects.filter(person=person, decision=case.decision).exists()
    person.refresh_from_db()
    assert person.headline == "Phó Giám đốc"
    # Another transaction is another act.
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update procedure_case set decided_in = 1 where id = %s", [case.pk])
        cursor.execute("set session_replication_role = default")
    with seen_by(decider.pk):
        assert refused(add, person.pk, case.decision_id)
