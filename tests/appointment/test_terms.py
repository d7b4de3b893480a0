"""Terms: when they end, the notice, the clock, the goals of a probation, as the web's own role."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import _user
from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.corrections.models import Account
from ngangtam.stages.appointment import (
    actions_clock,
    actions_terms,
    queries,
    starts,
    terms,
)
from ngangtam.stages.appointment.actions_terms import Reached
from ngangtam.stages.appointment.models import Clock, Term

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)
SOON = date(2026, 6, 1)


@pytest.fixture
def an(employ, deputy):
    return employ("Lý Văn An", deputy)


@pytest.fixture
def term(an, deputy):
    return Term.objects.create(
        person=an, posting=an.postings.get(), path=deputy.unit.path, kind="term",
        first=date(2021, 6, 1), until=SOON, basis="QĐ 5/2021",
    )  # fmt: skip


@pytest.fixture
def probation(an, deputy):
    return Term.objects.create(
        person=an, posting=an.postings.get(), path=deputy.unit.path, kind="probation",
        first=date(2025, 10, 1), until=date(2026, 4, 1), basis="QĐ 9/2025",
        goals=[{"goal": "Trình đề án", "reached": None, "note": ""},
               {"goal": "Giải quyết hồ sơ tồn", "reached": None, "note": ""}],
    )  # fmt: skip


@pytest.fixture
def confirmed(monkeypatch):
    """The authority has confirmed the number of days."""
    monkeypatch.setattr(terms, "notice_days", lambda day: 90)


def listed(viewer, **values):
    with seen_by(viewer.pk):
        rows = list(queries.endings_for(viewer, DAY, values).order_by("pk"))
        return queries.endings(rows, DAY)


def record(by, posting, **more):
    said = {"first": date(2021, 6, 1), "until": SOON, "basis": "QĐ 5/2021"}
    with seen_by(by.pk):
        return actions_terms.record_term(posting_id=posting.pk, by=by, **{**said, **more})


def notice(by, *postings):
    with seen_by(by.pk):
        return actions_terms.give_notice(posting_ids=[one.pk for one in postings], today=DAY, by=by)


def settle(by, term, reached, *, passed=True, answer="Đạt kết quả", version=1):
    with seen_by(by.pk):
        return actions_terms.settle_probation(
            term_id=term.pk, goals=[Reached(one) for one in reached], passed=passed,
            answer=answer, version=version, by=by,
        )  # fmt: skip


def test_the_end_of_a_term_is_the_one_on_record(an, term, lan):
    (one,) = listed(lan)

    assert (one.until, one.by_law, one.days_left) == (SOON, False, (SOON - DAY).days)


def test_a_term_begun_under_the_decree_ends_by_it(employ, deputy, lan):
    employ("Mạc Thị Phụng", deputy, first=date(2025, 9, 1))

    (one,) = listed(lan)

    assert (one.until, one.by_law) == (date(2030, 9, 1), True)


def test_a_term_begun_before_the_decree_is_not_made_up(an, lan):
    (one,) = listed(lan)

    assert one.until is None
    assert listed(lan, when="unknown")
    assert not listed(lan, when="year")


def test_the_list_is_narrowed_by_time_and_name(an, term, lan):
    assert listed(lan, when="quarter")
    assert not listed(lan, when="past")
    assert listed(lan, q="ly van")
    assert not listed(lan, q="nguyen")
    assert listed(lan, noticed="no")
    assert not listed(lan, noticed="yes")


def test_the_list_is_that_of_the_viewers_units(an, term, hoa, minh):
    assert listed(hoa) == listed(minh) == []


def test_the_last_day_for_the_notice_shows_once_the_rule_is_confirmed(an, term, lan, monkeypatch):
    assert listed(lan)[0].notice_by is None
    assert not listed(lan, when="notice")

    monkeypatch.setattr(terms, "notice_days", lambda day: 40)
    assert listed(lan)[0].notice_by == workdays.before(SOON, 40)
    assert not listed(lan, when="notice"), "more than forty working days are left"
    monkeypatch.setattr(terms, "notice_days", lambda day: 90)
    assert listed(lan, when="notice")


def test_a_term_is_taken_over_from_an_older_decision(an, lan):
    made = record(lan, an.postings.get())

    assert (made.until, made.basis, made.state) == (SOON, "QĐ 5/2021", "running")
    assert made.recorded_by == lan


@pytest.mark.parametrize(
    ("more", "said"),
    [({"first": date(2020, 1, 1)}, "begins with the posting"),
     ({"until": date(2021, 6, 1)}, "ends after"), ({"basis": " "}, "rests on")],
)  # fmt: skip
def test_a_senseless_term_is_refused(an, lan, more, said):
    posting = an.postings.get()

    with pytest.raises(DomainError, match=said):
        record(lan, posting, **more)
    assert not Term.objects.exists()


def test_one_term_runs_at_a_time_and_a_wrong_one_is_struck_out(an, term, lan):
    with pytest.raises(DomainError, match="already runs"):
        record(lan, an.postings.get())
    with seen_by(lan.pk):
        actions_terms.strike_term(term_id=term.pk, reason="Nhầm ngày", version=1, by=lan)
    term.refresh_from_db()
    assert (term.state, term.answer, term.settled_by) == ("struck", "Nhầm ngày", lan)
    assert record(lan, an.postings.get())


def test_what_a_case_decided_is_not_struck_out(term, lan):
    Term.objects.update(case_number="2026-000001")

    with pytest.raises(DomainError, match="another decision"), seen_by(lan.pk):
        actions_terms.strike_term(term_id=term.pk, reason="x", version=1, by=lan)


def test_only_who_opens_cases_there_takes_a_term_over(an, hoa, minh, signer):
    posting = an.postings.get()
    for user in (hoa, minh, signer):
        with pytest.raises((Forbidden, type(posting).DoesNotExist)):
            record(user, posting)


def test_nobody_keeps_the_own_term(an, lan):
    Account.objects.create(user=lan, person=an, state="linked")

    with pytest.raises(Forbidden):
        record(lan, an.postings.get())


def test_the_notice_is_given_once_and_to_many(an, term, employ, deputy, lan):
    other = employ("Mạc Thị Phụng", deputy, first=date(2025, 9, 1), seat=2)

    told = notice(lan, an.postings.get(), other.postings.get())
    again = notice(lan, an.postings.get())

    assert len(told) == 2
    assert again == []
    term.refresh_from_db()
    assert (term.noticed_on, term.noticed_by) == (DAY, lan)
    by_law = Term.objects.get(person=other)
    assert by_law.until == date(2030, 9, 1)
    assert "170-2025-nd-cp#28" in by_law.basis


def test_a_notice_of_an_unknown_end_is_refused_whole(an, employ, deputy, lan):
    other = employ("Mạc Thị Phụng", deputy, first=date(2025, 9, 1), seat=2)

    with pytest.raises(DomainError, match="not on record"):
        notice(lan, other.postings.get(), an.postings.get())
    assert not Term.objects.exists()


def test_a_probation_is_concluded_by_the_authority_goal_by_goal(probation, signer, an):
    done = settle(signer, probation, [True, False], passed=False, answer="Chưa đạt mục tiêu hai")

    assert done.state == "failed"
    assert [goal["reached"] for goal in done.goals] == [True, False]
    assert an.postings.get().valid.upper is None, "the posting is ended by a decision alone"


@pytest.mark.parametrize(
    ("more", "said"),
    [({"reached": [True]}, "each goal"), ({"answer": ""}, "Say why"),
     ({"version": 7}, "meanwhile")],
)  # fmt: skip
def test_a_conclusion_that_is_not_whole_is_refused(probation, signer, more, said):
    reached = more.pop("reached", [True, True])

    with pytest.raises(DomainError, match=said):
        settle(signer, probation, reached, **more)


def test_a_probation_is_concluded_once_and_not_by_the_office_nor_oneself(
    probation, signer, lan, an
):
    with pytest.raises(Forbidden):
        settle(lan, probation, [True, True])
    account = Account.objects.create(user=signer, person=an, state="linked")
    with pytest.raises(Forbidden):
        settle(signer, probation, [True, True])
    account.delete()
    settle(signer, probation, [True, True])
    with pytest.raises(DomainError, match="settled"):
        settle(signer, probation, [True, True], version=2)


# --- the clock ---------------------------------------------------------------------------------


def set_clock(by, unit):
    with seen_by(by.pk):
        return actions_clock.set_clock(unit_code=unit.code, today=DAY, by=by)


def test_the_clock_waits_until_the_rule_is_confirmed(lan, lan_department):
    with pytest.raises(DomainError, match="confirmed"):
        set_clock(lan, lan_department)


def test_the_clock_is_set_once_for_a_unit_and_stopped(confirmed, lan, lan_department, hoa):
    clock = set_clock(lan, lan_department)

    with pytest.raises(DomainError, match="already set"):
        set_clock(lan, lan_department)
    with pytest.raises(Forbidden):
        set_clock(hoa, lan_department)
    with seen_by(lan.pk):
        actions_clock.stop_clock(clock_id=clock.pk, by=lan)
    assert set_clock(lan, lan_department).pk != clock.pk


@pytest.fixture
def opened(monkeypatch):
    """Which postings cases were opened for, in whose name."""
    calls = []

    def open_(*, procedure, postings, by, today):
        calls.extend((procedure, one.person.full_name, by.username) for one in postings)
        return list(postings), []

    monkeypatch.setattr(starts, "open_reappointments", open_)
    monkeypatch.setattr(
        starts,
        "roads",
        lambda regime, stages, day: [starts.Road("r", "R", (), "reappointment", regime, "")],
    )
    return calls


def test_the_clock_opens_what_is_due_in_the_name_of_who_set_it(
    confirmed, lan, lan_department, term, employ, deputy, opened
):
    employ("Mạc Thị Phụng", deputy, first=date(2025, 9, 1), seat=2)
    set_clock(lan, lan_department)

    assert actions_clock.run_clocks(today=DAY) == 1
    assert opened == [("r", "Lý Văn An", "lan")]


def test_a_stopped_clock_opens_nothing(confirmed, lan, lan_department, term, opened):
    clock = set_clock(lan, lan_department)
    actions_clock.stop_clock(clock_id=clock.pk, by=lan)

    assert actions_clock.run_clocks(today=DAY) == 0
    assert opened == []


def test_the_clock_stands_still_when_its_officer_may_no_longer(
    confirmed, lan, lan_department, term, opened
):
    set_clock(lan, lan_department)
    Grant.objects.filter(user=lan).delete()

    assert actions_clock.run_clocks(today=DAY) == 0
    assert "somebody else" in Clock.objects.get().said


def test_a_rule_that_is_taken_back_stops_the_clock(
    confirmed, lan, lan_department, term, opened, monkeypatch
):
    set_clock(lan, lan_department)
    monkeypatch.setattr(terms, "notice_days", lambda day: None)

    assert actions_clock.run_clocks(today=DAY) == 0
    assert "no longer confirmed" in Clock.objects.get().said


def test_without_one_confirmed_procedure_the_clock_asks_a_person(
    confirmed, lan, lan_department, term, monkeypatch
):
    monkeypatch.setattr(starts, "roads", lambda *said: [])
    set_clock(lan, lan_department)

    assert actions_clock.run_clocks(today=DAY) == 0
    assert "by hand" in Clock.objects.get().said


# --- the second wall ---------------------------------------------------------------------------


def refused(user, sql, *values):
    with seen_by(user.pk):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.rowcount == 0
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != "42501":
                raise
            return True


def test_terms_are_read_there_and_by_the_person(term, an, lan, signer, hoa, minh):
    own = _user("an", "Lý Văn An")
    Account.objects.create(user=own, person=an, state="linked")

    for user, sees in ((lan, 1), (signer, 1), (own, 1), (hoa, 0), (minh, 0)):
        with seen_by(user.pk):
            assert Term.objects.count() == sees, user


def test_the_database_refuses_what_the_actions_refuse(term, probation, an, lan, signer, hoa):
    for what in (
        "until = '2030-01-01'", "first = '2020-01-01'", "decision_id = 1", "case_number = 'x'",
        "state = 'renewed'", "state = 'ended'", "state = 'passed'", "basis = 'x'",
    ):  # fmt: skip
        assert refused(lan, f"update appointment_term set {what}"), what
    assert refused(signer, "update appointment_term set state = 'struck'")
    assert refused(signer, "update appointment_term set goals = '[]' where kind = 'probation'")
    assert refused(signer, "update appointment_term set noticed_on = '2026-03-20'")
    assert refused(hoa, "update appointment_term set state = 'struck'")
    assert refused(
        lan,
        "insert into appointment_term (person_id, posting_id, path, kind, first, until, goals,"
        " state, case_number, basis, answer, version, recorded_by_id) values"
        " (%s, %s, %s::ltree, 'secondment', '2026-01-01', '2027-01-01', '[]', 'running', '', 'x',"
        " '', 1, %s)", an.pk, term.posting_id, str(term.path), lan.pk,
    ), "a secondment is decided by a case"  # fmt: skip
