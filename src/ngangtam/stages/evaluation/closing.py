"""Closing a cycle: what was read is scored, proposed and written back, each as a whole."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import polars as pl
from django.db import connection

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.values import LawError
from ngangtam.stages.evaluation import proposing, reckoning_reading
from ngangtam.stages.evaluation.models import Cycle
from ngangtam.stages.evaluation.reckoning import NUMBERS, Reckoning
from ngangtam.stages.evaluation.reckoning_reading import Inputs, copied

_COLUMNS: Final = ("sheet", *NUMBERS, "level", "proposed", "tie", "conditions")
_SCHEMA: Final = {
    "sheet": pl.Int64, **dict.fromkeys(NUMBERS, pl.Float64), "level": pl.String,
    "proposed": pl.String, "tie": pl.Int8, "conditions": pl.String,
}  # fmt: skip
_BEFORE: Final = """
select r.sheet_id, r.a, r.b, r.c, r.d, r.dd, r.e, r.task_percent, r.total, r.level, r.proposed,
  r.tie::int, r.conditions::text
from evaluation_result r where r.cycle_id = {cycle} and r.run = {run} order by r.sheet_id
"""
_INTO: Final = (
    "copy evaluation_result (sheet_id, a, b, c, d, dd, e, task_percent, total, level, proposed,"
    " tie, conditions, cycle_id, run) from stdin (format csv)"
)
_ROWS_AT_ONCE: Final = 100_000


def silent(_part: str) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Clock:
    """Seconds by part of the work, each told as it begins. Units: seconds."""

    seconds: dict[str, float] = field(default_factory=dict)
    tell: Callable[[str], None] = silent

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self.tell(name)
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self.seconds[name] = self.seconds.get(name, 0.0) + spent


@dataclass(frozen=True, slots=True)
class Closed:
    """What a reckoning came to. Shape: `new` is false when the last run says the same already."""

    run: int
    new: bool
    sheets: int
    levels: dict[str, int]
    proposed: dict[str, int]
    ties: int
    digest: str
    seconds: dict[str, float]

    def said(self) -> dict[str, Any]:
        """Return what the event says: counts and the digest, never a name."""
        return {"run": self.run, "same_as_before": not self.new, "sheets": self.sheets,
                "levels": self.levels, "proposed": self.proposed, "ties": self.ties,
                "digest": self.digest}  # fmt: skip


def reckon(cycle: Cycle, tell: Callable[[str], None] = silent) -> Closed:
    """Reckon a cycle and write a run, unless the last run says exactly the same.

    Runs as the owner, inside the transaction that holds the cycle alone.
    Errors: DomainError for figures that no scheme allows.
    """
    clock = Clock(tell=tell)
    with clock.part("read"):
        inputs = reckoning_reading.read(cycle)
    results = results_of(cycle, inputs, clock)
    with clock.part("write"):
        new = cycle.run == 0 or not _before(cycle).equals(results)
        run = cycle.run + 1 if new else cycle.run
        digest = _write(cycle, run, results, new=new)
    return Closed(
        run=run, new=new, sheets=results.height, levels=_counts(results["level"]),
        proposed=_counts(results["proposed"]), ties=int(results["tie"].sum()), digest=digest,
        seconds={name: round(spent, 2) for name, spent in clock.seconds.items()},
    )  # fmt: skip


def results_of(cycle: Cycle, inputs: Inputs, clock: Clock) -> pl.DataFrame:
    """Return the rows of a run: reckoned and proposed, in the order of sheets."""
    book, day = rulebook(), cycle.until - timedelta(days=1)
    yearly = cycle.kind == Cycle.Kind.YEAR
    try:
        with clock.part("score"):
            scored = Reckoning(inputs, day, yearly, book).scored()
        with clock.part("caps"):
            found = proposing.proposed(inputs.sheets, scored, book, day)
    except LawError as error:
        raise DomainError(str(error)) from error
    return (
        found.with_columns(pl.col("level", "proposed").fill_null(""), pl.col("tie").cast(pl.Int8))
        .select(_COLUMNS)
        .sort("sheet")
    )


def _before(cycle: Cycle) -> pl.DataFrame:
    return copied(_BEFORE.format(cycle=int(cycle.pk), run=int(cycle.run)), _SCHEMA)


def _write(cycle: Cycle, run: int, results: pl.DataFrame, *, new: bool) -> str:
    """Write the rows by COPY and return the digest of all of them."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        parts = _parts(results)
        if not new:
            for text in parts:
                digest.update(text)
            return digest.hexdigest()
        tail = f",{int(cycle.pk)},{run}\n".encode()
        with cursor.copy(_INTO) as copy:
            for text in parts:
                digest.update(text)
                copy.write(text.replace(b"\n", tail))
    return digest.hexdigest()


def _parts(results: pl.DataFrame) -> Iterator[bytes]:
    for start in range(0, results.height, _ROWS_AT_ONCE):
        part = results[start : start + _ROWS_AT_ONCE]
        # Empty text is quoted and stays text; what is missing stays bare and becomes null.
        yield part.write_csv(include_header=False, quote_style="necessary").encode()


def _counts(column: pl.Series) -> dict[str, int]:
    found = column.value_counts().sort(column.name)
    return {name or "unknown": count for name, count in found.iter_rows()}
