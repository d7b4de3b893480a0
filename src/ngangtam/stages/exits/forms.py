"""Forms of the room: settling a proposal, what an authority found, suspensions, letters."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.files.problems import FileRefusedError
from ngangtam.foundation.files.steps import Checked, check
from ngangtam.foundation.ui.forms import DayField
from ngangtam.stages.exits.actions_watch import Paper

Choices = Sequence[tuple[str, str]]
_TEXT = forms.Textarea({"rows": 4})


class VersionForm(forms.Form):
    """An act without further words; the version says which state of things was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """An act that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_TEXT)


class StrikeForm(forms.Form):
    """Why a record is struck out."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class PaperForm(forms.Form):
    """The document that something rests on."""

    number = forms.CharField(label=_("Number of the document"), max_length=80)
    paper_day = DayField(label=_("Day of the document"))
    body = forms.CharField(label=_("Issuing body"), max_length=300)
    signer = forms.CharField(label=_("Signer"), max_length=150, required=False)

    @property
    def paper(self) -> Paper:
        data = self.cleaned_data
        return Paper(data["number"], data["paper_day"], data["body"], data["signer"])


class StatementForm(PaperForm):
    """What an authority found of somebody, on its document."""

    about = forms.ChoiceField(label=_("What was found"))
    says = forms.CharField(
        label=_("In words"), max_length=1000, widget=_TEXT,
        help_text=_("As the document says it; it is shown as evidence."),
    )  # fmt: skip
    word = forms.TypedChoiceField(
        label=_("The document says"), required=False, initial="yes", widget=forms.RadioSelect,
        choices=[("yes", _("yes, it is so")), ("no", _("no, it is not so, or no longer"))],
        coerce=lambda value: value == "yes", empty_value=None,
        help_text=_("Not for figures."),
    )  # fmt: skip
    figure = forms.DecimalField(
        label=_("Figure of the document"), required=False, min_value=0, max_digits=12,
        decimal_places=3,
        help_text=_("Low votes, or per cent; empty for a ground that is found or not."),
    )  # fmt: skip
    of = forms.DecimalField(
        label=_("Out of"), required=False, min_value=1, max_digits=12, decimal_places=3,
        help_text=_("All votes counted; only for votes."),
    )  # fmt: skip
    until = DayField(
        label=_("Holds until"), required=False,
        help_text=_("The first day on which it no longer holds; empty when it stays."),
    )  # fmt: skip
    file = forms.FileField(label=_("Copy of the document"), required=False)
    field_order = ("about", "says", "word", "figure", "of", "number", "paper_day", "body", "signer",
                   "until", "file")  # fmt: skip

    def __init__(self, *args: Any, choices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            (label or _("Figures that grounds look at"), rows) for label, rows in choices
        ]

    def clean_file(self) -> Checked | None:
        upload = self.cleaned_data.get("file")
        if not upload:
            return None
        try:
            return check(upload)
        except FileRefusedError as error:
            raise ValidationError(str(error)) from error


class OpenForm(VersionForm):
    """By which procedure a case is opened."""

    procedure = forms.ChoiceField(label=_("Procedure"))
    title = forms.CharField(label=_("Matter"), max_length=500)
    why = forms.CharField(
        label=_("Why, although the text is to be confirmed"), required=False, max_length=1000,
        widget=_TEXT,
    )  # fmt: skip

    days = forms.IntegerField(label=_("For how many working days"), min_value=1, max_value=99)
    confirmed_length = forms.BooleanField(
        label=_("I have compared the length with the text"), required=False,
        help_text=_("Asked while no confirmed text says how long a suspension may last."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, procedures: Choices, confirmed: bool = True, suspends: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choices = procedures  # type: ignore[attr-defined]
        if not suspends:
            del self.fields["days"], self.fields["confirmed_length"]
        if confirmed:
            del self.fields["why"]
        else:
            self.fields["why"].required = True


class SuspendForm(PaperForm):
    """A decision that suspends somebody from work for a time."""

    ground = forms.ChoiceField(label=_("Ground"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_TEXT)
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    confirmed_length = forms.BooleanField(
        label=_("I have compared the length with the decision"), required=False,
        help_text=_("Asked while no confirmed text says how long a suspension may last."),
    )  # fmt: skip
    field_order = ("ground", "reason", "first", "last", "number", "paper_day", "body", "signer",
                   "confirmed_length")  # fmt: skip

    def __init__(self, *args: Any, grounds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]


class ExtendForm(PaperForm, VersionForm):
    """The one extension of a suspension."""

    to = DayField(label=_("New last day"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_TEXT)
    confirmed_length = forms.BooleanField(
        label=_("I have compared the length with the decision"), required=False,
        help_text=_("Asked while no confirmed text says how long a suspension may last."),
    )  # fmt: skip
    field_order = ("to", "reason", "number", "paper_day", "body", "signer", "confirmed_length")


class EndForm(PaperForm, VersionForm):
    """The early end of a suspension."""

    back = DayField(label=_("First day back at work"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_TEXT)
    field_order = ("back", "reason", "number", "paper_day", "body", "signer")


class LetterForm(forms.Form):
    """One's own letter of resignation."""

    posting = forms.TypedChoiceField(label=_("From which post"), coerce=int)
    ground = forms.ChoiceField(label=_("Ground"))
    text = forms.CharField(
        label=_("Letter"), max_length=4000, widget=forms.Textarea({"rows": 9}),
        help_text=_("Who considers it reads it as you write it."),
    )  # fmt: skip
    wished = DayField(label=_("Wished from"), required=False)

    def __init__(self, *args: Any, postings: Choices, grounds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posting"].choices = postings  # type: ignore[attr-defined]
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]


class FindForm(forms.Form):
    """Look for somebody."""

    q = forms.CharField(label=_("Name or file number"), max_length=100)
