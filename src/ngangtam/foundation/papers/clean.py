"""Text as it may stand on paper: every letter that is meant to be seen, nothing that commands."""

import unicodedata
from typing import Final

# The line that invites a pen, for what nobody has recorded.
DOTS: Final = "…"
# Marks that turn the direction of the text that follows: on paper they could only mislead.
_TURNING: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def printable(text: str) -> str:
    """Return the text in Unicode NFC without control characters; line breaks and tabs stay."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter for letter in composed if _stays(letter))


def _stays(letter: str) -> bool:
    if letter in "\n\t":
        return True
    code = ord(letter)
    # XML 1.0 knows neither surrogates nor the two last places of a plane.
    if code in _TURNING or code & 0xFFFE == 0xFFFE:
        return False
    return unicodedata.category(letter) not in {"Cc", "Cs"}


def cleaned(value: object) -> object:
    """Return plain data with every text in it made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return value
