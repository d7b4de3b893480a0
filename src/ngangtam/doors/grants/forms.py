"""Forms of roles."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import GRANTABLE
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.forms import DayField
from ngangtam.records.organisation.models import Unit


def _roles() -> list[tuple[str, str]]:
    return [(role.id, f"{role.label}: {role.says}") for role in GRANTABLE]


class GiveForm(forms.Form):
    """A role for somebody else, over a unit and everything below it, for a period."""

    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True), label=_("Account"), empty_label="—"
    )
    unit = forms.ChoiceField(
        label=_("Unit"), help_text=_("The role holds here and in every unit below.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=_roles, widget=forms.RadioSelect)
    first_day = DayField(label=_("First day"), initial=today)
    last_day = DayField(
        label=_("Last day"), required=False,
        help_text=_("Leave it empty when the role has no end yet; it is reviewed every year."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300,
        help_text=_("The decision or the task that needs this role."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, accounts: Iterable[User], units: Iterable[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        found = list(accounts)
        shown = [("", "—"), *((user.pk, _named(user)) for user in found)]
        if len(found) == 1:
            self.fields["user"].initial = found[0].pk
        # Any open account may be sent; only those that were looked for are offered.
        self.fields["user"].widget.choices = shown
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (unit.code, f"{unit.name} ({unit.code})") for unit in units
        ]


def _named(user: User) -> str:
    parts = [user.full_name, user.position, user.username]
    return " · ".join(part for part in parts if part)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class EndForm(ReasonForm):
    """`on` is the first day on which the role confers nothing any more."""

    on = DayField(label=_("Ends on"), initial=today)
    field_order = ["on", "reason"]
