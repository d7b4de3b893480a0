"""Forms of cycles and classes: opening, a reason, a document, a class."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.ui.forms import DayField
from ngangtam.stages.evaluation.models import Class
from ngangtam.stages.evaluation.periods import read_period

NEEDED: Final = "-"


def period_choices(today: date) -> list[tuple[str, str]]:
    """Return the periods around a day by their codes, the likeliest first."""
    return [*_periods(today), (NEEDED, str(_("when needed …")))]


def _periods(today: date) -> Iterator[tuple[str, str]]:
    month = today.replace(day=1)
    for _number in range(4):
        yield _named(f"{month:%Y-%m}")
        month = (month - timedelta(days=1)).replace(day=1)
    quarter, year = (today.month + 2) // 3, today.year
    for _number in range(3):
        yield _named(f"{year}-Q{quarter}")
        quarter, year = (quarter - 1, year) if quarter > 1 else (4, year - 1)
    for code in (f"{today.year}-H2", f"{today.year}-H1", str(today.year), str(today.year - 1)):
        yield _named(code)


def _named(code: str) -> tuple[str, str]:
    return code, capfirst(read_period(code).label)


class OpenForm(forms.Form):
    """Which unit, which period, and the days by which people report and heads confirm."""

    unit = forms.ChoiceField(
        label=_("Unit"), help_text=_("Everybody in post there and below gets a sheet.")
    )
    code = forms.ChoiceField(label=_("Period"))
    name = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9.-]*$", label=_("Name of the cycle"), max_length=20, required=False,
        help_text=_("Only when needed: letters and digits, e.g. BN-2026-01."),
    )  # fmt: skip
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)
    report_by = DayField(label=_("Own points by"), required=False)
    confirm_by = DayField(
        label=_("Confirmation by"), required=False,
        help_text=_("Left empty: the 5th and the 10th day after the period."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, units: Iterable[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["code"].choices = period_choices(today)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("code") == NEEDED:
            for name in ("name", "first", "last"):
                if not given.get(name):
                    self.add_error(
                        name,
                        gettext("A cycle that is held when needed has a name, a first and a last"
                                " day."),
                    )  # fmt: skip
        return given

    def plan(self) -> dict[str, Any]:
        """Return what the action takes."""
        given = self.cleaned_data
        needed = given["code"] == NEEDED
        last = given.get("last")
        return {
            "code": given["name"] if needed else given["code"],
            "first": given.get("first") if needed else None,
            "until": last + timedelta(days=1) if needed and last else None,
            "report_by": given.get("report_by"), "confirm_by": given.get("confirm_by"),
        }  # fmt: skip


class ReasonForm(forms.Form):
    """Why something is done; it is kept in the journal."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}),
        help_text=_("It is kept in the journal, and shown to whoever tries to score."),
    )  # fmt: skip


class PaperForm(forms.Form):
    """The document that decides."""

    number = forms.CharField(label=_("Number of the decision"), max_length=80)
    day = DayField(label=_("Day of the decision"))
    body = forms.CharField(label=_("Issuing body"), max_length=300)
    signer = forms.CharField(label=_("Signer"), max_length=150, required=False)

    @property
    def paper(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("number", "day", "body", "signer")}


class ClassForm(PaperForm):
    """One class, with the reason where it is not the proposed one."""

    level = forms.ChoiceField(label=_("Class"), choices=Class.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Needed when it is another class than the proposed one, or replaces one."),
    )  # fmt: skip
    confirmed = forms.BooleanField(
        label=_("The authority decides so although the cap on excellent is passed"), required=False
    )

    field_order = ("level", "reason", "number", "day", "body", "signer", "confirmed")

    def __init__(self, *args: Any, over: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not over:
            self.fields["confirmed"].widget = forms.HiddenInput()
