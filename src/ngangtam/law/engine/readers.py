"""One reader per kind of file: fields in, object out, problems noted on the way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise, zip_longest
from typing import Final

from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.model import (
    Band,
    Conflict,
    Criterion,
    Dated,
    Example,
    Indicator,
    IndicatorSet,
    Instrument,
    Parameter,
    Period,
    Place,
    Rule,
    Standard,
    Target,
)
from ngangtam.law.engine.spans import read_steps
from ngangtam.law.engine.syntax import MAX_NUMBER, ROADMAP, BadExpression, parse
from ngangtam.law.engine.tree import Const
from ngangtam.law.engine.vocabulary import FLAG, NUMBER, Type, Vocabulary
from ngangtam.law.engine.yamls import Map, Seq

CONFIDENCES: Final = ("read", "quoted", "reported", "to_confirm")
REGIMES: Final = ("party", "civil_servant", "public_employee", "elected", "all")
STATUSES: Final = ("shipped", "to_confirm")
COMPARISONS: Final = ("<", "<=", ">", ">=", "==")
PARAMETER_TYPES: Final = ("integer", "number", "flag", "text", "day", "list", "table")
_VERIFIED: Final = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


@dataclass(slots=True)
class Context:
    """What a reader needs to know of the rest of the rulebook."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Type] = field(default_factory=dict)

    def rule(self, fields: Fields, key: str, expect: Type = FLAG) -> Rule:
        """Read an expression and check its type."""
        text = fields.text(key)
        node: object = None
        if text:
            try:
                node = parse(text, self.vocabulary, self.parameters, expect=expect)
            except BadExpression as error:
                fields.problem(f"{key}: {text!r}: {error}", key)
        return Rule(text, Const(None, expect) if node is None else node)  # type: ignore[arg-type]  # parse returns a Node


def _place(fields: Fields, local: bool) -> Place:
    return Place(fields.file, fields.line, local)


def read_period(fields: Fields, key: str, *, required: bool) -> Period | None:
    inner = fields.sub(key, required=required)
    if inner is None:
        return None
    first, until = inner.day("from"), inner.day("until", required=False)
    inner.done()
    if first and until and until <= first:
        inner.problem("'until' must be later than 'from'", "until")
    return Period(first or date.min, until)


def read_instrument(fields: Fields, local: bool) -> Instrument:
    """Read one instrument."""
    outline = fields.strings("outline")
    for pin in {pin for pin in outline if outline.count(pin) > 1}:
        fields.problem(f"the pinpoint '{pin}' stands twice in the outline", "outline")
    verified = fields.raw("verified_until", required=False)
    if isinstance(verified, date):
        verified = f"{verified:%Y-%m}"
    if verified is not None and not (isinstance(verified, str) and _VERIFIED.match(verified)):
        fields.problem("'verified_until' must be YYYY-MM", "verified_until")
    instrument = Instrument(
        id=fields.ident(),
        number=fields.text("number"),
        title=fields.text2("title"),
        issuer=fields.text2("issuer"),
        issued=fields.day("issued", required=False),
        in_force=read_period(fields, "in_force", required=True) or Period(date.min),
        replaces=fields.strings("replaces", required=False),
        outline=outline,
        confidence=fields.choice("confidence", CONFIDENCES),
        verified_until=str(verified or ""),
        url=fields.text("url", required=False),
        note=fields.text2("note", required=False) or None,
        place=_place(fields, local),
    )
    fields.done()
    return instrument


def read_parameter(fields: Fields, local: bool) -> Parameter:
    """Read one parameter and its dated values."""
    kind = fields.choice("type", PARAMETER_TYPES)
    status = fields.choice("status", STATUSES)
    ident = fields.ident()
    values = [_dated(item, kind) for item in fields.items("values", least=status == "shipped")]
    for before, after in pairwise(values):
        if after.period.from_ <= before.period.from_:
            fields.problem("the days of 'values' must rise", line=after.line)
        elif before.period.until and before.period.until > after.period.from_:
            fields.problem("the period overlaps the next value", line=before.line)
    if ident == ROADMAP:
        _check_roadmap(fields, values)
    comparison = fields.has("comparison")
    parameter = Parameter(
        id=ident,
        label=fields.text2("label"),
        regime=fields.choice("regime", REGIMES),
        unit=fields.text("unit"),
        type=kind,
        comparison=fields.choice("comparison", COMPARISONS) if comparison else "",
        denominator=fields.text2("denominator", required=False) or None,
        status=status,
        values=_closed(values),
        note=fields.text2("note", required=False) or None,
        place=_place(fields, local),
    )
    fields.raw("comparison", required=False)
    fields.done()
    return parameter


def _closed(values: list[Dated]) -> tuple[Dated, ...]:
    """End each value where the next begins, unless its own text ended it earlier."""
    closed = []
    for value, after in zip_longest(values, values[1:]):
        until = value.period.until or (after.period.from_ if after else None)
        period = Period(value.period.from_, until)
        closed.append(
            Dated(period, value.value, value.cites, value.confidence, value.note, value.line)
        )
    return tuple(closed)


def _dated(item: Fields, kind: str) -> Dated:
    first, until = item.day("from"), item.day("until", required=False)
    if first and until and until <= first:
        item.problem("'until' must be later than 'from'", "until")
    if "value" not in item.node:
        item.problem("'value' is missing (null means repealed)")
    value = item.raw("value", required=False)
    if value is not None:
        _check_value(item, kind, value)
    dated = Dated(
        period=Period(first or date.min, until),
        value=_plain(value),
        cites=item.strings("cites", least=1),
        confidence=item.choice("confidence", CONFIDENCES),
        note=item.text2("note", required=False) or None,
        line=item.line,
    )
    item.done()
    return dated


def _check_value(item: Fields, kind: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "integer": number and isinstance(value, int),
        "number": number,
        "flag": isinstance(value, bool),
        "text": isinstance(value, str),
        "day": isinstance(value, date) and not isinstance(value, datetime),
        "list": isinstance(value, Seq) and _one_kind(value),
        "table": isinstance(value, Map),
    }[kind]
    if not fits:
        item.problem(f"the value {value!r} does not fit the type '{kind}'", "value")
    if number and isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
        item.problem(f"numbers go up to {MAX_NUMBER:,}", "value")


def _one_kind(values: Seq) -> bool:
    kinds = {type(value) for value in values}
    return len(values) > 0 and (kinds <= {int, float} or kinds in ({str}, {date}))


def _plain(value: object) -> object:
    """Return plain dicts and lists without line numbers."""
    if isinstance(value, Map):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Seq):
        return [_plain(inner) for inner in value]
    return value


def _check_roadmap(fields: Fields, values: list[Dated]) -> None:
    for value in values:
        try:
            if value.value is not None:
                read_steps(value.value)
        except ValueError as error:
            fields.problem(str(error), line=value.line)


def read_standard(fields: Fields, local: bool, context: Context) -> Standard:
    """Read one title standard."""
    criteria: list[Criterion] = []
    for item in fields.items("criteria", least=1):
        criterion = Criterion(
            id=item.ident(),
            label=item.text2("label"),
            rule=context.rule(item, "expr"),
            cites=item.strings("cites", least=1),
            status=item.choice("status", STATUSES, default="shipped"),
            note=item.text2("note", required=False) or None,
        )
        item.done()
        if criterion.id in {"overall", "applies", *(other.id for other in criteria)}:
            item.problem(f"the criterion '{criterion.id}' stands twice or is a word in use", "id")
        criteria.append(criterion)
    standard = Standard(
        id=fields.ident(),
        label=fields.text2("label"),
        regime=fields.choice("regime", REGIMES),
        title_kinds=_codes(fields, "title_kinds", "title_kind", context),
        level=_code(fields, "level", "level", context),
        for_candidates=fields.flag("for_candidates", default=False),
        status=fields.choice("status", STATUSES),
        in_force=read_period(fields, "in_force", required=False),
        cites=fields.strings("cites", least=1),
        criteria=tuple(criteria),
        scope=context.rule(fields, "scope") if fields.has("scope") else None,
        note=fields.text2("note", required=False) or None,
        place=_place(fields, local),
    )
    fields.raw("examples", required=False)  # read apart, by `read_examples`
    fields.done()
    return standard


def _codes(fields: Fields, key: str, catalogue: str, context: Context) -> tuple[str, ...]:
    codes = fields.strings(key)
    for code in codes:
        if code not in context.vocabulary.catalogues[catalogue]:
            fields.problem(f"'{code}' is not a code of {catalogue}", key)
    return codes


def _code(fields: Fields, key: str, catalogue: str, context: Context) -> str:
    code = fields.text(key, required=False)
    if code and code not in context.vocabulary.catalogues[catalogue]:
        fields.problem(f"'{code}' is not a code of {catalogue}", key)
    return code


def read_target(fields: Fields, local: bool, context: Context) -> Target:
    """Read one target."""
    low, high = _aim(fields)
    note = fields.text2("missing_facts_note", required=False) or None
    measure = context.rule(fields, "measure") if fields.has("measure") or note is None else None
    status = fields.choice("status", STATUSES)
    if low is None and status == "shipped" and note is None:
        fields.problem("a shipped target needs a value", "value")
    target = Target(
        id=fields.ident(),
        label=fields.text2("label"),
        resolution=fields.ident("resolution"),
        cites=fields.strings("cites", least=1),
        level=_code(fields, "level", "level", context),
        scope=context.rule(fields, "scope"),
        measure=measure,
        kind=fields.choice("kind", ("share", "count", "at_least_one_per_unit", "ratio")),
        comparison=fields.choice("comparison", COMPARISONS),
        low=low,
        high=high,
        unit=fields.choice("unit", ("percent", "people", "units", "per_10000")),
        by=fields.choice("by", ("date", "yearly")),
        deadline=fields.day("deadline", required=False),
        from_=fields.day("from", required=False),
        status=status,
        missing_facts_note=note,
        note=fields.text2("note", required=False) or None,
        place=_place(fields, local),
    )
    if target.by == "yearly" and target.deadline:
        fields.problem("a yearly target has no deadline", "deadline")
    fields.raw("measure", required=False)
    fields.done()
    return target


def _aim(fields: Fields) -> tuple[float | None, float | None]:
    value = fields.raw("value", required=False)
    if isinstance(value, Map) and set(value) == {"low", "high"}:
        pair = [value["low"], value["high"]]
    else:
        pair = [value, value]
    if value is None:
        return None, None
    if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in pair):
        fields.problem("'value' must be a number or {low, high}", "value")
        return None, None
    low, high = (float(str(end)) for end in pair)
    if low > high:
        fields.problem("'low' is above 'high'", "value")
    return low, high


def read_indicators(fields: Fields, local: bool, context: Context) -> IndicatorSet:
    """Read one set of indicators."""
    items: list[Indicator] = []
    for item in fields.items("items", least=1):
        indicator = _indicator(item, context)
        if indicator.id in {other.id for other in items}:
            item.problem(f"the indicator '{indicator.id}' stands twice", "id")
        items.append(indicator)
    found = IndicatorSet(
        id=fields.ident(),
        label=fields.text2("label"),
        reference_day=_reference_day(fields),
        cites=fields.strings("cites", required=False),
        source=fields.text("source", required=False),
        note=fields.text2("note", required=False) or None,
        items=tuple(items),
        place=_place(fields, local),
    )
    fields.done()
    return found


def _reference_day(fields: Fields) -> date | None:
    value = fields.raw("reference_day")
    if value == "on" or value is None:
        return None
    return fields.day("reference_day")


def _indicator(item: Fields, context: Context) -> Indicator:
    kind = item.choice("kind", ("count", "mean", "bands"))
    rule: Rule | None = None
    bands: list[Band] = []
    if kind == "bands":
        for part in item.items("bands", least=1):
            bands.append(Band(part.ident(), part.text2("label"), context.rule(part, "expr")))
            part.done()
    else:
        rule = context.rule(item, "expr", FLAG if kind == "count" else NUMBER)
    indicator = Indicator(
        id=item.ident(),
        definition=item.text("definition"),
        label=item.text2("label"),
        kind=kind,
        rule=rule,
        denominator=context.rule(item, "denominator") if item.has("denominator") else None,
        of=item.text2("of", required=False) or None,
        age=item.text("age", required=False),
        bands=tuple(bands),
        reference_day=item.day("reference_day", required=False),
        round=item.integer("round", required=False),
        note=item.text2("note", required=False) or None,
        line=item.line,
    )
    if indicator.age and indicator.age not in context.vocabulary.facts:
        item.problem(f"no fact is called '{indicator.age}'", "age")
    item.raw("denominator", required=False)
    item.done()
    return indicator


def read_conflict(fields: Fields, local: bool) -> Conflict:
    """Read one entry of the register of conflicts."""
    conflict = Conflict(
        id=fields.ident(),
        label=fields.text2("label"),
        cites=fields.strings("cites", least=1),
        what=fields.text2("what"),
        choice=fields.text2("choice", required=False) or None,
        status=fields.choice("status", ("open", "decided")),
        touches=fields.strings("touches", required=False),
        place=_place(fields, local),
    )
    if conflict.status == "decided" and conflict.choice is None:
        fields.problem("a decided conflict says what was chosen", "choice")
    fields.done()
    return conflict


def read_example(fields: Fields, local: bool) -> Example:
    """Read one worked case; `facts` only for standards."""
    facts = fields.raw("facts", required=False)
    example = Example(
        name=fields.text2("name"),
        day=fields.day("day") or date.min,
        facts=dict(facts) if isinstance(facts, Map) else {},
        expect=_plain(fields.raw("expect")),
        place=_place(fields, local),
    )
    fields.done()
    return example
