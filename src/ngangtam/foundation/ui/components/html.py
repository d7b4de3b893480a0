"""What components are made of."""

import functools
from typing import Any

from django.template import loader
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

NOTHING: SafeString = mark_safe("")


# The context of a template is Any by Django's own typing.
def draw(name: str, /, **context: Any) -> SafeString:
    """Render one of the small templates in `ui/components/`."""
    return SafeString(loader.get_template(f"ui/components/{name}.html").render(context))


def attributes(**values: object) -> SafeString:
    """Return ` name="value"` for every value that is neither None, False nor ""; True is bare."""
    parts = []
    for key, value in values.items():
        name = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(format_html(" {}", name))
        elif value not in (None, False, ""):
            parts.append(format_html(' {}="{}"', name, value))
    return mark_safe("".join(parts))  # noqa: S308 - each part went through format_html


@functools.cache
def _icons() -> str:
    """The address of all icons; a page names it dozens of times."""
    return static("ui/icons.svg")


def icon(name: str, *, label: str = "") -> SafeString:
    """{% icon "users" %} — a Tabler icon. With `label` it speaks; without, it is decoration."""
    if not name:
        return NOTHING
    href = f"{_icons()}#{name}"
    voice = attributes(role="img", aria_label=label) if label else attributes(aria_hidden="true")
    return format_html('<svg class="icon"{}><use href="{}"></use></svg>', voice, href)


def swap(target: str, url: str) -> SafeString:
    """Return the attributes that let htmx fetch `url` into the element with that id."""
    if not target:
        return NOTHING
    return attributes(
        hx_get=url, hx_target=f"#{target}", hx_swap="outerHTML show:none", hx_push_url="true"
    )
