"""A process drawing (BPMN) on a page: the diagram, and the same as a list of steps.

The list is what screen readers, paper and browsers without script get; the viewer hides it from
sight when it has drawn. Knows nothing of what the steps mean.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from lxml import etree

from ngangtam.foundation.kernel.speech import language
from ngangtam.foundation.ui.components.html import NOTHING

State = Literal["done", "now", "waiting", "refused", "skipped"]
STATES: Final = ("done", "now", "waiting", "refused", "skipped")
_MODEL: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_MAX_CHARS: Final = 600_000
# What would end the block of data or open a tag stands as an escape in JSON.
_ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def bpmn(
    xml: str, *, lit: Mapping[str, State] | None = None, label: str = "", steps: bool = True
) -> SafeString:
    """{% bpmn procedure.xml lit=states label=title %} — the drawing of a process.

    Shape: `lit` gives the state of each step by its id in the drawing: done, now, waiting, refused
        or skipped; a state that does not exist is left out. A step with the id `x` leads to the
        element `step-x` of the page when there is one. `steps=False` where the page has a list of
        its own that prints.
    """
    states = {key: state for key, state in (lit or {}).items() if state in STATES}
    try:
        text, tasks, name = _spoken(xml)
    except (ValueError, etree.XMLSyntaxError):
        return format_html('<p class="quiet">{}</p>', _("The drawing cannot be read."))
    words = {**_words(), "wide": _("Scroll sideways to see the whole diagram.")}
    data = json.dumps({"xml": text, "lit": states, "words": words}).translate(_ESCAPES)
    return format_html(
        '<figure class="drawing" data-nt-drawing>'
        '<div class="drawing-scroll" tabindex="0" role="group" aria-label="{}" hidden></div>'
        '<script type="application/json">{}</script>{}'
        '<link rel="stylesheet" href="{}"><script src="{}" defer></script></figure>',
        label or name or _("Diagram of the procedure"),
        mark_safe(data),  # noqa: S308  # JSON whose angle brackets are escaped
        _list(tasks, states) if steps else NOTHING,
        static("ui/drawing.css"),
        static("ui/drawing.js"),
    )


def _words() -> dict[str, str]:
    return {
        "done": pgettext("step", "done"),
        "now": pgettext("step", "now"),
        "waiting": pgettext("step", "not yet"),
        "refused": pgettext("step", "refused"),
        "skipped": pgettext("step", "skipped"),
    }


def _list(tasks: list[tuple[str, str]], states: Mapping[str, str]) -> SafeString:
    words = _words()
    items = format_html_join(
        "",
        '<li class="drawing-step is-{}">{}{}</li>',
        (
            (
                states.get(ident, "plain"),
                name,
                format_html(" <em>({})</em>", words[states[ident]]) if ident in states else NOTHING,
            )
            for ident, name in tasks
        ),
    )
    return format_html('<ol class="drawing-steps">{}</ol>', items)


def _spoken(xml: str) -> tuple[str, list[tuple[str, str]], str]:
    """Return the drawing in the reader's language without its rules, its steps, and its name."""
    if len(xml) > _MAX_CHARS:
        raise ValueError("too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml.encode("utf-8"), parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is not allowed")
    lang = language()
    tasks: list[tuple[str, str]] = []
    title = ""
    for element in root.iter(tag=etree.Element):
        words = dict(_labels(element))
        if f"label_{lang}" in words:
            element.set("name", words[f"label_{lang}"])
        if element.tag == f"{_MODEL}userTask":
            tasks.append((str(element.get("id", "")), str(element.get("name", ""))))
        if element.tag == f"{_MODEL}process":
            title = str(element.get("name", ""))
    for participant in root.iter(f"{_MODEL}participant"):
        participant.set("name", title)
    for extensions in list(root.iter(f"{_MODEL}extensionElements")):
        extensions.getparent().remove(extensions)
    return str(etree.tostring(root, encoding="unicode")), tasks, title


def _labels(element: Any) -> Iterator[tuple[str, str]]:  # an lxml element, which has no types
    for extensions in element.iterchildren(f"{_MODEL}extensionElements"):
        for pair in extensions.iter("{*}property"):
            yield str(pair.get("name", "")), str(pair.get("value", ""))
