"""The layout of documents as settings with citations: State, Party, a deployment's own."""

from dataclasses import dataclass
from typing import Any, Final

import yaml

from ngangtam.foundation.papers.shelves import LAYOUTS

_PAPERS: Final = {"a4": (210, 297)}
_NUMBERS: Final = ("top", "bottom", "left", "right", "body", "motto_size", "indent", "line")
_TEXTS: Final = (
    "font", "title", "motto", "ending", "for_collective", "for_head", "by_order", "recipients",
    "recipients_last",
)  # fmt: skip
_FLAGS: Final = ("star", "number_colon", "signer_bold", "recipients_underlined")


class BadLayout(ValueError):  # noqa: N818 - the name says what it is to the reader of a traceback
    """A layout that cannot be used; says which setting is wrong."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout. Units: lengths in mm, letters in pt, `line` a share of the letter's height.

    Shape: `settings` maps a name to its value; `cites` and `confidence` say what each rests on.
    """

    id: str
    label: dict[str, str]
    settings: dict[str, Any]
    cites: dict[str, str]
    confidence: dict[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.settings[name]

    @property
    def width(self) -> float:
        """The width of the text between the margins."""
        return float(_PAPERS[self["paper"]][0] - self["left"] - self["right"])


def layout(name: str) -> Layout:
    """Return a layout by its name, the deployment's own before ours.

    Errors: FileNotFoundError for a name nobody has; BadLayout when a setting is missing, of
        another type, or outside of the range that it names itself.
    """
    read = yaml.safe_load(LAYOUTS.find(f"{name}.yaml").read_text(encoding="utf-8"))
    settings = read.get("settings", {}) if isinstance(read, dict) else {}
    wrong = [
        setting for setting in ("paper", *_NUMBERS, *_TEXTS, *_FLAGS)
        if not _fits(setting, settings.get(setting))
    ]  # fmt: skip
    if wrong:
        raise BadLayout(f"layout {name}: {', '.join(wrong)}")
    return Layout(
        id=name,
        label=dict(read.get("label") or {"vi": name, "en": name}),
        settings={one: entry["value"] for one, entry in settings.items()},
        cites={one: str(entry.get("cites", "")) for one, entry in settings.items()},
        confidence={one: str(entry.get("confidence", "to_confirm"))
                    for one, entry in settings.items()},
    )  # fmt: skip


def _fits(name: str, entry: object) -> bool:
    if not isinstance(entry, dict) or "value" not in entry:
        return False
    value = entry["value"]
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            return False
        return bool(entry.get("from", value) <= value <= entry.get("to", value))
    if name in _FLAGS:
        return isinstance(value, bool)
    return value in _PAPERS if name == "paper" else isinstance(value, str)
