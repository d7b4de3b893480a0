"""`ngangtam procedures`: list, show, draw, adopt; every refusal is one clear line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from law.drawings import PATH, drawing
from ngangtam.doors.cli.main import cli
from ngangtam.law.engine import forget, rulebook
from ngangtam.law.engine.loader import PACKAGE

ONSITE = "civil_servant.appointment-onsite"


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Run the command in a home of its own."""
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    forget()

    def run(*words):
        done = CliRunner().invoke(cli, ["procedures", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    yield run
    forget()


def test_the_list_says_since_when_how_many_steps_and_in_which_state(ask):
    done = ask("list", "--on", "2026-09-01")

    (line,) = [one for one in done.output.splitlines() if one.startswith("party.planning ")]
    assert "08/10/2025" in line
    assert "chờ xác nhận" in line
    assert "Quy hoạch: Quy hoạch cán bộ" in line


def test_the_list_keeps_to_a_regime_a_stage_and_a_day(ask):
    found = json.loads(ask("list", "--regime", "elected", "--json").stdout)

    assert [one["id"] for one in found] == ["elected.confidence"]
    assert ask("list", "--stage", "secondment", "--on", "2020-01-01").exit_code != 0


def test_a_procedure_is_told_step_by_step(ask):
    said = ask("show", ONSITE, "--on", "2026-09-01").output

    step = said[said.index("[s2_expanded]") :].split("\n\n")[0]
    assert "Tập thể" in step
    assert "từ 2/3 số người được triệu tập" in step
    assert "trên 1/2 số người được triệu tập" in step
    assert "170-2025-nd-cp#33.2" in step
    answer = said[said.index("[s0_answer]") :].split("\n\n")[0]
    assert "15 ngày làm việc" in answer


def test_json_has_the_steps_in_order_with_their_numbers(ask):
    shown = json.loads(ask("show", ONSITE, "--on", "2026-09-01", "--json").stdout)

    steps = shown["steps"]
    assert [one["number"] for one in steps] == list(range(1, len(steps) + 1))
    by_id = {one["id"]: one for one in steps}
    assert by_id["s0_answer"]["days"] == 15
    assert by_id["s2_expanded"]["announced"] is False
    assert by_id["s5_leadership"]["status"] == "to_confirm"
    assert by_id["decide"]["not_by"] == ["dossier", "appraise"]


def test_an_unknown_id_names_its_neighbours(ask):
    done = ask("show", "civil_servant.apointment-onsite")

    assert done.exit_code == 1
    assert f"near: {ONSITE}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_day_without_a_version_names_the_days_of_all(ask):
    done = ask("show", "party.suspension", "--on", "2020-01-01")

    assert done.exit_code == 1
    assert "23/05/2024, 08/10/2025" in done.stderr


def test_layout_draws_a_flow_and_then_leaves_it(ask, tmp_path):
    file = tmp_path / "example.bpmn"
    file.write_text(drawing(), encoding="utf-8")

    assert ask("layout", str(file), "--check").exit_code == 1
    assert ask("layout", str(file)).exit_code == 0
    assert "BPMNDiagram" in file.read_text(encoding="utf-8")
    assert ask("layout", str(file), "--check").exit_code == 0


def test_layout_refuses_what_is_no_drawing_with_its_line(ask, tmp_path):
    file = tmp_path / "example.bpmn"
    file.write_text("<a>\n<b></a>", encoding="utf-8")

    done = ask("layout", str(file))

    assert done.exit_code == 1
    assert f"{file}:2:" in done.stderr


def test_adopting_switches_a_procedure_on_here_with_its_basis(ask, tmp_path):
    assert not rulebook().procedures["party.planning"].latest.is_on

    done = ask("adopt", "party.planning", "--basis", "QĐ 12-QĐ/TU ngày 05/01/2027")

    assert done.exit_code == 0, done.stderr
    found = rulebook().procedures["party.planning"].latest
    assert found.is_on
    assert "QĐ 12-QĐ/TU ngày 05/01/2027" in found.note["vi"]
    assert rulebook().problems == ()
    assert "is in use already" in ask("adopt", "party.planning", "--basis", "x").stderr


def test_a_local_file_is_not_written_over_by_accident(ask, tmp_path):
    there = tmp_path / "rulebook" / "procedures" / "party" / "planning.bpmn"
    there.parent.mkdir(parents=True)
    there.write_bytes((PACKAGE / "procedures/party/planning.bpmn").read_bytes())
    forget()

    assert "is there already" in ask("adopt", "party.planning", "--basis", "x").stderr
    assert ask("adopt", "party.planning", "--basis", "x", "--replace").exit_code == 0


def test_the_rules_check_names_a_broken_local_drawing_with_its_line(ask, tmp_path):
    file = tmp_path / "rulebook" / Path(PATH)
    file.parent.mkdir(parents=True)
    file.write_text(drawing(ask={"cites": "170-2025-nd-cp#99"}), encoding="utf-8")
    forget()

    done = CliRunner().invoke(cli, ["rules", "check"])

    assert done.exit_code == 1
    assert "local/procedures/civil_servant/example.bpmn:" in done.stderr
    assert "'99' is not in the outline" in done.stderr
