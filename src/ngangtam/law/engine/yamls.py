"""YAML that remembers its lines; it refuses keys that stand twice or that are booleans."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser where it was built
_TEXT: Final = "tag:yaml.org,2002:str"
_KEPT: Final = 20_000
_resolved: dict[str, str] = {}
_MAX_BYTES: Final = 2_000_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in the rulebook, and where. `line` counts from 1; 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BadYaml(Exception):  # noqa: N818  # reads as what it is
    """A file that cannot be read; carries the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class Map(dict[str, object]):
    """A YAML mapping; `line` is where it begins, `lines` where each key stands."""

    line: int
    lines: dict[str, int]


class Seq(list[object]):
    """A YAML sequence; `lines` is where each item begins."""

    line: int
    lines: list[int]


class _Loader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    """SafeLoader whose mappings and sequences know their lines.

    The same words stand in file after file: what each resolves to is reckoned once.
    """

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode or implicit != (True, False):
            return str(super().resolve(kind, value, implicit))
        found = _resolved.get(value)
        if found is None:
            if len(_resolved) >= _KEPT:
                _resolved.clear()
            found = _resolved[value] = str(super().resolve(kind, value, implicit))
        return found


def _value(loader: Any, node: yaml.Node) -> object:
    """Return what a node stands for; plain text, which is most of a rulebook, by the short way."""
    if node.tag == _TEXT and isinstance(node, yaml.ScalarNode):
        return node.value
    return loader.construct_object(node, deep=True)


def _mapping(loader: Any, node: yaml.MappingNode) -> Map:
    found = Map()
    found.line = node.start_mark.line + 1
    found.lines = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _value(loader, key_node)
        if isinstance(key, bool):
            raise BadYaml(line, f"YAML reads the key '{key_node.value}' as a boolean; rename it")
        if not isinstance(key, str):
            raise BadYaml(line, f"the key '{key_node.value}' must be text; put it in quotes")
        if key in found:
            raise BadYaml(line, f"the key '{key}' stands twice")
        found[key] = _value(loader, value_node)
        found.lines[key] = line
    return found


def _sequence(loader: Any, node: yaml.SequenceNode) -> Seq:
    found = Seq([_value(loader, item) for item in node.value])
    found.line = node.start_mark.line + 1
    found.lines = [item.start_mark.line + 1 for item in node.value]
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _sequence)


def read(path: Path) -> object:
    """Return the content of one YAML file as Map, Seq and scalars.

    Errors: BadYaml, with the line, for anything that cannot be read as one safe document.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadYaml(0, "the file is larger than 2 MB")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadYaml(0, f"cannot be read: {error}") from error
    return parse(text)


def parse(text: str) -> object:
    """Return the content of one YAML text; see `read`."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader with line numbers
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise BadYaml(line, f"not valid YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadYaml(0, f"not valid YAML: {error}") from error
