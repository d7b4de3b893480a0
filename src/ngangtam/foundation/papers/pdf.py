"""PDF/A by Typst. What is printed travels as data beside the template, never as its code."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from ngangtam.foundation.kernel.home import home
from ngangtam.foundation.papers.clean import cleaned
from ngangtam.foundation.papers.layouts import Layout
from ngangtam.foundation.papers.shelves import COMMON, Shelf

if TYPE_CHECKING:
    import typst

# PDF/A-2u: for keeping; fonts embedded, every letter can be searched and copied.
STANDARD: Final = "a-2u"
# After the font that the layout names: one drawn to its measure, then the one Typst carries. Both
# have every Vietnamese letter; other stand-ins (Liberation Serif) lack some, and would mix.
_STAND_INS: Final = ("Tinos", "Libertinus Serif")


class BadTemplate(ValueError):  # noqa: N818 - the name says what it is to the reader of a traceback
    """A template that cannot be printed; says where it is wrong."""


def render(
    shelf: Shelf, name: str, data: Mapping[str, Any], *, layout: Layout, at: datetime,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """Return the paper as PDF/A.

    Shape: the template reads `data.json`, where `layout` holds the settings and `fonts` the
        families to use, and the pictures by name; `at` is the moment that the file states.
    Errors: BadTemplate, with Typst's own words, when the template is at fault.
    """
    return _compile(shelf, name, data, layout, pictures, style="pdf", at=at)[0]


def picture(
    shelf: Shelf, name: str, data: Mapping[str, Any], *, layout: Layout, dots: int = 96,
    pictures: Mapping[str, bytes] | None = None,
) -> list[bytes]:  # fmt: skip
    """Return every page of the paper as PNG, to be looked at."""
    return _compile(shelf, name, data, layout, pictures, style="png", dots=dots)


def _compile(
    shelf: Shelf, name: str, data: Mapping[str, Any], layout: Layout,
    pictures: Mapping[str, bytes] | None, *, style: Literal["pdf", "png"],
    at: datetime | None = None, dots: int | None = None,
) -> list[bytes]:  # fmt: skip
    import typst

    # A folder of its own for each paper: Typst reads nothing outside of it.
    with tempfile.TemporaryDirectory(prefix="ngangtam-paper-") as folder:
        root = Path(folder)
        shutil.copyfile(shelf.find(name), root / name)
        for common in COMMON.files():
            shutil.copyfile(COMMON.find(common.name), root / common.name)
        for picture_name, content in (pictures or {}).items():
            (root / Path(picture_name).name).write_bytes(content)
        fonts = [layout["font"], *(one for one in _STAND_INS if one != layout["font"])]
        told = {**data, "layout": layout.settings, "fonts": [f for f in fonts if f in families()]}
        (root / "data.json").write_text(
            json.dumps(cleaned(told), ensure_ascii=False, default=str), encoding="utf-8"
        )
        try:
            made = typst.compile(
                root / name, root=root, font_paths=_fonts(_stamp()), format=style, ppi=dots,
                pdf_standards=STANDARD if style == "pdf" else [],
                timestamp=int(at.timestamp()) if at else None,
            )  # fmt: skip
        except typst.TypstError as error:
            raise BadTemplate(f"{name}: {error.message} {error.diagnostic}") from error
    assert made is not None
    return made if isinstance(made, list) else [made]


def families() -> list[str]:
    """Return the families of letters that can be printed here."""
    return list(_families(_stamp()))


def font_folder() -> Path:
    """Return where a deployment puts its own fonts; it may not exist."""
    return home() / "fonts"


def _stamp() -> tuple[str, int]:
    folder = font_folder()
    return str(folder), folder.stat().st_mtime_ns if folder.is_dir() else 0


@lru_cache(maxsize=2)
def _fonts(stamp: tuple[str, int]) -> "typst.Fonts":
    import typst

    return typst.Fonts(font_paths=[stamp[0]] if stamp[1] else [])


@lru_cache(maxsize=2)
def _families(stamp: tuple[str, int]) -> tuple[str, ...]:
    return tuple(_fonts(stamp).families())
