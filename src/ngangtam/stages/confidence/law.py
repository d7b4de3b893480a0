"""What the rulebook says of votes of confidence: titles, timetable, timing, and what is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.counting import Zone
from ngangtam.law.engine.counting_rules import CountingRules
from ngangtam.law.engine.values import Value
from ngangtam.stages.confidence.models import Regime, Round

# The timetable of the National Assembly, code → parameter of the days before the session.
TIMETABLE: Final[Mapping[str, str]] = {
    "reports_asked": "confidence.elected.request_reports_days",
    "own_reports": "confidence.elected.own_report_days",
    "front": "confidence.elected.front_opinion_days",
    "documents": "confidence.elected.documents_days",
}
LEFT_OUT: Final[Mapping[str, str]] = {"party": "96-qd-tw#3.1", "elected": "96-2023-qh15#2"}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know of a round before going on. Shape: `tone` as notices have it."""

    tone: str
    text: str
    cites: tuple[str, ...] = ()


def rules_of(regime: str, day: date) -> CountingRules | None:
    """Return the counting rule of a regime on a day."""
    found = rulebook().counting.get(f"counting.confidence_{regime}")
    return found.on(day) if found is not None else None


def lookup(ident: str, day: date) -> Value:
    return rulebook().lookup(ident, day)


def titles_at(level: str, day: date) -> tuple[str, ...] | None:
    """Return the kinds of title that elected bodies vote on at a level; None where no text says."""
    found = lookup("confidence.elected.titles", day).value
    kinds = found.get(level) if isinstance(found, Mapping) else None
    return tuple(str(one) for one in kinds) if isinstance(kinds, list) else None


def timetable(regime: str, session: date | None) -> list[tuple[str, date]]:
    """Return what is due and when, soonest first; nothing where no timetable is known."""
    if regime != Regime.ELECTED or session is None:
        return []
    dues = []
    for code, parameter in TIMETABLE.items():
        days = lookup(parameter, session).value
        if isinstance(days, int):
            dues.append((code, session - timedelta(days=days)))
    return sorted(dues, key=lambda one: one[1])


def due_label(code: str) -> str:
    return {
        "reports_asked": _("Reports asked of the people voted on"),
        "own_reports": _("Own reports and declarations of assets handed in"),
        "front": _("Opinions of voters summed up by the Fatherland Front"),
        "documents": _("Documents sent to the deputies"),
    }.get(code, code)


def due_cites(code: str, session: date) -> tuple[str, ...]:
    return lookup(TIMETABLE[code], session).cites if code in TIMETABLE else ()


def third_year(term: int, day: date) -> int | None:
    """Return the calendar year in which the vote of a term is held; None while no text says."""
    found = lookup("confidence.elected.year_of_term", day).value
    return term + found - 1 if isinstance(found, int) else None


def zone_of(regime: str, code: str, day: date) -> Zone | None:
    """Return the zone with its words and citations."""
    rules = rules_of(regime, day)
    return next((one for one in rules.zones if one.code == code), None) if rules else None


def notes_for(one: Round) -> list[Note]:
    """Return what is not known of a round like this, and what a person has to decide."""
    rules = rules_of(one.regime, one.day)
    if rules is None:
        return [Note("danger", _("No text in the rulebook speaks of this on that day."))]
    found = []
    if one.regime == Regime.PARTY:
        found += [
            Note("warning", _("When the Party vote is held is told differently by the sources; the"
                 " document that orders the round decides."),
                 lookup("confidence.party.timing", one.day).cites),
            Note("warning", _("Who votes on each title stands in an appendix that was not seen;"
                 " the list of voters has to be confirmed by the authority."),
                 lookup("confidence.party.voters", one.day).cites),
            Note("warning", _("Of what shares are taken was not seen in the text; “%(choice)s” was"
                 " chosen here and has to be confirmed by the authority.")
                 % {"choice": one.get_share_of_display()}, rules.cites),
        ]  # fmt: skip
    elif one.unit.level == "commune":
        found.append(
            Note("warning", _("The text names provinces and districts; for councils of communes no"
                 " rule was found. The authority decides whether the round is held."),
                 lookup("confidence.elected.commune", one.day).cites)
        )  # fmt: skip
    elif one.unit.level != "central":
        found.append(
            Note("info", _("The timetable is that of the National Assembly; for People's Councils"
                 " it serves as a guide."), ("96-2023-qh15#10",))
        )  # fmt: skip
    if one.regime == Regime.ELECTED:
        found += _timing(one)
    return found


def _timing(one: Round) -> list[Note]:
    cites = lookup("confidence.elected.year_of_term", one.day).cites
    if one.term is None:
        return [
            Note("warning", _("The first year of the term is not given, so nobody can see whether"
                 " this is the third year."), cites)
        ]  # fmt: skip
    year = third_year(one.term, one.day)
    words = {"first": one.term, "year": year, "day": f"{one.day:%d/%m/%Y}"}
    if year is None or one.day.year == year:
        return []
    return [
        Note("warning", _("The vote is held once a term, at the end of the third year: for the term"
             " from %(first)s that is %(year)s, not %(day)s.") % words, cites)
    ]  # fmt: skip
