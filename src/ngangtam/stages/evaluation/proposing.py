"""What is proposed once scores and conditions are known: the caps, inside body and group.

A class is proposed, never decided. Whoever stands at the border of a cap beside others with the
same total gets no proposal: the authority chooses.
"""

from datetime import date

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.caps import Capped, apply_caps
from ngangtam.law.engine.score_input import SHEET

# What somebody is proposed for whom a cap leaves out.
_BELOW = "good"


def proposed(sheets: pl.DataFrame, scored: pl.DataFrame, book: Rulebook, on: date) -> pl.DataFrame:
    """Return the scored rows with `proposed` and `tie`."""
    rows = candidates(sheets, scored)
    told = [
        capped.proposal.select(SHEET, "outcome")
        for (ident,), part in rows.partition_by("scheme", as_dict=True).items()
        if (capped := capped_by(str(ident), part, book, on)) is not None
    ]
    nobody = pl.DataFrame(schema={SHEET: pl.Int64, "outcome": pl.String})
    found = pl.concat([nobody, *(one.cast({"outcome": pl.String}) for one in told)])
    rows = scored.join(found, on=SHEET, how="left", maintain_order="left")
    outcome = pl.col("outcome")
    chosen = (
        pl.when(outcome == "exceeds").then(pl.lit(_BELOW))
        .when(outcome == "tie").then(pl.lit(None, dtype=pl.String)).otherwise("level")
    )  # fmt: skip
    return rows.with_columns(
        chosen.alias("proposed"), (outcome == "tie").fill_null(value=False).alias("tie")
    ).drop("outcome")


def candidates(sheets: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """Return what the caps look at; a body is outstanding when one of its sheets says so."""
    raised = sheets.filter(pl.col("outstanding"))
    # A collective's own sheet speaks for the people of the agency, not for its sisters.
    spoken = raised.select(
        body=pl.when(pl.col("person").is_null()).then("unit").otherwise("body")
    ).unique()
    rows = scored.select(SHEET, "level", "total").join(
        sheets.select(SHEET, "scheme", "person", "body", "group"), on=SHEET, how="inner",
        maintain_order="left",
    )  # fmt: skip
    return rows.with_columns(pl.col("body").is_in(spoken["body"].implode()).alias("outstanding"))


def capped_by(ident: str, rows: pl.DataFrame, book: Rulebook, on: date) -> Capped | None:
    """Return what the caps of a scheme do to its rows; None without caps or without the scheme."""
    scheme = book.schemes.get(ident)
    return None if scheme is None else apply_caps(rows, scheme, on, book)
