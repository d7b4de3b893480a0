"""Secrets of one instance, made once and kept in a file that only its owner reads."""

import json
import os
import secrets as randomness
from pathlib import Path

from ngangtam.foundation.kernel.home import room


def secret(name: str) -> str:
    """Return the secret `name`: from the environment as NGANGTAM_<NAME>, else made and kept."""
    if given := os.environ.get(f"NGANGTAM_{name.upper()}"):
        return given
    path = room("secrets") / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if name not in kept:
        kept[name] = randomness.token_urlsafe(36)
        _write_private(path, json.dumps(kept, indent=1))
    return kept[name]


def _write_private(path: Path, text: str) -> None:
    partial = path.with_suffix(".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.replace(path)
