"""The caps hold, are as wide as they may be, and leave ties to the authority."""

from datetime import date
from fractions import Fraction
from math import ceil, floor

import polars as pl
import pytest
from drawn_sheets import BOOK
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ngangtam.law.engine.caps import apply_caps, cap_rule
from ngangtam.law.engine.score_input import BadInput

DAY = date(2026, 12, 1)
BASE = "evaluation.civil_servant.excellent_cap_base"
ROUNDING = "evaluation.civil_servant.rounding"
BY = {
    "floor": floor,
    "nearest": lambda x: floor(x + Fraction(1, 2)),
    "ceiling": ceil,
}
COLUMNS = {
    "sheet": pl.Int64, "body": pl.String, "group": pl.String, "level": pl.String,
    "total": pl.Float64, "outstanding": pl.Boolean,
}  # fmt: skip

_row = st.tuples(
    st.sampled_from("XY"),
    st.sampled_from(["g", "h", None]),
    st.sampled_from(["excellent", "excellent", "good", "good", "completed", None]),
    st.integers(90, 94).map(float),
)
_words = st.tuples(st.sampled_from(["good", "good_or_better"]), st.sampled_from(sorted(BY)))


def frame(rows):
    named = [
        {"sheet": at, "body": b, "group": g, "level": v, "total": t, "outstanding": b == "Y"}
        for at, (b, g, v, t) in enumerate(rows)
    ]
    return pl.DataFrame(named, schema=COLUMNS)


def book(base, rounding):
    return BOOK.supposing({BASE: base, ROUNDING: rounding})


def chosen(rows, capped):
    """Return the sheets that stay, ties filled up in the order of sheets as far as both caps go."""
    kept = set(capped.proposal.filter(outcome="keep")["sheet"])
    allowed = {
        (one["within"], one["body"], one["group"]): one["allowed"]
        for one in capped.sets.iter_rows(named=True)
    }
    for one in capped.proposal.sort("order", "sheet").iter_rows(named=True):
        if one["outcome"] != "tie":
            continue
        here = rows.filter(pl.col("sheet").is_in(list(kept)))
        in_body = here.filter(body=one["body"])
        in_group = in_body.filter(group=one["group"]) if one["group"] else in_body.clear()
        free = in_body.height < allowed["body", one["body"], None]
        if one["group"]:
            free = free and in_group.height < allowed["group", one["body"], one["group"]]
        if free:
            kept.add(one["sheet"])
    return kept


def after(rows, kept):
    moved = (pl.col("level") == "excellent") & ~pl.col("sheet").is_in(list(kept))
    return rows.with_columns(pl.when(moved).then(pl.lit("good")).otherwise("level").alias("level"))


def is_within(rows, base, rounding, percent):
    """Say what the text says, straight: excellent <= round(percent x base) in every set."""
    groups = rows.filter(pl.col("group").is_not_null())
    sets = [*rows.partition_by("body"), *groups.partition_by("body", "group")]
    for one in sets:
        best = one.filter(level="excellent").height
        good = one.filter(level="good").height + (best if base == "good_or_better" else 0)
        if best > BY[rounding](Fraction(percent[one["body"][0]], 100) * good):
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(st.lists(_row, min_size=1, max_size=30), _words)
def test_caps_hold_are_maximal_and_change_nothing_twice(drawn, words):
    rows, (base, rounding) = frame(drawn), words
    capped = apply_caps(rows, "civil_servant", DAY, book(base, rounding))
    kept = chosen(rows, capped)
    percent = {"X": 20, "Y": 25}

    assert is_within(after(rows, kept), base, rounding, percent)
    for one in rows.filter(level="excellent")["sheet"]:
        if one not in kept:  # nobody could be added back
            assert not is_within(after(rows, kept | {one}), base, rounding, percent)
    again = apply_caps(after(rows, kept), "civil_servant", DAY, book(base, rounding))
    assert set(again.proposal["outcome"]) <= {"keep"}
    assert again.sets["over_by"].sum() == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(_row, min_size=1, max_size=30), st.randoms(use_true_random=False), _words)
def test_the_order_of_rows_does_not_matter(drawn, random, words):
    rows = frame(drawn)
    order = list(range(rows.height))
    random.shuffle(order)

    first = apply_caps(rows, "civil_servant", DAY, book(*words))
    again = apply_caps(rows[order], "civil_servant", DAY, book(*words))

    assert_frame_equal(first.sets, again.sets)
    assert_frame_equal(first.proposal, again.proposal)


@settings(max_examples=60, deadline=None)
@given(st.lists(_row, min_size=1, max_size=30), _words)
def test_nobody_stays_below_somebody_who_goes_from_the_same_group(drawn, words):
    capped = apply_caps(frame(drawn), "civil_servant", DAY, book(*words))

    for (_body, _group), part in capped.proposal.partition_by(
        "body", "group", as_dict=True
    ).items():
        worst = part.filter(outcome="keep")["total"].min()
        best = part.filter(outcome="exceeds")["total"].max()
        assert worst is None or best is None or worst > best


def test_the_rounding_is_down_until_the_authority_says_otherwise():
    rule = cap_rule("civil_servant", DAY, BOOK)

    assert (rule.percent, rule.outstanding, rule.base) == (20, 25, "good")
    assert (rule.rounding, rule.is_assumed) == ("floor", True)


def test_a_body_without_excellent_is_told_too():
    capped = apply_caps(frame([("X", "g", "good", 80.0)]), "civil_servant", DAY, BOOK)

    assert capped.sets["kept"].to_list() == [0, 0]
    assert capped.proposal.is_empty()


def test_a_scheme_without_caps_has_none():
    assert apply_caps(frame([("X", "g", "good", 80.0)]), "hanoi_monthly", DAY, BOOK) is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda rows: rows.drop("total"), "total"),
        (lambda rows: rows.with_columns(level=pl.lit("best")), "unknown level"),
        (lambda rows: rows.with_columns(body=pl.lit(None, dtype=pl.String)), "no body"),
    ],
)
def test_what_makes_no_sense_is_refused(change, word):
    with pytest.raises(BadInput, match=word):
        apply_caps(change(frame([("X", "g", "good", 80.0)])), "civil_servant", DAY, BOOK)


def test_a_word_of_the_local_layer_that_means_nothing_is_refused():
    with pytest.raises(BadInput, match="upwards"):
        cap_rule("civil_servant", DAY, book("good", "upwards"))
