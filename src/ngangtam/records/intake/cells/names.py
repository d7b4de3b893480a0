"""Names of people: titles set aside, capitals turned, nothing else touched."""

import re
from typing import Final, NamedTuple

from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.intake.cells.cell import Cell, Context, normalised, refused, taken, uncertain
from ngangtam.records.intake.cells.texts import before, says_nothing, tidied
from ngangtam.records.intake.readers.grid import Raw

_TITLES: Final = (
    "ông|bà|anh|chị|đồng chí|đ/c|đc",
    r"gs|pgs|ts|ths|th\.s|t\.s|bs|ds|ks|cn|ckii|cki|bscki|bsckii|tskh|nsnd|nsưt|ngnd|ngưt",
    "luật sư|kỹ sư|bác sĩ|bác sỹ|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|giáo sư|phó giáo sư|cử nhân",
    "(?:đại|trung|thiếu|thượng) tướng|(?:đại|thượng|trung|thiếu) (?:tá|úy)",
    "hòa thượng|thượng tọa|đại đức|ni sư|ni trưởng|linh mục|mục sư|giám mục",
)
_TITLE: Final = re.compile(rf"^((?:(?:{'|'.join(_TITLES)})(?:[.,:]\s*|\s+))+)(?=\S)", re.IGNORECASE)
_FIRST_OF_TITLES: Final = frozenset(
    re.split(
        r"\|",
        "ông|bà|anh|chị|đồng|đc|gs|pgs|ts|ths|bs|ds|ks|cn|ckii|cki|bscki|bsckii|tskh"
        "|nsnd|nsưt|ngnd|ngưt|luật|kỹ|bác|tiến|thạc|giáo|phó|cử|đại|trung|thiếu|thượng|hòa|ni|linh|mục|giám",
    )
)
_ASIDE: Final = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]?\s*$")
_MARKS: Final = re.compile(r"[*†‡]+$")
_LETTERS: Final = re.compile(r"^[^\W\d_][\w'’`´′ʼ.\- ]*$")
_WORD: Final = re.compile(r"[^\W\d_]+")


class Name(NamedTuple):
    """A name and what stood around it."""

    full: str
    aside: str = ""
    plain: str = ""


def read_name(raw: Raw, text: str, context: Context) -> Cell:
    """Read a full name. Refused when nothing in it can be a name."""
    early = before(raw, text)
    if early is not None:
        return early
    if isinstance(raw, str) and raw == text and _is_plain_name(text):
        return taken(Name(text, "", plain(text)))
    if says_nothing(text) or not _WORD.search(text):
        return refused("row_without_name")
    name, reason = _peeled(text)
    full = cased(name.full)
    if full != name.full:
        name, reason = name._replace(full=full), reason or "capitals"
    # Worked out here once for each distinct name: it is what people are matched and found by.
    name = name._replace(plain=plain(full))
    if any(char.isdigit() for char in full) or not _LETTERS.match(full) or len(full) > 60:
        return uncertain(name, "odd_name")
    if " " not in full:
        return uncertain(name, "single_word_name")
    return normalised(name, reason) if reason else tidied(raw, text, taken(name))


def _is_plain_name(text: str) -> bool:
    """Whether nothing about a name needs a second look: words of letters, written as names are."""
    first, blank, _rest = text.partition(" ")
    return (
        bool(blank)
        and len(text) <= 60
        and text.replace(" ", "").isalpha()
        and not (text.isupper() or text.islower())
        and first.lower() not in _FIRST_OF_TITLES
    )


def read_name_part(raw: Raw, text: str, context: Context) -> Cell:
    """Read the family and middle name, or the given name, of a name in two columns."""
    early = before(raw, text)
    if early is not None:
        return early
    full = cased(text)
    if not _WORD.search(full):
        return refused("row_without_name")
    if any(char.isdigit() for char in full):
        return uncertain(Name(full), "odd_name")
    return (
        normalised(Name(full), "capitals") if full != text else tidied(raw, text, taken(Name(full)))
    )


def read_code(raw: Raw, text: str, context: Context) -> Cell:
    """Read a staff code: any short text."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(None, "absent")
    return tidied(raw, text, taken(text))


def _peeled(text: str) -> tuple[Name, str]:
    """Set aside a title in front and a remark in brackets behind."""
    reason, aside = "", ""
    found = _ASIDE.search(text)
    if found and found.start() > 0:
        aside = fold(found.group(1))
        text = text[: found.start()]
        reason = f"remark_after_name:{aside}"
    text = fold(_MARKS.sub("", text))
    title = _TITLE.match(text)
    if title and len(text) - title.end() >= 2 and not _only_family(title.group(), text):
        reason = f"rank_before_name:{fold(title.group())}"
        text = text[title.end() :]
    return Name(fold(text), aside), reason


def _only_family(title: str, text: str) -> bool:
    """Whether the “title” is a family name: “Anh”, “Ông” and “Chị” never are, “Cn” neither."""
    rest = text[len(title) :]
    return len(rest.split()) < 2 and plain(title).strip(" .") in {"anh", "ong", "ba", "chi"}


def cased(text: str) -> str:
    """Return a name typed all in capitals, or all in small letters, as a name is written."""
    letters = [char for char in text if char.isalpha()]
    if len(letters) < 2:
        return text
    if all(char.isupper() for char in letters) or all(char.islower() for char in letters):
        return _WORD.sub(lambda word: word.group()[0].upper() + word.group()[1:].lower(), text)
    return text
