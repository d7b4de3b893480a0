"""Random expressions and random people, for tests that compare engines."""

from datetime import date

import polars as pl
from hypothesis import strategies as st

SCHEMA = {
    "gender": pl.UInt8,
    "degree": pl.UInt8,
    "theory": pl.UInt8,
    "birth_day": pl.Date,
    "post_since": pl.Date,
    "party_official_day": pl.Date,
    "party_member": pl.Boolean,
    "in_plan": pl.Boolean,
    "elected_terms": pl.Int16,
    "failed_years_in_row": pl.Int16,
}

_days = st.dates(date(1940, 1, 1), date(2026, 12, 31))
_numbers = st.one_of(
    st.integers(-5, 800).map(str),
    st.floats(-5, 80, allow_nan=False).map(lambda number: f"{number:.2f}"),
    st.sampled_from(
        [
            "age_full",
            "age_year_difference",
            "months_to_retirement",
            "months_in_post",
            "elected_terms",
            "failed_years_in_row",
            "party_years",
            "months(birth_day, post_since)",
            "years(post_since, retirement_day)",
            "months(retirement_day, day)",
            "year_difference(post_since, birth_day)",
        ]
    ),
)
_arithmetic = st.recursive(
    _numbers,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=3,
)
_compare = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_codes = st.sampled_from(
    [("degree", ("none", "university", "specialist_1", "master", "doctor")),
     ("theory", ("none", "elementary", "advanced", "bachelor"))]
)  # fmt: skip
_day_terms = st.one_of(
    _days.map(lambda day: f"'{day}'"),
    st.sampled_from(["birth_day", "post_since", "retirement_day", "day", "party_official_day"]),
)


@st.composite
def _leaf(draw):
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return draw(st.sampled_from(["woman", "party_member", "in_plan", "postgraduate", "True"]))
    if kind == 1:
        fact, codes = draw(_codes)
        return f"{fact} {draw(_compare)} '{draw(st.sampled_from(codes))}'"
    if kind == 2:
        fact, codes = draw(_codes)
        chosen = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3))
        word = draw(st.sampled_from(["in", "not in"]))
        return f"{fact} {word} ({', '.join(repr(code) for code in chosen)},)"
    if kind == 3:
        fact = draw(st.sampled_from(["birth_day", "post_since", "retirement_day", "day"]))
        return f"{fact} {draw(_compare)} {draw(_day_terms)}"
    if kind == 4:
        return f"known({draw(st.sampled_from(['woman', 'retirement_day', 'age_full', 'theory']))})"
    return f"{draw(_arithmetic)} {draw(_compare)} {draw(_arithmetic)}"


flags = st.recursive(
    _leaf(),
    lambda inner: st.one_of(
        inner.map(lambda part: f"(not {part})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
    ),
    max_leaves=5,
)

people = st.lists(
    st.fixed_dictionaries(
        {
            "gender": st.none() | st.integers(0, 1),
            "degree": st.none() | st.integers(0, 8),
            "theory": st.none() | st.integers(0, 4),
            "birth_day": st.none() | _days,
            "post_since": st.none() | _days,
            "party_official_day": st.none() | _days,
            "party_member": st.none() | st.booleans(),
            "in_plan": st.none() | st.booleans(),
            "elected_terms": st.none() | st.integers(0, 9),
            "failed_years_in_row": st.none() | st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=12,
)
