"""Dismissal cannot be swapped: while its ground stands, removal and resignation are refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.stages.exits import figures
from ngangtam.stages.exits.models import Exit, Proposal

RULE: Final = "exits.dismissal_cannot_be_swapped"
LESSER: Final = frozenset({Exit.REMOVAL, Exit.RESIGNATION})


@dataclass(frozen=True, slots=True)
class Barrier:
    """A ground of dismissal that stands, and the text that lets nothing take its place."""

    person: int
    name: str
    ground: str
    label: str
    cites: tuple[str, ...]


def barriers(people: Sequence[int], day: date) -> list[Barrier]:
    """Return what stands against a removal or a resignation of these people.

    Shape: grounds of confirmed texts alone, met on the latest look or found by an authority; one
        that a person set aside with a reason no longer stands.
    """
    book = rulebook()
    rule = book.lookup(RULE, day)
    if rule.value is not True:
        return []
    known = grounds(book)
    lang = "en" if (get_language() or "vi").startswith("en") else "vi"
    rows = Proposal.objects.filter(
        person__in=list(people), exit=Exit.DISMISSAL, confirmed=True,
        state__in=[Proposal.State.STANDING, Proposal.State.OPENED],
    ).select_related("person")  # fmt: skip
    found = {(one.person_id, one.ground): one.person.full_name for one in rows}
    aside = Proposal.objects.filter(
        person__in=list(people), exit=Exit.DISMISSAL, state=Proposal.State.ASIDE
    ).values_list("evidence", flat=True)  # fmt: skip
    settled = {rests for evidence in aside for piece in evidence.get("facts", ())
               for rests in piece.get("rests_on", ())}  # fmt: skip
    for one in figures.standing(people, day):
        ground = known.found.get(one.about)
        stands = ground is not None and ground.exit == Exit.DISMISSAL and ground.confirmed
        if stands and one.word and f"statement:{one.pk}" not in settled:
            found.setdefault((one.person_id, one.about), str(one.person))
    return [
        Barrier(
            person, name, ident, known.found[ident].label[lang],
            tuple(dict.fromkeys((*known.found[ident].cites, *rule.cites))),
        )
        for (person, ident), name in found.items()
        if ident in known.found
    ]  # fmt: skip


def refuse(exit_: str, people: Sequence[int], day: date) -> None:
    """Errors: DomainError with the ground and its citation, where a dismissal is due."""
    if exit_ not in LESSER:
        return
    standing = barriers(people, day)
    if standing:
        first = standing[0]
        raise DomainError(
            _("A ground of dismissal stands for %(name)s: %(ground)s (%(cites)s). Removal or"
              " resignation may not take the place of a dismissal that is due.")
            % {"name": first.name, "ground": first.label, "cites": told(first.cites)}
        )  # fmt: skip


def told(cites: Sequence[str]) -> str:
    """Return citations as a reader knows them: number and place."""
    book = rulebook()
    words = []
    for pinpoint in cites:
        found = book.cite(pinpoint)
        place = found.pin
        words.append(
            f"{found.instrument.number}, {_('article')} {place}" if place[:1].isdigit()
            else found.instrument.number
        )  # fmt: skip
    return "; ".join(dict.fromkeys(words))
