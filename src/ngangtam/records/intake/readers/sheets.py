"""Reads .xlsx: every sheet, cached values of formulas, merged ranges, real dates."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.readers.grid import Builder, Raw, RawTable, Remark, Span
from ngangtam.records.intake.readers.guard import LIMITS, Limits, try_whole, unpacked
from ngangtam.records.intake.wording import BadFile

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REF: Final = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,4})(\d{1,8})"')
_ROW: Final = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(\d{1,8})"')
# More than 26 columns, or a cell further down than any sheet may have rows.
_UNUSUAL: Final = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]\d{7})')
_OVERLAP: Final = 512


def read(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[RawTable]:
    """Yield one table for each sheet.

    Errors: BadFile before any sheet is opened when the file is damaged or a sheet too large:
        the reader below would fill a rectangle as wide and long as its farthest cell.
    """
    try_whole(path, limits)
    formulas = _look(path, limits)
    try:
        workbook = CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise BadFile("encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        raise BadFile("truncated") from error
    with workbook:
        for index, meta in enumerate(workbook.sheets_metadata, start=1):
            if meta.typ != SheetTypeEnum.WorkSheet:
                table = RawTable(file=name, index=index, name=meta.name)
                table.remarks.append(Remark("table_picture"))
                yield table
                continue
            table = _table(workbook, index, meta.name, name)
            table.hidden = meta.visible != SheetVisibleEnum.Visible
            _formulas_without_value(table, formulas.get(meta.name, []))
            yield table


def _table(workbook: CalamineWorkbook, index: int, sheet_name: str, file: str) -> RawTable:
    table = RawTable(file=file, index=index, name=sheet_name)
    try:
        sheet = workbook.get_sheet_by_name(sheet_name)
        builder = Builder(table)
        for number, row in enumerate(_rows(sheet), start=1):
            builder.add(number, row)
        builder.finish()
    except (CalamineError, ValueError) as error:
        raise BadFile("truncated") from error
    except BaseException as error:
        # The reader is written in Rust; on rubbish it may panic, which Python cannot name.
        if type(error).__name__ == "PanicException":
            raise BadFile("truncated") from error
        raise
    for (first, left), (last, right) in sheet.merged_cell_ranges or ():
        table.spans.append(Span(first + 1, left, last + 1, right))
    return table


def _rows(sheet: CalamineSheet) -> Iterator[list[Raw]]:
    """Yield rows from the first of the sheet; the reader pads rows above but not columns left."""
    margin: list[Raw] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield [*margin, *row] if margin else row


def _look(path: Path, limits: Limits) -> dict[str, list[tuple[int, int, str]]]:
    """Return, by sheet, the cells with a formula; refuse sheets that are too wide or too long."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    with zipfile.ZipFile(path) as archive:
        total = 0
        for sheet, member in _members(archive, limits).items():
            has_formula, cells = _extent(archive, member, limits)
            total += cells
            if total > limits.cells:
                raise BadFile("too_many_cells", limit=limits.cells)
            if has_formula:
                found[sheet] = _empty_formulas(archive, member, limits)
    return found


def _members(archive: zipfile.ZipFile, limits: Limits) -> dict[str, str]:
    """Return sheet name -> member of the archive."""
    book = _tree(archive, "xl/workbook.xml", limits)
    try:
        links = _tree(archive, "xl/_rels/workbook.xml.rels", limits)
    except BadFile:
        return {}
    targets = {
        link.get("Id", ""): str(link.get("Target", ""))
        for link in links
        if str(link.get("Type", "")).endswith("/worksheet")
    }
    names = set(archive.namelist())
    members: dict[str, str] = {}
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(_LINK, ""), "")
        member = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if target and member in names:
            members[str(sheet.get("name", ""))] = member
    return members


def _tree(archive: zipfile.ZipFile, member: str, limits: Limits) -> Any:  # lxml is untyped
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with unpacked(archive, member, limits) as stream:
        content = b"".join(iter(stream.read, b""))
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadFile("bad_xml") from error


def _extent(archive: zipfile.ZipFile, member: str, limits: Limits) -> tuple[bool, int]:
    """Return whether a sheet has formulas and the size of the rectangle around its cells."""
    letters: set[bytes] = set()
    rows = 0
    formula = False
    tail = b""
    with unpacked(archive, member, limits) as stream:
        while chunk := stream.read():
            block = tail + chunk
            # Rows and cells both carry row numbers, and a file may lie in either.
            rows = max(rows, *map(int, _ROW.findall(block)), 0)
            if _UNUSUAL.search(block):
                references = _REF.findall(block)
                letters.update({reference[0] for reference in references})
                rows = max(rows, *(int(reference[1]) for reference in references), 0)
            formula = formula or b"<f" in block or b":f" in block
            tail = block[-_OVERLAP:]
    columns = max((_column(letter.decode()) + 1 for letter in letters), default=26)
    if columns > limits.columns:
        raise BadFile("too_many_columns", limit=limits.columns)
    if rows > limits.rows:
        raise BadFile("too_many_rows", limit=limits.rows)
    return formula, rows * columns


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _empty_formulas(
    archive: zipfile.ZipFile, member: str, limits: Limits
) -> list[tuple[int, int, str]]:
    """Return (row number, column, formula) of formulas that no program has worked out yet."""
    found: list[tuple[int, int, str]] = []
    parser = etree.XMLPullParser(
        events=("end",), tag=[_MAIN + "c", _MAIN + "row"], resolve_entities=False, no_network=True
    )
    with unpacked(archive, member, limits) as stream:
        try:
            while chunk := stream.read():
                parser.feed(chunk)
                for _event, element in parser.read_events():
                    if element.tag == _MAIN + "c":
                        _note_formula(element, found)
                    else:
                        element.clear()
        except etree.XMLSyntaxError as error:
            raise BadFile("bad_xml") from error
    return found


def _note_formula(cell: Any, found: list[tuple[int, int, str]]) -> None:  # lxml is untyped
    formula = cell.find(_MAIN + "f")
    value = cell.find(_MAIN + "v")
    if formula is None or (value is not None and fold(value.text)):
        return
    # An empty text is a worked-out value too: t="str" with an empty <v/>.
    if value is not None and cell.get("t") == "str":
        return
    match = re.match(r"([A-Z]+)(\d+)$", cell.get("r", ""))
    if match:
        found.append((int(match.group(2)), _column(match.group(1)), formula.text or ""))


def _formulas_without_value(table: RawTable, found: list[tuple[int, int, str]]) -> None:
    for number, column, formula in found:
        table.remarks.append(Remark("formula_without_value", number, column, f"={formula}"))
