from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.ui import formats


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (1482, None, "1.482"),
        (1234.5, None, "1.234,5"),
        (Decimal("0.125"), 3, "0,125"),
        (-2, None, "−2"),
        (-0.001, 1, "0,0"),
        (2_500_000, None, "2.500.000"),
        (91.25, 1, "91,2"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(value, digits, shown):
    with translation.override("vi"):
        assert formats.number(value, digits) == shown


def test_numbers_are_written_the_english_way_in_english():
    with translation.override("en"):
        assert formats.number(1234.5) == "1,234.5"


@pytest.mark.parametrize(
    ("value", "shown"), [(15, "15%"), (12.44, "12,4%"), (0, "0%"), (99.96, "100%")]
)
def test_a_share_shows_at_most_one_decimal(value, shown):
    with translation.override("vi"):
        assert formats.percent(value) == shown


def test_a_partial_date_shows_only_what_is_known():
    shown = [
        formats.day(PartialDate("10/1988", date(1988, 10, 1), "month")),
        formats.day(PartialDate("1988", date(1988, 1, 1), "year")),
        formats.day(PartialDate("không rõ", None, "none")),
    ]

    assert shown == ["10/1988", "1988", "không rõ"]


def test_an_instant_is_shown_in_local_time():
    assert formats.moment(datetime(2026, 11, 20, 18, 30, tzinfo=UTC)) == "01:30 21/11/2026"


def test_a_sign_is_written_out():
    with translation.override("vi"):
        assert [formats.signed(3), formats.signed(-2), formats.signed(0)] == ["+3", "−2", "0"]


def test_initials_are_those_of_the_family_and_given_name():
    assert [formats.initials(name) for name in ("Trần Thị Minh Lan", "admin", "")] == [
        "TL", "A", ""
    ]  # fmt: skip
