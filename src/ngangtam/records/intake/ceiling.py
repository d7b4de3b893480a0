"""The secrecy ceiling for rosters: a file with a row above it is refused whole.

Whole, because a row that may not be kept may not be kept as "rejected" either, nor may the file
that holds it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np

from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.intake.readers.grid import BLANK, Column
from ngangtam.records.intake.tables import RosterTable
from ngangtam.records.intake.wording import BadFile
from ngangtam.records.organisation.secrecy import Above, above

# What a column or a cell speaks of, without accents; only such cells are looked at closely.
_MANAGED: Final = ("quan ly", "quản lý", "managed")
_SHOWN_ROWS: Final = 10


def refuse_above(tables: Sequence[RosterTable], on: date) -> None:
    """Refuse the file when a cell says that the Politburo or the Secretariat manages somebody.

    Errors: BadFile with the reason, the text of law and the rows.
    """
    refused = [found for code in _managers() if (found := above(code, on)) is not None]
    if not refused:
        return
    for table in tables:
        for found, rows in _hits(table, refused):
            shown = ", ".join(str(table.raw.numbers[row]) for row in rows[:_SHOWN_ROWS])
            more = "…" if len(rows) > _SHOWN_ROWS else ""
            raise BadFile("above_ceiling", detail=found.reason, limit=f"{shown}{more}")


def _managers() -> Iterable[str]:
    return [entry.code for entry in rulebook().catalogues["management_level"]]


def _hits(table: RosterTable, refused: Sequence[Above]) -> Iterator[tuple[Above, list[int]]]:
    """Yield each manager above the ceiling with the rows that name it."""
    phrases = {found.manager: _phrases(found.manager) for found in refused}
    for column_map in table.mapping.columns:
        column = table.raw.columns[column_map.index]
        about = any(word in column_map.label.lower() for word in _MANAGED)
        for found in refused:
            codes = _codes(column, *phrases[found.manager], about=about)
            if codes:
                held = np.isin(np.frombuffer(column.codes, dtype=np.uint32), codes)
                yield found, np.flatnonzero(held).tolist()


def _phrases(manager: str) -> tuple[str, list[str]]:
    """Return (the manager's own name, whole phrases that say who manages), without accents."""
    catalogue = rulebook().catalogues["management_level"]
    entry = next(one for one in catalogue if one.code == manager)
    return plain(entry.label["vi"]), [plain(alias) for alias in entry.aliases]


def _codes(column: Column, name: str, whole: Sequence[str], *, about: bool) -> list[int]:
    """Return the codes of the column's texts that say so.

    Shape: in a column about management the name alone is enough; elsewhere only a whole phrase
        is, since "Ban Bí thư" may be where somebody works.
    """
    found = []
    for code, text in enumerate(column.texts):
        if code == BLANK or not (about or any(word in text.lower() for word in _MANAGED)):
            continue
        said = plain(text)
        if any(phrase in said for phrase in whole) or (about and name in said):
            found.append(code)
    return found
