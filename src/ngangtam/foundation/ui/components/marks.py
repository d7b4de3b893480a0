"""Small marks in running text: badges, findings, verdicts, citations, raw wordings."""

from typing import Final, Literal, NamedTuple, cast

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ngangtam.foundation.ui.components.html import NOTHING, icon

Tone = Literal["gray", "blue", "green", "amber", "red", "violet"]
Text = str | Promise


class Mark(NamedTuple):
    """How one value of a closed set looks; never by colour alone."""

    label: Text
    tone: Tone
    icon: str
    style: str = ""


FINDINGS: Final[dict[str, Mark]] = {
    "met": Mark(pgettext_lazy("finding", "Met"), "green", "check"),
    "not_met": Mark(pgettext_lazy("finding", "Not met"), "red", "x"),
    "unknown": Mark(pgettext_lazy("finding", "Unknown"), "amber", "question-mark", "open"),
    "off": Mark(pgettext_lazy("finding", "Not in use yet"), "gray", "circle-off", "off"),
}
VERDICTS: Final[dict[str, Mark]] = {
    "taken": Mark(pgettext_lazy("verdict", "Taken as it is"), "green", "check"),
    "normalised": Mark(pgettext_lazy("verdict", "Normalised"), "blue", "wand"),
    "uncertain": Mark(pgettext_lazy("verdict", "Uncertain"), "amber", "zoom-question", "open"),
    "refused": Mark(pgettext_lazy("verdict", "Refused"), "red", "ban"),
}
CONFIDENCE: Final[dict[str, Mark]] = {
    "read": Mark(gettext_lazy("Text read"), "green", "", ""),
    "quoted": Mark(gettext_lazy("Quoted in another text"), "blue", "", "half"),
    "reported": Mark(gettext_lazy("As reported"), "amber", "", "half"),
    "to_confirm": Mark(gettext_lazy("To be confirmed"), "red", "", "hollow"),
}
_TRUTH: Final = {True: "met", False: "not_met", None: "unknown"}


def badge(
    text: object, tone: Tone = "gray", *, icon: str = "", style: str = "", title: str = ""
) -> SafeString:
    """{% badge "Đảng viên" tone="blue" %} — one word or two that classify a row."""
    picture = _icon(icon)
    hint = format_html(' title="{}"', title) if title else NOTHING
    return format_html(
        '<span class="badge tone-{} {}"{}>{}{}</span>', tone, style, hint, picture, text
    )


_icon = icon  # the tags' own parameter is called `icon`, too


def finding(outcome: object, *, label: str = "") -> SafeString:
    """{% finding outcome %} — met, not met, unknown or off; also True, False, None, 1 and 0."""
    mark = FINDINGS[_outcome(outcome)]
    return badge(label or mark.label, mark.tone, icon=mark.icon, style=mark.style)


def finding_mark(outcome: object, *, label: str = "") -> SafeString:
    """{% finding_mark outcome %} — the same without a frame, for dense tables of criteria."""
    mark = FINDINGS[_outcome(outcome)]
    text = label or mark.label
    return format_html('<span class="mark tone-{}">{}{}</span>', mark.tone, icon(mark.icon), text)


def _outcome(outcome: object) -> str:
    value = getattr(outcome, "value", outcome)
    if isinstance(value, str):
        return value.lower()
    return _TRUTH[None if value is None else bool(value)]


def verdict(value: object, *, label: str = "") -> SafeString:
    """{% verdict "normalised" %} — what the import made of a cell or a row."""
    mark = VERDICTS[str(getattr(value, "value", value))]
    return badge(label or mark.label, mark.tone, icon=mark.icon, style=mark.style)


def confidence(value: object, *, until: object = "") -> SafeString:
    """{% confidence "read" until="2026-10" %} — how sure we are of a text of law."""
    mark = CONFIDENCE[str(getattr(value, "value", value))]
    return format_html(
        '<span class="trust tone-{}"><span class="dot {}" aria-hidden="true"></span>{}{}</span>',
        mark.tone, mark.style, mark.label, _until(until),
    )  # fmt: skip


def _until(until: object) -> SafeString:
    """Say until which month the text was verified; `until` is YYYY-MM or a day."""
    year, _dash, rest = str(until or "").partition("-")
    if not rest:
        return NOTHING
    words = _("verified until %(month)s") % {"month": f"{rest[:2]}/{year}"}
    return format_html(' <span class="until">{}</span>', words)


def citation(
    number: object, *, pin: str = "", title: str = "", href: str = "",
    confidence: str = "", until: object = "",
) -> SafeString:  # fmt: skip
    """{% citation "170/2025/NĐ-CP" pin="33.2" href=url confidence="read" %} — a text of law."""
    mark = CONFIDENCE.get(confidence)
    dot = NOTHING
    if mark:
        dot = format_html(
            '<span class="dot {} tone-{}" aria-hidden="true"></span>'
            '<span class="visually-hidden">{}: </span>',
            mark.style, mark.tone, mark.label,
        )  # fmt: skip
    place = format_html('<span class="pin">{}</span>', pin) if pin else NOTHING
    hint = " · ".join(str(part) for part in (title, mark.label if mark else "") if part)
    body = format_html("{}<b>{}</b>{}{}", dot, number, place, _until(until))
    if href:
        return format_html('<a class="cite" href="{}" title="{}">{}</a>', href, hint, body)
    return format_html('<span class="cite" title="{}">{}</span>', hint, body)


def wording(value: object, *, raw: object, note: str = "") -> SafeString:
    """{% wording "Kinh" raw="kinh (việt)" %} — the value as understood, its wording in a tooltip.

    Where both are the same and there is no note, only the value is shown.
    """
    if (str(value) == str(raw) or raw in (None, "")) and not note:
        return format_html("{}", value)
    words = _("Wording of the source")
    remark = format_html("<em>{}</em>", note) if note else NOTHING
    spoken = format_html(' <span class="visually-hidden">({}: {}. {})</span>', words, raw, note)
    return format_html(
        '<span class="raw"><button type="button">{}{}</button>'
        '<span class="tip" aria-hidden="true"><em>{}</em> <q>{}</q> {}</span></span>',
        value, spoken, words, raw, remark,
    )  # fmt: skip


def unknown(what: str = "") -> SafeString:
    """{% unknown %} or {% unknown "ngày sinh" %} — the one way to say that nobody recorded it."""
    words = _("unknown: %(what)s") % {"what": what} if what else _("unknown")
    return format_html('<span class="unknown">{}</span>', words)


def as_tone(value: str) -> Tone:
    """Return a tone for the words that Django's messages use."""
    named = {"success": "green", "info": "blue", "debug": "gray", "warning": "amber"}
    return cast(Tone, named.get(value, "red"))
