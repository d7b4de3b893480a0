import sys
from datetime import date

import pytest

from law.conftest import OLD_TEXT, STANDARD, TERM, TEXT
from ngangtam.law.engine.checks import run_examples
from ngangtam.law.engine.loader import PACKAGE, sources
from ngangtam.law.engine.rulebook import check, forget, rulebook
from ngangtam.law.engine.values import NoRuleInForce, NotConfirmed
from ngangtam.law.engine.yamls import BadYaml, parse

LENGTH = "parameters/appointment/term/length.yaml"
HEAD = "standards/head.yaml"
NEW = "instruments/ex-decree-1-2025.yaml"


def test_the_package_rulebook_holds_and_every_example_passes(book):
    assert [str(problem) for problem in book.problems] == []
    assert [str(problem) for problem in run_examples(book, sources(PACKAGE, None))] == []


def test_the_fictional_rulebook_holds(example_book):
    book = example_book()

    assert book.problems == ()
    assert set(book.standards) == {"head"}


BAD = [
    (LENGTH, TERM.replace("id: appointment", "id: promotion"), 2, "the id"),
    (LENGTH, TERM.replace("2025-03-01, value: 48", "2017-01-01, value: 48"), 10, "must rise"),
    (LENGTH, TERM.replace("cites: [ex-decree-1-2025#12.2.a]", "cites: []"), 10, "at least 1"),
    (LENGTH, TERM.replace("#12.2.a", "#12.9"), 10, "not in the outline"),
    (LENGTH, TERM.replace("ex-decree-1-2025#", "ex-decree-9#"), 10, "there is no instrument"),
    (LENGTH, TERM.replace("ex-decree-1-2025#12.2.a", "ex-decree-1-2025"), 10, "no pinpoint"),
    (LENGTH, TERM.replace("2018-07-01, value", "2018-01-01, value"), 9, "not in force on"),
    (LENGTH, TERM.replace("from: 2025-03-01", "from: 2026-03-01"), 9, "covers the whole period"),
    (LENGTH, TERM.replace("value: 48", "value: 48.5"), 10, "does not fit the type"),
    (LENGTH, TERM.replace("value: 48", "value: '48'"), 10, "does not fit the type"),
    (LENGTH, TERM.replace("value: 48, ", ""), 10, "'value' is missing"),
    (LENGTH, TERM.replace("unit: month", "unit: month\nunits: month"), 6, "unknown key 'units'"),
    (LENGTH, TERM.replace("unit: month", "unit: month\nunit: year"), 6, "stands twice"),
    (LENGTH, TERM.replace("unit: month", "on: month"), 5, "boolean"),
    (LENGTH, TERM.replace("regime: all", "regime: everybody"), 4, "one of party"),
    (LENGTH, TERM.replace("en: Length of one term", "fr: Durée"), 3, "{vi: …, en: …}"),
    (LENGTH, TERM.replace("confidence: read}", "confidence: sure}", 1), 9, "one of read"),
    (LENGTH, "id: [", 2, "not valid YAML"),
    (LENGTH, "- a\n", 1, "a mapping is expected"),
    (LENGTH, "", 1, "empty"),
    (HEAD, STANDARD.replace("'university'", "'universty'"), 12, "not a code of degree"),
    (HEAD, STANDARD.replace("age_full < 40", "age_ful < 40"), 16, "no fact is called"),
    (HEAD, STANDARD.replace("age_full < 40", "age_full"), 16, "a flag is needed"),
    (HEAD, STANDARD.replace("param('app", "param('xpp"), 20, "there is no parameter"),
    (HEAD, STANDARD.replace("id: young", "id: degree"), 14, "stands twice"),
    (HEAD, STANDARD.replace("division_head", "big_boss"), 5, "not a code of title_kind"),
    (HEAD, STANDARD.replace("cites: [ex-decree-1-2025#12]", "cites: [ex-decree-1-2025#13]"), 2,
     "not in the outline"),
    (NEW, TEXT.replace('"12.2.a"', '"12.2"'), 8, "stands twice in the outline"),
    (NEW, TEXT.replace("2026-03", "March 2026"), 10, "YYYY-MM"),
    (NEW, TEXT.replace("until: null", "until: 2025-01-01"), 7, "later than 'from'"),
    ("rules/a.yaml", "id: a", 0, "no part of the rulebook"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "word"), BAD, ids=[row[3][:25] for row in BAD])
def test_a_fault_is_refused_with_file_line_and_reason(example_book, name, text, line, word):
    book = example_book({name: text})

    found = [problem for problem in book.problems if problem.file == f"rulebook/{name}"]
    assert any(problem.line == line and word in problem.message for problem in found), found


def test_what_stands_in_a_refused_file_is_left_out_not_guessed(example_book):
    book = example_book({LENGTH: TERM.replace("value: 48", "value: '48'")})

    assert "appointment.term.length" not in book.parameters
    with pytest.raises(NoRuleInForce):
        book.value("appointment.term.length", date(2025, 3, 1))


def test_a_key_that_yaml_reads_as_a_number_is_refused():
    with pytest.raises(BadYaml, match="must be text"):
        parse("12: a")


def test_a_tag_that_would_build_an_object_is_refused():
    with pytest.raises(BadYaml):
        parse("!!python/object/apply:os.system ['true']")


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2025, 2, 28), 60), (date(2025, 3, 1), 48), (date(2018, 7, 1), 60)]
)
def test_the_value_is_the_one_in_force_that_day(example_book, day, expected):
    found = example_book().value("appointment.term.length", day)

    assert found.value == expected
    assert found.cites
    assert day >= found.from_


def test_before_any_text_there_is_no_answer_not_a_default(example_book):
    with pytest.raises(NoRuleInForce):
        example_book().value("appointment.term.length", date(2018, 6, 30))


def test_after_a_repeal_there_is_no_answer(example_book):
    book = example_book({LENGTH: TERM.replace("value: 48", "value: null")})

    assert book.value("appointment.term.length", date(2025, 2, 28)).value == 60
    with pytest.raises(NoRuleInForce):
        book.value("appointment.term.length", date(2025, 3, 1))


def test_a_value_to_confirm_is_off_until_the_local_layer_sets_it(example_book):
    waiting = TERM.replace("status: shipped", "status: to_confirm")
    day = date(2025, 6, 1)
    off = example_book({LENGTH: waiting})

    with pytest.raises(NotConfirmed):
        off.value("appointment.term.length", day)
    assert off.lookup("appointment.term.length", day).reported == 48

    own = TEXT.replace("ex-decree-1-2025", "12-qd-ubnd").replace("1/2025/NĐ-VD", "12/QĐ-UBND")
    value = TERM.replace("ex-decree-1-2025#12.2.a", "12-qd-ubnd#12").replace("48", "54")
    local = {"instruments/12-qd-ubnd.yaml": own, LENGTH: value}
    book = example_book({LENGTH: waiting}, local)
    found = book.value("appointment.term.length", day)

    assert book.problems == ()
    assert (found.value, found.cites, found.local) == (54, ("12-qd-ubnd#12",), True)


def test_one_reported_value_is_off_while_the_others_hold(example_book):
    text = TERM.replace("12.2.a], confidence: read", "12.2.a], confidence: to_confirm")
    book = example_book({LENGTH: text})

    assert book.value("appointment.term.length", date(2025, 2, 28)).value == 60
    with pytest.raises(NotConfirmed):
        book.value("appointment.term.length", date(2025, 3, 1))


def test_the_local_layer_cannot_change_what_the_numbers_of_the_snapshot_mean(example_book):
    book = example_book(local={"facts.yaml": "[]", "catalogues/gender.yaml": "id: gender"})

    assert {problem.file for problem in book.problems} == {
        "local/facts.yaml",
        "local/catalogues/gender.yaml",
    }
    assert "gender" in book.facts


def test_examples_that_fail_are_told_with_what_came_out(example_book, tmp_path):
    example = "- {name: {vi: sai, en: wrong}, day: 2025-03-01, expect: 60}\n"
    of_head = """
- name: {vi: người bốn mươi tuổi, en: a person of forty}
  day: 2025-03-01
  facts: {degree: master, birth_day: 1985-03-01}
  expect: {degree: met, young: met, served: unknown, overall: not_met}
"""
    book = example_book(
        {
            LENGTH.replace(".yaml", ".examples.yaml"): example,
            "standards/head.examples.yaml": of_head,
        }
    )

    found = run_examples(book, sources(tmp_path / "package", None))
    assert [problem.message for problem in found] == [
        "example 'wrong': expected 60 on 2025-03-01, got 48",
        "example 'a person of forty': young: expected met, got not_met "
        "(full age 40 — not met: must be under 40)",
    ]


def test_an_edited_local_file_is_seen_and_an_unchanged_one_is_not_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[rulebook.__module__], "_LOOK_AGAIN", 0.0)
    forget()
    first = rulebook(tmp_path)
    assert rulebook(tmp_path) is first

    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "ex-decree-1-2018.yaml").write_text(OLD_TEXT, encoding="utf-8")
    second = rulebook(tmp_path)

    assert "ex-decree-1-2018" in second.instruments
    assert second.fingerprint != first.fingerprint
    assert check(tmp_path) == []
    forget()
