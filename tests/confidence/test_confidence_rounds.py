"""Who is voted on, who is left out by the text, what is due, and who may prepare a round."""

from datetime import date

import pytest
from django.db import connection, transaction

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.confidence import actions, law, queries
from ngangtam.stages.confidence.models import Round, Subject


def listed(one, state):
    rows = one.subjects.filter(state=state).select_related("person").order_by("pk")
    return {row.person.full_name: row for row in rows}


def test_an_elected_body_votes_on_the_titles_that_the_text_names(town):
    one = town.open()

    assert set(listed(one, "in")) == {"Phan Văn Chủ", "Lý Thị Phó", "Hồ Thị Ban"}
    assert listed(one, "in")["Lý Thị Phó"].titles == "Phó Chủ tịch HĐND; Trưởng ban HĐND"
    left = listed(one, "out")
    assert set(left) == {"Mạc Văn Mới"}
    assert (left["Mạc Văn Mới"].why, left["Mạc Văn Mới"].note) == (
        "new", "Giữ chức danh từ ngày 01/03/2028.",
    )  # fmt: skip


def test_a_new_term_in_the_same_post_is_no_appointment_in_the_year(town):
    one = town.open()

    assert listed(one, "in")["Hồ Thị Ban"].since == date(2021, 5, 1)


def test_the_party_round_takes_the_leaders_of_the_body(town):
    one = town.open("party")

    assert set(listed(one, "in")) == {"Đào Thị Giám"}
    assert listed(one, "out")["Vũ Văn Trợ"].why == "new"


def test_the_party_round_with_the_units_below(town):
    one = town.open("party", unit="T1", below=True)

    assert {"Đào Thị Giám", "Phan Văn Chủ"} <= set(listed(one, "in"))


def test_the_timetable_counts_back_from_the_session(town):
    one = town.open()

    assert dict(one.dues.values_list("code", "due")) == {
        "reports_asked": date(2028, 10, 22), "own_reports": date(2028, 11, 6),
        "front": date(2028, 11, 11), "documents": date(2028, 11, 16),
    }  # fmt: skip
    assert not town.open("party").dues.exists()


def test_what_is_not_known_is_said(town):
    party = [note.text for note in law.notes_for(town.open("party"))]
    elected = [note.text for note in law.notes_for(town.open(term=2025))]
    third = [note.text for note in law.notes_for(town.open(day=date(2028, 12, 7), term=None))]

    assert len(party) == 3
    assert any("phụ lục" in one for one in party)
    assert any("2027" in one for one in elected)
    assert any("năm đầu nhiệm kỳ" in one.lower() for one in third)


def test_a_commune_council_is_left_to_the_authority(town):
    from ngangtam.records.organisation import steps

    commune = steps.add_unit(
        code="T1.X", name="Xã Bình An", level="commune", parent=town.province,
        first_day=date(2025, 7, 1), source=town.source,
    )  # fmt: skip
    one = town.open(unit=commune.code)

    assert any("cấp xã" in note.text for note in law.notes_for(one))


def test_somebody_is_left_out_with_evidence_and_taken_in_again(town):
    one = town.open()
    row = one.subjects.get(person=town.people["pho"])

    with pytest.raises(DomainError):
        actions.leave_out(subject_id=row.pk, why="leaving", note=" ", version=None, by=town.lan)
    actions.leave_out(
        subject_id=row.pk, why="leaving", note="Thông báo 15-TB/TU ngày 01/09/2028", version=None,
        by=town.lan,
    )  # fmt: skip
    actions.look_again(round_id=one.pk, version=None, by=town.lan)
    row.refresh_from_db()
    assert (row.state, row.why, row.by_hand) == ("out", "leaving", True)
    assert "96-2023-qh15#2" in Event.objects.get(type="confidence.left_out").cites

    actions.take_in(
        round_id=one.pk, person_number=town.people["pho"].number, note="Thông báo đã thu hồi",
        version=None, by=town.lan, today=date(2028, 10, 2),
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.why) == ("in", "")


def test_looking_again_follows_the_postings(town):
    one = town.open()
    town.person("them", "Trịnh Văn Thêm", "vice")
    town.people["chu-tich"].postings.update(valid="[2021-05-01,2028-11-01)")

    actions.look_again(round_id=one.pk, version=None, by=town.lan)

    assert "Trịnh Văn Thêm" in listed(one, "in")
    assert listed(one, "out")["Phan Văn Chủ"].why == "gone"


@pytest.mark.parametrize(
    ("regime", "change"),
    [
        ("party", {"basis": " "}),
        ("elected", {"day": date(2028, 10, 1)}),
        ("elected", {"session": date(2028, 12, 7)}),
    ],
)
def test_a_round_that_cannot_be_is_refused(town, regime, change):
    with pytest.raises(DomainError):
        town.open(regime, **change)


def test_there_is_one_round_in_a_term_until_it_is_called_off(town):
    one = town.open()
    with pytest.raises(DomainError):
        town.open(day=date(2028, 12, 7))

    with pytest.raises(DomainError):
        actions.cancel(round_id=one.pk, reason=" ", version=None, by=town.lan)
    actions.cancel(round_id=one.pk, reason="Kỳ họp hoãn", version=None, by=town.lan)

    assert town.open(day=date(2028, 12, 7)).state == Round.State.DRAFT


def test_a_stale_form_is_refused(town):
    one = town.open()
    actions.convene(
        round_id=one.pk, circles=["deputies"], numbers=[], version=one.version, by=town.lan
    )

    with pytest.raises(DomainError, match="người khác"):
        actions.fix(round_id=one.pk, version=one.version, by=town.lan)


def test_nobody_prepares_a_round_in_which_they_stand(town):
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.kernel.models import span

    user = town.users["giam-doc"]
    Grant.objects.create(
        user=user, role="personnel_officer", path=town.department.path,
        unit_label="Sở Nội vụ", valid=span(date(2020, 1, 1)),
    )  # fmt: skip

    with pytest.raises(Forbidden):
        town.open("party", by=user)
    one = town.open("party")
    with pytest.raises(Forbidden):
        actions.look_again(round_id=one.pk, version=None, by=user)


@pytest.mark.parametrize("who", ["hoa", "minh", "truong"])
def test_only_who_prepares_votes_there_opens_a_round(town, who):
    with pytest.raises(Forbidden):
        town.open(by=getattr(town, who))


def test_voters_are_whole_circles_and_single_people(town):
    one = town.open()
    number = town.people["giam-doc"].number

    with pytest.raises(DomainError, match="XX"):
        actions.convene(round_id=one.pk, circles=[], numbers=["XX"], version=None, by=town.lan)
    said = actions.convene(
        round_id=one.pk, circles=["deputies"], numbers=[number], version=None, by=town.lan
    )
    assert said == 7
    actions.convene(round_id=one.pk, circles=["deputies"], numbers=[], version=None, by=town.lan)
    assert queries.voters_of(one).count() == 6
    assert queries.circle_counts(one)["deputies"] == 6


def test_lists_are_closed_only_when_both_are_there(town):
    one = town.open()
    with pytest.raises(DomainError):
        actions.fix(round_id=one.pk, version=None, by=town.lan)

    fixed = town.fixed("party")
    with pytest.raises(DomainError):
        actions.look_again(round_id=fixed.pk, version=None, by=town.lan)
    assert actions.reopen(round_id=fixed.pk, version=None, by=town.lan).state == "draft"


def test_what_is_due_is_noted_as_done(town):
    one = town.open()
    row = one.dues.get(code="front")
    assert next(iter(queries.open_dues(town.lan, date(2028, 10, 2)))).code == "reports_asked"

    with pytest.raises(DomainError):
        actions.note_done(due_id=row.pk, done_on=date(2028, 10, 3), note="", by=town.lan,
                          today=date(2028, 10, 2))  # fmt: skip
    actions.note_done(due_id=row.pk, done_on=date(2028, 10, 2), note="BC 7/MTTQ", by=town.lan,
                      today=date(2028, 10, 2))  # fmt: skip
    assert queries.open_dues(town.lan, date(2028, 10, 2)).count() == 3


# -- the second wall -------------------------------------------------------------------------------


def as_web(user, sql, *values):
    """Run SQL as the web would for a user; return the rows, or what the database refused."""
    from ngangtam.foundation.access.wall import see_as, see_as_owner

    see_as(user.pk)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount
    finally:
        see_as_owner()


@pytest.mark.parametrize("table", ["round", "subject", "voter", "due"])
def test_the_database_shows_rounds_to_whom_they_are_for(town, table):
    town.fixed()
    rows = f"select count(*) from confidence_{table}"

    assert as_web(town.lan, rows)[0][0] > 0
    assert as_web(town.truong, rows)[0][0] > 0
    assert as_web(town.hoa, rows) == [(0,)]
    assert as_web(town.minh, rows) == [(0,)]
    assert as_web(town.users["chu-tich"], rows) == [(0,)]


def test_the_database_keeps_closed_lists_and_the_steps_of_a_round(town):
    from django.db.utils import ProgrammingError

    one = town.fixed()

    assert as_web(town.lan, "update confidence_subject set state = 'in', why = ''") == 0
    assert as_web(town.truong, "update confidence_round set title = 'x'") == 0
    with pytest.raises(ProgrammingError):
        as_web(town.lan, "update confidence_round set state = 'counted' where id = %s", one.pk)
    with pytest.raises(ProgrammingError):
        as_web(town.lan, "update confidence_round set regime = 'party' where id = %s", one.pk)
    with pytest.raises(ProgrammingError):
        as_web(
            town.lan,
            "insert into confidence_result (round_id, person_id, path, titles, day, regime, high,"
            " trust, low, convened, returned, denominator, zone, followed, case_number, note)"
            " values (%s, %s, %s, 'x', now(), 'elected', 1, 0, 0, 1, 1, 1, '', '', '', '')",
            one.pk, town.people["pho"].pk, str(one.path),
        )  # fmt: skip
    assert Subject.objects.filter(state="in").count() == 3
