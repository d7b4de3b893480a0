"""What is scored, brought into shape: types, codes, bounds. What makes no sense is refused."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.law.engine.schemes import Measure, Scheme
from ngangtam.law.engine.values import LawError

SHEET: Final = "sheet"
GENERAL: Final = "general_points"
RESULTS: Final = "result_points"
_PARTS: Final = frozenset(
    f"points_{item}"
    for item in ("quantity", "quality", "progress", "unit_result", "organising", "uniting")
)
_TYPES: Final[Mapping[str, pl.DataType]] = {
    "flag": pl.Boolean(),
    "int": pl.Int64(),
    "number": pl.Float64(),
    "code": pl.Int16(),
}


class BadInput(LawError):  # noqa: N818  # reads as what it is
    """Values that cannot be scored; the message names the first sheet."""


def measures_of(scheme: Scheme, book: Rulebook) -> dict[str, Measure]:
    """Return what may stand in a sheet of the scheme, by name."""
    return {**book.scoring.sheets, **scheme.entered}


def prepare_sheets(
    scheme: Scheme, sheets: pl.DataFrame, book: Rulebook, most: Mapping[str, float]
) -> pl.DataFrame:
    """Return the columns that the scheme may use, in their types.

    Shape: `most` gives the points of the criteria on the day, by measure.
    Errors: BadInput.
    """
    _needs(sheets, SHEET)
    if sheets[SHEET].null_count() or sheets[SHEET].is_duplicated().any():
        raise BadInput("mỗi phiếu có đúng một dòng / each sheet stands once")
    rows = _typed(sheets, measures_of(scheme, book), book)
    for limit in scheme.limits:
        if limit.level not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.Int16).alias(limit.level))
    if scheme.leaders == "only" and "leader" not in rows.columns:
        rows = rows.with_columns(pl.lit(value=True).alias("leader"))
    for name, points in most.items():
        if name in rows.columns:
            _refuse(rows, pl.col(name) > points, f"{name} > {points:g}")
    parts = [name for name in rows.columns if name in _PARTS]
    if parts and RESULTS in most:
        total = pl.sum_horizontal(parts)
        _refuse(rows, total > most[RESULTS] + 1e-9, f"item_points > {most[RESULTS]:g}")
    return rows


def prepare_products(products: pl.DataFrame, rows: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """Return the product lines of the sheets, in their types.

    Errors: BadInput, also for a line whose sheet is not among the rows.
    """
    for name in (SHEET, "assigned", "completed"):
        _needs(products, name)
    lines = _typed(products, book.scoring.products, book)
    if lines[SHEET].dtype != rows[SHEET].dtype:
        lines = lines.with_columns(pl.col(SHEET).cast(rows[SHEET].dtype))
    # What was multiplied by a coefficient on two ways is the same quantity.
    lines = lines.with_columns(pl.col("assigned", "completed").round(9))
    _refuse(lines, pl.col("assigned").is_null(), "assigned: chưa nhập / missing")
    _refuse(
        lines,
        (pl.col("assigned") == 0) & (pl.col("completed") > 0),
        "hoàn thành mà không được giao / completed without assigned",
    )
    if not lines[SHEET].is_in(rows[SHEET].implode()).all():
        raise BadInput("có sản phẩm không thuộc phiếu nào / a line belongs to no sheet")
    return lines


def _needs(frame: pl.DataFrame, name: str) -> None:
    if name not in frame.columns:
        raise BadInput(f"thiếu cột / missing column '{name}'")


def _typed(frame: pl.DataFrame, measures: Mapping[str, Measure], book: Rulebook) -> pl.DataFrame:
    columns: list[pl.Expr | str] = [SHEET]
    for name, measure in measures.items():
        if name in frame.columns:
            columns.append(_column(frame[name], measure, book.catalogues))
    try:
        rows = frame.select(columns)
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"giá trị không đọc được / unreadable value: {error}") from error
    for name, measure in measures.items():
        if name in rows.columns:
            _bounded(rows, measure)
    return rows


def _column(values: pl.Series, measure: Measure, catalogues: Mapping[str, Catalogue]) -> pl.Expr:
    found, kind = pl.col(measure.name), measure.fact.type.kind
    if kind == "code" and values.dtype in (pl.String, pl.Enum, pl.Categorical):
        codes = {entry.code: entry.position for entry in catalogues[measure.fact.type.catalogue]}
        found = found.cast(pl.String).replace_strict(codes, return_dtype=pl.Int16)
    found = found.cast(_TYPES[kind])
    return found if measure.blank is None else found.fill_null(pl.lit(measure.blank))


def _bounded(rows: pl.DataFrame, measure: Measure) -> None:
    found, least, most = pl.col(measure.name), measure.least, measure.most
    if measure.fact.type.kind == "number":
        _refuse(
            rows, found.is_nan() | found.is_infinite(), f"{measure.key}: không phải số / no number"
        )
    if least is not None:
        _refuse(rows, found < least, f"{measure.key} < {least:g}")
    if most is not None:
        _refuse(rows, found > most, f"{measure.key} > {most:g}")


def _refuse(rows: pl.DataFrame, wrong: pl.Expr, message: str) -> None:
    first = rows.lazy().filter(wrong).select(SHEET).head(1).collect()
    if first.height:
        raise BadInput(f"phiếu / sheet {first[SHEET][0]}: {message}")
