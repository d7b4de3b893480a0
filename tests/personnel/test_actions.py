"""Every verb on a file: done, refused, in the wrong state, and undone when the audit fails."""

from datetime import date

import pytest

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.organisation.models import Decision
from ngangtam.records.personnel import actions, steps
from ngangtam.records.personnel.actions import Basis
from ngangtam.records.personnel.kinds import WITNESSED
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from personnel.conftest import BASIS, TODAY


def open_file(unit, by, **changes):
    given = {
        "full_name": "Lò Văn Ái", "identity": {"gender": "male"}, "basis": BASIS,
        "birth": parse_day("10/1988").value, **changes,
    }  # fmt: skip
    return actions.open_file(unit_id=unit.pk, today=TODAY, by=by, **given)


def add_posting(person, post, by, **changes):
    given = {
        "seat": 1, "first_day": date(2026, 3, 1), "until": None, "main": True, "basis": BASIS,
        **changes,
    }  # fmt: skip
    return actions.add_posting(person_id=person.pk, post_id=post.pk, today=TODAY, by=by, **given)


def add_record(person, by, kind="theory", **changes):
    given = {
        "first_day": parse_day("2015").value, "until": None, "code": "advanced", "raw": "Cao cấp",
        "detail": {}, "basis": BASIS, **changes,
    }  # fmt: skip
    return actions.add_record(person_id=person.pk, kind=kind, today=TODAY, by=by, **given)


def test_a_file_opens_with_a_partial_birth_and_rests_on_its_decision(lan, lan_department):
    person = open_file(lan_department, lan)

    assert (person.birth_day, person.birth_precision) == (date(1988, 10, 1), "month")
    assert person.home_unit == lan_department
    assert "12/QĐ-UBND" in str(person.source)
    assert Event.objects.get().type == "person.opened"


def test_a_file_needs_a_name_and_something_to_rest_on(lan, lan_department):
    with pytest.raises(DomainError):
        open_file(lan_department, lan, full_name="  ")
    with pytest.raises(DomainError):
        open_file(lan_department, lan, basis=Basis())
    assert not Person.objects.exists()


def test_a_posting_moves_the_person_and_counts_in_the_unit(lan, binh, head, lan_department):
    posting = add_posting(binh, head, lan)

    binh.refresh_from_db()
    lan_department.refresh_from_db()
    assert (binh.headline, binh.leadership, binh.level) == ("Giám đốc Sở", True, "province")
    assert (lan_department.holders, lan_department.seats) == (1, 1)
    assert posting.decision == Decision.objects.get()
    event = Event.objects.get()
    assert (event.type, event.subject_id, event.what["posting"]) == (
        "posting.added", binh.pk, posting.pk,
    )  # fmt: skip


def test_two_people_never_hold_one_seat(lan, binh, head, person_at, lan_department):
    add_posting(binh, head, lan)
    other = person_at(lan_department, "Trần Văn Cường")

    with pytest.raises(DomainError, match=r"seat|chỗ|[Ss]uất"):
        add_posting(other, head, lan)
    assert Posting.objects.count() == 1


def test_nobody_has_two_main_posts_at_once_but_a_further_one(lan, binh, head, staff):
    add_posting(binh, head, lan)

    with pytest.raises(DomainError):
        add_posting(binh, staff, lan)
    assert add_posting(binh, staff, lan, main=False).main is False


def test_a_post_has_no_more_holders_than_seats(lan, binh, staff):
    with pytest.raises(DomainError):
        add_posting(binh, staff, lan, seat=4)


def test_a_posting_without_decision_or_source_is_refused(lan, binh, head):
    with pytest.raises(DomainError):
        add_posting(binh, head, lan, basis=Basis())


def test_lan_puts_nobody_into_another_province(lan, binh, hoa_province, source):
    from ngangtam.records.organisation import steps as organisation

    far = organisation.add_post(
        unit=hoa_province, title="Chánh Văn phòng", first_day=date(2021, 1, 1), source=source
    )

    with pytest.raises(Forbidden):
        add_posting(binh, far, lan)


def test_an_ended_posting_leaves_its_seat(lan, binh, posting, person_at, staff, lan_department):
    actions.end_posting(
        posting_id=posting.pk, on=date(2026, 3, 1), reason="Nghỉ hưu", basis=BASIS, today=TODAY,
        by=lan,
    )  # fmt: skip

    posting.refresh_from_db()
    lan_department.refresh_from_db()
    assert posting.valid.upper == date(2026, 3, 1)
    assert lan_department.holders == 0
    assert add_posting(person_at(lan_department, "Vũ Thị Dung"), staff, lan).seat == 1


def test_an_end_before_the_first_day_or_after_another_end_is_refused(lan, posting):
    def end(on):
        actions.end_posting(
            posting_id=posting.pk, on=on, reason="Sai", basis=Basis(), today=TODAY, by=lan
        )

    with pytest.raises(DomainError):
        end(date(2021, 12, 31))
    end(date(2025, 1, 1))
    with pytest.raises(DomainError):
        end(date(2026, 1, 1))


def test_a_corrected_posting_leaves_the_old_one_struck_out(lan, posting):
    new = actions.correct_posting(
        posting_id=posting.pk, reason="Ghi nhầm ngày", seat=1, first_day=date(2022, 2, 1),
        until=None, main=True, title_raw="", basis=Basis(), today=TODAY, by=lan,
    )  # fmt: skip

    posting.refresh_from_db()
    assert (posting.void_reason, posting.voided_by) == ("Ghi nhầm ngày", "lan")
    assert new.valid.lower == date(2022, 2, 1)
    assert new.source == posting.source
    assert Event.objects.get().what["voided"] == posting.pk


def test_a_refused_correction_leaves_the_old_posting_standing(lan, posting):
    with pytest.raises(DomainError):
        actions.correct_posting(
            posting_id=posting.pk, reason="Sai", seat=9, first_day=date(2022, 2, 1), until=None,
            main=True, title_raw="", basis=Basis(), today=TODAY, by=lan,
        )  # fmt: skip
    posting.refresh_from_db()
    assert posting.voided_at is None


def test_a_voided_posting_is_restored_as_a_new_row(lan, posting, binh):
    actions.void_posting(posting_id=posting.pk, reason="Nhầm người", today=TODAY, by=lan)
    with pytest.raises(DomainError):
        actions.void_posting(posting_id=posting.pk, reason="Lần nữa", today=TODAY, by=lan)

    again = actions.restore_posting(posting_id=posting.pk, today=TODAY, by=lan)

    assert again.pk != posting.pk
    assert again.valid == posting.valid
    with pytest.raises(DomainError):
        actions.restore_posting(posting_id=again.pk, today=TODAY, by=lan)


def test_a_record_keeps_code_wording_and_precision(lan, binh):
    row = add_record(binh, lan)

    assert (row.code, row.raw, row.precision) == ("advanced", "Cao cấp", "year")


def test_the_highest_degree_counts_not_the_latest(binh, source):
    for code, year in (("doctor", 2014), ("university", 2020)):
        steps.add_record(
            person=binh, kind="education", code=code, first_day=date(year, 1, 1), source=source
        )
    steps.refresh([binh.pk], day=TODAY)

    binh.refresh_from_db()
    assert binh.degree == "doctor"


def test_an_unknown_kind_or_day_is_refused(lan, binh):
    with pytest.raises(DomainError):
        add_record(binh, lan, kind="horoscope")
    with pytest.raises(DomainError):
        add_record(binh, lan, first_day=parse_day("hôm nào đó").value)
    assert not Record.objects.exists()


def test_a_record_is_corrected_voided_and_restored(lan, binh, course):
    new = actions.correct_record(
        record_id=course.pk, reason="Sai năm", first_day=parse_day("6/2011").value, until=None,
        code="advanced", raw="Học viện", detail={"school": "Học viện"}, basis=BASIS, today=TODAY,
        by=lan,
    )  # fmt: skip
    actions.void_record(record_id=new.pk, reason="Bằng giả", today=TODAY, by=lan)
    again = actions.restore_record(record_id=new.pk, today=TODAY, by=lan)

    course.refresh_from_db()
    assert course.void_reason == "Sai năm"
    assert (again.detail, again.decision) == (new.detail, new.decision)
    assert [event.type for event in Event.objects.order_by("id")] == [
        "record.corrected", "record.voided", "record.restored",
    ]  # fmt: skip


def test_a_change_of_identity_leaves_what_was_before(lan, binh):
    changes = {"nationality": "Việt Nam", "gender": "female", "ethnicity": "tay"}
    made = actions.change_identity(
        person_id=binh.pk, changes=changes, reason="Cải chính hộ tịch", by=lan
    )

    binh.refresh_from_db()
    assert (binh.nationality, binh.ethnicity) == ("Việt Nam", "tay")
    assert {(one.field, one.old, one.new) for one in made} == {
        ("nationality", "", "Việt Nam"), ("ethnicity", "", "tay"),
    }  # fmt: skip


@pytest.mark.parametrize("changes", [{"full_name": "Khác"}, {"birth": parse_day("1990").value}])
def test_one_officer_alone_changes_no_name_and_no_birth(lan, binh, changes):
    with pytest.raises(DomainError):
        actions.change_identity(person_id=binh.pk, changes=changes, reason="x", by=lan)
    assert not IdentityChange.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("kind", sorted(WITNESSED))
def test_one_officer_alone_adds_no_degree_and_no_party_day(lan, binh, degree, kind):
    with pytest.raises(DomainError):
        add_record(binh, lan, kind=kind)
    with pytest.raises(DomainError):
        actions.void_record(record_id=degree.pk, reason="x", today=TODAY, by=lan)
    assert Record.objects.standing().count() == 1


def test_a_change_of_identity_that_changes_nothing_is_refused(lan, binh):
    with pytest.raises(DomainError):
        actions.change_identity(
            person_id=binh.pk, changes={"full_name": binh.full_name}, reason="Không", by=lan
        )


def test_a_decision_is_recorded_once(lan):
    def decide():
        return actions.record_decision(
            number="7/QĐ", day=date(2026, 1, 5), body="Sở Nội vụ", signer="", kind="other",
            summary="", by=lan,
        )  # fmt: skip

    assert decide().number == "7/QĐ"
    with pytest.raises(DomainError):
        decide()


ACTS = {
    "open_file": lambda by, w: open_file(w["unit"], by),
    "add_posting": lambda by, w: add_posting(w["binh"], w["head"], by, main=False),
    "end_posting": lambda by, w: actions.end_posting(
        posting_id=w["posting"].pk, on=TODAY, reason="x", basis=Basis(), today=TODAY, by=by),
    "correct_posting": lambda by, w: actions.correct_posting(
        posting_id=w["posting"].pk, reason="x", seat=2, first_day=date(2022, 5, 1), until=None,
        main=True, title_raw="", basis=Basis(), today=TODAY, by=by),
    "void_posting": lambda by, w: actions.void_posting(
        posting_id=w["posting"].pk, reason="x", today=TODAY, by=by),
    "restore_posting": lambda by, w: actions.restore_posting(
        posting_id=w["struck"].pk, today=TODAY, by=by),
    "add_record": lambda by, w: add_record(w["binh"], by),
    "correct_record": lambda by, w: actions.correct_record(
        record_id=w["course"].pk, reason="x", first_day=parse_day("2011").value, until=None,
        code="advanced", raw="", detail={}, basis=Basis(), today=TODAY, by=by),
    "void_record": lambda by, w: actions.void_record(
        record_id=w["course"].pk, reason="x", today=TODAY, by=by),
    "restore_record": lambda by, w: actions.restore_record(
        record_id=w["gone"].pk, today=TODAY, by=by),
    "change_identity": lambda by, w: actions.change_identity(
        person_id=w["binh"].pk, changes={"nationality": "Khác"}, reason="x", by=by),
    "record_decision": lambda by, w: actions.record_decision(
        number="9/QĐ", day=TODAY, body="B", signer="", kind="other", summary="", by=by),
    "note_reading": lambda by, w: actions.note_reading(
        person_id=w["binh"].pk, parts=["health"], purpose="x", by=by),
    "note_export": lambda by, w: actions.note_export(
        unit_id=w["unit"].pk, asked={}, people=1, style="csv", by=by),
}  # fmt: skip


@pytest.fixture
def work(lan_department, binh, head, staff, posting, course, source):
    struck = steps.add_posting(
        person=binh, post=staff, seat=2, first_day=date(2021, 1, 1), until=date(2021, 6, 1),
        source=source,
    )  # fmt: skip
    gone = steps.add_record(person=binh, kind="award", first_day=TODAY, raw="BK", source=source)
    for row in (struck, gone):
        steps.void(row, by="lan", reason="thử")
    return {
        "unit": lan_department, "binh": binh, "head": head, "posting": posting, "course": course,
        "struck": struck, "gone": gone,
    }  # fmt: skip


def _count():
    return [
        model.objects.count() for model in (Person, Posting, Record, IdentityChange, Decision)
    ] + [Posting.objects.standing().count(), Record.objects.standing().count()]


@pytest.mark.parametrize("act", ACTS)
def test_minh_is_refused_and_nothing_is_written(act, work, minh):
    before = _count()

    with pytest.raises(Forbidden):
        ACTS[act](minh, work)
    assert _count() == before
    assert not Event.objects.exists()


@pytest.mark.parametrize("act", [name for name in ACTS if name != "record_decision"])
def test_hoa_is_refused_over_lans_people(act, work, hoa):
    with pytest.raises(Forbidden):
        ACTS[act](hoa, work)
    assert not Event.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_each_act_leaves_one_event(act, work, lan):
    ACTS[act](lan, work)

    assert Event.objects.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_kept_when_the_audit_cannot_be_written(act, work, lan, monkeypatch):
    def full_disk(*_, **__):
        raise OSError("disk full")

    before = _count()
    monkeypatch.setattr(actions, "record", full_disk)
    with pytest.raises(OSError, match="disk full"):
        ACTS[act](lan, work)
    assert _count() == before


def test_sensitive_kinds_need_their_own_permission(binh, lan_province):
    from ngangtam.foundation.access import roles
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    head = User.objects.create_user("truong", full_name="Trưởng đơn vị")
    Grant.objects.create(
        user=head, role="unit_head", path=lan_province.path, valid=span(date(2020, 1, 1))
    )
    assert roles.Permission.PERSON_VIEW_SENSITIVE not in roles.ROLES["unit_head"].permissions
    with pytest.raises(Forbidden):
        actions.note_reading(person_id=binh.pk, parts=["health"], purpose="x", by=head)
