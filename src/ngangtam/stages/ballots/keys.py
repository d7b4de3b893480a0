"""The key of a box and its parts. Nothing here touches the database.

A box has an X25519 key pair. Its seed is drawn, cut with SLIP-39 into one part a teller, and
forgotten, in one moment. Tellers do not come in one moment, so each part is sealed to a lock of
the teller's own, whose key is twenty words on the teller's paper: SLIP-39 again, one of one, with
its checksum against slips of the pen. Papers are sealed boxes of NaCl to the public key.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

# What a sealed box adds to what lies in it.
OVERHEAD: Final = 48
_SECRET: Final = 16
_SEED: Final = 32
WORDS: Final = 20
# Four letters tell every word of the list from every other.
_BY_FOUR: Final = {word[:4]: word for word in WORDLIST}
_PERSON: Final = b"ngangtam teller"


class BadWordsError(Exception):
    """These are no words of a teller: one is misspelt, missing, or in the wrong place."""


class BadSealError(Exception):
    """What was sealed cannot be opened with this key."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words for one teller, and the lock that they open."""

    words: tuple[str, ...]
    lock: bytes


def draw() -> Drawn:
    """Draw words for a teller. They are kept nowhere."""
    [[mnemonic]] = generate_mnemonics(1, [(1, 1)], secrets.token_bytes(_SECRET),
                                      iteration_exponent=0)  # fmt: skip
    words = tuple(mnemonic.split())
    return Drawn(words, bytes(key_of(words).public_key))


def read_words(text: str) -> tuple[str, ...]:
    """Return words as typed: any case and spacing, whole or by their first four letters.

    Errors: BadWordsError.
    """
    typed = text.lower().replace(",", " ").split()
    words = tuple(_BY_FOUR.get(word[:4], "") for word in typed)
    whole = all(full.startswith(word) for word, full in zip(typed, words, strict=True))
    if len(words) != WORDS or "" in words or not whole:
        raise BadWordsError
    return words


def key_of(words: Sequence[str]) -> PrivateKey:
    """Return the key that a teller's words stand for. Errors: BadWordsError."""
    try:
        drawn = combine_mnemonics([" ".join(words)])
    except (MnemonicError, ValueError) as error:
        raise BadWordsError from error
    return PrivateKey(blake2b(drawn, digest_size=_SEED, person=_PERSON).digest())


def seal(data: bytes, lock: bytes) -> bytes:
    """Seal so that only the key of this lock opens it."""
    return SealedBox(PublicKey(lock)).encrypt(data)


def unseal(sealed: bytes, key: PrivateKey) -> bytes:
    """Open what was sealed. Errors: BadSealError."""
    try:
        return SealedBox(key).decrypt(sealed)
    except CryptoError as error:
        raise BadSealError from error


def make_box(needed: int, locks: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """Draw the key of a box; return its public key and one sealed part for each lock, in order.

    The seed and its parts in clear are gone when this returns.
    """
    seed = secrets.token_bytes(_SEED)
    [parts] = generate_mnemonics(1, [(needed, len(locks))], seed, iteration_exponent=0)
    public = bytes(PrivateKey(seed).public_key)
    return public, [seal(part.encode(), lock) for part, lock in zip(parts, locks, strict=True)]


def join(parts: Iterable[bytes], public: bytes) -> PrivateKey:
    """Return the key of a box from as many parts as it needs.

    Errors: BadSealError when they are too few or do not belong together.
    """
    try:
        key = PrivateKey(combine_mnemonics([part.decode() for part in parts]))
    except (MnemonicError, ValueError) as error:
        raise BadSealError from error
    if bytes(key.public_key) != public:
        raise BadSealError
    return key
