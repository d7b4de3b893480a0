"""How votes are counted: what a rule says on one day, and the figures that it is asked about."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.values import LawError

KINDS: Final = ("nomination", "yes_no", "choose", "confidence")
DENOMINATORS: Final = ("convened", "present", "ballots", "valid", "fixed")
COMPARES: Final = (">", ">=")
TIES: Final = ("older", "reballot", "head_decides", "stop")
HALVES: Final = ("fails", "head_decides")
BLANKS: Final = ("valid", "invalid")
ZONES: Final = ("over_half", "two_thirds")

# Why somebody was not elected.
BELOW: Final = "below_majority"
HALF: Final = "exactly_half"
FEWER: Final = "fewer_votes"
TIED: Final = "tied"
YOUNGER: Final = "younger"
QUORUM: Final = "quorum_missed"
UNKNOWN: Final = "threshold_not_confirmed"
REASONS: Final = (BELOW, HALF, FEWER, TIED, YOUNGER, QUORUM, UNKNOWN)

# Who has to act on what the count left open.
HEAD: Final = "head"
REBALLOT: Final = "reballot"
AUTHORITY: Final = "authority"

# Marks on a paper, and why a paper is invalid.
CHOSEN: Final = "chosen"
YES: Final = "yes"
NO: Final = "no"
HIGH: Final = "high"
TRUST: Final = "trust"
LOW: Final = "low"
MARKS: Final = {
    "nomination": (CHOSEN,),
    "choose": (CHOSEN,),
    "yes_no": (YES, NO),
    "confidence": (HIGH, TRUST, LOW),
}
BLANK_PAPER: Final = "blank"
TOO_MANY: Final = "too_many"
TOO_FEW: Final = "too_few"
STRANGE_NAME: Final = "unknown_option"
STRANGE_MARK: Final = "unknown_mark"
INVALID: Final = (BLANK_PAPER, TOO_MANY, TOO_FEW, STRANGE_NAME, STRANGE_MARK)


class BadTally(LawError):  # noqa: N818  # reads as what it is
    """Figures that cannot be those of one vote; `code` says which check failed."""

    def __init__(self, code: str, message: str, key: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.key = key


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction to be reached, kept as numerator and denominator, never rounded."""

    numerator: int
    of: int
    compare: str

    def met(self, votes: int, base: int) -> bool:
        """Whether `votes` out of `base` reach the fraction."""
        part, whole = votes * self.of, base * self.numerator
        return part > whole if self.compare == ">" else part >= whole

    def exactly(self, votes: int, base: int) -> bool:
        """Whether `votes` are the fraction of `base` to the vote."""
        return base > 0 and votes * self.of == base * self.numerator

    def needed(self, base: int) -> int:
        """Return the fewest votes that reach the fraction."""
        line = Fraction(base * self.numerator, self.of)
        least = -(-line.numerator // line.denominator)
        return least + 1 if self.compare == ">" and least == line else least


@dataclass(frozen=True, slots=True)
class Majority(Share):
    """The fraction that elects, and of what."""

    denominator: str


@dataclass(frozen=True, slots=True)
class Validity:
    """Which papers count."""

    fewer_allowed: bool
    more_invalid: bool
    blank: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A share of low votes from which something follows; the highest stands first."""

    code: str
    share: Share
    label: Text2
    consequence: Text2
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountingRules:
    """One way to count, on one day.

    Shape: `majority` is None while its threshold waits for the authority in charge: then nobody
        is elected and the figures are only shown; `denominator` is what shares are taken of, ''
        while that is not known. `unconfirmed` names the parts that no text
        settles; the safe reading stands in them (a tie stops the count, half fails).
        `surplus_percent` is the most by which names may exceed seats; None: no limit known.
    """

    id: str
    label: Text2
    regime: str
    kind: str
    majority: Majority | None
    denominator: str
    quorum: Share | None
    surplus_percent: int | None
    surplus_required: bool
    ties: str
    exactly_half: str
    validity: Validity
    announced: bool | None
    zones: tuple[Zone, ...]
    cites: tuple[str, ...]
    status: str
    confidence: str
    unconfirmed: tuple[str, ...]
    from_: date
    until: date | None
    note: Text2 | None

    @property
    def order(self) -> str:
        """How winners are ordered; every rule so far orders by votes."""
        return "votes"

    @property
    def is_confirmed(self) -> bool:
        """Whether the rule rests on texts that were read; else a person has to confirm it."""
        return self.status == "shipped"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody, or something, that was voted on."""

    key: str
    votes: int
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one vote.

    Units: persons (`convened`, `present`) and papers (`issued` given out, `returned` into the
        box, of which `valid` and `invalid`). None where a figure is not known. `fixed` is the
        denominator of rules that are told it.
    """

    candidates: tuple[Candidate, ...]
    seats: int
    convened: int | None = None
    present: int | None = None
    issued: int | None = None
    returned: int | None = None
    valid: int | None = None
    invalid: int | None = None
    fixed: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a count says.

    Shape: `elected` by votes, the most first, elders first among equals; `not_elected` likewise,
        each with its reason code. `tied` share the last seat and nothing decides between them;
        `undecided` is on whom `decides` acts: 'head', 'reballot', 'authority', or '' when nothing
        is open. `base` is the figure of the denominator, `needed` the fewest votes that elect;
        None while the threshold is not confirmed.
    """

    elected: tuple[str, ...]
    not_elected: tuple[tuple[str, str], ...]
    tied: tuple[str, ...]
    seats_unfilled: int
    decides: str
    undecided: tuple[str, ...]
    base: int | None
    needed: int | None
