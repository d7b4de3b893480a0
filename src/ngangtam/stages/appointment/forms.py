"""Shape of what the pages of the room send; no rule stands here."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.stages.appointment.starts import Wish


class StartForm(forms.Form):
    """What a case begins with, beside the people: term, probation, what others told the office."""

    months = forms.IntegerField(
        label=_("Length in months"), min_value=1, max_value=120, required=False,
        help_text=_("Empty: as the law says for this post. A secondment needs it."),
    )  # fmt: skip
    probation_months = forms.IntegerField(
        label=_("Probation, in months"), min_value=1, max_value=36, required=False,
        help_text=_("Only where the authority's own rule provides for a probation."),
    )  # fmt: skip
    goals = forms.CharField(
        label=_("Goals of the probation"), required=False, max_length=4000,
        widget=forms.Textarea({"rows": 3}), help_text=_("One a line, each with what is measured."),
    )  # fmt: skip
    body = forms.CharField(
        label=_("Body that elects"), max_length=300, required=False,
        help_text=_("For a nomination: which body votes."),
    )  # fmt: skip

    def __init__(self, *args: Any, stage: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = {
            "secondment": ("months",), "nomination": ("body",),
            "appointment": ("months", "probation_months", "goals"), "exam": ("months",),
        }.get(stage, ("months",))  # fmt: skip
        for name in list(self.fields):
            if name not in keep:
                del self.fields[name]
        if stage == "secondment":
            self.fields["months"].required = True
            self.fields["months"].help_text = ""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("probation_months")) != bool((found.get("goals") or "").strip()):
            raise forms.ValidationError(_("A probation needs a length and at least one goal."))
        return found

    def wish(self, procedure: str, numbers: Sequence[str], entered: Any) -> Wish:
        """Return what is wanted, from a form that is valid."""
        said = self.cleaned_data
        return Wish(
            procedure=procedure, numbers=tuple(numbers), months=said.get("months"),
            probation_months=said.get("probation_months"), entered=entered,
            goals=tuple((said.get("goals") or "").splitlines()), body=said.get("body") or "",
        )  # fmt: skip


class TermForm(forms.Form):
    """A term that an older decision set."""

    first = DayField(label=_("First day"))
    until = DayField(label=_("Ends before"), help_text=_("The first day after the term."))
    basis = forms.CharField(
        label=_("Decision"), max_length=300,
        help_text=_("Number, day and body of the decision that set it."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ProbationForm(forms.Form):
    """Of each goal whether it was reached, and what follows."""

    passed = forms.TypedChoiceField(
        label=_("Result of the probation"), coerce=lambda value: value == "yes",
        choices=[("yes", _("goals reached")), ("no", _("goals not reached"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Conclusion"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, goals: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._count = len(goals)
        for at, goal in enumerate(goals):
            self.fields[f"goal_{at}"] = forms.TypedChoiceField(
                label=goal["goal"], coerce=lambda value: value == "yes",
                choices=[("yes", _("reached")), ("no", _("not reached"))],
                widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"note_{at}"] = forms.CharField(
                label=_("What shows it"), max_length=500, required=False
            )
        self.order_fields([
            *(name for at in range(self._count) for name in (f"goal_{at}", f"note_{at}")),
            "passed", "answer", "version",
        ])  # fmt: skip

    @property
    def reached(self) -> list[tuple[bool, str]]:
        said = self.cleaned_data
        return [(said[f"goal_{at}"], said[f"note_{at}"]) for at in range(self._count)]


class ExamForm(forms.Form):
    """An examination for a post."""

    post = forms.TypedChoiceField(label=_("Post"), coerce=int)
    scheme = forms.ChoiceField(
        label=_("Scheme"),
        help_text=_("Written by the authority in the rulebook of this instance."),
    )
    title = forms.CharField(label=_("Name of the examination"), max_length=300)
    entries_until = DayField(label=_("Entries until"))

    def __init__(
        self, *args: Any, posts: Sequence[tuple[int, str]], schemes: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = posts  # type: ignore[attr-defined]
        self.fields["scheme"].choices = schemes  # type: ignore[attr-defined]


class JurorForm(forms.Form):
    """An account for the council."""

    username = forms.CharField(label=_("Account"), max_length=150)
    chair = forms.BooleanField(label=_("Chair of the council"), required=False)


class EntryForm(forms.Form):
    """A candidate."""

    number = forms.CharField(label=_("File number"), max_length=20)


class MarksForm(forms.Form):
    """One mark for each candidate of a round, all at once."""

    def __init__(
        self, *args: Any, entrants: Sequence[tuple[int, str]], most: Decimal, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for ident, name in entrants:
            self.fields[f"mark_{ident}"] = forms.DecimalField(
                label=name, min_value=0, max_value=most, max_digits=6, decimal_places=2,
                localize=True,
            )  # fmt: skip

    @property
    def marks(self) -> dict[int, Decimal]:
        return {int(name[5:]): value for name, value in self.cleaned_data.items()}


class PublishForm(forms.Form):
    """Who is proposed, and why where several stand first."""

    chosen = forms.TypedChoiceField(
        label=_("Proposed for the post"), coerce=int, empty_value=None, required=False
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed where several stand first."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, first: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [] if first else [("", _("nobody"))]
        self.fields["chosen"].choices = [*nobody, *first]  # type: ignore[attr-defined]


class ComplaintForm(forms.Form):
    """What is wrong with the result."""

    text = forms.CharField(
        label=_("Complaint"), max_length=4000, widget=forms.Textarea({"rows": 5})
    )


class AnswerForm(forms.Form):
    """The answer to a complaint."""

    upheld = forms.TypedChoiceField(
        label=_("The complaint is"), coerce=lambda value: value == "yes",
        choices=[("no", _("not upheld")), ("yes", _("upheld"))], widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea({"rows": 4}))
