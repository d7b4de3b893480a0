"""Schemes as data: what is refused, what the local layer may do, what is shown."""

import shutil
from datetime import date

import narwhals as nw
import polars as pl
import pytest
from drawn_sheets import BOOK, DAYS, frames
from hypothesis import given, settings
from hypothesis import strategies as st

from ngangtam.law.engine.bind import bind
from ngangtam.law.engine.checks import run_examples
from ngangtam.law.engine.comparing import compare
from ngangtam.law.engine.compiler import compile_node
from ngangtam.law.engine.interpret import evaluate
from ngangtam.law.engine.loader import PACKAGE, load, sources
from ngangtam.law.engine.score_input import BadInput
from ngangtam.law.engine.scoring import NotInForce, UnknownScheme, score_frame
from ngangtam.law.engine.showing import show_in
from ngangtam.law.engine.syntax import BadExpression, parse

DAY = date(2026, 6, 30)
SHIPPED = (
    "civil_servant", "hanoi_monthly", "old_90_2020", "party_collective", "party_individual",
    "party_leader", "public_employee", "public_unit",
)  # fmt: skip
WORDS = BOOK.schemes["civil_servant"].vocabulary


@pytest.fixture
def local(tmp_path):
    """Return a function that loads the rulebook with a changed scheme in the local layer."""

    def build(old, new, name="civil_servant"):
        text = (PACKAGE / "schemes" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.count(old) >= 1
        folder = tmp_path / "schemes"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return load(PACKAGE, tmp_path)

    return build


def test_the_schemes_of_the_issue_ship():
    assert tuple(BOOK.schemes) == SHIPPED


def test_at_least_forty_examples_stand_beside_them():
    files = (PACKAGE / "schemes").glob("*.examples.yaml")
    count = sum(file.read_text(encoding="utf-8").count("- name:") for file in files)
    assert count >= 40


def test_a_wrong_example_is_told(tmp_path):
    shutil.copytree(PACKAGE / "schemes", tmp_path / "schemes")
    file = tmp_path / "schemes" / "civil_servant.examples.yaml"
    text = file.read_text(encoding="utf-8").replace("total: 91.17", "total: 91.18", 1)
    file.write_text(text.replace("kept: 2,", "kept: 3,", 1), encoding="utf-8")
    book = load(PACKAGE, tmp_path)

    told = [str(one) for one in run_examples(book, sources(PACKAGE, tmp_path))]

    assert len(told) == 2
    assert "expected 91.18, got 91.16" in told[0]
    assert "kept: expected 3, got 2" in told[1]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("formula: organising_percent", "formula: organising_perzent", "no fact is called"),
        ("formula: organising_percent", "formula: leader", "a number is needed"),
        ("of: assigned", "of: general_points", "no fact is called 'general_points'"),
        ("id: dd", "id: f", "none of a, b, c"),
        ("expr: not degradation_concluded", "expr: general_points", "a flag is needed"),
        ("cites: [335-2025-nd-cp#20.4]", "cites: [335-2025-nd-cp#99]", "not in the outline"),
        ("cites: [335-2025-nd-cp#20.4]", "cites: []", "at least 1"),
        ("code: good", "code: great", "one of failed"),
        ("level: unit_level", "level: discipline", "codes are of 'rating'"),
        ("percent: evaluation.civil_servant.excellent_cap_percent", "percent: no.such",
         "no parameter 'no.such'"),
        ("within: [body, group]", "within: [house]", "body, group"),
        ("cycles: [month", "cycles: [moon", "'moon' is none of"),
        ("id: discipline", "id: total", "stands twice"),
        ("id: politics", "id: general", "stands twice"),
        ("leaders: any", "leader: any", "unknown key 'leader'"),
        ("from: 2026-01-01", "from: 2025-01-01", "not in force on 2025-01-01"),
        ("id: civil_servant", "id: officials", "is not the path"),
    ],
)  # fmt: skip
def test_a_broken_scheme_is_refused_whole(local, old, new, word):
    book = local(old, new)

    assert "civil_servant" not in book.schemes
    assert any(word in problem.message for problem in book.problems), book.problems


def test_points_of_a_group_must_add_up(local):
    book = local("points: 14", "points: 13", "hanoi_monthly")

    assert any("the parts of 'conduct' make 14 points" in one.message for one in book.problems)


def test_a_local_scheme_wins_and_is_used(local):
    book = local("(a + b + c) / 3", "(a + 2 * b + c) / 4")
    sheets = pl.DataFrame({"sheet": [1], "leader": [False], "general_points": [20.0]})
    lines = pl.DataFrame(
        {"sheet": [1], "assigned": [10.0], "completed": [10.0], "quality_failures": [2],
         "delays": [0], "objective_cause": [False], "exceeds": [False]}
    )  # fmt: skip

    row = score_frame("civil_servant", sheets, lines, on=DAY, rulebook=book).row(0, named=True)

    assert book.schemes["civil_servant"].place.local
    assert row["task_percent"] == 75.0  # (100 + 2 x 50 + 100) / 4


def test_a_scheme_is_shown_with_its_numbers_and_texts():
    shown = show_in(BOOK, "public_employee", DAYS["public_employee"])

    assert shown["kind"] == "scheme"
    assert shown["applies"] is True
    assert "general_points" in shown["measures"]
    assert {"233-2026-nd-cp#12.7", "233-2026-nd-cp#7.5"} <= {
        one["pinpoint"] for one in shown["citations"]
    }
    first = shown["levels"][0]["points"]["parameters"]
    assert first["evaluation.public_employee.threshold.excellent"]["value"] == 90


# -- what expressions of scores may do more --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("min(general_points)", "there is no function 'min'"),
        ("min(leader, 1)", "a number is needed"),
        ("1 if general_points else 2", "a flag is needed"),
        ("1 if leader else unit_level", "the two branches differ"),
        ("param('evaluation.civil_servant.general_points', 'x')", "of type table"),
        ("param('evaluation.civil_servant.unit_result_percent', leader)", "in quotes"),
    ],
)
def test_a_wrong_expression_is_told(text, word):
    with pytest.raises(BadExpression, match=word.replace("(", r"\(")):
        parse(text, WORDS, BOOK.parameter_types)


@pytest.mark.parametrize("text", ["min(age_full, 3) > 1", "woman if woman else woman"])
def test_facts_about_people_have_no_such_words(text):
    with pytest.raises(BadExpression):
        parse(text, BOOK.vocabulary, BOOK.parameter_types)


def test_a_line_of_a_table_that_is_not_there_is_unknown():
    text = "param('evaluation.civil_servant.unit_result_percent', 'none') > 1"
    node = parse(text, WORDS, BOOK.parameter_types)

    bound = bind(node, WORDS, DAY, BOOK.lookup)

    assert evaluate(bound.node, {}) is None
    assert bound.unset == (
        ("evaluation.civil_servant.unit_result_percent: none", "no_rule_in_force"),
    )


_numbers = st.recursive(
    st.sampled_from(["general_points", "organising_percent", "3", "0.5", "7"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda x: f"{x[0]}({x[1]}, {x[2]})"
        ),
        st.tuples(inner, st.sampled_from(["leader", "not head", "known(head)"]), inner).map(
            lambda x: f"({x[0]} if {x[1]} else {x[2]})"
        ),
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda x: f"({x[0]} {x[1]} {x[2]})"),
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    _numbers,
    st.fixed_dictionaries(
        {
            "general_points": st.one_of(st.none(), st.integers(0, 30).map(float)),
            "organising_percent": st.one_of(st.none(), st.integers(0, 100).map(float)),
            "leader": st.one_of(st.none(), st.booleans()),
            "head": st.one_of(st.none(), st.booleans()),
        }
    ),
)
def test_polars_reckons_as_the_interpreter_does(text, row):
    node = bind(parse(text, WORDS, BOOK.parameter_types), WORDS, DAY, BOOK.lookup).node
    types = {
        "general_points": pl.Float64, "organising_percent": pl.Float64,
        "leader": pl.Boolean, "head": pl.Boolean,
    }  # fmt: skip
    frame = nw.from_native(pl.DataFrame([row], schema=types))
    found = frame.select(value=compile_node(node, set(types))).to_native()["value"][0]

    assert found == evaluate(node, row)


# -- the frame -------------------------------------------------------------------------------------

EMPTY = frames([])


def test_an_empty_frame_is_scored():
    assert score_frame("civil_servant", *EMPTY, on=DAY, rulebook=BOOK).is_empty()


def test_unknown_schemes_and_days_are_refused():
    with pytest.raises(UnknownScheme, match="known: civil_servant"):
        score_frame("nobody", *EMPTY, on=DAY, rulebook=BOOK)
    with pytest.raises(NotInForce, match="31/12/2025"):
        score_frame("civil_servant", *EMPTY, on=date(2025, 12, 31), rulebook=BOOK)


SHEETS = pl.DataFrame({"sheet": [1, 2], "leader": [False, False], "general_points": [20.0, 25.0]})
LINES = pl.DataFrame(
    {"sheet": [1, 2], "assigned": [10.0, 10.0], "completed": [10.0, 10.0],
     "quality_failures": [0, 0], "delays": [0, 0], "objective_cause": [False, False],
     "exceeds": [False, False]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("sheets", "lines", "word"),
    [
        (SHEETS.with_columns(sheet=1), LINES, "stands once"),
        (SHEETS.drop("sheet"), LINES, "missing column 'sheet'"),
        (SHEETS.with_columns(general_points=31.0), LINES, "general_points > 30"),
        (SHEETS.with_columns(general_points=float("nan")), LINES, "no number"),
        (SHEETS.with_columns(unit_level=pl.lit("best")), LINES, "unreadable value"),
        (SHEETS, LINES.with_columns(sheet=3), "belongs to no sheet"),
        (SHEETS, LINES.with_columns(completed=-1.0), "completed < 0"),
        (SHEETS, LINES.with_columns(assigned=0.0), "completed without assigned"),
        (SHEETS, LINES.drop("completed"), "missing column 'completed'"),
    ],
)
def test_what_makes_no_sense_is_refused(sheets, lines, word):
    with pytest.raises(BadInput, match=word):
        score_frame("civil_servant", sheets, lines, on=DAY, rulebook=BOOK)


def test_codes_may_be_words_or_positions_and_columns_may_be_missing():
    by_word = SHEETS.with_columns(discipline=pl.Series(["none", "warning"]))
    by_position = SHEETS.with_columns(discipline=pl.Series([0, 2]))

    for sheets in (by_word, by_position):
        found = score_frame("civil_servant", sheets, LINES, on=DAY, rulebook=BOOK)
        assert found["level"].to_list() == ["excellent", "failed"]
        assert found["degradation"].to_list() == [None, None]


def test_an_unknown_fault_leaves_quality_open():
    lines = LINES.with_columns(quality_failures=pl.Series([None, 0], dtype=pl.Int64))

    found = score_frame("civil_servant", SHEETS, lines, on=DAY, rulebook=BOOK)

    assert found["b"].to_list() == [None, 100.0]
    assert found["level"].to_list() == [None, "excellent"]


def test_what_would_change_is_counted_and_named():
    sheets = SHEETS.with_columns(shortcomings_fixed=True)

    found = compare("civil_servant", "party_individual", sheets, LINES, on=DAY, rulebook=BOOK)

    assert found.counts.rows() == [("excellent", "good", 2)]
    assert found.moved["direction"].to_list() == ["down", "down"]
    assert found.moved["total_before"].to_list() == [90.0, 95.0]


def test_a_threshold_can_be_tried_before_it_is_set():
    supposed = BOOK.supposing({"evaluation.civil_servant.threshold.excellent": 92})

    found = compare(
        "civil_servant", "civil_servant", SHEETS, LINES, on=DAY, rulebook=BOOK, supposed=supposed
    )

    assert found.moved["sheet"].to_list() == [1]
    assert found.counts.rows() == [("excellent", "good", 1), ("excellent", "excellent", 1)]


def test_a_scheme_not_yet_in_force_is_read_as_of_its_first_day():
    last_year = date(2025, 12, 31)

    found = compare("old_90_2020", "civil_servant", SHEETS, LINES, on=last_year, rulebook=BOOK)

    assert found.counts.rows() == [(None, "excellent", 2)]
    assert set(found.moved["direction"]) == {"open"}
