"""One hash over many: the tree of RFC 9162, for lists that fit into memory."""

from collections.abc import Sequence

from ngangtam.foundation.audit.tree import EMPTY, leaf_hash, node_hash


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the hash over a list; its order counts."""
    return _over([leaf_hash(leaf) for leaf in leaves]) if leaves else EMPTY


def _over(row: list[bytes]) -> bytes:
    while len(row) > 1:
        pairs = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        # The last of an odd row moves up as it is: the same tree, built from below.
        row = pairs + row[len(pairs) * 2 :]
    return row[0]
