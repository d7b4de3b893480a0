"""What a request for a paper may ask."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.files import steps as files
from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.personnel.kinds import GUARDS


class PaperForm(forms.Form):
    """As of which day, which sensitive parts for which purpose, and with which photograph."""

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

    photo = forms.FileField(
        label=_("Photograph"), required=False,
        help_text=_("JPEG or PNG, four by six. It is printed on this paper and kept nowhere."),
    )  # fmt: skip

    def __init__(self, *args: Any, parts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(part, GUARDS[part].label) for part in parts]
        self.fields["part"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["part"], self.fields["purpose"]

    def clean_photo(self) -> bytes | None:
        """Return the picture drawn anew: nothing of what else the file held is printed."""
        upload = self.cleaned_data.get("photo")
        if not upload:
            return None
        checked = files.check(upload)
        if checked.kind not in {"jpeg", "png"}:
            raise forms.ValidationError(_("Choose a picture: JPEG or PNG."))
        return checked.data

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("part") and not str(told.get("purpose", "")).strip():
            self.add_error("purpose", _("Say what you read it for."))
        return told
