"""Requests about the own file, their proof, and what two officers settled: tampered with."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from made_files import PDF, home
from ngangtam.foundation.audit import sealing, verifying
from ngangtam.foundation.audit.steps import accounted

__all__ = ["home"]
TODAY = date(2026, 11, 22)
# One column that says something, of each table.
CHANGED = {
    "corrections_account": "reason = 'x'",
    "corrections_request": "text = text || 'x'",
    "corrections_attachment": "file_id = (select max(id) from files_storedfile)",
    "corrections_proposal": "reason = reason || 'x'",
    "files_storedfile": "hash = reverse(hash)",
}


@pytest.fixture
def asked(committed, home):
    """A request with its proof that became a proposal, all through the actions."""
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.files import steps as files
    from ngangtam.foundation.kernel.models import span
    from ngangtam.records.corrections import actions, actions_own, queries, targets
    from ngangtam.records.corrections.actions import Settlement
    from ngangtam.records.corrections.models import Account
    from ngangtam.records.organisation import steps as organisation
    from ngangtam.records.personnel import steps

    with accounted("test.made"):
        root = organisation.root_unit()
        source = organisation.add_source(kind="test", name="Hồ sơ thử", day=TODAY)
        lan, binh = (User.objects.create_user(name) for name in ("lan", "binh"))
        Grant.objects.create(
            user=lan, role="personnel_officer", path=root.path, valid=span(date(2020, 1, 1))
        )
        person = steps.add_person(full_name="Nguyễn Thị Bình", unit=root, source=source)
        Account.objects.create(user=binh, person=person, state="linked")
    proofs = [
        files.check(SimpleUploadedFile(name, PDF)) for name in ("khai-sinh.pdf", "quyet-dinh.pdf")
    ]
    file = queries.own_file(binh, TODAY)
    request = actions_own.ask(
        target=targets.find(file, "identity:full_name"), text="Sai chữ lót.", proposed={},
        files=proofs, by=binh,
    )  # fmt: skip
    actions.accept(
        request_id=request.pk, settlement=Settlement(identity={"full_name": "Nguyễn Thu Bình"}),
        answer="Đúng", today=TODAY, by=lan,
    )  # fmt: skip
    with accounted("test.made"):
        files.keep(proofs[0], sent_by=binh.pk)  # proves nothing yet
    return request


def first_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"select min(id) from {table}")
        return cursor.fetchone()[0]


def names():
    return {(one.kind, one.table, one.pk) for one in verifying.verify().findings}


def test_requests_that_nobody_touched_are_sound(asked):
    assert names() == set()
    sealing.seal_new()
    assert names() == set()


def test_every_table_of_requests_is_under_guard():
    from ngangtam.foundation.audit.guards import guards

    assert set(CHANGED) <= {one.table for one in guards()}


@pytest.mark.parametrize("guards", [True, False], ids=["guards on", "guards off"])
@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "tail"])
@pytest.mark.parametrize("table", sorted(CHANGED))
def test_a_row_that_was_changed_is_named(asked, sql, table, sealed, guards):
    if sealed:
        sealing.seal_new()
    pk = first_of(table)
    sql(f"update {table} set {CHANGED[table]} where id = {pk}", guards=guards)

    assert ("changed", table, pk) in names()


@pytest.mark.parametrize("guards", [True, False], ids=["guards on", "guards off"])
@pytest.mark.parametrize("table", sorted(CHANGED))
def test_a_row_that_was_removed_is_named(asked, sql, table, guards):
    sealing.seal_new()
    pk = first_of(table)
    sql(
        "set session_replication_role = replica;"
        f" delete from {table} where id = {pk};"
        " set session_replication_role = origin",
        guards=guards,
    )

    assert ("removed", table, pk) in names()


@pytest.mark.parametrize("guards", [True, False], ids=["guards on", "guards off"])
@pytest.mark.parametrize("table", sorted(CHANGED))
def test_a_row_that_was_put_in_is_named(asked, sql, table, guards):
    sealing.seal_new()
    # What must be unique is made so.
    other = {
        "corrections_account": {"state": "'ended'"}, "corrections_proposal": {"act": "'add'"},
        "files_storedfile": {"token": "token || '-2'"},
        "corrections_attachment": {"file_id": "(select max(id) from files_storedfile)"},
    }.get(table, {})  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "select array_agg(column_name::text) from information_schema.columns"
            " where table_name = %s and table_schema = 'public' and column_name <> 'id'", [table],
        )  # fmt: skip
        columns = cursor.fetchone()[0]
    said = ", ".join(other.get(name, f'"{name}"') for name in columns)
    named = ", ".join(f'"{name}"' for name in columns)
    sql(f"insert into {table} ({named}) select {said} from {table} order by id limit 1",
        guards=guards)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"select max(id) from {table}")
        pk = cursor.fetchone()[0]

    assert ("inserted", table, pk) in names()
