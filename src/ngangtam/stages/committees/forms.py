"""Forms of the room: numbers of a committee, a candidate, a document."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.organisation.models import Post
from ngangtam.records.organisation.pickers import UnitField
from ngangtam.stages.committees.actions import FIGURES, Numbers, Standing
from ngangtam.stages.committees.cases import Road
from ngangtam.stages.committees.models import Candidate

_AREA = forms.Textarea({"rows": 3})


class NumbersForm(forms.Form):
    """The numbers of a committee."""

    seats = forms.IntegerField(label=_("Members of the committee"), min_value=1, max_value=200)
    standing = forms.IntegerField(
        label=_("Members of the standing committee"), min_value=1, max_value=60
    )
    deputies = forms.IntegerField(label=_("Deputy secretaries"), min_value=0, max_value=20)
    merged = forms.IntegerField(
        label=_("Made from how many former units"), min_value=1, max_value=20, initial=1,
        help_text=_("A commune made from three or more units may have more members."),
    )  # fmt: skip
    counted_on = DayField(
        label=_("Day on which age is counted"),
        help_text=_("The month is given by level; the first of it is offered."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def numbers(self) -> Numbers:
        data = self.cleaned_data
        return Numbers(
            data["counted_on"], data["seats"], data["standing"], data["deputies"], data["merged"]
        )


class OpenForm(NumbersForm):
    unit = UnitField(label=_("Committee"))
    term = forms.CharField(label=_("Term"), max_length=40)

    field_order = ["unit", "term"]


class CandidateForm(forms.Form):
    """One person on the list."""

    kind = forms.ChoiceField(label=_("Stands as"), choices=Candidate.Kind.choices)
    outside = forms.BooleanField(label=_("From outside the prepared list"), required=False)
    present = forms.IntegerField(
        label=_("Delegates present"), min_value=1, required=False,
        help_text=_("Only for somebody from outside the prepared list."),
    )  # fmt: skip
    support = forms.IntegerField(label=_("Delegates in favour"), min_value=0, required=False)
    judgement = forms.CharField(
        label=_("What was judged where the rules cannot say"), max_length=1000, required=False,
        widget=_AREA,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def standing(self, number: str) -> Standing:
        data = self.cleaned_data
        return Standing(number, data["kind"], data["outside"], data["present"], data["support"],
                        data["judgement"])  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_AREA)


class ApproveForm(forms.Form):
    document = forms.CharField(
        label=_("Document of the approval"), max_length=300,
        help_text=_("Number and issuing body, as on the document."),
    )  # fmt: skip
    day = DayField(label=_("Day of the document"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FiguresForm(forms.Form):
    """Shares that the authority sets."""

    women_percent = forms.IntegerField(
        label=_("share of women, % at least"), required=False, min_value=1, max_value=100
    )
    young_percent = forms.IntegerField(
        label=_("share of young officials, % at least"), required=False, min_value=1, max_value=100
    )
    young_under = forms.IntegerField(
        label=_("young means under the age of"), required=False, min_value=18, max_value=60
    )
    band_width = forms.IntegerField(
        label=_("years between the age bands"), required=False, min_value=1, max_value=20
    )
    basis = forms.CharField(label=_("Document that sets these figures"), max_length=300)

    def figures(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in FIGURES}


class ElectionForm(forms.Form):
    """Which procedure elects the committee, to which seat, and who leaves it."""

    procedure = forms.ChoiceField(label=_("Procedure"))
    post = forms.TypedChoiceField(
        label=_("Seat that those elected take"), coerce=int,
        help_text=_("A post of the committee's own unit that is a seat on the committee."),
    )  # fmt: skip
    renews = forms.BooleanField(
        label=_("The congress elects a new committee: who holds this seat leaves it"),
        required=False, initial=True,
        help_text=_("Untick it when members are only added; then the others stay."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, roads: Sequence[Road] = (), posts: Sequence[Post] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        procedure, post = self.fields["procedure"], self.fields["post"]
        procedure.choices = [(one.id, one.label) for one in roads]  # type: ignore[attr-defined]
        post.choices = [(one.pk, one.title) for one in posts]  # type: ignore[attr-defined]


def start_of(structure: Any) -> dict[str, Any]:
    """Return what the form of numbers shows of a structure plan."""
    names = ("seats", "standing", "deputies", "merged", "counted_on", "version")
    return {name: getattr(structure, name) for name in names}


def first_numbers(day: date | None) -> dict[str, Any]:
    return {"counted_on": day, "merged": 1}
