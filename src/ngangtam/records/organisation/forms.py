"""The shape of what is typed about units, posts and establishment."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.foundation.ui.forms import DayField
from ngangtam.law.engine import rulebook
from ngangtam.records.organisation.actions import NewUnit
from ngangtam.records.organisation.changes import Basis
from ngangtam.records.organisation.models import Level, Post, Regime, Unit
from ngangtam.records.organisation.pickers import UnitField

MOST_MERGED: Final = 6


def catalogue_choices(name: str) -> list[tuple[str, str]]:
    """Return the entries of a catalogue of the rulebook, in the language of the screen."""
    found = rulebook().catalogues[name]
    return [(entry.code, said(entry.label)) for entry in found]


def _choices(name: str, *, empty: bool = False) -> Any:
    def read() -> list[tuple[str, str]]:
        return [("", "—"), *catalogue_choices(name)] if empty else catalogue_choices(name)

    return lazy(read, list)()


class BasisForm(forms.Form):
    """From which day, and on which decision or source a change rests."""

    first_day = DayField(label=_("From"), help_text=_("The first day on which it holds."))
    number = forms.CharField(label=_("Decision number"), max_length=80, required=False)
    decision_day = DayField(label=_("Decision day"), required=False)
    body = forms.CharField(label=_("Issuing body"), max_length=300, required=False)
    signer = forms.CharField(label=_("Signer"), max_length=150, required=False)
    source = forms.CharField(
        label=_("Source, when there is no decision"), max_length=300, required=False,
        help_text=_("For example: the roster of the department of 1 March 2026."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("number") and not (data.get("decision_day") and data.get("body")):
            self.add_error("number", _("A decision has a number, a day and an issuing body."))
        elif not data.get("number") and not data.get("source") and "number" not in self.errors:
            self.add_error("number", _("Say which decision or which source this rests on."))
        return data

    @property
    def basis(self) -> Basis:
        """What the change rests on."""
        data = self.cleaned_data
        return Basis(
            number=data["number"], day=data["decision_day"], body=data["body"],
            signer=data["signer"], source=data["source"],
        )  # fmt: skip

    @property
    def first(self) -> Any:
        return self.cleaned_data["first_day"]


class CreateForm(BasisForm):
    """A new unit under the one whose page this is."""

    code = forms.RegexField(
        r"^[\w.\-]+$", label=_("Code"), max_length=40,
        error_messages={"invalid": _("A code has letters, digits, full stops and dashes.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=_choices("unit_kind"))
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    position = forms.IntegerField(
        label=_("Place among its brothers"), min_value=0, max_value=9999, initial=0,
        help_text=_("0 stands first."),
    )  # fmt: skip
    field_order = ["code", "name", "kind", "level", "position", "first_day"]


class RenameForm(BasisForm):
    """Another name."""

    name = forms.CharField(label=_("New name"), max_length=300)
    field_order = ["name", "first_day"]


class MoveForm(BasisForm):
    """Another place in the tree."""

    parent = UnitField(label=_("New place: the unit it will stand under"))
    field_order = ["parent", "first_day"]


class MergeForm(BasisForm):
    """Other units that end and live on in this one."""

    merged = UnitField(label=_("Unit that merges into this one"))
    field_order = ["merged", *(f"merged_{at}" for at in range(2, MOST_MERGED + 1)), "first_day"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(2, MOST_MERGED + 1):
            self.fields[f"merged_{at}"] = UnitField(
                label=_("Further unit %(number)s") % {"number": at}, required=False, help_text=""
            )
        self.order_fields(self.field_order)

    @property
    def units(self) -> list[Unit]:
        """The units that end, each once."""
        given = [self.cleaned_data.get(name) for name in self.field_order if "merged" in name]
        return list(dict.fromkeys(unit for unit in given if unit is not None))


class SplitForm(BasisForm):
    """New units made of this one; with `ends` every unit below needs a place."""

    into = forms.CharField(
        label=_("New units"), widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: the code, a blank, the name."),
    )  # fmt: skip
    ends = forms.BooleanField(label=_("This unit ends on that day"), required=False)

    def __init__(self, *args: Any, below: Iterable[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._below = list(below)
        for unit in self._below:
            self.fields[f"below_{unit.pk}"] = forms.CharField(
                label=_("%(unit)s goes to") % {"unit": unit}, max_length=300, required=False,
                help_text=_("Code or name of a new unit; empty: it stays."),
            )  # fmt: skip
        self.order_fields(["into", "ends", *[f"below_{u.pk}" for u in self._below], "first_day"])

    def clean_into(self) -> list[NewUnit]:
        made = []
        for line in self.cleaned_data["into"].splitlines():
            code, _blank, name = fold(line).partition(" ")
            if code and not name:
                raise ValidationError(_("Write code and name: “%(line)s”."), params={"line": line})
            if code:
                made.append(NewUnit(code, name))
        return made

    @property
    def below(self) -> dict[int, str]:
        """Which new unit each unit below goes to."""
        codes = {plain(new.name): new.code for new in self.cleaned_data["into"]}
        said = {unit.pk: self.cleaned_data[f"below_{unit.pk}"] for unit in self._below}
        return {pk: codes.get(plain(text), text) for pk, text in said.items()}


class EndForm(BasisForm):
    """The day from which a unit or a post is no more."""

    first_day = DayField(label=_("Ends on"), help_text=_("The first day without it."))


class EstablishmentForm(BasisForm):
    """How many people of one regime a unit may have."""

    regime = forms.ChoiceField(label=_("Regime"), choices=Regime.choices)
    count = forms.IntegerField(label=_("Number of people"), min_value=0, max_value=1_000_000)
    field_order = ["regime", "count", "first_day"]


class _PostFields(forms.Form):
    """What a post is."""

    title = forms.CharField(label=_("Title"), max_length=300)
    title_kind = forms.ChoiceField(label=_("Kind of title"), choices=_choices("title_kind"))
    seats = forms.IntegerField(
        label=_("Seats"), min_value=0, max_value=100_000, required=False,
        help_text=_("Empty: nobody fixed a number."),
    )  # fmt: skip
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    regime = forms.ChoiceField(label=_("Regime"), choices=Regime.choices)
    managed_by = forms.ChoiceField(
        label=_("Managed by"), choices=_choices("management_level", empty=True), required=False
    )
    leadership = forms.BooleanField(label=_("Leadership post"), required=False)
    head = forms.BooleanField(label=_("Head of the unit"), required=False)
    key_leader = forms.BooleanField(label=_("Key leader"), required=False)
    committee_member = forms.BooleanField(label=_("Party committee member"), required=False)
    standing_committee_member = forms.BooleanField(
        label=_("Standing committee member"), required=False
    )
    deputy_elected = forms.BooleanField(label=_("Elected deputy"), required=False)
    full_time = forms.BooleanField(label=_("Full time"), required=False, initial=True)
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, initial=0)

    @property
    def post(self) -> dict[str, Any]:
        """The fields of the post."""
        return {name: self.cleaned_data[name] for name in _PostFields.base_fields}


class PostForm(_PostFields, BasisForm):
    """A new post."""

    field_order = [*_PostFields.base_fields, "first_day"]


class PostChangeForm(_PostFields):
    """Other details of a post that stays the same post."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


def post_values(post: Post) -> dict[str, Any]:
    """Return what the form of a post starts from."""
    return {name: getattr(post, name) for name in _PostFields.base_fields}
