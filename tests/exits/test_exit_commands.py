"""Watching and retirements from the command line, and the list of retirements itself."""

import io
import json
from datetime import date

import pytest
from click.testing import CliRunner
from django.urls import reverse

from exits.conftest import TODAY, rated
from ngangtam.doors.cli.main import cli
from ngangtam.foundation.audit.steps import accounted
from ngangtam.law.engine import rulebook
from ngangtam.stages.exits import retiring, tasks
from ngangtam.stages.exits.models import Proposal


def run(*words):
    answer = CliRunner().invoke(cli, ["exits", *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("ngangtam.foundation.kernel.days.today", lambda: TODAY)


def test_watch_keeps_what_it_found_today_and_tells_it_as_json(town, now):
    rows = rated(town, "pho", 2024, 2025)
    said = json.loads(run("watch", "--unit", "T1", "--format", "json").stdout)
    assert said["kept"] is True
    (one,) = [line for line in said["found"] if line["ground"]["id"] == "dismissal.failed-years"]
    assert one["state"] == "new"
    assert one["person"]["name"] == "Lý Văn Phó"
    assert one["ground"]["status"] == "to_confirm"
    assert one["cites"][0] == "170-2025-nd-cp#53"
    assert set(one["facts"][0]["rests_on"]) == {f"record:{row.pk}" for row in rows}
    assert {line["id"] for line in said["not_confirmed"]} >= {"dismissal.party"}
    again = json.loads(run("watch", "--unit", "T1", "--format", "json").stdout)
    assert {line["state"] for line in again["found"]} == {"standing"}


def test_another_day_is_only_looked_at(town, now):
    """The last day of regulation 41: two failed years were a ground then."""
    rated(town, "pho", 2023, 2024)
    said = json.loads(run("watch", "--unit", "T1", "--on", "2025-10-07", "--format", "json").stdout)
    assert said["kept"] is False
    assert "dismissal.old-41-failed-years" in {line["ground"]["id"] for line in said["found"]}
    assert not Proposal.objects.exists()


def test_an_unknown_unit_is_refused(town):
    answer = CliRunner().invoke(cli, ["exits", "watch", "--unit", "NO"])
    assert answer.exit_code == 1


def test_a_look_is_ordered_by_who_runs_cases_and_only_there(town):
    from ngangtam.foundation.kernel.problems import Forbidden

    assert tasks.order_look(unit_id=town.province.pk, by=town.users["lan"]) is True
    assert tasks.order_look(unit_id=town.province.pk, by=town.users["lan"]) is False
    for who in ("hoa", "quyet", "minh"):
        with pytest.raises(Forbidden):
            tasks.order_look(unit_id=town.province.pk, by=town.users[who])


def test_the_worker_looks_at_the_whole_organisation(town, monkeypatch):
    rated(town, "la", 2025)
    monkeypatch.setattr("ngangtam.stages.exits.tasks.today", lambda: TODAY)
    tasks.look_at_all(0)
    assert {one.person.full_name for one in Proposal.objects.all()} == {"Hồ Văn Lạ"}


# -- retirements ---------------------------------------------------------------------------------


def born(town, key, day, gender="male", precision="day"):
    with accounted("test.born"):
        person = town.people[key]
        person.birth_day, person.gender, person.birth_precision = day, gender, precision
        person.birth_raw = f"{day:%d/%m/%Y}"
        person.save()
    return person


def roadmap_day(birth, gender):
    return rulebook().compile("retirement_day", TODAY).one({"birth_day": birth, "gender": gender})


def test_retirements_are_listed_soonest_first_with_what_falls_vacant(town):
    born(town, "pho", date(1966, 1, 15))
    born(town, "giam-doc", date(1965, 9, 1))
    born(town, "cv", date(1985, 3, 2))
    rows = retiring.retirements(town.province, TODAY)
    assert [one.name for one in rows] == ["Đào Thị Giám", "Lý Văn Phó"]
    assert rows[0].day == roadmap_day(date(1965, 9, 1), "male")
    assert rows[0].posts == ("Giám đốc Sở",)
    assert rows[0].notice.due is None  # to be confirmed: no text says when


def test_the_window_is_two_years_and_somebody_unknown_is_left_out(town):
    born(town, "pho", date(1970, 1, 15))
    assert retiring.retirements(town.province, TODAY) == []


def test_a_year_alone_is_marked_as_doubtful(town):
    born(town, "pho", date(1966, 1, 1), precision="year")
    assert retiring.retirements(town.province, TODAY)[0].doubtful


def test_leaders_alone_and_a_subtree_alone(town):
    born(town, "cv", date(1966, 1, 15))
    born(town, "chu-tich", date(1966, 1, 15))
    names = {one.name for one in retiring.retirements(town.department, TODAY)}
    assert names == {"Nguyễn Văn An"}
    leaders = retiring.retirements(town.province, TODAY, leaders_only=True)
    assert {one.name for one in leaders} == {"Phan Văn Chủ"}


def test_the_workbook_lists_them_and_takes_nothing_for_a_formula(town, client, monkeypatch):
    from python_calamine import CalamineWorkbook

    monkeypatch.setattr("ngangtam.stages.exits.views.overview.today", lambda: TODAY)
    born(town, "pho", date(1966, 1, 15))
    client.force_login(town.users["lan"])
    answer = client.get(reverse("exit-retirements-excel", args=["T1"]))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    row = book.get_sheet_by_index(0).to_python()[-1]
    assert row[2] == "Lý Văn Phó"
    assert row[6] == roadmap_day(date(1966, 1, 15), "male")
    printed = client.get(reverse("exit-retirements", args=["T1"]), {"print": "yes"})
    assert "Lý Văn Phó" in printed.content.decode()


def test_retirements_from_the_command_line(town):
    born(town, "pho", date(1966, 1, 15))
    said = json.loads(
        run("retirements", "--unit", "T1", "--on", "2026-11-23", "--format", "json").stdout
    )
    assert [one["name"] for one in said] == ["Lý Văn Phó"]
