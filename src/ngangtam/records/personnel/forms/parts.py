"""Fields that several forms share: partial days, and what a record rests on."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.days import PartialDate, parse_day
from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.personnel.actions import Basis
from ngangtam.records.personnel.catalogues import choices


class PartialDayField(forms.CharField):
    """A day, a month or a year: 05/03/2026, 3/2026 or 2026. The cleaned value is a PartialDate."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("05/03/2026, 3/2026 or 2026"))
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs.update({"autocomplete": "off", "size": "14"})

    # Django's CharField.clean is typed Any; this one gives a PartialDate or None.
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        read = parse_day(text)
        if read.value.day is None or "excel_serial" in read.flags:
            raise ValidationError(_("This day cannot be read: %s") % text, code="invalid")
        return read.value


def shown_day(value: PartialDate | None) -> str:
    return str(value) if value else ""


def coded(catalogue: str, label: Any, *, required: bool = False) -> forms.ChoiceField:
    """A choice from a catalogue of the rulebook."""
    return forms.ChoiceField(
        label=label, required=required, choices=lambda: [("", "—"), *choices(catalogue)]
    )


class BasisForm(forms.Form):
    """What the record rests on: a decision by number, day and body, or a named source."""

    basis_required = True

    decision_number = forms.CharField(
        label=_("Decision number"), max_length=80, required=False,
        help_text=_("For example 125/QĐ-UBND. A decision already recorded is found again."),
    )  # fmt: skip
    decision_day = DayField(label=_("Decision day"), required=False)
    decision_body = forms.CharField(label=_("Issuing body"), max_length=300, required=False)
    decision_signer = forms.CharField(label=_("Signer"), max_length=150, required=False)
    source_name = forms.CharField(
        label=_("Or another source"), max_length=300, required=False,
        help_text=_("Where there is no decision: the paper or statement that this comes from."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        parts = [data.get("decision_number"), data.get("decision_day"), data.get("decision_body")]
        if any(parts) and not all(parts) and "decision_day" not in self.errors:
            raise ValidationError(_("A decision needs its number, its day and its body."))
        if not any(parts) and not data.get("source_name") and self.basis_required:
            raise ValidationError(_("Say what this rests on: a decision or another source."))
        return data

    @property
    def basis(self) -> Basis:
        data = self.cleaned_data
        return Basis(
            number=data["decision_number"], day=data["decision_day"], body=data["decision_body"],
            signer=data["decision_signer"], source=data["source_name"],
        )  # fmt: skip
