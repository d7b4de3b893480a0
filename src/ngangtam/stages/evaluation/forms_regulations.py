"""Forms of a unit's regulation: points of the items, and the field of a deputy."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.stages.evaluation.forms import PointsField
from ngangtam.stages.evaluation.regulations import MANAGERS, STAFF


class PointsForm(forms.Form):
    """The points of staff and of managers, from which day and by which regulation."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    first = DayField(label=_("From"), help_text=_("Periods that end on this day or later use it."))
    basis = forms.CharField(
        label=_("Regulation"), max_length=300,
        help_text=_("Its number, its day and who issued it."),
    )  # fmt: skip

    def __init__(self, *args: Any, labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for who, said, parts in (("s", _("Staff"), STAFF), ("m", _("Managers"), MANAGERS)):
            for part in parts:
                self.fields[f"{who}_{part}"] = PointsField(
                    label=f"{said} – {labels.get(part, part)}", min_value=0, decimal_places=2,
                    widget=forms.NumberInput({"step": "0.5", "inputmode": "decimal"}),
                )  # fmt: skip

    def points(self, who: str, parts: Sequence[str]) -> dict[str, Decimal]:
        return {part: self.cleaned_data[f"{who}_{part}"] for part in parts}


class FieldForm(forms.Form):
    """The field of a deputy: units below, people of the unit itself."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    first = DayField(label=_("From"))
    units = forms.MultipleChoiceField(
        label=_("Units led"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.MultipleChoiceField(
        label=_("People led in the unit itself"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(
        self, *args: Any, units: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for name, choices in (("units", list(units)), ("people", list(people))):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]
