"""`ngangtam evaluation score`: JSON in, JSON out, one clear line for what makes no sense."""

import json

import pytest
from click.testing import CliRunner

from ngangtam.doors.cli.evaluation import evaluation

CASE = {
    "scheme": "civil_servant",
    "day": "2026-03-31",
    "leader": False,
    "general_points": 27,
    "products": [
        {
            "assigned": 10, "completed": 10, "quality_failures": 1, "delays": 0,
            "objective_cause": False, "exceeds": False,
        }
    ],
    "unit": {
        "level": "good", "any_subordinate_failed": False,
        "organising_percent": 100, "uniting_percent": 100,
    },
    "discipline": None,
    "shortcomings_fixed": True,
}  # fmt: skip


def score(given):
    text = given if isinstance(given, str) else json.dumps(given)
    return CliRunner().invoke(evaluation, ["score", "--input", "-"], input=text)


def test_the_case_of_the_issue():
    done = score(CASE)
    said = json.loads(done.stdout)

    assert done.exit_code == 0
    assert done.stderr == ""
    assert (said["a"], said["b"], said["c"]) == (100, 75, 100)
    assert (said["d"], said["dd"], said["e"]) == (None, None, None)
    assert (said["task_percent"], said["total"], said["level"]) == (91.67, 91.17, "excellent")
    first = said["conditions"][0]
    assert (first["id"], first["outcome"]) == ("threshold_excellent", "met")
    assert first["reason"] == "tổng điểm 91,17 — đạt: phải từ 90 trở lên"
    assert first["cites"] == ["335-2025-nd-cp#20.1"]


def test_a_list_of_cases_and_a_file(tmp_path):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([CASE, {**CASE, "general_points": 19.99}]), encoding="utf-8")

    done = CliRunner().invoke(evaluation, ["score", "--input", str(file)])

    assert [one["level"] for one in json.loads(done.stdout)] == ["excellent", "good"]


def test_a_figure_just_below_a_whole_number_is_not_rounded_onto_it():
    plain = {**CASE["products"][0], "quality_failures": 0}

    said = json.loads(score({**CASE, "products": [plain], "general_points": 19.999}).stdout)

    assert (said["total"], said["level"]) == (89.999, "good")


def test_keys_that_nobody_reads_are_named():
    done = score({**CASE, "colour": "red"})

    assert done.exit_code == 0
    assert json.loads(done.stdout)["ignored"] == ["colour"]
    assert "colour" in done.stderr


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"scheme": "nobody"}, "no scheme 'nobody'"),
        ({"scheme": None}, "'scheme' is missing"),
        ({"day": "2025-12-31"}, "not in force"),
        ({"day": "31 March"}, "is no day"),
        ({"day": None}, "is no day"),
        ({"general_points": 30.01}, "general_points > 30"),
        ({"general_points": "27"}, "needs số / number"),
        ({"general_points": float("nan")}, "no number"),
        ({"leader": "yes"}, "true/false"),
        ({"unit": {"level": "best"}}, "no code 'best'"),
        ({"unit": "good"}, "must be an object"),
        ({"discipline": "shouting"}, "no code 'shouting'"),
        ({"products": [{"completed": 1}]}, "missing 'assigned'"),
        ({"products": [{"assigned": 1}]}, "missing 'completed'"),
        ({"products": [{"assigned": 0, "completed": 1}]}, "completed without assigned"),
        ({"products": [{"assigned": 1, "completed": -1}]}, "completed < 0"),
        ({"products": [{"assigned": 1, "completed": 1, "delays": 10**30}]}, "no number"),
        ({"products": [{"assigned": 1, "completed": 1, "delays": 0.5}]}, "whole number"),
        ({"products": [{"assigned": 1, "completed": 1, "late": 1}]}, "unknown 'late'"),
        ({"products": {"assigned": 1}}, "list of objects"),
    ],
)
def test_bad_input_is_one_line_and_status_two(change, word):
    done = score({**CASE, **change})

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert word in done.stderr


@pytest.mark.parametrize("text", ["", "{", "3", '["a"]', "[" * 100_000])
def test_what_is_no_case_ends_with_two(text):
    done = score(text)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_a_missing_file_ends_with_two(tmp_path):
    done = CliRunner().invoke(evaluation, ["score", "--input", str(tmp_path / "none.json")])

    assert done.exit_code == 2
    assert "cannot read" in done.stderr
