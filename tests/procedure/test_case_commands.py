"""`ngangtam cases`: list, show, remind; who is reminded, by mail and on the start page."""

import json

import pytest
from click.testing import CliRunner
from django.core import mail

from assigned_work import link
from ngangtam.doors.cli import cases
from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit import sealing
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import today
from ngangtam.stages.procedure import actions, tasks
from ngangtam.stages.procedure.models import Case, Opinion, Step
from ngangtam.stages.procedure.values import SubjectValues

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Run a command on the database of the suite."""
    monkeypatch.setattr(cases, "django_ready", lambda **_how: None)
    monkeypatch.setattr(sealing, "seal_new", lambda **_how: None)

    def run(*words):
        done = CliRunner().invoke(cases.cases, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


@pytest.fixture
def case(open_case):
    return open_case("thu.short", today=today())


def move(case, days):
    """Let the deadline of the waiting step lie so many working days off."""
    day = workdays.after(today(), days) if days >= 0 else workdays.before(today(), -days)
    Step.objects.filter(case=case, state="waiting").update(due=day)
    Case.objects.filter(pk=case.pk).update(due=day)
    return day


@pytest.fixture
def posted(settings):
    """A server for mail, and the letters that it was given."""
    settings.EMAIL_HOST = "mail.example.vn"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    User.objects.filter(username__in=["lan", "minh"]).update(email="ai-do@example.vn")
    return mail.outbox


def test_the_list_leaves_out_what_ended_and_what_was_only_tried(run, case, open_case, officer):
    gone = open_case("thu.short", title="Việc đã rút", today=today())
    actions.withdraw(case_id=gone.pk, reason="Rút", version=None, by=officer, today=today())
    trial = open_case(
        "thu.short", fictional=True, subjects=[SubjectValues(None, name="A")], today=today()
    )
    found = json.loads(run("list", "--format", "json").stdout)
    assert [one["number"] for one in found] == [case.number]
    every = run("list", "--all").stdout
    assert gone.number in every
    assert trial.number not in every


def test_the_list_keeps_to_a_unit_a_stage_and_what_is_late(run, case, lan_department):
    assert (
        case.number in run("list", "--unit", lan_department.code, "--stage", "appointment").stdout
    )
    assert case.number not in run("list", "--stage", "removal").stdout
    assert case.number not in run("list", "--overdue").stdout
    move(case, -2)
    assert case.number in run("list", "--overdue").stdout
    refused = run("list", "--unit", "NO")
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1


def test_a_case_is_told_step_by_step(run, case):
    told = json.loads(run("show", case.number, "--format", "json").stdout)
    assert [(one["step"], one["state"]) for one in told["steps"]] == [("propose", "waiting")]
    assert "Bước propose" in run("show", case.number).stdout
    refused = run("show", "2020-000000")
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(("days", "within", "told"), [
    (-2, 3, True), (0, 0, True), (3, 3, True), (4, 3, False), (4, 5, True),
])  # fmt: skip
def test_what_is_overdue_or_due_soon_is_reminded_of(run, case, days, within, told):
    move(case, days)
    done = run("remind", "--only-look", "--within", str(within), "--format", "json")
    found = json.loads(done.stdout)
    assert [one["number"] for one in found] == ([case.number] if told else [])
    # On a Sunday the second working day before is one working day away.
    assert all((one["working_days_left"] < 0) == (days < 0) for one in found)
    assert all(one["working_days_left"] == days for one in found if days >= 0)
    assert not Event.objects.filter(type="case.reminded").exists()


def test_those_are_named_who_may_do_the_step(run, case, second, decider, person, lan_province):
    """Not who has another duty, nor whom the case is about."""
    move(case, 1)
    link("binh", "Nguyễn Thị Bình", person, "personnel_officer", lan_province)
    (one,) = json.loads(run("remind", "--only-look", "--format", "json").stdout)
    assert one["accounts"] == ["lan", second.username]
    assert one["what"] == "Bước propose"


def test_a_letter_tells_numbers_and_days_and_nobodys_name(run, case, posted, person, minh):
    day = move(case, -1)
    done = run("remind")
    assert done.exit_code == 0
    (letter,) = posted
    assert letter.to == ["ai-do@example.vn"]
    assert f"{case.number} – Bước propose: {day:%d/%m/%Y}" in letter.body
    for secret in (person.full_name, case.title):
        assert secret not in letter.body + letter.subject
    event = Event.objects.get(type="case.reminded")
    assert event.what == {"deadlines": 1, "letters": 1}


def test_without_a_server_nothing_is_mailed_and_that_is_said(run, case, settings):
    settings.EMAIL_HOST = ""
    move(case, 1)
    done = run("remind")
    assert case.number in done.stdout
    assert "NGANGTAM_MAIL" in done.stderr
    assert not Event.objects.filter(type="case.reminded").exists()


def test_simulations_and_cases_on_hold_remind_nobody(run, case, open_case, posted):
    trial = open_case(
        "thu.short", fictional=True, subjects=[SubjectValues(None, name="A")], today=today()
    )
    move(trial, 1)
    move(case, 1)
    Case.objects.filter(pk=case.pk).update(state="frozen")
    assert json.loads(run("remind", "--format", "json").stdout) == []
    assert posted == []


def test_the_worker_reminds_on_working_days_alone(case, posted, monkeypatch):
    move(case, 1)
    monkeypatch.setattr(workdays, "is_working", lambda _day: False)
    tasks.remind(0)
    assert posted == []
    monkeypatch.undo()
    monkeypatch.setattr(tasks.reminders, "is_mail_set_up", lambda: True)
    monkeypatch.setattr(tasks.workdays, "is_working", lambda _day: True)
    tasks.remind(0)
    assert len(posted) == 1


def test_a_body_is_reminded_of_the_opinion_it_was_asked(run, case, decider, lan_province, officer):
    step = Step.objects.get(case=case, state="waiting")
    Opinion.objects.create(
        case=case, step=step, body="Đảng ủy", unit=lan_province, path=str(lan_province.path),
        question="Xin ý kiến", asked_by=officer, asked_on=today(),
        due=workdays.after(today(), 2),
    )  # fmt: skip
    found = json.loads(run("remind", "--only-look", "--format", "json").stdout)
    told = [one for one in found if "Đảng ủy" in one["what"]]
    assert [one["accounts"] for one in told] == [["quyet"]]


def test_the_start_page_says_what_waits_and_what_is_late(client, case, officer, minh, soup):
    move(case, -1)
    client.force_login(officer)
    page = client.get("/").content.decode()
    assert "/cases/tasks/" in page
    client.force_login(minh)
    assert "/cases/tasks/" not in client.get("/").content.decode()
