"""The secrecy ceiling: what this deployment may hold, and why it refuses more."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import language
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.law.engine.values import Value

LEVELS: Final = ("none", "secret", "top_secret", "absolutely_secret")
CEILING: Final = "secrecy.ceiling"
BY_MANAGER: Final = "secrecy.level_by_manager"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Up to which level this deployment holds, where that is said, and the texts behind it."""

    level: str
    label: str
    set_here: bool
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Above:
    """Why something may not be held here."""

    manager: str
    level: str
    ceiling: str
    cites: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The reason in words, with the text that it rests on."""
        texts = "; ".join(_cited(pinpoint) for pinpoint in self.cites)
        return _(
            "Files of officials managed by %(manager)s are %(level)s; this system may hold up to: "
            "%(ceiling)s (%(texts)s)."
        ) % {
            "manager": _label("management_level", self.manager),
            "level": _label("secrecy_level", self.level).lower(),
            "ceiling": _label("secrecy_level", self.ceiling).lower(),
            "texts": texts,
        }  # fmt: skip


def ceiling(on: date) -> Ceiling:
    """Return up to which level this deployment may hold.

    Shape: what the operator set in the environment wins over the rulebook; where neither speaks,
        nothing secret may be held.
    """
    said: Value = rulebook().lookup(CEILING, on=on)
    set_here = settings.NGANGTAM_SECRECY or ""
    level = set_here or str(said.value or "none")
    if level not in LEVELS:
        level, set_here = "none", ""
    return Ceiling(
        level=level, label=_label("secrecy_level", level), set_here=bool(set_here),
        cites=said.cites,
    )  # fmt: skip


def above(managed_by: str, on: date) -> Above | None:
    """Return why a file of somebody so managed may not be held here; None when it may."""
    if not managed_by:
        return None
    said = rulebook().lookup(BY_MANAGER, on=on)
    levels = said.value if isinstance(said.value, dict) else {}
    level = str(levels.get(managed_by, "none"))
    held = ceiling(on).level
    if level not in LEVELS or LEVELS.index(level) <= LEVELS.index(held):
        return None
    return Above(managed_by, level, held, said.cites)


def refuse_above(managed_by: str, on: date) -> None:
    """Refuse what lies above the ceiling. Errors: DomainError, with the reason and the text."""
    found = above(managed_by, on)
    if found is not None:
        raise DomainError(found.reason)


def _label(catalogue: str, code: str) -> str:
    found = rulebook().catalogues[catalogue]
    return found.label(code, language()) if code in found else code


def _cited(pinpoint: str) -> str:
    return rulebook().cite(pinpoint).instrument.number
