"""Vietnamese before Unicode: texts typed with TCVN3 (.VnTime) and VNI fonts.

Source: TCVN 5712:1993 (VN3) and the VNI Windows table, as letters seen through Latin-1.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ngangtam.foundation.kernel.text import fold

_TCVN_BYTES: Final = {
    0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ",
    0xA8: "ă", 0xA9: "â", 0xAA: "ê", 0xAB: "ô", 0xAC: "ơ", 0xAD: "ư", 0xAE: "đ",
    0xB5: "à", 0xB6: "ả", 0xB7: "ã", 0xB8: "á", 0xB9: "ạ",
    0xBB: "ằ", 0xBC: "ẳ", 0xBD: "ẵ", 0xBE: "ắ", 0xC6: "ặ",
    0xC7: "ầ", 0xC8: "ẩ", 0xC9: "ẫ", 0xCA: "ấ", 0xCB: "ậ",
    0xCC: "è", 0xCE: "ẻ", 0xCF: "ẽ", 0xD0: "é", 0xD1: "ẹ",
    0xD2: "ề", 0xD3: "ể", 0xD4: "ễ", 0xD5: "ế", 0xD6: "ệ",
    0xD7: "ì", 0xD8: "ỉ", 0xDC: "ĩ", 0xDD: "í", 0xDE: "ị",
    0xDF: "ò", 0xE1: "ỏ", 0xE2: "õ", 0xE3: "ó", 0xE4: "ọ",
    0xE5: "ồ", 0xE6: "ổ", 0xE7: "ỗ", 0xE8: "ố", 0xE9: "ộ",
    0xEA: "ờ", 0xEB: "ở", 0xEC: "ỡ", 0xED: "ớ", 0xEE: "ợ",
    0xEF: "ù", 0xF1: "ủ", 0xF2: "ũ", 0xF3: "ú", 0xF4: "ụ",
    0xF5: "ừ", 0xF6: "ử", 0xF7: "ữ", 0xF8: "ứ", 0xF9: "ự",
    0xFA: "ỳ", 0xFB: "ỷ", 0xFC: "ỹ", 0xFD: "ý", 0xFE: "ỵ",
}  # fmt: skip

# VNI writes a letter, then a mark: "aù" á, "aâ" â, "aá" ấ, "aê" ă, "aé" ắ, and so on.
_VNI_MARKS: Final = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_SINGLE: Final = {
    "ñ": "đ", "Ñ": "Đ", "ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư", "í": "í", "ì": "ì",
    "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "Í": "Í", "Ì": "Ì", "Æ": "Ỉ", "Ó": "Ĩ", "Ò": "Ị",
}  # fmt: skip
_VNI_PAIR: Final = re.compile(r"([aeouyôöAEOUYÔÖ])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])")

_TCVN: Final = {
    ord(bytes([code]).decode("latin-1")): letter for code, letter in _TCVN_BYTES.items()
}


def tcvn3_bytes(data: bytes) -> str:
    """Decode a text file saved in TCVN3."""
    return data.decode("latin-1").translate(_TCVN)


def from_tcvn3(text: str) -> str:
    """Turn text that a TCVN3 font displayed into Unicode."""
    return text.translate(_TCVN)


def from_vni(text: str) -> str:
    """Turn text that a VNI font displayed into Unicode."""

    def joined(pair: re.Match[str]) -> str:
        letter = _VNI_SINGLE.get(pair.group(1), pair.group(1))
        return fold(letter + _VNI_MARKS[pair.group(2).lower()])

    done: list[str] = []
    last = 0
    for pair in _VNI_PAIR.finditer(text):
        done.append("".join(_VNI_SINGLE.get(char, char) for char in text[last : pair.start()]))
        done.append(joined(pair))
        last = pair.end()
    done.append("".join(_VNI_SINGLE.get(char, char) for char in text[last:]))
    return "".join(done)


CONVERTERS: Final = {"TCVN3": from_tcvn3, "VNI": from_vni}

# Letters that only Unicode Vietnamese has: none of them can come out of an old font.
_UNICODE_ONLY: Final = re.compile(
    "[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơưăĐƠƯĂ\u0300-\u0323]"
)
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_RIMES: Final = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iêu|iu|oa|oai|oao|oay|oă|oe|oeo|oi|oo"
    "|ôi|ơi|ua|uâ|uây|uê|ui|uô|uôi|uơ|uy|uya|uyê|uyu|ưa|ưi|ươ|ươi|ươu|ưu|yê|yêu"
)
_SYLLABLE: Final = re.compile(
    rf"^(?:ngh|ng|nh|th|tr|kh|gh|gi|ch|ph|qu|[bcdđghklmnprstvx])?(?:{_RIMES})(?:ng|nh|ch|[cmnpt])?$"
)


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Return whether a word has the build of a Vietnamese syllable: one rime, one tone at most."""
    marks = unicodedata.normalize("NFD", fold(word).lower())
    letters = "".join(char for char in marks if char not in _TONES)
    if len(marks) - len(letters) > 1:
        return False
    return _SYLLABLE.match(unicodedata.normalize("NFC", letters)) is not None


def likeness(texts: Iterable[str]) -> float:
    """Return the share of words, 0 to 1, that are built like Vietnamese syllables."""
    words = [word for text in texts for word in re.split(r"[\W\d_]+", fold(text)) if len(word) > 1]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def old_font(texts: Iterable[str]) -> str:
    """Return `TCVN3` or `VNI` when these texts were typed in such a font, else an empty string.

    Shape: decided on many texts together; a letter of Unicode Vietnamese says no at once.
    """
    sample = [text for text in texts if text]
    if not any(any("\x80" < char < "\u0180" for char in text) for text in sample):
        return ""
    if any(_UNICODE_ONLY.search(fold(text)) for text in sample):
        return ""
    best, name = likeness(sample) + 0.15, ""
    for candidate, convert in CONVERTERS.items():
        score = likeness(convert(text) for text in sample)
        if score > best:
            best, name = score, candidate
    return name
