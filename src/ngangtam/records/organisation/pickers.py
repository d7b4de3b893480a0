"""Choosing a unit: by name without accents or by code, offered while one types."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.foundation.ui.forms import PickInput
from ngangtam.records.organisation.models import Unit

_CODE_AT_END: Final = re.compile(r"\(([\w.\-]+)\)\s*$")
_NAMED: Final = 6


def unit_text(unit: Unit) -> str:
    """Return a unit as the field shows it and reads it back: "Sở Nội vụ (SG.UB.SNV)"."""
    return f"{unit.name} ({unit.code})"


def unit_named(text: str) -> Unit | None:
    """Return the one unit that was meant; None for no text.

    Shape: what the field offered, a code, a whole name, or words that only one name has.
    Errors: ValidationError when nothing fits, or several do: it names them.
    """
    words = plain(text).split()
    if not words:
        return None
    offered = _CODE_AT_END.search(text)
    codes = [fold(text), *([offered[1]] if offered else [])]
    exact = Unit.objects.filter(code__in=codes).first()
    if exact is not None:
        return exact
    found = _that_fit(words)
    whole = [unit for unit in found if unit.name_plain == " ".join(words)]
    if len(whole) == 1 or len(found) == 1:
        return (whole or found)[0]
    if not found:
        raise ValidationError(_("There is no unit of this name or code."))
    shown = "; ".join(unit_text(unit) for unit in found[:_NAMED])
    raise ValidationError(_("Several units fit; choose one: %(units)s"), params={"units": shown})


def _that_fit(words: list[str]) -> list[Unit]:
    every = Q()
    for word in words:
        every &= Q(name_plain__contains=word)
    standing = Unit.objects.filter(every, ended_on=None)
    return list(standing.order_by("name_plain", "code")[: _NAMED * 10])


class UnitField(forms.CharField):
    """A unit, by name or code. The cleaned value is the unit, None when nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        shape = {"max_length": 340, "widget": PickInput("unit-suggest"),
                 "help_text": _("Type a part of the name or the code, and choose.")}  # fmt: skip
        super().__init__(**{**shape, **kwargs})

    def clean(self, value: Any) -> Any:
        return unit_named(str(super().clean(value) or ""))

    def prepare_value(self, value: Any) -> Any:
        """Show a unit, or the code of one, by its name."""
        if isinstance(value, str) and value and "(" not in value:
            value = Unit.objects.filter(code=value).first() or value
        return unit_text(value) if isinstance(value, Unit) else value
