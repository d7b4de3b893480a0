"""What a paper says, as bytes of one length, and back.

Strict: one content has one spelling, so that nothing can hide in how a paper is written.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from ngangtam.law.engine.counting import CHOSEN, HIGH, LOW, NO, TRUST, YES
from ngangtam.stages.ballots.keys import OVERHEAD

_LETTERS: Final = {CHOSEN: "c", YES: "y", NO: "n", HIGH: "h", TRUST: "t", LOW: "l", "": "-"}
_MARKS: Final = {letter: mark for mark, letter in _LETTERS.items()}
# A name that was written in has its name as key, after this sign.
WRITTEN: Final = "+"
LONGEST_NAME: Final = 60
MOST_WRITE_INS: Final = 10
UNREADABLE: Final = "unreadable"
_BLOCK: Final = 64


class UnreadableError(Exception):
    """These bytes are no paper of this vote."""


def length_for(options: int, write_ins: int) -> int:
    """Return how long every sealed paper of a vote is. Units: bytes."""
    most = 24 + options + write_ins * (LONGEST_NAME * 6 + 3)
    return -(-most // _BLOCK) * _BLOCK + OVERHEAD


def written(name: str) -> str:
    """Return a name as papers write it: composed letters, single spaces, capitals at the front."""
    words = unicodedata.normalize("NFC", name).split()
    kept = " ".join(word[:1].upper() + word[1:].lower() for word in words)
    return "".join(one for one in kept if one.isprintable())[:LONGEST_NAME].strip()


def fold(marks: Mapping[str, str], keys: Sequence[str], length: int) -> bytes:
    """Return a paper as bytes, padded to the length that sealing makes `length`."""
    line = "".join(_LETTERS[marks.get(key, "")] for key in keys)
    names = sorted(key[1:] for key, mark in marks.items() if key.startswith(WRITTEN) and mark)
    plain = _spell(line, names)
    room = length - OVERHEAD
    if len(plain) > room:
        raise ValueError("the paper is too long")
    return plain + b"\0" * (room - len(plain))


def _spell(line: str, names: list[str]) -> bytes:
    content: dict[str, object] = {"m": line, "w": names} if names else {"m": line}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def unfold(plain: bytes, keys: Sequence[str], write_ins: int) -> dict[str, str]:
    """Return the marks of a paper. Errors: UnreadableError when it was not folded by `fold`."""
    try:
        content = json.loads(plain.rstrip(b"\0"))
        line, names = content["m"], content.get("w", [])
        marks = {key: _MARKS[letter] for key, letter in zip(keys, line, strict=True)}
        straight = (
            _spell(line, names) == plain.rstrip(b"\0")
            and len(names) <= write_ins
            and names == sorted({written(name) for name in names})
            and "" not in names
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError from error
    if not straight:
        raise UnreadableError
    given = {key: mark for key, mark in marks.items() if mark}
    return given | {WRITTEN + name: CHOSEN for name in names}
