from datetime import date

import polars as pl
import pytest

from law.conftest import STANDARD, TERM
from ngangtam.law.engine import Outcome, evaluate_standard, find_for, show
from ngangtam.law.engine.showing import show_in

ON = date(2025, 3, 1)
LENGTH = "parameters/appointment/term/length.yaml"


def _explain(book, text, facts, lang="vi"):
    return book.compile(text, ON).explain(facts, lang)


@pytest.mark.parametrize(
    ("text", "facts", "vi", "en"),
    [
        (
            "age_full < 40",
            {"birth_day": date(1983, 5, 2)},
            "tuổi 41 — không đạt: phải dưới 40",
            "full age 41 — not met: must be under 40",
        ),
        (
            "age_full < 40",
            {"birth_day": date(1985, 3, 2)},
            "tuổi 39 — đạt: phải dưới 40",
            "full age 39 — met: must be under 40",
        ),
        (
            "age_full < 40",
            {},
            "chưa biết: thiếu ngày sinh",
            "unknown: missing date of birth",
        ),
        (
            "degree >= 'university'",
            {"degree": "college"},
            "trình độ chuyên môn: Cao đẳng — không đạt: phải từ Đại học trở lên",
            "professional degree: College — not met: must be University or higher",
        ),
        (
            "birth_day < '1980-01-01'",
            {"birth_day": date(1980, 1, 1)},
            "ngày sinh 01/01/1980 — không đạt: phải trước ngày 01/01/1980",
            "date of birth 01/01/1980 — not met: must be before 01/01/1980",
        ),
        (
            "theory in ('advanced', 'bachelor')",
            {"theory": "intermediate"},
            "trình độ lý luận chính trị: Trung cấp — không đạt: phải thuộc: Cao cấp, Cử nhân",
            "political theory: Intermediate — not met: must be one of: Advanced, Bachelor",
        ),
        (
            "theory != 'advanced'",
            {"theory": "advanced"},
            "trình độ lý luận chính trị: Cao cấp — không đạt: phải khác Cao cấp",
            "political theory: Advanced — not met: must be other than Advanced",
        ),
        (
            "age_full <= 40",
            {"birth_day": date(1983, 5, 2)},
            "tuổi 41 — không đạt: không được quá 40",
            "full age 41 — not met: must be at most 40",
        ),
        (
            "theory not in ('advanced', 'bachelor')",
            {"theory": "advanced"},
            "trình độ lý luận chính trị: Cao cấp — không đạt: không được thuộc: Cao cấp, Cử nhân",
            "political theory: Advanced — not met: must be none of: Advanced, Bachelor",
        ),
        (
            "not in_plan",
            {"in_plan": True},
            "trong quy hoạch: có — không đạt: phải là không",
            "in a succession plan: yes — not met: must be no",
        ),
        (
            "not age_full >= 40",
            {"birth_day": date(1983, 5, 2)},
            "tuổi 41 — không đạt: phải dưới 40",
            "full age 41 — not met: must be under 40",
        ),
        (
            "40 > age_full",
            {"birth_day": date(1983, 5, 2)},
            "tuổi 41 — không đạt: phải dưới 40",
            "full age 41 — not met: must be under 40",
        ),
        (
            "woman and age_full < 40 and degree >= 'master'",
            {"gender": "female", "birth_day": date(1983, 5, 2), "degree": "university"},
            "không đạt: tuổi 41 (phải dưới 40); "
            "trình độ chuyên môn: Đại học (phải từ Thạc sĩ trở lên)",
            "not met: full age 41 (must be under 40); "
            "professional degree: University (must be Master or higher)",
        ),
        (
            "woman or age_full < 40",
            {"gender": "male", "birth_day": date(1983, 5, 2)},
            "không đạt điều kiện nào: nữ: không (phải là có); tuổi 41 (phải dưới 40)",
            "none of the conditions is met: woman: no (must be yes); "
            "full age 41 (must be under 40)",
        ),
        (
            "woman or age_full < 40",
            {"gender": "male"},
            "chưa biết: thiếu ngày sinh",
            "unknown: missing date of birth",
        ),
        (
            "woman or age_full < 40",
            {"gender": "female"},
            "nữ: có — đạt: phải là có",
            "woman: yes — met: must be yes",
        ),
        (
            "woman and age_full < 40",
            {},
            "chưa biết: thiếu giới tính, ngày sinh",
            "unknown: missing gender, date of birth",
        ),
        (
            "12 / failed_years_in_row > 1",
            {"failed_years_in_row": 0},
            "chưa biết: không tính được 12 / số năm liền không hoàn thành nhiệm vụ",
            "unknown: 12 / years in a row without completing tasks cannot be reckoned",
        ),
        ("True", {}, "đạt: không phụ thuộc hồ sơ", "met: whatever the file says"),
    ],
)
def test_the_explanation_is_made_from_the_expression(book, text, facts, vi, en):
    assert _explain(book, text, facts) == vi
    assert _explain(book, text, facts, "en") == en


def test_a_disputed_code_is_used_and_said(book):
    told = _explain(book, "degree >= 'master'", {"degree": "specialist_1"})

    assert told.startswith("trình độ chuyên môn: Chuyên khoa I (lưu ý: ")
    assert "không đạt" in told


def test_what_decides_alone_is_not_missing(book):
    found = book.compile("woman and age_full < 40", ON).finding({"gender": "male"})

    assert (found.outcome, found.missing) == (Outcome.NOT_MET, ())


def test_a_finding_carries_the_pinpoints_of_the_parameters_it_used(example_book):
    book = example_book()
    found = find_for(book.standards["head"], {"post_since": date(2020, 3, 1)}, rulebook=book, on=ON)

    served = found.findings["served"]
    assert served.outcome is Outcome.MET
    assert served.cites == ("ex-decree-1-2025#12.2", "ex-decree-1-2025#12.2.a")
    assert served.reason["vi"] == "số tháng giữ chức vụ 60 — đạt: phải từ 48 trở lên"
    assert found.outcome is Outcome.UNKNOWN
    assert found.findings["young"].missing == ("birth_day",)


def test_a_parameter_to_confirm_leaves_the_outcome_open_and_is_named(example_book):
    book = example_book({LENGTH: TERM.replace("status: shipped", "status: to_confirm")})
    facts = {"post_since": date(2000, 1, 1), "degree": "master", "birth_day": date(1990, 1, 1)}
    found = find_for(book.standards["head"], facts, rulebook=book, on=ON)

    served = found.findings["served"]
    assert served.outcome is Outcome.UNKNOWN
    assert served.unset == (("appointment.term.length", "not_confirmed"),)
    assert "chưa được cơ quan có thẩm quyền xác nhận" in served.reason["vi"]
    assert found.outcome is Outcome.UNKNOWN


def test_before_the_rule_the_outcome_is_open_and_says_so(example_book):
    book = example_book()
    facts = {"post_since": date(2000, 1, 1)}
    found = find_for(book.standards["head"], facts, rulebook=book, on=date(2018, 6, 30))

    assert "chưa có quy định có hiệu lực" in found.findings["served"].reason["vi"]


PEOPLE = {
    "person_id": [1, 2, 3, 4],
    "degree": [6, 3, None, 8],
    "birth_day": [date(1990, 1, 1), date(1990, 1, 1), date(1990, 1, 1), None],
    "post_since": [date(2020, 1, 1)] * 4,
}


def _frame():
    return pl.DataFrame(PEOPLE, schema_overrides={"degree": pl.UInt8})


def test_a_standard_for_everybody_says_what_it_says_for_each(example_book):
    book = example_book()
    standard = book.standards["head"]
    frame = _frame()
    table = evaluate_standard(standard, frame, rulebook=book, on=ON, keep=("person_id",))

    assert table.columns == ["person_id", "degree", "young", "served", "overall"]
    assert table["overall"].to_list() == [1, 0, None, None]
    assert table.schema["overall"] == pl.Int8
    for row, facts in zip(table.iter_rows(named=True), frame.iter_rows(named=True), strict=True):
        facts.pop("person_id")
        one = find_for(standard, facts, rulebook=book, on=ON)
        assert Outcome.of(row["overall"]) is one.outcome
        for name, finding in one.findings.items():
            assert Outcome.of(row[name]) is finding.outcome


def test_a_lazy_frame_stays_lazy(example_book):
    book = example_book()
    table = evaluate_standard(book.standards["head"], _frame().lazy(), rulebook=book, on=ON)

    assert isinstance(table, pl.LazyFrame)
    assert table.collect()["overall"].to_list() == [1, 0, None, None]


def test_a_criterion_to_confirm_is_off_and_does_not_count(example_book):
    text = STANDARD.replace("expr: age_full < 40", "expr: age_full < 30\n    status: to_confirm")
    book = example_book({"standards/head.yaml": text})
    standard = book.standards["head"]
    table = evaluate_standard(standard, _frame(), rulebook=book, on=ON)
    one = find_for(standard, {"degree": "master"}, rulebook=book, on=ON)

    assert table["young"].to_list() == [None] * 4
    assert table["overall"].to_list() == [1, 0, None, 1]
    assert one.findings["young"].off
    assert "chưa được xác nhận" in one.findings["young"].reason["vi"]


def test_a_standard_to_confirm_decides_nothing(example_book):
    text = STANDARD.replace("status: shipped", "status: to_confirm")
    book = example_book({"standards/head.yaml": text})
    standard = book.standards["head"]
    table = evaluate_standard(standard, _frame(), rulebook=book, on=ON)

    assert table["overall"].to_list() == [None] * 4
    assert find_for(standard, {}, rulebook=book, on=ON).outcome is Outcome.UNKNOWN


def test_facts_that_nobody_recorded_are_unknown_for_everybody(example_book):
    book = example_book()
    frame = pl.DataFrame({"person_id": [1, 2]})
    table = evaluate_standard(book.standards["head"], frame, rulebook=book, on=ON)

    assert table.height == 2
    assert table["overall"].to_list() == [None, None]


def test_anything_of_the_rulebook_can_be_shown_with_its_citations(example_book):
    book = example_book()

    shown = show_in(book, "appointment.term.length", ON)
    assert shown["in_force"]["value"] == 48
    assert shown["citations"][1] == {
        "pinpoint": "ex-decree-1-2025#12.2.a",
        "instrument": "ex-decree-1-2025",
        "place": "12.2.a",
        "number": "1/2025/NĐ-VD",
        "title": {"vi": "Nghị định ví dụ", "en": "Example decree"},
        "issuer": {"vi": "Cơ quan ví dụ", "en": "Example body"},
        "confidence": "read",
        "verified_until": "2026-03",
        "in_force": True,
        "url": None,
        "known": True,
    }
    standard = show_in(book, "head", ON)
    assert standard["criteria"][2]["rule"]["parameters"][0]["value"] == 48
    assert show_in(book, "no.such", ON) is None


def test_every_id_of_the_package_can_be_shown_as_json(book):
    import json

    for ident in book.ids():
        assert json.dumps(show_in(book, ident, ON))
    assert show("nothing-is-called-so", ON) is None
