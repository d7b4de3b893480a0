"""Reads .docx: tables in reading order, merged cells, and the lines of text above each table."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lxml import etree

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.readers.grid import Builder, RawTable, Span
from ngangtam.records.intake.readers.guard import LIMITS, Limits, try_whole, unpacked
from ngangtam.records.intake.wording import BadFile

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CONTEXT_LINES: Final = 12
_SKIPPED: Final = {_W + "del", _W + "moveFrom", _W + "delText", _W + "instrText", _FALLBACK}
_PICTURES: Final = (_W + "drawing", _W + "pict")
_TABLE, _ROW, _CELL, _PARAGRAPH = _W + "tbl", _W + "tr", _W + "tc", _W + "p"


@dataclass(slots=True)
class _State:
    """Where the reader stands in the document."""

    name: str
    limits: Limits
    context: list[str] = field(default_factory=list)
    tables: int = 0
    cells: int = 0
    pictures: bool = False


def read(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[RawTable]:
    """Yield the tables of a document one at a time; memory holds one table, not the document.

    Errors: BadFile when it is damaged, too large, or has no table.
    """
    try_whole(path, limits)
    state = _State(name, limits)
    with (
        zipfile.ZipFile(path) as archive,
        unpacked(archive, "word/document.xml", limits) as stream,
    ):
        yield from _tables(stream, state)
    if not state.tables:
        raise BadFile("only_pictures" if state.pictures else "no_tables")


def _tables(stream: Any, state: _State) -> Iterator[RawTable]:  # lxml is untyped
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(_TABLE, _PARAGRAPH, *_PICTURES),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    depth = 0
    try:
        while chunk := stream.read():
            parser.feed(chunk)
            for event, element in parser.read_events():
                if element.tag == _TABLE:
                    depth += 1 if event == "start" else -1
                    if event == "end" and depth == 0:
                        yield _table(element, state)
                        _drop(element)
                elif event == "end" and depth == 0:
                    _outside(element, state)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise BadFile("bad_xml") from error


def _outside(element: Any, state: _State) -> None:  # lxml is untyped
    tag = element.tag
    if tag in _PICTURES:
        state.pictures = True
    elif tag == _PARAGRAPH and not _inside(element, _PARAGRAPH):
        lines = [fold(line) for line in _text(element).split("\n")]
        state.context.extend(line for line in lines if line)
        del state.context[:-_CONTEXT_LINES]
        _drop(element)


def _inside(element: Any, tag: str) -> bool:  # lxml is untyped
    return any(parent.tag == tag for parent in element.iterancestors())


def _drop(element: Any) -> None:  # lxml is untyped
    """Forget an element and what stands before it, so that memory does not grow."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _table(element: Any, state: _State) -> RawTable:  # lxml is untyped
    state.tables += 1
    if state.tables > state.limits.tables:
        raise BadFile("too_many_tables", limit=state.limits.tables)
    table = RawTable(file=state.name, index=state.tables, name="", context=tuple(state.context))
    state.context.clear()
    builder = Builder(table)
    open_spans: dict[int, list[int]] = {}
    for number, row in enumerate(_children(element, _ROW), start=1):
        builder.add(number, _row(row, number, table, open_spans, state))
        if number > state.limits.rows:
            raise BadFile("too_many_rows", limit=state.limits.rows)
    for left, (first, last, right) in open_spans.items():
        _close(table, first, last, left, right)
    return builder.finish()


def _row(
    row: Any, number: int, table: RawTable, open_spans: dict[int, list[int]], state: _State
) -> list[str]:
    """Return the texts of one row laid on the grid, and note merged cells."""
    texts = [""] * _grid_count(row, "gridBefore")
    for cell in _children(row, _CELL):
        left = len(texts)
        width = max(1, _number(cell, "gridSpan", 1))
        right = left + width - 1
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        text = _text(cell).strip("\n")
        if len(text) > state.limits.cell_characters:
            raise BadFile("cell_too_long", limit=state.limits.cell_characters)
        if merge is not None and merge.get(_W + "val") != "restart" and left in open_spans:
            open_spans[left][1] = number
        else:
            if left in open_spans:
                first, last, old_right = open_spans.pop(left)
                _close(table, first, last, left, old_right)
            if merge is not None:
                open_spans[left] = [number, number, right]
            elif width > 1:
                table.spans.append(Span(number, left, number, right))
        texts.extend([text, *[""] * (width - 1)])
        if len(texts) > state.limits.columns:
            raise BadFile("too_many_columns", limit=state.limits.columns)
    state.cells += len(texts)
    if state.cells > state.limits.cells:
        raise BadFile("too_many_cells", limit=state.limits.cells)
    return texts


def _close(table: RawTable, first: int, last: int, left: int, right: int) -> None:
    if last > first or right > left:
        table.spans.append(Span(first, left, last, right))


def _children(element: Any, tag: str) -> Iterator[Any]:
    """Yield rows or cells, also those wrapped in content controls or marked as inserted."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in {_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"}:
            yield from _children(child, tag)


def _grid_count(row: Any, name: str) -> int:  # lxml is untyped
    found = row.find(f"{_W}trPr/{_W}{name}")
    return _as_count(found)


def _number(cell: Any, name: str, default: int) -> int:  # lxml is untyped
    found = cell.find(f"{_W}tcPr/{_W}{name}")
    return default if found is None else _as_count(found)


def _as_count(found: Any) -> int:  # lxml is untyped
    value = "" if found is None else str(found.get(_W + "val", ""))
    return min(int(value), 1000) if value.isdecimal() else 0


def _text(element: Any) -> str:
    """Return the visible text of a cell or paragraph: no deleted text, no field codes."""
    parts: list[str] = []
    _collect(element, parts)
    return "".join(parts)


def _collect(element: Any, parts: list[str]) -> None:  # lxml is untyped
    for child in element:
        tag = child.tag
        if tag == _W + "t":
            parts.append(child.text or "")
        elif tag == _W + "tab":
            parts.append("\t")
        elif tag in {_W + "br", _W + "cr"}:
            parts.append("\n")
        elif tag == _W + "noBreakHyphen":
            parts.append("-")
        elif tag == _W + "sym":
            parts.append(_symbol(child))
        elif tag not in _SKIPPED and isinstance(tag, str):
            _collect(child, parts)
            if tag == _PARAGRAPH:
                parts.append("\n")


def text_of(element: Any) -> str:  # lxml is untyped
    """Return the visible text of a cell or paragraph."""
    return _text(element)


def blocks_of(body: Any) -> Iterator[Any]:  # lxml is untyped
    """Yield the paragraphs and tables of a document's body in reading order."""
    for child in body if body is not None else ():
        if child.tag in {_TABLE, _PARAGRAPH}:
            yield child
        elif child.tag in {_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"}:
            yield from blocks_of(child)


def rows_of(table: Any) -> Iterator[list[Any]]:  # lxml is untyped
    """Yield the rows of a table as its cells, as they stand."""
    for row in _children(table, _ROW):
        yield list(_children(row, _CELL))


def _symbol(element: Any) -> str:  # lxml is untyped
    """Return a tick for the tick marks of symbol fonts, a mark that means nothing otherwise."""
    code = str(element.get(_W + "char", "")).upper()
    return "x" if code in {"F0FC", "F0FE", "F052", "F0D6", "F054", "F0FB", "F078"} else "□"
