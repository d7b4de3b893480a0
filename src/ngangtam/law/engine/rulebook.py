"""The rulebook of this instance: read once, read again when a file changes."""

import os
import time
from datetime import date
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.home import home
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.checks import run_examples
from ngangtam.law.engine.loader import PACKAGE, load, sources
from ngangtam.law.engine.showing import show_in
from ngangtam.law.engine.yamls import Problem

__all__ = ["Problem", "Rulebook", "check", "forget", "rulebook", "show"]
_LOOK_AGAIN: Final = 1.0  # seconds between two looks at the files
# Folder of the local layer → (when it was looked at, what was seen, the book).
_kept: dict[Path, tuple[float, int, Rulebook]] = {}


def rulebook(local: Path | None = None) -> Rulebook:
    """Return the rulebook in force here: the package and `NGANGTAM_HOME/rulebook`.

    Shape: the same object until a file changes; a change is seen within a second.
    """
    folder = local if local is not None else home() / "rulebook"
    now = time.monotonic()
    looked, before, book = _kept.get(folder, (float("-inf"), 0, None))
    if book is not None and now - looked < _LOOK_AGAIN:
        return book
    seen = _glance(PACKAGE, folder)
    if book is None or seen != before:
        book = load(PACKAGE, folder)
    _kept[folder] = (now, seen, book)
    return book


def _glance(*roots: Path) -> int:
    """Return what changes with any edit of a file: it is asked every second, so it asks little."""
    seen: set[tuple[str, int, int]] = set()
    folders = [str(root) for root in roots if root.is_dir()]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith((".yaml", ".bpmn")):
                    status = entry.stat()
                    seen.add((entry.path, status.st_mtime_ns, status.st_size))
    return hash(frozenset(seen))


def forget() -> None:
    """Read the files again at the next call; for tests and after writing a local file."""
    _kept.clear()


def check(local: Path | None = None) -> list[Problem]:
    """Return everything that is wrong with the rulebook of this instance, examples included."""
    folder = local if local is not None else home() / "rulebook"
    book = load(PACKAGE, folder)
    return sorted({*book.problems, *run_examples(book, sources(PACKAGE, folder))})


def show(ident: str, on: date) -> dict[str, object] | None:
    """Return any object of the rulebook on a day, citations resolved; None for an unknown id."""
    return show_in(rulebook(), ident, on)
