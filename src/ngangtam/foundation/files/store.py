"""Bytes on disk, under the hash of what they are: `NGANGTAM_HOME/files/ab/ab12…`.

Nothing of a name given from outside becomes a path. Equal bytes are kept once, and nobody can
learn it: writing takes the same steps whether they were there or not, and a hash opens no door.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.home import room

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def path_of(digest: str) -> Path:
    """Return where bytes of this hash lie. Errors: ValueError for anything but a hash."""
    if not _HASH.fullmatch(digest):
        raise ValueError("not a hash")
    return room("files") / digest[:2] / digest


def put(data: bytes) -> str:
    """Write bytes so that they are whole or absent, whatever happens; return their hash."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.parent / f".{secrets.token_hex(8)}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return digest


def _settle(folder: Path) -> None:
    """Let the new name itself survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def get(digest: str) -> bytes | None:
    """Return the bytes; None when they are missing or are no longer what they were."""
    try:
        data = path_of(digest).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None


def standing() -> Iterator[tuple[str, float]]:
    """Yield (hash, age in seconds) of everything that lies in the store."""
    now = time.time()
    for folder in sorted(room("files").glob("[0-9a-f][0-9a-f]")):
        for path in folder.iterdir():
            if _HASH.fullmatch(path.name):
                yield path.name, now - path.stat().st_mtime


def leftovers(older_than: float) -> Iterator[Path]:
    """Yield half-written files that nobody is writing any more."""
    now = time.time()
    for path in room("files").glob("[0-9a-f][0-9a-f]/.*"):
        if now - path.stat().st_mtime > older_than:
            yield path
