"""Forms of the room: what is wrong and what would be right, an answer, a proposal, a link."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.files.kinds import ACCEPT
from ngangtam.foundation.files.steps import Checked, check
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.forms import FilesField
from ngangtam.records.corrections.models import Request
from ngangtam.records.corrections.targets import Target
from ngangtam.records.personnel.forms import IdentityForm, OpenForm, PostingForm, RecordForm
from ngangtam.records.personnel.forms.parts import BasisForm
from ngangtam.records.personnel.kinds import KINDS, WITNESSED_FIELDS

_BASIS: Final = frozenset(BasisForm.base_fields)
_POSTING: Final = ("first_day", "until", "title_raw")


class ProofField(FilesField):
    """Files that prove something; the cleaned value is what was checked and may be kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Files that prove it"), **kwargs)
        self.widget.attrs.update({"accept": ACCEPT, "class": "form-control w-100"})
        self.help_text = _(
            "PDF, JPEG, PNG, Word, Excel or plain text. Pictures are drawn anew, so that they keep "
            "no trace of where they were taken."
        )

    # The base returns uploads; here they are already looked at.
    def clean(self, data: Any, initial: Any = None) -> Any:
        return [_checked(one) for one in super().clean(data, initial)]


def _checked(upload: "UploadedFile[Any]") -> Checked:
    try:
        return check(upload)
    except ValidationError as error:
        raise ValidationError(f"{(upload.name or '')[:60]}: {error.messages[0]}") from error


class AskForm(forms.Form):
    """What is wrong, and, where a form can say it, what would be right."""

    text = forms.CharField(
        label=_("What is wrong"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("In your own words: what the file says, and how it really is."),
    )  # fmt: skip
    proof = ProofField(required=False)

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right_fields(target)
        for name, field in self.right.items():
            field.required = False
            self.fields[name] = field
        self.order_fields(["text", *self.right, "proof"])

    @property
    def proposed(self) -> dict[str, Any]:
        """Return the values that differ from the file, as plain JSON."""
        return {
            name: _plain(self.cleaned_data[name])
            for name in self.right
            if name in self.changed_data and name in self.cleaned_data
        }


def right_fields(target: Target) -> dict[str, forms.Field]:
    """Return the fields that say the right value, by the names of the officer's form."""
    match target.about:
        case Request.About.IDENTITY:
            return {target.field: deepcopy(OpenForm.base_fields[target.field])}
        case Request.About.POSTING:
            return {name: deepcopy(PostingForm.base_fields[name]) for name in _POSTING}
        case Request.About.RECORD | Request.About.MISSING:
            form = RecordForm(kind=KINDS[target.kind])
            return {name: field for name, field in form.fields.items() if name not in _BASIS}
    return {}


def in_words(target: Target, proposed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, value) of what somebody proposed, codes in words."""
    return [
        (str(field.label), _said(field, proposed[name]))
        for name, field in right_fields(target).items()
        if name in proposed
    ]


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        # Choices are pairs here; groups are not used.
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return formats.day(value)
    return value if isinstance(value, bool) or value is None else str(value)


class AttachForm(forms.Form):
    """More proof."""

    proof = ProofField(required=True)


def _answer(*, required: bool, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Answer to the person"), max_length=1000, required=required,
        widget=forms.Textarea({"rows": 3}), help_text=help_text,
    )  # fmt: skip


class RefuseForm(forms.Form):
    """Why a request is refused."""

    answer = _answer(required=True, help_text=_("The person reads why it is refused."))


class ReasonForm(forms.Form):
    """Why something is refused or ended."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AcceptForm(forms.Form):
    """Accepting a request that is answered in words."""

    answer = _answer(required=False, help_text=_("The person reads it."))


class AcceptIdentityForm(forms.Form):
    """Accepting one field of identity."""

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field = field
        self.fields[field] = deepcopy(OpenForm.base_fields[field])
        self.fields["answer"] = _answer(required=False, help_text=_("The person reads it."))

    @property
    def changes(self) -> dict[str, str]:
        value = self.cleaned_data[self.field]
        return {self.field: "" if value is None else str(value)}


class AcceptRecordForm(RecordForm):
    """Accepting a record: as the officer settles it, resting on the request when nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, correcting=True, **kwargs)
        del self.fields["reason"]
        self.fields["answer"] = _answer(required=False, help_text=_("The person reads it."))


class AcceptPostingForm(PostingForm):
    """Accepting other days or another title of a posting; its seat stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, seats=[], correcting=True, **kwargs)
        for name in ("reason", "seat"):
            del self.fields[name]
        self.fields["answer"] = _answer(required=False, help_text=_("The person reads it."))


class WitnessedForm(forms.Form):
    """The fields of identity that two officers change."""

    full_name = deepcopy(IdentityForm.base_fields["full_name"])
    birth = deepcopy(IdentityForm.base_fields["birth"])
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=300,
        help_text=_("For example: decision of the civil status registry no. 12/QĐ-HT."),
    )  # fmt: skip

    @property
    def changes(self) -> dict[str, str]:
        """Return the fields as typed."""
        data = self.cleaned_data
        return {name: str(data[name] or "") for name in WITNESSED_FIELDS}


class ProposeRecordForm(RecordForm):
    """A record that a second officer confirms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=300)
        self.order_fields(["reason", *(name for name in self.fields if name != "reason")])


class LinkForm(forms.Form):
    """Whose account it is."""

    username = forms.CharField(
        label=_("Account"), max_length=150, help_text=_("The name with which the person signs in.")
    )
    reason = forms.CharField(
        label=_("How you know whose account it is"), max_length=300,
        help_text=_("For example: handed over in person on 05/03/2026, identity card seen."),
    )  # fmt: skip
