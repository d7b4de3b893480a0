"""Findings, targets, indicators and the rulebook."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _
from pydantic import Field

from ngangtam.doors.api.shapes.common import Out, UnitRef


class Finding(Out):
    """One criterion for one person. Shape: `outcome` is met, not_met, unknown, off or sealed."""

    criterion: str
    label: str
    outcome: str
    reason: str | None = Field(description=_("Why, in the language asked for."))
    missing: list[str] = Field(description=_("Facts without which the outcome stays open."))
    cites: list[str]


class PersonFinding(Out):
    """One person against one standard on a day."""

    day: date
    standard: str
    label: str
    person: str
    outcome: str | None = Field(
        description=_("met, not_met or unknown; null when part of it is sealed or nothing "
                      "was checked.")
    )  # fmt: skip
    why_not: str | None = Field(default=None, description=_("Why nothing was checked."))
    findings: list[Finding]


class Counted(Out):
    """People by outcome."""

    met: int
    not_met: int
    unknown: int
    total: int


class CriterionCount(Out):
    """One criterion counted. Shape: null counts are held back (a small group) or off."""

    criterion: str
    label: str
    off: bool
    counts: Counted | None
    cites: list[str]


class UnitFinding(Out):
    """A standard against the people of a unit and all below it."""

    day: date
    standard: str
    label: str
    unit: UnitRef
    people: int | None
    overall: Counted | None
    criteria: list[CriterionCount]
    smallest_shown: int = Field(
        description=_("Groups smaller than this are held back from you here.")
    )
    why_not: str | None = None


class Missing(Out):
    """A fact that nobody recorded for some people."""

    fact: str
    people: int


class Target(Out):
    """A target of a resolution measured in a unit and all below it.

    Shape: `outcome` is met, not_met, unknown, nobody, off, not_yet, or hidden for a small group.
    """

    id: str
    label: str
    resolution: str
    cites: list[str]
    kind: str
    comparison: str
    low: float | None
    high: float | None
    measured_in: str
    deadline: date | None
    outcome: str
    value: float | None
    value_low: float | None = Field(description=_("If all that is unknown turned out against."))
    value_high: float | None = Field(description=_("If all that is unknown turned out for."))
    count: int | None
    total: int | None
    unknown: int | None
    gap: int | None = Field(description=_("How many people are missing for it to be met."))
    missing: list[Missing]
    note: str | None


class Targets(Out):
    """Every target in one place."""

    day: date
    unit: UnitRef
    items: list[Target]
    why_not: str | None = None


class TargetBelow(Out):
    """One target in a unit right below."""

    unit: UnitRef
    people: int
    target: Target


class TargetDetail(Out):
    """One target in one place and in the units right below it."""

    day: date
    unit: UnitRef
    target: Target | None
    below: list[TargetBelow]
    why_not: str | None = None


class Band(Out):
    """One band of an indicator."""

    label: str
    count: int
    percent: float | None


class Indicator(Out):
    """A counted, averaged or banded figure. Shape: figures are null where a group is held back."""

    id: str
    label: str
    definition: str
    reference_day: date
    hidden: bool
    count: int | None
    total: int | None
    percent: float | None
    unknown: int | None
    value: float | None
    bands: list[Band]


class Indicators(Out):
    """The figures of one set of definitions in one place."""

    set: str
    label: str
    day: date
    unit: UnitRef
    items: list[Indicator]
    why_not: str | None = None


class IndicatorSet(Out):
    """A set of definitions."""

    id: str
    label: str
    source: str
    cites: list[str]
    reference_day: date | None
    figures: list[str]


class IndicatorSets(Out):
    """The sets of definitions."""

    items: list[IndicatorSet]


class Instrument(Out):
    """A text of law."""

    id: str
    number: str
    title: str
    issuer: str
    issued: date | None
    first_day: date
    until: date | None
    replaces: list[str]
    confidence: str
    verified_until: str
    url: str | None
    note: str | None


class InstrumentDetail(Instrument):
    """A text of law with its pinpoints."""

    outline: list[str]


class Instruments(Out):
    """Texts of law, newest first."""

    items: list[Instrument]


class Value(Out):
    """A value in the period in which it holds. Shape: null is repealed."""

    first_day: date
    until: date | None
    value: Any
    cites: list[str]
    confidence: str
    note: str | None


class Parameter(Out):
    """A number of the law. Shape: `state` is in_force, repealed, silent or off."""

    id: str
    label: str
    regime: str
    unit: str | None
    type: str
    state: str
    value: Value | None


class ParameterDetail(Parameter):
    """A number of the law with all its values."""

    day: date
    values: list[Value]


class Parameters(Out):
    """What every parameter says on a day."""

    day: date
    items: list[Parameter]


class Criterion(Out):
    """One line of a standard."""

    id: str
    label: str
    expression: str
    cites: list[str]
    off: bool


class Standard(Out):
    """A title standard."""

    id: str
    label: str
    regime: str
    level: str | None
    title_kinds: list[str]
    status: str
    cites: list[str]
    criteria: list[Criterion]


class Standards(Out):
    """The title standards."""

    items: list[Standard]
