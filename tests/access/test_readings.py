"""Sensitive parts: each behind its own permission in both walls, each reading with its trace."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from conftest import _user
from ngangtam.foundation.access.models import Reading
from ngangtam.foundation.access.queries import who_looked
from ngangtam.foundation.access.roles import ROLES
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.personnel import actions, steps
from ngangtam.records.personnel.kinds import GUARDS, KINDS
from ngangtam.records.personnel.models import IdentityChange, Person

SECRETS = {
    "family": "Chị ruột ở nước ngoài", "health": "Nhóm máu hiếm XYZ",
    "political_conclusion": "Kết luận số 77", "declaration": "Nhà đất 3 thửa",
    "denunciation": "Đơn tố cáo số 9", "foreign": "Bạn ở Lào",
}  # fmt: skip


@pytest.fixture
def binh(lan_department, source):
    person = steps.add_person(
        full_name="Ngô Thị Bình", unit=lan_department, source=source, ethnicity="tay",
        religion="buddhism", personal_number="001180000007",
    )  # fmt: skip
    for kind, raw in SECRETS.items():
        steps.add_record(
            person=person, kind=kind, raw=raw, first_day=date(2020, 1, 1), source=source
        )
    IdentityChange.objects.create(
        person=person, field="ethnicity", old="Kinh cũ", new="tay", reason="x", by="lan"
    )
    return person


def _ask(client, person, *parts, purpose="Hồ sơ bổ nhiệm", **more):
    return client.post(
        reverse("person-sensitive", args=[person.number]),
        {"part": parts, "purpose": purpose, **more},
    )


@pytest.mark.parametrize("role", [role.id for role in ROLES.values() if not role.implied])
def test_each_role_reads_exactly_its_own_parts_in_both_walls(role, binh, lan_province, client):
    user = _user("nguoi", "Người Dùng", role, lan_province)
    client.force_login(user)
    held = ROLES[role].permissions
    sees_files = "person.view" in held

    with seen_by(user.pk), connection.cursor() as cursor:
        cursor.execute("select kind from personnel_record")
        by_sql = {kind for (kind,) in cursor.fetchall()}
        cursor.execute("select count(*) from personnel_identitychange")
        assert cursor.fetchone()[0] == (sees_files and "person.view_sensitive" in held)

    for part, guard in GUARDS.items():
        kinds = {kind.id for kind in KINDS.values() if kind.part == part}
        may = sees_files and guard.permission in held
        assert (kinds <= by_sql) if may else not (kinds & by_sql), part
        answer = _ask(client, binh, part)
        words = [SECRETS[kind] for kind in kinds] or ["001180000007"]
        for word in words:
            assert (word in answer.content.decode()) is may, (part, word)


def test_nothing_sensitive_stands_on_any_page_that_was_not_asked(binh, lan, client):
    client.force_login(lan)

    for tab in ("overview", "timeline", "work", "training", "party", "merit", "private",
                "identity", "decisions", "history"):  # fmt: skip
        page = client.get(binh.get_absolute_url(), {"tab": tab}).content.decode()
        for word in (*SECRETS.values(), "001180000007", "Kinh cũ"):
            assert word not in page, (tab, word)
    assert "001180000007" not in client.get(
        reverse("person-print", args=[binh.number])
    ).content.decode()  # fmt: skip
    assert not Event.objects.exists()


def test_one_view_leaves_one_event_and_one_line(binh, lan, client):
    client.force_login(lan)

    page = _ask(client, binh, "family", "health", "origin").content.decode()

    assert SECRETS["family"] in page
    assert "001180000007" in page
    assert SECRETS["declaration"] not in page
    event, reading = Event.objects.get(), Reading.objects.get()
    assert (event.type, event.what["parts"]) == (
        "person.sensitive_read", ["family", "health", "origin"],
    )  # fmt: skip
    assert (reading.subjects, reading.purpose) == ([binh.pk], "Hồ sơ bổ nhiệm")


def test_printing_a_part_leaves_its_trace_too(binh, lan, client):
    client.force_login(lan)

    page = _ask(client, binh, "origin", "health", paper="yes").content.decode()

    assert "001180000007" in page
    assert SECRETS["health"] in page
    assert SECRETS["family"] not in page
    assert Event.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"purpose": " "}, {"parts": ()}, {"parts": ("king",)}])
def test_without_a_purpose_or_a_part_nothing_is_shown(wrong, binh, lan, client):
    client.force_login(lan)

    parts = wrong.get("parts", ("health",))
    answer = _ask(client, binh, *parts, purpose=wrong.get("purpose", "x"))

    assert answer.status_code == 422
    assert SECRETS["health"] not in answer.content.decode()
    assert not Event.objects.exists()
    with pytest.raises(DomainError):
        actions.note_reading(
            person_id=binh.pk, parts=parts, purpose=wrong.get("purpose", "x"), by=lan
        )


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_others_find_no_file_to_ask_of(who, request, binh, client):
    viewer = request.getfixturevalue(who)
    client.force_login(viewer)

    assert _ask(client, binh, "health").status_code == 404
    with pytest.raises(Forbidden):
        actions.note_reading(person_id=binh.pk, parts=["health"], purpose="x", by=viewer)
    assert not Event.objects.exists()


def test_a_form_that_starts_from_a_sensitive_record_leaves_its_trace(binh, lan, client):
    client.force_login(lan)
    record = binh.records.get(kind="health")

    page = client.get(reverse("record-correct", args=[record.pk]))
    client.get(reverse("record-void", args=[record.pk]))

    assert SECRETS["health"] in page.content.decode()
    assert [event.what["parts"] for event in Event.objects.all()] == [["health"]]


def test_one_view_of_many_people_is_one_event_that_each_of_them_finds(
    binh, lan, lan_department, source, auditor
):
    second = steps.add_person(full_name="Người Hai", unit=lan_department, source=source)

    actions.note_readings(
        people=[binh.pk, second.pk], unit_id=lan_department.pk, parts=["political"],
        purpose="Rà soát tiêu chuẩn", by=lan,
    )  # fmt: skip

    assert Event.objects.get().what["people"] == 2
    with seen_by(auditor.pk):
        for person in (binh, second):
            [look] = who_looked(person)
            assert (look.reader, look.parts) == ("Trần Thị Lan", ("political",))


def test_who_looked_is_for_the_audit_and_not_for_the_office(binh, lan, minh, hoa, auditor):
    actions.note_reading(person_id=binh.pk, parts=["health"], purpose="x", by=lan)

    assert len(who_looked(binh)) == 1
    for viewer, count in ((lan, 0), (minh, 0), (hoa, 0), (auditor, 1)):
        with seen_by(viewer.pk):
            assert len(who_looked(binh)) == count, viewer


def test_no_one_writes_a_reading_in_anothers_name(binh, lan, minh):
    with seen_by(minh.pk), pytest.raises(ProgrammingError), transaction.atomic():
        Reading.objects.create(
            reader=lan, reader_label="x", subject_type="personnel.person", subjects=[binh.pk],
            parts=["health"], purpose="x",
        )  # fmt: skip


def test_a_record_of_a_part_that_one_may_not_read_cannot_be_written_either(
    binh, lan_province, source, lan, client
):
    client.force_login(lan)

    with seen_by(lan.pk), pytest.raises(ProgrammingError), transaction.atomic():
        steps.add_record(
            person=binh, kind="denunciation", raw="x", first_day=date(2021, 1, 1), source=source
        )
    address = reverse("record-add", args=[binh.number, "denunciation"])
    assert client.get(address).status_code == 404


def test_the_search_by_personal_number_needs_its_part(binh, lan_province, client):
    head = _user("truong", "Bùi Văn Trưởng", "unit_head", lan_province)
    client.force_login(head)

    page = client.get(reverse("person-list"), {"q": "001180000007"}).content.decode()

    assert "Ngô Thị Bình" not in page
    assert Person.objects.filter(personal_number="001180000007").exists()
