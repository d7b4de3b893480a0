"""Citations of the rulebook in templates. `{% load citing %}`."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import language
from ngangtam.foundation.ui.components import marks
from ngangtam.foundation.ui.components.html import NOTHING
from ngangtam.law.citing.citations import citation

register = template.Library()


@register.simple_tag
def cite(
    pinpoint: str, *, confidence: str = "", until: bool = False, short: bool = False
) -> SafeString:
    """{% cite "s0#II.2.2" %} — the text relied on, with its confidence and a link to it.

    Shape: `confidence` of the value itself, when it is lower than that of the text; `until`
        also says until which month the text was verified; `short` leaves the number to the title,
        for lists of places in one text.
    """
    found = citation(pinpoint, language(), confidence)
    only_pin, place = short and bool(found.pin), _place_shown(found.pin)
    return marks.citation(
        place if only_pin else found.number, pin="" if only_pin else place,
        title=f"{found.number} – {found.title}" if only_pin else found.title, href=found.href,
        confidence=found.confidence, until=found.verified_until if until else "",
    )  # fmt: skip


def _place_shown(pin: str) -> str:
    """A pinpoint that is a word stands for an article whose number no source shows."""
    if not pin.islower() or any(letter.isdigit() for letter in pin):
        return pin
    return _("annex") if pin == "annex" else _("article not known")


@register.simple_tag
def cite_all(
    pinpoints: Iterable[str] | None,
    *,
    confidence: str = "",
    until: bool = False,
    short: bool = False,
) -> SafeString:
    """{% cite_all target.cites until=True %} — one mark a pinpoint, each once; nothing of none."""
    marks_ = [
        (cite(pinpoint, confidence=confidence, until=until, short=short),)
        for pinpoint in dict.fromkeys(pinpoints or ())
    ]
    if not marks_:
        return NOTHING
    return format_html('<span class="cites">{}</span>', format_html_join(" ", "{}", marks_))
