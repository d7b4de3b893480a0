"""Small trees and people for property tests, drawn by Hypothesis."""

from datetime import date

import numpy as np
import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ngangtam.law.engine import rulebook
from ngangtam.records.facts.snapshot import arrange
from ngangtam.records.facts.tree import grow

DAY = date(2026, 1, 1)
# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
FACTS = (
    "gender",
    "ethnicity",
    "birth_day",
    "degree",
    "party_member",
    "post_since",
    "failed_years_in_row",
)


def dtype_of(fact):
    kind = rulebook().facts[fact].type.kind
    return {"code": pl.UInt8, "flag": pl.Boolean, "int": pl.Int16, "day": pl.Date}[kind]


def column(fact, people, random):
    """Return a column of drawn values, a fifth of them missing."""
    described = rulebook().facts[fact]
    match described.type.kind:
        case "code":
            size = len(rulebook().catalogues[described.type.catalogue].entries)
            values = random.integers(0, size, people)
        case "flag":
            values = random.integers(0, 2, people).astype(bool)
        case "int":
            values = random.integers(-3, 10, people)
        case _:
            values = random.integers(-10_957, 20_000, people).astype(np.int32)
    missing = random.random(people) < 0.2
    series = pl.Series(fact, values).cast(dtype_of(fact))
    return series.zip_with(pl.Series(~missing), pl.Series(fact, [None], dtype=dtype_of(fact)))


@st.composite
def trees(draw, most=12):
    size = draw(st.integers(1, most))
    parents = [None]
    for number in range(1, size):
        parents.append(draw(st.one_of(st.none(), st.integers(0, number - 1))))
    keys = [100 + number for number in range(size)]
    codes = [f"U{number}" for number in range(size)]
    above = [None if parent is None else keys[parent] for parent in parents]
    return grow(keys, above, codes, codes)


@st.composite
def snapshots(draw, facts=FACTS, most=25):
    """Return a snapshot and, row by row, the units of everybody's posts."""
    tree = draw(trees())
    people = draw(st.integers(0, most))
    unit = st.integers(0, len(tree) - 1)
    main = draw(st.lists(unit, min_size=people, max_size=people))
    pairs = st.tuples(st.integers(0, people - 1), unit) if people else st.nothing()
    further = draw(st.lists(pairs, max_size=8)) if people else []
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    frame = pl.DataFrame(
        {
            "person_id": pl.Series(range(people), dtype=pl.Int64),
            "unit": pl.Series(main, dtype=pl.Int32),
            **{fact: column(fact, people, random) for fact in facts},
        }
    )
    rows = np.asarray([row for row, _ in further], np.int32)
    units = np.asarray([unit for _, unit in further], np.int32)
    posts = {number: {main[number]} for number in range(people)}
    for row, at in further:
        posts[row].add(at)
    return arrange(frame, tree, DAY, further=(rows, units)), posts
