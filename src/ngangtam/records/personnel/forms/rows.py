"""Forms about one dated row of a file: postings and the kinds of record."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.personnel.catalogues import choices
from ngangtam.records.personnel.forms.parts import BasisForm, PartialDayField
from ngangtam.records.personnel.kinds import Detail, Kind
from ngangtam.records.personnel.models import Record


class PostingForm(BasisForm):
    """A seat of a post, from a day on."""

    seat = forms.ChoiceField(label=_("Post and seat"))
    first_day = DayField(label=_("First day"))
    until = DayField(
        label=_("First day out of the post"), required=False,
        help_text=_("Leave empty while the person holds the post."),
    )  # fmt: skip
    main = forms.BooleanField(label=_("Main post"), required=False, initial=True)
    title_raw = forms.CharField(
        label=_("Title as written in the decision"), max_length=500, required=False
    )
    field_order = ["seat", "first_day", "until", "main", "title_raw"]

    def __init__(
        self, *args: Any, seats: list[tuple[str, str]], correcting: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = seats  # type: ignore[attr-defined]  # a ChoiceField
        self.basis_required = not correcting
        if correcting:
            self.fields["reason"] = _reason()
            self.order_fields(["reason", *self.fields])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        _check_period(self, data.get("first_day"), data.get("until"))
        return data

    @property
    def place(self) -> tuple[int, int]:
        """Return (post, seat) that were chosen."""
        post, _dash, seat = self.cleaned_data["seat"].partition("-")
        return int(post), int(seat)


class EndForm(BasisForm):
    """The end of a posting."""

    basis_required = False
    on = DayField(
        label=_("First day out of the post"),
        help_text=_("The day from which the person no longer holds the post."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300)
    field_order = ["on", "reason"]


class ReasonForm(forms.Form):
    """Why something is struck out."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class RecordForm(BasisForm):
    """One record of a kind: its fields are those that `kinds.py` declares."""

    first_day = PartialDayField(label=_("From"))
    until = DayField(
        label=_("Until"), required=False,
        help_text=_("First day on which it no longer holds; empty while it does."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.basis_required = not correcting
        order = ["reason"] if correcting else []
        if correcting:
            self.fields["reason"] = _reason()
        entries = choices(kind.catalogue) if kind.catalogue else ()
        if entries:
            self.fields["code"] = forms.ChoiceField(
                label=str(kind.label), choices=[("", "—"), *entries], required=False
            )
        self.fields["raw"] = forms.CharField(
            label=_("Wording") if entries else str(kind.label), max_length=1000, required=False,
            help_text=_("As the paper says it.") if entries else "",
        )  # fmt: skip
        for detail in kind.details:
            self.fields[f"detail_{detail.name}"] = _detail_field(detail)
        details = [f"detail_{detail.name}" for detail in kind.details]
        self.order_fields([*order, "code", "raw", *details, "first_day", "until"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        said = [data.get("code"), data.get("raw"), *self._details(data).values()]
        if not any(said) and not self.kind.single:
            raise ValidationError(_("Say what is to be recorded."))
        first = data.get("first_day")
        _check_period(self, first.day if first else None, data.get("until"))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return what the action takes beside the basis."""
        data = self.cleaned_data
        return {
            "first_day": data["first_day"], "until": data["until"], "code": data.get("code", ""),
            "raw": data["raw"], "detail": self._details(data),
        }  # fmt: skip

    def _details(self, data: dict[str, Any]) -> dict[str, Any]:
        named = {one.name: data.get(f"detail_{one.name}") for one in self.kind.details}
        return {
            name: _stored(value) if isinstance(value, PartialDate) else value
            for name, value in named.items()
            if value not in (None, "", False)
        }


def record_initial(row: Record) -> dict[str, Any]:
    """Return what the form of a correction starts from."""
    first = PartialDate("", row.valid.lower, row.precision)  # type: ignore[arg-type]  # a Precision
    details = {f"detail_{name}": value for name, value in row.detail.items()}
    return {
        "code": row.code, "raw": row.raw, "first_day": str(first), "until": row.valid.upper,
        **details,
    }  # fmt: skip


def _stored(value: PartialDate) -> str:
    """Return a day as files keep it among the details: ISO when whole, as written otherwise."""
    return value.day.isoformat() if value.day and value.precision == "day" else str(value)


def _detail_field(detail: Detail) -> forms.Field:
    label = capfirst(str(detail.label))
    if detail.catalogue:
        entries = [("", "—"), *choices(detail.catalogue)]
        return forms.ChoiceField(label=label, choices=entries, required=False)
    if detail.shape == "number":
        return forms.FloatField(label=label, required=False)
    if detail.shape == "year":
        return forms.IntegerField(label=label, required=False, min_value=1900, max_value=2100)
    if detail.shape == "flag":
        return forms.BooleanField(label=label, required=False)
    if detail.shape == "day":
        return PartialDayField(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=300)


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason for the correction"), max_length=300,
        help_text=_("The old entry stays readable, struck out, with this reason."),
    )  # fmt: skip


def _check_period(form: forms.Form, first: Any, until: Any) -> None:
    if first and until and until <= first:
        form.add_error("until", _("The end lies before the first day."))
