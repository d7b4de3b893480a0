"""Tables of votes as offices keep them: CSV with any of the usual separators, grouped numbers.

Everything wrong is told with its line, and nothing is counted until the whole table is right.
"""

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.kernel.wording import gettext as _
from ngangtam.law.engine.counting import Candidate, CountingRules, Tally

MAX_BYTES: Final = 200_000_000
_TOLD: Final = 20  # errors told one by one
_GROUPED: Final = re.compile(r"^\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*$")
_WHOLE: Final = re.compile(r"^(\d+)(?:[.,]0{1,2})?$")
_COLUMN: Final = {"convened": "convened", "present": "present", "ballots": "returned",
                  "valid": "valid", "fixed": "denominator"}  # fmt: skip
FIGURES: Final = ("convened", "present", "returned", "valid", "invalid", "denominator")
CONFIDENCE: Final = ("subject", "high", "trust", "low", "denominator")
_ELECTED: Final = {"1": True, "x": True, "true": True, "yes": True, "có": True,
                   "0": False, "": False, "false": False, "no": False, "không": False}  # fmt: skip


class BadTable(Exception):  # noqa: N818  # reads as what it is
    """A table that cannot be counted; every line of it that is wrong."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


@dataclass(slots=True)
class Constituency:
    """One constituency as the table gives it; `listed` are those that a list calls elected."""

    name: str
    line: int
    tally: Tally
    listed: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of a vote of confidence."""

    name: str
    line: int
    high: int
    trust: int
    low: int
    denominator: int


class Row(dict[str, str]):
    """The cells of one line by column, folded; `written` are those cells as they were written."""

    written: dict[str, str]

    def name(self, column: str) -> str:
        """Return a name as it was written: what goes out is what came in."""
        return self.written[column].strip()


@dataclass(slots=True)
class _Group:
    name: str
    line: int
    seats: int
    figures: dict[str, int | None]
    candidates: list[Candidate] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)


class Table:
    """One table, read line by line; errors are gathered, `done` raises them all."""

    def __init__(self, source: str) -> None:
        self.errors: list[str] = []
        self.more = 0
        self.notes: list[str] = []
        text = _text(source)
        if text.lower().startswith("sep="):  # Excel writes its separator on a line of its own
            first, _end, text = text.partition("\n")
            self._skipped, separator = 1, first[4:5]
        else:
            self._skipped, separator = 0, ""
        head = text.partition("\n")[0]
        separator = separator or max(",;\t|", key=head.count)
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        self.columns = self._head()

    def _head(self) -> list[str]:
        try:
            head = next(self._reader, [])
        except csv.Error as error:
            raise BadTable([_("line 1: %(why)s") % {"why": error}]) from error
        columns = [fold(one).lower() for one in head]
        if not any(columns):
            raise BadTable([_("the table is empty")])
        twice = sorted({one for one in columns if one and columns.count(one) > 1})
        if twice:
            raise BadTable([_("line 1: the column “%(name)s” stands twice") % {"name": twice[0]}])
        return columns

    def require(self, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Refuse a table without a column that is needed; remember the ones not read."""
        missing = [one for one in needed if one not in self.columns]
        if missing:
            words = {"missing": ", ".join(missing), "found": ", ".join(filter(None, self.columns))}
            raise BadTable(
                [_("line 1: the columns are missing: %(missing)s (found: %(found)s)") % words]
            )
        unread = [one for one in self.columns if one and one not in {*needed, *optional}]
        if unread:
            self.notes.append(_("Columns not read: %(names)s") % {"names": ", ".join(unread)})

    def rows(self) -> Iterator[tuple[int, "Row"]]:
        """Yield the number and the cells of each line that holds anything."""
        try:
            for cells in self._reader:
                line = self._reader.line_num + self._skipped
                folded = [fold(one) for one in cells]
                if not any(folded):
                    continue
                if len(folded) > len(self.columns) and any(folded[len(self.columns) :]):
                    self.error(line, _("more cells than columns"))
                    continue
                missing = [""] * (len(self.columns) - len(cells))
                row = Row(zip(self.columns, [*folded, *missing], strict=False))
                row.written = dict(zip(self.columns, [*cells, *missing], strict=False))
                yield line, row
        except csv.Error as error:
            self.error(self._reader.line_num + self._skipped, str(error))

    def error(self, line: int, message: str) -> None:
        """Note what is wrong on a line; the first ones are told, the rest are counted."""
        if len(self.errors) < _TOLD:
            told = {"line": line, "why": message}
            self.errors.append(_("line %(line)s: %(why)s") % told)
        else:
            self.more += 1

    def done(self, *, found: bool) -> None:
        """Raise everything that is wrong; a table without a line is wrong too."""
        if not found and not self.errors:
            self.errors.append(_("the table has no line below its head"))
        if self.more:
            self.errors.append(_("… and %(count)s more errors") % {"count": self.more})
        if self.errors:
            raise BadTable(self.errors)

    def whole(self, line: int, row: Mapping[str, str], column: str) -> int | None:
        """Return a whole number as offices write it: 557717, 557.717, 557 717; None if wrong."""
        cell = row[column]
        words = {"column": column, "cell": cell}
        if not cell:
            self.error(line, _("“%(column)s” is empty") % words)
            return None
        if re.match(r"^[-\u2212\u2013]\s*\d", cell):
            self.error(line, _("“%(column)s” is negative: %(cell)s") % words)
            return None
        if _GROUPED.match(cell):
            cell = re.sub(r"\D", "", cell)
        found = _WHOLE.match(cell)
        if not found or not cell.isascii() or len(cell) > 12:
            self.error(line, _("“%(column)s” is not a whole number: %(cell)s") % words)
            return None
        return int(found[1])


def _text(source: str) -> str:
    """Return the text of a file or of standard input; UTF-8 or the UTF-16 of office software."""
    try:
        if source == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadTable(
            [_("cannot read %(file)s: %(why)s") % {"file": source, "why": why}]
        ) from error
    if len(raw) > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        raise BadTable([_("the file is larger than %(most)s MB") % {"most": most}])
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        words = {"line": line}
        raise BadTable(
            [_("line %(line)s: not UTF-8 text; save the table as “CSV UTF-8”") % words]
        ) from error
    if "\0" in text:
        raise BadTable([_("this is not a CSV table; save it as “CSV UTF-8”")])
    return text.replace("\r\n", "\n").replace("\r", "\n")


# -- counts --------------------------------------------------------------------------------------


def read_counts(
    source: str, rules: CountingRules, *, compare: bool
) -> tuple[list[Constituency], Table]:
    """Return every constituency of a table of votes, in the order in which they appear.

    Errors: BadTable with every wrong line.
    """
    table = Table(source)
    figure = _COLUMN.get(rules.denominator, "")
    needed = ["constituency", "seats", "candidate", "votes", *([figure] if figure else [])]
    table.require([*needed, *(["elected"] if compare else [])], [*FIGURES, "born", "elected"])
    figures = [one for one in FIGURES if one in table.columns]
    groups: dict[str, _Group] = {}
    for line, row in table.rows():
        _candidate(table, line, row, groups, figures, figure)
    for name, group in groups.items():
        _plausible(table, name, group)
    table.done(found=bool(groups))
    return [_constituency(group, compare=compare) for group in groups.values()], table


def _candidate(
    table: Table,
    line: int,
    row: Row,
    groups: dict[str, _Group],
    figures: Sequence[str],
    needed: str,
) -> None:
    name, candidate = row["constituency"], row["candidate"]
    for column in ("constituency", "candidate"):
        if not row[column]:
            table.error(line, _("“%(column)s” is empty") % {"column": column})
    seats, votes = table.whole(line, row, "seats"), table.whole(line, row, "votes")
    told = {
        one: table.whole(line, row, one) if row[one] or one == needed else None for one in figures
    }
    born = _born(table, line, row.get("born", ""))
    if not name or not candidate or seats is None or votes is None:
        return
    group = groups.setdefault(name, _Group(row.name("constituency"), line, seats, told))
    if candidate in group.lines:
        words = {"name": candidate, "first": group.lines[candidate]}
        table.error(line, _("“%(name)s” stands already on line %(first)s") % words)
        return
    for column, before, now in (
        ("seats", group.seats, seats),
        *((one, group.figures[one], told[one]) for one in figures),
    ):
        if before != now:
            words = {
                "column": column,
                "name": name,
                "before": before,
                "now": now,
                "first": group.line,
            }
            table.error(
                line,
                _("“%(column)s” of %(name)s is %(now)s here and %(before)s on line %(first)s")
                % words,
            )
            return
    group.lines[candidate] = line
    group.candidates.append(Candidate(row.name("candidate"), votes, born))
    mark = row.get("elected", "").lower()
    if mark not in _ELECTED:
        table.error(line, _("“elected” is 1 or 0, not “%(cell)s”") % {"cell": mark})
    elif _ELECTED[mark]:
        group.listed.add(row.name("candidate"))


def _born(table: Table, line: int, cell: str) -> date | None:
    """Return a full day of birth; a year alone cannot settle a tie and is left out with a note."""
    if not cell:
        return None
    read = parse_day(cell)
    if read.value.day is None:
        table.error(line, _("“born” is not a day: %(cell)s") % {"cell": cell})
        return None
    if read.value.precision != "day":
        told = {"line": line, "cell": cell}
        table.notes.append(_("line %(line)s: “%(cell)s” is no full day, not used for ties") % told)
        return None
    return read.value.day


def _plausible(table: Table, name: str, group: _Group) -> None:
    """Refuse figures that cannot belong to one vote, on the line where they stand."""
    figures = group.figures
    valid, invalid = figures.get("valid"), figures.get("invalid")
    returned = figures.get("returned")
    most = valid if valid is not None else returned
    if group.seats < 1:
        table.error(group.line, _("“seats” of %(name)s must be at least 1") % {"name": name})
    pairs = (("valid", "returned"), ("present", "convened"), ("returned", "convened"))
    for less, more in pairs:
        low, high = figures.get(less), figures.get(more)
        if low is not None and high is not None and low > high:
            words = {"less": less, "low": low, "more": more, "high": high}
            table.error(
                group.line, _("“%(less)s” (%(low)s) is more than “%(more)s” (%(high)s)") % words
            )
    if None not in (valid, invalid, returned) and (valid or 0) + (invalid or 0) != returned:
        table.error(group.line, _("valid and invalid papers are not the papers returned"))
    for one in group.candidates:
        if most is not None and one.votes > most:
            words = {"name": one.key, "votes": one.votes, "most": most}
            table.error(
                group.lines[fold(one.key)],
                _("%(name)s has %(votes)s votes, more than the %(most)s papers") % words,
            )
    total = sum(one.votes for one in group.candidates)
    if valid is not None and total > valid * group.seats and group.seats > 0:
        told = {"name": name, "total": total, "most": valid * group.seats}
        table.notes.append(
            _("%(name)s: %(total)s votes in all, valid papers hold at most %(most)s") % told
        )


def _constituency(group: _Group, *, compare: bool) -> Constituency:
    figures = dict(group.figures)
    returned, valid, invalid = (figures.get(one) for one in ("returned", "valid", "invalid"))
    if returned is None and valid is not None and invalid is not None:
        returned = valid + invalid
    tally = Tally(
        candidates=tuple(group.candidates),
        seats=group.seats,
        convened=figures.get("convened"),
        present=figures.get("present"),
        returned=returned,
        valid=valid,
        invalid=invalid,
        fixed=figures.get("denominator"),
    )
    return Constituency(group.name, group.line, tally, frozenset(group.listed) if compare else None)


# -- votes of confidence -------------------------------------------------------------------------


def read_confidence(source: str) -> tuple[list[Subject], Table]:
    """Return every line of a table of votes of confidence.

    Errors: BadTable with every wrong line.
    """
    table = Table(source)
    table.require(CONFIDENCE)
    found: list[Subject] = []
    lines: dict[str, int] = {}
    for line, row in table.rows():
        name = row["subject"]
        if not name:
            table.error(line, _("“%(column)s” is empty") % {"column": "subject"})
        elif name in lines:
            words = {"name": name, "first": lines[name]}
            table.error(line, _("“%(name)s” stands already on line %(first)s") % words)
        lines.setdefault(name, line)
        figures = [table.whole(line, row, one) for one in CONFIDENCE[1:]]
        if None in figures:
            continue
        high, trust, low, denominator = (one or 0 for one in figures)
        if denominator < 1:
            table.error(line, _("the denominator must be more than 0"))
        elif high + trust + low > denominator:
            words = {"sum": high + trust + low, "most": denominator}
            table.error(
                line, _("the votes (%(sum)s) are more than the denominator (%(most)s)") % words
            )
        found.append(Subject(row.name("subject"), line, high, trust, low, denominator))
    table.done(found=bool(found))
    return found, table
