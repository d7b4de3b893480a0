"""What the rules say of one person for one title of a plan, each with value, reason, citation.

The rules come from the rulebook (planning.*). Not met refuses; unknown asks for a person's
judgement; nothing here decides about anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine.findings import find_for
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records import facts as snapshots
from ngangtam.records.facts.snapshot import Snapshot
from ngangtam.stages.planning.figures import limit
from ngangtam.stages.planning.models import Plan, PlanEntry, PlanTitle
from ngangtam.stages.planning.ranking import is_higher, rank_held, rank_of
from ngangtam.stages.planning.standing import Standing, people_for, titles_of

CANDIDATE: Final = "planning.candidate"
CONCLUSION: Final = "political-conclusion"
AGE: Final = "age"
# Of the standard's criteria, those that a rule of this module says better.
_SAID_HERE: Final = frozenset({"discipline"})
MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"
Text2 = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule about one person. Shape: texts in both languages; `part` is the sensitive part of
    the file that the outcome gives away, "" for none."""

    id: str
    outcome: str
    label: Text2
    value: Text2
    reason: Text2
    cites: tuple[str, ...] = ()
    part: str = ""

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "label": dict(self.label), "value": dict(self.value),
                "reason": dict(self.reason), "cites": list(self.cites)}  # fmt: skip


def both(words: Callable[[], str]) -> dict[str, str]:
    """Return a text in both languages."""
    said = {}
    for language in ("vi", "en"):
        with translation.override(language):
            said[language] = words()
    return said


def facts_of(
    people: Sequence[int], day: date, snapshot: Snapshot | None = None
) -> dict[int, dict[str, Any]]:
    """Return the facts of people on a day; somebody without a post then is left out.

    Shape: `snapshot` of that day where the caller holds it already.
    """
    if not people:
        return {}
    import polars as pl

    if snapshot is None:
        frame = snapshots.of(people, day)
    else:
        frame = snapshot.frame.filter(pl.col("person_id").is_in(list(people)))
    return {row["person_id"]: row for row in frame.iter_rows(named=True)}


def check(
    *, title: PlanTitle, person_id: int, today: date, standing: Standing,
    known: Mapping[str, Any] | None, cases: Sequence[str] | None = (),
) -> list[Check]:  # fmt: skip
    """Return every rule for a person who stands under a title, or would.

    Shape: `standing` is where people stand in plans now; `known` the person's facts of today, None
        without a post; `cases` are open proposals of appointment about the person, None where that
        is not asked: who stands in a plan already may be proposed, that is what plans are for.
    """
    plan = title.plan
    return [
        *limits(title, person_id, today, standing),
        _higher(title, today, known),
        *([] if cases is None else [_no_case(today, cases)]),
        _discipline(today, known),
        *_standard(plan, today, known),
    ]


def limits(title: PlanTitle, person_id: int, today: date, standing: Standing) -> list[Check]:
    """Return the two limits alone: people for a title, titles of one level for a person."""
    return [
        _people(title, person_id, today, standing), _titles(title, person_id, today, standing),
    ]  # fmt: skip


def _people(title: PlanTitle, person_id: int, today: date, standing: Standing) -> Check:
    most, cites = limit("planning.max_people_per_title", today)
    count = people_for(standing, title.post_id, person_id, (title.plan_id,))
    label = both(lambda: _("People planned for the title"))
    value = both(lambda: _("%(count)s with this person") % {"count": count})
    if most is None:
        return Check("people", UNKNOWN, label, value, _unset(), cites)
    return Check(
        "people", MET if count <= most else NOT_MET, label, value,
        both(lambda: _("at most %(most)s people a title") % {"most": most}), cites,
    )  # fmt: skip


def _titles(title: PlanTitle, person_id: int, today: date, standing: Standing) -> Check:
    most, cites = limit("planning.max_titles_per_person_same_level", today)
    count = titles_of(standing, person_id, title.post_id, title.post.level, (title.plan_id,))
    label = both(lambda: _("Titles of one level planned for the person"))
    value = both(lambda: _("%(count)s with this title") % {"count": count})
    if most is None:
        return Check("titles", UNKNOWN, label, value, _unset(), cites)
    return Check(
        "titles", MET if count <= most else NOT_MET, label, value,
        both(lambda: _("at most %(most)s titles of one level") % {"most": most}), cites,
    )  # fmt: skip


def _higher(title: PlanTitle, today: date, known: Mapping[str, Any] | None) -> Check:
    asked, cites = limit("planning.only_higher_title", today)
    label = both(lambda: _("A higher title than the one held"))
    if not asked:
        return Check(
            "higher", MET if asked is False else UNKNOWN, label, both(str), _unset(), cites
        )
    found = None if known is None else is_higher(rank_of(title.post), rank_held(known))
    if known is None:
        reason = both(lambda: _("the person holds no post today"))
    elif found is None:
        reason = both(lambda: _("level, managing body and office do not point the same way"))
    elif found:
        reason = both(lambda: _("higher by level, managing body or office"))
    else:
        reason = both(lambda: _("equal to what the person holds, or lower"))
    return Check("higher", _outcome(found), label, both(lambda: title.name), reason, cites)


def _no_case(today: date, cases: Sequence[str]) -> Check:
    asked, cites = limit("planning.not_with_appointment_proposal", today)
    label = both(lambda: _("No open proposal to appoint the person"))
    if not asked:
        return Check(
            "no_case", UNKNOWN if asked is None else MET, label, both(str), _unset(), cites
        )
    listed = ", ".join(cases)
    if cases:
        return Check("no_case", NOT_MET, label, {"vi": listed, "en": listed},
                     both(lambda: _("planning and proposing for appointment do not go together")),
                     cites)  # fmt: skip
    return Check("no_case", MET, label, both(lambda: _("none")),
                 both(lambda: _("no such proposal is open")), cites)  # fmt: skip


def _discipline(today: date, known: Mapping[str, Any] | None) -> Check:
    """The three cases in which somebody with faults may still be planned higher."""
    cases, cites = limit("planning.discipline_cases", today)
    label = both(lambda: _("Discipline"))
    now = _code("discipline", known, "discipline")
    last = _code("discipline", known, "last_discipline")
    value = both(lambda: _named(now if now not in ("", "none") else last) or _("none on file"))
    if cases is None:
        return Check("discipline", UNKNOWN, label, value, _unset(), cites)
    if known is None or now == "":
        return Check("discipline", UNKNOWN, label, value,
                     both(lambda: _("nothing recorded today")), cites)  # fmt: skip
    if now != "none":
        return Check("discipline", NOT_MET, label, value,
                     both(lambda: _("still in force; only a reprimand or a warning that has ended"
                                    " is among the three cases")), cites)  # fmt: skip
    if last in ("", "none"):
        return Check("discipline", MET, label, value,
                     both(lambda: _("no discipline; faults that were only reviewed, or not "
                                    "disciplined and put right, do not stand against it")),
                     cites)  # fmt: skip
    if last in ("reprimand", "warning"):
        return Check("discipline", MET, label, value,
                     both(lambda: _("a reprimand or a warning that has ended")), cites)  # fmt: skip
    return Check("discipline", UNKNOWN, label, value,
                 both(lambda: _("heavier than the three cases name; a person judges")),
                 cites)  # fmt: skip


def _standard(plan: Plan, today: date, known: Mapping[str, Any] | None) -> list[Check]:
    standard = rulebook().standards.get(CANDIDATE)
    if standard is None:
        return []
    # Age is what it will be on the plan's day; everything else is what is known today.
    found = {
        day: find_for(standard, known or {}, rulebook=rulebook(), on=day).findings
        for day in {today, plan.counted_on}
    }
    rows = []
    for one in standard.criteria:
        if one.id in _SAID_HERE:
            continue
        said = found[plan.counted_on if one.id == AGE else today][one.id]
        rows.append(Check(
            one.id, said.outcome.value, one.label, said.value, said.reason, said.cites,
            part="political" if one.id == CONCLUSION else "",
        ))  # fmt: skip
    return rows


def refused(checks: Sequence[Check]) -> list[Check]:
    """Return the rules that are not met."""
    return [one for one in checks if one.outcome == NOT_MET]


def open_ones(checks: Sequence[Check]) -> list[Check]:
    """Return the rules about which a person must judge."""
    return [one for one in checks if one.outcome == UNKNOWN]


def evidence(entry: PlanEntry, checks: Sequence[Check], known: Mapping[str, Any] | None
             ) -> list[Check]:  # fmt: skip
    """Return what speaks for taking an entry out: rules no longer met and what the file says.

    It is shown with the entry at the review; whether the person leaves is decided by people.
    """
    rows = list(refused(checks))
    label = both(lambda: _("Yearly rating"))
    failed = (known or {}).get("failed_years_in_row")
    if failed:
        rows.append(Check(
            "failed_year", NOT_MET, label,
            both(lambda: _("%(count)s years in a row not completed") % {"count": failed}),
            both(lambda: _("tasks not completed; who fails the tasks leaves the plan")),
            limit("planning.review_every_months", entry.plan.counted_on)[1],
        ))  # fmt: skip
    if known is None:
        rows.append(Check(
            "no_post", UNKNOWN, both(lambda: _("Post")), both(lambda: _("none today")),
            both(lambda: _("holds no post any more, or the file moved away")),
        ))  # fmt: skip
    return rows


def _outcome(found: bool | None) -> str:
    return UNKNOWN if found is None else MET if found else NOT_MET


def _unset() -> dict[str, str]:
    return both(lambda: _("the rulebook has no confirmed rule for this day"))


def _code(catalogue: str, known: Mapping[str, Any] | None, name: str) -> str:
    value = (known or {}).get(name)
    return rulebook().catalogues[catalogue].code(value) if isinstance(value, int) else ""


def _named(code: str) -> str:
    if code in ("", "none"):
        return ""
    entry = next((one for one in rulebook().catalogues["discipline"] if one.code == code), None)
    return said(entry.label) if entry else code
