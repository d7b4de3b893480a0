"""Counting votes by a rule of the rulebook: who is elected, what a paper is worth, percentages.

Integers and fractions only: no share is rounded before it is compared.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ngangtam.law.engine.counting_rules import (
    AUTHORITY,
    BELOW,
    BLANK_PAPER,
    CHOSEN,
    FEWER,
    HALF,
    HEAD,
    HIGH,
    INVALID,
    LOW,
    MARKS,
    NO,
    QUORUM,
    REASONS,
    REBALLOT,
    STRANGE_MARK,
    STRANGE_NAME,
    TIED,
    TOO_FEW,
    TOO_MANY,
    TRUST,
    UNKNOWN,
    YES,
    YOUNGER,
    BadTally,
    Candidate,
    CountingRules,
    Majority,
    Outcome,
    Share,
    Tally,
    Validity,
    Zone,
)

__all__ = [
    "AUTHORITY", "CHOSEN", "HEAD", "HIGH", "INVALID", "LOW", "NO", "REASONS", "REBALLOT", "TRUST",
    "YES", "BadTally", "Candidate", "ConfidenceOutcome", "CountingRules", "Majority", "Outcome",
    "Share", "Tally", "Validity", "Zone", "confidence", "count", "judge_paper", "percent",
    "surplus_problem",
]  # fmt: skip
_HUNDREDTH: Final = Decimal("0.01")


# -- who is elected --------------------------------------------------------------------------------


def count(rules: CountingRules, tally: Tally) -> Outcome:
    """Return who is elected, who is not and why, and what is left to somebody to decide.

    Shape: the order in which candidates are given makes no difference.
    Errors: BadTally for figures that cannot belong together, for a denominator that is not given,
        and for rules of votes of confidence: they elect nobody.
    """
    if rules.kind == "confidence":
        raise BadTally("kind", "a vote of confidence elects nobody; use confidence()")
    _check(tally)
    ranked = sorted(tally.candidates, key=lambda one: (-one.votes, one.born or date.max, one.key))
    if rules.majority is None:
        return _nobody(ranked, tally, UNKNOWN, AUTHORITY)
    base = _base(rules.majority.denominator, tally)
    needed = rules.majority.needed(base)
    if _quorum_missed(rules, tally):
        return _nobody(ranked, tally, QUORUM, "", base=base, needed=needed)
    passed = [one for one in ranked if rules.majority.met(one.votes, base)]
    elected, tied, reasons = _seat(rules, passed, tally.seats)
    undecided, decides = tied, _settles(rules) if tied else ""
    left = [one for one in ranked if one not in passed]
    halves = [one for one in left if rules.majority.exactly(one.votes, base)]
    reasons |= {one.key: HALF if one in halves else BELOW for one in left}
    if halves and rules.exactly_half == "head_decides" and len(elected) + len(tied) < tally.seats:
        undecided, decides = halves, HEAD
    winners = {one.key for one in elected}
    return Outcome(
        elected=tuple(one.key for one in ranked if one.key in winners),
        not_elected=tuple((one.key, reasons[one.key]) for one in ranked if one.key not in winners),
        tied=tuple(one.key for one in tied),
        seats_unfilled=tally.seats - len(elected),
        decides=decides,
        undecided=tuple(one.key for one in undecided),
        base=base,
        needed=needed,
    )


def _nobody(
    ranked: Iterable[Candidate],
    tally: Tally,
    reason: str,
    decides: str,
    *,
    base: int | None = None,
    needed: int | None = None,
) -> Outcome:
    keys = tuple(one.key for one in ranked)
    return Outcome(
        elected=(),
        not_elected=tuple((key, reason) for key in keys),
        tied=(),
        seats_unfilled=tally.seats,
        decides=decides,
        undecided=keys if decides else (),
        base=base,
        needed=needed,
    )


def _seat(
    rules: CountingRules, passed: list[Candidate], seats: int
) -> tuple[list[Candidate], list[Candidate], dict[str, str]]:
    """Fill the seats from the top; return the elected, those still tied, and reasons."""
    if len(passed) <= seats:
        return passed, [], {}
    last = passed[seats - 1].votes if seats else passed[0].votes + 1
    elected = [one for one in passed if one.votes > last]
    equal = [one for one in passed if one.votes == last]
    reasons = {one.key: FEWER for one in passed if one.votes < last}
    room = seats - len(elected)
    if len(equal) <= room:
        return [*elected, *equal], [], reasons
    older, tied, younger = _by_age(rules, equal, room)
    reasons |= dict.fromkeys((one.key for one in younger), YOUNGER)
    reasons |= dict.fromkeys((one.key for one in tied), TIED)
    return [*elected, *older], tied, reasons


def _by_age(
    rules: CountingRules, equal: list[Candidate], room: int
) -> tuple[list[Candidate], list[Candidate], list[Candidate]]:
    """Part candidates with equal votes into the older who are seated, the still tied, the rest."""
    if rules.ties != "older" or any(one.born is None for one in equal):
        return [], equal, []
    born = sorted(one.born for one in equal if one.born is not None)
    line, after = born[room - 1], born[room]
    parted: tuple[list[Candidate], list[Candidate], list[Candidate]] = ([], [], [])
    for one in equal:
        day = one.born or line
        place = 0 if day < line or (day == line and after != line) else 1 if day == line else 2
        parted[place].append(one)
    return parted


def _settles(rules: CountingRules) -> str:
    """Return who settles a tie that the count could not."""
    return {"reballot": REBALLOT, "head_decides": HEAD}.get(rules.ties, AUTHORITY)


def _base(denominator: str, tally: Tally) -> int:
    figures = {
        "convened": tally.convened,
        "present": tally.present,
        "ballots": tally.returned,
        "valid": tally.valid,
        "fixed": tally.fixed,
    }
    base = figures[denominator]
    if base is None and denominator == "ballots" and None not in (tally.valid, tally.invalid):
        base = (tally.valid or 0) + (tally.invalid or 0)
    if base is None:
        raise BadTally("denominator", f"the figure of the denominator '{denominator}' is missing")
    return base


def _quorum_missed(rules: CountingRules, tally: Tally) -> bool:
    came = tally.present if tally.present is not None else tally.returned
    if rules.quorum is None or tally.convened is None or came is None:
        return False
    return not rules.quorum.met(came, tally.convened)


def _check(tally: Tally) -> None:
    """Refuse figures that cannot belong to one vote."""
    names = Counter(one.key for one in tally.candidates)
    twice = next((key for key, times in names.items() if times > 1), None)
    if twice is not None:
        raise BadTally("twice", f"'{twice}' stands twice", twice)
    if tally.seats < 0:
        raise BadTally("seats", "the number of seats is negative")
    figures = ("convened", "present", "issued", "returned", "valid", "invalid", "fixed")
    for name in figures:
        if (getattr(tally, name) or 0) < 0:
            raise BadTally("negative", f"'{name}' is negative")
    for less, more in (("present", "convened"), ("returned", "issued"), ("valid", "returned")):
        low, high = getattr(tally, less), getattr(tally, more)
        if low is not None and high is not None and low > high:
            raise BadTally("exceeds", f"'{less}' is more than '{more}'")
    both = None not in (tally.valid, tally.invalid, tally.returned)
    if both and (tally.valid or 0) + (tally.invalid or 0) != tally.returned:
        raise BadTally("sum", "valid and invalid papers are not the papers returned")
    most = tally.valid if tally.valid is not None else tally.returned
    for one in tally.candidates:
        if one.votes < 0:
            raise BadTally("votes_negative", f"'{one.key}' has a negative number of votes", one.key)
        if most is not None and one.votes > most:
            raise BadTally("votes_exceed", f"'{one.key}' has more votes than papers", one.key)


def surplus_problem(rules: CountingRules, *, seats: int, names: int) -> str:
    """Return what is wrong with the length of a list: '', 'no_surplus' or 'surplus_exceeded'."""
    if rules.surplus_required and names <= seats:
        return "no_surplus"
    limit = rules.surplus_percent
    if limit is not None and (names - seats) * 100 > seats * limit:
        return "surplus_exceeded"
    return ""


# -- papers ----------------------------------------------------------------------------------------


def judge_paper(
    rules: CountingRules, marks: Mapping[str, str], options: Collection[str], max_choices: int
) -> str:
    """Return '' for a valid paper, else why it is invalid.

    Shape: `marks` by option: 'chosen' (nomination, choose), 'yes' or 'no', or 'high', 'trust',
        'low'; an option without a mark is absent or ''. `max_choices` matters where names are
        chosen.
    """
    given = {key: mark for key, mark in marks.items() if mark}
    if any(key not in options for key in given):
        return STRANGE_NAME
    if any(mark not in MARKS[rules.kind] for mark in given.values()):
        return STRANGE_MARK
    if not given:
        return BLANK_PAPER if rules.validity.blank == "invalid" else ""
    most = max_choices if CHOSEN in MARKS[rules.kind] else len(options)
    if len(given) > most and rules.validity.more_invalid:
        return TOO_MANY
    if len(given) < min(most, len(options)) and not rules.validity.fewer_allowed:
        return TOO_FEW
    return ""


# -- votes of confidence ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConfidenceOutcome:
    """The three levels as shares of the denominator.

    Units: percent to two decimals, half up, as results are published (66.60 is printed 66.6).
        `zone` is the code of the highest zone that the low votes reach, '' for none; it is found
        from the counts, not from the rounded percentage.
    """

    high: Decimal
    trust: Decimal
    low: Decimal
    rest: Decimal
    denominator: int
    zone: str


def confidence(
    rules: CountingRules, high: int, trust: int, low: int, denominator: int
) -> ConfidenceOutcome:
    """Return the percentages of a vote of confidence and the zone of its low votes.

    Units: papers; `denominator` is what the rule says it is (`rules.denominator`).
    Errors: BadTally for negative figures, more votes than the denominator, or a denominator of 0.
    """
    if min(high, trust, low) < 0:
        raise BadTally("negative", "a number of votes is negative")
    if denominator <= 0:
        raise BadTally("denominator", "the denominator must be more than 0")
    if high + trust + low > denominator:
        raise BadTally("exceeds", "the votes are more than the denominator")
    zone = next((one.code for one in rules.zones if one.share.met(low, denominator)), "")
    rest = denominator - high - trust - low
    return ConfidenceOutcome(
        high=percent(high, denominator),
        trust=percent(trust, denominator),
        low=percent(low, denominator),
        rest=percent(rest, denominator),
        denominator=denominator,
        zone=zone,
    )


def percent(part: int, whole: int) -> Decimal:
    """Return `part` of `whole` in percent, to two decimals, half up."""
    return (Decimal(part * 100) / Decimal(whole)).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
