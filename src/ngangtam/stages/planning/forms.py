"""Forms of the room: a plan, who is proposed and why, what is judged, what a decision says."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.organisation.pickers import UnitField
from ngangtam.stages.planning.actions import Document, Proposal
from ngangtam.stages.planning.cases import Road
from ngangtam.stages.planning.figures import LABELS
from ngangtam.stages.planning.rows import POOLS

_AREA = forms.Textarea({"rows": 3})


class VersionedForm(forms.Form):
    """A form that knows which state of the plan it shows."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int | None:
        found: int | None = self.cleaned_data.get("version")
        return found


class PlanForm(forms.Form):
    """A new plan."""

    unit = UnitField(label=_("Unit"))
    term = forms.CharField(
        label=_("Term"), max_length=40, help_text=_("As people call it, for example 2026–2031.")
    )
    first = DayField(label=_("First day of the term"))
    until = DayField(label=_("First day after the term"))
    counted_on = DayField(
        label=_("Day on which age is counted"),
        help_text=_("Age bands and the working age that is left are counted on this day."),
    )


class ReasonForm(VersionedForm):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_AREA)


class PlainForm(VersionedForm):
    """Nothing but the wish."""


YES_NO = (("", _("not judged yet")), ("yes", _("yes")), ("no", _("no")))


class BackgroundField(forms.ChoiceField):
    """Yes, no, or not judged yet; the cleaned value is True, False or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class JudgeForm(forms.Form):
    """What people judge of somebody in a plan."""

    science = BackgroundField(label=_("Science or technology background"))
    ready_on = DayField(
        label=_("Ready for the title on"), required=False,
        help_text=_("A person's judgement, for what time alone does not bring: training, a degree, "
                    "a post first held. Leave it empty while nobody judged."),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("Order under the title"), min_value=1, max_value=9, required=False
    )


class ProposeForm(VersionedForm):
    """One person for one title."""

    reason = forms.CharField(label=_("Why this person"), max_length=1000, widget=_AREA)
    judgement = forms.CharField(
        label=_("What was judged where the rules cannot say"), max_length=1000, required=False,
        widget=_AREA,
        help_text=_("Needed when a line above says that it is not known; it stays with the entry."),
    )  # fmt: skip
    science = BackgroundField(label=_("Science or technology background"))
    ready_on = DayField(
        label=_("Ready for the title on"), required=False,
        help_text=_("As judged; may stay empty."),
    )  # fmt: skip

    def proposal(self, title_id: int, number: str) -> Proposal:
        data = self.cleaned_data
        return Proposal(
            title_id, number, data["reason"], data["judgement"], data["science"], data["ready_on"]
        )


class DecisionForm(VersionedForm):
    """The decision that approves or ends a plan."""

    number = forms.CharField(label=_("Number of the decision"), max_length=80)
    day = DayField(label=_("Day of the decision"))
    body = forms.CharField(label=_("Issued by"), max_length=300)
    signer = forms.CharField(label=_("Signed by"), max_length=150, required=False)

    def document(self) -> Document:
        data = self.cleaned_data
        return Document(data["number"], data["day"], data["body"], data["signer"])


class CaseForm(VersionedForm):
    """The procedure that a plan shall walk."""

    procedure = forms.ChoiceField(label=_("Procedure"))

    def __init__(self, *args: Any, roads: Sequence[Road] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choices = [  # type: ignore[attr-defined]
            (one.id, one.label) for one in roads
        ]


class EndForm(DecisionForm):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_AREA)


class FiguresForm(VersionedForm):
    """The figures that the authority sets for one plan."""

    basis = forms.CharField(
        label=_("Document that sets these figures"), max_length=300,
        help_text=_("For example: Kế hoạch số …, ngày …, của Ban Thường vụ Tỉnh ủy."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            self.fields[name] = forms.IntegerField(
                label=str(label), required=False, min_value=1,
                max_value=100 if name.endswith("percent") else 70,
            )  # fmt: skip
        self.order_fields([*LABELS, "basis", "version"])

    def figures(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in LABELS}


class SendForm(forms.Form):
    """A list to the level above."""

    to = forms.ChoiceField(label=_("Sent to"))
    level = forms.ChoiceField(label=_("What"), choices=POOLS, required=False)
    name = forms.CharField(label=_("Name of the list"), max_length=300)

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (unit.code, unit.name) for unit in units
        ]


class LineForm(forms.Form):
    """What is judged of one entry at the review."""

    outcome = forms.ChoiceField(choices=(("stays", _("stays")), ("leaves", _("goes out"))))
    reason = forms.CharField(max_length=1000, required=False)


class BalanceForm(forms.Form):
    """Where and when the balance is asked for, and which titles."""

    WHICH = (
        ("", _("all titles")), ("planned", _("titles in a plan")), ("nobody", _("nobody planned")),
        ("single", _("one person alone")), ("shared", _("one person for several titles")),
        ("gap", _("the holder leaves before anybody is ready")), ("vacant", _("vacant")),
    )  # fmt: skip

    unit = UnitField(label=_("Unit"), required=False)
    on = DayField(label=_("On"), required=False)
    which = forms.ChoiceField(label=_("Show"), choices=WHICH, required=False)


def first_term(today: date) -> dict[str, date]:
    """Return days that a new plan offers: ages are counted when the term begins."""
    first = date(today.year + 1, 1, 1)
    return {"first": first, "until": date(first.year + 5, 1, 1), "counted_on": first}
