"""Citations as screens show them: number, place, how sure, until when checked."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.urls import reverse

from ngangtam.law.engine.rulebook import rulebook

_RANK: Final = {"read": 0, "quoted": 1, "reported": 2, "to_confirm": 3, "": -1}


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in one text of law."""

    pinpoint: str
    number: str
    pin: str
    title: str
    href: str
    confidence: str
    verified_until: str


def citation(pinpoint: str, lang: str, confidence: str = "") -> Citation:
    """Return what to show for `instrument#pin`; a bare number when the text is not in the rulebook.

    Shape: `confidence` of the value; the weaker of it and that of the text is shown.
    """
    ident, _hash, pin = pinpoint.partition("#")
    text = rulebook().instruments.get(ident)
    if text is None:
        return Citation(pinpoint, ident, pin, "", "", confidence or "to_confirm", "")
    return Citation(
        pinpoint=pinpoint,
        number=text.number,
        pin=pin,
        title=text.title[lang],
        href=reverse("law-instrument", args=[ident]) + (f"#{anchor(pin)}" if pin else ""),
        confidence=weaker(confidence, text.confidence),
        verified_until=text.verified_until or "",
    )


def weaker(*levels: str) -> str:
    """Return the least certain of the confidence levels."""
    return max(levels, key=lambda level: _RANK[level])


def anchor(pin: str) -> str:
    """Return the id that a pinpoint has on the page of its instrument."""
    return "pin-" + quote(pin, safe="").replace("%", "_")
