"""What in a comment could give somebody away: shown to the writer, decided by the writer.

Nothing is cut, refused or kept here; the screen marks what it finds and says why.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.text import plain

ADVICE: Final[dict[str, str | Promise]] = {
    "name": _("A name: say “a colleague” or “an applicant” instead."),
    "title": _("A post that only one person holds gives that person away."),
    "day": _("A day or an hour: whoever was there then is known."),
    "number": _("A number: a telephone, a file or a document leads to a person."),
    "address": _("An address or an account leads to a person."),
    "self": _("You say who you are, or what only you could know."),
}
_ADDRESS: Final = "anh|chi|ong|ba|co|chu|bac|em|dong chi|d/c|thay|sep|thu truong"
# Over text without accents, in small letters; positions are those of the text as written.
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("number", r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){9,10}(?!\d)"),
    ("number", r"(?<!\d)\d{9}(?:\d{3})?(?!\d)"),
    ("number", r"\b(?:so|ho so|don|van ban|cong van|quyet dinh|phieu)\s+(?:so\s+)?\d+[\w/.-]*"),
    ("address", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("address", r"\b(?:so nha|thon|ap|to dan pho|ngo|hem|duong)\s+\w+(?:\s+\w+)?"),
    ("day", r"(?<!\d)\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?!\d)"),
    ("day", r"\bngay\s+\d{1,2}(?:\s+thang\s+\d{1,2})?(?:\s+nam\s+\d{4})?"),
    ("day", r"\bthang\s+\d{1,2}(?:\s*/\s*\d{4}|\s+nam\s+\d{4})?"),
    ("day", r"\b(?:sang|chieu|toi)?\s*(?:thu\s+(?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b"),
    ("day", r"\b(?:hom qua|hom kia|tuan truoc|thang truoc|luc \d{1,2}\s*(?:h|gio)\d{0,2})"),
    ("self", r"\b(?:toi|em|minh|chau)\s+(?:la|lam o|lam tai|phu trach|duoc giao|cong tac|vua|moi|"
             r"tung|da gap|den|nop|xin)\b[^.,;\n]{0,40}"),
    ("self", r"\b(?:phong|to|ban|don vi|ho so|don|vo|chong|con|gia dinh|truong hop)"
             r"\s+(?:cua\s+)?(?:toi|em|minh|chung toi|chung em)\b"),
    ("self", r"\bvoi (?:tu cach|vai tro|cuong vi)\b[^.,;\n]{0,40}"),
    ("self", r"\b(?:nguoi|can bo) duy nhat\b"),
    ("title", r"\b(?:pho\s+)?(?:truong phong|giam doc|chu tich|bi thu|chanh van phong|hieu truong|"
              r"truong ban|to truong|chi cuc truong|cuc truong|truong khoa)\b"),
    ("title", r"\b(?:ke toan|van thu|thu quy|lai xe|bao ve|thu ky|mot cua)\b"),
)  # fmt: skip
_COMPILED: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Hint:
    """One stretch of a comment that could give somebody away. Shape: [first, until)."""

    first: int
    until: int
    kind: str

    @property
    def advice(self) -> str:
        return str(ADVICE[self.kind])


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a comment as it is shown; `kind` is "" where nothing was found."""

    text: str
    kind: str = ""


def find(text: str, names: Iterable[str] = (), titles: Iterable[str] = ()) -> list[Hint]:
    """Return what could give somebody away, by place, none inside another.

    Shape: `names` are full names of people around, `titles` of their posts.
    """
    flat = _flat(text)
    found = [
        Hint(match.start(), match.end(), kind)
        for kind, pattern in _COMPILED
        for match in pattern.finditer(flat)
        if match.group().strip()
    ]
    found += _named(text, flat, names)
    for title in titles:
        wanted = plain(title)
        if len(wanted) > 3:
            found += [
                Hint(match.start(), match.end(), "title")
                for match in re.finditer(rf"\b{re.escape(wanted)}\b", flat)
            ]
    return _apart(found)


def _flat(text: str) -> str:
    """Return the text in small letters without accents, letter for letter as long as it was."""
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    if letter.isspace():
        return "\n" if letter == "\n" else " "
    found = plain(letter)
    return found if len(found) == 1 else letter.lower()[:1] or " "


def _named(text: str, flat: str, names: Iterable[str]) -> Iterator[Hint]:
    given: set[str] = set()
    for name in names:
        whole = plain(name)
        if not whole:
            continue
        given.add(whole.rsplit(" ", 1)[-1])
        for match in re.finditer(rf"\b{re.escape(whole)}\b", flat):
            yield Hint(match.start(), match.end(), "name")
    # "chị Bình": a form of address before a name written large, known here or not.
    for match in re.finditer(rf"\b(?:{_ADDRESS})\s+(\w+(?:\s+\w+){{0,3}})", flat):
        first = match.start(1)
        until = first
        for word in re.finditer(r"\w+", text[first : match.end(1)]):
            if not word.group()[0].isupper():
                break
            until = first + word.end()
        if until > first:
            yield Hint(match.start(), until, "name")
    for word in re.finditer(r"\w+", text):
        if word.group()[0].isupper() and plain(word.group()) in given and not _begins(text, word):
            yield Hint(word.start(), word.end(), "name")


def _begins(text: str, word: "re.Match[str]") -> bool:
    """Whether a word stands first in a sentence, where every word is written large."""
    before = text[: word.start()].rstrip()
    return not before or before[-1] in ".!?:\n"


def _apart(found: Iterable[Hint]) -> list[Hint]:
    kept: list[Hint] = []
    for hint in sorted(found, key=lambda one: (one.first, -one.until)):
        if kept and hint.first < kept[-1].until:
            if hint.until > kept[-1].until:
                kept[-1] = Hint(kept[-1].first, hint.until, kept[-1].kind)
            continue
        kept.append(hint)
    return kept


def pieces(text: str, hints: Iterable[Hint]) -> list[Piece]:
    """Cut a comment where the hints begin and end, for showing."""
    shown: list[Piece] = []
    at = 0
    for hint in hints:
        if hint.first > at:
            shown.append(Piece(text[at : hint.first]))
        shown.append(Piece(text[hint.first : hint.until], hint.kind))
        at = hint.until
    if at < len(text):
        shown.append(Piece(text[at:]))
    return shown
