"""Facts that conditions of cases ask, and that only an authority's document tells.

An officer records what the document says, yes or no, and until when; every case that asks it then
knows it. What nobody recorded stays unknown, and the condition says where it is recorded.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.law.engine import rulebook
from ngangtam.records.organisation.models import Post
from ngangtam.stages.procedure.knowing import Hint

# Told by the body in charge, yes or no; names of `law/rulebook/case_facts.yaml`.
STATED: Final = (
    "fault_needs_remedy", "under_disciplinary_review", "under_investigation", "on_critical_duty",
)  # fmt: skip
# Looked at on the page of the person: what stands, and what an authority found.
WATCHED: Final = ("removal_ground_established", "dismissal_due")


def label_of(fact: str) -> str:
    """Return what a fact of cases is called; its name where the rulebook has none."""
    known = rulebook().case_vocabulary.facts.get(fact)
    return said(known.label) if known is not None else fact


def choices() -> list[tuple[str, str]]:
    """Return the facts that may be recorded, for a form."""
    return [(fact, label_of(fact)) for fact in STATED]


def place_of(fact: str) -> Callable[[str, Post | None, date], Sequence[Hint]]:
    """Return the function that says where one fact is recorded."""

    def places(number: str, _post: Post | None, _day: date) -> Sequence[Hint]:
        if fact in WATCHED:
            label = _("See what stands, and record what an authority found")
            return [Hint(label, reverse("exit-person", args=[number]))]
        label = _("Record what the document says: %(fact)s") % {"fact": label_of(fact)}
        return [Hint(label, f"{reverse('exit-state', args=[number])}?about={fact}")]

    return places
