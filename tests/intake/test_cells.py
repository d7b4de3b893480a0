"""One cell at a time: what is taken, tidied, doubted, refused."""

from datetime import date, datetime

import pytest

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.cells.cell import ABSENT, Context, Verdict
from ngangtam.records.intake.cells.dates import order_of
from ngangtam.records.intake.cells.parse import read_cell
from ngangtam.records.intake.headers.fields import fields
from ngangtam.records.intake.readers.grid import shown

TAKEN, NORMALISED, UNCERTAIN, REFUSED = Verdict
DAY = date(2025, 7, 1)


def judge(field, raw, **more):
    meant = fields()[field]
    context = Context(day=DAY, field=field, catalogue=meant.catalogue, absent=meant.absent, **more)
    return read_cell(meant.kind, raw, fold(shown(raw)), context)


@pytest.mark.parametrize(
    ("raw", "day", "precision", "verdict"),
    [
        ("16/6/1978", date(1978, 6, 16), "day", TAKEN),
        ("02/03/1978", date(1978, 3, 2), "day", TAKEN),
        ("07/11/1963\xa0\xa0", date(1963, 11, 7), "day", NORMALISED),
        ("1-5-1980", date(1980, 5, 1), "day", TAKEN),
        ("01.05.1980", date(1980, 5, 1), "day", TAKEN),
        ("1 / 5 / 1980", date(1980, 5, 1), "day", NORMALISED),
        ("01051980", date(1980, 5, 1), "day", NORMALISED),
        ("1980-05-01", date(1980, 5, 1), "day", TAKEN),
        ("ngày 1 tháng 5 năm 1980", date(1980, 5, 1), "day", NORMALISED),
        ("10/1988", date(1988, 10, 1), "month", TAKEN),
        ("tháng 10 năm 1988", date(1988, 10, 1), "month", NORMALISED),
        ("1988", date(1988, 1, 1), "year", TAKEN),
        (1988.0, date(1988, 1, 1), "year", TAKEN),
        ("sinh năm 1988", date(1988, 1, 1), "year", NORMALISED),
        (27000.0, date(1973, 12, 2), "day", NORMALISED),
        (datetime(1973, 12, 2), date(1973, 12, 2), "day", TAKEN),
        ("20/5/80", date(1980, 5, 20), "day", UNCERTAIN),
        ("10/20/1959", date(1959, 10, 20), "day", NORMALISED),
        ("5/6/1980 (theo khai sinh)", date(1980, 6, 5), "day", UNCERTAIN),
        ("1/1/2015", date(2015, 1, 1), "day", UNCERTAIN),
        ("1/1/1900", date(1900, 1, 1), "day", UNCERTAIN),
    ],
)
def test_births(raw, day, precision, verdict):
    cell = judge("birth", raw)

    assert (cell.value.day, cell.value.precision, cell.verdict) == (day, precision, verdict)


@pytest.mark.parametrize(
    "raw", ["31/02/1980", "32/1/1980", "không rõ", "1/1/2030", True, "13/13/1980"]
)
def test_births_that_are_none(raw):
    cell = judge("birth", raw)

    assert (cell.value, cell.verdict) == (None, REFUSED)
    assert cell.reason


def test_absence_is_a_value_where_the_field_says_so():
    for raw in ("Không", "-", "Đóng", "chưa", "—"):
        cell = judge("party_day", raw)
        assert cell.value is ABSENT
        assert cell.verdict is NORMALISED


def test_the_order_of_a_column_is_read_from_what_can_only_be_one_way():
    assert order_of([("10/20/1959", 2), ("21/09/1996", 1), ("8/8/1980", 5)]) == (2, 1, False)
    assert order_of([(date(1989, 8, 4), 2), ("21/09/1996", 1)]) == (0, 1, True)
    assert order_of([(date(1989, 8, 24), 2), ("21/09/1996", 1)]) == (0, 1, False)
    mixed = judge("birth", "08/10/1959", month_first=2, day_first=1)
    assert (mixed.value.day, mixed.verdict) == (date(1959, 10, 8), UNCERTAIN)
    american = judge("birth", "08/10/1959", month_first=2)
    assert (american.value.day, american.verdict) == (date(1959, 8, 10), UNCERTAIN)


@pytest.mark.parametrize(
    ("raw", "code", "verdict"),
    [
        ("Nam", "male", TAKEN), ("nữ", "female", TAKEN), ("Nữ ", "female", NORMALISED),
        ("NU", "female", NORMALISED), ("F", "female", NORMALISED), ("Bà", "female", NORMALISED),
        ("khác", None, REFUSED), ("1", None, REFUSED),
    ],
)  # fmt: skip
def test_genders(raw, code, verdict):
    cell = judge("gender", raw)

    assert (cell.value, cell.verdict) == (code, verdict)


@pytest.mark.parametrize(
    ("field", "raw", "code", "verdict"),
    [
        ("ethnicity", "Kinh", "kinh", TAKEN),
        ("degree", "Tha\u0323c si\u0303", "master", NORMALISED),
        ("degree", "Thạc sỹ", "master", NORMALISED),
        ("degree", "Phó Giáo sư, Tiến sĩ", "doctor", NORMALISED),
        ("political_theory", "Cao cấp", "advanced", TAKEN),
        ("political_theory", "-", "none", UNCERTAIN),
        ("political_theory", "Đang học Trung cấp", None, UNCERTAIN),
        ("religion", "Không", "none", TAKEN),
        ("religion", "13", None, UNCERTAIN),
        ("ethnicity", "Sao Hỏa", None, UNCERTAIN),
        ("general_education", "12/12 bổ túc", "upper_secondary", NORMALISED),
    ],
)
def test_catalogues(field, raw, code, verdict):
    cell = judge(field, raw)

    assert (cell.value, cell.verdict) == (code, verdict)


@pytest.mark.parametrize(
    ("raw", "value", "verdict"),
    [
        ("001080012345", "001080012345", TAKEN),
        ("001 080 012 345", "001080012345", NORMALISED),
        (1080012345.0, "001080012345", NORMALISED),
        ("012345678", "012345678", NORMALISED),
        ("12345", None, REFUSED),
        ("abc", None, REFUSED),
        ("-", None, NORMALISED),
    ],
)
def test_personal_numbers(raw, value, verdict):
    cell = judge("personal_number", raw)

    assert (cell.value, cell.verdict) == (value, verdict)


def test_numbers_ranks_phones_and_terms():
    assert judge("coefficient", "3,33").value == 3.33
    assert judge("coefficient", 3.03).verdict is TAKEN
    assert judge("coefficient", "ba").verdict is UNCERTAIN
    assert judge("rank_code", 1.003).value == "01.003"
    assert judge("rank_code", "V.07.02.06").verdict is TAKEN
    assert judge("rank_code", "V.07.02.061").verdict is UNCERTAIN
    assert judge("phone", 912345678.0).value == "0912345678"
    assert judge("phone", "+84 912 345 678").value == "0912345678"
    assert judge("na_terms", "XI, XIV").value == (11, 14)
    assert judge("na_terms", "Khóa 13, 14").value == (13, 14)
    assert judge("na_terms", "Không").value is ABSENT
    assert judge("beyond_frame", "50%").value == 50.0
    assert judge("rank_step", "3/9").value == 3


def test_a_mark_column_takes_days_too():
    assert judge("party_member", "x").value is True
    assert judge("party_member", "Không").value is False
    assert judge("party_member", "3/2/2005").value.day == date(2005, 2, 3)
    assert judge("party_member", "hả").verdict is UNCERTAIN


def test_what_the_source_withheld_is_no_value():
    cell = judge("position", "[lược bỏ]")

    assert (cell.value, cell.verdict) == (None, NORMALISED)


def test_error_values_of_spreadsheets_are_refused():
    assert judge("position", "#REF!").verdict is REFUSED


@pytest.mark.parametrize("kind", sorted({field.kind for field in fields().values()}))
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "x",
        "Không",
        "=1+1",
        "\x00",
        "12",
        12.5,
        True,
        date(2020, 1, 1),
        "a" * 9000,
        "١٢",
        "½",
        "²",
    ],
)
def test_no_reader_falls_over(kind, raw):
    text = fold(shown(raw))
    if not text:
        return
    name = next(field.name for field in fields().values() if field.kind == kind)
    context = Context(day=DAY, field=name, catalogue=fields()[name].catalogue)

    assert read_cell(kind, raw, text, context).verdict in Verdict
