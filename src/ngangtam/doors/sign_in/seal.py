"""Sealing what must be read back, digesting what must only be compared."""

import base64
import hashlib
import hmac
from functools import cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from ngangtam.foundation.kernel.secrets import secret

_FACTORS: Final = "sign_in_key"


@cache
def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


@cache
def _key(purpose: str) -> bytes:
    """Derive one key a purpose from the instance's secret, so that none serves two ends."""
    return hmac.digest(secret(_FACTORS).encode(), purpose.encode(), hashlib.sha256)


def seal(text: str, *, purpose: str) -> str:
    """Return `text` encrypted and authenticated, fit for a text column."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return what was sealed.

    Errors: ValueError when it was changed or sealed with another key or for another purpose.
    """
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise ValueError("sealed with another key, or changed") from error


def digest(text: str, *, purpose: str) -> str:
    """Return a keyed digest of 64 letters: the same text gives the same, and only here."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()
