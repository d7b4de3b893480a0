"""What one header text means: exact words first, then the head of the phrase.

Vietnamese puts the head first, so “Phụ cấp chức vụ” is an allowance and not a position: an alias
at the beginning of the label counts for much more than one inside it.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.intake.headers.fields import fields

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_JOINTS: Final = re.compile(r"[^\w]+|_", re.UNICODE)
_FILLERS: Final = {
    "hien nay", "hien tai", "neu co", "cua", "can bo cong chuc", "cbcc", "cbccvc", "so voi",
    "ghi ro", "hoac tuong duong", "cu the", "thong tin",
}  # fmt: skip
# A column about somebody else in the family is never about the person.
_RELATIVES: Final = re.compile(
    r"(?<!\w)(?:cha|bố|mẹ|vợ|chồng|anh chị em|thân nhân|người thân|các con|con đẻ|gia đình"
    r"|người ký|người giới thiệu|người liên hệ|của con)(?!\w)"
)
_SHORT: Final = {"td": "trinh do"}
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
# Accents tell “Năm” (year) from “Nam” (man).
_DATE_PARTS: Final = {"ngày": "day", "tháng": "month", "năm": "year"}
_GENDERS: Final = {"nam": "male", "nữ": "female", "nu": "female"}
SURE: Final = 0.75
ENOUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label means and how sure that is (0 to 1)."""

    field: str
    score: float
    part: str = ""


NOTHING: Final = Meaning("", 0.0)


def key(label: str) -> str:
    """Return a label as words to compare: no accents, brackets, marks or doubled blanks."""
    text = _text(label)
    stripped = _BRACKETS.sub(" ", text)
    return _words(stripped if stripped.strip() else text)


def _text(label: str) -> str:
    return plain(fold(label).replace("Ð", "Đ").replace("ð", "đ"))


def _words(text: str) -> str:
    return " ".join(_SHORT.get(word, word) for word in _JOINTS.sub(" ", text).split())


@cache
def _aliases() -> dict[str, str]:
    return {key(alias): field.name for field in fields().values() for alias in field.aliases}


@cache
def _run_together() -> dict[str, str]:
    """Return aliases as programs write them in headers: NgaySinh, hoten."""
    return {
        alias.replace(" ", ""): field
        for alias, field in _aliases().items()
        if " " in alias and len(alias) > 5
    }


@lru_cache(maxsize=16384)
def meaning_of(label: str) -> Meaning:
    """Return what one label alone means."""
    words = key(label)
    if not words or len(words) > 160:
        return NOTHING
    if _RELATIVES.search(fold(label).lower()):
        return Meaning("extra", 0.6)
    exact = _exact(label, words)
    if exact is not None:
        return exact
    aliases = _aliases()
    short = words
    for filler in _FILLERS:
        short = f" {short} ".replace(f" {filler} ", " ").strip()
    short = " ".join(_YEAR.sub(" ", short).split())
    if short in aliases:
        return Meaning(aliases[short], 0.95)
    return _by_head(short.split())


def _exact(label: str, words: str) -> Meaning | None:
    """Look the whole label up: with what stands in brackets, without it, and run together."""
    aliases = _aliases()
    whole = _words(_text(label).replace("(", " ").replace(")", " "))
    if whole in aliases:
        return Meaning(aliases[whole], 1.0)
    if words in aliases:
        bracket = fold(label).lower().rpartition("(")[2].rstrip(") ")
        part = _GENDERS.get(bracket, "") if aliases[words] == "birth" else ""
        return Meaning(aliases[words], 1.0, part)
    if " " not in words and words in _run_together():
        return Meaning(_run_together()[words], 0.95)
    return None


def _by_head(words: list[str]) -> Meaning:
    """Find the longest alias at the head of the phrase, else inside it."""
    aliases = _aliases()
    for length in range(len(words) - 1, 0, -1):
        head = " ".join(words[:length])
        if head in aliases and (length > 1 or len(head) > 3):
            share = length / len(words)
            return Meaning(aliases[head], 0.55 + 0.4 * share)
    for length in range(len(words) - 1, 1, -1):
        for start in range(1, len(words) - length + 1):
            inner = " ".join(words[start : start + length])
            if inner in aliases:
                return Meaning(aliases[inner], 0.3 + 0.3 * length / len(words))
    return NOTHING


def meaning_under(groups: tuple[str, ...], label: str) -> Meaning:
    """Return what `label` means below the group headings over it.

    Shape: `groups` from the top down; empty when the label stands alone.
    """
    alone = meaning_of(label)
    for group in reversed(groups):
        under = _under(key(group), meaning_of(group), label)
        if under.score:
            return under
    if alone.score >= SURE or not groups:
        return alone
    whole = meaning_of(" ".join((*groups, label)))
    best = max((alone, whole), key=lambda found: found.score)
    if best.score >= ENOUGH:
        return best
    return max((best, meaning_of(groups[-1])), key=lambda found: found.score * 0.6)


_PARTY: Final = {"du bi": "party_day", "ket nap": "party_day", "ngay ket nap": "party_day",
                 "vao dang": "party_day", "chinh thuc": "party_official_day"}  # fmt: skip


def _under(group: str, meant: Meaning, label: str) -> Meaning:
    found = fields()
    words, written = key(label), fold(label).lower()
    field = found.get(meant.field) if meant.score >= ENOUGH else None
    if field is not None and field.name.startswith("party_") and words in _PARTY:
        return Meaning(_PARTY[words], 1.0)
    if field is not None and field.name == "birth":
        # “Ngày sinh / Nam / Nữ” splits by gender, “Ngày sinh / Ngày / Tháng / Năm” by part.
        part = _DATE_PARTS.get(written) or _GENDERS.get(written)
        if part:
            return Meaning("birth", 0.95, part)
    for candidate in found.values():
        if words in candidate.options and (field is candidate or group in candidate.heads):
            return Meaning(candidate.name, 0.95, f"={fold(label)}")
    return NOTHING


def year_in(label: str) -> str:
    """Return the year that a label names (“Xếp loại năm 2023”), or an empty string."""
    match = _YEAR.search(fold(label))
    return match.group() if match else ""
