"""The side menu: rooms register their entries, each viewer sees what they may open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


def everyone(request: HttpRequest) -> bool:
    """Allow every person who is signed in."""
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `order` sorts inside the section; `allowed` says who sees it."""

    label: Text
    url_name: str
    icon: str
    section: str
    order: int = 50
    allowed: Callable[[HttpRequest], bool] = field(default=everyone)
    count: Callable[[HttpRequest], int | None] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as one viewer sees it."""

    label: Text
    href: str
    icon: str
    current: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of items; the first section has no title."""

    id: str
    label: Text
    items: list[Item]


SECTIONS: Final[dict[str, Text]] = {
    "home": "",
    "records": _("Records"),
    "oversight": _("Oversight"),
    "law": _("Rules and law"),
    "work": _("Work"),
    "personnel": _("Personnel work"),
    "system": _("System"),
}
_entries: dict[tuple[str, str], Entry] = {}


def register(*entries: Entry) -> None:
    """Add lines to the menu; call it from `AppConfig.ready`.

    Errors: ValueError for a section nobody knows. Registering a name again replaces it.
    """
    for entry in entries:
        if entry.section not in SECTIONS:
            raise ValueError(f"no such section of the menu: {entry.section}")
        _entries[entry.section, entry.url_name] = entry


def _reversed(entries: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """Pair entries with their addresses; a room whose pages are not routed stays out."""
    found = []
    for entry in entries:
        try:
            found.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue
    return found


def menu(request: HttpRequest) -> list[Section]:
    """Return the sections that the viewer may see, the entry of this page marked.

    Shape: the current entry is the one with the longest address that the path begins with.
    """
    shown = _reversed(entry for entry in _entries.values() if entry.allowed(request))
    matching = [url for _entry, url in shown if _covers(url, request.path)]
    current = max(matching, key=len, default="")
    sections = []
    for id_, label in SECTIONS.items():
        own = sorted(
            (pair for pair in shown if pair[0].section == id_), key=lambda pair: pair[0].order
        )
        items = [
            Item(
                label=entry.label,
                href=url,
                icon=entry.icon,
                current=url == current,
                count=entry.count(request) if entry.count else None,
            )
            for entry, url in own
        ]
        if items:
            sections.append(Section(id_, label, items))
    return sections


def _covers(url: str, path: str) -> bool:
    root = url.count("/") <= 1
    return path == url if root else path.startswith(url)
