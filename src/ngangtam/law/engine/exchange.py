"""Mappings of our records to the groups and fields of somebody else's database.

A mapping is data with a version: which of our fields stand in which group, and which codes the
other side gave them. A local file replaces the national mapping of the same path.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.fields import Fields, Text2
from ngangtam.law.engine.yamls import BadYaml, Problem, Seq, read

ROOM: Final = "exchange/"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of identity.

    Shape: `source` is the name of ours, as in `person.full_name`; `part` the sensitive part of
        the file that it stands in, "" for none; `code` the other side's, "" until it is known.
    """

    name: str
    source: str
    part: str
    code: str


@dataclass(frozen=True, slots=True)
class Group:
    """One group: fields of identity, kinds of record, postings; what we do not hold at all."""

    id: str
    label: Text2
    cites: tuple[str, ...]
    fields: tuple[Field, ...]
    kinds: tuple[str, ...]
    postings: bool
    unheld: tuple[Text2, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A versioned mapping. Shape: `codes` is shipped, or to_confirm while codes are unknown."""

    id: str
    version: int
    instrument: str
    label: Text2
    codes: str
    groups: tuple[Group, ...]


@lru_cache(maxsize=2)
def mappings(book: Rulebook) -> dict[str, Mapping]:
    """Return every sound mapping of the rulebook by id, the local layer on top."""
    found, _problems = read_all(book)
    return found


def read_all(book: Rulebook) -> tuple[dict[str, Mapping], list[Problem]]:
    """Return the mappings, and everything that is wrong with one: such a one is left out."""
    found: dict[str, Mapping] = {}
    problems: list[Problem] = []
    for name, path in book.files.items():
        inside = name.partition("/")[2]
        if not inside.startswith(ROOM):
            continue
        wrong: list[Problem] = []
        one = _mapping(Path(path), name, book, wrong)
        if one is not None and one.id != inside.removeprefix(ROOM).removesuffix(".yaml"):
            wrong.append(Problem(name, 1, f"the id '{one.id}' is not the path"))
        if one is not None and not wrong:
            found[one.id] = one
        problems += wrong
    return found, problems


def _mapping(path: Path, name: str, book: Rulebook, wrong: list[Problem]) -> Mapping | None:
    try:
        top = Fields(read(path), name, wrong)
    except BadYaml as error:
        wrong.append(Problem(name, error.line, error.message))
        return None
    instrument = top.text("instrument")
    if instrument not in book.instruments:
        top.problem(f"there is no instrument '{instrument}'", "instrument")
    return Mapping(
        id=top.ident(), version=_whole(top, "version"), instrument=instrument,
        label=top.text2("label"), codes=top.text("codes"),
        groups=tuple(_group(one, book) for one in _each(top, "groups")),
    )  # fmt: skip


def _group(one: Fields, book: Rulebook) -> Group:
    cites = _words(one, "cites")
    for cite in cites:
        text, _hash, pin = cite.partition("#")
        known = book.instruments.get(text)
        if known is None or pin not in known.outline:
            one.problem(f"there is no place '{cite}'", "cites")
    return Group(
        id=one.ident(), label=one.text2("label"), cites=cites,
        fields=tuple(
            Field(
                field.ident("name"), field.text("from"), field.text("part", required=False),
                field.text("code", required=False),
            )
            for field in _each(one, "fields")
        ),
        kinds=_words(one, "kinds"), postings=one.node.get("postings") is True,
        unheld=_said(one, "unheld"),
    )  # fmt: skip


def _each(top: Fields, key: str) -> list[Fields]:
    node = top.node.get(key)
    if not isinstance(node, Seq):
        top.problem(f"'{key}' must be a list", key)
        return []
    return [
        Fields(item, top.file, top.problems, line)
        for item, line in zip(node, node.lines, strict=True)
    ]


def _words(top: Fields, key: str) -> tuple[str, ...]:
    node = top.node.get(key)
    if not isinstance(node, Seq) or not all(isinstance(one, str) for one in node):
        top.problem(f"'{key}' must be a list of words", key)
        return ()
    return tuple(str(one) for one in node)


def _said(top: Fields, key: str) -> tuple[Text2, ...]:
    node = top.node.get(key)
    if not isinstance(node, Seq):
        top.problem(f"'{key}' must be a list", key)
        return ()
    found: list[Text2] = []
    for one in node:
        if not isinstance(one, dict) or set(one) != {"vi", "en"}:
            top.problem(f"'{key}' needs vi and en", key)
        else:
            found.append({lang: str(word) for lang, word in one.items()})
    return tuple(found)


def _whole(top: Fields, key: str) -> int:
    value = top.node.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        top.problem(f"'{key}' must be a whole number from 1", key)
        return 0
    return value
