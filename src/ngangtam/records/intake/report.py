"""What became of every row and every non-empty cell, as plain JSON."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.cells.cell import Verdict
from ngangtam.records.intake.headers.rows import REASONS, RowKind
from ngangtam.records.intake.judging import JudgedColumn, JudgedTable
from ngangtam.records.intake.readers.grid import RawTable, shown
from ngangtam.records.intake.roster import Roster, RosterFile
from ngangtam.records.intake.wording import say

_COUNTED = ("rows_read", "rows_accepted", "rows_rejected")
WORDS = tuple(verdict.word for verdict in Verdict)
MOST_PROBLEMS = 50_000
# Remarks of readers about a cell that was there and could not be read.
LOST = frozenset({"formula_without_value"})


def report_of(roster: Roster) -> dict[str, Any]:
    """Return the report: per file and in total, with every doubt and refusal by row and column."""
    files = [_file(found) for found in roster.files]
    totals: dict[str, Any] = {
        "files": len(files),
        "tables": sum(entry["tables"] for entry in files),
        **{name: sum(entry[name] for entry in files) for name in _COUNTED},
        "rows_skipped": sum(len(entry["rows_skipped"]) for entry in files),
        "cells": {word: sum(entry["cells"][word] for entry in files) for word in WORDS},
        "problems": sum(len(entry["problems"]) for entry in files),
    }
    return {"files": files, "totals": totals}


def refused(report: dict[str, Any]) -> bool:
    """Return whether anything was refused: a file, a row or a cell."""
    totals = report["totals"]
    return bool(
        totals["rows_rejected"]
        or totals["cells"]["refused"]
        or totals.get("people", {}).get("left_out")
        or any(entry.get("error") for entry in report["files"])
    )


def _file(found: RosterFile) -> dict[str, Any]:
    counts = np.zeros(4, dtype=np.int64)
    read = accepted = 0
    problems: list[dict[str, Any]] = []
    skipped: list[dict[str, Any]] = []
    for judged in found.tables:
        rows = judged.table.read
        read += len(rows)
        accepted += len(judged.table.people)
        for column in judged.columns:
            counts += column.counts(rows)
        problems.extend(_problems(judged))
        skipped.extend(_skipped(judged))
        counts[Verdict.REFUSED] += sum(mark.reason in LOST for mark in judged.table.raw.remarks)
    for raw in found.others:
        problems.extend(_table_problems(raw))
    entry: dict[str, Any] = {
        "file": found.name,
        "tables": found.table_count,
        "rows_read": read,
        "rows_accepted": accepted,
        "rows_rejected": read - accepted,
        "cells": {word: int(count) for word, count in zip(WORDS, counts, strict=True)},
        "problems": problems[:MOST_PROBLEMS],
        "rows_skipped": skipped,
        "columns": _columns(found),
    }
    if len(problems) > MOST_PROBLEMS:
        entry["problems_left_out"] = len(problems) - MOST_PROBLEMS
    if found.error is not None:
        entry["error"] = str(found.error)
        entry["problems"].append(_problem(Verdict.REFUSED, str(found.error), raw=found.name))
    return entry


def _problem(
    verdict: Verdict,
    reason: str,
    *,
    raw: str,
    table: int | None = None,
    row: int | None = None,
    column: str | None = None,
) -> dict[str, Any]:
    return {
        "row": row, "column": column, "raw": raw, "verdict": verdict.word, "reason": reason,
        "table": table,
    }  # fmt: skip


def _problems(judged: JudgedTable) -> Iterator[dict[str, Any]]:
    """Yield every uncertain or refused cell, every rejected row, every remark of the reader."""
    raw = judged.table.raw
    rows = judged.table.read
    for column in judged.columns:
        yield from _column_problems(judged, column, rows)
    for index in np.flatnonzero(judged.table.kinds == RowKind.NAMELESS).tolist():
        yield _problem(
            Verdict.REFUSED, say(judged.rejected.get(index, REASONS[RowKind.NAMELESS])),
            raw=row_text(raw, index), table=raw.index, row=raw.numbers[index],
        )  # fmt: skip
    yield from _table_problems(raw)


def _column_problems(
    judged: JudgedTable, column: JudgedColumn, rows: "np.ndarray[Any, np.dtype[np.int64]]"
) -> Iterator[dict[str, Any]]:
    raw = judged.table.raw
    codes = column.codes[rows]
    doubtful = np.flatnonzero((column.verdicts[codes] >= Verdict.UNCERTAIN) & (codes != 0))
    label = column.map.label or f"#{column.map.index + 1}"
    for at in doubtful.tolist():
        code = int(codes[at])
        cell = column.cells[code]
        yield _problem(
            cell.verdict, say(cell.reason), raw=shown(column.column.values[code]),
            table=raw.index, row=raw.numbers[int(rows[at])], column=label,
        )  # fmt: skip


def _table_problems(raw: RawTable) -> Iterator[dict[str, Any]]:
    for remark in raw.remarks:
        yield _problem(
            Verdict.REFUSED if remark.reason in LOST else Verdict.UNCERTAIN, say(remark.reason),
            raw=remark.raw or raw.name, table=raw.index, row=remark.number,
            column=None if remark.column is None else f"#{remark.column + 1}",
        )  # fmt: skip


def row_text(raw: RawTable, index: int) -> str:
    """Return the non-empty cells of a row as one line."""
    return " | ".join(text for text in raw.texts(index) if text)


def _skipped(judged: JudgedTable) -> Iterator[dict[str, Any]]:
    """Yield the rows that hold no person: titles, repeated headers, totals, signatures."""
    raw = judged.table.raw
    header = judged.table.header
    for index in np.flatnonzero(judged.table.kinds > RowKind.NAMELESS).tolist():
        if header.first <= index <= header.last:
            continue
        kind = RowKind(int(judged.table.kinds[index]))
        yield {
            "table": raw.index,
            "row": raw.numbers[index],
            "kind": kind.name.lower(),
            "raw": row_text(raw, index),
            "reason": say(REASONS[kind]),
        }


def _columns(found: RosterFile) -> list[dict[str, Any]]:
    """Return each header of the file once, with what its columns were read as."""
    seen: dict[tuple[str, ...], dict[str, Any]] = {}
    for judged in found.tables:
        mapping = judged.table.mapping
        entry = seen.setdefault(
            mapping.signature(), {"tables": [], "columns": mapping.as_json()["columns"]}
        )
        entry["tables"].append(judged.table.raw.index)
    return list(seen.values())


def context_line(judged: JudgedTable) -> str:
    """Return what stands above a table, as one line."""
    return fold(" · ".join(judged.table.context.values()))
