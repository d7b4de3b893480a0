"""The order of an examination, by its properties: nobody's place hangs on chance or on others."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.stages.appointment.ranking import Round, Scheme, first_of, jury_mark, rank

JURORS = 5
WRITTEN = Round("written", Decimal(100), Decimal(50), Decimal(1), 1)
DEFENCE = Round("defence", Decimal(100), Decimal(50), Decimal(2), 1)
SCHEME = Scheme((WRITTEN, DEFENCE), trimmed=False, ties=("defence",))

mark = st.integers(0, 400).map(lambda quarter: Decimal(quarter) / 4)
jury = st.lists(mark, min_size=JURORS, max_size=JURORS)
paper = st.fixed_dictionaries({"written": jury, "defence": jury})
field = st.dictionaries(st.integers(1, 40), paper, min_size=1, max_size=7)
scheme = st.builds(
    Scheme, st.just((WRITTEN, DEFENCE)), st.booleans(),
    st.sampled_from([(), ("defence",), ("defence", "written")]),
)  # fmt: skip


def even(written, defence):
    return {"written": [Decimal(written)] * JURORS, "defence": [Decimal(defence)] * JURORS}


def places(lines):
    return {line.candidate: line.place for line in lines}


@given(scheme, field, st.randoms())
def test_the_order_of_entry_and_of_jurors_changes_nothing(scheme, marks, random):
    mixed = list(marks.items())
    random.shuffle(mixed)
    other = {
        one: {key: random.sample(given, len(given)) for key, given in rounds.items()}
        for one, rounds in mixed
    }

    assert rank(scheme, marks, JURORS) == rank(scheme, other, JURORS)


@given(scheme, field)
def test_everybody_has_one_line_and_places_count_up(scheme, marks):
    lines = rank(scheme, marks, JURORS)

    assert sorted(line.candidate for line in lines) == sorted(marks)
    placed = [line.place for line in lines if line.place is not None]
    assert placed == sorted(placed)
    assert placed[:1] in ([], [1])
    assert [line.place is None for line in lines] == sorted(line.place is None for line in lines)
    for at, place in enumerate(placed, start=1):
        assert place <= at
        assert placed.count(place) >= at - place + 1


@given(scheme, field)
def test_who_failed_a_round_has_no_place_and_who_passed_all_has_one(scheme, marks):
    for line in rank(scheme, marks, JURORS):
        reached = {
            one.id: jury_mark(marks[line.candidate][one.id], trimmed=scheme.trimmed)
            for one in scheme.rounds
        }
        passed = all(reached[one.id] >= one.passes for one in scheme.rounds)
        assert (line.place is not None) == passed
        assert bool(line.failed) != passed


@given(scheme, field)
def test_a_better_place_never_has_a_lower_total(scheme, marks):
    lines = [line for line in rank(scheme, marks, JURORS) if line.place is not None]

    for one, other in itertools.pairwise(lines):
        assert one.total >= other.total


@given(scheme, field, st.data())
def test_a_withdrawal_changes_the_order_of_nobody_else(scheme, marks, data):
    gone = data.draw(st.sampled_from(sorted(marks)))
    rest = {one: kept for one, kept in marks.items() if one != gone}

    before = [line for line in rank(scheme, marks, JURORS) if line.candidate != gone]
    after = rank(scheme, rest, JURORS)

    assert [line.candidate for line in before] == [line.candidate for line in after]
    assert [line.total for line in before] == [line.total for line in after]


@given(scheme, field, st.data())
def test_a_higher_mark_never_makes_a_place_worse(scheme, marks, data):
    one = data.draw(st.sampled_from(sorted(marks)))
    which = data.draw(st.sampled_from(["written", "defence"]))
    at = data.draw(st.integers(0, JURORS - 1))
    more = {key: {name: list(jury) for name, jury in rounds.items()}
            for key, rounds in marks.items()}  # fmt: skip
    more[one][which][at] = min(more[one][which][at] + 10, Decimal(100))

    before, after = places(rank(scheme, marks, JURORS)), places(rank(scheme, more, JURORS))

    if before[one] is not None:
        assert after[one] is not None
        assert after[one] <= before[one]


@given(jury)
def test_without_the_extremes_one_wild_mark_moves_nothing(marks):
    wild = [*sorted(marks)[:-1], Decimal(100)]

    assert jury_mark(wild, trimmed=True) == jury_mark(marks, trimmed=True)


def test_equal_totals_are_told_apart_by_the_round_that_the_scheme_names():
    lines = rank(SCHEME, {1: even(80, 70), 2: even(60, 80), 3: even(100, 60)}, JURORS)

    assert {line.total for line in lines} == {Decimal("220.00")}
    assert [line.candidate for line in lines] == [2, 1, 3]
    assert first_of(lines) == (2,)


def test_what_nothing_tells_apart_is_left_to_the_authority():
    lines = rank(SCHEME, {1: even(70, 80), 2: even(70, 80), 3: even(60, 60)}, JURORS)

    assert places(lines) == {1: 1, 2: 1, 3: 3}
    assert first_of(lines) == (1, 2)


def test_a_pass_mark_is_reached_exactly_or_missed_by_a_hundredth():
    just = {"written": [Decimal(50)] * JURORS, "defence": [Decimal(50)] * JURORS}
    under = {**just, "written": [Decimal(50)] * 4 + [Decimal("49.95")]}

    lines = {line.candidate: line for line in rank(SCHEME, {1: just, 2: under}, JURORS)}

    assert lines[1].place == 1
    assert lines[2].marks["written"] == Decimal("49.99")
    assert lines[2].failed == "written"


def test_a_missing_mark_leaves_the_candidate_waiting_not_failed():
    short = {"written": [Decimal(90)] * (JURORS - 1)}

    (line,) = rank(SCHEME, {1: short}, JURORS)

    assert (line.place, line.waits, line.failed) == (None, "written", "")


def test_no_marks_have_no_mean():
    with pytest.raises(ValueError, match="no marks"):
        jury_mark([], trimmed=False)
