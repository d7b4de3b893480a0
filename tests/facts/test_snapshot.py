"""One row a person, however many posts; whole on disk or not there."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_facts import PATIENT, snapshots
from ngangtam.records.facts.snapshot import read


@settings(PATIENT, max_examples=60)
@given(snapshots(), st.data())
def test_the_people_of_a_unit_are_those_with_any_post_in_it_or_below(drawn, data):
    snapshot, posts = drawn
    unit = data.draw(st.integers(0, len(snapshot.tree) - 1))

    found = snapshot.people(unit)["person_id"].to_list()

    inside = {n for n, at in posts.items() if any(snapshot.tree.is_below(u, unit) for u in at)}
    assert sorted(found) == sorted(inside)


@settings(PATIENT, max_examples=60)
@given(snapshots(), st.data())
def test_a_slice_holds_the_same_people_and_counts_them_the_same(drawn, data):
    snapshot, _ = drawn
    unit = data.draw(st.integers(0, len(snapshot.tree) - 1))

    cut = snapshot.slice(unit)

    assert sorted(cut.frame["person_id"]) == sorted(snapshot.people(unit)["person_id"])
    for below in range(len(cut.tree)):
        inside = sorted(cut.people(below)["person_id"])
        assert inside == sorted(snapshot.people(unit + below)["person_id"])


@settings(PATIENT, max_examples=10)
@given(snapshots())
def test_what_is_written_is_read_back(tmp_path_factory, drawn):
    snapshot, _ = drawn
    folder = tmp_path_factory.mktemp("facts") / "one"

    snapshot.write(folder)
    back = read(folder)

    assert back.frame.equals(snapshot.frame)
    assert back.tree.code == snapshot.tree.code
    assert back.tree.end.tolist() == snapshot.tree.end.tolist()
    assert back.further_row.tolist() == snapshot.further_row.tolist()
    assert back.day == snapshot.day


def test_reading_what_is_not_there_fails(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none")


@settings(PATIENT, max_examples=5)
@given(snapshots())
def test_only_the_asked_facts_are_read(tmp_path_factory, drawn):
    snapshot, _ = drawn
    folder = tmp_path_factory.mktemp("facts") / "one"
    snapshot.write(folder)

    assert set(read(folder, ["gender"]).frame.columns) == {"person_id", "unit", "gender"}
    assert isinstance(read(folder).frame, pl.DataFrame)
