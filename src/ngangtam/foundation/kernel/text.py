"""Vietnamese text: one folding before anything compares, one order for names."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Every space-like character that office software leaves behind, and marks of no width.
_SPACES: Final = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

# Letters after the accent of tone is removed, in the order of the Vietnamese dictionary.
_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Tones in dictionary order: level, falling, asking, tumbling, rising, heavy.
_TONES: Final = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


def fold(raw: object) -> str:
    """Return text in Unicode NFC with every kind of space folded to one blank and ends trimmed."""
    if raw is None:
        return ""
    text = unicodedata.normalize("NFC", str(raw))
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return folded text in lower case without accents, đ as d: what a search compares."""
    stripped = unicodedata.normalize("NFD", fold(text).lower().replace("đ", "d"))
    return "".join(mark for mark in stripped if not unicodedata.combining(mark))


def name_parts(full_name: str) -> tuple[str, str, str]:
    """Return (family, middle, given) of a Vietnamese full name; one word is a given name."""
    words = fold(full_name).split(" ")
    if len(words) == 1:
        return "", "", words[0]
    return words[0], " ".join(words[1:-1]), words[-1]


def initials(full_name: str) -> str:
    """Return the letters that stand for a person where no photo is: middle-last and given."""
    words = fold(full_name).split(" ")
    return "".join(word[0] for word in words[-2:] if word).upper()


@lru_cache(maxsize=65536)
def _word_key(word: str) -> str:
    """Return a byte-comparable key: first the letters of the word, then its tone."""
    letters: list[str] = []
    tone_of_word = 0
    for char in fold(word).lower():
        base, tone = _split_tone(char)
        rank = _LETTERS.find(base)
        letters.append(f"{rank:02d}" if rank >= 0 else f"9{ord(base):05x}")
        tone_of_word = max(tone_of_word, _TONES.index(tone))
    # One tone a syllable, wherever the writer put its mark: hoá and hóa are one word.
    return f"{''.join(letters)}!{tone_of_word}"


def _split_tone(char: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in marks if mark in _TONES[1:]), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "")) if tone else char, tone


def text_key(text: str) -> str:
    """Return a key that sorts words the way a Vietnamese dictionary does, in plain byte order."""
    return " ".join(_word_key(word) for word in fold(text).split(" "))


def name_key(full_name: str) -> str:
    """Return a key that sorts people the Vietnamese way: given name, family name, middle names."""
    family, middle, given = name_parts(full_name)
    return "  ".join(text_key(part) for part in (given, family, middle))
