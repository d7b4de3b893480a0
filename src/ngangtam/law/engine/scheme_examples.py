"""Worked examples of evaluation schemes: one case, or a body to which the caps are applied."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.caps import apply_caps
from ngangtam.law.engine.cases import score_case
from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.values import LawError
from ngangtam.law.engine.yamls import Map, Problem, Seq

REFUSED: Final = "refused"
_NEAR: Final = 0.005  # examples are reckoned by hand, to two decimals


def run_example(book: Rulebook, ident: str, fields: Fields) -> list[Problem]:
    """Run one example of the scheme `ident`; one problem for each wrong answer.

    Shape: `suppose` gives parameters other values; then either `case` (as `evaluation score` reads
        it) with `expect`, and `expect_under` for further schemes; or `bodies` with `day`, where
        `expect` names sets and sheets.
    """
    name = fields.text2("name")["en"]
    suppose = _plain(fields.raw("suppose", required=False))
    case, bodies = fields.raw("case", required=False), fields.raw("bodies", required=False)
    expect = _plain(fields.raw("expect"))
    under = _plain(fields.raw("expect_under", required=False)) or {}
    day = fields.day("day", required=bodies is not None)
    fields.done()
    try:
        tried = book.supposing(suppose) if isinstance(suppose, dict) else book
        if isinstance(case, Map) and isinstance(under, dict):
            found = _cases(tried, {ident: expect, **under}, case)
        elif isinstance(bodies, Seq) and day is not None and isinstance(expect, dict):
            found = _bodies(tried, ident, bodies, expect, day)
        else:
            found = iter(["'case' or 'bodies' is missing"])
        wrong = list(found)
    except KeyError as error:
        wrong = [f"there is no {error}"]
    return [Problem(fields.file, fields.line, f"example '{name}': {one}") for one in wrong]


# -- one case ------------------------------------------------------------------------------------


def _cases(book: Rulebook, expected: Mapping[str, object], case: Map) -> Iterator[str]:
    for ident, expect in expected.items():
        given = _plain(case)
        assert isinstance(given, dict)
        try:
            said = score_case({"scheme": ident, **given}, book)
        except LawError as error:
            if expect != REFUSED:
                yield f"{ident}: refused: {error}"
            continue
        if not isinstance(expect, dict):
            yield f"{ident}: expected to be refused"
            continue
        yield from (f"{ident}: {one}" for one in _compare(said, expect))


def _compare(said: Mapping[str, object], expect: Mapping[str, object]) -> Iterator[str]:
    for key, wanted in expect.items():
        if key == "conditions" and isinstance(wanted, dict):
            listed = said["conditions"]
            assert isinstance(listed, list)
            found = {one["id"]: one["outcome"] for one in listed}
            for ident, outcome in wanted.items():
                if found.get(ident, "absent") != outcome:
                    yield f"{ident}: expected {outcome}, got {found.get(ident, 'absent')}"
        elif key not in said and wanted is not None:
            yield f"there is no result '{key}'"
        elif not _same(said.get(key), wanted):
            yield f"{key}: expected {wanted!r}, got {said.get(key)!r}"


def _same(found: object, wanted: object) -> bool:
    if isinstance(found, float) and isinstance(wanted, int | float):
        return abs(found - wanted) < _NEAR
    return found == wanted


# -- caps ----------------------------------------------------------------------------------------


def _bodies(
    book: Rulebook, ident: str, bodies: Seq, expect: Mapping[str, object], day: date
) -> Iterator[str]:
    capped = apply_caps(_frame(bodies), ident, day, book)
    if capped is None:
        yield "the scheme has no caps"
        return
    sets = {
        f"{row['body']}/{row['group']}" if row["group"] else row["body"]: row
        for row in capped.sets.iter_rows(named=True)
    }
    outcomes = {row["sheet"]: row["outcome"] for row in capped.proposal.iter_rows(named=True)}
    for key, wanted in expect.items():
        if not isinstance(wanted, dict):
            yield f"{key}: a set with its figures, or 'sheets', is expected"
        elif key == "sheets":
            for sheet, outcome in wanted.items():
                if outcomes.get(sheet) != outcome:
                    yield f"{sheet}: expected {outcome}, got {outcomes.get(sheet)}"
        elif key not in sets:
            yield f"there is no set '{key}'"
        else:
            yield from (f"{key}: {one}" for one in _compare(sets[key], wanted))


def _frame(bodies: Seq) -> pl.DataFrame:
    """Return the rows of bodies written short: totals of the excellent, and how many are good.

    Shape: each is {body, group?, outstanding?, excellent: {sheet: total}, good: n, completed: n}.
    """
    rows: list[dict[str, object]] = []
    for one in bodies:
        assert isinstance(one, Map)
        where = {
            "body": one["body"],
            "group": one.get("group"),
            "outstanding": one.get("outstanding", False),
        }
        best = one.get("excellent") or {}
        assert isinstance(best, Map)
        rows += [{**where, "sheet": s, "total": t, "level": "excellent"} for s, t in best.items()]
        for level, total in (("good", 80), ("completed", 60)):
            count = one.get(level) or 0
            assert isinstance(count, int)
            first = len(rows)
            rows += [
                {**where, "sheet": f"{level}-{first + i}", "total": total, "level": level}
                for i in range(count)
            ]
    types = {
        "sheet": pl.String, "body": pl.String, "group": pl.String, "outstanding": pl.Boolean,
        "total": pl.Float64, "level": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=types, strict=False)


def _plain(value: object) -> object:
    """Return mappings and lists without line numbers."""
    if isinstance(value, Map):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Seq):
        return [_plain(inner) for inner in value]
    return value
