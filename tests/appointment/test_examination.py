"""An examination from its announcement to the answer to a complaint, as the web's own role."""

from datetime import date, timedelta
from decimal import Decimal
from textwrap import dedent

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.home import home
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.rulebook import check, forget
from ngangtam.records.corrections.models import Account
from ngangtam.stages.appointment import actions_exams, actions_marks, marking, schemes
from ngangtam.stages.appointment.models import Entrant, Examination, Mark
from written_schemes import SCHEME

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A scheme that this instance wrote for itself."""
    folder = home() / "rulebook" / "examinations"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "so-2026.yaml"
    path.write_text(dedent(SCHEME), "utf-8")
    forget()
    yield path
    path.unlink()
    forget()


@pytest.fixture
def council(lan_province):
    return [_user(f"giam-khao-{one}", f"Giám Khảo {one}") for one in range(3)]


@pytest.fixture
def people(employ, official):
    found = {}
    for name in ("An", "Bình", "Cúc"):
        person = employ(f"Nguyễn Văn {name}", official)
        user = _user(f"thi-sinh-{person.pk}", person.full_name)
        Account.objects.create(user=user, person=person, state="linked")
        found[name] = (person, user)
    return found


@pytest.fixture
def open_exam(written, director, lan, council, people):
    exam = announce(lan, director)
    for at, juror in enumerate(council):
        name_juror(lan, exam, juror.username, chair=at == 0)
    for person, _account in people.values():
        enter(lan, exam, person.number)
    return exam


@pytest.fixture
def running(open_exam, lan):
    with seen_by(lan.pk):
        return actions_exams.start(examination_id=open_exam.pk, version=open_exam.version, by=lan)


def announce(by, post, **more):
    said = {"scheme_id": "so-2026", "title": "Thi tuyển Giám đốc Sở Nội vụ",
            "entries_until": DAY + timedelta(days=10), "today": DAY}  # fmt: skip
    with seen_by(by.pk):
        return actions_exams.announce(post_id=post.pk, by=by, **{**said, **more})


def name_juror(by, exam, username, *, chair=False):
    with seen_by(by.pk):
        return actions_exams.name_juror(
            examination_id=exam.pk, username=username, chair=chair, by=by
        )


def enter(by, exam, number, today=DAY):
    with seen_by(by.pk):
        return actions_exams.enter(examination_id=exam.pk, number=number, today=today, by=by)


def mark(by, exam, round_id, marks):
    """Marks by family name's last word."""
    with seen_by(by.pk):
        by_name = {one.name.split()[-1]: one.pk for one in marking.going_on(exam)}
        return actions_marks.give_marks(
            examination_id=exam.pk, round_id=round_id, by=by,
            marks={by_name[name]: Decimal(str(value)) for name, value in marks.items()},
        )  # fmt: skip


def close(by, exam, round_id):
    exam.refresh_from_db()
    with seen_by(by.pk):
        return actions_marks.close_round(
            examination_id=exam.pk, round_id=round_id, version=exam.version, by=by
        )


def publish(by, exam, chosen, reason="", version=None):
    exam.refresh_from_db()
    with seen_by(by.pk):
        return actions_exams.publish(
            examination_id=exam.pk, chosen=chosen.pk if chosen else None, reason=reason,
            version=exam.version if version is None else version, today=DAY, by=by,
        )  # fmt: skip


def whole(exam, council, written, defence):
    """Everybody marks alike in both rounds, and the chair closes each."""
    for round_id, marks in (("written", written), ("defence", defence)):
        for juror in council:
            mark(juror, exam, round_id, marks)
        close(council[0], exam, round_id)
    exam.refresh_from_db()
    return exam


def test_none_is_shipped_and_a_written_scheme_is_read(written):
    (one,) = schemes.schemes().values()

    assert one.basis.startswith("Quy chế")
    assert [each.id for each in one.scheme.rounds] == ["written", "defence"]
    assert schemes.from_json(one.as_json()) == one.scheme
    assert check() == []


def test_without_a_scheme_of_the_instance_there_is_no_examination(lan, director):
    forget()
    assert schemes.schemes() == {}
    with pytest.raises(DomainError, match="scheme"):
        announce(lan, director)


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ("council: 3", "council: 0", "whole number"),
        ("pass: 50}", "pass: 500}", "above the highest"),
        ("ties: [defence]", "ties: [oral]", "no round 'oral'"),
        ("weight: 2}", "weight: 0}", "above nought"),
        ("id: so-2026", "id: khac", "not the path"),
        ("id: defence", "id: written", "stands twice"),
    ],
)
def test_a_senseless_scheme_is_refused_and_the_reason_told(written, line, wrong, said):
    written.write_text(dedent(SCHEME).replace(line, wrong), "utf-8")
    forget()

    found, problems = schemes.read_all()

    assert found == {}
    assert any(said in one.message for one in problems)


def test_a_later_edit_of_the_scheme_changes_no_running_examination(running, written):
    written.write_text(dedent(SCHEME).replace("pass: 50", "pass: 90"), "utf-8")
    forget()
    running.refresh_from_db()

    assert marking.scheme_of(running).rounds[0].passes == 50


def test_from_marks_to_a_published_order(running, council, people, signer):
    exam = whole(running, council, {"An": 80, "Bình": 70, "Cúc": 49},
                 {"An": 60, "Bình": 70})  # fmt: skip

    assert exam.closed == ["written", "defence"], "who failed the first went into no second"
    publish(signer, exam, people["Bình"][0])

    exam.refresh_from_db()
    assert [(one["name"].split()[-1], one["place"], one["failed"]) for one in exam.result] == [
        ("Bình", 1, ""), ("An", 2, ""), ("Cúc", None, "written"),
    ]  # fmt: skip
    assert exam.result[0]["total"] == "210.00"
    assert exam.chosen == people["Bình"][0]


def test_nobody_sees_the_marks_of_another_before_the_round_is_closed(
    running, council, lan, signer, people
):
    mark(council[0], running, "written", {"An": 80, "Bình": 70, "Cúc": 60})
    mark(council[1], running, "written", {"An": 10, "Bình": 10, "Cúc": 10})

    def seen(user):
        with seen_by(user.pk):
            return sorted(Mark.objects.values_list("mark", flat=True))

    assert seen(council[0]) == [60, 70, 80]
    assert seen(council[1]) == [10, 10, 10]
    for user in (council[2], lan, signer, people["An"][1]):
        assert seen(user) == [], user
    assert [one["what"].get("count") for one in Event.objects.filter(
        type="examination.marked").values("what")] == [3, 3]  # fmt: skip
    with seen_by(lan.pk):
        assert marking.open_round(running).given == 6

    mark(council[2], running, "written", {"An": 50, "Bình": 50, "Cúc": 50})
    close(council[0], running, "written")
    assert len(seen(council[1])) == 9
    assert len(seen(signer)) == 9
    assert seen(people["An"][1]) == []


def test_a_round_closes_only_when_every_mark_is_in_and_by_its_chair(running, council):
    mark(council[0], running, "written", {"An": 80, "Bình": 70, "Cúc": 60})

    with pytest.raises(DomainError, match="6 marks"):
        close(council[0], running, "written")
    with pytest.raises(Forbidden, match="chair"):
        close(council[1], running, "written")


def test_marks_are_given_once_and_complete(running, council):
    with pytest.raises(DomainError, match="nobody else"):
        mark(council[0], running, "written", {"An": 80})
    with pytest.raises(DomainError, match="runs from 0 to 100"):
        mark(council[0], running, "written", {"An": 101, "Bình": 1, "Cúc": 1})
    with pytest.raises(DomainError, match="two decimals"):
        mark(council[0], running, "written", {"An": "7.125", "Bình": 1, "Cúc": 1})
    with pytest.raises(DomainError, match="not open"):
        mark(council[0], running, "defence", {"An": 8, "Bình": 1, "Cúc": 1})
    mark(council[0], running, "written", {"An": 80, "Bình": 70, "Cúc": 60})
    with pytest.raises(DomainError, match="have given"):
        mark(council[0], running, "written", {"An": 90, "Bình": 70, "Cúc": 60})


def test_who_is_not_on_the_council_does_not_mark(running, lan):
    with pytest.raises(Forbidden):
        mark(lan, running, "written", {"An": 80, "Bình": 70, "Cúc": 60})


def test_nobody_is_juror_and_candidate_nor_relative_of_one(
    written, director, lan, people, employ, official, source
):
    from ngangtam.records.personnel import steps as personnel

    exam = announce(lan, director)
    person, user = people["An"]
    enter(lan, exam, person.number)
    with pytest.raises(DomainError, match="competes"):
        name_juror(lan, exam, user.username)
    other, account = people["Bình"]
    personnel.add_record(
        person=other, kind="family", code="sibling", raw=person.full_name, source=source,
        first_day=date(2000, 1, 1), detail={"person": person.number},
    )  # fmt: skip
    with pytest.raises(DomainError, match="relative"):
        name_juror(lan, exam, account.username)
    cuc, third = people["Cúc"]
    name_juror(lan, exam, third.username)
    with pytest.raises(DomainError, match="competes"):
        enter(lan, exam, cuc.number)
    with pytest.raises(Forbidden, match="council"):
        name_juror(lan, exam, lan.username)


def test_it_starts_only_with_candidates_and_a_whole_council(written, director, lan, council):
    exam = announce(lan, director)

    def start():
        with seen_by(lan.pk):
            actions_exams.start(examination_id=exam.pk, version=1, by=lan)

    with pytest.raises(DomainError, match="Nobody has entered"):
        start()


def test_it_starts_not_without_a_chair(open_exam, lan):
    open_exam.jurors.filter(chair=True).update(chair=False)

    with pytest.raises(DomainError, match="council of 3"), seen_by(lan.pk):
        actions_exams.start(examination_id=open_exam.pk, version=1, by=lan)


def test_entries_close_on_their_day(open_exam, lan, employ, official):
    late = employ("Nguyễn Văn Muộn", official)

    with pytest.raises(DomainError, match="last day"):
        enter(lan, open_exam, late.number, today=DAY + timedelta(days=11))


def test_a_candidate_withdraws_and_the_others_keep_their_order(running, council, people, signer):
    person, user = people["Bình"]
    for juror in council:
        mark(juror, running, "written", {"An": 80, "Bình": 90, "Cúc": 60})
    close(council[0], running, "written")
    with seen_by(user.pk):
        actions_exams.leave(
            entrant_id=running.entrants.get(person=person).pk, barred=False, reason="Việc nhà",
            by=user,
        )  # fmt: skip
    for juror in council:
        mark(juror, running, "defence", {"An": 80, "Cúc": 60})
    close(council[0], running, "defence")

    publish(signer, running, people["An"][0])

    running.refresh_from_db()
    assert [(one["name"].split()[-1], one["place"], one["failed"]) for one in running.result] == [
        ("An", 1, ""), ("Cúc", 2, ""), ("Bình", None, "withdrawn"),
    ]  # fmt: skip


def test_nobody_withdraws_for_another(running, people):
    with pytest.raises((Forbidden, Entrant.DoesNotExist)), seen_by(people["An"][1].pk):
        actions_exams.leave(
            entrant_id=running.entrants.get(person=people["Bình"][0]).pk, barred=False,
            reason="x", by=people["An"][1],
        )  # fmt: skip


def test_of_several_first_the_authority_chooses_with_a_reason(running, council, people, signer):
    whole(running, council, {"An": 80, "Bình": 80, "Cúc": 49}, {"An": 60, "Bình": 60})

    with pytest.raises(DomainError, match="Only who stands first"):
        publish(signer, running, people["Cúc"][0])
    with pytest.raises(DomainError, match="Several"):
        publish(signer, running, people["An"][0])
    publish(signer, running, people["An"][0], "Có kinh nghiệm quản lý lâu hơn")

    running.refresh_from_db()
    assert [one["place"] for one in running.result] == [1, 1, None]


def test_when_nobody_passes_nobody_is_proposed(running, council, people, signer):
    marks = {"An": 10, "Bình": 20, "Cúc": 30}
    for juror in council:
        mark(juror, running, "written", marks)
    close(council[0], running, "written")

    with pytest.raises(DomainError, match="Only who stands first"):
        publish(signer, running, people["Cúc"][0])
    publish(signer, running, None)

    running.refresh_from_db()
    assert running.chosen is None
    assert {one["failed"] for one in running.result} == {"written"}


def test_the_result_is_published_once_by_the_authority_and_not_too_early(
    running, council, people, signer, lan
):
    with pytest.raises(DomainError, match="still open"):
        publish(signer, running, people["An"][0])
    whole(running, council, {"An": 80, "Bình": 70, "Cúc": 60}, {"An": 80, "Bình": 70, "Cúc": 60})
    with pytest.raises(Forbidden):
        publish(lan, running, people["An"][0])
    with pytest.raises(DomainError, match="meanwhile"):
        publish(signer, running, people["An"][0], version=0)
    publish(signer, running, people["An"][0])
    with pytest.raises(DomainError):
        publish(signer, running, people["An"][0])


def test_a_candidate_complains_in_time_and_somebody_else_answers(running, council, people, signer):
    whole(running, council, {"An": 80, "Bình": 70, "Cúc": 60}, {"An": 80, "Bình": 70, "Cúc": 60})
    _person, user = people["Bình"]

    def complain(by, today=DAY):
        with seen_by(by.pk):
            return actions_exams.complain(
                examination_id=running.pk, text="Điểm vòng hai cộng sai.", today=today, by=by
            )

    with pytest.raises((DomainError, Forbidden)):
        complain(user)
    publish(signer, running, people["An"][0])
    with pytest.raises(DomainError, match="last day"):
        complain(user, DAY + timedelta(days=30))
    made = complain(user)
    with pytest.raises(DomainError, match="waits"):
        complain(user)
    assert made.due == date(2026, 4, 10)
    with pytest.raises((Forbidden, Examination.DoesNotExist)):
        complain(council[0])
    with seen_by(signer.pk):
        answered = actions_exams.answer_complaint(
            complaint_id=made.pk, upheld=False, answer="Đã kiểm tra, không sai.", today=DAY,
            by=signer,
        )  # fmt: skip
    assert answered.upheld is False
    with pytest.raises(DomainError, match="answered"), seen_by(signer.pk):
        actions_exams.answer_complaint(
            complaint_id=made.pk, upheld=True, answer="x", today=DAY, by=signer
        )


def test_what_is_withheld_from_whom(running, council, people, hoa, minh, lan):
    def seen(user):
        with seen_by(user.pk):
            return Examination.objects.count(), Entrant.objects.count()

    assert seen(lan) == (1, 3)
    assert seen(council[2]) == (1, 3)
    assert seen(people["An"][1]) == (1, 1), "a candidate sees oneself until the result is out"
    assert seen(hoa) == seen(minh) == (0, 0)


def refused(user, sql, *values):
    """Whether the database refuses a statement of the web, or finds nothing to do."""
    with seen_by(user.pk):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.rowcount == 0
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != "42501":
                raise
            return True


def test_the_database_itself_refuses_what_the_actions_refuse(
    running, council, people, lan, signer, minh
):
    mark(council[0], running, "written", {"An": 80, "Bình": 70, "Cúc": 60})
    entrant = running.entrants.get(person=people["An"][0])
    mine, other = (running.jurors.get(user=one).pk for one in council[:2])
    add = "insert into appointment_mark (entrant_id, juror_id, round, mark) values (%s, %s, %s, 1)"

    assert refused(council[0], "update appointment_mark set mark = 100")
    assert refused(council[0], add, entrant.pk, other, "written"), "for another juror"
    assert refused(lan, add, entrant.pk, mine, "defence"), "by who runs it"
    assert refused(lan, "update appointment_examination set closed = '[\"written\"]'")
    assert refused(lan, "update appointment_examination set result = '[]', state = 'published'")
    assert refused(signer, "update appointment_examination set scheme = '{}'")
    assert refused(council[0], "update appointment_examination set state = 'cancelled'")
    assert refused(people["An"][1], "update appointment_entrant set state = 'in', name = 'x'")
    assert refused(people["An"][1], "update appointment_entrant set state = 'barred'")
    assert refused(minh, "update appointment_entrant set state = 'withdrawn'")
    for table in ("mark", "entrant", "juror", "examination", "complaint"):
        assert refused(lan, f"delete from appointment_{table}"), table
