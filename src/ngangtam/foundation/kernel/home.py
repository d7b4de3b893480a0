"""Where an instance keeps what it writes."""

import os
from pathlib import Path


def home() -> Path:
    """Return the folder of this instance, `NGANGTAM_HOME` or `./var`, created when missing."""
    path = Path(os.environ.get("NGANGTAM_HOME") or "var").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def room(name: str) -> Path:
    """Return the sub-folder `name` of the instance, created when missing."""
    path = home() / name
    path.mkdir(parents=True, exist_ok=True)
    return path
