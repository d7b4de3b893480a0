"""Blocks that a page is built of: panels, headers, notices, key-value lists, empty states."""

from typing import Final, Literal
from zlib import crc32

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.ui.components.html import NOTHING, attributes, draw, icon
from ngangtam.foundation.ui.components.marks import Tone

PanelTone = Literal["plain", "warning", "danger", "info", "quiet"]
NoticeTone = Literal["info", "success", "warning", "danger"]
ActionTone = Literal["plain", "primary", "danger", "quiet"]
NOTICES: Final[dict[str, tuple[Tone, str]]] = {
    "info": ("blue", "info-circle"),
    "success": ("green", "circle-check"),
    "warning": ("amber", "alert-triangle"),
    "danger": ("red", "alert-circle"),
}
_icon = icon


def panel(
    content: str, *, title: str = "", tone: PanelTone = "plain", flush: bool = False,
    id: str = "", actions: str = "", icon: str = "", count: int | None = None,
) -> SafeString:  # fmt: skip
    """{% panel title=… tone=… %}…{% endpanel %} — one bordered block with a heading.

    `flush` takes the padding away, for a table that fills the block.
    """
    return draw(
        "panel", content=content, title=title, tone=tone, flush=flush, id=id, actions=actions,
        icon=icon, count=count,
    )  # fmt: skip


def page_header(content: str, *, title: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """{% page_header title=… lead=… %}actions{% endpage_header %} — the one h1 of the page."""
    return draw("page_header", content=_stripped(content), title=title, lead=lead, eyebrow=eyebrow)


def crumb(label: object, *, href: str = "") -> SafeString:
    """{% crumb "Sở Nội vụ" href=url %} — one step of the way here."""
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, label)
    return format_html('<li aria-current="page">{}</li>', label)


def action(
    label: object, *, href: str = "", icon: str = "", tone: ActionTone = "plain", name: str = "",
    value: str = "", small: bool = False, download: bool = False, form: str = "",
) -> SafeString:  # fmt: skip
    """{% action "Sửa" href=url icon="pencil" tone="primary" %} — a link; without href a submit."""
    style = f"btn btn-{tone}" + (" btn-small" if small else "")
    body = format_html("{}{}", _icon(icon), label)
    if href:
        extra = attributes(class_=style, href=href, download=download)
        return format_html("<a{}>{}</a>", extra, body)
    extra = attributes(type="submit", class_=style, name=name, value=value, form=form)
    return format_html("<button{}>{}</button>", extra, body)


def notice(content: str, *, tone: NoticeTone = "info", title: str = "") -> SafeString:
    """{% notice tone="warning" title=… %}…{% endnotice %} — something to know before going on."""
    colour, picture = NOTICES[tone]
    heading = format_html("<strong>{}</strong>", title) if title else NOTHING
    role = "alert" if tone == "danger" else "note"
    return format_html(
        '<div class="notice tone-{}" role="{}">{}<div>{}{}</div></div>',
        colour, role, icon(picture), heading, content,
    )  # fmt: skip


def key_values(content: str, *, columns: int = 1) -> SafeString:
    """{% key_values columns=2 %}{% pair … %}…{% endkey_values %} — a definition list."""
    return format_html('<dl class="pairs pairs-{}">{}</dl>', columns, content)


def pair(content: str, label: object) -> SafeString:
    """{% pair "Ngày sinh" %}…{% endpair %} — one line of a key-value list."""
    return format_html('<div class="pair"><dt>{}</dt><dd>{}</dd></div>', label, _stripped(content))


def _stripped(content: str) -> SafeString:
    return SafeString(content.strip())


def empty(content: str, *, title: str, icon: str = "inbox") -> SafeString:
    """{% empty title=… icon=… %}what to do next{% endempty %} — a list with nothing in it."""
    return format_html(
        '<div class="empty"><span class="badge-icon">{}</span><h2>{}</h2><div>{}</div></div>',
        _icon(icon), title, content,
    )  # fmt: skip


def stats(content: str) -> SafeString:
    """{% stats %}{% stat … %}{% stat … %}{% endstats %} — a row of tiles."""
    return format_html('<div class="stats">{}</div>', content)


def confirm(
    context: dict[str, object], content: str, text: str, *, href: str, title: str,
    label: str = "", tone: ActionTone = "danger", icon: str = "", small: bool = False,
) -> SafeString:  # fmt: skip
    """{% confirm "Hoàn tác" href=url title=… label=… %}what will happen{% endconfirm %}

    A link to the page that asks; with the script, a dialog that POSTs to the same address.
    """
    return draw(
        "confirm", content=content, text=text, href=href, title=title, label=label or text,
        tone=tone, icon=icon, small=small, csrf_token=context.get("csrf_token"),
        id=f"ask-{crc32(f'{href} {title}'.encode()):x}", cancel=_("Cancel"),
    )  # fmt: skip
