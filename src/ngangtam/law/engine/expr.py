"""An expression on a day, ready for a whole frame or for one person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import narwhals as nw

from ngangtam.law.engine.bind import Bound
from ngangtam.law.engine.compiler import compile_node
from ngangtam.law.engine.explain import Explainer
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.interpret import Result, evaluate
from ngangtam.law.engine.vocabulary import Scalar, Vocabulary
from ngangtam.law.engine.wording import LANGS, WORDS, Lang


class Outcome(Enum):
    """What came of a rule for one person. In frames: 1, 0 and null."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: object) -> "Outcome":
        """Return the outcome of a flag, a 0/1 of a frame, or None."""
        return cls.UNKNOWN if value is None else (cls.MET if value else cls.NOT_MET)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about one person.

    Shape: `value` the facts looked at, `reason` the explanation, both {vi, en}; `missing` the
        recorded facts without which the outcome is open; `cites` the pinpoints relied on;
        `unset` parameters without a value that day; `off`: not confirmed, so it does not apply.
    """

    outcome: Outcome
    value: Text2
    missing: tuple[str, ...]
    cites: tuple[str, ...]
    reason: Text2
    unset: tuple[tuple[str, str], ...] = ()
    off: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """One expression bound to one day.

    Shape: `facts` are the columns it reads, `cites` the pinpoints of the parameters it uses.
    """

    text: str
    bound: Bound
    vocabulary: Vocabulary

    @property
    def facts(self) -> tuple[str, ...]:
        return self.bound.facts

    @property
    def cites(self) -> tuple[str, ...]:
        return self.bound.cites

    def nw(self, columns: Collection[str] | None = None) -> nw.Expr:
        """Return the Narwhals expression; facts outside `columns` are unknown."""
        return compile_node(self.bound.node, columns)

    def evaluate(self, frame: Any, name: str = "value") -> Any:  # any frame that Narwhals knows
        """Return the frame with one column `name` only: the value of every row, in order."""
        wrapped: Any = nw.from_native(frame)
        expression = self.nw(wrapped.collect_schema().names()).alias(name)
        return wrapped.with_columns(expression).select(name).to_native()

    def one(self, facts: Mapping[str, object]) -> Result:
        """Return the value for one person; codes may be given as words or positions."""
        return evaluate(self.bound.node, self.row(facts))

    def row(self, facts: Mapping[str, object]) -> dict[str, Scalar | None]:
        """Return the facts that this expression reads, as the snapshot stores them."""
        return self.vocabulary.row({name: facts.get(name) for name in self.facts})

    def explain(self, facts: Mapping[str, object], lang: Lang = "vi") -> str:
        """Return why the expression came out as it did for one person."""
        return Explainer(self.bound, self.vocabulary, self.row(facts), lang).sentence()

    def finding(self, facts: Mapping[str, object], cites: tuple[str, ...] = ()) -> Finding:
        """Return outcome, value, missing facts, citations and reason for one person."""
        row = self.row(facts)
        told = {lang: Explainer(self.bound, self.vocabulary, row, lang) for lang in LANGS}
        return Finding(
            outcome=Outcome.of(evaluate(self.bound.node, row)),
            value={lang: teller.used() for lang, teller in told.items()},
            missing=told["vi"].missing(),
            cites=tuple(dict.fromkeys((*cites, *self.bound.cites))),
            reason={lang: teller.sentence() for lang, teller in told.items()},
            unset=self.bound.unset,
        )


def off_finding(cites: tuple[str, ...]) -> Finding:
    """Return the finding of a criterion that is not confirmed: unknown, and says why."""
    return Finding(
        outcome=Outcome.UNKNOWN,
        value={"vi": "", "en": ""},
        missing=(),
        cites=cites,
        reason={lang: f"{WORDS[lang]['unknown']}: {WORDS[lang]['off']}" for lang in LANGS},
        off=True,
    )
