"""One evaluation scheme: YAML in, `Scheme` out, problems noted on the way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.law.engine.fields import ID, Fields
from ngangtam.law.engine.model import Period, Place, Rule
from ngangtam.law.engine.readers import REGIMES, STATUSES, read_period
from ngangtam.law.engine.scheme_criteria import CriteriaReader, read_parameter_id
from ngangtam.law.engine.scheme_vocabulary import Names
from ngangtam.law.engine.schemes import (
    AUTHORITY,
    CYCLES,
    LEADERS,
    LEVELS,
    SUBJECTS,
    Caps,
    Condition,
    Duty,
    Formula,
    Level,
    Limit,
    Scheme,
    Scoring,
)
from ngangtam.law.engine.vocabulary import FLAG, NUMBER, Type, Vocabulary

ITEMS: Final = ("a", "b", "c", "d", "dd", "e")
VALUES: Final = (
    "task_percent", "task_percent_low", "task_percent_high", "total", "total_low", "total_high",
)  # fmt: skip
DUTIES: Final = ("self_assessment", "proposes", "decides", "publication", "petition")


@dataclass(slots=True)
class Reader:
    """Reads one file; `known` are the parameters, `base` the vocabularies it builds on."""

    fields: Fields
    local: bool
    base: Vocabulary
    scoring: Scoring
    known: Mapping[str, Type]

    def read(self) -> Scheme:
        """Return the scheme; the order matters: what stands first may be used by what follows."""
        top = self.fields
        lines = Names.of(self.scoring.products, self.base.catalogues, self.known)
        names = Names.of(self.scoring.sheets, self.base.catalogues, self.known)
        tree = CriteriaReader(names)
        criteria = tree.nodes(top, "criteria", least=1)
        sums = self._sums(lines, names)
        shares = self._formulas("shares", names)
        items = self._formulas("items", names, allowed=ITEMS)
        values = self._formulas("values", names, allowed=VALUES)
        for name in VALUES:  # the engine closes the gaps: see `scoring.py`
            if name not in names.taken:
                names.add(top, name, NUMBER, _TOTALS[name])
        bars = self._conditions("bars", names)
        requirements = self._conditions("requirements", names)
        grounds = self._conditions("grounds", names)
        limits = tuple(self._limit(item, names) for item in top.items("limits", required=False))
        levels = self._levels(names, {one.id for one in requirements})
        bounded = any(one.id == "total_low" for one in values)
        thresholds = tuple(
            self._threshold(level, names, bounded=bounded) for level in levels if level.points
        )
        scheme = Scheme(
            id=top.ident(),
            label=top.text2("label"),
            regime=top.choice("regime", REGIMES),
            subject=top.choice("subject", SUBJECTS),
            leaders=top.choice("leaders", LEADERS, default="any"),
            title_kinds=self._codes("title_kinds", "title_kind"),
            post_levels=self._codes("post_levels", "level"),
            status=top.choice("status", STATUSES),
            in_force=read_period(top, "in_force", required=True) or Period(date.min),
            cycles=self._cycles(),
            cites=top.strings("cites", least=1),
            criteria=criteria,
            sums=sums,
            shares=shares,
            items=items,
            values=values,
            bars=bars,
            requirements=requirements,
            grounds=grounds,
            limits=limits,
            levels=levels,
            thresholds=thresholds,
            authority=self._duty(top.sub("authority", required=False)),
            caps=self._caps(),
            duties=self._duties(),
            vocabulary=names.vocabulary,
            lines=lines.vocabulary,
            entered=tree.entered,
            note=top.text2("note", required=False) or None,
            place=Place(top.file, top.line, self.local),
        )
        self._once(scheme)
        top.done()
        return scheme

    # -- formulas ------------------------------------------------------------------------------

    def _sums(self, lines: Names, names: Names) -> tuple[Formula, ...]:
        found: list[Formula] = []
        for item in self.fields.items("sums", required=False):
            one = self._formula(item, lines, "of", NUMBER, FLAG)
            found.append(one)
            names.add(item, one.id, NUMBER, one.label)
        return tuple(found)

    def _formulas(
        self, key: str, names: Names, allowed: Collection[str] = ()
    ) -> tuple[Formula, ...]:
        found: list[Formula] = []
        for item in self.fields.items(key, required=False):
            one = self._formula(item, names, "formula", NUMBER)
            if allowed and one.id not in allowed:
                item.problem(f"'{one.id}' is none of {', '.join(allowed)}", "id")
            found.append(one)
            names.add(item, one.id, NUMBER, one.label)
        return tuple(found)

    def _formula(self, item: Fields, names: Names, key: str, *expect: Type) -> Formula:
        found = Formula(
            id=item.ident(),
            label=item.text2("label"),
            rule=names.rule(item, key, *expect),
            cites=item.strings("cites", required=False),
            when=names.rule(item, "when", FLAG) if item.has("when") else None,
            note=item.text2("note", required=False) or None,
        )
        item.raw("when", required=False)
        item.done()
        return found

    # -- conditions ----------------------------------------------------------------------------

    def _conditions(self, key: str, names: Names) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for item in self.fields.items(key, required=False):
            one = Condition(
                id=item.ident(),
                label=item.text2("label"),
                rule=names.rule(item, "expr", FLAG),
                cites=item.strings("cites", least=1),
                status=item.choice("status", STATUSES, default="shipped"),
                note=item.text2("note", required=False) or None,
            )
            item.done()
            found.append(one)
        return tuple(found)

    def _limit(self, item: Fields, names: Names) -> Limit:
        found = Limit(
            id=item.ident(),
            label=item.text2("label"),
            level=item.text("level"),
            when=names.rule(item, "when", FLAG),
            setting=read_parameter_id(item, "setting", self.known),
            cites=item.strings("cites", least=1),
        )
        fact = names.taken.get(found.level)
        if fact is None or fact.type != Type("code", "rating"):
            item.problem("'level' names a measure whose codes are of 'rating'", "level")
        item.done()
        return found

    def _levels(self, names: Names, requirements: Collection[str]) -> tuple[Level, ...]:
        found: list[Level] = []
        for item in self.fields.items("levels", required=False):
            level = Level(
                code=item.choice("code", LEVELS),
                points=names.rule(item, "points", NUMBER) if item.has("points") else None,
                exact=self._exact(item, names),
                requires=item.strings("requires", required=False),
                cites=item.strings("cites", least=1),
            )
            item.raw("points", required=False)
            for ident in level.requires:
                if ident not in requirements:
                    item.problem(f"there is no requirement '{ident}'", "requires")
            if found and LEVELS.index(level.code) >= LEVELS.index(found[-1].code):
                item.problem("the levels stand from the highest down", "code")
            if level.code == LEVELS[0]:
                item.problem("the lowest level is what remains; it is not written", "code")
            item.done()
            found.append(level)
        return tuple(found)

    def _exact(self, item: Fields, names: Names) -> Rule | None:
        if not item.has("points"):
            return None
        return names.parsed(item, "points", f"total >= {item.text('points')}", FLAG)

    def _threshold(self, level: Level, names: Names, *, bounded: bool) -> Condition:
        entry = self.base.catalogues["rating"].entry(level.code).label
        assert level.points is not None
        assert level.exact is not None
        text = level.exact.text
        if bounded:  # decided as soon as both bounds say the same
            high = f"total_high >= {level.points.text}"
            text = f"total_low >= {level.points.text} or ({high} and {text})"
        return Condition(
            id=f"threshold_{level.code}",
            label={"vi": f"Đủ điểm mức {entry['vi']}", "en": f"Points of: {entry['en']}"},
            rule=names.parsed(self.fields, "levels", text, FLAG),
            cites=level.cites,
        )

    # -- caps, duties, codes -------------------------------------------------------------------

    def _caps(self) -> Caps | None:
        item = self.fields.sub("caps", required=False)
        if item is None:
            return None
        few = item.sub("few", required=False)
        caps = Caps(
            percent=read_parameter_id(item, "percent", self.known),
            outstanding=read_parameter_id(item, "outstanding", self.known),
            base=read_parameter_id(item, "base", self.known),
            rounding=read_parameter_id(item, "rounding", self.known),
            within=item.strings("within", least=1),
            few_below=read_parameter_id(few, "below", self.known) if few else "",
            few_most=few.integer("most") if few else None,
            cites=item.strings("cites", least=1),
        )
        if few:
            few.done()
        for one in caps.within:
            if one not in ("body", "group"):
                item.problem("'within' holds body, group", "within")
        item.done()
        return caps

    def _duty(self, item: Fields | None) -> Duty | None:
        if item is None:
            return None
        duty = Duty(item.text2("text"), item.strings("cites", least=1))
        item.done()
        return duty

    def _duties(self) -> dict[str, Duty]:
        item = self.fields.sub("duties", required=False)
        if item is None:
            return {}
        found = {key: self._duty(item.sub(key, required=False)) for key in DUTIES}
        item.done()
        return {key: duty for key, duty in found.items() if duty is not None}

    def _codes(self, key: str, catalogue: str) -> tuple[str, ...]:
        codes = self.fields.strings(key, required=False)
        for code in codes:
            if code not in self.base.catalogues[catalogue]:
                self.fields.problem(f"'{code}' is not a code of {catalogue}", key)
        return codes

    def _cycles(self) -> tuple[str, ...]:
        cycles = self.fields.strings("cycles", least=1)
        for cycle in cycles:
            if cycle not in CYCLES:
                self.fields.problem(f"'{cycle}' is none of {', '.join(CYCLES)}", "cycles")
        return cycles

    def _once(self, scheme: Scheme) -> None:
        """Refuse a name that a scored frame would have twice."""
        ids = ["sheet", *ITEMS, *VALUES, "level", *scheme.condition_ids()]
        for ident in sorted({one for one in ids if ids.count(one) > 1}):
            self.fields.problem(f"'{ident}' stands twice among the results")
        nodes = [node.id for node in scheme.nodes()]
        for ident in sorted({one for one in nodes if nodes.count(one) > 1}):
            self.fields.problem(f"the criterion '{ident}' stands twice", "criteria")
        if any(not ID.match(one) or one == AUTHORITY for one in ids[:-1] if one != AUTHORITY):
            self.fields.problem(f"'{AUTHORITY}' is a word in use")


_TOTALS: Final = {
    "task_percent": {"vi": "Tỷ lệ kết quả nhiệm vụ", "en": "Task result"},
    "task_percent_low": {"vi": "Tỷ lệ kết quả thấp nhất", "en": "Task result at the least"},
    "task_percent_high": {"vi": "Tỷ lệ kết quả cao nhất", "en": "Task result at the most"},
    "total": {"vi": "Tổng điểm", "en": "Total"},
    "total_low": {"vi": "Tổng điểm thấp nhất", "en": "Total at the least"},
    "total_high": {"vi": "Tổng điểm cao nhất", "en": "Total at the most"},
}
