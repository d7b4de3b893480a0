"""Proof that a teller wrote the words down, before anything of the seat is kept."""

from collections.abc import Sequence

from ngangtam.foundation.audit.seals import is_sealed, seal
from ngangtam.stages.ballots.keys import WORDS, Drawn

_KIND = "ballots.seat"
_SOME = 3


def promise(poll_id: int, user_id: int, drawn: Drawn, asked: Sequence[int]) -> str:
    """Return a proof that holds for three of the words, named by their numbers.

    Shape: the numbers, a colon, a seal of this instance over the words; it tells none of them.
    """
    words = tuple(drawn.words[number - 1] for number in asked)
    sealed = seal(_KIND, _said(poll_id, user_id, drawn.lock.hex(), asked, words))
    return f"{'.'.join(map(str, asked))}:{sealed.hex()}"


def _said(
    poll_id: int, user_id: int, lock: str, asked: Sequence[int], words: Sequence[str]
) -> bytes:
    return repr((poll_id, user_id, lock, tuple(asked), tuple(words))).encode()


def asked_in(proof: str) -> list[int]:
    """Return which words a proof asks for; the first ones where it is none."""
    numbers = [int(one) for one in proof.partition(":")[0].split(".") if one.isdecimal()]
    right = len(numbers) == _SOME and all(1 <= one <= WORDS for one in numbers)
    return numbers if right else [1, 2, 3]


def is_kept(poll_id: int, user_id: int, lock: str, proof: str, typed: Sequence[str]) -> bool:
    """Whether these are the words that the proof asks for."""
    try:
        given = bytes.fromhex(proof.partition(":")[2])
    except ValueError:
        return False
    return is_sealed(_KIND, _said(poll_id, user_id, lock, asked_in(proof), typed), given)
