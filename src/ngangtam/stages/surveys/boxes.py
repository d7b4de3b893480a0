"""The box of one survey: everybody drops into it, only its key opens it, and the key is destroyed.

Shape: HPKE of RFC 9180 in base mode (X25519, HKDF-SHA256, ChaCha20-Poly1305), as the library has
it. The private key is a file of the instance, never in the database and never in a backup.
"""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from ngangtam.foundation.kernel.home import room

_SUITE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
# Every slip is as long as every other, however much somebody wrote.
LENGTH: Final = 6144
_FOLDER: Final = "survey-keys"


class LostKeyError(Exception):
    """The key of a box is not there: the box cannot be opened any more."""


def _file(lock: bytes) -> Path:
    return room(_FOLDER) / f"{lock.hex()}.key"


def make() -> bytes:
    """Make a box: keep its private key in a file, return the public one."""
    key = X25519PrivateKey.generate()
    lock = key.public_key().public_bytes_raw()
    descriptor = os.open(_file(lock), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes_raw())
    return lock


def seal(answer: dict[str, Any], lock: bytes) -> bytes:
    """Fold an answer so that only the box's key unfolds it."""
    plain = json.dumps(answer, ensure_ascii=False).encode()
    if len(plain) >= LENGTH:
        raise ValueError("the answer is too long")
    padded = plain + b"\0" * (LENGTH - len(plain))
    return _SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(lock), lock)


def unfold(slips: Iterable[tuple[str, bytes]], lock: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return (side, answer) of every slip that was sealed to this box, in an order of chance.

    Errors: LostKeyError when the key is gone. A slip that was tampered with is left out.
    """
    try:
        key = X25519PrivateKey.from_private_bytes(_file(lock).read_bytes())
    except FileNotFoundError as error:
        raise LostKeyError from error
    found = []
    for side, sealed in slips:
        try:
            plain = _SUITE.decrypt(bytes(sealed), key, lock)
        except (InvalidTag, ValueError):
            continue
        found.append((side, json.loads(plain.rstrip(b"\0"))))
    secrets.SystemRandom().shuffle(found)
    return found


def destroy(lock: bytes) -> None:
    """Destroy the key of a box; what was sealed to it stays sealed for ever."""
    path = _file(lock)
    if path.exists():
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def kept() -> list[bytes]:
    """Return the public keys of every box whose private key is still there."""
    return [bytes.fromhex(path.stem) for path in room(_FOLDER).glob("*.key")]
