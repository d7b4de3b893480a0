"""Targets of the resolutions: value, gap, unknowns and the rows behind them."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings

from drawn_facts import DAY, PATIENT, snapshots
from ngangtam.law.engine import rulebook
from ngangtam.oversight.targets.measures import as_row, board, goal_text, rows_of
from ngangtam.records.facts.snapshot import arrange
from ngangtam.records.facts.tree import grow

FACTS = ("gender", "birth_day", "committee_member", "standing_committee_member", "post_level",
         "leadership", "international_ready", "managed_by", "head", "same_place_head_since",
         "title_kind", "sector")  # fmt: skip


def a_target(**changes):
    """The share of women among members of Party committees, as the test wants it."""
    book = rulebook()
    base = book.targets["s0.women-committee-members"]
    rules = {
        name: replace(base.scope, text=text, node=book.compile(text, DAY).bound.node)
        for name in ("scope", "measure")
        if (text := changes.pop(name, None))
    }
    wanted = {"kind": "share", "comparison": ">=", "low": 50.0, "high": None, "status": "shipped",
              "from_": None}  # fmt: skip
    return replace(base, **(wanted | rules | changes))


def body(genders, members=None):
    """One unit with a sub-unit of its own; 1 female, 0 male, None unknown."""
    tree = grow([1, 2], [None, 1], ["A", "B"], ["a", "b"])
    people = len(genders)
    woman = rulebook().catalogues["gender"].position("female")
    man = rulebook().catalogues["gender"].position("male")
    codes = [None if one is None else woman if one else man for one in genders]
    frame = pl.DataFrame(
        {
            "person_id": pl.Series(range(people), dtype=pl.Int64),
            "unit": pl.Series([n % 2 for n in range(people)], dtype=pl.Int32),
            "gender": pl.Series(codes, dtype=pl.UInt8),
            "committee_member": pl.Series(members or [True] * people, dtype=pl.Boolean),
        }
    )
    return arrange(frame, tree, DAY)


def measured(target, snapshot, unit=0):
    return board(snapshot, [target]).at(target.id, unit)


@pytest.mark.parametrize(
    ("genders", "outcome", "gap", "gap_least", "value"),
    [
        ([1, 1, 0, 0], "met", 0, 0, 50.0),
        ([1, 0, 0, 0], "not_met", 1, 1, 25.0),
        ([1, 0, 0, None], "unknown", 1, 0, 25.0),
        ([None, None], "unknown", 1, 0, None),
        ([1, 1, 1, None], "met", 0, 0, 75.0),
        ([], "nobody", None, None, None),
    ],
)
def test_a_share_is_met_only_when_the_unknown_cannot_change_it(
    genders, outcome, gap, gap_least, value
):
    found = measured(a_target(), body(genders))

    assert (found.outcome, found.gap, found.gap_least) == (outcome, gap, gap_least)
    assert found.value == value


def test_a_strict_bar_needs_one_more():
    assert measured(a_target(comparison=">"), body([1, 1, 0, 0])).gap == 1


def test_of_a_range_the_low_end_decides_and_both_are_shown():
    target = a_target(low=20.0, high=25.0)

    assert goal_text(target) == ">= 20–25"
    assert measured(target, body([1, 0, 0, 0, 0])).outcome == "met"


def test_the_facts_nobody_recorded_are_named_with_how_many_people():
    found = measured(a_target(), body([1, None, None, 0]))

    assert found.unknown == 2
    assert [(one.fact, one.people) for one in found.missing] == [("gender", 2)]


def test_a_person_whose_scope_is_unknown_leaves_the_outcome_open():
    found = measured(a_target(), body([1, 0, 0], members=[True, True, None]))

    assert found.outcome == "unknown"
    assert (found.low, found.high) == (33.33, 50.0)
    assert found.total == 2


def test_a_target_that_waits_for_the_authority_is_off():
    found = measured(a_target(status="to_confirm"), body([1]))

    assert (found.outcome, found.gap) == ("off", None)


def test_a_target_says_nothing_before_its_first_day():
    assert measured(a_target(from_=date(2030, 1, 1)), body([1])).outcome == "not_yet"


def test_every_unit_needs_one():
    target = a_target(kind="at_least_one_per_unit", low=1.0, unit="units")

    found = measured(target, body([1, 0, 0, 0]))
    again = measured(target, body([1, None, 0, None]))

    assert (found.outcome, found.count, found.total, found.gap) == ("not_met", 1, 2, 1)
    assert (again.outcome, again.unknown, again.gap_least) == ("unknown", 1, 0)
    assert measured(target, body([1, 1])).outcome == "met"


def test_a_ratio_to_a_number_that_nobody_gave_is_unknown():
    found = measured(a_target(kind="ratio", low=11.0), body([1, 0]))

    assert (found.outcome, found.value, found.count) == ("unknown", None, 1)


def test_the_rows_behind_a_figure_are_its_people():
    target, snapshot = a_target(), body([1, 0, None, 1], members=[True, True, True, False])

    assert rows_of(target, snapshot, 0, "met") == [0]
    assert rows_of(target, snapshot, 0, "not_met") == [1]
    assert rows_of(target, snapshot, 0, "unknown") == [2]


@settings(PATIENT, max_examples=40)
@given(snapshots(facts=FACTS, most=30))
def test_every_target_of_the_rulebook_is_measured_everywhere(drawn):
    snapshot, _ = drawn
    found = board(snapshot)

    for unit in range(len(snapshot.tree)):
        people = snapshot.people(unit).to_dicts()
        for measure in found.of(unit):
            row = as_row(measure)
            target = measure.target
            assert row["outcome"] in {"met", "not_met", "unknown", "off", "not_yet", "nobody"}
            if target.measure is None or target.kind == "at_least_one_per_unit":
                continue
            scope = [rulebook().bound(target.scope, DAY).one(one) for one in people]
            has = [rulebook().bound(target.measure, DAY).one(one) for one in people]
            pairs = list(zip(scope, has, strict=True))
            assert measure.total == scope.count(True)
            assert measure.count == pairs.count((True, True))
            if target.kind == "share" and measure.outcome == "met":
                bar = Fraction(str(target.low)) / 100
                assert (
                    measure.total == 0
                    or Fraction(measure.count, measure.total) >= bar
                    or (target.comparison in {"<", "<="})
                )
