"""`ngangtam grant`: the owner of the machine gives, confirms, lists and ends roles."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from ngangtam.doors.cli import grants
from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.roles import GRANTABLE, Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.audit.models import Event

pytestmark = pytest.mark.django_db
GIVE = ("give", "--user", "minh", "--unit", "T1", "--reason", "Quyết định 12/QĐ",
        "--from", "2026-01-01")  # fmt: skip


@pytest.fixture
def run(monkeypatch):
    """Run a command on the database of the suite."""
    monkeypatch.setattr(grants, "django_ready", lambda **_how: None)
    return lambda *words: CliRunner().invoke(grants.grant, words)


def _events():
    return list(Event.objects.order_by("id").values_list("type", "actor"))


def test_a_role_is_given_at_once_and_the_audit_keeps_it(run, minh, lan_province):
    done = run(*GIVE, "--role", "personnel_officer", "--until", "01/01/2028")

    assert done.exit_code == 0, done.output
    given = Grant.objects.get(user=minh)
    assert done.output.startswith(f"{given.pk}\t")
    assert (given.role, str(given.path), given.waiting) == (
        "personnel_officer", str(lan_province.path), False,
    )  # fmt: skip
    assert (given.valid.lower, given.valid.upper) == (date(2026, 1, 1), date(2028, 1, 1))
    assert may(minh, Permission.PERSON_CHANGE, str(lan_province.path))
    assert _events() == [("grant.given", "ngangtam")]


def test_a_role_that_waits_confers_nothing_until_it_is_confirmed(run, minh, lan_province):
    run(*GIVE, "--role", "inspector", "--wait")
    given = Grant.objects.get(user=minh)
    assert given.waiting
    assert not may(type(minh).objects.get(pk=minh.pk), Permission.PERSON_VIEW)

    done = run("confirm", str(given.pk))

    assert done.exit_code == 0, done.output
    assert may(type(minh).objects.get(pk=minh.pk), Permission.PERSON_VIEW)
    assert run("confirm", str(given.pk)).exit_code == 1
    assert [kind for kind, _by in _events()] == ["grant.given", "grant.confirmed"]


def test_a_role_is_ended_and_stays_in_the_full_list(run, minh, lan_province):
    run(*GIVE, "--role", "inspector")
    given = Grant.objects.get(user=minh)

    done = run("end", str(given.pk), "--on", "2026-06-01", "--reason", "Hết nhiệm vụ")

    assert done.exit_code == 0, done.output
    assert not may(type(minh).objects.get(pk=minh.pk), Permission.PERSON_VIEW)
    assert run("end", str(given.pk), "--reason", "x").exit_code == 1
    assert json.loads(run("list", "--format", "json").output) == []
    (row,) = json.loads(run("list", "--all", "--user", "minh", "--format", "json").output)
    assert (row["number"], row["account"], row["role"], row["until"]) == (
        given.pk, "minh", "inspector", "2026-06-01",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*GIVE, "--role", "king"), "không do ai cấp"),
        ((*GIVE, "--role", "official"), "không do ai cấp"),
        (("give", "--user", "ai-do", *GIVE[3:], "--role", "auditor"), "ai-do"),
        ((*GIVE[:3], "--unit", "X", *GIVE[5:], "--role", "auditor"), "đơn vị"),
        ((*GIVE, "--role", "auditor", "--until", "2026-01-01"), ""),
        (("confirm", "999999"), ""),
        (("end", "999999", "--reason", "x"), ""),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, minh, lan_province, words, said):
    done = run(*words)

    assert done.exit_code == 1, done.output
    assert done.output.startswith("ngangtam: ")
    assert done.output.count("\n") == 1
    assert said in done.output
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "words",
    [("give", "--user", "minh"), (*GIVE, "--role", "auditor", "--until", "31/02/2026"),
     ("confirm", "x"), ("nonsense",)],
)  # fmt: skip
def test_bad_usage_ends_with_two(run, words):
    assert run(*words).exit_code == 2
    assert not Grant.objects.exists()


def test_the_roles_are_listed_with_what_they_may_do(run):
    listed = json.loads(run("roles", "--format", "json").output)

    shown = {row["role"]: row["permissions"] for row in listed}
    assert {role.id for role in GRANTABLE} <= set(shown)
    assert shown["auditor"] == ["audit.view"]


def test_a_table_is_for_people(run, minh, lan_province):
    run(*GIVE, "--role", "auditor")

    assert "auditor" in run("list").output
    assert "Người soát nhật ký" in run("roles").output
