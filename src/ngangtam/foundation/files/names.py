"""Names of files as people give them, made harmless; Vietnamese stays."""

import unicodedata
from typing import Final
from urllib.parse import quote

from django.utils.translation import gettext as _

from ngangtam.foundation.files.problems import FileRefusedError
from ngangtam.foundation.kernel.text import plain

MOST_LETTERS: Final = 150
_FORBIDDEN: Final = frozenset('<>:"|?*\\/')
# Names that one widespread system takes for devices, whatever their ending.
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt")
                                   for number in range(1, 10))}
)  # fmt: skip


def clean_name(given: str) -> str:
    """Return a name without a path, control letters or letters that turn the reading round.

    Shape: NFC, at most `MOST_LETTERS`, the ending kept.
    Errors: FileRefusedError when no name is left.
    """
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    # C* holds controls, marks of direction, surrogates and private letters.
    spaced = "".join(
        " " if unicodedata.category(letter)[0] == "Z" else letter
        for letter in last
        if unicodedata.category(letter)[0] != "C"
    )
    kept = "".join("_" if letter in _FORBIDDEN else letter for letter in spaced)
    name = " ".join(kept.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not stem or not dot:
        raise FileRefusedError(_("The name of the file has no ending such as .pdf."))
    if stem.lower().split(".")[0] in _DEVICES:
        stem = f"_{stem}"
    return f"{stem[: MOST_LETTERS - len(ending) - 1].rstrip()}.{ending}"


def ending_of(name: str) -> str:
    """Return the ending of a name in small letters, without the dot."""
    return name.rpartition(".")[2].lower()


def renamed(name: str, ending: str) -> str:
    """Return the name with another ending."""
    return f"{name.rpartition('.')[0]}.{ending}"


def disposition(name: str) -> str:
    """Return the header that says: save this, under this name.

    Source: RFC 6266 and RFC 8187 (which follows 5987): a plain name for old readers, and the
        name itself in UTF-8.
    """
    simple = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in " ._-") else "_"
        for letter in plain(name)
    )
    exact = quote(name, safe="!#$&+^`|~")
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{exact}"
