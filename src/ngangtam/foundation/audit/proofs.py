"""Proofs for somebody outside: an event is in a signed tree, a tree begins with an earlier one.

A proof is JSON that carries all it needs. Whoever holds the public key checks it without the
database.
"""

import base64
import json
from typing import Any

from ngangtam.foundation.audit import sealing, shelf, tree
from ngangtam.foundation.audit.models import Event, Leaf
from ngangtam.foundation.audit.seals import opened, public_key


class NoProofError(Exception):
    """What is asked about cannot be proved; the text says why."""


def _text(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


def prove_event(event_id: int) -> dict[str, Any]:
    """Return the proof that an event is in the tree as it is signed now.

    Errors: NoProofError when there is no such event, or its line is not the one of the tree.
    """
    sealing.seal_new()
    event = Event.objects.filter(pk=event_id).first()
    leaf = Leaf.objects.filter(kind="e", ref=event_id).first()
    if event is None or leaf is None:
        raise NoProofError(f"there is no sealed event {event_id}")
    data = shelf.event_data(event)
    if tree.leaf_hash(data) != bytes(leaf.hash):
        raise NoProofError(f"event {event_id} is not what was sealed; run: ngangtam audit verify")
    signed = sealing.newest(leaf.index + 1)
    return {
        "event": json.loads(data),
        "index": leaf.index,
        "proof": _text(tree.inclusion(shelf.Kept(), leaf.index, signed.size)),
        "checkpoint": signed.note,
        "key": public_key(),
    }


def prove_growth(note: str) -> dict[str, Any]:
    """Return the proof that the tree as it is signed now begins with that of an older checkpoint.

    Errors: BadNoteError; NoProofError when the tree is shorter or has another root there.
    """
    earlier = opened(note)
    sealing.seal_new()
    if earlier.size > shelf.size():
        raise NoProofError(f"the tree has {shelf.size()} leaves and once had {earlier.size}")
    if earlier.size == 0 or tree.root(shelf.Kept(), earlier.size) != earlier.root:
        raise NoProofError(f"the tree of {earlier.size} leaves has another root than was signed")
    signed = sealing.newest(earlier.size)
    return {
        "earlier": note,
        "proof": _text(tree.consistency(shelf.Kept(), earlier.size, signed.size)),
        "checkpoint": signed.note,
        "key": public_key(),
    }


def holds(proof: dict[str, Any], key: str | None = None) -> bool:
    """Whether a proof of either kind holds, by the signature of `key`.

    Shape: `key` is what the verifier knows to be ours; without it, this instance's own.
    Errors: BadNoteError when a checkpoint of the proof is not signed by the key; ValueError,
        KeyError or TypeError when the file is no proof.
    """
    known = key or public_key()
    head = opened(proof["checkpoint"], known)
    path = [base64.b64decode(step, validate=True) for step in proof["proof"]]
    if "event" in proof:
        data = json.dumps(
            proof["event"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
        return tree.holds_inclusion(
            tree.leaf_hash(data), int(proof["index"]), head.size, path, head.root
        )
    earlier = opened(proof["earlier"], known)
    return tree.holds_consistency(earlier.size, head.size, path, earlier.root, head.root)
