"""Where cases of each stage are opened: rooms above register their pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.ui.components.marks import Text
from ngangtam.law.engine.procedures import Procedure


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


@dataclass(frozen=True, slots=True)
class Way:
    """One procedure of a stage. Shape: `by_hand` where its case is opened in this room."""

    procedure: Procedure
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The procedures of one stage, with the page on which their cases are opened."""

    stage: str
    start: Start | None
    ways: list[Way]


def groups(viewer: Viewer, procedures: Sequence[Procedure]) -> list[Group]:
    """Return where the viewer opens a case of each stage, in the order of the procedures."""
    found: dict[str, Group] = {}
    for one in procedures:
        known = start_of(one.stage)
        start = known if known is not None and known.allowed(viewer) else None
        group = found.setdefault(one.stage, Group(one.stage, start, []))
        group.ways.append(Way(one, is_by_hand(one)))
    return list(found.values())


def is_by_hand(procedure: Procedure) -> bool:
    """Whether a case of this procedure is opened by naming its people: no room above does it."""
    return (
        procedure.is_on and procedure.subject == "list" and not procedure.effect
        and start_of(procedure.stage) is None
    )  # fmt: skip
