"""Forms of the room: preparing a vote, presence, a paper, words, figures, a receipt."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.forms import PickInput
from ngangtam.law.engine.counting_rules import CHOSEN, MARKS
from ngangtam.records.organisation.pickers import UnitField
from ngangtam.stages.ballots import choosing, figures, keys, marking
from ngangtam.stages.ballots.actions import OptionValues
from ngangtam.stages.ballots.choosing import Caller
from ngangtam.stages.ballots.figures import Found
from ngangtam.stages.ballots.models import Poll
from ngangtam.stages.ballots.reckoning import Setting
from ngangtam.stages.ballots.wording import MARK_LABELS, WHY

SHARE_OF: Final = [
    ("", _("as the rule says")), ("convened", _("those convened")), ("present", _("those present")),
    ("ballots", _("papers that came back")), ("valid", _("valid papers")),
]  # fmt: skip
QUORUMS: Final = [
    ("", _("as the rule says")), ("2/3", _("at least 2/3 of those convened")),
    (">1/2", _("more than half of those convened")),
]  # fmt: skip
# More people than this are not shown to be ticked one by one.
MOST_TICKS: Final = 400
# Empty lines for names found on papers, and the most lines of one count.
SPARE_LINES: Final = 5
MOST_FOUND: Final = 100


def _ticks(people: Sequence[Caller]) -> list[tuple[int, str]]:
    return [(one.user, f"{one.name} – {one.unit}" if one.unit else one.name) for one in people]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class WhereForm(forms.Form):
    """In which other unit a vote is prepared."""

    unit = UnitField(label=_("Prepare it in another unit"))


class PrepareForm(forms.Form):
    """What is voted on, by whom, who counts."""

    title = forms.CharField(label=_("What is voted on"), max_length=300)
    rules = forms.ChoiceField(
        label=_("Counting rule"),
        help_text=_("It says what stands on the paper, which papers count, and who is elected."),
    )
    options = forms.CharField(
        label=_("Names on the paper"), widget=forms.Textarea({"rows": 5}), required=False,
        help_text=_("One a line: a file number, or a name or proposal as it shall be printed."),
    )  # fmt: skip
    write_ins = forms.IntegerField(
        label=_("Names that may be written in"), min_value=0, max_value=marking.MOST_WRITE_INS,
        initial=0, help_text=_("On a nomination sheet, beside the names above."),
    )  # fmt: skip
    seats = forms.IntegerField(label=_("Number to be elected"), min_value=1, initial=1)
    max_choices = forms.IntegerField(label=_("Most names on a paper"), min_value=1, initial=1)
    share_of = forms.ChoiceField(
        label=_("Shares are taken of"), choices=SHARE_OF, required=False,
        help_text=_("Only where the rule leaves it open."),
    )  # fmt: skip
    quorum = forms.ChoiceField(label=_("Quorum"), choices=QUORUMS, required=False)
    everybody = forms.BooleanField(
        label=_("Everybody of the unit and below who has an account may vote"), required=False,
        help_text=_("Or tick those who may vote in the list below."),
    )  # fmt: skip
    voters = forms.TypedMultipleChoiceField(
        label=_("Who may vote"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    more_voters = forms.CharField(
        label=_("Further voters"), widget=forms.Textarea({"rows": 3}), required=False,
        help_text=_("Account names, one a line, for people of other units."),
    )  # fmt: skip
    convened = forms.IntegerField(
        label=_("Number convened"), min_value=1, required=False,
        help_text=_("Empty: as many as stand on the roll."),
    )  # fmt: skip
    tellers = forms.TypedMultipleChoiceField(
        label=_("Tellers"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    more_tellers = forms.CharField(
        label=_("Further tellers"), widget=forms.Textarea({"rows": 2}), required=False,
        help_text=_("Account names, one a line."),
    )  # fmt: skip
    needed = forms.IntegerField(
        label=_("Tellers needed to open the box"), min_value=2, initial=2,
        help_text=_("Name more tellers than are needed, in case one is prevented."),
    )  # fmt: skip
    on_paper = forms.BooleanField(
        label=_("Papers of a meeting: tellers enter what they counted"), required=False
    )
    announced = forms.BooleanField(
        label=_("The result is announced to the voters at this step"), required=False
    )

    def __init__(self, *args: Any, people: Sequence[Caller], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.by_id = {one.id: one for one in choosing.rules_on(day)}
        kinds = dict(Poll.Kind.choices)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self.by_id.values():
            mark = "" if one.is_confirmed else str(_(" (to be confirmed)"))
            groups.setdefault(str(kinds[one.kind]), []).append((one.id, said(one.label) + mark))
        first = ("", _("choose the rule"))
        self.fields["rules"].choices = [first, *groups.items()]  # type: ignore[attr-defined]
        ticks = _ticks(people)
        for name in ("voters", "tellers"):
            if len(ticks) > MOST_TICKS:
                del self.fields[name]
            else:
                self.fields[name].choices = ticks  # type: ignore[attr-defined]

    def _accounts(self, name: str) -> list[int]:
        names = _lines(str(self.cleaned_data.get(name, "")))
        found = choosing.accounts_named(names)
        unknown = [one for one in names if one not in found]
        if unknown:
            self.add_error(name, _("There is no such account: %(names)s.")
                           % {"names": ", ".join(unknown[:10])})  # fmt: skip
        return [found[one] for one in names if one in found]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        voters = [one.user for one in self.people] if told.get("everybody") else told.get("voters")
        on_paper = bool(told.get("on_paper"))
        if told.get("everybody") and told.get("voters"):
            self.add_error("voters", _("Everybody is called, and some are ticked: choose one."))
        called = list(dict.fromkeys([*(voters or []), *self._accounts("more_voters")]))
        told["called"] = [] if on_paper else called
        told["counting"] = list(
            dict.fromkeys([*(told.get("tellers") or []), *self._accounts("more_tellers")])
        )
        if not told.get("convened") and on_paper and not called and "convened" in told:
            self.add_error("convened", _("Say how many were convened to the meeting."))
        if not told.get("convened"):
            told["convened"] = len(called)
        lines = _lines(str(told.get("options", "")))
        known = choosing.people_numbered(line.split()[0] for line in lines)
        told["names"] = [
            OptionValues(known[line.split()[0]][1], known[line.split()[0]][0])
            if line.split()[0] in known else OptionValues(line)
            for line in lines
        ]  # fmt: skip
        return told

    def values(self) -> dict[str, Any]:
        """Return what `actions.prepare_poll` takes."""
        told = self.cleaned_data
        law = self.by_id[told["rules"]]
        return {
            "title": told["title"], "kind": law.kind, "rules": law.id, "options": told["names"],
            "voters": told["called"], "convened": told["convened"], "tellers": told["counting"],
            "needed": told["needed"], "on_paper": told["on_paper"],
            "max_choices": told["max_choices"], "seats": told["seats"],
            "announced": told["announced"], "quorum": told["quorum"],
            "share_of": told["share_of"], "write_ins": told["write_ins"],
        }  # fmt: skip


class PresenceForm(forms.Form):
    """Who of the roll is here."""

    present = forms.TypedMultipleChoiceField(
        label=_("Present"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    absent = forms.CharField(
        label=_("Absent"), widget=forms.Textarea({"rows": 6}), required=False,
        help_text=_("Account names, one a line; everybody else is present."),
    )  # fmt: skip

    def __init__(self, *args: Any, roll: Iterable[Any], **kwargs: Any) -> None:
        rows = list(roll)
        kwargs.setdefault("initial", {"present": [one.voter_id for one in rows if one.present]})
        super().__init__(*args, **kwargs)
        self.everybody = [one.voter_id for one in rows]
        self.names = {one.voter.username: one.voter_id for one in rows}
        if len(rows) > MOST_TICKS:
            del self.fields["present"]
        else:
            del self.fields["absent"]
            self.fields["present"].choices = [  # type: ignore[attr-defined]
                (one.voter_id, str(one.voter)) for one in rows
            ]

    def here(self) -> list[int]:
        """Return who is present."""
        if "present" in self.fields:
            return list(self.cleaned_data["present"])
        gone = {self.names.get(name) for name in _lines(self.cleaned_data["absent"])}
        return [one for one in self.everybody if one not in gone]


class OpenForm(forms.Form):
    """Opening the voting."""

    present = forms.IntegerField(label=_("Number present"), min_value=1)
    closes_at = forms.DateTimeField(
        label=_("Voting ends at"), required=False,
        input_formats=["%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M"],
        help_text=_("As 16:30 25/03/2026; empty: when whoever runs the vote closes it."),
    )  # fmt: skip

    def __init__(self, *args: Any, on_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["present"]
        else:
            del self.fields["closes_at"]

    def clean_closes_at(self) -> datetime | None:
        told: datetime | None = self.cleaned_data.get("closes_at")
        if told is not None and told <= timezone.now():
            raise forms.ValidationError(_("The voting would end before it begins."))
        return told


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


class AgainForm(forms.Form):
    """The next round: who stays on the paper."""

    keep = forms.TypedMultipleChoiceField(
        label=_("Names that stay on the paper"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    seats = forms.IntegerField(label=_("Number to be elected"), min_value=1)
    max_choices = forms.IntegerField(label=_("Most names on a paper"), min_value=1)

    def __init__(self, *args: Any, options: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (one.position, one.label) for one in options
        ]


class WordsForm(forms.Form):
    """The twenty words of a teller."""

    words = forms.CharField(
        label=_("Your twenty words"), max_length=400,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "autocapitalize": "none",
                               "spellcheck": "false"}),
        help_text=_("In their order. The first four letters of each word are enough."),
    )  # fmt: skip


class SeatForm(forms.Form):
    """Proof that a teller wrote the words down: three of them, by their numbers."""

    lock = forms.CharField(widget=forms.HiddenInput)
    proof = forms.CharField(widget=forms.HiddenInput)
    first = forms.CharField(max_length=12)
    second = forms.CharField(max_length=12)
    third = forms.CharField(max_length=12)

    def __init__(self, *args: Any, asked: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, number in zip(("first", "second", "third"), asked, strict=True):
            field = self.fields[name]
            field.label = _("Word number %(number)s") % {"number": number}
            field.widget.attrs |= {"autocomplete": "off", "autocapitalize": "none",
                                   "spellcheck": "false"}  # fmt: skip

    def typed(self) -> tuple[str, ...]:
        return tuple(
            self.cleaned_data[name].strip().lower() for name in ("first", "second", "third")
        )


class PaperForm(forms.Form):
    """A paper: a mark for each name, or none."""

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting = setting
        marks = MARKS[setting.kind]
        for one in setting.names:
            if len(marks) == 1:
                self.fields[f"m_{one.key}"] = forms.BooleanField(label=one.label, required=False)
                continue
            self.fields[f"m_{one.key}"] = forms.ChoiceField(
                label=one.label, required=False, widget=forms.RadioSelect,
                choices=[*((mark, MARK_LABELS[mark]) for mark in marks), ("", _("no mark"))],
                initial="",
            )  # fmt: skip
        for at in range(setting.write_ins):
            self.fields[f"w_{at}"] = forms.CharField(
                label=_("Another name"), max_length=marking.LONGEST_NAME, required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip

    def marks(self) -> dict[str, str]:
        """Return the marks of the paper."""
        told = self.cleaned_data
        found: dict[str, str] = {}
        for one in self.setting.names:
            mark = told.get(f"m_{one.key}")
            if mark:
                found[one.key] = CHOSEN if mark is True else str(mark)
        for at in range(self.setting.write_ins):
            name = marking.written(told.get(f"w_{at}") or "")
            if name:
                found[marking.WRITTEN + name] = CHOSEN
        return found

    def carried(self) -> list[tuple[str, str]]:
        """Return what was marked, to be changed once more."""
        return [(name, str(self.data.get(name, ""))) for name in self.fields if self.data.get(name)]


class SealedForm(forms.Form):
    """A sealed paper on its way into the box."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    proof = forms.CharField(widget=forms.HiddenInput)


class ReceiptForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your receipt"), max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters",
                                "spellcheck": "false"}),
    )  # fmt: skip


class FiguresForm(forms.Form):
    """What a teller counted on paper.

    Shape: where names may be written in, lines of a name (`n_0` …) and its papers (`c_0` …) stand
        below the list; there are always some empty ones.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    issued = forms.IntegerField(label=_("Papers issued"), min_value=0)
    returned = forms.IntegerField(label=_("Papers that came back"), min_value=0)
    valid = forms.IntegerField(label=_("Valid papers"), min_value=0)

    def __init__(
        self, *args: Any, setting: Setting, people: choosing.People, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.setting, self.people = setting, people
        for why in figures.REASONS:
            self.fields[f"i_{why}"] = forms.IntegerField(
                label=_("Invalid: %(why)s") % {"why": WHY[why]}, min_value=0, initial=0
            )
        for one in setting.names:
            for mark in figures.marks_of(setting):
                label = one.label if mark == CHOSEN else f"{one.label}: {MARK_LABELS[mark]}"
                self.fields[f"v_{one.key}_{mark}"] = forms.IntegerField(label=label, min_value=0)
        self.rows = self._rows() if setting.write_ins else 0
        for at in range(self.rows):
            self.fields[f"n_{at}"] = forms.CharField(
                label=_("Name %(number)s") % {"number": at + 1}, required=False, max_length=200,
                widget=PickInput("ballot-people"),
            )  # fmt: skip
            self.fields[f"c_{at}"] = forms.IntegerField(
                label=_("Papers of name %(number)s") % {"number": at + 1}, required=False,
                min_value=1, max_value=100_000,
            )  # fmt: skip

    def _rows(self) -> int:
        told = self.data if self.is_bound else self.initial
        filled = sum(1 for name in told if name.startswith("n_") and told[name])
        return min(filled + SPARE_LINES, MOST_FOUND)

    def sums(self) -> list[Any]:
        """Return the fields of the sums, for the page."""
        return [self[name] for name in ("issued", "returned", "valid",
                                        *(f"i_{why}" for why in figures.REASONS))]  # fmt: skip

    def names(self) -> list[Any]:
        """Return the fields of the names on the list, for the page."""
        return [self[name] for name in self.fields if name.startswith("v_")]

    def lines(self) -> list[tuple[Any, Any]]:
        """Return the fields of the names written in, in pairs, for the page."""
        return [(self[f"n_{at}"], self[f"c_{at}"]) for at in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["found"] = []
        for at in range(self.rows):
            text, papers = str(told.get(f"n_{at}") or "").strip(), told.get(f"c_{at}")
            if not text and not papers:
                continue
            if not text or not papers:
                if f"n_{at}" in told and f"c_{at}" in told:
                    self.add_error(f"n_{at}", _("Write the name and how many papers hold it."))
                continue
            name, person = self.people.meant(text)
            if person is None and name == "":
                self.add_error(f"n_{at}", _("You may read no file of this number; write the name."))
                continue
            told["found"].append(Found(name, papers, person))
        return told

    def given(self) -> dict[str, Any]:
        """Return the figures as `figures.read` takes them."""
        told, marks = self.cleaned_data, figures.marks_of(self.setting)
        return {
            "issued": told["issued"], "returned": told["returned"], "valid": told["valid"],
            "invalid": {why: told[f"i_{why}"] for why in figures.REASONS},
            "votes": {
                one.key: {mark: told[f"v_{one.key}_{mark}"] for mark in marks}
                for one in self.setting.names
            },
            "written": told["found"],
        }  # fmt: skip

    @staticmethod
    def initial_of(
        said_: Mapping[str, Any], version: int, people: choosing.People
    ) -> dict[str, Any]:
        """Return kept figures as the fields of the form."""
        found = {name: said_[name] for name in ("issued", "returned", "valid")}
        found |= {f"i_{why}": number for why, number in said_["invalid"].items()}
        at = 0
        for key, marks in said_["votes"].items():
            if key.startswith(marking.WRITTEN):
                person = said_.get("people", {}).get(key)
                found |= {f"n_{at}": people.shown(key.removeprefix(marking.WRITTEN), person),
                          f"c_{at}": marks[CHOSEN]}  # fmt: skip
                at += 1
            else:
                found |= {f"v_{key}_{mark}": number for mark, number in marks.items()}
        return {**found, "version": version}


assert keys.WORDS == 20  # as the texts above say
