"""Working days: weekends, the public holidays of Vietnam, days that a notice exchanged."""

from datetime import date

import pytest

from ngangtam.foundation.kernel import workdays


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 11, 13), 1, date(2026, 11, 16)),  # a Friday
        (date(2026, 11, 13), 5, date(2026, 11, 20)),
        (date(2026, 11, 14), 1, date(2026, 11, 16)),
        (date(2026, 11, 16), 0, date(2026, 11, 16)),
        (date(2026, 4, 29), 1, date(2026, 5, 4)),  # over 30 April, 1 May and a weekend
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over the lunar new year
        (date(2025, 12, 31), 1, date(2026, 1, 2)),
    ],
)
def test_weekends_and_public_holidays_are_left_out(day, count, found):
    assert workdays.after(day, count) == found
    assert workdays.between(day, found) == count
    assert workdays.between(found, day) == -count


def test_the_days_before_are_counted_the_same_way():
    assert workdays.before(date(2026, 5, 4), 1) == date(2026, 4, 29)


def test_the_instance_is_told_of_days_exchanged(tmp_path, monkeypatch):
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    (tmp_path / "workdays.yaml").write_text("days_off: [2026-11-20]\ndays_worked: [2026-11-21]\n")
    assert workdays.after(date(2026, 11, 19), 1) == date(2026, 11, 21)
    assert not workdays.is_working(date(2026, 11, 20))
