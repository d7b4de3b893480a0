"""No hidden figure can be reckoned from those that are shown."""

import numpy as np
import pytest
from hypothesis import given, settings

from drawn_facts import PATIENT, snapshots
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.oversight.targets import holding_back, indicators

LEAST = 5
SET = "standard"


def figures_of(snapshot):
    return indicators.figures(snapshot, rulebook().indicators[SET])


@settings(PATIENT, max_examples=15)
@given(snapshots())
def test_a_hidden_count_is_no_sum_of_shown_ones(drawn):
    snapshot, _posts = drawn
    found = figures_of(snapshot)
    tied = holding_back.ties(rulebook(), SET, found)

    for unit in range(min(len(snapshot.tree), 4)):
        rows = found.of(unit)
        hidden = holding_back.alone(tied, rows, LEAST)
        small = {row["id"] for row in rows if holding_back.is_small(row, LEAST)}
        shown = {row["id"]: row for row in rows if row["id"] not in hidden}
        assert small <= hidden
        rest = [name for name in shown if name != "total" and shown[name]["count"]]
        for row in rows:
            if row["id"] in small and rest:
                assert not holding_back._leaks(tied, shown, row)


def tied(*vectors):
    people = np.array(vectors, dtype=float)
    names = ["total", "high", "middle", "low", "other"][: len(vectors)]
    ones = np.ones(people.shape[1])
    none = np.zeros(people.shape[1])
    rows = [row for vector in people for row in (vector, none, ones)]
    stacked = np.stack(rows)
    cells = {name: (3 * at, 3 * at + 1, 3 * at + 2) for at, name in enumerate(names)}
    return holding_back.Ties(stacked @ stacked.T, cells)


def row(name, count, total=30):
    return {"id": name, "count": count, "unknown": 0, "total": total}


def test_the_last_part_of_a_whole_is_hidden_with_the_small_one():
    ties = tied([1] * 6, [1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1])
    rows = [row("total", 30), row("high", 2), row("middle", 8), row("low", 20)]

    assert holding_back.alone(ties, rows, LEAST) == {"high", "middle"}


def test_a_nought_tells_as_much_as_any_count():
    ties = tied([1] * 6, [1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1])
    rows = [row("total", 30), row("high", 2), row("middle", 28), row("low", 0)]

    assert holding_back.alone(ties, rows, LEAST) == {"high", "middle"}


def test_nothing_more_is_hidden_where_nothing_gives_it_away():
    ties = tied([1] * 6, [1, 1, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0])
    rows = [row("total", 30), row("high", 2), row("middle", 12)]

    assert holding_back.alone(ties, rows, LEAST) == {"high"}


@pytest.mark.parametrize("other", [12, 20])
def test_one_hidden_unit_hides_another(other, monkeypatch):
    class Tree:
        parent = np.array([-1, 0, 0, 0])

        def children(self, unit):
            return [1, 2, 3] if unit == 0 else []

    counts = {0: 2 + other + 25, 1: 2, 2: other, 3: 25}

    class Figures:
        snapshot = type("S", (), {"tree": Tree()})()

        def of(self, unit):
            total = {0: 300, 1: 90, 2: 100, 3: 110}[unit]
            return [row("total", total, total), row("women", counts[unit], total)]

    monkeypatch.setattr(
        holding_back, "ties",
        lambda *_: holding_back.Ties(np.eye(6), {"total": (0, 1, 2), "women": (3, 4, 5)}),
    )  # fmt: skip

    found = holding_back.below(None, SET, Figures(), 0, LEAST)

    assert found == {1: {"women"}, 2: {"women"}, 3: frozenset()}
