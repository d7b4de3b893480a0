"""Forms of results: a petition, its answer, trying a scheme."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.corrections.forms import ProofField
from ngangtam.stages.evaluation.models import Class


class PetitionForm(forms.Form):
    """Why the class is wrong, and what proves it."""

    text = forms.CharField(
        label=_("Why the class is wrong"), max_length=4000, widget=forms.Textarea({"rows": 6}),
        help_text=_("Which task, score or condition is wrong, and how it really is."),
    )  # fmt: skip
    proof = ProofField(required=False)


def _answer() -> forms.CharField:
    return forms.CharField(
        label=_("Answer with the reason"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("The person reads it."),
    )  # fmt: skip


class UpholdForm(forms.Form):
    """Why the class stands."""

    answer = _answer()


class ReplaceForm(forms.Form):
    """The new class, why, and the document by which it is decided."""

    level = forms.ChoiceField(label=_("New class"), choices=Class.choices)
    answer = _answer()
    number = forms.CharField(label=_("Number of the decision"), max_length=80)
    day = DayField(label=_("Day of the decision"))
    body = forms.CharField(label=_("Issuing body"), max_length=300)
    signer = forms.CharField(label=_("Signer"), max_length=150, required=False)

    def __init__(self, *args: Any, level: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *(one for one in Class.choices if one[0] != level)]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]


class TryForm(forms.Form):
    """Which scheme is tried, and on whose sheets."""

    scheme = forms.ChoiceField(label=_("Scheme to try"))
    instead_of = forms.ChoiceField(
        label=_("Instead of"), required=False,
        help_text=_("Only the sheets of this scheme; without a choice, all sheets of people."),
    )  # fmt: skip

    def __init__(self, *args: Any, schemes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = list(schemes)  # type: ignore[attr-defined]
        self.fields["instead_of"].choices = [("", "—"), *schemes]  # type: ignore[attr-defined]
