from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.foundation.kernel.days import (
    add_months,
    full_age,
    months_between,
    parse_day,
    year_difference,
)


@pytest.mark.parametrize(
    ("raw", "day", "precision"),
    [
        ("16/6/1978", date(1978, 6, 16), "day"),
        ("02/3/1978", date(1978, 3, 2), "day"),
        ("07/11/1963\u00a0\u00a0", date(1963, 11, 7), "day"),
        ("10/1988", date(1988, 10, 1), "month"),
        ("1988", date(1988, 1, 1), "year"),
        ("1988-10-03", date(1988, 10, 3), "day"),
        ("ngày 3 tháng 2 năm 1930", date(1930, 2, 3), "day"),
        (datetime(1990, 5, 6, 0, 0), date(1990, 5, 6), "day"),
    ],
)
def test_days_are_read_as_rosters_write_them(raw, day, precision):
    value = parse_day(raw).value

    assert (value.day, value.precision) == (day, precision)


def test_a_day_above_twelve_in_the_second_place_is_american_and_flagged():
    parsed = parse_day("10/20/1959")

    assert (parsed.value.day, parsed.flags) == (date(1959, 10, 20), ("us_order",))


def test_an_excel_serial_is_read_and_flagged():
    parsed = parse_day("36526")

    assert (parsed.value.day, parsed.flags) == (date(2000, 1, 1), ("excel_serial",))


@pytest.mark.parametrize("raw", ["31/02/1980", "00/1/1990", "45/13/2000", "1/1/0001"])
def test_impossible_days_are_not_guessed(raw):
    parsed = parse_day(raw)

    assert parsed.value.day is None
    assert "impossible" in parsed.flags


@pytest.mark.parametrize("raw", ["Không", "-", "Đóng", "abc", "²"])
def test_words_are_no_days(raw):
    assert parse_day(raw).value.day is None


def test_blank_is_absent_without_a_flag():
    assert parse_day("\u00a0").flags == ()


def test_the_last_day_of_january_plus_a_month_is_the_last_of_february():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)


def test_full_age_rises_on_the_birthday():
    born = date(1981, 4, 27)

    assert full_age(born, date(2021, 4, 26)) == 39
    assert full_age(born, date(2021, 4, 27)) == 40
    assert year_difference(born, date(2021, 1, 1)) == 40


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 1200))
def test_months_added_are_months_between(day, months):
    later = add_months(day, months)

    assert months_between(day, later) in {months, months - 1}
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
