"""The hash tree over a list that only grows: RFC 9162, section 2.1 (the tree of RFC 6962).

Pure arithmetic: hashes come from a `Shelf`, which holds the leaves and, of the nodes above them,
only those at every eighth height. Anything between is a fold of at most 128 hashes, so that a
proof reads a few hundred short rows whatever the size, and the shelf is hardly larger than the
list of leaves.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, Protocol

BAND: Final = 8
EMPTY: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Shelf(Protocol):
    """Where hashes are kept."""

    def read(self, band: int, first: int, count: int) -> Sequence[bytes]:
        """Return hashes of complete subtrees of height `8 × band`, in order; band 0: leaves.

        Errors: LookupError when one of them is missing.
        """
        ...


def subtree(shelf: Shelf, height: int, index: int) -> bytes:
    """Return the hash of the complete subtree number `index` of that height."""
    band, rest = divmod(height, BAND)
    row = list(shelf.read(band, index << rest, 1 << rest))
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def _cut(width: int) -> int:
    """Return the largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1


def range_hash(shelf: Shelf, first: int, last: int) -> bytes:
    """Return the hash of the leaves `first` up to, not with, `last`, as one subtree."""
    width = last - first
    if width == 0:
        return EMPTY
    if width & (width - 1) == 0:
        return subtree(shelf, width.bit_length() - 1, first // width)
    cut = first + _cut(width)
    return node_hash(range_hash(shelf, first, cut), range_hash(shelf, cut, last))


def root(shelf: Shelf, size: int) -> bytes:
    """Return the root of the tree over the first `size` leaves."""
    return range_hash(shelf, 0, size)


def inclusion(shelf: Shelf, index: int, size: int) -> list[bytes]:
    """Return the path that leads from a leaf to the root of the tree of `size`.

    Errors: ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        cut = first + _cut(last - first)
        if index < cut:
            path.append(range_hash(shelf, cut, last))
            last = cut
        else:
            path.append(range_hash(shelf, first, cut))
            first = cut
    return path[::-1]


def consistency(shelf: Shelf, earlier: int, later: int) -> list[bytes]:
    """Return the proof that the tree of `later` leaves begins with the tree of `earlier`.

    Errors: ValueError unless 0 < earlier <= later.
    """
    if not 0 < earlier <= later:
        raise ValueError("a tree is consistent only with a later one")
    path: list[bytes] = []
    first, last, whole = 0, later, True
    while earlier != last:
        cut = first + _cut(last - first)
        if earlier <= cut:
            path.append(range_hash(shelf, cut, last))
            last = cut
        else:
            path.append(range_hash(shelf, first, cut))
            first, whole = cut, False
    if not whole:
        path.append(range_hash(shelf, first, last))
    return path[::-1]


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == len(EMPTY) for value in values)


def holds_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, *proof]):
        return False
    at, edge, reached = index, size - 1, leaf
    for step in proof:
        if edge == 0:
            return False
        if at & 1 or at == edge:
            reached = node_hash(step, reached)
            while not at & 1 and at:
                at, edge = at >> 1, edge >> 1
        else:
            reached = node_hash(reached, step)
        at, edge = at >> 1, edge >> 1
    return edge == 0 and reached == expected


def holds_consistency(
    earlier: int, later: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether the proof shows the later tree to begin with the earlier one (2.1.4.2).

    Shape: a tree and itself have an empty proof; of the empty tree nothing is proved.
    """
    if not 0 < earlier <= later or not _are_hashes(proof):
        return False
    if earlier == later:
        return not proof and first_root == second_root
    path = list(proof) if earlier & (earlier - 1) else [first_root, *proof]
    if not path:
        return False
    at, edge = earlier - 1, later - 1
    while at & 1:
        at, edge = at >> 1, edge >> 1
    before = after = path[0]
    for step in path[1:]:
        if edge == 0:
            return False
        if at & 1 or at == edge:
            before, after = node_hash(step, before), node_hash(step, after)
            while not at & 1 and at:
                at, edge = at >> 1, edge >> 1
        else:
            after = node_hash(after, step)
        at, edge = at >> 1, edge >> 1
    return edge == 0 and before == first_root and after == second_root


class Growth:
    """A tree that takes leaves one by one, holding a hash for each power of two in its size."""

    def __init__(self, shelf: Shelf | None = None, size: int = 0) -> None:
        self.size = size
        self._peaks: list[tuple[int, bytes]] = []
        first = 0
        for height in range(size.bit_length() - 1, -1, -1):
            if size >> height & 1:
                assert shelf is not None, "a tree that has leaves is read from its shelf"
                self._peaks.append((height, subtree(shelf, height, first >> height)))
                first += 1 << height

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Take one leaf; yield the nodes that belong on the shelf: (band, index, hash)."""
        height, reached = 0, leaf
        while self._peaks and self._peaks[-1][0] == height:
            reached = node_hash(self._peaks.pop()[1], reached)
            height += 1
            if height % BAND == 0:
                yield height // BAND, self.size >> height, reached
        self._peaks.append((height, reached))
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        reached = self._peaks[-1][1]
        for _height, peak in reversed(self._peaks[:-1]):
            reached = node_hash(peak, reached)
        return reached
