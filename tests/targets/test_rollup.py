"""Counting for all units at once equals counting unit by unit, person by person."""

import pytest
from hypothesis import given, settings

from drawn_facts import DAY, PATIENT, snapshots
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.numpy_backend import Plan
from ngangtam.oversight.targets import rollup
from ngangtam.oversight.targets.rollup import roll_up

TEXTS = (
    "True",
    "woman",
    "woman and ethnic_minority",
    "age_full < 40",
    "30 <= age_full <= 39",
    "not party_member",
    "degree >= 'university' or woman",
    "known(birth_day)",
    "months_in_post > 24 and not (degree < 'university')",
    "religious",
)


def naive(compiled, snapshot, posts, unit, *, below):
    """Evaluate person by person with the interpreter."""
    by_id = {row["person_id"]: row for row in snapshot.frame.to_dicts()}
    inside = [
        by_id[person]
        for person, units in posts.items()
        if any(snapshot.tree.is_below(u, unit) if below else u == unit for u in units)
    ]
    return [compiled.one(row) for row in inside]


@pytest.fixture(params=[64, 1 << 22])
def block(request, monkeypatch):
    """People taken together: a few at a time, or all at once."""
    monkeypatch.setattr(rollup, "PEOPLE_AT_ONCE", request.param)


@settings(PATIENT, max_examples=40)
@given(snapshots(most=100))
def test_counts_equal_the_naive_ones_for_every_unit(block, drawn):
    snapshot, posts = drawn
    compiled = [rulebook().compile(text, DAY) for text in TEXTS]
    plan = Plan()
    masks = [plan.add(one.bound.node) for one in compiled]

    found = roll_up(snapshot, plan, masks)

    for unit in range(len(snapshot.tree)):
        for tally, below in ((found.subtree, True), (found.own, False)):
            for row, one in enumerate(compiled):
                values = naive(one, snapshot, posts, unit, below=below)
                assert tally.people[unit] == len(values)
                assert tally.true[row, unit] == values.count(True), one.text
                assert tally.unknown[row, unit] == values.count(None), one.text


@settings(PATIENT, max_examples=40)
@given(snapshots(most=150))
def test_sums_equal_the_naive_ones_for_every_unit(block, drawn):
    snapshot, posts = drawn
    numbers = ("age_full", "age_year_difference", "failed_years_in_row + 0.5")
    compiled = [rulebook().compile(text, DAY) for text in numbers]
    plan = Plan()
    places = [plan.add(one.bound.node) for one in compiled]

    found = roll_up(snapshot, plan, [], places).subtree

    for unit in range(len(snapshot.tree)):
        for row, one in enumerate(compiled):
            values = naive(one, snapshot, posts, unit, below=True)
            known = [value for value in values if value is not None]
            assert found.numbered[row, unit] == len(known)
            assert found.total[row, unit] == sum(known)
