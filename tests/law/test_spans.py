from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.foundation.kernel.days import full_age
from ngangtam.law.engine.spans import (
    Steps,
    covered_from,
    earliest_last,
    first_birth,
    last_of_month,
    latest_first,
    read_steps,
    retirement_day,
    span,
)

MEN = Steps(2021, 723, 3, 744)
WOMEN = Steps(2021, 664, 4, 720)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
KINDS = st.sampled_from(["years", "months", "year_difference"])

# The years of the road map and the age reached in each, as the decree's table gives it.
TABLE = {
    2021: ((60, 3), (55, 4)),
    2022: ((60, 6), (55, 8)),
    2025: ((61, 3), (56, 8)),
    2026: ((61, 6), (57, 0)),
    2027: ((61, 9), (57, 4)),
    2028: ((62, 0), (57, 8)),
    2034: ((62, 0), (59, 8)),
    2035: ((62, 0), (60, 0)),
    2040: ((62, 0), (60, 0)),
}


@pytest.mark.parametrize("year", TABLE)
def test_whoever_reaches_the_age_in_a_year_reaches_that_year_s_age(year):
    for steps, (years, months) in zip((MEN, WOMEN), TABLE[year], strict=True):
        month = year * 12 + 11 - (years * 12 + months)  # reaches it in December of the year
        born = date(month // 12, month % 12 + 1, 17)
        assert retirement_day(born, steps) == date(year, 12, 31)


@given(st.integers(1945 * 12, 2010 * 12), st.sampled_from([MEN, WOMEN]))
def test_the_closed_form_equals_the_table_walked_year_by_year(month, steps):
    expected = None
    for year in range(steps.first_year, 2100):
        age = min(steps.last, steps.first + steps.step * (year - steps.first_year))
        if (month + age) // 12 <= year:
            expected = age
            break
    if month + steps.first < steps.first_year * 12:
        expected = None

    assert steps.months(month) == expected


def test_the_last_day_of_service_is_the_last_of_the_month():
    assert retirement_day(date(1966, 2, 1), WOMEN) == last_of_month(
        1966 * 12 + 1 + WOMEN.months(1966 * 12 + 1)
    )
    assert last_of_month(2024 * 12 + 1) == date(2024, 2, 29)
    assert last_of_month(2023 * 12 + 1) == date(2023, 2, 28)


def test_a_year_alone_counts_from_its_first_of_january():
    assert retirement_day(date(1964, 1, 1), MEN) == date(2025, 4, 30)


def test_before_the_road_map_no_text_gives_an_age_unless_one_is_set():
    assert retirement_day(date(1955, 5, 5), MEN) is None
    assert retirement_day(date(1955, 5, 5), Steps(2021, 723, 3, 744, 720)) == date(2015, 5, 31)


@given(KINDS, DAYS, DAYS, st.integers(-300, 900))
def test_the_turning_days_say_the_same_as_counting(kind, first, last, least):
    enough = span(kind, first, last) >= least

    assert enough == (first <= latest_first(kind, last, least))
    assert enough == (last >= earliest_last(kind, first, least))


@given(DAYS, DAYS)
def test_full_age_is_completed_years(born, on):
    assert span("years", born, on) == full_age(born, on)


def test_a_birthday_on_29_february_is_completed_on_1_march():
    born = date(1984, 2, 29)

    assert span("years", born, date(2025, 2, 28)) == 40
    assert span("years", born, date(2025, 3, 1)) == 41


@given(st.dates(date(2021, 1, 1), date(2060, 1, 1)), st.sampled_from([MEN, WOMEN]))
def test_the_first_birth_that_retires_late_enough_is_the_first(reach, steps):
    born = first_birth(steps, reach)
    start = date(covered_from(steps) // 12, covered_from(steps) % 12 + 1, 1)

    assert retirement_day(born, steps) >= reach
    if born > start:
        assert retirement_day(born - timedelta(days=1), steps) < reach


@pytest.mark.parametrize(
    "table",
    [
        None,
        {"male": {}},
        {"male": {"first": 1}, "female": {}},
        {
            "male": {"first_year": 2021, "first": 723, "step": 3, "last": 700},
            "female": {"first_year": 2021, "first": 664, "step": 4, "last": 720},
        },
    ],
)
def test_a_road_map_with_a_hole_is_refused(table):
    with pytest.raises(ValueError, match="road map"):
        read_steps(table)
