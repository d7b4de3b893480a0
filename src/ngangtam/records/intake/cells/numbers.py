"""Numbers, and identifiers made of digits."""

import re
from typing import Final

from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.cells.cell import (
    ABSENT,
    Cell,
    Context,
    normalised,
    refused,
    taken,
    uncertain,
)
from ngangtam.records.intake.cells.texts import before, says_nothing, tidied
from ngangtam.records.intake.readers.grid import Raw

_ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50}
_TERM: Final = re.compile(r"\b([ivxl]+|\d{1,2})\b")
_RANK: Final = re.compile(
    r"^(?:\d{2}[a-z]?\.\d{3}[a-z]?|v\.\d{2}\.\d{2}\.\d{2}|\d{2}[a-z]?\.\d{2}\.\d{2})$",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"^[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+$")


def read_coefficient(raw: Raw, text: str, context: Context) -> Cell:
    """Read a pay coefficient, 0 to 13; the value is a float."""
    return _number(raw, text, 13)


def read_percent(raw: Raw, text: str, context: Context) -> Cell:
    """Read a percentage; the value is a float of per cent."""
    return _number(raw, text, 300)


def read_step(raw: Raw, text: str, context: Context) -> Cell:
    """Read a pay step: “3”, “3/9”, “Bậc 3”; the value is an int."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    match = re.match(r"^(?:bac\s*)?0?(\d{1,2})(?:\s*/\s*\d{1,2})?$", plain(text))
    if match is None:
        return uncertain(None, "unreadable_number")
    value = int(match.group(1))
    return taken(value) if text == str(value) else normalised(value, f"alias:{value}")


def _number(raw: Raw, text: str, most: float) -> Cell:
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    clean = text.rstrip("% ").replace(" ", "")
    comma = "," in clean
    try:
        value = float(clean.replace(",", "."))
    except ValueError:
        return uncertain(None, "unreadable_number")
    if not 0 <= value <= most:
        return uncertain(value, "unreadable_number")
    return normalised(value, "decimal_comma") if comma else tidied(raw, text, taken(value))


def read_personal_number(raw: Raw, text: str, context: Context) -> Cell:
    """Read an identity number: 12 digits, or the old 9; spreadsheets drop leading zeros."""
    early = before(raw, text)
    if early is not None:
        return early
    digits = re.sub(r"[\s.\-']", "", text)
    if not (digits.isascii() and digits.isdecimal()):
        nothing = says_nothing(text)
        return normalised(None, "absent") if nothing else refused("bad_identity_number")
    if isinstance(raw, (int, float)) and len(digits) in {8, 11, 10}:
        padded = digits.zfill(9 if len(digits) == 8 else 12)
        return normalised(padded, "padded")
    if len(digits) == 9:
        return normalised(digits, "old_number")
    if len(digits) != 12:
        return refused("bad_identity_number")
    return taken(digits) if digits == text else normalised(digits, "spaces")


def read_phone(raw: Raw, text: str, context: Context) -> Cell:
    """Read a telephone number; kept as digits with its leading zero."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    first = re.split(r"[;,/]|\s-\s", text)[0]
    digits = re.sub(r"\D", "", first)
    if first.lstrip().startswith("+84") or (digits.startswith("84") and len(digits) == 11):
        digits = "0" + digits[2:]
    if isinstance(raw, (int, float)) and len(digits) == 9:
        digits = "0" + digits
    if not 8 <= len(digits) <= 11:
        return uncertain(text, "bad_phone")
    return taken(digits) if digits == text else normalised(digits, "spaces")


def read_email(raw: Raw, text: str, context: Context) -> Cell:
    """Read an e-mail address."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    return tidied(raw, text, taken(text)) if _EMAIL.match(text) else uncertain(text, "bad_email")


def read_rank(raw: Raw, text: str, context: Context) -> Cell:
    """Read a rank code (01.003, V.07.02.06); a spreadsheet turns 01.003 into 1.003."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    if isinstance(raw, float):
        padded = f"{raw:06.3f}"
        return (
            normalised(padded, "padded")
            if _RANK.match(padded)
            else uncertain(text, "not_in_catalogue")
        )
    code = re.sub(r"\s+", "", text)
    if _RANK.match(code):
        return taken(code) if code == raw else normalised(code, "spaces")
    return uncertain(text, "not_in_catalogue")


def read_terms(raw: Raw, text: str, context: Context) -> Cell:
    """Read terms of the National Assembly: “XI, XIV”, “Khóa 13”; the value is a tuple of ints."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(ABSENT, "absent")
    found = [_term(match) for match in _TERM.findall(plain(text).replace("khoa", " "))]
    terms = tuple(sorted({term for term in found if 0 < term <= 30}))
    if not terms:
        return uncertain(None, "not_in_catalogue")
    return tidied(raw, text, taken(terms))


def _term(word: str) -> int:
    if word.isdecimal():
        return int(word)
    total = 0
    for here, after in zip(word, [*word[1:], ""], strict=True):
        value = _ROMAN[here]
        total += -value if after and _ROMAN[after] > value else value
    return total
