"""Keys of an instance in a file of their own, locked with a passphrase.

A backup holds no secret. Whoever has the archive alone reads records, but cannot sign or seal
for the instance; whoever has the key file alone has nothing without the passphrase.
"""

import base64
import hmac
import json
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ngangtam.foundation.kernel.wording import gettext as _

SHORTEST: Final = 12
_FORMAT: Final = 1
# Half a second and 128 MiB a guess, on a machine of today.
_COST: Final = {"n": 1 << 17, "r": 8, "p": 1}
_MOST: Final = {"n": 1 << 20, "r": 16, "p": 4}


class BadKeysError(Exception):
    """The key file cannot be opened; the text says why."""


def lock(keys: dict[str, str], passphrase: str) -> str:
    """Return the text of a key file."""
    if len(passphrase) < SHORTEST:
        raise BadKeysError(
            _("the passphrase needs %(count)s letters at least") % {"count": SHORTEST}
        )
    salt, nonce = os.urandom(16), os.urandom(12)
    told = {"format": _FORMAT, "product": "ngangtam-keys", **_COST, "salt": _text(salt),
            "nonce": _text(nonce)}  # fmt: skip
    box = ChaCha20Poly1305(_stretched(passphrase, salt, _COST))
    locked = box.encrypt(nonce, json.dumps(keys).encode(), _bytes(told))
    return json.dumps({**told, "box": _text(locked)}, indent=1) + "\n"


def unlock(file: Path, passphrase: str) -> dict[str, str]:
    """Return the keys of a key file. Errors: BadKeysError; OSError."""
    try:
        told = json.loads(file.read_text())
        locked = base64.b64decode(told.pop("box"), validate=True)
        salt, nonce = (base64.b64decode(told[name], validate=True) for name in ("salt", "nonce"))
        cost = {name: int(told[name]) for name in _COST}
        if told["product"] != "ngangtam-keys" or told["format"] != _FORMAT:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadKeysError(_("%(file)s is no key file of this product") % {"file": file}) from error
    if any(cost[name] > _MOST[name] for name in cost):
        raise BadKeysError(_("%(file)s asks for more work than a key file may") % {"file": file})
    try:
        box = ChaCha20Poly1305(_stretched(passphrase, salt, cost))
        keys: dict[str, str] = json.loads(box.decrypt(nonce, locked, _bytes(told)))
    except (InvalidTag, ValueError) as error:
        raise BadKeysError(_("the passphrase is wrong, or the key file was changed")) from error
    return keys


def fingerprint(key: str) -> str:
    """Return a name for a key that tells nothing of it: keys are long and random."""
    return hmac.digest(key.encode(), b"ngangtam key fingerprint", "sha256").hex()[:24]


def seal(key: str, said: bytes) -> str:
    """Return the seal of an archive: only who has the key of the instance can make it."""
    return hmac.digest(key.encode(), b"ngangtam backup\x00" + said, "sha256").hex()


def _stretched(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(told: dict[str, object]) -> bytes:
    return json.dumps(told, sort_keys=True).encode()
