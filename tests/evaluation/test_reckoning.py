"""The reckoning on plain frames: any order of entry, leaders after those they lead, caps."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngangtam.law.engine import rulebook
from ngangtam.stages.evaluation import proposing
from ngangtam.stages.evaluation.reckoning import Reckoning
from ngangtam.stages.evaluation.reckoning_reading import Inputs

ON = date(2026, 9, 30)
SHEET = {
    "sheet": pl.Int64, "person": pl.Int64, "unit": pl.Int64, "body": pl.Int64, "group": pl.String,
    "scheme": pl.String, "leader": pl.Boolean, "head": pl.Boolean, "state": pl.String,
    "months_worked": pl.Float64, "general_points": pl.Float64, "organising_percent": pl.Float64,
    "uniting_percent": pl.Float64, "shortcomings_fixed": pl.Boolean,
    "degradation_concluded": pl.Boolean, "in_corruption_or_waste": pl.Boolean,
    "outstanding": pl.Boolean, "points": pl.String,
}  # fmt: skip
LINE = {
    "person": pl.Int64, "assigned": pl.Float64, "completed": pl.Float64,
    "quality_failures": pl.Int32, "delays": pl.Int32, "objective_cause": pl.Boolean,
    "exceeds": pl.Boolean,
}  # fmt: skip
# A department (1) with two divisions (2, 3) and a team (4) below the first division.
UNITS = pl.DataFrame(
    {"unit": [1, 2, 3, 4], "parent": [None, 1, 1, 2], "depth": [1, 2, 2, 3]},
    schema={"unit": pl.Int64, "parent": pl.Int64, "depth": pl.Int32},
)


def sheet(number, unit, *, leader=False, head=False, general=27.0, scheme="civil_servant"):
    return (number, number, unit, 1, "leadership" if leader else "professional", scheme, leader,
            head, "confirmed", 1.0, general, 100.0 if leader else None,
            100.0 if leader else None, True, False, False, None, "")  # fmt: skip


def inputs(sheets, lines, discipline=(), averages=()):
    return Inputs(
        sheets=pl.DataFrame(sheets, schema=SHEET, orient="row"),
        lines=pl.DataFrame(lines, schema=LINE, orient="row"),
        unit_lines=pl.DataFrame(schema={**LINE, "unit": pl.Int64}).drop("person"),
        units=UNITS,
        discipline=pl.DataFrame(
            discipline, schema={"person": pl.Int64, "discipline": pl.String}, orient="row"
        ),
        averages=pl.DataFrame(
            averages, schema={"person": pl.Int64, "scheme": pl.String, "average": pl.Float64},
            orient="row",
        ),
    )  # fmt: skip


def done(person, assigned=10.0, completed=10.0, failures=0, delays=0):
    return (person, assigned, completed, failures, delays, False, False)


def scored(given, *, yearly=False):
    found = Reckoning(given, ON, yearly, rulebook()).scored()
    return {row["sheet"]: row for row in found.iter_rows(named=True)}


def test_a_person_is_scored_by_the_decree():
    row = scored(inputs([sheet(1, 2)], [done(1, failures=1), done(1)]))[1]

    # b = (7.5 + 10) / 20; task = (100 + 87.5 + 100) / 3; total = 27 + 0.7 × task.
    assert row["b"] == pytest.approx(87.5)
    assert row["total"] == pytest.approx(27 + 0.7 * 287.5 / 3)
    assert row["level"] == "excellent"


def test_a_head_loses_half_of_d_when_anybody_below_fails():
    heads = [sheet(9, 1, leader=True, head=True), sheet(8, 2, leader=True, head=True),
             sheet(7, 3, leader=True, head=True)]  # fmt: skip
    people = [sheet(1, 4, general=5.0), sheet(2, 3)]
    lines = [done(1, completed=2.0), *(done(number) for number in (2, 7, 8, 9))]

    rows = scored(inputs([*heads, *people], lines))

    assert rows[1]["level"] == "failed"
    assert (rows[8]["d"], rows[9]["d"], rows[7]["d"]) == (50, 50, 100)


def test_what_is_not_known_of_the_field_of_a_deputy_stays_unknown():
    deputy = sheet(8, 2, leader=True)
    fine = scored(inputs([deputy, sheet(1, 2)], [done(1), done(8)]))
    failing = scored(inputs([deputy, sheet(1, 2, general=5.0)], [done(1, completed=1.0), done(8)]))

    assert fine[8]["d"] == 100
    assert failing[8]["d"] is None
    assert failing[8]["total"] is None


def test_an_unscored_subordinate_leaves_d_unknown():
    rows = scored(inputs([sheet(9, 2, leader=True, head=True), sheet(1, 2, general=None)],
                         [done(9), done(1)]))  # fmt: skip

    assert rows[1]["total"] is None
    assert rows[9]["d"] is None


def test_discipline_in_the_period_means_failing():
    rows = scored(inputs([sheet(1, 2), sheet(2, 2)], [done(1), done(2)],
                         [(1, "reprimand"), (1, "warning")]))  # fmt: skip

    assert (rows[1]["level"], rows[2]["level"]) == ("failed", "excellent")


def test_a_year_of_civil_servants_has_no_total_until_the_authority_says_how():
    rows = scored(inputs([sheet(1, 2)], [done(1)], averages=[(1, "civil_servant", 95.0)]),
                  yearly=True)  # fmt: skip

    assert (rows[1]["total"], rows[1]["level"]) == (None, None)


def test_six_months_are_asked_of_the_year_alone():
    """A month has one month: nobody would ever be rated in it."""
    given = inputs([sheet(1, 2, scheme="public_employee")], [done(1)])

    month, year = scored(given), scored(given, yearly=True)

    assert not month[1]["barred"]
    assert year[1]["barred"]
    assert year[1]["level"] is None


def test_a_scheme_that_the_rulebook_lost_leaves_everything_unknown():
    rows = scored(inputs([sheet(1, 2, scheme="no_such")], [done(1)]))

    assert (rows[1]["level"], rows[1]["conditions"]) == (None, "{}")


people = st.lists(
    st.tuples(
        st.integers(2, 4), st.booleans(), st.booleans(),
        st.one_of(st.none(), st.integers(0, 3000).map(lambda points: points / 100)),
        st.lists(st.tuples(st.integers(1, 40), st.integers(0, 100), st.integers(0, 2)),
                 max_size=3),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


def _drawn(given):
    sheets, lines = [], []
    for number, (unit, leader, head, general, tasks) in enumerate(given, start=1):
        sheets.append(sheet(number, unit, leader=leader or head, head=head, general=general))
        lines += [done(number, float(size), size * share / 100, faults)
                  for size, share, faults in tasks]  # fmt: skip
    return sheets, lines


@settings(max_examples=30, deadline=None)
@given(given=people, seed=st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(given, seed):
    sheets, lines = _drawn(given)
    first = Reckoning(inputs(sheets, lines), ON, False, rulebook()).scored()
    seed.shuffle(sheets)
    seed.shuffle(lines)

    second = Reckoning(inputs(sheets, lines), ON, False, rulebook()).scored()

    assert first.equals(second)


@settings(max_examples=30, deadline=None)
@given(given=people)
def test_the_caps_hold_in_every_body_and_group(given):
    sheets, lines = _drawn(given)
    read = inputs(sheets, lines)
    found = proposing.proposed(
        read.sheets, Reckoning(read, ON, False, rulebook()).scored(), rulebook(), ON
    )
    rows = found.join(read.sheets.select("sheet", "body", "group"), on="sheet")

    for part in (*rows.partition_by("body"), *rows.partition_by("body", "group")):
        kept = (part["proposed"] == "excellent").sum()
        good = (part["proposed"] == "good").sum() + part["tie"].sum()
        assert kept <= 0.2 * good
    assert rows.filter(pl.col("tie") & pl.col("proposed").is_not_null()).is_empty()
