"""NumPy, the interpreter and Polars give the same answer to every expression."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_facts import DAY, PATIENT, column
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.bits import unpack
from ngangtam.law.engine.numpy_backend import Plan
from ngangtam.law.engine.numpy_values import column_from

FACTS = ("gender", "degree", "birth_day", "post_since", "party_member", "failed_years_in_row")
ATOMS = (
    "woman",
    "party_member",
    "degree >= 'university'",
    "degree in ('master', 'doctor')",
    "degree not in ('master', 'doctor')",
    "gender == 'male'",
    "age_full < 40",
    "age_full == 35",
    "age_full != 35",
    "35 <= age_year_difference <= 50",
    "between(age_full, 30, 45)",
    "months_in_post >= 18",
    "years(birth_day, post_since) > 30",
    "birth_day < '1980-01-01'",
    "retirement_day >= '2030-06-01'",
    "months_to_retirement < 60",
    "failed_years_in_row * 2 - 1 > 3",
    "failed_years_in_row / failed_years_in_row >= 1",
    "-failed_years_in_row < age_full - 40",
    "known(degree)",
    "known(age_full) and religious",
    "birth_day < post_since",
    "age_full > 900",
    "age_full < 900",
    "True",
)


def expressions():
    atoms = st.sampled_from(ATOMS)
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            inner.map(lambda text: f"not ({text})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
        ),
        max_leaves=5,
    )


@st.composite
def frames(draw, facts=FACTS):
    people = draw(st.integers(1, 150))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return pl.DataFrame([column(fact, people, random) for fact in facts])


def by_numpy(node, frame):
    plan = Plan()
    place = plan.add(node)
    columns = {name: column_from(frame[name].rechunk().to_arrow()) for name in frame.columns}
    found = plan.block(columns, 0, frame.height).truth(place)
    true = unpack(found.true, frame.height)
    if found.unknown is None:
        return true.tolist()
    unknown = unpack(found.unknown, frame.height)
    return [None if u else bool(t) for t, u in zip(true, unknown, strict=True)]


@settings(PATIENT, max_examples=150)
@given(expressions(), frames())
def test_numpy_polars_and_the_interpreter_agree(text, frame):
    compiled = rulebook().compile(text, DAY)

    found = by_numpy(compiled.bound.node, frame)

    assert found == [compiled.one(row) for row in frame.to_dicts()]
    assert found == compiled.evaluate(frame)["value"].to_list()


@settings(PATIENT, max_examples=40)
@given(frames(), st.integers(0, 20))
def test_a_slice_that_starts_within_a_byte_reads_the_same(frame, start):
    part = frame[start:]
    if not part.height:
        return
    compiled = rulebook().compile("party_member and degree >= 'university'", DAY)

    assert by_numpy(compiled.bound.node, part) == [compiled.one(row) for row in part.to_dicts()]


def test_a_fact_without_a_column_is_unknown_for_everyone():
    frame = pl.DataFrame({"gender": pl.Series([0, 1], dtype=pl.UInt8)})

    assert by_numpy(rulebook().compile("party_member", DAY).bound.node, frame) == [None, None]
