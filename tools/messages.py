"""Translations without system tools: collect, check and compile the Vietnamese catalogue.

messages.py collect [FRAGMENT…]   take every message of the source into django.po
messages.py check                 fail when one has no Vietnamese, or other placeholders
messages.py compile               write django.mo
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "ngangtam"
PO: Final = SOURCE / "locale" / "vi" / "LC_MESSAGES" / "django.po"

_KEYWORDS: Final = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
_CALL: Final = re.compile(
    r"""(?<!\w)(n?p?n?gettext|_)"""
    r"""\(((?:\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?)+)""",
    re.DOTALL,
)
_LITERAL: Final = re.compile(r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL)
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]|%[sd]|(?<!\{)\{\w*\}(?!\})")

_MADE: Final = datetime(2026, 11, 21, tzinfo=UTC)

Message = str | tuple[str, ...]


def messages() -> Iterator[tuple[Message, str | None, str]]:
    """Yield (message or (one, many), context, file) of every source file."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        with path.open("rb") as file:
            for _line, message, _comments, context in extract("python", file, _KEYWORDS):
                yield message, context, str(path.relative_to(ROOT))
    for path in sorted([*SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if {"templates", "form_templates"} & set(path.parts):
            for message, context in _in_template(path.read_text()):
                yield message, context, str(path.relative_to(ROOT))


def _in_template(text: str) -> Iterator[tuple[Message, str | None]]:
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    for match in _CALL.finditer(templatize(text)):
        name = match.group(1)
        # Literals of the templatized source: Python string syntax.
        words = [_unquote(word) for word in _LITERAL.findall(match.group(2))]
        if name in {"gettext", "_"}:
            yield words[0], None
        elif name == "ngettext":
            yield (words[0], words[1]), None
        elif name == "pgettext":
            yield words[1], words[0]


def _unquote(word: str) -> str:
    import ast

    return str(ast.literal_eval(word))


def load() -> Catalog:
    if not PO.exists():
        return _empty()
    return read_po(io.BytesIO(PO.read_bytes()), locale="vi")


def _empty() -> Catalog:
    # A fixed head: collecting twice changes nothing.
    return Catalog(
        locale="vi", project="Ngang Tầm", version="0", charset="utf-8", fuzzy=False,
        header_comment="# Ngang Tầm in Vietnamese.", creation_date=_MADE, revision_date=_MADE,
        last_translator="Ngang Tầm",
        language_team="vi", msgid_bugs_address="-",
    )  # fmt: skip


def collect(fragments: list[Path]) -> int:
    """Take in every message; translations come from django.po, then from the fragments."""
    known = {}
    for catalogue in [load(), *(_fragment(path) for path in fragments)]:
        for message in catalogue:
            if message.id and _complete(message.string):
                known.setdefault((message.id, message.context), message.string)
    fresh = _empty()
    for message, context, _file in messages():
        fresh.add(message, _best(known, message, context), context=context)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, sort_output=True, no_location=True, omit_header=False, width=100)
    return _report_missing(fresh)


def _best(known: dict[object, object], message: Message, context: str | None) -> object:
    found = known.get((message, context))
    if found is None and isinstance(message, tuple):
        found = known.get((message[0], context))
        found = (found,) if isinstance(found, str) else found
    return "" if found is None else found


def _fragment(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale="vi")


def _complete(string: object) -> bool:
    if isinstance(string, str):
        return bool(string)
    return isinstance(string, tuple | list) and bool(string) and all(string)


def _report_missing(catalogue: Catalog) -> int:
    missing = [str(message.id) for message in catalogue
               if message.id and (message.fuzzy or not _complete(message.string))]  # fmt: skip
    for message in missing:
        print(f"no Vietnamese: {message!r}", file=sys.stderr)
    return len(missing)


def check() -> int:
    catalogue, bad = load(), 0
    wanted = {(message, context): file for message, context, file in messages()}
    for (message, context), file in sorted(wanted.items(), key=str):
        single = message[0] if isinstance(message, tuple) else message
        entry = catalogue.get(single, context)
        if entry is None or entry.fuzzy or not _complete(entry.string):
            print(f"{file}: no Vietnamese for {single!r}", file=sys.stderr)
            bad += 1
            continue
        texts = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
        named = set(_PLACEHOLDER.findall(single))
        if isinstance(message, tuple):
            named |= set(_PLACEHOLDER.findall(message[1]))
        for text in texts:
            if not set(_PLACEHOLDER.findall(text)) <= named:
                print(f"{file}: other placeholders in {text!r}", file=sys.stderr)
                bad += 1
    return bad


def compile_() -> None:
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, load())


def main(words: list[str]) -> int:
    match words:
        case ["collect", *fragments]:
            return 1 if collect([Path(fragment) for fragment in fragments]) else 0
        case ["check"]:
            return 1 if check() else 0
        case ["compile"]:
            compile_()
            return 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
