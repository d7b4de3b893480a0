"""The second wall: what raw SQL through the web role may read and write."""

import pytest
from django.db import DatabaseError, connection, transaction

from ngangtam.foundation.access.queries import who_looked
from ngangtam.foundation.access.steps import note_reading
from ngangtam.foundation.access.wall import seen_by
from ngangtam.records.corrections.models import Attachment, Request
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.kinds import KINDS, WITNESSED
from ngangtam.records.personnel.models import Person, Posting, Record

pytestmark = pytest.mark.django_db


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(sql, *values):
    """Whether the database refuses, or finds nothing to do."""
    try:
        with transaction.atomic():
            return rows(sql, *values) == 0
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") not in {"42501", "23514"}:
            raise
        return True


def test_the_own_file_is_read_whole_and_no_other(binh, person, make_record, lan_department, source):
    other = steps.add_person(full_name="Trần Văn Khác", unit=lan_department, source=source)
    for kind in KINDS:
        make_record(kind, raw="x")
    make_record("health", raw="của người khác", person=other)

    with seen_by(binh.pk):
        assert list(Person.objects.all()) == [person]
        assert Posting.objects.count() == 1
        assert set(Record.objects.values_list("kind", flat=True)) == set(KINDS) - {"denunciation"}
        assert not Record.objects.filter(person=other).exists()


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_nobody_else_reads_it(who, request, binh, person, degree):
    with seen_by(request.getfixturevalue(who).pk):
        assert not Person.objects.exists()
        assert not Record.objects.exists()


def test_what_was_reported_stays_hidden_even_from_a_subject_with_a_grant(
    binh, make_record, lan_province
):
    from ngangtam.foundation.access.models import Grant

    make_record("denunciation", raw="Đơn của ông A")
    Grant.objects.create(user=binh, role="inspector", path=lan_province.path, valid="[2020-01-01,)")

    with seen_by(binh.pk):
        assert not Record.objects.filter(kind="denunciation").exists()


def test_a_link_that_waits_or_ended_reads_nothing(binh, person, degree):
    for state in ("waiting", "refused", "ended"):
        rows("update corrections_account set state = %s", state)
        with seen_by(binh.pk):
            assert not Person.objects.exists(), state


TAKE = "update corrections_account set state = 'linked', decided_by_id = %s"


def test_nobody_links_the_own_account_by_sql(minh, lan, person):
    add = """insert into corrections_account
      (user_id, person_id, state, reason, answer, proposed_by_id, decided_by_id)
      values (%s, %s, %s, 'x', '', %s, %s)"""

    with seen_by(minh.pk):
        assert refused(add, minh.pk, person.pk, "linked", None, None)
        assert refused(add, minh.pk, person.pk, "waiting", minh.pk, None)
    with seen_by(lan.pk):
        assert refused(add, minh.pk, person.pk, "linked", lan.pk, None)
        assert refused(add, lan.pk, person.pk, "waiting", lan.pk, None)
        assert rows(add, minh.pk, person.pk, "waiting", lan.pk, None) == 1
        assert refused(
            "update corrections_account set state = 'linked', decided_by_id = %s", lan.pk
        )
    with seen_by(minh.pk):
        assert refused(TAKE, minh.pk)


def test_the_head_confirms_by_sql_what_the_officer_proposed(minh, lan, truong, hoa, person):
    with seen_by(lan.pk):
        rows("""insert into corrections_account (user_id, person_id, state, reason, answer,
             proposed_by_id) values (%s, %s, 'waiting', 'x', '', %s)""",
             minh.pk, person.pk, lan.pk)  # fmt: skip
    with seen_by(hoa.pk):
        assert refused(TAKE, hoa.pk)
    with seen_by(truong.pk):
        assert refused(TAKE, lan.pk)
        assert refused(TAKE + ", user_id = %s", truong.pk, hoa.pk)
        assert rows(TAKE, truong.pk) == 1


IDENTITY = "update personnel_person set birth_day = '1990-01-01', birth_raw = '1990'"


def test_one_officer_alone_changes_no_birth_name_degree_or_party_day(lan, person, degree, source):
    with seen_by(lan.pk):
        assert refused(IDENTITY)
        assert refused("update personnel_person set full_name = 'Khác'")
        assert rows("update personnel_person set nationality = 'Việt Nam'") == 1
        for kind in WITNESSED:
            assert refused(
                """insert into personnel_record (person_id, kind, code, raw, precision, detail,
                   valid, source_id, recorded_at, recorded_by, voided_by, void_reason)
                   values (%s, %s, '', 'x', 'day', '{}', '[2020-01-01,)', %s, now(), '', '', '')""",
                person.pk, kind, source.pk,
            )  # fmt: skip
        assert refused("update personnel_record set voided_at = now()")
        assert refused("update personnel_record set code = 'doctor'")


PROPOSE = """insert into corrections_proposal (person_id, act, kind, values, shown, reason, state,
  proposed_by_id, decided_by_id, decided_at, answer, made)
  values (%s, 'identity', '', '{}', '[]', 'x', %s, %s, %s, now(), '', '{}')"""
CONFIRM = "update corrections_proposal set state = 'confirmed', decided_by_id = %s"


def test_one_officer_does_not_play_two(lan, khanh, binh, person):
    with seen_by(lan.pk):
        assert refused(PROPOSE, person.pk, "confirmed", khanh.pk, lan.pk)
        assert refused(PROPOSE, person.pk, "confirmed", lan.pk, khanh.pk)
        assert refused(PROPOSE, person.pk, "waiting", khanh.pk, None)
        assert rows(PROPOSE, person.pk, "waiting", lan.pk, None) == 1
        assert refused(CONFIRM, lan.pk)
        assert refused(CONFIRM, khanh.pk)
    with seen_by(binh.pk):
        assert refused(CONFIRM, binh.pk)
    with seen_by(khanh.pk), transaction.atomic():
        assert refused(CONFIRM + ", reason = 'khác'", khanh.pk)
        assert rows(CONFIRM, khanh.pk) == 1
        assert rows(IDENTITY) == 1


def test_two_officers_open_the_wall_for_one_transaction_and_one_file(
    lan, khanh, person, lan_department, source
):
    other = steps.add_person(full_name="Trần Văn Khác", unit=lan_department, source=source)
    with seen_by(lan.pk):
        rows(PROPOSE, person.pk, "waiting", lan.pk, None)
    with seen_by(khanh.pk):
        assert rows(CONFIRM, khanh.pk) == 1
        assert refused(IDENTITY + " where id = %s", other.pk)
    # As it stands to any later transaction.
    rows("update corrections_proposal set decided_at = now() - interval '1 second'")
    with seen_by(khanh.pk):
        assert refused(IDENTITY)


def test_a_subject_who_keeps_files_does_not_keep_the_own_one(lan, person, award, source):
    from ngangtam.records.corrections.models import Account

    Account.objects.create(user=lan, person=person, state="linked")

    with seen_by(lan.pk):
        assert Person.objects.filter(pk=person.pk).exists()
        assert refused("update personnel_person set nationality = 'x' where id = %s", person.pk)
        assert refused("update personnel_record set raw = 'Huân chương' where id = %s", award.pk)
        assert refused("update personnel_posting set main = false where person_id = %s", person.pk)
        assert refused(PROPOSE, person.pk, "waiting", lan.pk, None)


ASK = """insert into corrections_request (person_id, asked_by_id, about, field, kind, part, label,
  said, text, proposed, state, answer) values (%s, %s, 'other', '', '', %s, 'x', '', 'x', '{}',
  'waiting', '') returning id"""


def test_requests_are_read_by_who_asked_and_who_keeps_the_file(
    binh, lan, minh, hoa, truong, auditor, person
):
    with seen_by(binh.pk):
        asked = rows(ASK, person.pk, binh.pk, "")[0][0]
        assert refused(ASK, person.pk, lan.pk, "")
    with seen_by(minh.pk):
        assert refused(ASK, person.pk, minh.pk, "")

    seen = {}
    for user in (binh, lan, minh, hoa, truong, auditor):
        with seen_by(user.pk):
            seen[user.username] = Request.objects.filter(pk=asked).exists()
    assert [name for name, saw in seen.items() if saw] == ["binh", "lan"]


def test_a_request_about_health_needs_the_permission_for_health(binh, person, lan_province, lan):
    from ngangtam.foundation.access.models import RolePermission

    with seen_by(binh.pk):
        asked = rows(ASK, person.pk, binh.pk, "health")[0][0]
    with seen_by(lan.pk):
        assert Request.objects.filter(pk=asked).exists()
    RolePermission.objects.filter(permission="person.view_health").delete()
    with seen_by(lan.pk):
        assert not Request.objects.filter(pk=asked).exists()


def test_nobody_decides_the_own_request_or_in_the_name_of_another(binh, lan, khanh, hoa, person):
    with seen_by(binh.pk):
        rows(ASK, person.pk, binh.pk, "")
        for state in ("accepted", "refused", "confirming"):
            assert refused("update corrections_request set state = %s, decided_by_id = %s",
                           state, binh.pk)  # fmt: skip
    with seen_by(hoa.pk):
        assert refused(
            "update corrections_request set state = 'refused', decided_by_id = %s", hoa.pk
        )
    with seen_by(lan.pk):
        assert refused("update corrections_request set state = 'withdrawn', decided_by_id = %s",
                       lan.pk)  # fmt: skip
        assert refused("update corrections_request set state = 'refused', decided_by_id = %s",
                       khanh.pk)  # fmt: skip
        assert refused("update corrections_request set text = 'khác', decided_by_id = %s", lan.pk)
        assert rows("update corrections_request set state = 'refused', decided_by_id = %s",
                    lan.pk) == 1  # fmt: skip
        assert refused("update corrections_request set state = 'accepted', decided_by_id = %s",
                       lan.pk)  # fmt: skip


def test_proof_is_read_by_who_reads_the_request_and_attached_by_who_sent_it(
    binh, lan, minh, hoa, person, proof
):
    from ngangtam.foundation.files.models import StoredFile
    from ngangtam.foundation.files.steps import keep

    stranger = keep(proof("khác.pdf"), sent_by=minh.pk)
    with seen_by(binh.pk):
        asked = rows(ASK, person.pk, binh.pk, "")[0][0]
        file = keep(proof(), sent_by=binh.pk)
        attach = "insert into corrections_attachment (request_id, file_id) values (%s, %s)"
        assert refused(attach, asked, stranger.pk)
        assert rows(attach, asked, file.pk) == 1
    with seen_by(lan.pk):
        assert StoredFile.objects.filter(pk=file.pk).exists()
        assert Attachment.objects.count() == 1
        own = keep(proof(), sent_by=lan.pk)
        assert refused(attach, asked, own.pk)
    for user in (minh, hoa):
        with seen_by(user.pk):
            assert not Attachment.objects.exists()
            assert not StoredFile.objects.filter(pk=file.pk).exists()
            assert not StoredFile.objects.exclude(sent_by=user.pk).exists()


def test_nothing_is_removed_by_the_web(binh, lan, person):
    with seen_by(binh.pk):
        rows(ASK, person.pk, binh.pk, "")
    for table in ("account", "request", "attachment", "proposal"):
        with seen_by(lan.pk):
            assert refused(f"delete from corrections_{table}"), table


def test_the_person_sees_who_looked_and_nobody_else_does(binh, lan, minh, hoa, person):
    note_reading(reader=lan, subject_type="personnel.person", subjects=[person.pk],
                 parts=["health"], purpose="Bổ nhiệm")  # fmt: skip

    with seen_by(binh.pk):
        assert [look.purpose for look in who_looked(person)] == ["Bổ nhiệm"]
    for user in (minh, hoa):
        with seen_by(user.pk):
            assert who_looked(person) == []


def test_the_kinds_of_the_wall_are_those_of_the_code():
    policies = rows(
        "select polname, pg_get_expr(polwithcheck, polrelid) from pg_policy"
        " where polname in ('record_witnessed', 'record_witnessed_change')"
    )
    for _name, said in policies:
        assert all(f"'{kind}'" in said for kind in WITNESSED)
        assert not any(f"'{kind}'" in said for kind in set(KINDS) - WITNESSED)
    assert len(policies) == 2
