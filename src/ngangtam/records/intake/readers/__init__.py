"""Reads roster files as raw tables: `open_roster(path)` yields one table at a time."""

from collections.abc import Iterator
from pathlib import Path

from ngangtam.records.intake.readers import curriculum, delimited, documents, sheets
from ngangtam.records.intake.readers.grid import RawTable
from ngangtam.records.intake.readers.guard import LIMITS, Limits, kind_of

_READERS = {"xlsx": sheets.read, "docx": documents.read, "csv": delimited.read}

__all__ = ["open_roster"]


def open_roster(path: Path, name: str = "", limits: Limits = LIMITS) -> Iterator[RawTable]:
    """Yield the tables of one file in reading order.

    Shape: `name` is what people call the file; its own name when empty.
    Errors: BadFile, with one clear line, when it cannot or must not be read.
    """
    kind = kind_of(path, limits)
    if kind == "docx" and curriculum.is_form(path, limits):
        yield from curriculum.read(path, name or path.name, limits)
        return
    yield from _READERS[kind](path, name or path.name, limits)
