"""Where cases of each stage are opened: rooms above register their pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.ui.components.marks import Text


def _everybody(_viewer: Viewer) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Start:
    """One page on which a case of a stage is opened."""

    stage: str
    url_name: str
    label: Text
    allowed: Callable[[Viewer], bool] = _everybody


_starts: Final[dict[str, Start]] = {}


def register(
    stage: str, url_name: str, label: Text, allowed: Callable[[Viewer], bool] = _everybody
) -> None:
    """Add a page to the list of cases; call it from `AppConfig.ready`."""
    _starts[stage] = Start(stage, url_name, label, allowed)


def starts(viewer: Viewer) -> list[Start]:
    """Return the pages on which the viewer may open a case, each once, by stage."""
    found: dict[str, Start] = {}
    for _stage, one in sorted(_starts.items()):
        if one.allowed(viewer):
            found.setdefault(one.url_name, one)
    return list(found.values())


def start_of(stage: str) -> Start | None:
    return _starts.get(stage)
