"""Points of a public unit's regulation and fields of deputies: who sets them, what they change."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from made_cycles import confirm, opened, person, task
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.organisation import steps as organisation
from ngangtam.stages.evaluation.actions_cycles import close_cycle, recompute
from ngangtam.stages.evaluation.actions_regulations import set_field, set_points
from ngangtam.stages.evaluation.models import LedField, Result, Sheet, UnitPoints

JULY = date(2026, 7, 1)
STAFF = {"quantity": Decimal(30), "quality": Decimal(20), "progress": Decimal(20)}
MANAGERS = {"quantity": Decimal(20), "quality": Decimal(10), "progress": Decimal(10),
            "unit_result": Decimal(10), "organising": Decimal(10),
            "uniting": Decimal(10)}  # fmt: skip


def _points(unit, by, **given):
    asked = {"first": JULY, "basis": "Quy chế 15/QĐ-BV", "points": STAFF,
             "leader_points": MANAGERS, "version": 0, **given}  # fmt: skip
    return set_points(unit_code=unit.code, scheme="public_employee", by=by, **asked)


@pytest.fixture
def hospital(lan_department, source):
    who = person("Lê An", lan_department, source, regime="public_employee")
    task(who, lan_department, month=JULY, quantity=10, done=10, failures=1)
    return who


def _of(who):
    return Result.objects.filter(sheet__person=who).order_by("-run").first()


def test_a_total_between_bounds_becomes_exact(lan, lan_province, thanh, lan_department, hospital,
                                              client):  # fmt: skip
    cycle = opened(lan_province, lan, code="2026-07")
    confirm(cycle, An=27)
    close_cycle(cycle_id=cycle.pk, by=lan)
    Sheet.objects.filter(person=hospital).update(points={"general": 27})
    before = _of(hospital).total

    _points(lan_department, thanh)
    recompute(cycle_id=cycle.pk, by=lan)
    after = _of(hospital)
    client.force_login(thanh)
    page = client.get(after.sheet.get_absolute_url())

    # a = c = 100, b = 75 after one deduction of 25 %: 27 + 30 + 20 × 0.75 + 20 = 92.
    assert before is None
    assert after.total == pytest.approx(92)
    assert page.context["found"].total == pytest.approx(92)


def test_the_nearest_unit_and_the_latest_day_hold(lan, lan_province, thanh, lan_department,
                                                  hospital, client):  # fmt: skip
    cycle = opened(lan_province, lan, code="2026-07")
    confirm(cycle, An=27)
    _points(lan_province, thanh, points={"quantity": 0, "quality": Decimal(70), "progress": 0})
    _points(lan_department, thanh)
    _points(lan_department, thanh, first=date(2026, 8, 1), version=UnitPoints.objects.last().pk,
            points={"quantity": Decimal(70), "quality": 0, "progress": 0})  # fmt: skip
    close_cycle(cycle_id=cycle.pk, by=lan)
    client.force_login(thanh)
    page = client.get(reverse("team-month", args=[lan_department.code, "2026-07"]))

    assert _of(hospital).total == pytest.approx(92)
    assert reverse("unit-points", args=[lan_department.code]) in page.content.decode()


def test_the_month_of_the_unit_says_the_total_too(lan, lan_province, thanh, lan_department,
                                                  hospital, client):  # fmt: skip
    cycle = opened(lan_province, lan, code="2026-07")
    confirm(cycle, An=27)
    Sheet.objects.filter(person=hospital).update(points={"general": 27})
    client.force_login(thanh)
    address = reverse("team-month", args=[lan_department.code, "2026-07"])

    before = client.get(address).context["team"].members[0]
    _points(lan_department, thanh)
    after = client.get(address).context["team"].members[0]

    assert (before.total, before.bounds) == (None, (79.5, 97.0))
    assert after.total == pytest.approx(92)


@pytest.mark.parametrize("given", [
    {"points": {**STAFF, "quality": Decimal(21)}}, {"points": {"quantity": Decimal(70)}},
    {"basis": " "}, {"version": 7}, {"first": date(2025, 1, 1)},
    {"leader_points": {**MANAGERS, "uniting": Decimal(-10)}},
])  # fmt: skip
def test_points_that_make_no_sense_are_refused(thanh, lan_department, given):
    with pytest.raises(DomainError):
        _points(lan_department, thanh, **given)
    assert not UnitPoints.objects.exists()


def test_who_does_not_decide_there_sets_nothing(lan, binh, lan_department):
    for who in (lan, binh):
        with pytest.raises(Forbidden):
            _points(lan_department, who)


def test_the_head_sets_points_on_the_page(client, trung, lan_department, hospital):
    client.force_login(trung)
    address = reverse("unit-points", args=[lan_department.code])
    given = {"version": "0", "first": "01/07/2026", "basis": "Quy chế 15/QĐ-BV",
             **{f"s_{key}": str(value) for key, value in STAFF.items()},
             **{f"m_{key}": str(value) for key, value in MANAGERS.items()}}  # fmt: skip

    bad = client.post(address, {**given, "s_quality": "19"})
    good = client.post(address, given)
    stale = client.post(address, {**given, "basis": "Quy chế 16"})

    assert (bad.status_code, good.status_code, stale.status_code) == (422, 302, 422)
    assert "69" in bad.content.decode()
    assert UnitPoints.objects.get().points == {"quantity": 30, "quality": 20, "progress": 20}
    assert Event.objects.filter(type="evaluation.points_set").count() == 1
    assert "Quy chế 15/QĐ-BV" in client.get(address).content.decode()


# --- fields of deputies -------------------------------------------------------------------------


@pytest.fixture
def agency(lan_department, source):
    """Two divisions, one of which fails; a deputy of the agency leads one of them."""

    def division(number):
        return organisation.add_unit(
            code=f"T1.NV.{number}", name=f"Phòng {number}", kind="division",
            parent=lan_department, first_day=date(2020, 1, 1), source=source,
        )  # fmt: skip

    good, bad = division(1), division(2)
    for name, unit, done in (("An", good, 10), ("Bảo", bad, 1)):
        task(person(f"Lê {name}", unit, source), unit, done=done)
    deputy = person("Phạm Phó", lan_department, source, leadership=True)
    own = person("Lê Cúc", lan_department, source)
    for who in (deputy, own):
        task(who, lan_department)
    return {"deputy": deputy, "good": good, "bad": bad, "own": own}


def _field(agency, unit, by, **given):
    asked = {"first": date(2026, 1, 1), "units": [], "people": [], "version": 0, **given}
    return set_field(unit_code=unit.code, person_number=agency["deputy"].number, by=by, **asked)


@pytest.mark.parametrize(("units", "people", "d"), [
    ([], [], None), (["good"], [], 100), (["bad"], [], 50), (["good", "bad"], [], 50),
    ([], ["own"], 100), (["good"], ["own"], 100),
])  # fmt: skip
def test_a_deputy_answers_for_the_own_field_alone(lan, thanh, lan_province, lan_department, agency,
                                                  units, people, d):  # fmt: skip
    if units or people:
        _field(agency, lan_department, thanh, units=[agency[one].code for one in units],
               people=[agency[one].number for one in people])  # fmt: skip
    cycle = opened(lan_province, lan)
    confirm(cycle, Bảo=2)
    close_cycle(cycle_id=cycle.pk, by=lan)

    assert _of(agency["deputy"]).d == d


def test_a_field_holds_from_its_day(lan, thanh, lan_province, lan_department, agency):
    first = _field(agency, lan_department, thanh, units=[agency["good"].code])
    _field(agency, lan_department, thanh, units=[agency["bad"].code], version=first.pk,
           first=date(2026, 4, 1))  # fmt: skip
    cycle = opened(lan_province, lan)
    confirm(cycle, Bảo=2)
    close_cycle(cycle_id=cycle.pk, by=lan)

    assert _of(agency["deputy"]).d == 100


@pytest.mark.parametrize("given", [
    {}, {"units": ["T1"]}, {"people": ["khong-co"]}, {"units": ["T1.NV.1"], "version": 3},
    {"units": ["T1.NV.1"], "first": date(2019, 1, 1)},
])  # fmt: skip
def test_a_field_that_makes_no_sense_is_refused(thanh, lan_department, agency, given):
    with pytest.raises(DomainError):
        _field(agency, lan_department, thanh, **given)


def test_the_head_sets_the_field_on_the_page(client, thanh, lan_department, agency):
    client.force_login(thanh)
    address = reverse("field-set", args=[lan_department.code, agency["deputy"].number])
    listed = client.get(reverse("unit-fields", args=[lan_department.code])).content.decode()
    given = {"version": "0", "first": "01/01/2026", "units": [agency["good"].code]}

    answer = client.post(address, given)

    assert "chưa ghi nhận" in listed
    assert answer.status_code == 302
    assert LedField.objects.get().units == [agency["good"].pk]
    assert "Phòng 1" in client.get(answer.url).content.decode()
    assert client.post(address, {**given, "first": "02/01/2026"}).status_code == 422
    assert client.get(reverse("field-set", args=[lan_department.code, "khong-co"])).status_code \
        == 404  # fmt: skip


def test_nobody_sets_the_own_field(make_account, lan_department, agency, client):
    deputy = make_account("pho", agency["deputy"], "unit_head", lan_department)
    with pytest.raises(Forbidden):
        _field(agency, lan_department, deputy, units=[agency["good"].code])
    client.force_login(deputy)
    address = reverse("field-set", args=[lan_department.code, agency["deputy"].number])
    assert client.get(address).status_code == 404


# --- the second wall ----------------------------------------------------------------------------

_ADD = {
    "evaluation_unitpoints": (
        "insert into evaluation_unitpoints (unit_id, path, scheme, first, basis, points,"
        " leader_points, set_by_id) values (%(unit)s, %(path)s, 'public_employee', '2026-07-01',"
        " 'x', '{}', '{}', %(by)s)"
    ),
    "evaluation_ledfield": (
        "insert into evaluation_ledfield (person_id, unit_id, path, first, units, people,"
        " set_by_id) values (%(person)s, %(unit)s, %(path)s, '2026-07-01', '[]', '[]', %(by)s)"
    ),
}


def _adds(user, table, unit, who, by=None):
    given = {"unit": unit.pk, "path": str(unit.path), "person": who.pk, "by": (by or user).pk}
    try:
        with seen_by(user.pk), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD[table], given)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":
            raise
        return False
    return True


@pytest.mark.parametrize("table", sorted(_ADD))
def test_the_database_lets_only_the_head_add(table, lan_department, lan_province,
                                             hospital, trung, lan, hoa, binh, thanh):  # fmt: skip
    unit = lan_department

    assert _adds(trung, table, unit, hospital)
    assert _adds(thanh, table, unit, hospital)
    assert not _adds(trung, table, lan_province, hospital)
    assert not _adds(trung, table, unit, hospital, by=thanh)
    for other in (lan, hoa, binh):
        assert not _adds(other, table, unit, hospital)


@pytest.mark.parametrize("table", sorted(_ADD))
def test_what_was_set_is_not_changed(table, lan_department, hospital, trung):
    assert _adds(trung, table, lan_department, hospital)

    with seen_by(trung.pk), connection.cursor() as cursor:
        cursor.execute(f"update {table} set first = '2026-01-01'")
        assert cursor.rowcount == 0


def test_fields_are_read_by_those_whom_they_concern(lan_department, hospital, trung, thanh, lan,
                                                    minh, hoa, make_account):  # fmt: skip
    assert _adds(trung, "evaluation_ledfield", lan_department, hospital)
    own = make_account("an", hospital)

    seen = {}
    for user in (trung, thanh, lan, minh, hoa, own):
        with seen_by(user.pk):
            seen[user.username] = LedField.objects.count()

    assert seen == {"trung": 1, "thanh": 1, "lan": 1, "minh": 0, "hoa": 0, "an": 1}
