"""`bench indicators`: every indicator of the standard set for every unit, against its peers.

All in one run over the same columns in memory, on generated people: NumPy adding up the bytes of
the facts that are read (the floor), Polars and DuckDB grouping by unit and adding up the tree.
The peers run the same expressions of the rulebook through Narwhals; the answers must be equal.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeVar

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.foundation.kernel.home import room
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.compiler import compile_node
from ngangtam.law.engine.model import IndicatorSet
from ngangtam.law.engine.tree import Node
from ngangtam.oversight.targets.counting import EVERYBODY, Questions, both
from ngangtam.oversight.targets.rollup import floor_bytes
from ngangtam.records.facts.snapshot import Line, Snapshot, read
from ngangtam.records.facts.tree import Tree

Note = Callable[[str], None]
Make = Callable[[int, int], Snapshot]
Answer = NDArray[np.int64]
T = TypeVar("T")
SET: Final = "standard"
ROUNDS: Final = 25


@dataclass(frozen=True, slots=True)
class _Task:
    """What every contender must answer: how many true and unknown, and sums of numbers."""

    masks: tuple[Node, ...]
    numbers: tuple[Node, ...]
    facts: tuple[str, ...]


def bench_indicators(people: int, units: int, note: Note, make: Make) -> dict[str, Any]:
    """Measure and return people, units, indicators, seconds of each, and the peak of memory.

    Shape: `make(people, units)` returns the generated snapshot, from disk when it is there.
    Errors: AssertionError when any contender gives another answer.
    """
    note(f"{people} people in {units} units …")
    snapshot = make(people, units)
    definitions = rulebook().indicators[SET]
    task = _task(definitions, snapshot)
    ours, seconds, floor = _ours(snapshot, task)
    note(f"ours {seconds * 1000:.1f} ms, the floor {floor * 1000:.1f} ms: {seconds / floor:.2f} ×")
    peak = _peak()
    peers: dict[str, float] = {}
    for name, contender in (("polars", _polars), ("duckdb", _duckdb)):
        answer, peers[name] = contender(snapshot, task)
        if not np.array_equal(answer, ours):
            raise AssertionError(f"{name} gives another answer")
        note(f"{name} {peers[name] * 1000:.0f} ms: {peers[name] / seconds:.1f} × ours, equal")
    return {
        "people": people,
        "units": units,
        "indicators": len(definitions.items),
        "seconds": round(seconds, 6),
        "floor_seconds": round(floor, 6),
        "polars_seconds": round(peers["polars"], 6),
        "duckdb_seconds": round(peers["duckdb"], 6),
        "peak_mb": round(max(peak, _peak())),
    }


def _task(definitions: IndicatorSet, snapshot: Snapshot) -> _Task:
    book, day = rulebook(), snapshot.day

    def node(rule: Any) -> Node:
        return EVERYBODY if rule is None else book.bound(rule, day).bound.node

    masks: list[Node] = []
    numbers: list[Node] = []
    for item in definitions.items:
        if item.kind == "mean":
            numbers.append(node(item.rule))
            continue
        rules = [band.rule for band in item.bands] if item.kind == "bands" else [item.rule]
        masks += [both(node(item.denominator), node(rule)) for rule in rules]
    facts = Questions()
    for one in (*masks, *numbers):
        facts.plan.add(one)
    return _Task(tuple(masks), tuple(numbers), tuple(sorted(facts.plan.facts)))


def _ours(snapshot: Snapshot, task: _Task) -> tuple[Answer, float, float]:
    """Count, and add the bytes up, in turns, so that both meet the same state of the machine."""
    questions = Questions()
    rows = [questions.count(one) for one in task.masks]
    sums = [questions.total(one) for one in task.numbers]
    floor_of = floor_bytes(Line(snapshot.frame, snapshot.first).columns(task.facts))
    best = lowest = float("inf")
    for _ in range(ROUNDS):
        started = perf_counter()
        tally = questions.answer(snapshot).subtree
        best = min(best, perf_counter() - started)
        started = perf_counter()
        for memory in floor_of:
            memory.sum()
        lowest = min(lowest, perf_counter() - started)
    parts = (tally.true[rows], tally.unknown[rows], tally.total[sums], tally.numbered[sums])
    answer = np.concatenate([part.astype(np.int64) for part in parts])
    return answer, best, lowest


def _asked(task: _Task, columns: Sequence[str]) -> list[nw.Expr]:
    """Return the aggregates of the task: true, unknown, total, known, in this order."""
    # Narwhals adds up no constant: everybody is who stands in a unit.
    everybody = ~nw.col("unit").is_null()
    masks = [everybody if one == EVERYBODY else compile_node(one, columns) for one in task.masks]
    numbers = [compile_node(one, columns) for one in task.numbers]
    aggregates = [
        *((one.cast(nw.Int32).sum(), "true") for one in masks),
        *((one.is_null().cast(nw.Int32).sum(), "unknown") for one in masks),
        *((one.cast(nw.Int64).sum(), "total") for one in numbers),
        *(((~one.is_null()).cast(nw.Int32).sum(), "known") for one in numbers),
    ]
    return [one.alias(f"{kind}_{place}") for place, (one, kind) in enumerate(aggregates)]


def _polars(snapshot: Snapshot, task: _Task) -> tuple[Answer, float]:
    rows = _rows(snapshot, task.facts)
    asked = _asked(task, rows.columns)
    whole = snapshot.line.weight is None

    def run() -> Answer:
        found: Any = [
            nw.from_native(part).group_by("unit").agg(*asked).to_native().collect()
            for part in ([rows.lazy()] if whole else _parts(rows.lazy(), pl.col("sign")))
        ]
        return _up(snapshot.tree, [one.to_dict(as_series=False) for one in found])

    return _timed(run, 3)


def _duckdb(snapshot: Snapshot, task: _Task) -> tuple[Answer, float]:
    import duckdb

    link = duckdb.connect()
    rows = _rows(snapshot, task.facts)
    link.from_arrow(rows.to_arrow()).create("people")
    asked = _asked(task, rows.columns)
    whole = snapshot.line.weight is None

    def run() -> Answer:
        people: Any = nw.from_native(link.table("people"))
        parts = [people] if whole else _parts(people, nw.col("sign"))
        found = [one.group_by("unit").agg(*asked).to_native().fetchnumpy() for one in parts]
        return _up(snapshot.tree, found)

    answer = _timed(run, 3)
    link.close()
    return answer


def _parts(rows: Any, sign: Any) -> list[Any]:
    """Return the rows that count, and those that are taken off again."""
    return [rows.filter(sign == 1), rows.filter(sign == -1)]


def _rows(snapshot: Snapshot, facts: Sequence[str]) -> pl.DataFrame:
    """Return the rows of the line with the unit at which they count, and their sign."""
    line = snapshot.line
    units = np.repeat(np.arange(len(line.first) - 1, dtype=np.int32), np.diff(line.first))
    columns = [pl.Series("unit", units), *(line.series(fact).alias(fact) for fact in facts)]
    if line.weight is not None:
        columns.append(pl.Series("sign", line.weight))
    return pl.DataFrame(columns)


def _up(tree: Tree, found: Sequence[Mapping[str, Any]]) -> Answer:
    """Add the counts of units up the tree: in preorder that is a difference of running sums."""
    names = [name for name in found[0] if name != "unit"]
    own = np.zeros((len(names), len(tree) + 1), np.int64)
    for sign, groups in zip((1, -1), found, strict=False):
        values = np.stack([np.ma.filled(groups[name], 0) for name in names]).astype(np.int64)
        own[:, np.asarray(groups["unit"]) + 1] += sign * values
    running = np.cumsum(own, axis=1)
    return running[:, tree.end] - running[:, :-1]


def _timed(run: Callable[[], T], rounds: int) -> tuple[T, float]:
    best, answer = float("inf"), None
    for _ in range(rounds):
        started = perf_counter()
        answer = run()
        best = min(best, perf_counter() - started)
    assert answer is not None
    return answer, best


def _peak() -> float:
    """Return the most memory this process has held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def kept(make: Callable[[int, int], Snapshot]) -> Make:
    """Return `make`, reading what an earlier run has left in the instance's `bench` folder."""

    def made(people: int, units: int) -> Snapshot:
        folder = room("bench") / f"{people}-{units}"
        try:
            return read(folder)
        except FileNotFoundError:
            snapshot = make(people, units)
            snapshot.write(folder)
            return snapshot

    return made
