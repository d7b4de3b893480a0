"""Reads .csv: encoding first, then delimiter, then rows with the line they start on."""

import codecs
import contextlib
import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.readers import legacy
from ngangtam.records.intake.readers.grid import Builder, RawTable, Remark
from ngangtam.records.intake.readers.guard import LIMITS, Limits
from ngangtam.records.intake.wording import BadFile

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE: Final = 256 * 1024
_REPLACEMENT: Final = "\ufffd"
# What UTF-8 looks like after a program took it for Latin-1 or cp1252 and saved it again.
_MOJIBAKE: Final = ("Ã¡", "Ã ", "áº", "á»", "Ä‘", "Æ°", "Æ¡", "\u00c3\u00a0", "\u00c4\u0091")


def read(path: Path, name: str, limits: Limits = LIMITS) -> Iterator[RawTable]:
    """Yield the one table of a text file.

    Errors: BadFile for a binary file, an unknown encoding, nothing but blanks, or a limit.
    """
    data = path.read_bytes()
    if not data.strip(b" \t\r\n\x00,;|\"'\xc2\xa0\xef\xbb\xbf\xff\xfe"):
        raise BadFile("blank")
    text, encoding = decode(data)
    del data
    table = RawTable(file=name, index=1, name="")
    if encoding in {"TCVN3", "cp1258"}:
        table.remarks.append(Remark(f"legacy_font:{encoding}"))
    builder = Builder(table)
    cells = 0
    field_limit = csv.field_size_limit(limits.cell_characters)
    try:
        # newline="" keeps line breaks inside quoted cells as they are.
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        line = 1
        for row in rows:
            cells += len(row)
            _check_size(table, len(row), cells, limits)
            builder.add(line, row)
            line = rows.line_num + 1
    except csv.Error as error:
        code = "cell_too_long" if "field limit" in str(error) else "truncated"
        raise BadFile(code, limit=limits.cell_characters) from error
    finally:
        csv.field_size_limit(field_limit)
    yield builder.finish()


def _check_size(table: RawTable, width: int, cells: int, limits: Limits) -> None:
    if width > limits.columns:
        raise BadFile("too_many_columns", limit=limits.columns)
    if table.height > limits.rows:
        raise BadFile("too_many_rows", limit=limits.rows)
    if cells > limits.cells:
        raise BadFile("too_many_cells", limit=limits.cells)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the encoding it was in.

    Errors: BadFile `binary` or `wrong_encoding`: a guess is accepted only when it reads as
        Vietnamese, so that no name is ever stored as rubbish.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding), encoding
    head = data[:_SAMPLE]
    if b"\x00" in head:
        return _without_bom(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _old_encoding(data)
    _refuse_mojibake(text)
    return text, "utf-8"


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile("wrong_encoding", detail=encoding) from error
    _refuse_mojibake(text)
    return text


def _without_bom(data: bytes) -> tuple[str, str]:
    """Read UTF-16 that lost its mark; anything else with zero bytes is no text."""
    even, odd = data[0:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile("binary") from error
    sample = text[:4096]
    if "\x00" in sample or sum(char.isprintable() or char in "\r\n\t" for char in sample) < (
        0.97 * len(sample)
    ):
        raise BadFile("binary")
    return text, encoding


def _old_encoding(data: bytes) -> tuple[str, str]:
    sample = data[:_SAMPLE]
    control = sum(sample.count(bytes([code])) for code in range(32) if code not in {9, 10, 12, 13})
    if control > len(sample) / 200:
        raise BadFile("binary")
    candidates = {"TCVN3": legacy.tcvn3_bytes(sample)}
    with contextlib.suppress(UnicodeDecodeError):
        candidates["cp1258"] = _composed(sample)
    scores = {name: legacy.likeness([text]) for name, text in candidates.items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < 0.6:
        guess = from_bytes(sample).best()
        raise BadFile("wrong_encoding", detail=guess.encoding if guess else "?")
    if best == "TCVN3":
        return legacy.tcvn3_bytes(data), best
    return _composed(data, errors="replace"), best


def _composed(data: bytes, errors: str = "strict") -> str:
    """Decode the old code page, whose tones are marks of their own, into whole letters."""
    return unicodedata.normalize("NFC", data.decode("cp1258", errors))


def _refuse_mojibake(text: str) -> None:
    sample = text[:_SAMPLE]
    if _REPLACEMENT in sample and sample.count(_REPLACEMENT) > 3:
        raise BadFile("wrong_encoding", detail="U+FFFD")
    if sum(sample.count(pair) for pair in _MOJIBAKE) > max(5, len(sample) // 400):
        raise BadFile("wrong_encoding", detail="UTF-8 → Latin-1")


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most columns, most evenly."""
    lines = [line for line in text[:65536].splitlines() if fold(line)][:50]
    best, choice = 0.0, ","
    for candidate in (",", ";", "\t", "|"):
        widths = [len(row) for row in csv.reader(lines, delimiter=candidate)]
        if not widths:
            continue
        width, rows = Counter(widths).most_common(1)[0]
        score = (width - 1) * rows / len(widths)
        if score > best:
            best, choice = score, candidate
    return choice
