"""What scripts depend on: words, exit statuses, and one clear line when something is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).parent / "ngangtam")


def run(*words, **environment):
    import os

    return subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_the_rulebook_holds():
    done = run("rules", "check")

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_what_was_proved_is_kept_until_something_changes(tmp_path):
    kept = tmp_path / "cache" / "rules-check.json"
    first = run("rules", "check", NGANGTAM_HOME=str(tmp_path))
    said = json.loads(kept.read_text())
    kept.write_text(json.dumps({**said, "problems": ["kept"]}))

    again = run("rules", "check", NGANGTAM_HOME=str(tmp_path))
    kept.write_text(json.dumps({"mark": "of another rulebook", "problems": ["kept"]}))
    other = run("rules", "check", NGANGTAM_HOME=str(tmp_path))
    kept.write_text(json.dumps({**said, "problems": ["kept"]}))
    fresh = run("rules", "check", "--fresh", NGANGTAM_HOME=str(tmp_path))
    kept.write_text("not even JSON")
    broken = run("rules", "check", NGANGTAM_HOME=str(tmp_path))

    assert [one.returncode for one in (first, other, fresh, broken)] == [0] * 4
    assert (again.returncode, "kept" in again.stderr) == (1, True)


def test_a_faulty_mapping_of_exchange_is_named_with_its_line(tmp_path):
    """The local layer lies in the home; a home of its own, so that no other test meets it."""
    folder = tmp_path / "rulebook" / "exchange"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(
        "id: own\nversion: 1\ninstrument: no-such-instrument\n"
        "label: {vi: Thử, en: Try}\ncodes: shipped\ngroups: []\n",
        encoding="utf-8",
    )

    done = run("rules", "check", NGANGTAM_HOME=str(tmp_path))

    assert done.returncode == 1
    assert "own.yaml:3" in done.stderr
    assert "no-such-instrument" in done.stderr


def test_every_entry_of_the_rulebook_can_be_listed():
    assert "retirement" in run("rules", "show").stdout


def test_an_unknown_entry_is_one_clear_line():
    done = run("rules", "show", "no.such.rule")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no.such.rule" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("indicators",),
        ("indicators", "--unit", "X", "--on", "31/02/2020"),
        ("targets", "--unit", "X", "--on", "yesterday"),
        ("import", "roster", "missing.docx", "--unit", "X", "--post", "P", "--on", "2021-01-01"),
        ("run", "--port", "99999"),
    ],
)
def test_bad_usage_ends_with_two_and_says_why(words):
    done = run(*words)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("ngangtam: ")


def test_a_shown_entry_is_json_with_its_citations():
    listed = [
        line for line in run("rules", "show").stdout.splitlines() if "discipline_window" in line
    ]

    shown = json.loads(run("rules", "show", listed[0], "--on", "2026-06-01").stdout)

    assert shown["id"] == listed[0]
    assert "377" in json.dumps(shown)
