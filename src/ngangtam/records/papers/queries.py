"""What a viewer may print of whom."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer
from ngangtam.records.papers.telling import Seen, Telling, tell
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.file import Days, File
from ngangtam.records.personnel.queries.reach import reach_of

GROUPS: Final = {
    "identity": Permission.PERSON_VIEW_SENSITIVE,
    "family": Permission.PERSON_VIEW_FAMILY,
    "health": Permission.PERSON_VIEW_HEALTH,
}


@dataclass(frozen=True, slots=True)
class Printable:
    """A file that the viewer may print, and the sensitive groups that would stand on the paper."""

    file: File
    may_see: Seen

    def told(self, *, on: date, sensitive: bool) -> Telling:
        return tell(self.file, on=on, seen=self.may_see if sensitive else Seen())


def printable_for(
    viewer: Viewer, number: str, *, today: date, sensitive: bool = False
) -> Printable | None:
    """Return the file with all its rows; None when it is out of reach.

    Shape: rows of the sensitive kinds are read only when `sensitive` asks for them; the caller
        leaves the trace.
    """
    file = files.get_file(viewer, number, today=today, days=Days(), sensitive=sensitive)
    if file is None:
        return None
    reach = reach_of(viewer, today)
    path = file.person.home_path
    seen = {group: reach.may(permission, path) for group, permission in GROUPS.items()}
    return Printable(file, Seen(**seen))
