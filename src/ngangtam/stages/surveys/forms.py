"""Forms of the room: opening a survey, codes, a code, an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.stages.surveys import asking
from ngangtam.stages.surveys.models import Side


class OpenForm(forms.Form):
    """About whom, and until when."""

    cycle = forms.TypedChoiceField(label=_("Evaluation cycle"), coerce=int)
    person = forms.CharField(
        label=_("File number"), max_length=20, required=False,
        help_text=_("Of the person the survey is about; empty for the unit as a collective."),
    )  # fmt: skip
    closes_on = DayField(label=_("Last day to answer"))

    def __init__(self, *args: Any, cycles: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].choices = cycles  # type: ignore[attr-defined]


class CodesForm(forms.Form):
    """How many slips of paper, for whom."""

    side = forms.ChoiceField(label=_("For"), choices=Side.choices, initial=Side.CITIZEN)
    count = forms.IntegerField(label=_("Number of codes"), min_value=1, max_value=500, initial=20)


class CodeForm(forms.Form):
    """The code on a slip of paper."""

    code = forms.CharField(
        label=_("Code on your slip"), max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters",
                                "spellcheck": "false", "inputmode": "text"}),
        help_text=_("Three groups of four letters and digits. It works once."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The questions of one side, each rated 1 to 5 or left out, and one comment."""

    # Once the writer has seen what could give somebody away.
    looked = forms.BooleanField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, questions: Sequence[Mapping[str, Any]], side: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "vi"
        choices = [
            ("", _("I cannot say")), ("5", _("5 – very good")), ("4", _("4 – good")),
            ("3", _("3 – fair")), ("2", _("2 – weak")), ("1", _("1 – poor")),
        ]  # fmt: skip
        self.asked = asking.of_side(questions, side)
        for question in self.asked:
            self.fields[f"q_{question['id']}"] = forms.TypedChoiceField(
                label=asking.wording(question, language), choices=choices, coerce=int,
                empty_value=None, required=False, initial="",
            )  # fmt: skip
        self.fields["comment"] = forms.CharField(
            label=_("What else should be known"), required=False,
            max_length=asking.MOST_LETTERS, widget=forms.Textarea({"rows": 5}),
            help_text=_("It is read as you write it, together with those of others. Leave out"
                        " what only you could know."),
        )  # fmt: skip

    @property
    def ratings(self) -> dict[str, int]:
        """Return the questions that were answered."""
        found = {one["id"]: self.cleaned_data.get(f"q_{one['id']}") for one in self.asked}
        return {name: value for name, value in found.items() if value is not None}

    def hidden(self) -> list[tuple[str, str]]:
        """Return what was typed, to be carried through the second look."""
        names = [*(f"q_{one['id']}" for one in self.asked), "comment", "code"]
        return [(name, str(self.data.get(name, ""))) for name in names]
