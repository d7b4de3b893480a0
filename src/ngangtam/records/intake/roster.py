"""A roster: files read, understood and judged together, before anything is written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ngangtam.foundation.kernel.days import today
from ngangtam.records.intake.ceiling import refuse_above
from ngangtam.records.intake.headers.mapping import TableMapping, Template
from ngangtam.records.intake.judging import Judge, JudgedTable
from ngangtam.records.intake.readers import open_roster
from ngangtam.records.intake.readers.grid import RawTable
from ngangtam.records.intake.readers.guard import LIMITS, Limits
from ngangtam.records.intake.tables import RosterTable, settle, understand
from ngangtam.records.intake.wording import BadFile

Progress = Callable[[str, int, int], None]


def silent(_step: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


@dataclass(slots=True)
class RosterFile:
    """One file of a roster: its judged tables, and the tables that hold no people."""

    name: str
    tables: list[JudgedTable] = field(default_factory=list)
    others: list[RawTable] = field(default_factory=list)
    error: BadFile | None = None

    @property
    def table_count(self) -> int:
        """Return how many tables the file has, people in them or not."""
        numbers = {judged.table.raw.index for judged in self.tables}
        return len(numbers | {raw.index for raw in self.others})


@dataclass(slots=True)
class Roster:
    """All files of one import."""

    files: list[RosterFile]
    day: date

    def tables(self) -> Iterator[JudgedTable]:
        for found in self.files:
            yield from found.tables

    @property
    def people(self) -> int:
        return sum(len(judged.table.people) for judged in self.tables())

    @property
    def errors(self) -> list[RosterFile]:
        return [found for found in self.files if found.error is not None]


def read_roster(
    paths: Sequence[tuple[Path, str]],
    day: date,
    *,
    template: Template | None = None,
    corrected: dict[str, TableMapping] | None = None,
    limits: Limits = LIMITS,
    progress: Progress = silent,
) -> Roster:
    """Read and judge the files of one roster.

    Shape: `paths` are (path, the name people know it by); `corrected` maps the shape of a table
        (`shape_of`) to the mapping that a person settled on.
    Errors: none raised for bad files; each carries its own `error`, so that all are reported.
    """
    files: list[RosterFile] = []
    for number, (path, name) in enumerate(paths, start=1):
        progress("read", number - 1, len(paths))
        tables, found = _understood(path, name, template, corrected or {}, limits)
        _judge(found, tables, day)
        files.append(found)
        progress("read", number, len(paths))
    return Roster(files, day)


def _understood(
    path: Path,
    name: str,
    template: Template | None,
    corrected: dict[str, TableMapping],
    limits: Limits,
) -> tuple[list[RosterTable], RosterFile]:
    found = RosterFile(name)
    tables: list[RosterTable] = []
    try:
        for table in understand(open_roster(path, name, limits), template):
            if isinstance(table, RosterTable):
                tables.append(_corrected(table, corrected))
            else:
                found.others.append(table)
        if not tables:
            raise BadFile("no_roster")
        refuse_above(tables, today())
    except BadFile as error:
        found.error = error
        return [], found
    return tables, found


def _judge(found: RosterFile, tables: Sequence[RosterTable], day: date) -> None:
    _same_blanks(tables)
    judge = Judge(tables, day)
    found.tables = [judge.table(table) for table in tables]


def shape_of(table: RosterTable) -> str:
    """Return a text that is equal for tables with the same header: they share one mapping."""
    return "|".join(table.mapping.signature())


def _corrected(table: RosterTable, corrected: dict[str, TableMapping]) -> RosterTable:
    mapping = corrected.get(shape_of(table))
    if mapping is None:
        return table
    columns = tuple(replace(column, index=index) for index, column in enumerate(mapping.columns))
    mapping = replace(mapping, columns=columns)
    settled = settle(table.raw, table.header, mapping, corrected=True)
    settled.context = table.context
    return settled


def _same_blanks(tables: Sequence[RosterTable]) -> None:
    """Let one table of a file speak for all: a short table may have nobody outside the Party."""
    chosen = tuple(sorted({name for table in tables for name in table.mapping.blank_means_no}))
    for table in tables:
        wanted = tuple(name for name in chosen if table.mapping.has(name))
        if table.mapping.blank_means_no != wanted:
            table.mapping = replace(table.mapping, blank_means_no=wanted)
