"""What each row below a header is: a person, a heading, a total, a signature, a repeated header.

Rows are judged by arrays first; only those that do not look like a person are looked at one by one.
"""

import re
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.intake.headers.locate import HeaderBlock
from ngangtam.records.intake.headers.mapping import TableMapping
from ngangtam.records.intake.headers.meaning import key
from ngangtam.records.intake.readers.grid import BLANK, Column, RawTable


class RowKind(IntEnum):
    """What a row is; only PERSON rows are accepted, only PERSON and NAMELESS rows are read."""

    PERSON = 0
    NAMELESS = 1
    HEADER = 2
    TITLE = 3
    TOTAL = 4
    FOOTER = 5
    NUMBERING = 6
    ONLY_NUMBER = 7
    ABOVE = 8
    CONTINUED = 9


REASONS: Final = {
    RowKind.NAMELESS: "row_without_name",
    RowKind.HEADER: "row_header",
    RowKind.TITLE: "row_title",
    RowKind.TOTAL: "row_total",
    RowKind.FOOTER: "row_footer",
    RowKind.NUMBERING: "row_numbering",
    RowKind.ONLY_NUMBER: "row_only_number",
    RowKind.ABOVE: "row_title",
    RowKind.CONTINUED: "joined",
}

# “Tổng cộng 12 người”, but not a Mr Tống Văn Công: accents are gone here.
_TOTAL: Final = re.compile(
    r"^(?:(?:tong cong|tong so|cong chung|trong do|tong hop|cong cong)(?!\w)"
    r"|(?:tong|cong)(?=$|\s*[:.(]|\s+\d))"
)
_SIGNING: Final = (
    "nguoi lap(?: bieu| bang)?|thu truong(?: don vi| co quan)?|nguoi tong hop|ke toan(?: truong)?",
    r"xac nhan(?: cua.*)?|noi nhan.*|ghi chu\s*:.*|lap bang|duyet|ky ten.*|\(?ky ten.*",
    r"\(?ky[, ].*ho (?:va )?ten.*|tm\..*|kt\..*|tl\..*|tuq\..*",
    r".*ngay\s*[\d.…]*\s*thang\s*[\d.…]*\s*nam\s*[\d.…]*.*",
    "danh sach (?:nay )?(?:co|gom) .*|an dinh danh sach.*",
)
_FOOTER: Final = re.compile(rf"^(?:{'|'.join(_SIGNING)})$")
_ROMAN: Final = re.compile(r"^(?:[ivxlcdm]+|[a-z])[.)\-]?$")
_BODIES: Final = (
    "phong|ban|so|truong|uy ban|hoi dong|don vi|khoi|chi bo|dang uy|dang bo|cong ty|trung tam|xa",
    "phuong|huyen|tinh|quan|thanh pho|bo|cuc|vu|vien|benh vien|van phong|to|doan|hoi|mat tran",
    "ubnd|hdnd|cap|nhom|co quan|dac khu|chi cuc",
)
_ORGANISATION: Final = re.compile(rf"\b(?:{'|'.join(_BODIES)})\b")


def classify(table: RawTable, header: HeaderBlock, mapping: TableMapping) -> NDArray[np.int8]:
    """Return the kind of every row of the table."""
    kinds = np.full(table.height, RowKind.PERSON, dtype=np.int8)
    first = header.last + 1
    kinds[: header.first] = RowKind.ABOVE
    kinds[header.first : first] = RowKind.HEADER
    named = _name_columns(mapping)
    if not named or first >= table.height:
        kinds[first:] = RowKind.NAMELESS
        return kinds
    filled, name_filled, ordinal_filled = _filled(table, mapping, named)
    plausible = _plausible_names(table, named[0], mapping)
    usual = _usual(filled[first:][name_filled[first:]])
    easy = plausible & name_filled & (filled - ordinal_filled >= min(3, usual))
    easy[:first] = True
    wide = _wide_rows(table, named[0])
    judge = _Judge(table, header, mapping, named, usual)
    ended = False
    for row in np.flatnonzero(~easy | wide):
        index = int(row)
        if index < first:
            continue
        kind = judge.kind(index, wide=bool(wide[index]), ended=ended)
        ended = ended or kind is RowKind.FOOTER
        kinds[index] = kind
    return kinds


def _usual(filled: NDArray[np.int16]) -> int:
    """Return half of what a full row of this table has; headings and totals have less."""
    return max(1, int(np.percentile(filled, 75)) // 2) if len(filled) else 1


def _name_columns(mapping: TableMapping) -> list[int]:
    for fields in (("full_name",), ("given_name", "family_name"), ("code",)):
        found = [
            column.index
            for field in fields
            for column in mapping.columns
            if column.field == field and column.part in {"", "check"}
        ]
        if found:
            return found
    return []


def _codes(column: Column) -> NDArray[np.uint32]:
    return np.frombuffer(column.codes, dtype=np.uint32)


def _filled(
    table: RawTable, mapping: TableMapping, named: list[int]
) -> tuple[NDArray[np.int16], NDArray[np.bool_], NDArray[np.int16]]:
    filled = np.zeros(table.height, dtype=np.int16)
    for column in table.columns:
        filled += _codes(column) != BLANK
    names = np.zeros(table.height, dtype=np.bool_)
    for index in named:
        names |= _codes(table.columns[index]) != BLANK
    ordinal = mapping.column_of("ordinal")
    numbers = np.zeros(table.height, dtype=np.int16)
    if ordinal is not None and ordinal.index < table.width:
        numbers += _codes(table.columns[ordinal.index]) != BLANK
    return filled, names, numbers


# The words that totals, signatures and notes begin with, and that no family is called.
_SUSPECT: Final = frozenset(
    [
        "nguoi",
        "thu",
        "tong",
        "cong",
        "trong",
        "ke",
        "xac",
        "noi",
        "ghi",
        "lap",
        "duyet",
        "ky",
        "tm",
        "kt",
        "tl",
        "tuq",
        "ngay",
        "danh",
        "an",
        "ho",
        "ten",
    ]
)


def _plainly_a_name(text: str) -> bool:
    """Whether a text needs no closer look: words of letters, the first beyond suspicion."""
    first, blank, rest = text.partition(" ")
    return (
        bool(blank)
        and first.isalpha()
        and rest.replace(" ", "").isalpha()
        and plain(first) not in _SUSPECT
    )


def _plausible_names(table: RawTable, column: int, mapping: TableMapping) -> NDArray[np.bool_]:
    """Return per row whether the text in the name column could be a person's."""
    label = next(key(found.label) for found in mapping.columns if found.index == column)
    last = label.rpartition(" / ")[2]
    texts = table.columns[column].texts
    good = np.ones(len(texts), dtype=np.bool_)
    for at, folded in enumerate(texts):
        if _plainly_a_name(folded):
            continue
        text = plain(folded)
        good[at] = (
            key(text) not in {label, last, ""}
            and any(char.isalpha() for char in text)
            and not (_TOTAL.match(text) or _FOOTER.match(text))
        )
    return good[_codes(table.columns[column])]


def _wide_rows(table: RawTable, name: int) -> NDArray[np.bool_]:
    """Return per row whether one merged cell covers the name column and more beside it."""
    wide = np.zeros(table.height, dtype=np.bool_)
    at = {number: index for index, number in enumerate(table.numbers)} if table.spans else {}
    for span in table.spans:
        if span.left <= name <= span.right and span.right - span.left >= 2 and span.first in at:
            wide[at[span.first]] = True
    return wide


class _Judge:
    """Judges the rows that do not plainly hold a person."""

    def __init__(
        self,
        table: RawTable,
        header: HeaderBlock,
        mapping: TableMapping,
        named: list[int],
        usual: int,
    ) -> None:
        self.table = table
        self.named = named
        ordinal = mapping.column_of("ordinal")
        self.ordinal = ordinal.index if ordinal else -1
        self.labels = {key(text) for stack in header.labels for text in stack}
        self.usual = usual

    def kind(self, index: int, *, wide: bool, ended: bool) -> RowKind:
        texts = self.table.texts(index)
        words = [text for text in texts if text]
        short = [plain(text) for text in words]
        name = fold(" ".join(texts[column] for column in self.named))
        ordinal = texts[self.ordinal] if self.ordinal >= 0 else ""
        known = sum(key(text) in self.labels for text in words)
        if len(words) > 2 and all(re.match(r"^\(?\d{1,2}\)?$", text) for text in words):
            return RowKind.NUMBERING
        if len(words) > 1 and known * 2 > len(words):
            return RowKind.HEADER
        if any(_TOTAL.match(text) for text in short[:2]) and not _is_count(ordinal):
            return RowKind.TOTAL
        signed = any(_FOOTER.match(text) for text in short)
        if (not _is_count(ordinal) and (signed or ended)) or (ended and len(words) <= 2):
            return RowKind.FOOTER
        others = len(words) - bool(name) - bool(ordinal and self.ordinal not in self.named)
        if name:
            return self._with_name(name, ordinal, others, wide=wide)
        return self._without_name(words, ordinal, others)

    def _without_name(self, words: list[str], ordinal: str, others: int) -> RowKind:
        if not others:
            return RowKind.ONLY_NUMBER if _is_count(ordinal) else RowKind.TITLE
        if others == 1 and not _is_count(ordinal) and len(words) <= 2:
            return RowKind.TITLE
        return RowKind.NAMELESS

    def _with_name(self, name: str, ordinal: str, others: int, *, wide: bool) -> RowKind:
        if wide and others <= 1 and not _is_count(ordinal):
            return RowKind.TITLE
        if others or _is_count(ordinal):
            return RowKind.PERSON if any(char.isalpha() for char in name) else RowKind.NAMELESS
        if ordinal and _ROMAN.match(plain(ordinal)):
            return RowKind.TITLE
        if self.usual <= 2:
            return RowKind.PERSON
        if _ORGANISATION.search(plain(name)) or len(name) > 45 or self.ordinal >= 0:
            return RowKind.TITLE
        return RowKind.PERSON


def _is_count(text: str) -> bool:
    return re.match(r"^\d{1,6}([.)]|\.0)?$", text) is not None
