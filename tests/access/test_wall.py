"""The second wall: what the web role sees, whatever the code above it asks."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.wall import seen_by
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.kinds import GUARDS, SENSITIVE, kinds_of


@pytest.fixture
def binh(lan_department, source):
    person = steps.add_person(full_name="Ngô Thị Bình", unit=lan_department, source=source)
    steps.add_record(
        person=person, kind="theory", code="advanced", first_day=date(2020, 1, 1), source=source
    )
    steps.add_record(
        person=person, kind="family", code="spouse", first_day=date(2020, 1, 1), source=source
    )
    return person


def _rows(viewer, sql):
    with seen_by(viewer.pk if viewer else None), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_lan_sees_the_people_of_her_province(lan, binh):
    assert _rows(lan, "select full_name from personnel_person") == [("Ngô Thị Bình",)]


def test_minh_hoa_and_a_stranger_see_nobody_by_raw_sql(minh, hoa, binh):
    for viewer in (minh, hoa, None):
        for table in ("personnel_person", "personnel_record", "personnel_posting"):
            assert _rows(viewer, f"select * from {table}") == []


def test_a_head_sees_the_file_without_its_sensitive_part(binh, lan_province):
    from conftest import _user

    head = _user("truong", "Bùi Văn Trưởng", "unit_head", lan_province)

    assert _rows(head, "select kind from personnel_record") == [("theory",)]


def test_hoa_cannot_change_what_she_cannot_see(hoa, binh):
    with seen_by(hoa.pk), connection.cursor() as cursor:
        cursor.execute("update personnel_person set full_name = 'X'")
        assert cursor.rowcount == 0


def test_hoa_cannot_add_a_record_to_somebody_elses_person(hoa, binh, source):
    with seen_by(hoa.pk), pytest.raises(ProgrammingError), transaction.atomic():
        steps.add_record(
            person=binh, kind="award", raw="x", first_day=date(2020, 1, 1), source=source
        )


@pytest.mark.parametrize(
    "sql",
    [
        "delete from personnel_person",
        "update audit_event set actor = 'x'",
        "delete from audit_event",
        "insert into access_grant (user_id, role, path, unit_label, valid) "
        "values (1, 'personnel_officer', '1', '', '[2020-01-01,)')",
        "update access_grant set role = 'inspector'",
        "drop table personnel_person",
        "alter table personnel_person disable row level security",
        "create table theft (x int)",
    ],
)
def test_the_web_role_cannot(lan, sql):
    with (
        seen_by(lan.pk),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize("column", ["read:qual", "add:with_check", "change:qual"])
def test_the_kinds_held_back_are_the_kinds_that_are_sensitive(column, db):
    """The policy repeats kinds.py, which it cannot read: all kinds once, then part by part."""
    policy, clause = column.split(":")
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {clause} from pg_policies where policyname = %s", [f"record_{policy}"]
        )
        (text,) = cursor.fetchone()

    for kind in SENSITIVE:
        assert text.count(f"'{kind}'::") == 2, kind
    for guard in GUARDS.values():
        if guard.permission != Permission.PERSON_VIEW_SENSITIVE:
            assert f"'{guard.permission}'::text" in text
    # One kind alone is compared as text, several as an array of varchar.
    alone = sum(len(kinds_of([part])) == 1 for part in GUARDS)
    assert text.count("::character varying") == 2 * len(SENSITIVE) - alone


def test_every_table_with_personal_data_stands_behind_the_wall(db):
    from django.apps import apps

    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r' and (relrowsecurity "
            "or not has_table_privilege('ngangtam_web', oid, 'select'))"
        )
        walled = {name for (name,) in cursor.fetchall()}
    outside = {
        model._meta.db_table
        for model in apps.get_models()
        if {"personal", "sensitive"} & set(getattr(model, "privacy", {}).values())
        and model._meta.managed  # a view filters by itself; test_raw_sql reads it
    } - walled

    # Accounts carry names of office, which whoever signs in may meet.
    assert outside <= {"access_user"}


def test_every_field_has_a_class_of_privacy(db):
    from django.apps import apps

    allowed = {"public", "internal", "personal", "sensitive"}
    for model in apps.get_models():
        if not model.__module__.startswith("ngangtam."):
            continue
        fields = {
            field.name
            for field in model._meta.get_fields()
            if field.concrete and not field.many_to_many and field.name != "id"
        }
        unclassified = fields - set(model.privacy)
        assert not unclassified, f"{model.__name__}: {unclassified}"
        assert set(model.privacy.values()) <= allowed
