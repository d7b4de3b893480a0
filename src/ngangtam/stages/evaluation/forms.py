"""Forms of sheets: own points, confirming, a reason, particulars."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ngangtam.stages.evaluation.actions_sheets import FLAGS, OwnScores, Scores
from ngangtam.stages.evaluation.criteria import Entry

_KNOWN: Final = (
    ("", pgettext_lazy("answer", "not known")), ("yes", pgettext_lazy("answer", "yes")),
    ("no", pgettext_lazy("answer", "no")),
)  # fmt: skip
_SAID: Final[Mapping[str, bool | None]] = {"": None, "yes": True, "no": False}
_BACK: Final[Mapping[bool | None, str]] = {None: "", True: "yes", False: "no"}


def said(value: bool | None) -> str:
    """Return a flag as the forms write it."""
    return _BACK[value]


class PointsField(forms.DecimalField):
    """A figure with two decimals, typed with a comma or a point."""

    # Typed as the base is: it calls the cleaned value Any.
    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class EntriesForm(forms.Form):
    """A field for each figure that the scheme lets in, and the version that the page shows."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, entries: Iterable[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = tuple(entries)
        for entry in self.entries:
            self.fields[f"p_{entry.id}"] = _field(entry)

    @property
    def points(self) -> dict[str, Decimal]:
        """Return the figures that were given, by criterion."""
        given = {entry.id: self.cleaned_data.get(f"p_{entry.id}") for entry in self.entries}
        return {key: value for key, value in given.items() if value is not None}


def _field(entry: Entry) -> forms.Field:
    most = "" if entry.most is None else f"{entry.most.normalize():f}".replace(".", ",")
    unit = "%" if entry.kind == "percent" else _("points")
    label = f"{entry.label} (0–{most} {unit})" if most else entry.label
    if entry.steps:
        choices = [("", "—"), *((str(step), f"{step}") for step in entry.steps)]
        return forms.TypedChoiceField(
            label=label, choices=choices, coerce=Decimal, empty_value=None
        )
    return PointsField(
        label=label, min_value=0, max_value=entry.most, decimal_places=2, required=True,
        widget=forms.NumberInput({"step": "0.25" if entry.kind == "points" else "1",
                                  "inputmode": "decimal"}),
    )  # fmt: skip


def initial_points(points: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept points as the fields of a form."""
    return {f"p_{key}": value for key, value in points.items()}


class ReportForm(EntriesForm):
    """Own points."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = forms.CharField(
            label=_("What you want to say"), max_length=2000, required=False,
            widget=forms.Textarea({"rows": 3}),
            help_text=_("What your head should know: strong points, what went wrong and why."),
        )  # fmt: skip

    @property
    def own(self) -> OwnScores:
        return OwnScores(self.points, self.cleaned_data["note"])


class ConfirmForm(EntriesForm):
    """What the head confirms."""

    def __init__(self, *args: Any, leader: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "shortcomings_fixed": _("All earlier shortcomings are put right"),
            "degradation_concluded": _("Concluded to show degradation or to break what is set"),
            "unit_in_corruption_or_waste": _("The unit led is involved in corruption or waste"),
        }
        for flag in FLAGS:
            if flag == "unit_in_corruption_or_waste" and not leader:
                continue
            self.fields[flag] = forms.ChoiceField(
                label=labels[flag], choices=_KNOWN, required=False
            )
        self.fields["remark"] = forms.CharField(
            label=_("Remark of the head"), max_length=1000, required=False,
            widget=forms.Textarea({"rows": 2}),
            help_text=_("The person evaluated reads it."),
        )  # fmt: skip

    @property
    def scores(self) -> Scores:
        flags = {flag: _SAID[self.cleaned_data.get(flag, "")] for flag in FLAGS}
        return Scores(self.points, **flags, remark=self.cleaned_data["remark"])


class ReasonForm(forms.Form):
    """Why something is returned, reopened or left out."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))


class VersionForm(forms.Form):
    """An act that needs no words."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ParticularsForm(forms.Form):
    """What the personnel office settles."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    months_worked = forms.DecimalField(
        label=_("Months worked"), min_value=0, max_value=12, decimal_places=1, required=False
    )
    group = forms.CharField(label=_("Similar-task group"), max_length=60, required=False)
    outstanding = forms.ChoiceField(
        label=_("Outstanding achievement of the body"), choices=_KNOWN, required=False
    )

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"months_worked": data["months_worked"], "group": data["group"],
                "outstanding": _SAID[data["outstanding"]]}  # fmt: skip
