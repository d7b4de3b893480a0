"""Forms of the room: what completing a step takes, and what its papers and conditions take."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.files.kinds import ACCEPT
from ngangtam.foundation.files.steps import Checked, check
from ngangtam.foundation.ui.forms import DayField
from ngangtam.law.engine.procedures import StepRule
from ngangtam.records.organisation.pickers import UnitField
from ngangtam.stages.procedure import words
from ngangtam.stages.procedure.models import Opinion

_LONG = forms.Textarea({"rows": 4})


class ProofField(forms.FileField):
    """One file, looked at as it comes in. The cleaned value is what may be kept."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput({"accept": ACCEPT})
        super().__init__(**{"label": _("File"), "required": False, "widget": widget, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        given = super().clean(data, initial)
        return check(given) if given else None


class ActForm(forms.Form):
    """A form that remembers which state of the case it showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int | None:
        return self.cleaned_data.get("version")

    def told(self) -> dict[str, object]:
        """Return the answers, without what is ours."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class PlainForm(ActForm):
    """Nothing but a yes."""


class ReasonForm(ActForm):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)


def _result_field(rule: StepRule) -> forms.ChoiceField:
    choices = [(word, words.result(word)) for word in rule.results]
    return forms.ChoiceField(label=_("How it came out"), choices=choices, widget=forms.RadioSelect)


class StepForm(ActForm):
    """What completing a step takes; each kind adds its fields."""

    def __init__(self, *args: Any, rule: StepRule, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        if "day" in self.fields:
            self.fields["day"].initial = day
        if len(rule.results) > 1 and self.asks_result:
            field = _result_field(rule)
            self.fields = {"version": self.fields["version"], "result": field, **self.fields}

    asks_result = True


class DocumentForm(StepForm):
    number = forms.CharField(label=_("Number"), max_length=80)
    day = DayField(label=_("Day"))
    signer = forms.CharField(label=_("Signed by"), max_length=150)
    file = ProofField()
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=_LONG)


class OpinionsForm(StepForm):
    asks_result = False
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=_LONG)


class DossierForm(StepForm):
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=_LONG)


class GatesForm(StepForm):
    asks_result = False
    result = forms.ChoiceField(
        label=_("Go on"), required=False, initial="",
        choices=[("", _("everybody considered meets the conditions, or was allowed specially")),
                 ("not_met", _("no: end or leave the way here, conditions are not met"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=_LONG)


class ConveneForm(ActForm):
    """Who was called and who came."""

    convened = forms.IntegerField(label=_("Number convened"), min_value=1)
    present = forms.IntegerField(label=_("Number present"), min_value=0)
    day = DayField(label=_("Day of the meeting"))
    place = forms.CharField(label=_("Place"), max_length=300, required=False)

    def __init__(self, *args: Any, rule: StepRule, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = day
        if rule.quorum:
            self.fields["present"].help_text = _("At least %(quorum)s of those convened.") % {
                "quorum": rule.quorum
            }


class MeetingForm(StepForm):
    convened = forms.IntegerField(label=_("Number convened"), min_value=1)
    present = forms.IntegerField(label=_("Number present"), min_value=0)
    day = DayField(label=_("Day of the meeting"))
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    minutes = forms.CharField(label=_("What it came to"), max_length=2000, widget=_LONG)
    number = forms.CharField(label=_("Number of the minutes"), max_length=80, required=False)
    signer = forms.CharField(label=_("Signed by"), max_length=150, required=False)
    file = ProofField(label=_("Minutes"))

    def __init__(self, *args: Any, rule: StepRule, day: date, **kwargs: Any) -> None:
        super().__init__(*args, rule=rule, day=day, **kwargs)
        if rule.quorum:
            self.fields["present"].help_text = _("At least %(quorum)s of those convened.") % {
                "quorum": rule.quorum
            }


class AppraiseForm(StepForm):
    reason = forms.CharField(label=_("Reasons of the appraisal"), max_length=2000, widget=_LONG)
    number = forms.CharField(label=_("Number of the document"), max_length=80, required=False)
    day = DayField(label=_("Day"), required=False)
    signer = forms.CharField(label=_("Signed by"), max_length=150, required=False)
    file = ProofField()


class DecideForm(StepForm):
    """A decision; a refusal needs a reason instead of a number."""

    number = forms.CharField(label=_("Number of the decision"), max_length=80, required=False)
    day = DayField(label=_("Day"), required=False)
    body = forms.CharField(label=_("Issuing body"), max_length=300, required=False)
    signer = forms.CharField(label=_("Signed by"), max_length=150, required=False)
    effective_on = DayField(
        label=_("In force from"), required=False, help_text=_("Empty: the day of the decision.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=_LONG,
        help_text=_("Needed for a refusal."),
    )  # fmt: skip
    file = ProofField()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("result") != "refused":
            for name in ("number", "day", "body", "signer"):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("A decision needs this.")))
        elif not told.get("reason"):
            self.add_error("reason", ValidationError(_("Give the reason of the refusal.")))
        return told


class NoticeForm(StepForm):
    text = forms.CharField(
        label=_("What is announced"), max_length=2000, widget=_LONG,
        help_text=_("Everybody whom the case is about reads it."),
    )  # fmt: skip
    number = forms.CharField(label=_("Number of the document"), max_length=80, required=False)
    day = DayField(label=_("Day"))
    signer = forms.CharField(label=_("Signed by"), max_length=150, required=False)
    file = ProofField()


class RecordForm(StepForm):
    note = forms.CharField(label=_("What was done"), max_length=2000, widget=_LONG)
    file = ProofField()


STEP_FORMS: dict[str, type[StepForm]] = {
    "document": DocumentForm, "opinion": OpinionsForm, "dossier": DossierForm,
    "gates": GatesForm, "meeting": MeetingForm, "appraise": AppraiseForm,
    "decide": DecideForm, "notice": NoticeForm, "record": RecordForm,
}  # fmt: skip


class AskForm(ActForm):
    """A question to a body."""

    body = forms.CharField(label=_("Whom you ask"), max_length=300)
    unit = UnitField(
        label=_("Its unit here"), required=False,
        help_text=_("When the body works with this system, who decides there answers by itself."),
    )  # fmt: skip
    question = forms.CharField(label=_("What you ask"), max_length=1500, widget=_LONG)
    due = DayField(label=_("Answer until"), required=False)


class AnswerForm(ActForm):
    """What a body says."""

    verdict = forms.ChoiceField(
        label=_("Opinion"), choices=Opinion.Verdict.choices[1:], widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("Wording"), max_length=4000, required=False, widget=_LONG)
    reference = forms.CharField(
        label=_("Document"), max_length=300, required=False,
        help_text=_("Number and day of the letter, when it came on paper."),
    )  # fmt: skip
    file = ProofField()


class AttachForm(ActForm):
    file = ProofField()
    reference = forms.CharField(
        label=_("Document that lies elsewhere"), max_length=300, required=False,
        help_text=_("Number, day and where it is kept."),
    )  # fmt: skip


class ItemForm(ActForm):
    label = forms.CharField(label=_("Paper"), max_length=500)


class RuleForm(ActForm):
    """A person's decision on what the rules leave open."""

    met = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("yes", _("met")), ("no", _("not met"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)


class RuleManyForm(ActForm):
    """A person's decision on several conditions that the rules leave open, with one reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=_LONG,
        help_text=_("It stands beside each of them. What needs a reason of its own is decided by"
                    " itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, open_ones: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields.pop("reason")
        for pk, label in open_ones.items():
            self.fields[f"met_{pk}"] = forms.ChoiceField(
                label=label, required=False, initial="", widget=forms.RadioSelect,
                choices=[("yes", _("met")), ("no", _("not met")), ("", _("stays open"))],
            )  # fmt: skip
        self.fields["reason"] = reason

    @property
    def rulings(self) -> dict[int, bool]:
        """Return what was decided, without what stays open."""
        return {
            int(name.removeprefix("met_")): value == "yes"
            for name, value in self.cleaned_data.items() if name.startswith("met_") and value
        }  # fmt: skip


class AttachManyForm(ActForm):
    """Papers of a dossier, each as a file or named where it lies."""

    def __init__(self, *args: Any, papers: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pk, label in papers.items():
            self.fields[f"reference_{pk}"] = forms.CharField(
                label=label, max_length=300, required=False,
                help_text=_("Number, day and where it is kept; or the file below."),
            )  # fmt: skip
            self.fields[f"file_{pk}"] = ProofField(label=_("File: %(paper)s") % {"paper": label})

    @property
    def papers(self) -> dict[int, tuple[Checked | None, str]]:
        """Return what was named, without what was left empty."""
        told = self.cleaned_data
        found = {
            int(name.removeprefix("reference_")): value
            for name, value in told.items() if name.startswith("reference_")
        }  # fmt: skip
        return {
            pk: (told[f"file_{pk}"], reference) for pk, reference in found.items()
            if reference or told[f"file_{pk}"]
        }  # fmt: skip


class CheckManyForm(ActForm):
    """Attached papers that are in order."""

    papers = forms.TypedMultipleChoiceField(
        label=_("In order"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("Open each paper first. What is not in order is returned by itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, papers: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["papers"].choices = list(papers.items())  # type: ignore[attr-defined]
        self.fields["papers"].initial = list(papers)


class SpecialForm(ActForm):
    """A special case: who allows it, why, by which document."""

    authority = forms.CharField(label=_("Authority that allows it"), max_length=300)
    document = forms.CharField(label=_("Document"), max_length=300, help_text=_("Number and day."))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)
    file = ProofField()


class HalfForm(ActForm):
    """What the head decides after exactly one half."""

    passed = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("yes", _("passed")), ("no", _("not passed"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)


class BringInForm(ActForm):
    number = forms.CharField(label=_("File number"), max_length=20)


class HoldPersonForm(ActForm):
    number = forms.CharField(label=_("File number of the person"), max_length=20)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)


class TrialForm(forms.Form):
    """A simulation: where it is tried, about whom one imagines."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    title = forms.CharField(label=_("Matter"), max_length=300)
    people = forms.CharField(
        label=_("Invented people"), widget=forms.Textarea({"rows": 3}), required=False,
        help_text=_("One name a line; nobody real."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (unit.pk, unit.name) for unit in units
        ]

    def names(self) -> list[str]:
        lines = str(self.cleaned_data.get("people", "")).splitlines()
        return [line.strip() for line in lines if line.strip()][:50]


class OpenListForm(forms.Form):
    """A case about a list of people: where, what about, who."""

    unit = UnitField(label=_("Unit"), required=True)
    title = forms.CharField(label=_("Matter"), max_length=300)
    people = forms.CharField(
        label=_("File numbers of the people"), widget=forms.Textarea({"rows": 6}),
        help_text=_("One a line. The list can still be changed in the case."),
    )  # fmt: skip

    def numbers(self) -> list[str]:
        lines = str(self.cleaned_data.get("people", "")).upper().replace(",", " ").split()
        return list(dict.fromkeys(lines))
