from datetime import date

import duckdb
import narwhals as nw
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from law.expressions import SCHEMA, flags, people
from ngangtam.law.engine.interpret import conjunction
from ngangtam.law.engine.loader import load
from ngangtam.law.engine.syntax import BadExpression
from ngangtam.law.engine.vocabulary import FLAG

ON = date(2025, 3, 1)
CONNECTION = duckdb.connect()
BOOK = load()  # not a fixture: a failing example would print the whole of it
THREE = (True, False, None)


def _compiled(text, on=ON):
    try:
        return BOOK.compile(text, on, expect=FLAG)
    except BadExpression:
        assume(False)


@pytest.mark.parametrize("left", THREE)
@pytest.mark.parametrize("right", THREE)
def test_unknown_follows_kleene_in_both_engines(book, left, right):
    row = {"party_member": left, "in_plan": right}
    frame = pl.DataFrame([row], schema={"party_member": pl.Boolean, "in_plan": pl.Boolean})
    lowest = {True: 1, None: 0.5, False: 0}
    back = {1: True, 0.5: None, 0: False}
    expected = {
        "party_member and in_plan": back[min(lowest[left], lowest[right])],
        "party_member or in_plan": back[max(lowest[left], lowest[right])],
        "not party_member": back[1 - lowest[left]],
    }

    for text, value in expected.items():
        rule = book.compile(text, ON)
        assert rule.one(row) is value
        assert rule.evaluate(frame)["value"].to_list() == [value]
    assert conjunction([left, right]) is expected["party_member and in_plan"]


@given(text=flags, rows=people, on=st.dates(date(2019, 1, 1), date(2040, 12, 31)))
@settings(max_examples=120, deadline=None)
def test_polars_says_what_the_plain_interpreter_says(text, rows, on):
    rule = _compiled(text, on)
    frame = pl.DataFrame(rows, schema=SCHEMA)
    expected = [rule.one(row) for row in rows]

    assert rule.evaluate(frame)["value"].to_list() == expected
    assert rule.evaluate(frame.lazy()).collect()["value"].to_list() == expected


@given(text=flags, rows=people)
@settings(max_examples=5, deadline=None)
def test_duckdb_says_what_the_plain_interpreter_says(text, rows):
    rule = _compiled(text)
    frame = pl.DataFrame(rows, schema=SCHEMA)
    relation = CONNECTION.from_arrow(frame.to_arrow())

    assert rule.evaluate(relation).pl()["value"].to_list() == [rule.one(row) for row in rows]


@given(text=flags, rows=people)
@settings(max_examples=40, deadline=None)
def test_a_missing_column_is_unknown_for_everyone(text, rows):
    rule = _compiled(text)
    frame = pl.DataFrame(rows, schema=SCHEMA).drop("birth_day", "theory", "in_plan")
    blank = [row | {"birth_day": None, "theory": None, "in_plan": None} for row in rows]

    assert rule.evaluate(frame)["value"].to_list() == [rule.one(row) for row in blank]


@given(rows=people)
@settings(max_examples=25, deadline=None)
def test_ages_and_days_come_out_as_values_too(rows):
    frame = pl.DataFrame(rows, schema=SCHEMA)

    for text in ("age_full", "months_to_retirement", "retirement_day", "months_in_post / 12"):
        rule = BOOK.compile(text, ON)
        assert rule.evaluate(frame)["value"].to_list() == [rule.one(row) for row in rows]


def test_a_number_divided_by_itself_is_one_in_every_engine(book):
    rule = book.compile("elected_terms / 49 >= 1", ON)
    frame = pl.DataFrame({"elected_terms": [48, 49, 98, None]})

    assert rule.evaluate(frame)["value"].to_list() == [False, True, True, None]
    assert [rule.one({"elected_terms": terms}) for terms in (48, 49)] == [False, True]


def test_a_person_is_39_until_the_birthday(book):
    rule = book.compile("age_full < 40", ON)
    born = [date(1985, 3, 2), date(1985, 3, 1), date(1985, 2, 28), None]
    frame = pl.DataFrame({"birth_day": born})

    assert rule.evaluate(frame)["value"].to_list() == [True, False, False, None]


def test_comparing_an_age_with_a_number_becomes_one_comparison_of_days(book):
    people = nw.from_native(pl.LazyFrame(schema={"birth_day": pl.Date}))
    plan = people.select(book.compile("age_full < 40", ON).nw()).to_native().explain()

    assert "year" not in plan


def test_nobody_is_in_an_empty_list(book):
    from ngangtam.law.engine import tree
    from ngangtam.law.engine.compiler import compile_node
    from ngangtam.law.engine.interpret import evaluate

    degree = tree.FactRef(book.facts["degree"])
    node = tree.In(degree, tree.Const((), degree.type))
    frame = nw.from_native(pl.DataFrame({"degree": [3, None]}, schema={"degree": pl.UInt8}))

    assert frame.select(compile_node(node).alias("v"))["v"].to_list() == [False, None]
    assert [evaluate(node, {"degree": value}) for value in (3, None)] == [False, None]
