"""What a viewer may print of whom."""

from collections.abc import Iterable
from datetime import date

from ngangtam.foundation.access.rules import Viewer
from ngangtam.records.papers.telling import PARTS
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.file import Days, File


def printable_for(
    viewer: Viewer, number: str, *, today: date, parts: Iterable[str] = ()
) -> File | None:
    """Return the file with all its rows; None when it is out of reach.

    Shape: of the sensitive `parts` that papers speak of, those are read that the viewer may; the
        caller leaves the trace.
    """
    wanted = [part for part in parts if part in PARTS]
    return files.get_file(viewer, number, today=today, days=Days(), parts=wanted)


def parts_of(file: File) -> tuple[str, ...]:
    """Return the sensitive parts that the viewer may ask a paper to show."""
    return tuple(part for part in PARTS if part in file.may_ask)
