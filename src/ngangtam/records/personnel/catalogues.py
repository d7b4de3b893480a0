"""The rulebook's catalogues as forms and screens of people need them."""

from functools import cache

from ngangtam.foundation.kernel.speech import language, said
from ngangtam.law.engine.catalogues import Catalogue


@cache
def catalogue(name: str) -> Catalogue | None:
    """Return a catalogue of the rulebook, None when the rulebook has none of that name."""
    try:
        from ngangtam.law.engine import rulebook
    except ImportError:
        from pathlib import Path

        from ngangtam.law import rulebook as package
        from ngangtam.law.engine.catalogues import read_catalogue
        from ngangtam.law.engine.yamls import read

        path = Path(next(iter(package.__path__))) / "catalogues" / f"{name}.yaml"
        return read_catalogue(read(path), str(path), []) if path.exists() else None
    return rulebook().catalogues.get(name)


def choices(name: str) -> tuple[tuple[str, str], ...]:
    """Return (code, words) in the order of the catalogue, in the language of the screen."""
    found = catalogue(name)
    if found is None:
        return ()
    return tuple((entry.code, said(entry.label)) for entry in found)


def label(name: str, code: str) -> str:
    """Return the words for a code; the code itself where no catalogue knows it."""
    found = catalogue(name) if name and code else None
    return found.label(code, language()) if found and code in found else code


def rising(name: str) -> list[str]:
    """Return the codes of an ordered catalogue from the lowest up."""
    return [code for code, _words in choices(name)]
