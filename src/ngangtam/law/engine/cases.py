"""One case: JSON in, score, level and every condition with its reason out. The frame reckons."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.expr import Outcome, off_finding
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.scheme_reader import ITEMS
from ngangtam.law.engine.schemes import AUTHORITY, LEVELS, Condition, Limit, Measure, Scheme
from ngangtam.law.engine.score_input import SHEET, BadInput, measures_of
from ngangtam.law.engine.scoring import (
    NotInForce,
    Scorer,
    not_in_force,
    outcome,
    scheme_of,
)
from ngangtam.law.engine.wording import LANGS, WORDS, Lang, format_value

_BOUND: Final = 2**53  # beyond it whole numbers are not exact
_OWN: Final = ("scheme", "day", "products", "name", "id", "note")
_SAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "within": "mức theo điểm: {level}; mức của đơn vị: {unit} — đạt: không cao hơn đơn vị",
        "over": "mức theo điểm: {level}; mức của đơn vị: {unit} — không đạt: hạ xuống mức đơn vị",
        "nobody": "đạt: không phải người đứng đầu",
        "open": "chưa biết: thiếu mức xếp loại theo điểm hoặc mức của đơn vị",
        "bounds": "tổng điểm trong khoảng {low} đến {high}",
        "authority": "điểm đạt mức {band}, chưa đủ điều kiện: {failed}. {text}",
    },
    "en": {
        "within": "level by points: {level}; level of the unit: {unit} — met: not above the unit",
        "over": "level by points: {level}; level of the unit: {unit} — not met: lowered to it",
        "nobody": "met: not the head",
        "open": "unknown: the level by points or the level of the unit is missing",
        "bounds": "the total lies between {low} and {high}",
        "authority": "the points reach {band}, conditions not met: {failed}. {text}",
    },
}


def score_case(case: Mapping[str, object], rulebook: Rulebook) -> dict[str, Any]:
    """Score one case by the same frame that closes a month.

    Shape: {scheme, day, a, b, c, d, dd, e, task_percent, total, level, conditions: [{id, outcome,
        reason {vi, en}, cites, label {vi, en}}]}; `total_low` and `total_high` when the total is
        not exact; `ignored` names keys that no scheme reads.
    Errors: BadInput, UnknownScheme, NotInForce, each with one clear line.
    """
    ident = case.get("scheme")
    if not isinstance(ident, str):
        raise BadInput("thiếu 'scheme' / 'scheme' is missing")
    scheme, day = scheme_of(ident, rulebook), _day(case)
    if not scheme.in_force_on(day):
        raise NotInForce(not_in_force(scheme, day))
    sheets, ignored = _sheet(scheme, case, rulebook)
    scorer = Scorer(scheme, day, rulebook)
    row = scorer.score(sheets, _lines(case, rulebook)).row(0, named=True)
    said: dict[str, Any] = {"scheme": scheme.id, "day": day.isoformat()}
    said |= {name: row[name] for name in (*ITEMS, "task_percent", "total", "level")}
    if row["total"] is None and row["total_low"] is not None:
        said |= {name: row[name] for name in ("total_low", "total_high")}
    said["conditions"] = list(_Teller(scorer, row).conditions())
    return said | ({"ignored": ignored} if ignored else {})


# -- in ------------------------------------------------------------------------------------------


def _day(case: Mapping[str, object]) -> date:
    raw = case.get("day")
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise BadInput(f"ngày không hợp lệ / 'day' is no day (YYYY-MM-DD): {raw!r}") from None


def _sheet(
    scheme: Scheme, case: Mapping[str, object], rulebook: Rulebook
) -> tuple[pl.DataFrame, list[str]]:
    measures = measures_of(scheme, rulebook)
    known = {one.key: one for one in measures.values()}
    columns: dict[str, pl.Series] = {SHEET: pl.Series(SHEET, [1])}
    ignored: list[str] = []
    for key, value in _flat(case, known):
        measure = known.get(key)
        if measure is None:
            ignored.append(key)
            continue
        given = _given(measure, value, rulebook)
        columns[measure.name] = pl.Series(measure.name, [given], dtype=_dtype(measure))
    parts = [one.name for one in measures.values() if one.key.startswith("item_points.")]
    if any(name in columns for name in parts):
        for name in parts:  # an item to which the unit's regulation gives no points counts nothing
            columns.setdefault(name, pl.Series(name, [0.0]))
    return pl.DataFrame(columns), ignored


def _flat(case: Mapping[str, object], known: Mapping[str, Measure]) -> Iterator[tuple[str, object]]:
    """Yield the keys of a case; those inside `unit` and the like with a dot."""
    folders = {key.partition(".")[0] for key in known if "." in key} | {"points"}
    for key, value in case.items():
        if key in _OWN:
            continue
        if key not in folders:
            yield key, value
        elif isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", one) for inner, one in value.items())
        elif value is not None:
            raise BadInput(f"'{key}' phải là một đối tượng / must be an object")


def _given(measure: Measure, value: object, rulebook: Rulebook) -> object:
    """Return a value of the type that the measure needs."""
    kind = measure.fact.type.kind
    if value is None:
        return None
    if kind == "flag" and isinstance(value, bool):
        return value
    if kind == "code" and isinstance(value, str):
        catalogue = rulebook.catalogues[measure.fact.type.catalogue]
        if value in catalogue:
            return value
        codes = ", ".join(entry.code for entry in catalogue)
        raise BadInput(f"{measure.key}: không có mã / no code {value!r} ({codes})")
    if kind in ("int", "number") and isinstance(value, int | float) and not isinstance(value, bool):
        if not _BOUND > value > -_BOUND:  # NaN is neither
            raise BadInput(f"{measure.key}: không phải số / no number: {str(value)[:40]}")
        if kind == "number":
            return float(value)
        if value == int(value):
            return int(value)
    words = {"flag": "true/false", "code": "mã / code", "int": "số nguyên / whole number"}
    raise BadInput(f"{measure.key}: cần / needs {words.get(kind, 'số / number')}, {value!r:.60}")


def _dtype(measure: Measure) -> Any:  # a class of Polars
    return {"flag": pl.Boolean, "int": pl.Int64, "number": pl.Float64, "code": pl.String}[
        measure.fact.type.kind
    ]


def _lines(case: Mapping[str, object], rulebook: Rulebook) -> pl.DataFrame:
    raw = case.get("products") or []
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        raise BadInput("'products' phải là danh sách đối tượng / must be a list of objects")
    known = rulebook.scoring.products
    for number, one in enumerate(raw, 1):
        for key in ("assigned", "completed"):
            if one.get(key) is None:
                raise BadInput(f"sản phẩm / product {number}: thiếu / missing '{key}'")
        if strange := sorted(set(one) - set(known) - set(_OWN)):
            raise BadInput(f"sản phẩm / product {number}: không rõ / unknown {strange[0]!r}")
    given = {
        name: pl.Series(
            name, [_given(measure, one.get(name), rulebook) for one in raw], dtype=_dtype(measure)
        )
        for name, measure in known.items()
        if name in ("assigned", "completed") or measure.blank is not None or
        all(name in one for one in raw)
    }  # fmt: skip
    return pl.DataFrame({SHEET: pl.Series(SHEET, [1] * len(raw), dtype=pl.Int64), **given})


# -- out -----------------------------------------------------------------------------------------


class _Teller:
    """Says for one scored row what each condition did."""

    def __init__(self, scorer: Scorer, row: Mapping[str, Any]) -> None:
        self.scorer, self.scheme, self.row = scorer, scorer.scheme, row

    def conditions(self) -> Iterator[dict[str, Any]]:
        """Yield every condition; the last says that the authority decides, where it has to."""
        for one in self.scheme.conditions():
            yield self._entry(one.id, one.label, *self._told(one))
        for limit in self.scheme.limits:
            yield self._entry(limit.id, limit.label, *self._limit(limit))
        duty = self.scheme.authority
        if duty is not None and self.judged(AUTHORITY) == 1:
            reason: Text2 = {lang: self._authority(lang, duty.text[lang]) for lang in LANGS}
            label = {"vi": "Cấp có thẩm quyền quyết định", "en": "The authority decides"}
            yield self._entry(AUTHORITY, label, reason, duty.cites)

    def judged(self, ident: str) -> int | None:
        """Return 1 met, 0 not met, None unknown."""
        found: int | None = self.row.get(outcome(ident))
        return found

    def _entry(
        self, ident: str, label: Text2, reason: Text2, cites: tuple[str, ...]
    ) -> dict[str, Any]:
        found = Outcome.of(self.judged(ident)).value
        return {
            "id": ident, "outcome": found, "reason": reason, "cites": list(cites), "label": label,
        }  # fmt: skip

    def _told(self, one: Condition) -> tuple[Text2, tuple[str, ...]]:
        if not self.scheme.is_on(one):
            found = off_finding(one.cites)
            return found.reason, found.cites
        rule = one.rule
        if self.row["total"] is not None:
            exact = {f"threshold_{level.code}": level.exact for level in self.scheme.levels}
            rule = exact.get(one.id) or rule
        found = self.scorer.compiled(rule).finding(self.row, one.cites)
        reason = found.reason
        if one in self.scheme.thresholds and self.row["total"] is None and found.missing:
            reason = {lang: reason[lang] + self._bounds(lang) for lang in LANGS}
        return reason, found.cites

    def _bounds(self, lang: Lang) -> str:
        low, high = self.row["total_low"], self.row["total_high"]
        if low is None or high is None:
            return ""
        ends = {"low": self._number(low, lang), "high": self._number(high, lang)}
        return "; " + _SAYS[lang]["bounds"].format(**ends)

    def _number(self, value: float, lang: Lang) -> str:
        fact = self.scheme.vocabulary.facts["total"]
        return format_value(value, fact.type, self.scheme.vocabulary, lang)

    def _limit(self, limit: Limit) -> tuple[Text2, tuple[str, ...]]:
        setting = self.scorer.book.lookup(limit.setting, self.scorer.on) if limit.setting else None
        cites = tuple(dict.fromkeys((*limit.cites, *(setting.cites if setting else ()))))
        if not self.scorer.is_set(limit):
            return off_finding(cites).reason, cites
        asked = self.scorer.compiled(limit.when).finding(self.row)
        if asked.outcome is Outcome.NOT_MET:
            return {lang: _SAYS[lang]["nobody"] for lang in LANGS}, cites
        if self.judged(limit.id) is None:
            missing = asked.outcome is Outcome.UNKNOWN
            return asked.reason if missing else {lang: _SAYS[lang]["open"] for lang in LANGS}, cites
        word = "within" if self.judged(limit.id) else "over"
        return {
            lang: _SAYS[lang][word].format(
                level=self._level(self._by_points(), lang),
                unit=self._level(self.row[limit.level], lang),
            )
            for lang in LANGS
        }, cites

    def _by_points(self) -> int:
        """Return the level that points and requirements gave, before any limit."""
        for level in self.scheme.levels:
            needed = [f"threshold_{level.code}"] if level.points else []
            if all(self.judged(one) == 1 for one in (*needed, *level.requires)):
                return LEVELS.index(level.code)
        return 0

    def _level(self, position: int, lang: Lang) -> str:
        return self.scorer.book.catalogues["rating"].entries[position].label[lang]

    def _authority(self, lang: Lang, text: str) -> str:
        failed: list[str] = []
        band = 0
        for level in self.scheme.levels:
            if level.points and self.judged(f"threshold_{level.code}") == 1:
                band = max(band, LEVELS.index(level.code))
                failed += [one for one in level.requires if self.judged(one) != 1]
        labels = {one.id: one.label[lang] for one in self.scheme.requirements}
        told = "; ".join(labels[one] for one in dict.fromkeys(failed))
        return _SAYS[lang]["authority"].format(
            band=self._level(band, lang), failed=told or WORDS[lang]["unknown"], text=text
        )
