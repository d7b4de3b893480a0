"""Finds the header block of a table: which rows hold it and what stands over each column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ngangtam.records.intake.headers.meaning import SURE, key, meaning_of
from ngangtam.records.intake.readers.grid import RawTable

_SEARCHED: Final = 60
_DEEP: Final = 4
_DATA: Final = re.compile(r"\d{1,4}[/.\-]\d{1,2}([/.\-]\d{2,4})?$|^\d{4,}$|^\d+[.,]\d+$|@")
_NUMBER: Final = re.compile(r"^\(?\[?\s*(\d{1,2}|[A-Z])\s*(=.*)?\]?\)?$")
_NAMES: Final = {"full_name", "family_name", "given_name", "code"}


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Where the header stands.

    Shape: `first` to `last` are row indices of the table, ends included, the numbering row
        “(1) (2) (3)” too; `labels` holds for each column the texts over it, from the top down.
    """

    first: int
    last: int
    labels: tuple[tuple[str, ...], ...]


def find_header(table: RawTable) -> HeaderBlock | None:
    """Return the header block, or None when no row looks like the header of a roster."""
    grid = _Grid(table)
    anchor = _anchor(grid)
    if anchor is None:
        anchor = _names_alone(grid)
    if anchor is None:
        return None
    first, last = grid.up(anchor), grid.down(anchor)
    labels = grid.labels(first, last)
    if last + 1 < grid.height and _is_numbering(grid.rows[last + 1]):
        last += 1
    return HeaderBlock(first, last, labels)


def _anchor(grid: "_Grid") -> int | None:
    """Return the row with the most known labels, a name among them; the first of equals."""
    best, chosen = 0.0, None
    for index, row in enumerate(grid.rows):
        texts = [text for text in row if text]
        meanings = [found for text in texts if (found := meaning_of(text)).score >= SURE]
        names = {found.field for found in meanings}
        if len(names) < 2 or _looks_like_data(texts):
            continue
        score = len(names) + (2 if names & _NAMES else 0) + len(meanings) / max(1, len(texts))
        if score > best + 0.001:
            best, chosen = score, index
    return chosen


def _names_alone(grid: "_Grid") -> int | None:
    """Return the row where only “Họ và tên” is known, when names stand below it."""
    for index, row in enumerate(grid.rows):
        for column, text in enumerate(row):
            meant = meaning_of(text)
            if meant.field != "full_name" or meant.score < SURE or _looks_like_data(row):
                continue
            below = [line[column] for line in grid.rows[index + 1 :] if line[column]]
            if below and sum(map(looks_like_name, below)) * 2 > len(below):
                return index
    return None


def looks_like_name(text: str) -> bool:
    """Return whether a folded text is written as names are: 2 to 7 capitalised words."""
    words = text.split()
    return 2 <= len(words) <= 7 and all(word[0].isupper() for word in words if word[0].isalpha())


def _looks_like_data(texts: Sequence[str]) -> bool:
    # A form writes “Giới tính:” beside the answer; a header has no colons and no blanks to fill.
    asked = sum(1 for text in texts if text.endswith(":") or "${" in text or "…" in text)
    said = sum(1 for text in texts if _DATA.search(text))
    return said >= max(1, len(texts) // 4) or asked * 3 > len(texts)


def _is_numbering(row: Sequence[str]) -> bool:
    texts = [text for text in row if text]
    return (
        len(texts) >= 3
        and all(_NUMBER.match(text) for text in texts)
        and (len({text.strip("()[] ") for text in texts}) == len(texts))
    )


class _Grid:
    """The first rows of a table as text, with merged ranges of the header spread out."""

    def __init__(self, table: RawTable) -> None:
        self.height = min(table.height, _SEARCHED)
        self.width = table.width
        self.rows = [table.texts(index) for index in range(self.height)]
        self.at = {number: index for index, number in enumerate(table.numbers[: self.height])}
        self.tall: dict[tuple[int, int], int] = {}
        self.spanned: set[int] = set()
        for span in table.spans:
            top = self.at.get(span.first)
            if top is None or span.left >= self.width:
                continue
            bottom = max(
                (at for number, at in self.at.items() if span.first <= number <= span.last),
                default=top,
            )
            right = min(span.right, self.width - 1)
            if right > span.left:
                self.spanned.add(top)
            text = self.rows[top][span.left]
            for column in range(span.left, right + 1):
                self.tall[(top, column)] = bottom
                for row in range(top, bottom + 1):
                    self.rows[row][column] = self.rows[row][column] or text
        self.raw = [table.texts(index) for index in range(self.height)]

    def up(self, anchor: int) -> int:
        """Return the first row of the block: group headings may stand above the anchor."""
        first = anchor
        while first > 0 and anchor - first < _DEEP - 1:
            above = self.rows[first - 1]
            cells = {text for text in above if text}
            if len(cells) < 2 or _looks_like_data(tuple(cells)) or _is_numbering(above):
                break
            # A group heading stands over several columns, or a tall cell comes down from it.
            tall = any(
                self.tall.get((first - 1, column), -1) >= first for column in range(self.width)
            )
            known = [text for text in cells if meaning_of(text).score >= SURE]
            if not tall and not (known and first - 1 in self.spanned):
                break
            first -= 1
        return first

    def down(self, anchor: int) -> int:
        """Return the last row of the block: sub-headings may stand below the anchor."""
        name = self._name_column(anchor)
        last = max(anchor, self.tall.get((anchor, name), anchor))
        while last + 1 < self.height and last - anchor < _DEEP - 1:
            below = self.raw[last + 1]
            texts = [text for text in below if text]
            if below[name] or not texts or _looks_like_data(texts) or _is_numbering(below):
                break
            if not self._sits_under_groups(last, below):
                break
            last += 1
        return last

    def _name_column(self, anchor: int) -> int:
        found = [
            (meaning_of(text).field in _NAMES, meaning_of(text).score, -column)
            for column, text in enumerate(self.rows[anchor])
        ]
        return -max(found)[2] if found else 0

    def _sits_under_groups(self, above: int, below: Sequence[str]) -> bool:
        """Whether each text of `below` stands in a column that the row above leaves to a group."""
        filled = [column for column, text in enumerate(below) if text]
        under = 0
        for column in filled:
            own = self.raw[above][column]
            grouped = not own or (column + 1 < self.width and not self.raw[above][column + 1])
            under += grouped
        return len(filled) >= 2 and under == len(filled)

    def labels(self, first: int, last: int) -> tuple[tuple[str, ...], ...]:
        """Return the texts over each column; blanks right of a heading belong to that heading."""
        rows = [list(self.rows[index]) for index in range(first, last + 1)]
        for at, row in enumerate(rows[:-1]):
            if first + at not in self.spanned:
                _fill_right(row, rows[at + 1])
        stacks: list[tuple[str, ...]] = []
        for column in range(self.width):
            stack: list[str] = []
            for row in rows:
                text = row[column]
                if text and (not stack or key(stack[-1]) != key(text)):
                    stack.append(text)
            stacks.append(tuple(stack))
        return tuple(stacks)


def _fill_right(row: list[str], below: Sequence[str]) -> None:
    heading = ""
    for column, text in enumerate(row):
        if text:
            heading = text
        elif heading and below[column]:
            row[column] = heading
        else:
            heading = ""
