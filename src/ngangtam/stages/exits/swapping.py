"""Dismissal cannot be swapped: while its ground stands, removal and resignation are refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.stages.exits import figures
from ngangtam.stages.exits.models import Exit, Proposal
from ngangtam.stages.procedure.models import Case

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
        that a person set aside with a reason, or that a case decided on, no longer stands.
    """
    book = rulebook()
    rule = book.lookup(RULE, day)
    if rule.value is not True:
        return []
    known = grounds(book)
    rows = Proposal.objects.filter(person__in=list(people), exit=Exit.DISMISSAL)
    rows = rows.exclude(state=Proposal.State.GONE).select_related("person")
    over = _over(rows)
    found = {
        (one.person_id, one.ground): one.person.full_name
        for one in rows
        if one.confirmed and one.pk not in over
    }
    settled = {
        rests
        for one in rows
        if one.pk in over
        for piece in one.evidence.get("facts", ())
        for rests in piece.get("rests_on", ())
    }
    for one in figures.standing(people, day):
        ground = known.found.get(one.about)
        stands = ground is not None and ground.exit == Exit.DISMISSAL and ground.confirmed
        if stands and one.word and f"statement:{one.pk}" not in settled:
            found.setdefault((one.person_id, one.about), str(one.person))
    return [
        Barrier(
            person, name, ident, said(known.found[ident].label),
            tuple(dict.fromkeys((*known.found[ident].cites, *rule.cites))),
        )
        for (person, ident), name in found.items()
        if ident in known.found
    ]  # fmt: skip


def _over(rows: Iterable[Proposal]) -> set[int]:
    """Return the proposals that a person settled: set aside, or their case decided.

    A case that was only withdrawn settles nothing.
    """
    opened = {one.case_number: one.pk for one in rows if one.state == Proposal.State.OPENED}
    decided = Case.objects.filter(
        number__in=opened, state__in=[Case.State.DONE, Case.State.REFUSED]
    ).values_list("number", flat=True)  # fmt: skip
    aside = {one.pk for one in rows if one.state == Proposal.State.ASIDE}
    return aside | {opened[number] for number in decided}


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
    article = _("article")
    for pinpoint in cites:
        found = book.cite(pinpoint)
        place = found.pin
        words.append(
            f"{found.instrument.number}, {article} {place}" if place[:1].isdigit()
            else found.instrument.number
        )  # fmt: skip
    return "; ".join(dict.fromkeys(words))
