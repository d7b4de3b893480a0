"""What stands around a page: the unit and day worked on, theme, density, menu, version."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from django.http import HttpRequest

Theme = Literal["auto", "light", "dark"]
Density = Literal["normal", "compact"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
DENSITIES: Final[tuple[Density, ...]] = get_args(Density)
COOKIES: Final = {"theme": "nt_theme", "density": "nt_density"}


@dataclass(frozen=True, slots=True)
class Shell:
    """The place where the viewer works, shown in the bar on top."""

    unit: str
    unit_href: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """When the screen locks by itself, which page asks who is there, and whom to tell of life."""

    seconds: int
    lock: str
    seen: str


def theme_of(request: HttpRequest) -> Theme:
    """Return the theme that the viewer chose; `auto` follows the system."""
    value = request.COOKIES.get(COOKIES["theme"], "")
    return value if value in THEMES else "auto"


def density_of(request: HttpRequest) -> Density:
    """Return how tightly the viewer wants rows to sit."""
    value = request.COOKIES.get(COOKIES["density"], "")
    return value if value in DENSITIES else "normal"
