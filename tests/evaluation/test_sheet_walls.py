"""The second wall: what raw SQL through the web role may read and write of sheets and classes."""

import pytest
from django.db import DatabaseError, connection, transaction

from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.wall import seen_by
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation.actions_sheets import OwnScores, Scores
from ngangtam.stages.evaluation.models import Cycle, Petition, Rating, Sheet

pytestmark = pytest.mark.django_db

SAY = """update evaluation_sheet set own_points = '{"general": 30}', own_at = now(),
    state = 'reported', version = version + 1 where id = %s"""
SCORE = """update evaluation_sheet set points = '{"general": 30}', general_points = 30,
    state = 'confirmed', confirmed_by_id = %s, confirmed_at = now(), version = version + 1
    where id = %s"""


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


def test_who_reads_a_sheet(sheet, head_sheet, unit_sheet, binh, trung, thanh, lan, minh, hoa):
    seen = {}
    for user in (binh, trung, thanh, lan, minh, hoa):
        with seen_by(user.pk):
            seen[user.username] = set(Sheet.objects.values_list("pk", flat=True))

    everything = {sheet.pk, head_sheet.pk, unit_sheet.pk}
    assert seen == {
        "binh": {sheet.pk, unit_sheet.pk}, "trung": everything, "thanh": everything,
        "lan": everything, "minh": set(), "hoa": set(),
    }  # fmt: skip


def test_the_act_itself_goes_through_the_wall(sheet, head_sheet, unit_sheet, binh, trung, thanh):
    """So that the refusals below cannot be an accident."""
    with seen_by(binh.pk):
        actions.report(sheet_id=sheet.pk, version=1, own=OwnScores({"general": 27}), by=binh)
    with seen_by(trung.pk):
        actions.confirm(sheet_id=sheet.pk, version=2, scores=Scores({"general": 26}), by=trung)
        actions.reopen(sheet_id=sheet.pk, version=3, reason="x", by=trung)
        actions.send_back(sheet_id=sheet.pk, version=4, reason="x", by=trung)
        actions.confirm_many(
            cycle_id=sheet.cycle_id, scores={sheet.pk: Scores({"general": 26})}, by=trung
        )
        leads = {"general": 27, "organising_percent": 100, "uniting_percent": 90}
        actions.report(sheet_id=head_sheet.pk, version=1, own=OwnScores(leads), by=trung)
        frame = actions.frame_of_sheet(unit_sheet, unit_sheet.cycle)
        points = {entry.id: 1 for entry in frame.entries}
        actions.report(sheet_id=unit_sheet.pk, version=1, own=OwnScores(points), by=trung)
    with seen_by(thanh.pk):
        actions.confirm(sheet_id=head_sheet.pk, version=2, scores=Scores(leads), by=thanh)
        actions.confirm(sheet_id=unit_sheet.pk, version=2, scores=Scores(points), by=thanh)

    assert set(Sheet.objects.values_list("state", flat=True)) == {"confirmed"}


def test_the_office_through_the_wall(sheet, lan):
    with seen_by(lan.pk):
        actions.exempt(sheet_id=sheet.pk, version=1, reason="x", by=lan)
        actions.rate_again(sheet_id=sheet.pk, version=2, by=lan)
        assert rows("select state from evaluation_sheet where id = %s", sheet.pk) == [("open",)]
        assert refused(SCORE, lan.pk, sheet.pk)
        assert refused(SAY, sheet.pk)
        # Nor does it call a sheet confirmed that nobody has confirmed.
        assert refused("update evaluation_sheet set state = 'confirmed', version = version + 1")
        assert refused("update evaluation_sheet set state = 'reported', version = version + 1")


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_strangers_change_nothing(who, request, sheet, cycle):
    user = request.getfixturevalue(who)
    with seen_by(user.pk):
        assert refused(SAY, sheet.pk)
        assert refused(SCORE, user.pk, sheet.pk)
        assert refused("update evaluation_cycle set state = 'closed'")
        assert refused("insert into evaluation_cycle (unit_id, path, code, kind, first, until,"
                       " report_by, confirm_by, state, lock_reason)"
                       " select unit_id, path, 'x', 'month', first, until, report_by, confirm_by,"
                       " 'open', '' from evaluation_cycle")  # fmt: skip


def test_an_official_writes_no_confirmed_column(sheet, binh):
    confirmed = {
        "points": "'{\"general\": 30}'", "general_points": "30", "organising_percent": "100",
        "uniting_percent": "100", "shortcomings_fixed": "true", "degradation_concluded": "false",
        "unit_in_corruption_or_waste": "false", "outstanding": "true", "answer": "'x'",
        "confirmed_at": "now()", "state": "'confirmed'", "exempt_reason": "'x'",
        "months_worked": "12", '"group"': "'x'", "leader": "true", "head": "true",
        "scheme": "'party_leader'",
    }  # fmt: skip
    with seen_by(binh.pk):
        for column, value in confirmed.items():
            assert refused(f"update evaluation_sheet set {column} = {value},"
                           " version = version + 1"), column  # fmt: skip
        assert refused(SCORE, binh.pk, sheet.pk)
        assert not refused(SAY, sheet.pk)
        assert refused("update evaluation_sheet set own_note = 'x'"), "without a new version"


def test_a_head_scores_neither_the_own_sheet_nor_the_own_unit(
    head_sheet, unit_sheet, trung, lan_province
):
    with seen_by(trung.pk):
        assert refused(SCORE, trung.pk, head_sheet.pk)
        assert refused(SCORE, trung.pk, unit_sheet.pk)
    Grant.objects.create(
        user=trung, role="unit_head", path=lan_province.path, valid="[2020-01-01,)"
    )
    with seen_by(trung.pk):
        assert refused(SCORE, trung.pk, head_sheet.pk)
        assert not refused(SCORE, trung.pk, unit_sheet.pk)


def test_nobody_signs_for_another(sheet, trung, thanh):
    with seen_by(trung.pk):
        assert refused(SCORE, thanh.pk, sheet.pk)
        assert not refused(SCORE, trung.pk, sheet.pk)
    with seen_by(thanh.pk):
        # Other points under the first one's name.
        assert refused("update evaluation_sheet set general_points = 1, version = version + 1")


def test_a_confirmed_sheet_is_not_taken_back_by_its_person(sheet, binh, trung):
    with seen_by(trung.pk):
        assert not refused(SCORE, trung.pk, sheet.pk)
    with seen_by(binh.pk):
        assert refused(SAY, sheet.pk)
        assert refused("update evaluation_sheet set state = 'reported', version = version + 1")


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_a_shut_cycle_takes_nothing_by_sql_either(sheet, cycle, binh, trung, lan, state):
    Cycle.objects.filter(pk=cycle.pk).update(state=state)
    with seen_by(binh.pk):
        assert refused(SAY, sheet.pk)
    with seen_by(trung.pk):
        assert refused(SCORE, trung.pk, sheet.pk)
    with seen_by(lan.pk):
        exempt = "update evaluation_sheet set state = 'exempt', exempt_reason = 'x', version = 9"
        assert refused(exempt) is (state == "closed")


def test_a_new_sheet_says_nothing_yet(sheet, cycle, lan, hoa):
    add = """insert into evaluation_sheet (cycle_id, person_id, unit_id, path, body_id, scheme,
        leader, head, "group", state, exempt_reason, own_points, own_note, points, answer,
        general_points)
      select cycle_id, person_id, unit_id, path, body_id, %s, leader, head, "group", %s, '',
        '{}', '', '{}', '', %s from evaluation_sheet"""
    with seen_by(lan.pk):
        assert refused(add, "party_individual", "confirmed", None)
        assert refused(add, "party_individual", "open", 30)
        assert not refused(add, "party_individual", "open", None)
    with seen_by(hoa.pk):
        assert refused(add, "party_leader", "open", None)


def _rating(sheet, **given):
    return Rating.objects.create(
        sheet=sheet, cycle=sheet.cycle, person=sheet.person, path=sheet.path,
        body_path=sheet.path, level="good", **given,
    )  # fmt: skip


DECIDE = """insert into evaluation_rating
    (sheet_id, cycle_id, person_id, path, body_path, level, reason, decided_by_id)
    select id, cycle_id, person_id, path, path, 'excellent', '', %s from evaluation_sheet
    where id = %s"""


def test_who_decides_a_class(sheet, head_sheet, binh, trung, thanh, lan, hoa):
    for user in (binh, lan, hoa):
        with seen_by(user.pk):
            assert refused(DECIDE, user.pk, sheet.pk), user
    with seen_by(trung.pk):
        assert refused(DECIDE, trung.pk, head_sheet.pk)
        assert refused(DECIDE, thanh.pk, sheet.pk)
        assert not refused(DECIDE, trung.pk, sheet.pk)
    with seen_by(thanh.pk):
        assert not refused(DECIDE, thanh.pk, head_sheet.pk)


def test_a_class_is_replaced_once_by_who_decides(sheet, trung, lan, binh):
    rating = _rating(sheet)
    replace = "update evaluation_rating set replaced_at = now() where id = %s"
    for user in (lan, binh):
        with seen_by(user.pk):
            assert refused(replace, rating.pk), user
            assert refused("update evaluation_rating set level = 'excellent'"), user
    with seen_by(trung.pk):
        assert not refused(replace, rating.pk)
        assert refused("update evaluation_rating set replaced_at = null")


def test_a_petition_is_against_the_own_class(sheet, binh, make_sheet, an_person, lan_department):
    own = _rating(sheet)
    other = _rating(make_sheet(an_person, lan_department))
    ask = """insert into evaluation_petition
        (rating_id, person_id, path, asked_by_id, text, state, answer)
        values (%s, %s, %s, %s, 'x', 'waiting', '')"""
    path, person = str(lan_department.path), sheet.person_id
    with seen_by(binh.pk):
        assert refused(ask, other.pk, person, path, binh.pk)
        assert refused(ask, other.pk, an_person.pk, path, binh.pk)
        assert refused(ask, own.pk, person, "1", binh.pk)
        assert not refused(ask, own.pk, person, path, binh.pk)
    assert Petition.objects.get().rating == own


def test_nothing_is_removed(sheet, lan, trung, binh):
    for user in (lan, trung, binh):
        with seen_by(user.pk):
            assert refused("delete from evaluation_sheet")
    assert Sheet.objects.exists()
