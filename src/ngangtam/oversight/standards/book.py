"""The rulebook that the screens read, and the worked examples beside its parameters."""

from functools import lru_cache
from pathlib import Path

from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.loader import EXAMPLES
from ngangtam.law.engine.model import Example, Parameter
from ngangtam.law.engine.readers import read_example
from ngangtam.law.engine.rulebook import Rulebook, check, rulebook
from ngangtam.law.engine.yamls import BadYaml, Problem, Seq, read

__all__ = ["Rulebook", "checked", "examples", "rulebook"]


def examples(book: Rulebook, parameter: Parameter) -> list[Example]:
    """Return the worked examples beside a parameter; none when the file is absent or broken."""
    place = parameter.place
    path = book.files.get(place.file.removesuffix(".yaml") + EXAMPLES)
    try:
        node = read(Path(path)) if path else None
    except BadYaml:
        return []
    if not isinstance(node, Seq):
        return []
    problems: list[Problem] = []  # `rules check` tells them; here a broken example is left out
    pairs = zip(node, node.lines, strict=True)
    found = [
        read_example(Fields(item, place.file, problems, line), place.local) for item, line in pairs
    ]
    return [] if problems else found


@lru_cache(maxsize=2)
def checked(book: Rulebook) -> tuple[Problem, ...]:
    """Return what the rules check finds, examples included; once for each state of the files."""
    return tuple(check())
