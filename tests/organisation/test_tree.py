from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation import actions, changes, post_actions, queries, steps
from ngangtam.records.organisation.actions import NewUnit
from ngangtam.records.organisation.changes import Basis
from ngangtam.records.organisation.models import Unit, UnitVersion
from ngangtam.records.personnel import steps as people
from ngangtam.records.personnel.models import Person

DAY = date(2026, 3, 1)
TODAY = date(2026, 11, 21)
BASIS = Basis(number="12/QĐ-UBND", day=date(2026, 1, 5), body="UBND tỉnh Sông Thanh")
pytestmark = pytest.mark.django_db


def lines(day, **more):
    return [(place.depth, place.code) for place in queries.tree_on(day, **more)]


def test_the_tree_of_a_day_comes_in_preorder(units):
    assert lines(TODAY, top=units.province.pk) == [
        (0, "T1"), (1, "T1.NV"), (2, "T1.NV.KH"), (1, "T1.TC"),
    ]  # fmt: skip
    assert lines(TODAY)[0] == (0, "ROOT")
    assert lines(date(2019, 12, 31), top=units.province.pk) == []
    assert [place.code for place in queries.children_on(TODAY, units.province.pk)] == [
        "T1.NV", "T1.TC",
    ]  # fmt: skip


def test_the_tree_around_a_merger(lan, units):
    actions.merge(unit_ids=[units.office.pk], into_id=units.finance.pk, day=DAY, basis=BASIS,
                  today=TODAY, by=lan)  # fmt: skip

    before, after = DAY - timedelta(days=1), DAY
    assert lines(before, top=units.province.pk) == [
        (0, "T1"), (1, "T1.NV"), (2, "T1.NV.KH"), (1, "T1.TC"),
    ]  # fmt: skip
    assert lines(after, top=units.province.pk) == [(0, "T1"), (1, "T1.TC"), (2, "T1.NV.KH")]
    units.office.refresh_from_db()
    came, became = queries.lineage(units.office)
    assert (came, [link.unit for link in became]) == ([], [units.finance])
    assert [link.unit for link in queries.lineage(units.finance)[0]] == [units.office]


def test_a_unit_whose_parent_does_not_stand_is_a_top(units, source):
    other = steps.add_unit(code="X", name="X", parent=units.planning, first_day=DAY, source=source)
    UnitVersion.objects.filter(unit=units.planning).update(valid=span(date(2020, 1, 1), DAY))

    assert (0, "X") in lines(DAY)
    assert other.path.startswith(units.planning.path)


def test_lineage_goes_on_through_the_steps(lan, units):
    first = actions.split(unit_id=units.finance.pk, into=[NewUnit("A", "Sở A")], day=DAY,
                          basis=BASIS, today=TODAY, by=lan)  # fmt: skip
    actions.merge(unit_ids=[first[0].pk], into_id=units.office.pk, day=date(2026, 5, 1),
                  basis=BASIS, today=TODAY, by=lan)  # fmt: skip

    _came, became = queries.lineage(units.finance)

    assert [(link.unit.code, link.steps) for link in became] == [("A", 1), ("T1.NV", 2)]


@pytest.mark.parametrize(
    ("text", "first"),
    [("noi vu", "T1.NV"), ("Sở Nội", "T1.NV"), ("t1.tc", "T1.TC"), ("so tai chinhh", "T1.TC")],
)
def test_units_are_found_without_accents_and_by_code(lan, units, text, first):
    assert queries.search_units(lan, text, on=TODAY)[0].code == first
    assert queries.search_units(lan, " ", on=TODAY) == []


def test_establishment_stands_against_people_in_post(lan, units, source):
    for unit, number in ((units.office, 10), (units.planning, 4)):
        post_actions.set_establishment(
            unit_id=unit.pk, regime="civil_servant", number=number, first_day=DAY, basis=BASIS,
            by=lan,
        )  # fmt: skip
    post = steps.add_post(unit=units.planning, title="Chuyên viên", seats=3, first_day=DAY,
                          source=source)  # fmt: skip
    person = people.add_person(full_name="Nguyễn Văn An", unit=units.planning, source=source)
    people.add_posting(person=person, post=post, first_day=DAY, source=source)

    own = queries.strength([units.office.pk], TODAY)[-1]
    below = queries.strength_below(units.office, TODAY)[-1]

    assert (own.established, own.seats, own.holders, own.vacant) == (10, 0, 0, 10)
    assert (below.established, below.seats, below.holders, below.vacant) == (14, 3, 1, 13)
    nothing = queries.strength([units.finance.pk], TODAY)[-1]
    assert (nothing.established, nothing.vacant) == (None, None)


MOVES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=10)


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(moves=MOVES)
def test_paths_are_the_tree_after_any_moves(lan, units, source, moves):
    from django.db import transaction

    with transaction.atomic():
        stock = [units.province]
        for number in range(8):
            stock.append(
                steps.add_unit(
                    code=f"R{number}",
                    name=f"Đơn vị {number}",
                    first_day=DAY,
                    parent=stock[number // 2],
                    source=source,
                )
            )
        for unit in stock[1:]:
            people.add_person(full_name=unit.name, unit=unit, source=source)
        Grant.objects.create(user=lan, role="unit_head", path=stock[5].path, valid=span(DAY))
        ground = changes.ground(BASIS, kind="unit", first_day=DAY)
        for child, parent in moves:
            _move(stock[child], stock[parent], ground)

        for unit in Unit.objects.select_related("parent"):
            above = f"{unit.parent.path}." if unit.parent is not None else ""
            assert unit.path == f"{above}{unit.pk}"
        for person in Person.objects.select_related("home_unit"):
            assert person.home_path == person.home_unit.path
        assert Grant.objects.filter(path=Unit.objects.get(pk=stock[5].pk).path).exists()
        today = {place.id: place.parent_id for place in queries.tree_on(TODAY)}
        assert today == dict(Unit.objects.values_list("pk", "parent_id"))
        transaction.set_rollback(True)


def _move(unit, parent, ground):
    if unit.parent_id is None or changes.stands_below(parent, unit, TODAY):
        return
    try:
        changes.change(unit, first_day=DAY, rests_on=ground, by="lan", today=TODAY,
                       parent_id=parent.pk)  # fmt: skip
    except DomainError:
        assert UnitVersion.objects.on(DAY).get(unit=unit).parent_id == parent.pk
