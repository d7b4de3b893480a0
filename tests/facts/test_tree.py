"""Preorder numbering: every subtree is one run of numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_facts import PATIENT, trees
from ngangtam.records.facts.tree import grow


def test_a_subtree_is_one_run_and_brothers_keep_their_order():
    tree = grow([1, 2, 3, 4], [None, 1, 1, 2], ["A", "B", "C", "D"], ["a", "b", "c", "d"])

    assert tree.code == ("A", "B", "D", "C")
    assert tree.end.tolist() == [4, 3, 3, 4]
    assert tree.depth.tolist() == [0, 1, 2, 1]
    assert tree.children(0) == [1, 3]


def test_a_unit_whose_parent_has_ended_becomes_a_root():
    tree = grow([5, 6], [99, 5], ["A", "B"], ["a", "b"])

    assert tree.parent.tolist() == [-1, 0]


def test_a_circle_is_refused_by_name():
    with pytest.raises(ValueError, match="A"):
        grow([1, 2], [2, 1], ["A", "B"], ["a", "b"])


def test_an_empty_tree_has_no_unit():
    assert len(grow([], [], [], [])) == 0


@settings(PATIENT, max_examples=60)
@given(trees(), st.data())
def test_the_common_unit_is_the_lowest_that_holds_both(tree, data):
    unit = st.integers(0, len(tree) - 1)
    left, right = data.draw(unit), data.draw(unit)

    found = tree.common(np.asarray([left], np.int32), np.asarray([right], np.int32))[0]

    holding = [u for u in range(len(tree)) if tree.is_below(left, u) and tree.is_below(right, u)]
    assert found == (max(holding) if holding else -1)


@settings(PATIENT, max_examples=60)
@given(trees(), st.data())
def test_a_cut_subtree_is_the_same_tree(tree, data):
    unit = data.draw(st.integers(0, len(tree) - 1))

    cut = tree.cut(unit)

    assert cut.code == tree.code[unit : tree.end[unit]]
    for number in range(1, len(cut)):
        assert cut.code[cut.parent[number]] == tree.code[tree.parent[unit + number]]
