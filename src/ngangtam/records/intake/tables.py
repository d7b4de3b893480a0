"""From raw tables to tables with a header, a mapping and judged rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.cells import codes, names
from ngangtam.records.intake.headers.locate import HeaderBlock, find_header, looks_like_name
from ngangtam.records.intake.headers.mapping import (
    ColumnMap,
    TableMapping,
    Template,
    propose,
)
from ngangtam.records.intake.headers.meaning import ENOUGH, key, meaning_of
from ngangtam.records.intake.headers.rows import RowKind, classify
from ngangtam.records.intake.readers.grid import BLANK, Column, RawTable, Remark, shown
from ngangtam.records.intake.readers.legacy import CONVERTERS, old_font

# Fields where an empty cell of a well-filled column says “no”, and not “unknown”.
BLANK_MEANS_NO: Final = ("party_day",)
_SAMPLE: Final = 400
# A table with such a column lists somebody's relatives.
_FAMILY: Final = ("quan he", "moi quan he")


@dataclass(slots=True)
class RosterTable:
    """One table of people: its columns, what they mean, and what each row is."""

    raw: RawTable
    header: HeaderBlock
    mapping: TableMapping
    kinds: NDArray[np.int8]
    context: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> NDArray[np.int64]:
        """Return the indices of the rows that hold a person."""
        return np.flatnonzero(self.kinds == RowKind.PERSON)

    @property
    def read(self) -> NDArray[np.int64]:
        """Return the indices of the rows that count as read: accepted or rejected."""
        return np.flatnonzero(self.kinds <= RowKind.NAMELESS)


def understand(
    tables: Iterable[RawTable], template: Template | None = None
) -> Iterator[RosterTable | RawTable]:
    """Yield each table with its mapping; a table that is no roster comes back as it was."""
    last: RosterTable | None = None
    for raw in tables:
        if not raw.height:
            raw.remarks.append(Remark("table_empty"))
            yield raw
            continue
        _from_old_font(raw)
        header = find_header(raw)
        if header is None:
            table = _continued(raw, last)
            if table is None:
                raw.remarks.append(Remark("table_not_roster"))
                yield raw
                continue
            yield table
            continue
        for block in _side_by_side(raw, header):
            found = _roster(block, template)
            if found is None:
                block.remarks.append(Remark("table_not_roster"))
                yield block
                continue
            last = found
            yield found


def _roster(raw: RawTable, template: Template | None) -> RosterTable | None:
    header = find_header(raw)
    if header is None:
        return None
    if any(key(" ".join(stack)).startswith(_FAMILY) for stack in header.labels):
        return None
    mapping = propose(header, template)
    mapping = _hint_by_values(raw, header, mapping)
    if not mapping.names:
        return None
    return settle(raw, header, mapping, template)


def settle(
    raw: RawTable,
    header: HeaderBlock,
    mapping: TableMapping,
    template: Template | None = None,
    *,
    corrected: bool = False,
) -> RosterTable:
    """Return the table under a mapping, proposed or `corrected` by a person.

    Shape: what a person settled on is taken as it is, also that no blank means “no”.
    """
    _fill_down(raw, header)
    kinds = classify(raw, header, mapping)
    _join_continued(raw, mapping, kinds)
    if not mapping.blank_means_no and not corrected:
        chosen = template.blank_means_no if template else _blanks(raw, mapping, kinds)
        mapping = replace(mapping, blank_means_no=chosen)
    if not (mapping.has("full_name") or mapping.has("given_name")):
        raw.remark("code_as_name")
    if raw.hidden:
        raw.remark("table_hidden")
    return RosterTable(raw, header, mapping, kinds, context_of(raw, header))


def _continued(raw: RawTable, last: RosterTable | None) -> RosterTable | None:
    """Read a table without a header as going on from the one before, when it has its width."""
    if last is None or abs(raw.width - last.raw.width) > 1 or last.raw.file != raw.file:
        return None
    name = next((c for c in last.mapping.columns if c.field in {"full_name", "given_name"}), None)
    if name is None or name.index >= raw.width:
        return None
    column = raw.columns[name.index]
    good = sum(map(looks_like_name, column.texts[1:]))
    if good < 0.7 * max(1, len(column.values) - 1):
        return None
    while raw.width < last.raw.width:
        blank = Column()
        blank.codes.extend([BLANK] * raw.height)
        raw.columns.append(blank)
    header = HeaderBlock(0, -1, last.header.labels[: raw.width])
    mapping = replace(last.mapping, columns=last.mapping.columns[: raw.width])
    raw.remarks.append(Remark("table_continued"))
    kinds = classify(raw, header, mapping)
    table = RosterTable(raw, header, mapping, kinds, context_of(raw, header))
    table.context = {**last.context, **table.context}
    return table


def _from_old_font(raw: RawTable) -> None:
    """Turn a table typed in a font from before Unicode into Unicode, once, for all its cells."""
    texts = [
        text
        for column in raw.columns
        for value, text in zip(column.values[1 : _SAMPLE // 4], column.texts[1:], strict=False)
        if isinstance(value, str)
    ]
    font = old_font(texts[:_SAMPLE])
    if not font:
        return
    convert = CONVERTERS[font]
    for column in raw.columns:
        column.change(convert)
    raw.remarks.append(Remark(f"legacy_font:{font}"))


def _side_by_side(raw: RawTable, header: HeaderBlock) -> list[RawTable]:
    """Cut a sheet where a second table stands to the right of the first, with the same header."""
    labels = [key(" ".join(stack)) for stack in header.labels]
    first = next((at for at, label in enumerate(labels) if label), 0)
    starts = [
        at
        for at, label in enumerate(labels)
        if label and label == labels[first] and _same_run(labels, first, at)
    ]
    if len(starts) < 2:
        return [raw]
    ends = [*starts[1:], raw.width]
    blocks = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        block = RawTable(
            file=raw.file, index=raw.index, name=raw.name, context=raw.context,
            numbers=raw.numbers, columns=raw.columns[start:end], hidden=raw.hidden,
            remarks=raw.remarks if number == 0 else [],
        )  # fmt: skip
        block.left = start
        block.spans = [
            replace(span, left=span.left - start, right=span.right - start)
            for span in raw.spans
            if start <= span.left and span.right < end
        ]
        blocks.append(block)
    return blocks


def _same_run(labels: list[str], first: int, at: int) -> bool:
    """Whether the labels from `at` repeat those from `first`, a name among them."""
    if at == first:
        return True
    width = min(at - first, len(labels) - at)
    left, right = labels[first : first + width], labels[at : at + width]
    same = sum(a == b for a, b in zip(left, right, strict=True) if a)
    has_name = any(meaning_of(label).field in {"full_name", "given_name"} for label in right)
    return has_name and same >= 2 and same >= 0.6 * sum(1 for label in right if label)


def _fill_down(raw: RawTable, header: HeaderBlock) -> None:
    """Copy the value of a tall merged cell to the rows it covers, below the header."""
    if not raw.spans:
        return
    at = {number: index for index, number in enumerate(raw.numbers)}
    for span in raw.spans:
        top = at.get(span.first)
        if span.last == span.first or top is None or top <= header.last or span.left >= raw.width:
            continue
        column = raw.columns[span.left]
        for number in range(span.first + 1, span.last + 1):
            row = at.get(number)
            if row is not None and column.codes[row] == BLANK:
                column.codes[row] = column.codes[top]
                raw.filled.add((row, span.left))


def _join_continued(raw: RawTable, mapping: TableMapping, kinds: NDArray[np.int8]) -> None:
    """Join further lines of one person: rows that a tall merged name covers."""
    for row in raw.joined:
        kinds[row] = RowKind.CONTINUED
    name = mapping.column_of("full_name")
    if name is None or raw.joined:
        return
    covered = sorted(row for row, column in raw.filled if column == name.index)
    for row in covered:
        top = row - 1
        while (top, name.index) in raw.filled:
            top -= 1
        if kinds[row] != RowKind.PERSON or kinds[top] != RowKind.PERSON:
            continue
        for index, column in enumerate(raw.columns):
            upper, lower = column.at(top), column.at(row)
            if column.codes[row] in {BLANK, column.codes[top]}:
                continue
            joined = f"{shown(upper)}; {shown(lower)}" if column.codes[top] else lower
            column.codes[top] = column.code_of(joined)
            raw.filled.add((top, index))
        kinds[row] = RowKind.CONTINUED
        raw.joined.add(row)


def _blanks(raw: RawTable, mapping: TableMapping, kinds: NDArray[np.int8]) -> tuple[str, ...]:
    people = kinds == RowKind.PERSON
    chosen = []
    for name in BLANK_MEANS_NO:
        column = mapping.column_of(name)
        if column is None or mapping.has("party_member"):
            continue
        filled = np.frombuffer(raw.columns[column.index].codes, dtype=np.uint32)[people] != BLANK
        if len(filled) and filled.any():
            chosen.append(name)
    return tuple(chosen)


def _hint_by_values(raw: RawTable, header: HeaderBlock, mapping: TableMapping) -> TableMapping:
    """Find a missing name or gender column by what stands in it; say that values decided."""
    columns = _split_name(raw, list(mapping.columns))
    for at, column in enumerate(columns):
        # A constituency has a number; “unit” over names of bodies is where people work.
        if column.field == "constituency" and key(column.label) == "unit":
            texts = raw.columns[at].texts[1:]
            if sum(text.isdecimal() for text in texts) < len(texts) / 2:
                columns[at] = replace(column, field="workplace", why="values")
    for name, test, share in (("full_name", _is_name, 0.8), ("gender", _is_gender, 0.95)):
        if any(column.field in {name, "given_name"} for column in columns):
            continue
        for at, column in enumerate(columns):
            if column.field or column.why != "header" or column.confidence >= ENOUGH:
                continue
            values = raw.columns[at].texts[1:_SAMPLE]
            values = [value for value in values if key(value) != key(column.label)]
            least = 3 if name == "full_name" else 1
            if len(values) >= least and sum(map(test, values)) >= share * len(values):
                columns[at] = ColumnMap(at, column.label, name, "", 0.6, "values")
                break
    return replace(mapping, columns=tuple(columns))


def _split_name(raw: RawTable, columns: list[ColumnMap]) -> list[ColumnMap]:
    """Read a column without a header, right of the names, as given names when it holds such."""
    for at, column in enumerate(columns[:-1]):
        beside = columns[at + 1]
        if column.field != "full_name" or beside.label or beside.field:
            continue
        values = raw.columns[at + 1].texts[1:_SAMPLE]
        if len(values) >= 2 and sum(" " not in value and value.istitle() for value in values) >= (
            0.9 * len(values)
        ):
            columns[at] = replace(column, field="family_name")
            columns[at + 1] = replace(beside, field="given_name", confidence=0.7, why="values")
    return columns


# Nine people in ten bear one of these; a column of places or posts hardly ever begins so.
_FAMILIES: Final = frozenset({
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng",
    "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Đào", "Đoàn", "Lương",
    "Mai", "Trịnh", "Hà", "Cao", "Tô", "Tạ", "Trương", "Lưu", "Phùng", "Châu",
    "Tống", "Triệu", "Nông", "Vi", "Lò", "Hứa", "Thái", "Quách", "Chu", "Kiều",
    "La", "Vương", "Thạch", "Kim", "Sùng", "Giàng", "Vàng", "Mùa", "Cầm", "Quàng",
    "Bế", "Hoàn", "Điểu", "Y", "Rơ", "Siu", "Nay", "Ksor", "Bàn", "Lục",
})  # fmt: skip


def _is_name(text: str) -> bool:
    from ngangtam.records.intake.readers.legacy import is_syllable

    name = names.cased(text)
    words = name.split()
    return (
        2 <= len(words) <= 6
        and words[0] in _FAMILIES
        and all(word[0].isupper() for word in words)
        and all(is_syllable(word) for word in words)
    )


def _is_gender(text: str) -> bool:
    return text.lower() in {"nam", "nữ", "nu"} or text.lower() in {codes.MALE, codes.FEMALE}


def context_of(raw: RawTable, header: HeaderBlock) -> dict[str, str]:
    """Return what the lines above a table say about all its people, by field or by label."""
    lines = list(raw.context)
    for index in range(header.first):
        lines.extend(dict.fromkeys(text for text in raw.texts(index) if text))
    found: dict[str, str] = {}
    for line in lines:
        label, colon, value = line.partition(":")
        if not colon or not value.strip() or len(label) > 60:
            continue
        number = label.lower().rpartition("số ")[2].strip() if "số" in label.lower() else ""
        meaning = meaning_of(label.rpartition(" Số ")[0] if number.isdecimal() else label)
        if meaning.field in {"province", "constituency", "workplace"} and meaning.score >= 0.75:
            found[meaning.field] = number if number.isdecimal() else fold(value)
    return found
