"""Text as it is: tidied, watched for formulas, and known when it says “nothing”."""

import re
import unicodedata
from typing import Final

from ngangtam.foundation.kernel.text import plain
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
from ngangtam.records.intake.readers.grid import Raw

_NOTHING: Final = {
    "-", "--", "---", "----", "–", "—", "/", "//", ".", "..", "...", "…", "_", "x x x",
    "khong", "khong co", "ko", "k", "ko co", "chua", "chua co", "none", "null", "nil", "n/a", "na",
    "trong", "bo trong", "khong ap dung",
    # A button of a web page, scraped along with the value.
    "dong",
}  # fmt: skip
_WITHHELD: Final = re.compile(
    r"^[\[(<]\s*(luoc bo|bao mat|an|da luoc|redacted|withheld)\s*[\])>]$|^\*{2,}$"
)
_FORMULA: Final = re.compile(r"^[=@]\s*\S|^[+\-].*(?:\||!|\w\()")
_ERRORS: Final = re.compile(r"^#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$")
_LONG: Final = 2000


def read_text(raw: Raw, text: str, context: Context) -> Cell:
    """Take text as it stands; wording that says “nothing” becomes that."""
    early = before(raw, text)
    if early is not None:
        return early
    if says_nothing(text):
        return normalised(ABSENT if context.absent else None, "absent")
    if len(text) > _LONG:
        return uncertain(text, "long")
    return tidied(raw, text, taken(text))


def read_ordinal(raw: Raw, text: str, context: Context) -> Cell:
    """Ordinals only tell rows apart."""
    return before(raw, text) or tidied(raw, text, taken(text))


def before(raw: Raw, text: str) -> Cell | None:
    """Return the verdict on what is wrong in any field, None when the cell may be read."""
    if not isinstance(raw, str):
        return None
    if _ERRORS.match(text):
        return refused(f"error_value:{text}")
    if _FORMULA.match(text):
        return refused("formula")
    if text[0] in "[(<*" and _WITHHELD.match(plain(text)):
        return normalised(None, f"withheld:{text}")
    if "\ufffd" in text:
        return uncertain(text, "broken_letters")
    return None


def says_nothing(text: str) -> bool:
    """Return whether folded text is one of the ways to write “none”."""
    return plain(text) in _NOTHING


def tidied(raw: Raw, text: str, cell: Cell) -> Cell:
    """Note on a taken cell that its text was tidied."""
    if cell.verdict is not Verdict.TAKEN or not isinstance(raw, str) or raw == text:
        return cell
    changed = unicodedata.normalize("NFC", raw) != raw
    return normalised(cell.value, "unicode" if changed else "spaces")
