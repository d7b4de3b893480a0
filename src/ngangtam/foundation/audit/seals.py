"""The keys of one instance: a secret that seals rows, and a signature that anybody can check.

Both keys stand outside of the database, under `NGANGTAM_HOME/secrets`. Checkpoints are signed
notes as transparency logs write them: text, an empty line, and a line with the signature.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ngangtam.foundation.audit.canonical import instant
from ngangtam.foundation.kernel.secrets import secret

_ED25519: Final = b"\x01"
NAME: Final = "ngangtam"


@cache
def _seal_key(given: str) -> bytes:
    return sha256(b"ngangtam audit seal\x00" + given.encode()).digest()


def seal(kind: str, data: bytes) -> bytes:
    """Return the seal of a row: nobody without the secret of the instance can make it."""
    key = _seal_key(secret("audit_seal"))
    return hmac.digest(key, kind.encode() + b"\x00" + data, "sha256")


def is_sealed(kind: str, data: bytes, given: bytes | None) -> bool:
    return given is not None and hmac.compare_digest(seal(kind, data), given)


@cache
def _private(given: str) -> Ed25519PrivateKey:
    material = sha256(b"ngangtam audit checkpoint\x00" + given.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(material)


def _public() -> bytes:
    return _private(secret("audit_checkpoint")).public_key().public_bytes_raw()


def _mark(public: bytes) -> bytes:
    """Return the first bytes of the key's hash, by which a signature names its key."""
    return sha256(NAME.encode() + b"\n" + _ED25519 + public).digest()[:4]


def public_key() -> str:
    """Return the key that checks signatures, as one line: name+mark+key."""
    public = _public()
    return f"{NAME}+{_mark(public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


class BadNoteError(ValueError):
    """A checkpoint that cannot be read, or whose signature is not by the key."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the tree had `size` leaves and this root at that time."""

    size: int
    root: bytes
    at: str


def sign(size: int, root: bytes, at: datetime) -> str:
    """Return a checkpoint as a signed note."""
    mark = _mark(_public())
    lines = (f"{NAME}/{mark.hex()}", str(size), base64.b64encode(root).decode(), instant(at))
    text = "\n".join(lines) + "\n"
    signature = _private(secret("audit_checkpoint")).sign(text.encode())
    return f"{text}\n— {NAME} {base64.b64encode(mark + signature).decode()}\n"


def opened(note: str, key: str | None = None) -> Head:
    """Return what a checkpoint says, once its signature is proved.

    Shape: `key` as `public_key` writes it; this instance's own when it is not given.
    Errors: BadNoteError.
    """
    text, found, tail = note.replace("\r\n", "\n").partition("\n\n")
    try:
        _origin, size, root, at, *_more = text.split("\n")
        head = Head(int(size), base64.b64decode(root, validate=True), at)
        signed = tail.strip().split("\n")[0].removeprefix(f"— {NAME} ")
        mark, signature = (raw := base64.b64decode(signed, validate=True))[:4], raw[4:]
        name, _hex, public = (key or public_key()).split("+", 2)
        material = base64.b64decode(public, validate=True)[1:]
    except ValueError as error:
        raise BadNoteError("this is not a checkpoint") from error
    if not found or name != NAME or mark != _mark(material):
        raise BadNoteError("this checkpoint is signed by another key")
    try:
        Ed25519PublicKey.from_public_bytes(material).verify(signature, f"{text}\n".encode())
    except InvalidSignature as error:
        raise BadNoteError("the signature of this checkpoint does not hold") from error
    return head
