"""What proving the rulebook found, kept for as long as neither the rulebook nor the engine changes.

Proving takes some seconds of the processor; a build asks for it again and again.
"""

import hashlib
import json
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.home import home
from ngangtam.law.engine.book import Rulebook

_ENGINE: Final = Path(__file__).resolve().parents[2] / "law" / "engine"


def problems_of(book: Rulebook, *, fresh: bool = False) -> list[str]:
    """Return what is wrong with the rulebook, from what was kept where it is still good."""
    kept = home() / "cache" / "rules-check.json"
    mark = _mark(book)
    found = None if fresh else _read(kept, mark)
    if found is None:
        found = _prove(book)
        _keep(kept, mark, found)
    return found


def _prove(book: Rulebook) -> list[str]:
    from ngangtam.law.engine import check, exchange, grounds

    return sorted(
        {str(one) for one in (*check(), *exchange.read_all(book)[1], *grounds.check(book))}
    )


def _mark(book: Rulebook) -> str:
    """Return what changes with any file of the rulebook or of the engine that proves it."""
    digest = hashlib.sha256(book.fingerprint.encode())
    for path in sorted(_ENGINE.rglob("*.py")):
        digest.update(path.relative_to(_ENGINE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(kept: Path, mark: str) -> list[str] | None:
    try:
        said = json.loads(kept.read_text(encoding="utf-8"))
        if said["mark"] != mark:
            return None
        return [str(one) for one in said["problems"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(kept: Path, mark: str, problems: list[str]) -> None:
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text(json.dumps({"mark": mark, "problems": problems}), encoding="utf-8")
        part.replace(kept)
    except OSError:
        return  # proved all the same; only slower the next time
