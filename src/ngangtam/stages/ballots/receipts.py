"""What a voter takes home: it proves that the paper lay in the box, not what it says."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ngangtam.foundation.audit.seals import is_sealed, seal

# Bytes of the hash that a code holds, and of the instance's seal under it.
_HASH: Final = 15
_SEAL: Final = 5
_KIND: Final = "ballots.receipt"
_PAPER: Final = "ballots.paper"


def digest(sealed: bytes) -> bytes:
    """Return the receipt of a sealed paper."""
    return sha256(sealed).digest()


def code(poll_id: int, receipt: bytes) -> str:
    """Return a receipt as the voter writes it down: eight groups of four letters and digits.

    Shape: the first six groups are the hash, the last two a seal of this instance.
    """
    short = receipt[:_HASH]
    text = base64.b32encode(short + _seal(poll_id, short)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _seal(poll_id: int, short: bytes) -> bytes:
    return seal(_KIND, b"%d " % poll_id + short)[:_SEAL]


@dataclass(frozen=True, slots=True)
class Read:
    """A code as somebody typed it. Shape: `issued`: this instance gave it out for this vote."""

    short: bytes
    issued: bool


def read(poll_id: int, typed: str) -> Read | None:
    """Return what a typed code says; None when it is none."""
    letters = "".join(one for one in typed.upper() if one.isalnum())
    letters = letters.replace("0", "O").replace("1", "I").replace("8", "B")
    try:
        raw = base64.b32decode(letters)
    except ValueError:
        return None
    if len(raw) != _HASH + _SEAL:
        return None
    short, given = raw[:_HASH], raw[_HASH:]
    return Read(short, _seal(poll_id, short) == given)


def shown(receipt: bytes) -> str:
    """Return a receipt as the public list shows it: the six groups of the hash."""
    text = base64.b32encode(receipt[:_HASH]).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def vouch(poll_id: int, voter_id: int, sealed: bytes) -> str:
    """Return a proof, kept nowhere, that a sealed paper was made here for this voter.

    Without it somebody could seal a paper at home, know what no voter may know of the own paper,
    and prove to a buyer how they voted.
    """
    return seal(_PAPER, b"%d %d " % (poll_id, voter_id) + sealed).hex()


def is_vouched(poll_id: int, voter_id: int, sealed: bytes, proof: str) -> bool:
    """Whether a sealed paper was made here for this voter."""
    try:
        given = bytes.fromhex(proof)
    except ValueError:
        return False
    return is_sealed(_PAPER, b"%d %d " % (poll_id, voter_id) + sealed, given)
