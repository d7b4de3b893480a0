"""From papers to a result. Plain Python: the same lines count here and for who recounts a file."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.counting import (
    BadTally,
    Candidate,
    ConfidenceOutcome,
    CountingRules,
    Outcome,
    Tally,
    confidence,
    count,
    judge_paper,
)
from ngangtam.law.engine.counting_rules import HIGH, LOW, MARKS, NO, TRUST
from ngangtam.stages.ballots.marking import WRITTEN


@dataclass(frozen=True, slots=True)
class Name:
    """One name on the paper."""

    key: str
    label: str
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything about a vote that its count depends on, but the papers."""

    kind: str
    rules: str
    day: date
    names: tuple[Name, ...]
    seats: int
    max_choices: int
    write_ins: int
    convened: int
    present: int | None
    share_of: str = ""

    def law(self) -> CountingRules | None:
        """Return the counting rule as of the day of the vote; None where there is none."""
        found = rulebook().counting.get(self.rules)
        return found.on(self.day) if found is not None else None


@dataclass(frozen=True, slots=True)
class Counted:
    """A result. Shape: `votes` is key → mark → papers; `invalid` is reason → papers."""

    tally: Tally
    outcome: Outcome | None
    confidence: Mapping[str, ConfidenceOutcome]
    votes: Mapping[str, Mapping[str, int]]
    invalid: Mapping[str, int]
    refused: str = ""

    def said(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        out = self.outcome
        return {
            "figures": {name: getattr(self.tally, name) for name in
                        ("convened", "present", "issued", "returned", "valid", "invalid")},
            "votes": {key: dict(sorted(one.items())) for key, one in sorted(self.votes.items())},
            "invalid": dict(sorted(self.invalid.items())),
            "outcome": None if out is None else {
                "elected": list(out.elected),
                "not_elected": [list(pair) for pair in out.not_elected],
                "tied": list(out.tied), "seats_unfilled": out.seats_unfilled,
                "decides": out.decides, "undecided": list(out.undecided), "base": out.base,
                "needed": out.needed,
            },
            "confidence": {
                key: {"high": str(one.high), "trust": str(one.trust), "low": str(one.low),
                      "rest": str(one.rest), "denominator": one.denominator, "zone": one.zone}
                for key, one in sorted(self.confidence.items())
            },
            "refused": self.refused,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted, before a rule looks at it. Units: papers."""

    issued: int
    returned: int
    valid: int
    invalid: Mapping[str, int]
    votes: Mapping[str, Mapping[str, int]]
    written: Mapping[str, int] = field(default_factory=dict)


def judge(setting: Setting, marks: Mapping[str, str]) -> str:
    """Return "" for a valid paper, else the reason why it is none."""
    law = setting.law()
    if law is None:
        return ""
    options = [one.key for one in setting.names]
    options += [key for key in marks if key.startswith(WRITTEN)]
    return judge_paper(law, marks, options, setting.max_choices)


def add_up(
    setting: Setting, papers: Iterable[tuple[Mapping[str, str], str]], issued: int
) -> Figures:
    """Return the figures of opened papers. Shape: each paper is (marks, why it is invalid)."""
    votes: dict[str, Counter[str]] = {one.key: Counter() for one in setting.names}
    invalid: Counter[str] = Counter()
    valid = 0
    for marks, why in papers:
        if why:
            invalid[why] += 1
            continue
        valid += 1
        for key, mark in marks.items():
            votes.setdefault(key, Counter())[mark] += 1
    return Figures(
        issued=issued, returned=valid + invalid.total(), valid=valid, invalid=dict(invalid),
        votes={key: dict(found) for key, found in votes.items()},
    )  # fmt: skip


def reckon(setting: Setting, figures: Figures) -> Counted:
    """Return what the rule of the vote makes of the figures.

    Shape: without a rule, or where the rule refuses the figures, only the figures stand, and
        `refused` says why.
    """
    law = setting.law()
    born = {one.key: one.born for one in setting.names}
    for_mark = next((one for one in MARKS.get(setting.kind, ()) if one != NO), "")
    candidates = tuple(
        Candidate(key, found.get(for_mark, 0), born.get(key))
        for key, found in figures.votes.items()
    )
    tally = Tally(
        candidates=candidates, seats=setting.seats, convened=setting.convened,
        present=setting.present, issued=figures.issued, returned=figures.returned,
        valid=figures.valid, invalid=sum(figures.invalid.values()),
        fixed=_of(setting.share_of, setting, figures),
    )  # fmt: skip
    outcome, levels, refused = None, {}, ""
    try:
        if law is None:
            refused = "no_rule"
        elif setting.kind == "confidence":
            levels = _levels(law, setting, figures)
        else:
            outcome = count(law, tally)
    except BadTally as error:
        refused = error.code
    return Counted(tally, outcome, levels, figures.votes, figures.invalid, refused)


def _of(name: str, setting: Setting, figures: Figures) -> int | None:
    """Return the figure of which shares are taken."""
    return {
        "convened": setting.convened, "present": setting.present, "ballots": figures.returned,
        "valid": figures.valid,
    }.get(name)  # fmt: skip


def _levels(law: CountingRules, setting: Setting, figures: Figures) -> dict[str, ConfidenceOutcome]:
    name = setting.share_of if law.denominator == "fixed" else law.denominator
    base = _of(name, setting, figures)
    if not base:
        raise BadTally("denominator", f"the figure of '{law.denominator}' is missing")
    return {
        key: confidence(law, found.get(HIGH, 0), found.get(TRUST, 0), found.get(LOW, 0), base)
        for key, found in figures.votes.items()
    }


def in_order(papers: Iterable[tuple[Mapping[str, str], str]]) -> list[tuple[dict[str, str], str]]:
    """Return papers in the order of what they say: whoever counts them gets the same list."""
    plain = [(dict(sorted(marks.items())), why) for marks, why in papers]
    return sorted(plain, key=lambda one: (one[1], list(one[0].items())))


def spelled(papers: Sequence[tuple[Mapping[str, str], str]]) -> list[bytes]:
    """Return papers as the bytes over which the hash of a result is taken."""
    return [
        json.dumps([sorted(marks.items()), why], ensure_ascii=False).encode()
        for marks, why in papers
    ]
