"""One-time codes on slips of paper: shown once when they are made, kept only as digests."""

import hashlib
import hmac
import secrets
from typing import Final

from ngangtam.foundation.kernel.secrets import secret
from ngangtam.foundation.kernel.text import plain

# Without 0, 1, i, l, o, u: nobody mistypes one for another, and no words come about. 31^12 > 2^59.
ALPHABET: Final = "23456789abcdefghjkmnpqrstvwxyz-"[:-1]
_LONG: Final = 12


def make() -> str:
    """Return a new code as it is printed: three groups of four."""
    drawn = "".join(secrets.choice(ALPHABET) for _turn in range(_LONG))
    return "-".join(drawn[at : at + 4] for at in range(0, _LONG, 4)).upper()


def digest(code: str) -> bytes:
    """Return what is kept of a code, however it was typed."""
    typed = "".join(letter for letter in plain(code) if letter in ALPHABET)
    return hmac.new(secret("survey_codes").encode(), typed.encode(), hashlib.sha256).digest()
