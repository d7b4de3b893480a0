"""Reading one mapping key by key, strictly: every wrong key, type or word is a problem."""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from ngangtam.law.engine.yamls import Map, Problem, Seq

ID: Final = re.compile(r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$")
Text2 = dict[str, str]
_EMPTY: Final[Text2] = {"vi": "", "en": ""}


class Fields:
    """One mapping under inspection. Getters return a harmless value after noting a problem."""

    def __init__(self, node: object, file: str, problems: list[Problem], line: int = 1) -> None:
        self.file = file
        self.problems = problems
        self._seen: set[str] = set()
        if isinstance(node, Map):
            self.node, self.line = node, node.line
        else:
            self.node, self.line = Map(), line
            self.node.lines = {}
            self.problem("a mapping is expected here", line=line)

    def problem(self, message: str, key: str | None = None, line: int | None = None) -> None:
        """Note a problem at `key`, or at the start of the mapping."""
        at = line if line is not None else self.line_of(key)
        self.problems.append(Problem(self.file, at, message))

    def line_of(self, key: str | None) -> int:
        """Return the line of `key`, or of the mapping when the key is absent."""
        return self.node.lines.get(key, self.line) if key else self.line

    def has(self, key: str) -> bool:
        """Whether the key is there with something in it."""
        return self.node.get(key) is not None

    def _get(self, key: str, required: bool) -> object:
        self._seen.add(key)
        value = self.node.get(key)
        if value is None and required:
            self.problem(f"'{key}' is missing", key)
        return value

    def _wrong(self, key: str, kind: str, value: object) -> None:
        self.problem(f"'{key}' must be {kind}, got {value!r}", key)

    def text(self, key: str, *, required: bool = True) -> str:
        """Return non-empty text, '' when absent."""
        value = self._get(key, required)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, "text", value)
            return ""
        return value.strip()

    def ident(self, key: str = "id") -> str:
        """Return an identifier: lower-case words joined by . _ or -."""
        value = self.text(key)
        if value and not ID.match(value):
            self._wrong(key, "an id (lower-case letters, digits, - _ and dots)", value)
        return value

    def text2(self, key: str, *, required: bool = True) -> Text2:
        """Return {vi, en}, both filled."""
        value = self._get(key, required)
        if value is None:
            return _EMPTY if required else {}
        if not isinstance(value, Map) or set(value) != {"vi", "en"}:
            self._wrong(key, "{vi: …, en: …}", value)
            return _EMPTY
        if not all(isinstance(word, str) and word.strip() for word in value.values()):
            self.problem(f"'{key}' needs both vi and en as text", key)
            return _EMPTY
        return {lang: str(word).strip() for lang, word in value.items()}

    def choice(self, key: str, options: Collection[str], *, default: str | None = None) -> str:
        """Return one of `options`."""
        value = self._get(key, default is None)
        if value is None:
            return default or next(iter(options))
        if not isinstance(value, str) or value not in options:
            self._wrong(key, "one of " + ", ".join(options), value)
            return default or next(iter(options))
        return value

    def day(self, key: str, *, required: bool = True) -> date | None:
        """Return a day, written YYYY-MM-DD without quotes."""
        value = self._get(key, required)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self._wrong(key, "a day, YYYY-MM-DD", value)
            return None
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._get(key, default is None)
        if value is None:
            return bool(default)
        if not isinstance(value, bool):
            self._wrong(key, "true or false", value)
        return value is True

    def integer(self, key: str, *, required: bool = True) -> int | None:
        """Return a whole number."""
        value = self._get(key, required)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self._wrong(key, "a whole number", value)
            return None
        return value

    def raw(self, key: str, *, required: bool = True) -> object:
        """Return whatever stands there; the caller checks it."""
        return self._get(key, required)

    def strings(self, key: str, *, required: bool = True, least: int = 0) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._get(key, required)
        if value is None:
            return ()
        if not isinstance(value, Seq) or not all(isinstance(item, str) for item in value):
            self._wrong(key, "a list of texts (quote what looks like a number)", value)
            return ()
        if len(value) < least:
            self.problem(f"'{key}' needs at least {least}", key)
        return tuple(str(item) for item in value)

    def items(self, key: str, *, required: bool = True, least: int = 0) -> "Iterator[Fields]":
        """Walk over a list of mappings."""
        value = self._get(key, required)
        if value is None:
            return
        if not isinstance(value, Seq):
            self._wrong(key, "a list", value)
            return
        if len(value) < least:
            self.problem(f"'{key}' needs at least {least}", key)
        for item, line in zip(value, value.lines, strict=True):
            yield Fields(item, self.file, self.problems, line)

    def sub(self, key: str, *, required: bool = True) -> "Fields | None":
        """Return the mapping under `key`."""
        value = self._get(key, required)
        if value is None:
            return None
        return Fields(value, self.file, self.problems, self.line_of(key))

    def done(self) -> None:
        """Refuse keys that nobody asked for: they are typing errors."""
        for key in self.node:
            if key not in self._seen:
                known = ", ".join(sorted(self._seen))
                self.problem(f"unknown key '{key}' (known here: {known})", key)
