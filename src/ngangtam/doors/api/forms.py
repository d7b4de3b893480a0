"""What is typed when a token is made."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngangtam.doors.api.actions import MOST_DAYS, range_of
from ngangtam.doors.api.scopes import LABELS
from ngangtam.foundation.kernel.problems import DomainError


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        label=_("Name"), max_length=100,
        help_text=_("Which program uses it, for example: payroll of the province."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"), widget=forms.CheckboxSelectMultiple,
        choices=[(scope.value, label) for scope, label in LABELS.items()],
        help_text=_("Never more than your own roles allow."),
        error_messages={"required": _("Choose at least one scope.")},
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=MOST_DAYS, initial=90,
    )  # fmt: skip
    networks = forms.CharField(
        label=_("Only from these addresses"), max_length=500, required=False,
        help_text=_("Ranges or addresses with spaces between, as 10.1.0.0/16; empty for any."),
    )  # fmt: skip

    def clean_networks(self) -> list[str]:
        given = self.cleaned_data["networks"].replace(",", " ").split()
        try:
            return [range_of(one) for one in given]
        except DomainError as error:
            raise ValidationError(error.messages) from error

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {name: data[name] for name in ("name", "scopes", "days", "networks")}
