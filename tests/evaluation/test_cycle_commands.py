"""Cycles from the command line: JSON alone on standard output, statuses that scripts rely on."""

import json

import pytest
from click.testing import CliRunner

from made_cycles import confirm, person, task
from ngangtam.doors.cli import evaluation_cycles
from ngangtam.doors.cli.evaluation import evaluation
from ngangtam.stages.evaluation.models import Cycle


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(evaluation_cycles, "django_ready", lambda: None)

    def run(verb, code="2026-03", unit="T1"):
        given = [verb, "--unit", unit, "--cycle", code, "--format", "json"]
        return CliRunner().invoke(evaluation, given)

    return run


def test_a_month_from_opening_to_proposals(run, lan_province, lan_department, source):
    task(person("Lê An", lan_department, source), lan_department)

    opened = json.loads(run("open").stdout)
    confirm(Cycle.objects.get())
    far, closed = json.loads(run("progress").stdout), json.loads(run("close").stdout)
    again, proposed = json.loads(run("close").stdout), json.loads(run("propose").stdout)

    assert (opened["people"], opened["new"]) == (1, True)
    assert far["whole"]["confirmed"] == 1
    assert (closed["run"], again["same_as_before"]) == (1, True)
    assert proposed["bodies"][0]["body"] == "T1.NV"


def test_refusals_and_bad_usage_have_their_statuses(run, lan_province):
    assert run("open", code="2026-13").exit_code == 2
    assert run("open", unit="NO").exit_code == 1
    assert run("close").exit_code == 1
    run("open")
    assert run("propose").exit_code == 1
