"""Forms of the room: a round, who is left out or taken in, who votes, the vote, what follows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.stages.ballots.choosing import accounts_named
from ngangtam.stages.confidence import looking
from ngangtam.stages.confidence.actions import RoundValues
from ngangtam.stages.confidence.models import Regime, Round, Subject


class OpenForm(forms.Form):
    """A new round in one body."""

    regime = forms.ChoiceField(label=_("By the rules"), choices=Regime.choices,
                               widget=forms.RadioSelect)  # fmt: skip
    title = forms.CharField(label=_("Name of the round"), max_length=200)
    day = DayField(label=_("Day of the vote"))
    basis = forms.CharField(
        label=_("By the document"), max_length=300, required=False,
        help_text=_("Number, day and body. Needed for the round in the political system: when it is"
                    " held is not settled by the text that was seen."),
    )  # fmt: skip
    session = DayField(
        label=_("First day of the session"),
        required=False,
        help_text=_("Elected bodies only. The timetable counts back from it."),
    )
    term = forms.IntegerField(
        label=_("Year in which the term began"),
        min_value=1990,
        max_value=2100,
        required=False,
        help_text=_("Elected bodies only. The vote is held at the end of the third year."),
    )
    share_of = forms.ChoiceField(
        label=_("Shares are taken of"), choices=Round.ShareOf.choices,
        help_text=_("Elected bodies: always of the ballots handed in. In the political system the"
                    " text that was seen does not say it; the authority confirms your choice."),
    )  # fmt: skip
    below = forms.BooleanField(
        label=_("With the leaders of the units below"),
        required=False,
        help_text=_("In the political system; elected bodies are always taken with their parts."),
    )

    def values(self) -> RoundValues:
        data = self.cleaned_data
        return RoundValues(
            regime=data["regime"], title=data["title"], basis=data["basis"], day=data["day"],
            session=data["session"] or None, term=data["term"], below=data["below"],
            share_of=data["share_of"],
        )  # fmt: skip


class VersionedForm(forms.Form):
    """A form that knows which state of the round it shows."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PlainForm(VersionedForm):
    """Nothing to say: only the button."""


class LeaveOutForm(VersionedForm):
    why = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Evidence"),
        max_length=500,
        help_text=_("The number, day and body of the notice of leave; the day of the appointment."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [Subject.Why.LEAVING, Subject.Why.NEW, Subject.Why.OTHER]
        self.fields["why"].choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]


class TakeInForm(VersionedForm):
    person_number = forms.CharField(label=_("File number"), max_length=20)
    note = forms.CharField(
        label=_("Why the person stands in the vote"), max_length=500, required=False
    )


class ConveneForm(VersionedForm):
    circles = forms.MultipleChoiceField(
        label=_("Who is convened"), required=False, widget=forms.CheckboxSelectMultiple
    )
    numbers = forms.CharField(
        label=_("Further people, by file number"), required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Separated by commas or lines. What is chosen here replaces the list."),
    )  # fmt: skip

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circles"].choices = [  # type: ignore[attr-defined]
            (name, f"{looking.circle_label(name)} ({count})") for name, count in counts.items()
        ]

    @property
    def people(self) -> list[str]:
        """Return the file numbers that were written."""
        return [one for one in self.cleaned_data["numbers"].replace(",", "\n").split() if one]


class DueForm(forms.Form):
    done_on = DayField(label=_("Done on"))
    note = forms.CharField(label=_("Document"), max_length=300, required=False)


class VoteForm(forms.Form):
    """How the vote of a round is held."""

    on_paper = forms.TypedChoiceField(
        label=_("How papers are handed in"), coerce=lambda value: value == "yes",
        choices=[("no", _("on the screen, sealed")), ("yes", _("on paper in a meeting"))],
        widget=forms.RadioSelect, initial="no",
    )  # fmt: skip
    tellers = forms.TypedMultipleChoiceField(
        label=_("Tellers"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least two, of those convened who do not stand on the paper."),
    )
    more_tellers = forms.CharField(
        label=_("Further tellers"), widget=forms.Textarea({"rows": 2}), required=False,
        help_text=_("Account names, one a line."),
    )  # fmt: skip
    needed = forms.IntegerField(
        label=_("So many tellers open the box"), min_value=2, max_value=16, initial=2
    )

    def __init__(self, *args: Any, tellers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tellers"].choices = list(tellers)  # type: ignore[attr-defined]

    def clean_more_tellers(self) -> list[int]:
        """Return the accounts that were written."""
        names = self.cleaned_data["more_tellers"].split()
        found = accounts_named(names)
        unknown = [one for one in names if one not in found]
        if unknown:
            raise ValidationError(
                _("There is no such account: %(names)s.") % {"names": ", ".join(unknown[:10])}
            )
        return [found[one] for one in names]

    @property
    def counting(self) -> list[int]:
        """Return who counts: those ticked and those written, each once."""
        data = self.cleaned_data
        return list(dict.fromkeys([*data["tellers"], *data["more_tellers"]]))


class CancelForm(VersionedForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))


class ReleaseForm(forms.Form):
    document = forms.CharField(
        label=_("Document of the authority"), max_length=300, required=False,
        help_text=_("Needed for the round in the political system: no text that was seen says how"
                    " its results are made known."),
    )  # fmt: skip


class CaseForm(forms.Form):
    case_number = forms.ChoiceField(
        label=_("Number of the case"), widget=forms.RadioSelect,
        help_text=_("The case in which removal, resignation or dismissal is considered."),
    )  # fmt: skip

    def __init__(self, *args: Any, cases: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case_number"].choices = list(cases)  # type: ignore[attr-defined]


class AsideForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))
