"""Expressions read aloud."""

import pytest

from ngangtam.law.engine.rulebook import rulebook
from ngangtam.oversight.standards.wording import flat, read_aloud


def said(expression, lang="vi"):
    return flat(read_aloud(expression, rulebook().vocabulary, lang), lang)


@pytest.mark.parametrize(
    ("expression", "vi", "en"),
    [
        ("degree >= 'university'", "Trình độ chuyên môn từ Đại học trở lên",
         "Professional degree at least University"),
        ("age_full < 40", "Tuổi dưới 40", "Full age below 40"),
        ("40 <= age_full < 50", "Tuổi từ 40 đến dưới 50", "Full age from 40 to below 50"),
        ("50 < age_full <= 60", "Tuổi trên 50 đến 60", "Full age above 50 to 60"),
        ("between(age_full, 40, 50)", "Tuổi từ 40 đến 50", "Full age from 40 to 50"),
        ("40 > age_full", "Tuổi dưới 40", "Full age below 40"),
        ("months_in_post >= 24", "Số tháng giữ chức vụ từ 24 tháng trở lên",
         "Months in the post at least 24 months"),
        ("birth_day < '1980-01-01'", "Ngày sinh trước ngày 01/01/1980",
         "Date of birth before 01/01/1980"),
        ("woman and not in_plan", "Nữ và không phải: Trong quy hoạch",
         "Woman and not: In a succession plan"),
        ("True", "mọi người", "everyone"),
    ],
)  # fmt: skip
def test_an_expression_in_both_languages(expression, vi, en):
    assert (said(expression), said(expression, "en")) == (vi, en)


def test_not_any_is_none_of_them():
    words = read_aloud("not (woman or in_plan)", rulebook().vocabulary, "vi")

    assert (words.join, [part.text for part in words.parts]) == ("none", ["Nữ", "Trong quy hoạch"])


def test_a_parameter_is_named_where_it_is_used():
    words = read_aloud(
        "months_in_post >= param('a.b')", rulebook().vocabulary, "vi", lambda ident: f"<{ident}>"
    )

    assert words.parameters == ("a.b",)
    assert "<a.b>" in words.text


def test_every_expression_of_the_rulebook_has_words():
    book = rulebook()
    rules = [one.rule for standard in book.standards.values() for one in standard.criteria]
    rules += [rule for one in book.targets.values() for rule in (one.scope, one.measure) if rule]

    for lang in ("vi", "en"):
        assert all(flat(read_aloud(rule.text, book.vocabulary, lang), lang) for rule in rules)


@pytest.mark.parametrize(
    ("expression", "vi", "en"),
    [
        ("(a + b + c) / 3 > 1", "(Tỷ lệ số lượng + Tỷ lệ chất lượng + Tỷ lệ tiến độ) ÷ 3 trên 1",
         "(Quantity + Quality + Progress) ÷ 3 above 1"),
        ("a - (b - c) > 1", "Tỷ lệ số lượng − (Tỷ lệ chất lượng − Tỷ lệ tiến độ) trên 1",
         "Quantity − (Quality − Progress) above 1"),
        ("min(a, b) > 1", "số nhỏ nhất của (Tỷ lệ số lượng; Tỷ lệ chất lượng) trên 1",
         "the least of (Quantity; Quality) above 1"),
        ("(a if leader else b) > 1",
         "Tỷ lệ số lượng nếu Giữ chức vụ lãnh đạo hoặc quản lý, còn lại Tỷ lệ chất lượng trên 1",
         "Quantity if Holds a leadership post, else Quality above 1"),
        ("param('x.y', 'any_failed') > 1", "x.y#any_failed trên 1", "x.y#any_failed above 1"),
    ],
)  # fmt: skip
def test_what_scores_may_say_besides(expression, vi, en):
    words = rulebook().schemes["civil_servant"].vocabulary

    assert flat(read_aloud(expression, words, "vi"), "vi") == vi
    assert flat(read_aloud(expression, words, "en"), "en") == en


def test_every_formula_of_a_scheme_has_words():
    for scheme in rulebook().schemes.values():
        for rule in scheme.rules():
            lines = any(rule is one.rule for one in scheme.sums)
            vocabulary = scheme.lines if lines else scheme.vocabulary
            for lang in ("vi", "en"):
                assert flat(read_aloud(rule.text, vocabulary, lang), lang)
