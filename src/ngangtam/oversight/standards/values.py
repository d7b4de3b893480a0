"""Values of the rulebook as a person reads them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.speech import language, said
from ngangtam.foundation.ui import formats
from ngangtam.law.engine.model import Parameter, Target
from ngangtam.law.engine.vocabulary import Vocabulary
from ngangtam.oversight.standards import names
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.standards.wording import Words, read_aloud

# How the rulebook writes a day of every year, and a month.
_DAY: Final = re.compile(r"(\d{2})-(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")


def bare(value: object) -> str:
    """Return one value without its unit."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return formats.number(value)
    if isinstance(value, date):
        return formats.day(value)
    return str(value)


def value_words(parameter: Parameter, value: object) -> SafeString:
    """Return a parameter's value with its unit; words of the rulebook stand as code."""
    if isinstance(value, Mapping):
        return _table(value)
    parts = value if isinstance(value, list | tuple) else [value]
    shown = [_bare_html(one) for one in parts]
    if len(shown) > 1:
        return format_html(
            '<span class="values">{}</span>',
            format_html_join("; ", "{}", ((one,) for one in shown)),
        )
    if value is None or isinstance(value, bool | str | date):
        return shown[0]
    unit = names.unit_name(parameter.unit)
    return format_html("{}{}" if unit == "%" else "{} {}", shown[0], unit)


def _bare_html(value: object) -> SafeString:
    if isinstance(value, str):
        words = text_words(value)
        return format_html("{}" if words != value else "<code>{}</code>", words)
    return format_html("{}", bare(value))


def text_words(value: str) -> str:
    """Return the words for a text value: a day without a year, a month, a sign, a code."""
    if found := _MONTH.fullmatch(value) or _DAY.fullmatch(value):
        return f"{found[2]}/{found[1]}"
    return names.SIGNS.get(value) or _labelled(value, (names.VALUE_WORDS, *names.TABLE_KEYS))


def _table(table: Mapping[object, object]) -> SafeString:
    rows = (
        (
            key_words(str(key)),
            _table(inner) if isinstance(inner, Mapping) else _cell(str(key), inner),
        )
        for key, inner in table.items()
    )
    lines = format_html_join("", "<li>{}: {}</li>", rows)
    return format_html('<ul class="table-value">{}</ul>', lines)


def _cell(key: str, value: object) -> str:
    """Return one cell of a table; a year takes no thousands mark."""
    if isinstance(value, str):
        return text_words(value)
    return str(value) if "year" in key and isinstance(value, int) else bare(value)


def key_words(key: str) -> str:
    """Return the words for a key of a table: the label of the code that it is, or the key."""
    return _labelled(key, (names.KEY_WORDS, *names.TABLE_KEYS))


def _labelled(code: str, catalogues: tuple[str, ...]) -> str:
    for ident in catalogues:
        catalogue = rulebook().catalogues.get(ident)
        if catalogue is not None and code in catalogue:
            return catalogue.label(code, language())
    return code


def goal_words(target: Target) -> str:
    """Return what a target asks for: "≥ 15%", "20–25%", "at least 1 person in every unit"."""
    if target.low is None:
        return _("not set")
    unit = names.unit_name("people" if target.unit == "units" else target.unit)
    low = formats.number(target.low)
    numbers = low if target.high in (None, target.low) else f"{low}–{formats.number(target.high)}"
    amount = f"{numbers}%" if target.unit == "percent" else f"{numbers} {unit}"
    said_goal = f"{names.SIGNS[target.comparison]} {amount}"
    if target.kind == "at_least_one_per_unit":
        return _("%(goal)s in every unit") % {"goal": said_goal}
    return said_goal


def read_rule(
    expression: str, on: date | None = None, vocabulary: Vocabulary | None = None
) -> Words:
    """Return what an expression asks, in the language of the page.

    Shape: a parameter is named with its value on the day (today when none is given); one line of a
        table as `id#key`. `vocabulary` of the names, that of facts unless given.
    """
    book, day = rulebook(), on or today()

    def named(name: str) -> str:
        ident, _hash, key = name.partition("#")
        parameter = book.parameters.get(ident)
        if parameter is None:
            return ident
        value = next((one for one in parameter.values if day in one.period), None)
        waits = parameter.status == "to_confirm" or (value and value.confidence == "to_confirm")
        if value is None or waits:
            return _("“%(label)s” (no value in use)") % {"label": said(parameter.label)}
        told = value.value.get(key) if key and isinstance(value.value, dict) else value.value
        amount = value_words(parameter, told)
        return _("%(value)s (“%(label)s”)") % {"value": amount, "label": said(parameter.label)}

    return read_aloud(expression, vocabulary or book.vocabulary, language(), named)
