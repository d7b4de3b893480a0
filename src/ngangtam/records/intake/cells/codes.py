"""Codes of catalogues, genders and marks: words that mean one of a few things."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.catalogues import Catalogue, Match
from ngangtam.records.intake.cells.cell import (
    ABSENT,
    Cell,
    Context,
    Verdict,
    normalised,
    refused,
    taken,
    uncertain,
)
from ngangtam.records.intake.cells.texts import before, says_nothing, tidied
from ngangtam.records.intake.readers.grid import Raw

MALE: Final = "male"
FEMALE: Final = "female"
_MALE: Final = {"nam", "m", "male", "nam gioi", "trai", "ong", "boy"}
_FEMALE: Final = {"nu", "f", "female", "nu gioi", "gai", "ba", "girl", "nũ"}
_YES: Final = {
    "x",
    "xx",
    "v",
    "✓",
    "✔",
    "☑",
    "√",
    "co",
    "yes",
    "y",
    "true",
    "1",
    "dung",
    "da",
    "dat",
    "+",
    "ü",
    "þ",
    "*",
    "o",
}
_NO: Final = {"0", "no", "n", "false", "sai", "□", "☐"}


@cache
def _catalogues() -> Mapping[str, Catalogue]:
    return rulebook().catalogues


def look_again() -> None:
    """Read the rulebook anew at the next cell; one roster is judged by one rulebook."""
    _catalogues.cache_clear()


def catalogue(name: str) -> Catalogue | None:
    """Return a catalogue of the rulebook, None when the rulebook has none of that name."""
    return _catalogues().get(name)


def read_gender(raw: Raw, text: str, context: Context) -> Cell:
    """Read a gender; in a column of marks under “Nam” or “Nữ” the mark says which."""
    early = before(raw, text)
    if early is not None:
        return early
    words = plain(text)
    if context.option:
        return _marked(words, FEMALE if plain(context.option) == "nu" else MALE, context.option)
    if words in _MALE:
        return _said(raw, text, MALE, "Nam")
    if words in _FEMALE:
        return _said(raw, text, FEMALE, "Nữ")
    return refused("unknown_gender")


def _said(raw: Raw, text: str, code: str, word: str) -> Cell:
    if text.lower() == word.lower():
        return tidied(raw, text, taken(code))
    return normalised(code, f"alias:{word}")


def _marked(words: str, code: str, label: str) -> Cell:
    if words in _YES or words in {plain(label)}:
        return normalised(code, f"mark:{label}")
    if words in _NO or says_nothing(words):
        return normalised(None, "absent")
    return uncertain(None, "unknown_mark")


def read_mark(raw: Raw, text: str, context: Context) -> Cell:
    """Read a yes or no; a day in such a column is worth more than a mark and is kept."""
    from ngangtam.records.intake.cells.dates import read_date

    early = before(raw, text)
    if early is not None:
        return early
    words = plain(text)
    if words in _YES or words in {"dang vien", "trung cu", "tai cu"}:
        return taken(True) if words in {"x", "1", "true"} else normalised(True, "mark:✓")
    if words in _NO or says_nothing(text) or words.startswith(("khong ", "chua ", "quan chung")):
        return taken(False) if words == "0" else normalised(False, "absent")
    day = read_date(raw, text, context)
    if day.verdict < Verdict.UNCERTAIN:
        return day
    return uncertain(None, "unknown_mark")


def read_coded(raw: Raw, text: str, context: Context) -> Cell:
    """Read a wording as a code of the field's catalogue; the wording itself is kept beside it."""
    early = before(raw, text)
    if early is not None:
        return early
    if context.option:
        return _option(text, context)
    return tidied(raw, text, look_up(text, context.catalogue))


def look_up(text: str, name: str) -> Cell:
    """Return the judged code of folded text."""
    found = catalogue(name)
    if found is None:
        return uncertain(None, "not_in_catalogue")
    match = found.match(text)
    if match.code is None:
        if says_nothing(text):
            return normalised(ABSENT, "absent")
        return uncertain(None, doubt(match) or "not_in_catalogue")
    label = found.label(match.code)
    if match.how == "uncertain":
        return uncertain(match.code, doubt(match) or f"guessed:{label}")
    if match.how == "exact" and plain(label) == plain(text):
        return taken(match.code)
    return normalised(match.code, f"alias:{label}")


def doubt(match: Match) -> str:
    """Return the catalogue's own reason as one in two languages, empty when it has none."""
    return f"2:{match.reason['vi']}¦{match.reason['en']}" if match.reason else ""


def _option(text: str, context: Context) -> Cell:
    """Read a column that stands for one code: a mark takes it, other words describe it."""
    words = plain(text)
    if words in _NO or says_nothing(text):
        return normalised(None, "absent")
    own = look_up(fold(context.option), context.catalogue)
    if words in _YES or words == plain(context.option) or re.fullmatch(r"\d{4}", words):
        if own.value is None or own.value is ABSENT:
            return uncertain(None, "not_in_catalogue")
        return normalised(own.value, f"mark:{context.option}")
    said = look_up(text, context.catalogue)
    if isinstance(said.value, str) and said.verdict < Verdict.UNCERTAIN:
        return said
    if isinstance(own.value, str):
        return normalised(own.value, f"mark:{context.option}")
    return uncertain(None, "not_in_catalogue")
