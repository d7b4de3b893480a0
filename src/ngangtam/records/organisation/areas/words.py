"""The words of a written address: tokens, where they break, and keys under which names agree."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import Final

from ngangtam.foundation.kernel.text import fold, plain

# How the kinds are written, without accents; two-word forms are tried first.
WRITTEN: Final = {
    "tinh": "Tỉnh", "t": "Tỉnh",
    "thanh pho": "Thành phố", "tp": "Thành phố", "t p": "Thành phố",
    "tpho": "Thành phố",
    "quan": "Quận", "q": "Quận", "huyen": "Huyện", "h": "Huyện",
    "thi xa": "Thị xã", "tx": "Thị xã", "t x": "Thị xã", "txa": "Thị xã",
    "thi tran": "Thị trấn", "tt": "Thị trấn", "t t": "Thị trấn", "ttr": "Thị trấn",
    "phuong": "Phường", "p": "Phường", "ph": "Phường", "f": "Phường",
    "xa": "Xã", "x": "Xã", "dac khu": "Đặc khu", "dk": "Đặc khu",
}  # fmt: skip

_APOSTROPHES: Final = re.compile(r"[’‘'`´ʼ]")
_ABBREVIATED: Final = re.compile(r"\b([qpfQPF])\s*\.?\s*(\d{1,2})\b")
_TOKEN: Final = re.compile(r"[^\W_]+|[,;\n/()|]|\s[-–—]\s")
_WORD: Final = re.compile(r"[^\W_]+")
_HARD: Final = frozenset(",;\n/()|")
_TONES: Final = frozenset("\u0300\u0309\u0303\u0301\u0323")
# Spellings of one sound in the names of the highlands; both sides go through it.
_SAME: Final = {"dac": "dak", "krong": "krong", "crong": "krong"}


@lru_cache(maxsize=65536)
def word_key(word: str) -> str:
    """Return the key of one word: no accents, y as i, no leading noughts."""
    bare = plain(word)
    if bare.isdigit():
        return str(int(bare))
    bare = _SAME.get(bare, bare)
    return bare.replace("y", "i")


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Return the key of a name: "Kon Tum", "KonTum" and "kon-tum" are one."""
    return "".join(word_key(word) for word in _WORD.findall(_APOSTROPHES.sub("", fold(name))))


@lru_cache(maxsize=65536)
def accents(name: str) -> str:
    """Return a name so that only its accents and letters count, not blanks or marks."""
    words = _WORD.findall(_APOSTROPHES.sub("", fold(name)))
    return "".join(accent_key(word) for word in words)


@lru_cache(maxsize=65536)
def accent_key(word: str) -> str:
    """Return a word with its tone put last, so that "hoà" and "hòa" agree and "hoa" does not."""
    marks = unicodedata.normalize("NFD", word.lower())
    tones = "".join(mark for mark in marks if mark in _TONES)
    return "".join(mark for mark in marks if mark not in _TONES) + tones


class Words:
    """An address cut into words.

    Shape: `bare[i]` is word `shown[i]` without accents; `hard` holds the positions that a comma or
        its like precedes, `soft` those after a dash.
    """

    __slots__ = ("_at", "_joined", "_kinds", "bare", "hard", "shown", "soft")

    def __init__(self, shown: list[str], hard: set[int], soft: set[int]) -> None:
        self.shown = shown
        self.bare = [plain(word) for word in shown]
        self.hard, self.soft = hard, soft
        # One string and where each word begins in it: a key is then one slice.
        keys = [word_key(word) for word in shown]
        self._joined = "".join(keys)
        self._at = [0, *accumulate(len(key) for key in keys)]
        self._kinds = [self._kind(at) for at in range(len(shown))]

    def __len__(self) -> int:
        return len(self.shown)

    def key(self, start: int, end: int) -> str:
        return self._joined[self._at[start] : self._at[end]]

    def text(self, start: int, end: int) -> str:
        return " ".join(self.shown[start:end])

    def kind_at(self, start: int, end: int) -> tuple[str, int]:
        """Return the kind written at `start` and how many words it takes; "" and 0 for none."""
        kind, size = self._kinds[start]
        return (kind, size) if size and start + size < end else ("", 0)

    def _kind(self, at: int) -> tuple[str, int]:
        two = WRITTEN.get(" ".join(self.bare[at : at + 2]))
        if two is not None and " " in " ".join(self.bare[at : at + 2]):
            return two, 2
        one = WRITTEN.get(self.bare[at])
        return (one, 1) if one is not None else ("", 0)

    def segment_start(self, end: int) -> int:
        """Return where the segment begins whose last word stands before `end`."""
        return max((at for at in self.hard if at < end), default=0)

    def breaks_before(self, end: int) -> list[int]:
        """Return `end` and every earlier break, nearest first: where a name may end."""
        return [end, *sorted((at for at in self.hard | self.soft if 0 < at < end), reverse=True)]


@lru_cache(maxsize=4096)
def split(raw: str) -> Words:
    """Cut an address into words; full stops and hyphens inside a name join nothing."""
    text = _APOSTROPHES.sub("", "\n".join(fold(line) for line in str(raw).splitlines()))
    text = _ABBREVIATED.sub(r"\1 \2", text)
    shown: list[str] = []
    hard: set[int] = set()
    soft: set[int] = set()
    for token in _TOKEN.findall(text):
        if token in _HARD:
            hard.add(len(shown))
        elif token[0].isspace():
            soft.add(len(shown))
        else:
            shown.append(token)
    return Words(shown, hard, soft)
