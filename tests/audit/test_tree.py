"""The hash tree against the public vectors of transparency logs, and against its definition."""

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ngangtam.foundation.audit import tree


class Kept:
    """A shelf in memory that holds what the database holds: leaves and every eighth height."""

    def __init__(self, count):
        self.leaves = [tree.leaf_hash(str(at).encode()) for at in range(count)]
        self.nodes = {}
        self.growth = tree.Growth()
        self.roots = [self.growth.root()]
        for leaf in self.leaves:
            for band, index, node in self.growth.append(leaf):
                self.nodes[band, index] = node
            self.roots.append(self.growth.root())

    def read(self, band, first, count):
        if band == 0:
            return self.leaves[first : first + count]
        return [self.nodes[band, at] for at in range(first, first + count)]


KEPT = Kept(1500)


def definition(leaves):
    """MTH of RFC 9162, 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return tree.node_hash(definition(leaves[:cut]), definition(leaves[cut:]))


sizes = st.integers(1, len(KEPT.leaves))
# A busy machine is no finding.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(sizes)
def test_the_root_grows_as_it_is_defined(size):
    expected = definition(KEPT.leaves[:size])
    assert expected == KEPT.roots[size] == tree.root(KEPT, size)
    assert tree.Growth(KEPT, size).root() == expected


@patient
@given(sizes, st.data())
def test_every_leaf_is_proved_and_nothing_else_is(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(KEPT, index, size)

    assert tree.holds_inclusion(KEPT.leaves[index], index, size, proof, KEPT.roots[size])
    assert len(proof) <= size.bit_length()
    stranger = tree.leaf_hash(b"stranger")
    assert not tree.holds_inclusion(stranger, index, size, proof, KEPT.roots[size])
    other = data.draw(st.integers(0, size - 1).filter(lambda at: at != index) if size > 1
                      else st.just(size))  # fmt: skip
    assert not tree.holds_inclusion(KEPT.leaves[index], other, size, proof, KEPT.roots[size])


@patient
@given(sizes, st.data())
def test_a_tree_is_shown_to_begin_with_an_earlier_one(later, data):
    earlier = data.draw(st.integers(1, later))
    proof = tree.consistency(KEPT, earlier, later)
    roots = KEPT.roots

    assert tree.holds_consistency(earlier, later, proof, roots[earlier], roots[later])
    assert not tree.holds_consistency(earlier, later, proof, roots[earlier - 1], roots[later])
    assert not tree.holds_consistency(
        earlier, later, [*proof, proof[-1] if proof else roots[1]], roots[earlier], roots[later]
    )


@patient
@given(sizes, st.data())
def test_a_proof_with_one_bit_turned_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(KEPT, index, size)
    if not proof:
        return
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    turned = (int.from_bytes(proof[at]) ^ 1 << bit).to_bytes(32)
    proof[at] = turned
    assert not tree.holds_inclusion(KEPT.leaves[index], index, size, proof, KEPT.roots[size])


def test_what_cannot_be_proved_says_so():
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion(KEPT, 5, 5)
    with pytest.raises(ValueError, match="later"):
        tree.consistency(KEPT, 6, 5)


@pytest.fixture
def vectors(shared_data):
    folder = shared_data / "merkle" / "testdata"
    if not folder.is_dir():
        pytest.skip("the vectors of the hash tree are not beside the project (data/merkle)")

    def of(kind):
        found = sorted((folder / kind).rglob("*.json"))
        assert found, f"no vectors of {kind}"
        return [(path, json.loads(path.read_text())) for path in found]

    return of


def decoded(case, *names):
    return [base64.b64decode(case[name] or "") for name in names]


def proof_of(case):
    return [base64.b64decode(step) for step in case["proof"] or []]


def test_inclusion_by_the_public_vectors(vectors):
    for path, case in vectors("inclusion"):
        leaf, expected = decoded(case, "leafHash", "root")
        held = tree.holds_inclusion(
            leaf, case["leafIdx"], case["treeSize"], proof_of(case), expected
        )
        assert held is not case["wantErr"], path


def test_consistency_by_the_public_vectors(vectors):
    for path, case in vectors("consistency"):
        first, second = decoded(case, "root1", "root2")
        held = tree.holds_consistency(case["size1"], case["size2"], proof_of(case), first, second)
        assert held is not case["wantErr"], path
