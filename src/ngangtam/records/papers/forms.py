"""What a request for a paper may ask."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.personnel.kinds import GUARDS


class PaperForm(forms.Form):
    """As of which day, and which sensitive parts for which purpose."""

    on = DayField(label=_("As of"))
    part = forms.MultipleChoiceField(
        label=_("Sensitive parts on the paper"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Items that are left out say that they are not shown."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, required=False,
        help_text=_("Needed when a sensitive part is printed. The person concerned can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, parts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(part, GUARDS[part].label) for part in parts]
        self.fields["part"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["part"], self.fields["purpose"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("part") and not str(told.get("purpose", "")).strip():
            self.add_error("purpose", _("Say what you read it for."))
        return told
