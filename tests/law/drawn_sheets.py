"""Drawn cases and frames of evaluation, for tests of every scheme."""

from datetime import date

import polars as pl
from hypothesis import strategies as st

from ngangtam.law.engine.loader import load

BOOK = load()
DAYS = {
    "civil_servant": date(2026, 6, 30),
    "public_employee": date(2026, 12, 1),
    "public_unit": date(2026, 12, 1),
    "party_individual": date(2026, 6, 30),
    "party_leader": date(2026, 6, 30),
    "party_collective": date(2026, 6, 30),
}
LEVELS = ("failed", "completed", "good", "excellent")

_quantities = st.one_of(
    st.integers(0, 40).map(float), st.floats(0, 40, allow_nan=False).map(lambda x: round(x, 3))
)
_percents = st.one_of(st.none(), st.integers(0, 100).map(float))
_flags = st.one_of(st.none(), st.booleans())


@st.composite
def lines(draw, most=6):
    """Draw the product lines of one sheet."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        assigned = draw(_quantities)
        found.append(
            {
                "assigned": assigned,
                "completed": draw(_quantities) if assigned else 0.0,
                "quality_failures": draw(st.integers(0, 6)),
                "delays": draw(st.integers(0, 6)),
                "objective_cause": draw(st.booleans()),
                "exceeds": draw(st.booleans()),
            }
        )
    return found


@st.composite
def cases(draw, schemes=tuple(DAYS)):
    """Draw one case as the command reads it."""
    scheme = draw(st.sampled_from(schemes))
    return {
        "scheme": scheme,
        "day": DAYS[scheme].isoformat(),
        "leader": draw(st.booleans()),
        "head": draw(_flags),
        "general_points": draw(
            st.one_of(st.none(), st.floats(0, 30, allow_nan=False).map(lambda x: round(x, 2)))
        ),
        "products": draw(lines()),
        "unit": {
            "level": draw(st.one_of(st.none(), st.sampled_from(LEVELS))),
            "any_subordinate_failed": draw(_flags),
            "organising_percent": draw(_percents),
            "uniting_percent": draw(_percents),
            "in_corruption_or_waste": draw(_flags),
        },
        "discipline": draw(st.sampled_from([None, None, None, "reprimand", "removal"])),
        "degradation_concluded": draw(_flags),
        "shortcomings_fixed": draw(_flags),
        "subordinate_disciplined": draw(_flags),
        "months_worked": draw(st.one_of(st.none(), st.integers(0, 12))),
    }


def frames(found):
    """Return the sheets and product lines of cases as two frames; sheets are numbered from 1."""
    types = {
        "sheet": pl.Int64, "leader": pl.Boolean, "head": pl.Boolean, "general_points": pl.Float64,
        "unit_level": pl.String, "any_subordinate_failed": pl.Boolean,
        "organising_percent": pl.Float64, "uniting_percent": pl.Float64,
        "in_corruption_or_waste": pl.Boolean, "discipline": pl.String,
        "degradation_concluded": pl.Boolean, "shortcomings_fixed": pl.Boolean,
        "subordinate_disciplined": pl.Boolean, "months_worked": pl.Float64,
    }  # fmt: skip
    renamed = {"level": "unit_level"}
    rows, products = [], []
    for number, case in enumerate(found, 1):
        unit = {renamed.get(key, key): value for key, value in case["unit"].items()}
        flat = {**case, **unit, "sheet": number}
        rows.append({name: flat.get(name) for name in types})
        products += [{"sheet": number, **line} for line in case["products"]]
    line_types = {
        "sheet": pl.Int64, "assigned": pl.Float64, "completed": pl.Float64,
        "quality_failures": pl.Int64, "delays": pl.Int64, "objective_cause": pl.Boolean,
        "exceeds": pl.Boolean,
    }  # fmt: skip
    return (
        pl.DataFrame(rows, schema=types, strict=False),
        pl.DataFrame(products, schema=line_types, strict=False),
    )
