"""Secrets of one instance, made once and kept in a file that only its owner reads."""

import json
import os
import secrets as randomness
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.home import home, room

_FILE: Final = "secrets.json"


def secret(name: str) -> str:
    """Return the secret `name`: from the environment as NGANGTAM_<NAME>, else made and kept."""
    if given := os.environ.get(f"NGANGTAM_{name.upper()}"):
        return given
    path, kept = room("secrets") / _FILE, read_kept(home())
    if name not in kept:
        kept[name] = randomness.token_urlsafe(36)
        _write_private(path, json.dumps(kept, indent=1))
    return kept[name]


def read_kept(of: Path) -> dict[str, str]:
    """Return the secrets that the home `of` keeps in its file."""
    path = of / "secrets" / _FILE
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def adopt(given: dict[str, str]) -> None:
    """Keep these secrets, made elsewhere, beside those that this home has."""
    text = json.dumps({**read_kept(home()), **given}, indent=1)
    _write_private(room("secrets") / _FILE, text)


def _write_private(path: Path, text: str) -> None:
    partial = path.with_suffix(".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.replace(path)
