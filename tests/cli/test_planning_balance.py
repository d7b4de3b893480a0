"""`ngangtam planning balance`: who holds what, who could follow, and clear words for a mistake."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from django.utils import translation

from ngangtam.doors.cli import planning as commands
from ngangtam.doors.cli.main import cli
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.planning import actions
from ngangtam.stages.planning.actions import Document, Proposal
from planning_people import COUNTED, FIRST, TODAY, UNTIL, make_person, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Run the command on the database of the suite, in Vietnamese as it comes."""
    monkeypatch.setattr(commands, "django_ready", lambda **_how: None)
    with translation.override("vi"):
        yield lambda *words: CliRunner().invoke(cli, ["planning", "balance", *words])


@pytest.fixture
def office(lan_province, lan_department, source, lan):
    """A department: a director who retires soon, a deputy planned to follow, nobody for deputy."""
    director = make_post(lan_department, source, "Giám đốc Sở", "department_director", seats=1,
                         leadership=True, head=True, managed_by="province_committee")  # fmt: skip
    deputy = make_post(lan_department, source, "Phó Giám đốc Sở", "deputy_department_director",
                       seats=2, leadership=True, managed_by="province_committee")  # fmt: skip
    make_person("Đào Văn Giám", director, source, born=date(1967, 1, 1))
    follower = make_person("Lý Thị Phó", deputy, source, gender="female", born=date(1980, 2, 2))
    plan = actions.open_plan(unit_code=lan_department.code, term="2026–2031", first=FIRST,
                             until=UNTIL, counted_on=COUNTED, by=lan)  # fmt: skip
    actions.add_titles(plan_id=plan.pk, posts=[director.pk], version=None, by=lan)
    actions.propose(
        proposal=Proposal(plan.titles.get().pk, follower.number, "Có năng lực", "Đã xem xét"),
        version=None, by=lan, today=TODAY,
    )  # fmt: skip
    return plan, follower


@pytest.fixture
def approved(office, lan_province, lan):
    from conftest import _user

    plan, follower = office
    actions.submit(plan_id=plan.pk, version=None, by=lan)
    actions.approve(
        plan_id=plan.pk, version=None, today=TODAY,
        document=Document("12-QĐ/TU", TODAY, "Ban Thường vụ Tỉnh ủy"),
        by=_user("uy-vien", "Nguyễn Thị Ủy", "deciding_member", lan_province),
    )  # fmt: skip
    return follower


def ask(run, plan, *more):
    return run("--unit", plan.unit.code, "--on", "2026-03-20", *more)


def test_json_says_who_holds_and_who_could_follow(run, office, approved):
    done = ask(run, office[0], "--format", "json")
    told = json.loads(done.stdout)

    assert done.exit_code == 0
    assert (told["unit"], told["on"]) == (office[0].unit.code, "2026-03-20")
    assert told["counts"]["titles"] == 2
    director, deputy = told["titles"]
    assert [one["name"] for one in director["incumbents"]] == ["Đào Văn Giám"]
    assert director["incumbents"][0]["months_to_retirement"] < 36
    (candidate,) = director["candidates"]
    assert (candidate["number"], candidate["proposed"]) == (approved.number, False)
    assert candidate["ready"] in ("now", "two", "five", "later", "unknown")
    assert isinstance(candidate["lacks"], list)
    assert "single" in director["flags"]
    assert (deputy["seats"], deputy["vacant"], deputy["flags"]) == (2, 1, ["nobody"])


def test_who_is_only_proposed_counts_for_nobody_yet(run, office):
    told = json.loads(ask(run, office[0], "--format", "json").stdout)

    director = told["titles"][0]
    assert [one["proposed"] for one in director["candidates"]] == [True]
    assert director["flags"] == ["nobody"]


def test_a_table_is_what_comes_unasked(run, office, approved):
    done = ask(run, office[0])

    assert done.exit_code == 0
    head, *lines = done.stdout.splitlines()
    assert "chức danh" in head
    (line,) = [one for one in lines if "Giám đốc Sở" in one and "Phó" not in one.split("Đào")[0]]
    assert "Đào Văn Giám" in line
    assert "chỉ có một người" in line or "một người" in line


def test_either_way_of_writing_a_day_is_the_same_day(run, office):
    plan = office[0]
    one = run("--unit", plan.unit.code, "--on", "20/03/2026", "--format", "json")

    assert json.loads(one.stdout) == json.loads(ask(run, plan, "--format", "json").stdout)


def test_a_unit_that_does_not_exist_is_named(run, db):
    done = run("--unit", "T9.X", "--on", "2026-03-20", "--format", "json")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "T9.X" in done.stderr


def test_a_unit_that_had_ended_says_when(run, office):
    Unit.objects.filter(pk=office[0].unit_id).update(ended_on=date(2026, 2, 1))

    done = ask(run, office[0], "--format", "json")

    assert done.exit_code == 1
    assert "01/02/2026" in done.stderr
    assert ask(run, office[0], "--on", "2026-01-31", "--format", "json").exit_code == 0


@pytest.mark.parametrize("day", ["2026-02-30", "hôm nay", "03/2026"])
def test_what_is_no_day_is_refused_with_how_to_write_one(run, day):
    done = run("--unit", "T1", "--on", day)

    assert done.exit_code == 2
    assert "2026-03-31" in done.output


@pytest.mark.parametrize("given", [("--unit", "T1"), ("--on", "2026-03-20")])
def test_both_must_be_said(run, given):
    done = run(*given)

    assert done.exit_code == 2
    assert "--on" in done.output or "--unit" in done.output
