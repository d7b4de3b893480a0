"""A chart: its specification, its words and numbers, and the ways to draw it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from xml.etree import ElementTree

from django.core.cache import cache as shelf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ngangtam.foundation.kernel.speech import language
from ngangtam.foundation.ui.charts.palette import CONFIG, HATCH, UNKNOWN, VARIABLES

Theme = Literal["page", "print"]
SVG: Final = "http://www.w3.org/2000/svg"
FONTS: Final = Path(__file__).parents[1] / "static/ui/fonts"
DRAWING: Final = 3  # raise it when the way of drawing changes, so that kept pictures are redrawn
_ELEMENTS: Final = {
    "svg", "g", "path", "line", "rect", "circle", "text", "tspan", "title", "desc", "defs",
    "pattern", "clipPath",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "width", "height", "viewBox", "transform", "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy",
    "r", "rx", "ry", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap",
    "stroke-miterlimit", "stroke-opacity", "fill-opacity", "opacity", "text-anchor", "font-size",
    "font-weight", "font-style", "font-family", "clip-path", "id", "dominant-baseline", "dx", "dy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart.

    Shape: `heads` and `rows` are the same numbers as a table, first column the label.
    """

    # JSON that Vega-Lite reads; its values have no common type.
    spec: dict[str, Any]
    title: str
    description: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def svg(self, theme: Theme = "page") -> SafeString:
        """Return the drawing: `page` follows the page's colours, `print` stands on its own.

        Only elements and attributes of a short list leave this function: no style, no script, no
        link. That is what lets the drawing stand in a page under our content security policy.
        """
        key = self._key(theme)
        kept: str | None = shelf.get(key)
        if kept is None:
            kept = _dressed(_drawn(self.spec), self.title, self.description, theme)
            shelf.set(key, kept, timeout=None)
        return SafeString(kept)

    def png(self, scale: float = 2.0) -> bytes:
        """Return the drawing as a PNG, for documents that take no SVG."""
        import vl_convert

        _fonts()
        drawn: bytes = vl_convert.svg_to_png(str(self.svg("print")), scale=scale)
        return drawn

    def _key(self, theme: Theme) -> str:
        told = json.dumps(
            [DRAWING, self.spec, CONFIG, self.title, self.description, theme, get_language()],
            sort_keys=True, default=str,
        )  # fmt: skip
        return f"ui.chart.{hashlib.sha256(told.encode()).hexdigest()}"


@cache
def _fonts() -> None:
    """Let the renderer measure and draw our own type, where the assets have been built."""
    import vl_convert

    if FONTS.is_dir():
        vl_convert.register_font_directory(str(FONTS))


def _drawn(spec: dict[str, Any]) -> str:
    import vl_convert

    _fonts()
    english = language() == "en"
    marks = {"decimal": ".", "thousands": ","} if english else {"decimal": ",", "thousands": "."}
    # An empty list of addresses: a specification can fetch nothing.
    drawn: str = vl_convert.vegalite_to_svg(
        spec,
        config=CONFIG,
        allowed_base_urls=[],
        format_locale={**marks, "grouping": [3], "currency": ["", ""]},
    )
    return drawn


def _dressed(drawn: str, title: str, description: str, theme: Theme) -> str:
    """Reduce the drawing to the short lists, give it words, and colours of the page."""
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own renderer's output, no entities
    _reduce(root, theme)
    root.set("role", "img")
    root.set("aria-label", f"{title}. {description}".strip())
    root.set("focusable", "false")
    for name, words in (("desc", description), ("title", title)):
        element = ElementTree.Element(f"{{{SVG}}}{name}")
        element.text = words
        root.insert(0, element)
    if theme == "print":
        root.insert(2, ElementTree.fromstring(_HATCH_PATTERN))  # noqa: S314 - a constant
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _reduce(element: ElementTree.Element, theme: Theme) -> None:
    for child in list(element):
        name = child.tag.removeprefix(f"{{{SVG}}}")
        if name not in _ELEMENTS or child.get("display") == "none":
            element.remove(child)
        else:
            _reduce(child, theme)
    for key, value in list(element.attrib.items()):
        if key not in _ATTRIBUTES or (key == "font-family" and theme == "page"):
            del element.attrib[key]
        elif key in {"fill", "stroke"}:
            element.set(key, _colour(value, theme))


def _colour(value: str, theme: Theme) -> str:
    if value == UNKNOWN:
        return HATCH
    return VARIABLES.get(value, value) if theme == "page" else value


_HATCH_PATTERN: Final = (
    f'<defs xmlns="{SVG}"><pattern id="nt-hatch" width="5" height="5" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    f'<path d="M0 2.5h5" stroke="{UNKNOWN}" stroke-width="1.2"/></pattern></defs>'
)
