"""Met or not, and how many people short: exact, strict, and never guessed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.oversight.targets.goals import HOLDS, Counted, decided, people_short
from ngangtam.oversight.targets.rounding import percent, rounded


@pytest.mark.parametrize(
    ("comparison", "count", "bar", "short"),
    [
        (">=", 3, Fraction(15, 100) * 40, 3),  # 15 % of 40 is 6
        (">=", 6, Fraction(6), 0),
        (">", 6, Fraction(6), 1),
        (">", 5, Fraction(11, 2), 1),
        (">=", 5, Fraction(11, 2), 1),
        ("<=", 4, Fraction(2), 2),
        ("<", 4, Fraction(2), 3),
        ("<", 4, Fraction(5, 2), 2),
        ("==", 4, Fraction(7), 3),
    ],
)
def test_the_gap_keeps_the_strictness_of_the_text(comparison, count, bar, short):
    assert people_short(comparison, count, bar) == short


@given(
    st.sampled_from(["<", "<=", ">", ">="]),
    st.integers(0, 200),
    st.integers(1, 200),
    st.integers(0, 400),
)
def test_the_gap_is_the_smallest_change_that_reaches_the_bar(comparison, count, total, half):
    bar = Fraction(half, 200) * total
    short = people_short(comparison, count, bar)
    step = 1 if comparison in {">", ">="} else -1

    assert HOLDS[comparison](count + step * short, bar)
    assert short == 0 or not HOLDS[comparison](count + step * (short - 1), bar)


people = st.integers(0, 6)


@given(people, people, people, people, people, people)
def test_the_bounds_hold_whatever_the_unknown_turn_out_to_be(yes, no, open_, m_yes, m_no, m_open):
    counted = Counted(yes, no, open_, m_yes, m_no, m_open)
    low, high = counted.lowest_share(), counted.highest_share()

    for a in range(open_ + 1):
        for b in range(m_yes + 1):
            for c in range(m_no + 1):
                for d in range(m_open + 1):
                    for e in range(m_open - d + 1):
                        having, among = yes + a + b + d, yes + no + open_ + b + c + d + e
                        if among:
                            share = Fraction(having, among)
                            assert low is None or low <= share
                            assert high is None or share <= high


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (Fraction(1, 5), Fraction(1, 4), "met"),
        (Fraction(1, 10), Fraction(3, 20), "not_met"),
        (Fraction(1, 10), Fraction(1, 5), "unknown"),
        (None, None, "nobody"),
        (None, Fraction(1), "unknown"),
    ],
)
def test_it_is_decided_only_when_both_ends_agree(low, high, outcome):
    assert decided(">=", low, high, Fraction(1, 5)) == outcome


def test_equal_is_open_while_the_bar_lies_between():
    assert decided("==", Fraction(0), Fraction(1), Fraction(1, 2)) == "unknown"
    assert decided("==", Fraction(1), Fraction(2), Fraction(1, 2)) == "not_met"
    assert decided("==", Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)) == "met"


def test_a_half_goes_up_as_in_published_tables():
    assert percent(1, 16) == 6.25
    assert percent(225, 20000) == 1.13  # 1.125
    assert rounded(Fraction(465, 10), 0) == 47
    assert percent(393, 868) == 45.28
    assert percent(0, 0) is None
