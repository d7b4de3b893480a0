"""What must hold of every score, whatever is entered."""

from copy import deepcopy

import polars as pl
from drawn_sheets import BOOK, DAYS, LEVELS, cases, frames
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ngangtam.law.engine.cases import score_case
from ngangtam.law.engine.scoring import ITEMS, score_frame

ONE = ("civil_servant",)
OUTCOMES = {"met": 1, "not_met": 0, "unknown": None}


def scored(scheme, found):
    return score_frame(scheme, *frames(found), on=DAYS[scheme], rulebook=BOOK)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_points_stay_within_their_bounds(case):
    said = score_case(case, BOOK)

    general = case["general_points"]
    for name in ("total", "total_low", "total_high"):
        if said.get(name) is not None:
            assert general <= said[name] <= general + 70
    assert all(said[item] is None or said[item] >= 0 for item in ITEMS)
    assert said["level"] in (None, *LEVELS)


@settings(max_examples=60, deadline=None)
@given(cases(ONE), st.data())
def test_more_work_done_never_lowers_a_score(case, data):
    assume(case["products"])
    at = data.draw(st.integers(0, len(case["products"]) - 1))
    better = deepcopy(case)
    line = better["products"][at]
    how = data.draw(st.sampled_from(["more", "fault", "delay", "cause"]))
    if how == "more":
        assume(line["assigned"] > 0)
        line["completed"] += data.draw(st.integers(1, 5))
    elif how == "cause":
        line["objective_cause"] = True
    else:
        key = {"fault": "quality_failures", "delay": "delays"}[how]
        line[key] = max(0, line[key] - 1)
    less, more = score_case(case, BOOK), score_case(better, BOOK)

    if less["total"] is not None:
        assert more["total"] >= less["total"]
        if less["level"] is not None:
            assert LEVELS.index(more["level"]) >= LEVELS.index(less["level"])


@settings(max_examples=40, deadline=None)
@given(st.lists(cases(ONE), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_sheets_and_lines_does_not_matter(found, random):
    sheets, products = frames(found)
    order = list(range(products.height))
    random.shuffle(order)
    rows = list(range(sheets.height))
    random.shuffle(rows)
    day = DAYS["civil_servant"]

    first = score_frame("civil_servant", sheets, products, on=day, rulebook=BOOK)
    again = score_frame("civil_servant", sheets[rows], products[order], on=day, rulebook=BOOK)

    assert_frame_equal(first, again.sort("sheet"), check_exact=True)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(DAYS)), st.data())
def test_the_frame_says_what_each_case_says(scheme, data):
    found = data.draw(st.lists(cases((scheme,)), min_size=1, max_size=5))
    frame = scored(scheme, found)

    for case, row in zip(found, frame.iter_rows(named=True), strict=True):
        said = score_case(case, BOOK)
        assert {name: row[name] for name in (*ITEMS, "task_percent", "total", "level")} == {
            name: said[name] for name in (*ITEMS, "task_percent", "total", "level")
        }
        for one in said["conditions"]:
            assert row[one["id"]] == OUTCOMES[one["outcome"]], one["id"]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(DAYS)), st.data())
def test_scoring_twice_changes_nothing(scheme, data):
    found = data.draw(st.lists(cases((scheme,)), max_size=5))

    assert_frame_equal(scored(scheme, found), scored(scheme, found), check_exact=True)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_known_ground_means_failing_and_a_reason_is_always_given(case):
    said = score_case(case, BOOK)
    scheme = BOOK.schemes[case["scheme"]]
    outcomes = {one["id"]: one["outcome"] for one in said["conditions"]}

    assert all(one["reason"]["vi"] and one["reason"]["en"] for one in said["conditions"])
    assert all(one["cites"] for one in said["conditions"])
    barred = any(outcomes[one.id] == "not_met" for one in scheme.bars)
    if any(outcomes[one.id] == "not_met" for one in scheme.grounds):
        assert said["level"] == (None if barred else "failed")
    if barred:
        assert said["level"] is None


@settings(max_examples=25, deadline=None)
@given(cases(("public_employee",)), st.lists(st.integers(0, 23), min_size=3, max_size=3))
def test_the_points_of_a_regulation_lie_between_the_bounds(case, parts):
    case["leader"] = False
    loose = score_case(case, BOOK)
    assume(loose.get("total_low", loose["total"]) is not None)
    low, high = (loose.get(f"total_{end}", loose["total"]) for end in ("low", "high"))
    rest = 70 - sum(parts)
    points = dict(zip(("quantity", "quality", "progress"), parts, strict=True))
    points["progress"] += rest
    exact = score_case({**case, "item_points": points}, BOOK)

    assert low - 1e-6 <= exact["total"] <= high + 1e-6


def test_a_hundred_thousand_tenths_make_a_whole():
    sheets = pl.DataFrame({"sheet": [1], "leader": [False], "general_points": [20.0]})
    lines = pl.DataFrame(
        {"sheet": [1] * 100_000, "assigned": [0.1] * 100_000, "completed": [0.1] * 100_000}
    ).with_columns(quality_failures=0, delays=0, objective_cause=False, exceeds=False)
    day = DAYS["civil_servant"]

    row = score_frame("civil_servant", sheets, lines, on=day, rulebook=BOOK).row(0, named=True)

    assert (row["a"], row["total"], row["level"]) == (100.0, 90.0, "excellent")
