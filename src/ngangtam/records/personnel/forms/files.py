"""Forms about a whole file: opening it, its identity, a decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.organisation.pickers import UnitField
from ngangtam.records.personnel.forms.parts import BasisForm, PartialDayField, coded
from ngangtam.records.personnel.kinds import GUARDS, WITNESSED_FIELDS
from ngangtam.records.personnel.models import Person

GENDERS = [("", "—"), ("male", _("Man")), ("female", _("Woman"))]
DECISION_KINDS = [
    ("appointment", _("Appointment")), ("transfer", _("Transfer or rotation")),
    ("dismissal", _("End of a post")), ("recruitment", _("Recruitment")),
    ("award", _("Award")), ("discipline", _("Discipline")), ("pay", _("Pay")),
    ("training", _("Training")), ("retirement", _("Retirement")),
    ("reorganisation", _("Reorganisation")), ("other", _("Other")),
]  # fmt: skip


class _Identity(forms.Form):
    """Who somebody is, in the order in which the official form asks."""

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    other_names = forms.CharField(label=_("Other names"), max_length=200, required=False)
    birth = PartialDayField(label=_("Date of birth"), required=False)
    gender = forms.ChoiceField(label=_("Gender"), choices=GENDERS, required=False)
    ethnicity = coded("ethnicity", _("Ethnicity"))
    religion = coded("religion", _("Religion"))
    nationality = forms.CharField(label=_("Nationality"), max_length=60, required=False)
    hometown_raw = forms.CharField(label=_("Home town"), max_length=300, required=False)
    birthplace_raw = forms.CharField(label=_("Place of birth"), max_length=300, required=False)
    personal_number = forms.RegexField(
        r"^(\d{9}|\d{12})$", label=_("Personal identity number"), required=False,
        error_messages={"invalid": _("A personal number has 12 digits, an old one 9.")},
    )  # fmt: skip


class OpenForm(_Identity, BasisForm):
    """A new file. `unit` is where the person belongs until a posting says more."""

    unit = UnitField(label=_("Unit"))
    field_order = ["unit", "full_name"]

    @property
    def identity(self) -> dict[str, Any]:
        plain = set(_Identity.base_fields) - {"full_name", "birth"}
        return {name: self.cleaned_data[name] for name in plain}


class IdentityForm(_Identity):
    """New identity, without what two officers change.

    Without the sensitive permission the sensitive fields are not shown either.
    """

    reason = forms.CharField(
        label=_("Reason for the change"), max_length=300,
        help_text=_("For example: decision of the civil status registry no. 12/QĐ-HT."),
    )  # fmt: skip

    def __init__(self, *args: Any, sensitive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WITNESSED_FIELDS:
            del self.fields[name]
        if not sensitive:
            for name in ("ethnicity", "religion", "personal_number"):
                del self.fields[name]

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


def identity_of(person: Person) -> dict[str, Any]:
    """Return what the form starts from."""
    values = {name: getattr(person, name) for name in _Identity.base_fields if name != "birth"}
    return {**values, "birth": person.birth_raw}


class AskForm(forms.Form):
    """Which sensitive parts of a file are to be shown, and what for."""

    part = forms.MultipleChoiceField(
        label=_("What to read"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what to read.")},
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300,
        help_text=_("For example: file for the nomination of the head of the department."),
        error_messages={"required": _("Say what you read it for.")},
    )  # fmt: skip
    paper = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, parts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(part, GUARDS[part].label) for part in parts]
        self.fields["part"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["part"].initial = [offered[0][0]]


class DecisionForm(forms.Form):
    """A signed document, recorded on its own."""

    number = forms.CharField(label=_("Decision number"), max_length=80)
    day = DayField(label=_("Decision day"))
    body = forms.CharField(label=_("Issuing body"), max_length=300)
    signer = forms.CharField(label=_("Signer"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=DECISION_KINDS)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
