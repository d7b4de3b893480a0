"""Reads a filled form 2C/TCTW-98 as a roster of one: a column an item, a column a table.

Labels lead, not positions: dotted leaders, tabs, merged lines and the form's own instructions in
brackets may stand anywhere between them.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml
from lxml import etree

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.readers import documents
from ngangtam.records.intake.readers.columns_2c import columns_of
from ngangtam.records.intake.readers.grid import Builder, RawTable
from ngangtam.records.intake.readers.guard import LIMITS, Limits, try_whole, unpacked

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# A form is a few pages. What is longer is no form, and is not looked at as one.
_MOST_BYTES: Final = 8 * 1024 * 1024
_ENOUGH_ITEMS: Final = 12
_LEADERS: Final = re.compile(r"[.…⋯_]{3,}|…|\.{2,}(?=\s|$)")
_EDGES: Final = " \t\n\xa0:;,/|"
_NO_VALUE: Final = re.compile(r"^[\s\W_]*$")


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    labels: tuple[str, ...]


@dataclass(slots=True)
class Curriculum:
    """What one form says. Shape: `items` from slot to text; `tables` from name to rows of cells;
    the second table of relatives is `in_laws`."""

    items: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)


@cache
def _form() -> tuple[dict[int, tuple[_Slot, ...]], tuple[_Slot, ...], dict[str, Any], list[str]]:
    text = resources.files(__package__).joinpath("curriculum.yaml").read_text(encoding="utf-8")
    read = yaml.safe_load(text)

    def slots(entries: list[Any]) -> tuple[_Slot, ...]:
        return tuple(_Slot(name, tuple(labels)) for name, labels in entries)

    items = {int(number): slots(entries) for number, entries in read["items"].items()}
    return items, slots(read["head"]), read["tables"], list(read["hints"])


def is_form(path: Path, limits: Limits = LIMITS) -> bool:
    """Whether a document is form 2C: it bears most of its numbered items, in their order."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("word/document.xml").file_size > _MOST_BYTES:
                return False
        text = _Text("\n".join(_paragraphs(path, limits)[0]))
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError):
        return False
    return len(_starts(text)) >= _ENOUGH_ITEMS


def read(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[RawTable]:
    """Yield the one table of a form: a heading row, and the person's row.

    Errors: BadFile when the document is damaged or too large.
    """
    try_whole(path, limits)
    told = understand(path, limits)
    table = RawTable(file=name, index=1, name="2C/TCTW-98", context=())
    builder = Builder(table)
    columns = columns_of(told.items, told.tables)
    builder.add(1, [label for label, _text in columns])
    builder.add(2, [text for _label, text in columns])
    yield builder.finish()


def understand(path: Path, limits: Limits = LIMITS) -> Curriculum:
    """Return what the form says, item by item and table by table."""
    lines, tables = _paragraphs(path, limits)
    told = Curriculum()
    text = _Text("\n".join(lines))
    items, head, _tables, _hints = _form()
    starts = _starts(text)
    first = min(starts.values(), default=0)
    _slots_of(text, 0, first, head, told.items)
    order = sorted(starts.items(), key=lambda one: one[1])
    for at, (number, start) in enumerate(order):
        end = order[at + 1][1] if at + 1 < len(order) else text.end_of(start, number)
        if number in items:
            _slots_of(text, start, end, items[number], told.items)
    _read_tables(tables, told)
    return told


class _Text:
    """A text and, letter for letter, the same without accents and case."""

    def __init__(self, raw: str) -> None:
        self.raw = _without_hints(unicodedata.normalize("NFC", raw))
        self.plain = _bare(self.raw)

    def find(self, label: str, start: int, end: int) -> "re.Match[str] | None":
        return _pattern(label).search(self.plain, start, end)

    def end_of(self, start: int, number: int) -> int:
        """Return where the last item ends: at the next heading of the form, or at the end."""
        after = re.compile(rf"(?<!\d){number + 1}\s*[).]").search(self.plain, start)
        return after.start() if after else len(self.plain)


def _bare(text: str) -> str:
    letters = []
    for letter in text:
        base = unicodedata.normalize("NFD", letter)[0].lower()
        letters.append("d" if base in {"đ", "ð"} else base if len(base) == 1 else letter)
    return "".join(letters)


@cache
def _pattern(label: str) -> "re.Pattern[str]":
    words = [re.escape(word) for word in label.split()]
    before = r"(?<![a-z0-9])" if label[0].isalnum() else ""
    after = r"(?![a-z])" if label[-1].isalnum() else ""
    return re.compile(before + r"\s*".join([r"\s+".join(words)]) + after)


def _without_hints(text: str) -> str:
    """Blank the instructions of the form: brackets that begin with words we know."""
    plain = _bare(text)
    out = list(text)
    hints = _form()[3]
    for match in re.finditer(r"\(", plain):
        inside = plain[match.end() :].lstrip()
        if not inside.startswith(tuple(hints)):
            continue
        close = _closing(plain, match.start())
        for at in range(match.start(), close):
            out[at] = "\n" if out[at] == "\n" else " "
    return "".join(out)


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, min(len(text), start + 600)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return start


def _starts(text: _Text) -> dict[int, int]:
    """Return where each numbered item begins, in the order of the form."""
    found: dict[int, int] = {}
    at = 0
    for number, slots in _form()[0].items():
        for label in slots[0].labels:
            words = r"\s+".join(re.escape(word) for word in label.split())
            pattern = re.compile(rf"(?<![\d/]){number}\s*[).:]\s*{words}")
            if match := pattern.search(text.plain, at):
                found[number] = at = match.start()
                break
    return found


def _slots_of(
    text: _Text, start: int, end: int, slots: tuple[_Slot, ...], into: dict[str, str]
) -> None:
    """Cut one item at its labels; each label counts from where the one before was found."""
    places: list[tuple[str, int, int]] = []
    at = start
    for slot in slots:
        found = [match for label in slot.labels if (match := text.find(label, at, end))]
        if found:
            # The longest of the labels that begin first: “cấp ủy kiêm” before “cấp ủy”.
            match = min(found, key=lambda one: (one.start(), -one.end()))
            places.append((slot.name, match.start(), match.end()))
            at = match.end()
    for number, (name, _begins, after) in enumerate(places):
        until = places[number + 1][1] if number + 1 < len(places) else end
        value = cleaned(text.raw[after:until])
        if value and not name.startswith("_"):
            into[name] = value


def cleaned(raw: str) -> str:
    """Return a value without dotted leaders and stray marks; lines stay lines."""
    lines = [fold(_LEADERS.sub(" ", line)) for line in raw.split("\n")]
    text = "\n".join(line for line in lines if not _NO_VALUE.match(line))
    text = re.sub(r"^\s*(?:\([^()]*\))?\s*:", "", text)
    text = text.strip(_EDGES).lstrip(").").rstrip("-(").strip(_EDGES)
    if text.count("(") < text.count(")"):
        text = text.rstrip(")").strip()
    return "" if _NO_VALUE.match(text) else text


def _paragraphs(path: Path, limits: Limits) -> tuple[list[str], list[list[list[str]]]]:
    """Return the lines outside of tables and the tables, both in reading order.

    Shape: a table without borders that only lays out the head of the form counts as lines.
    """
    with (
        zipfile.ZipFile(path) as archive,
        unpacked(archive, "word/document.xml", limits) as stream,
    ):
        content = b"".join(iter(stream.read, b""))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    body = etree.fromstring(content, parser).find(f"{_W}body")
    lines: list[str] = []
    tables: list[list[list[str]]] = []
    for element in documents.blocks_of(body):
        if element.tag == f"{_W}p":
            lines.extend(documents.text_of(element).split("\n"))
            continue
        rows = [[documents.text_of(cell).strip("\n") for cell in row]
                for row in documents.rows_of(element)]  # fmt: skip
        if _table_name(rows):
            tables.append(rows)
            lines.append("")
        else:
            lines.extend(line for row in rows for cell in row for line in cell.split("\n"))
    return lines, tables


def _table_name(rows: list[list[str]]) -> str:
    """Return which table of the form this is, "" for one that is none."""
    heads = [_bare(fold(cell)) for cell in rows[0]] if rows else []
    for name, entry in _form()[2].items():
        wanted = entry["heads"]
        if len(heads) >= len(wanted) and all(
            head.startswith(want) for head, want in zip(heads, wanted, strict=False)
        ):
            return "" if name == "pay" and not _lies(rows) else str(name)
    return ""


def _lies(rows: list[list[str]]) -> bool:
    """Whether a table lies on its side, as the one of pay does."""
    return len(rows) > 2 and _bare(fold(rows[1][0])).startswith("ngach")


def _read_tables(tables: list[list[list[str]]], told: Curriculum) -> None:
    for rows in tables:
        name = _table_name(rows)
        if name == "pay":
            told.tables.setdefault(name, []).extend(_upright(rows))
            continue
        if name == "family" and name in told.tables:
            name = "in_laws"
        width = len(rows[0])
        for row in rows[1:]:
            cells = [cleaned(cell) for cell in [*row, *[""] * width][:width]]
            told.tables.setdefault(name, [])
            if any(cells):
                told.tables[name].append(cells)


def _upright(rows: list[list[str]]) -> list[list[str]]:
    """Stand the table of pay on its feet: a row a step, whatever runs it is printed in."""
    found = []
    for at in range(0, len(rows) - 2, 3):
        run = rows[at : at + 3]
        for column in range(1, min(map(len, run))):
            cells = [cleaned(line[column]) for line in run]
            if cells[1] or cells[2]:
                found.append(cells)
    return found
