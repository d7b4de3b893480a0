"""What an event says about a sensitive part is for those who may read that part."""

import pytest
from django.db import connection
from django.urls import reverse

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.records.corrections.models import Account
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.kinds import GUARDS, KINDS, ORIGIN

MARK = "Quỷ Xế Ngỡ"
SENSITIVE = [kind.id for kind in KINDS.values() if kind.sensitive]


@pytest.fixture
def person(lan_department, source):
    return steps.add_person(full_name="Ngô Thị Bình", unit=lan_department, source=source)


@pytest.fixture
def head(lan_province):
    return _user("truong", "Bùi Văn Trưởng", "unit_head", lan_province)


@pytest.fixture
def said(person):
    """Events whose words are for a few, each with the reason in it."""
    return [
        *(record("record.voided", by=Process(), subject=person, kind=kind, reason=MARK)
          for kind in SENSITIVE),
        *(record("person.identity_changed", by=Process(), subject=person, fields=[field],
                 reason=MARK) for field in ORIGIN),
        record("request.refused", by=Process(), subject=person, request=1, reason=MARK),
        record("proposal.refused", by=Process(), subject=person, proposal=1, reason=MARK),
        record("person.sensitive_read", by=Process(), subject=person, parts=["health"],
               purpose=MARK),
    ]  # fmt: skip


def _told(viewer, table="audit_event"):
    """Return the types of events whose words this viewer meets by SQL."""
    with seen_by(viewer.pk), connection.cursor() as cursor:
        cursor.execute(f"select type, what ->> 'kind' from {table} where what::text like %s",
                       [f"%{MARK}%"])  # fmt: skip
        return {(kind or type_) for type_, kind in cursor.fetchall()}


@pytest.mark.parametrize("table", ["audit_event", "audit_journal"])
def test_who_reads_files_alone_meets_none_of_it_by_sql(said, head, table):
    assert _told(head, table) == set()


@pytest.mark.parametrize("table", ["audit_event", "audit_journal"])
def test_who_keeps_files_meets_what_belongs_to_the_part(said, lan, table):
    expected = set(SENSITIVE) - {"denunciation"}

    assert _told(lan, table) == expected | {
        "person.identity_changed", "request.refused", "proposal.refused",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["audit_event", "audit_journal"])
def test_an_inspector_meets_all_but_what_was_said_to_the_officer(said, lan_province, table):
    inspector = _user("thanh-tra", "Ngô Đức Thanh", "inspector", lan_province)

    told = _told(inspector, table)

    assert set(SENSITIVE) | {"person.identity_changed", "person.sensitive_read"} == told


def test_the_person_concerned_meets_all_but_denunciations(said, person):
    binh = _user("binh", "Ngô Thị Bình")
    Account.objects.create(user=binh, person=person, state="linked")

    told = _told(binh)

    assert "denunciation" not in told
    assert {"health", "request.refused", "person.sensitive_read"} <= told


def test_the_pages_of_a_file_keep_it_too(said, person, head, client):
    open_one = record("record.voided", by=Process(), subject=person, kind="award", reason="Trùng")
    client.force_login(head)

    history = client.get(person.get_absolute_url() + "?tab=history").text
    journal = client.get(reverse("audit-person", args=[person.number])).text

    assert MARK not in history
    assert MARK not in journal
    assert "Trùng" in history
    for event in Event.objects.exclude(pk=open_one.pk):
        assert MARK not in client.get(reverse("audit-detail", args=[event.pk])).text


@pytest.mark.django_db
def test_the_policy_knows_every_sensitive_kind_and_field():
    """A policy cannot read Python: a kind that is made sensitive later fails here."""
    with connection.cursor() as cursor:
        for kind in KINDS.values():
            cursor.execute("select ngangtam_event_needs('', jsonb_build_object('kind', %s::text))",
                           [kind.id])  # fmt: skip
            needed = [str(GUARDS[kind.part].permission)] if kind.part else []
            assert cursor.fetchone()[0] == needed, kind.id
        for field in ORIGIN:
            cursor.execute(
                "select ngangtam_event_needs('', jsonb_build_object('fields', array[%s::text]))",
                [field],
            )  # fmt: skip
            assert cursor.fetchone()[0] == ["person.view_sensitive"]
