"""What the rulebook says of a committee's numbers, of its surplus and of each candidate."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from django.utils.translation import gettext as _

from ngangtam.law.engine.findings import find_for
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.planning.figures import limit
from ngangtam.stages.planning.rules import (
    CANDIDATE,
    CONCLUSION,
    MET,
    NOT_MET,
    UNKNOWN,
    Check,
    both,
)

STANDARDS: Final[dict[str, str]] = {
    Candidate.Kind.FIRST: "congress-2025-2030.first-entry",
    Candidate.Kind.AGAIN: "congress-2025-2030.re-election",
    Candidate.Kind.DEPUTY: "congress-2025-2030.provincial-deputy-secretary",
}
# From this many former units on, the larger number of members holds.
_SEVERAL: Final = 3
_P: Final = "congress_2025_2030."


def reference_day(level: str, today: date) -> date | None:
    """Return the day on which the rulebook counts age for a level: the first of its month."""
    table, _cites = limit(f"{_P}age_counted_at", today)
    key = {"commune": "commune", "province": "above_base", "central": "central_bodies"}.get(level)
    month = str((table or {}).get(key, "")) if key else ""
    try:
        return date.fromisoformat(f"{month[:7]}-01") if month else None
    except ValueError:
        return None


def numbers(structure: Structure, today: date) -> list[Check]:
    """Judge the numbers of a committee; only a commune's are given."""
    commune = structure.unit.level == "commune"
    size, cites = limit(f"{_P}commune_committee_size", today)
    standing, standing_cites = limit(f"{_P}commune_standing_size", today)
    deputies, deputy_cites = limit(f"{_P}commune_deputy_secretaries", today)
    most = None
    if size is not None:
        most = size["from_three_units" if structure.merged >= _SEVERAL else "usual"]
    return [
        _number("seats", both(lambda: _("Members of the committee")), structure.seats,
                None, most, cites=cites, known=commune),
        _number("standing", both(lambda: _("Members of the standing committee")),
                structure.standing, (standing or {}).get("low"), (standing or {}).get("high"),
                cites=standing_cites, known=commune),
        _number("deputies", both(lambda: _("Deputy secretaries")), structure.deputies, deputies,
                deputies, cites=deputy_cites, known=commune),
    ]  # fmt: skip


def _number(
    ident: str, label: Mapping[str, str], value: int, low: int | None, high: int | None, *,
    cites: tuple[str, ...], known: bool,
) -> Check:  # fmt: skip
    said = {"vi": str(value), "en": str(value)}
    if not known or (low is None and high is None):
        return Check(ident, UNKNOWN, label, said,
                     both(lambda: _("no number is given for this level; the authority decides")),
                     cites if known else ())  # fmt: skip
    fits = (low is None or value >= low) and (high is None or value <= high)
    if low == high:
        reason = both(lambda: _("exactly %(n)s") % {"n": high})
    elif low is None:
        reason = both(lambda: _("at most %(n)s") % {"n": high})
    else:
        reason = both(lambda: _("from %(low)s to %(high)s") % {"low": low, "high": high})
    return Check(ident, MET if fits else NOT_MET, label, said, reason, cites)


def surplus(structure: Structure, listed: int, prepared: int, today: date) -> list[Check]:
    """Judge the surplus of the list: what was prepared, and the whole with those from outside.

    Shape: people above the seats, in percent of the seats.
    """
    share, cites = limit("election.surplus_prepared_percent", today)
    most, most_cites = limit("election.surplus_max_percent", today)
    rows = []
    label = both(lambda: _("Surplus prepared by the committee"))
    value = _over(structure, prepared)
    if share is None:
        rows.append(Check("prepared", UNKNOWN, label, value, both(str), cites))
    else:
        # Whole people: the fewest that reach the low end, the most that stay below the high end.
        low = ceil(Fraction(share["low"] * structure.seats, 100))
        high = max(low, floor(Fraction(share["high"] * structure.seats, 100)))
        fits = low <= prepared - structure.seats <= high
        rows.append(Check(
            "prepared", MET if fits else NOT_MET, label, value,
            both(lambda: _("%(low)s–%(high)s %%: %(fewest)s to %(most)s people above the seats") % {
                "low": share["low"], "high": share["high"], "fewest": low, "most": high}), cites,
        ))  # fmt: skip
    label = both(lambda: _("Surplus of the whole list"))
    if most is None:
        return [*rows, Check("surplus", UNKNOWN, label, _over(structure, listed), both(str),
                             most_cites)]  # fmt: skip
    cap = floor(Fraction(most * structure.seats, 100))
    rows.append(Check(
        "surplus", MET if 0 < listed - structure.seats <= cap else NOT_MET, label,
        _over(structure, listed),
        both(lambda: _("more candidates than seats, at most %(percent)s %%: %(most)s people above")
             % {"percent": most, "most": cap}), most_cites,
    ))  # fmt: skip
    return rows


def _over(structure: Structure, listed: int) -> dict[str, str]:
    over = listed - structure.seats
    return both(
        lambda: (
            _("%(listed)s for %(seats)s seats (%(over)+d)")
            % {"listed": listed, "seats": structure.seats, "over": over}
        )
    )


def candidate(
    structure: Structure, kind: str, known: Mapping[str, Any] | None, today: date,
    *, outside: bool = False, present: int | None = None, support: int | None = None,
) -> list[Check]:  # fmt: skip
    """Hold somebody against the rules of standing: age by the kind, support from outside."""
    standard = rulebook().standards.get(STANDARDS[kind])
    rows = []
    if standard is not None:
        found = find_for(
            standard, known or {}, rulebook=rulebook(), on=structure.counted_on
        ).findings
        rows = [
            Check(one.id, found[one.id].outcome.value, one.label, found[one.id].value,
                  found[one.id].reason, found[one.id].cites)
            for one in standard.criteria if standard.is_on(one)
        ]  # fmt: skip
    rows += _conclusion(known, today)
    if outside:
        rows.append(_support(present, support, today))
    return rows


def _conclusion(known: Mapping[str, Any] | None, today: date) -> list[Check]:
    standard = rulebook().standards.get(CANDIDATE)
    if standard is None:
        return []
    found = find_for(standard, known or {}, rulebook=rulebook(), on=today).findings
    return [
        Check(one.id, found[one.id].outcome.value, one.label, found[one.id].value,
              found[one.id].reason, found[one.id].cites, part="political")
        for one in standard.criteria if one.id == CONCLUSION
    ]  # fmt: skip


def _support(present: int | None, support: int | None, today: date) -> Check:
    more, cites = limit("election.outside_list_support_percent", today)
    label = both(lambda: _("Support for somebody from outside the list"))
    if more is None or not present or support is None:
        return Check("support", UNKNOWN, label, both(str),
                     both(lambda: _("delegates present and in favour are not known")),
                     cites)  # fmt: skip
    fits = Fraction(support, present) > Fraction(more, 100)
    return Check(
        "support", MET if fits else NOT_MET, label,
        both(lambda: _("%(support)s of %(present)s delegates") % {
            "support": support, "present": present}),
        both(lambda: _("more than %(percent)s %% of the delegates present") % {"percent": more}),
        cites,
    )  # fmt: skip


def shares(structure: Structure, today: date) -> dict[str, tuple[int | None, tuple[str, ...], str]]:
    """Return (percent, citations, basis) that each share is measured against."""
    found: dict[str, tuple[int | None, tuple[str, ...], str]] = {}
    for name in ("women_percent", "young_percent"):
        value, cites = limit(f"{_P}{name}", today)
        own = structure.figures.get(name)
        if value is not None:
            found[name] = (int(value), cites, "")
        elif isinstance(own, int):
            found[name] = (own, (), structure.figures_basis)
        else:
            found[name] = (None, rulebook().lookup(f"{_P}{name}", today).cites, "")
    return found
