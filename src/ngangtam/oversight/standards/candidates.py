"""Whether a candidate meets the standard of the post considered: told to the conditions of a case.

Asked are the standards that say `for_candidates` and speak of the post by its kind of title, level
and regime. Where the rulebook has none, or it waits to be confirmed, nothing is told: a person
decides, and the screen says why.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine import tree
from ngangtam.law.engine.expr import Outcome
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.findings import StandardFinding, find_for
from ngangtam.law.engine.model import Criterion, Standard
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.oversight.standards.standing import parts_of
from ngangtam.records import facts
from ngangtam.records.organisation.models import Post
from ngangtam.stages.procedure.knowing import Facts, Hint, Why

FACT: Final = "target_standard_met"
_LANGUAGES: Final = ("vi", "en")
_ANY: Final = "all"


@dataclass(frozen=True, slots=True)
class _Held:
    """One candidate against one standard."""

    standard: Standard
    found: StandardFinding

    def with_outcome(self, outcome: Outcome) -> Iterator[Criterion]:
        for one in self.standard.criteria:
            if self.standard.is_on(one) and self.found.findings[one.id].outcome is outcome:
                yield one


def asked_for(post: Post, day: date) -> list[Standard]:
    """Return the standards of a post on a day, those that wait to be confirmed too."""
    return [
        one for one in rulebook().standards.values()
        if one.for_candidates and post.title_kind in one.title_kinds
        and one.level in ("", None, post.level) and one.regime in (post.regime, _ANY)
        and (one.in_force is None or day in one.in_force)
    ]  # fmt: skip


def known(people: Sequence[int], post: Post | None, day: date) -> Facts:
    """Return `target_standard_met` of each of these people, as far as the facts say."""
    return {
        person: {FACT: met} for person, held in _held(people, post, day).items()
        if (met := _of_all([one.found.outcome for one in held])) is not None
    }  # fmt: skip


def explained(people: Sequence[int], post: Post | None, day: date) -> dict[int, Why]:
    """Return of each of these people what the answer rests on, criterion by criterion."""
    if post is None:
        return {}
    asked = asked_for(post, day)
    waiting = [one for one in asked if one.status != "shipped"]
    held = _held(people, post, day)
    return {
        person: _why(held.get(person, []), asked, waiting) for person in people
    }  # fmt: skip


def hints(number: str, post: Post | None, day: date) -> list[Hint]:
    """Return where the answer is looked at, and where what is missing is written down."""
    if post is None:
        return []
    asked = [one for one in asked_for(post, day) if one.status == "shipped"]
    if not asked:
        return [Hint(_("Standards in the rulebook"), reverse("standard-list"))]
    return [
        Hint(said(one.label), reverse("standard-finding", args=[one.id, number])) for one in asked
    ]


def _held(people: Sequence[int], post: Post | None, day: date) -> dict[int, list[_Held]]:
    asked = [one for one in asked_for(post, day) if one.status == "shipped"] if post else []
    if not asked or not people:
        return {}
    book, found = rulebook(), {}
    for told in facts.of(people, day).iter_rows(named=True):
        found[int(told["person_id"])] = [
            _Held(one, find_for(one, told, rulebook=book, on=day)) for one in asked
        ]
    return found


def _of_all(outcomes: Sequence[Outcome]) -> bool | None:
    if Outcome.NOT_MET in outcomes:
        return False
    return None if not outcomes or Outcome.UNKNOWN in outcomes else True


def _why(held: Sequence[_Held], asked: Sequence[Standard], waiting: Sequence[Standard]) -> Why:
    if held:
        return Why(
            _both(lambda: "; ".join(_counted(one) for one in held)),
            _both(lambda: "; ".join(_said(one) for one in held)),
            _once(pin for one in held for pin in one.standard.cites),
            _once(fact for one in held for fact in _read(one.standard)),
        )  # fmt: skip
    if waiting and len(waiting) == len(asked):
        return Why(
            {}, _both(lambda: _("The standard of this title waits to be confirmed by the"
                                " authority: %s") % "; ".join(said(one.label) for one in waiting)),
            _once(pin for one in waiting for pin in one.cites), (),
        )  # fmt: skip
    if asked:
        return Why(
            {}, _both(lambda: _("This person holds no post on the day, and standards are checked on"
                                " those in posts; whoever decides looks at the file.")),
            _once(pin for one in asked for pin in one.cites), (),
        )  # fmt: skip
    return Why(
        {}, _both(lambda: _("The rulebook holds no standard of this title; whoever decides says"
                            " by which text it is met.")), (), (),
    )  # fmt: skip


def _read(standard: Standard) -> Iterator[str]:
    """Yield the facts that stand in sealed parts of a file: who may not read them sees no words."""
    for one in standard.criteria:
        if parts_of(one):
            yield from tree.base_facts(one.rule.node)


def _counted(one: _Held) -> str:
    on = sum(one.standard.is_on(each) for each in one.standard.criteria)
    met = sum(1 for _each in one.with_outcome(Outcome.MET))
    return _("%(standard)s: %(met)s of %(all)s criteria met") % {
        "standard": said(one.standard.label), "met": met, "all": on,
    }  # fmt: skip


def _said(one: _Held) -> str:
    parts = [
        (_("not met"), _named(one, Outcome.NOT_MET)), (_("not on record"),
         _named(one, Outcome.UNKNOWN)), (_("met"), _named(one, Outcome.MET)),
    ]  # fmt: skip
    return "; ".join(f"{word}: {', '.join(named)}" for word, named in parts if named)


def _named(one: _Held, outcome: Outcome) -> list[str]:
    named = []
    for each in one.with_outcome(outcome):
        value = said(one.found.findings[each.id].value)
        label = said(each.label)
        named.append(f"{label} ({value})" if value else label)
    return named


def _both(words: Callable[[], str]) -> Text2:
    found = {}
    for language in _LANGUAGES:
        with translation.override(language):
            found[language] = words()
    return found


def _once(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
