"""How many may be rated excellent, and who would be kept: reckoned, proposed, never decided.

A cap says: excellent <= percent x base, inside each body and inside each group of similar tasks.
Where the base is the number rated good, whoever is moved down becomes good and the base grows by
one. The number allowed is the fixed point: the greatest k with k <= round(percent x (good +
excellent - k)). As good + excellent does not change, k has a closed form and the caps of different
sets do not disturb one another: taking the highest totals group by group, and then body by body,
keeps as many as any choice could. Whoever stands on the border with others of the same total is a
tie, and the authority chooses.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.schemes import BASES, LEVELS, ROUNDINGS, Caps, Scheme
from ngangtam.law.engine.score_input import SHEET, BadInput
from ngangtam.law.engine.scoring import DECIMALS, LEVEL_TYPE, scheme_of

BODY: Final = "body"
GROUP: Final = "group"
OUTCOMES: Final = pl.Enum(("keep", "tie", "exceeds"))
_WHOLE: Final = 100_000  # percentages are taken to the thousandth of a percent
_NO_LIMIT: Final = 2**31


@dataclass(frozen=True, slots=True)
class CapRule:
    """The caps of a scheme on one day.

    Shape: `percent` None: no cap is confirmed. `base` and `rounding` in the words of the rulebook;
        `is_assumed` when the rounding is not confirmed and the safe one, down, stands in.
    """

    percent: float | None
    outstanding: float | None
    base: str
    rounding: str
    is_assumed: bool
    within: tuple[str, ...]
    few_below: int
    few_most: int
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Capped:
    """What the caps do.

    Shape: `sets` has one row a body and one a body and group: within ('body', 'group'), body,
        group, rated, good, excellent, percent, base, cap (of the base as rated), allowed (fixed
        point), over_by (excellent - allowed), kept, base_after. `proposal` has one row for each
        sheet rated excellent: sheet, body, group, total, order in the body, outcome (keep, tie,
        exceeds), by (the cap that decides: body, group).
    """

    rule: CapRule
    sets: pl.DataFrame
    proposal: pl.DataFrame


def cap_rule(scheme: Scheme | str, on: date, rulebook: Rulebook) -> CapRule | None:
    """Return the caps of a scheme on a day; None where the scheme has none."""
    found = scheme_of(scheme, rulebook)
    if found.caps is None:
        return None
    return _rule(found.caps, on, rulebook)


def _rule(caps: Caps, on: date, rulebook: Rulebook) -> CapRule:
    def value(ident: str) -> object:
        return rulebook.lookup(ident, on).value if ident else None

    def number(ident: str) -> float | None:
        found = value(ident)
        return found if isinstance(found, int | float) else None

    rounding, base = value(caps.rounding), value(caps.base) or "good"
    if rounding not in (None, *ROUNDINGS) or base not in BASES:
        words = ", ".join((*BASES, *ROUNDINGS))
        raise BadInput(f"trần / caps: {base!r}, {rounding!r}: chỉ nhận / only {words}")
    used = [caps.percent, caps.outstanding, caps.base, caps.rounding, caps.few_below]
    cites = [cite for ident in used if ident for cite in rulebook.lookup(ident, on).cites]
    return CapRule(
        percent=number(caps.percent),
        outstanding=number(caps.outstanding),
        base=str(base),
        rounding=str(rounding or "floor"),
        is_assumed=rounding is None,
        within=caps.within,
        few_below=int(number(caps.few_below) or 0),
        few_most=caps.few_most or 0,
        cites=tuple(dict.fromkeys((*caps.cites, *cites))),
    )


def apply_caps(
    frame: pl.DataFrame, scheme: Scheme | str, on: date, rulebook: Rulebook
) -> Capped | None:
    """Return what the caps do to a frame of levels; None where the scheme has no caps.

    Shape: `frame` has sheet, body, level, total and may have group and outstanding (whether the
        body may use the higher percentage). A sheet without a group is held by its body only.
    Errors: BadInput for a missing column or an unknown level.
    """
    rule = cap_rule(scheme, on, rulebook)
    if rule is None:
        return None
    rows = _prepared(frame)
    sets = {one: _counted(rows, rule, one) for one in (BODY, GROUP)}
    steps = _steps(rows, sets, rule)
    proposal = _proposal(rows, steps)
    told = [_told(sets[one], steps, one, rule) for one in rule.within]
    return Capped(rule, pl.concat(told).sort("within", BODY, GROUP, nulls_last=True), proposal)


def _prepared(frame: pl.DataFrame) -> pl.DataFrame:
    for name in (SHEET, BODY, "level", "total"):
        if name not in frame.columns:
            raise BadInput(f"thiếu cột / missing column '{name}'")
    if frame[BODY].null_count():
        raise BadInput("có phiếu không thuộc cơ quan nào / a sheet belongs to no body")
    level = pl.col("level")
    if frame["level"].dtype.is_integer():
        level = level.cast(pl.UInt8).cat.to(LEVEL_TYPE)
    given = {GROUP: pl.lit(None, dtype=pl.String), "outstanding": pl.lit(value=False)}
    added = [one.alias(name) for name, one in given.items() if name not in frame.columns]
    try:
        return frame.with_columns(added).select(
            SHEET,
            BODY,
            GROUP,
            level.cast(LEVEL_TYPE),
            pl.col("total").cast(pl.Float64).round(DECIMALS).fill_null(-1.0),
            pl.col("outstanding").cast(pl.Boolean).fill_null(value=False),
        )
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"mức không rõ / unknown level ({', '.join(LEVELS)})") from error


# -- how many ------------------------------------------------------------------------------------


def _counted(rows: pl.DataFrame, rule: CapRule, within: str) -> pl.DataFrame:
    """Return one row a set with what was counted and how many are allowed."""
    keys = [BODY] if within == BODY else [BODY, GROUP]
    raised = rows.group_by(BODY).agg(pl.col("outstanding").any())
    known = rows if within == BODY else rows.filter(pl.col(GROUP).is_not_null())
    counted = known.group_by(keys).agg(
        pl.col("level").count().alias("rated"),
        (pl.col("level") == "good").sum().alias("good"),
        (pl.col("level") == "excellent").sum().alias("excellent"),
    )
    percent = pl.lit(rule.percent, dtype=pl.Float64)
    if rule.outstanding is not None:
        percent = pl.when("outstanding").then(rule.outstanding).otherwise(percent)
    counted = counted.join(raised, on=BODY, how="left").with_columns(
        pl.col("rated", "good", "excellent").cast(pl.Int64), percent.alias("percent")
    )
    both = pl.col("good") + pl.col("excellent")
    base = pl.col("good") if rule.base == "good" else both
    points = (pl.col("percent") * (_WHOLE // 100)).round().cast(pl.Int64)
    part = _WHOLE + points if rule.base == "good" else pl.lit(_WHOLE)
    few = pl.col("rated") < rule.few_below
    allowed = pl.when(few).then(rule.few_most).otherwise(_rounded(points * both, part, rule))
    return counted.with_columns(
        base.alias("base"),
        pl.when(few)
        .then(rule.few_most)
        .otherwise(_rounded(points * base, pl.lit(_WHOLE), rule))
        .alias("cap"),
        pl.min_horizontal(allowed, "excellent").alias("allowed"),
    ).with_columns(
        pl.when(pl.col("cap").is_not_null()).then(pl.col("allowed")).alias("allowed"),
    )


def _rounded(times: pl.Expr, part: pl.Expr, rule: CapRule) -> pl.Expr:
    """Return the greatest whole k with k <= round(...), in whole numbers.

    Under the base "good" the greatest k with k <= round(p (n - k)) is, for p in parts of `_WHOLE`,
    (p n + extra) // (_WHOLE + p): `extra` is 0 rounding down, half of _WHOLE rounding to the
    nearest, _WHOLE - 1 rounding up.
    """
    extra = {"floor": 0, "nearest": _WHOLE // 2, "ceiling": _WHOLE - 1}[rule.rounding]
    return (times + extra) // part


# -- who -----------------------------------------------------------------------------------------


def _steps(rows: pl.DataFrame, sets: dict[str, pl.DataFrame], rule: CapRule) -> pl.DataFrame:
    """Return one row for each total of each group: how many stay under either cap.

    Shape: body, group, total, many; `after_group` stay in the group; `held` whether the border of
        the body goes through them; `kept` stay in the end, None where the border splits them.
    """
    steps = (
        rows.filter(pl.col("level") == "excellent")
        .group_by(BODY, GROUP, "total")
        .agg(pl.len().cast(pl.Int64).alias("many"))
        .join(_allowed(sets, GROUP, rule), on=[BODY, GROUP], how="left", nulls_equal=True)
        .join(_allowed(sets, BODY, rule), on=BODY, how="left")
        .with_columns(pl.col("allowed_group", "allowed_body").fill_null(_NO_LIMIT))
        .sort(BODY, GROUP, "total", descending=[False, False, True])
    )
    above = pl.col("many").cum_sum().over(BODY, GROUP) - pl.col("many")
    room = (pl.col("allowed_group") - above).clip(0)
    steps = steps.with_columns(pl.min_horizontal(room, "many").alias("after_group"))
    level = (
        steps.group_by(BODY, "total")
        .agg(pl.col("after_group").sum().alias("together"))
        .sort(BODY, "total", descending=[False, True])
        .with_columns(
            (pl.col("together").cum_sum().over(BODY) - pl.col("together")).alias("_above")
        )
    )
    return steps.join(level, on=[BODY, "total"]).with_columns(
        (pl.col("allowed_body") - pl.col("_above")).clip(0).alias("left")
    )


def _allowed(sets: dict[str, pl.DataFrame], within: str, rule: CapRule) -> pl.DataFrame:
    keys = [BODY] if within == BODY else [BODY, GROUP]
    found = pl.col("allowed") if within in rule.within else pl.lit(None, dtype=pl.Int64)
    return sets[within].select(*keys, found.alias(f"allowed_{within}"))


def _proposal(rows: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("after_group") == pl.col("many")
    fits = pl.col("left") >= pl.col("together")
    found = (
        pl.when(pl.col("after_group") == 0)
        .then(pl.lit("exceeds"))
        .when(pl.col("left") == 0)
        .then(pl.lit("exceeds"))
        .when(whole & fits)
        .then(pl.lit("keep"))
        .otherwise(pl.lit("tie"))
    )
    by = (
        pl.when(pl.col("after_group") == 0)
        .then(pl.lit(GROUP))
        .when(pl.col("left") == 0)
        .then(pl.lit(BODY))
        .when(~whole)
        .then(pl.lit(GROUP))
        .when(~fits)
        .then(pl.lit(BODY))
    )
    judged = steps.select(
        BODY, GROUP, "total", found.cast(OUTCOMES).alias("outcome"), by.alias("by")
    )
    total = pl.when(pl.col("total") >= 0).then(pl.col("total"))
    return (
        rows.filter(pl.col("level") == "excellent")
        .join(judged, on=[BODY, GROUP, "total"], how="left", nulls_equal=True)
        .with_columns(
            pl.col("total").rank("min", descending=True).over(BODY).cast(pl.Int64).alias("order")
        )
        .select(SHEET, BODY, GROUP, total.alias("total"), "order", "outcome", "by")
        .sort(BODY, "order", SHEET)
    )


def _told(counted: pl.DataFrame, steps: pl.DataFrame, within: str, rule: CapRule) -> pl.DataFrame:
    """Return the sets as they are told: what was rated, allowed, kept, and the base afterwards."""
    keys = [BODY] if within == BODY else [BODY, GROUP]
    if within == BODY:
        staying = pl.min_horizontal("together", "left")
        kept = steps.unique([BODY, "total"]).group_by(BODY).agg(staying.sum().alias("kept"))
    else:
        # Inside a body border that runs through several groups, how many each keeps is open.
        staying = pl.when(pl.col("left") >= pl.col("together")).then(pl.col("after_group"))
        staying = pl.when(pl.col("left") == 0).then(0).otherwise(staying)
        split = pl.col("left").is_between(1, pl.col("together") - 1) & (pl.col("after_group") > 0)
        alone = split & (pl.col("after_group") == pl.col("together"))
        staying = pl.when(alone).then(pl.col("left")).otherwise(staying)
        staying = pl.when(pl.col("after_group") == 0).then(0).otherwise(staying)
        kept = steps.group_by(keys).agg(
            pl.when(staying.null_count() == 0).then(staying.sum()).alias("kept")
        )
    told = counted.join(kept, on=keys, how="left").with_columns(
        pl.when(pl.col("excellent") == 0).then(0).otherwise(pl.col("kept")).alias("kept")
    )
    moved = pl.col("excellent") - pl.col("kept")
    after = pl.col("base") + moved if rule.base == "good" else pl.col("base")
    group = pl.lit(None).alias(GROUP) if within == BODY else pl.col(GROUP)
    return told.select(
        pl.lit(within).alias("within"),
        BODY,
        group.cast(pl.String),
        "rated",
        "good",
        "excellent",
        "percent",
        "base",
        "cap",
        "allowed",
        (pl.col("excellent") - pl.col("allowed")).alias("over_by"),
        "kept",
        after.alias("base_after"),
    )
