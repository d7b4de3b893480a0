"""What refuses a resignation: duties and proceedings that an authority's document names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.exits import figures
from ngangtam.stages.exits.models import Exit
from ngangtam.stages.exits.swapping import told


@dataclass(frozen=True, slots=True)
class Refusal:
    """One finding that stands in the way."""

    person: int
    name: str
    label: str
    cites: tuple[str, ...]


def refusals(exit_: str, people: Sequence[int], day: date) -> list[Refusal]:
    """Return what refuses this way out for these people on a day."""
    if exit_ != Exit.RESIGNATION:
        return []
    known = grounds(rulebook())
    regimes: dict[int, set[str]] = {person: set() for person in people}
    held = Posting.objects.on(day).filter(person__in=list(people))
    for person, regime in held.values_list("person_id", "post__regime"):
        regimes[person].add(regime)
    found = []
    for one in figures.standing(people, day):
        for regime in sorted(regimes[one.person_id]):
            for ground in known.refusals(exit_, regime, day):
                if ground.id == one.about and one.word:
                    found.append(
                        Refusal(one.person_id, str(one.person), said(ground.label), ground.cites)
                    )
    return found


def in_words(one: Refusal) -> str:
    """Return the refusal in words, with its citation."""
    return _("A resignation is refused while this stands: %(label)s (%(cites)s).") % {
        "label": one.label, "cites": told(one.cites),
    }  # fmt: skip
