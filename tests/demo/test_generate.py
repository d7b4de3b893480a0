"""A generated nation: the same for the same seed, of the size asked, and the same twice over."""

import polars as pl
import pytest

from ngangtam.doors.demo.generate import DAY, generate, generate_database, generate_parquet
from ngangtam.doors.demo.nation_tree import nation
from ngangtam.records import facts
from ngangtam.records.facts.snapshot import read
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting


@pytest.mark.parametrize("units", [1, 2, 7, 60, 400, 3000])
def test_a_nation_has_exactly_the_units_asked(units):
    country = nation(units)

    assert len(country.tree) == units
    assert len(set(country.tree.code)) == units
    assert abs(country.share.sum() - 1) < 1e-9
    assert (country.tree.parent[1:] < range(1, units)).all()


@pytest.mark.parametrize(("people", "units"), [(1, 1), (3, 50), (5000, 300)])
def test_the_same_seed_gives_the_same_people(people, units):
    one, other = generate(people, units, 3), generate(people, units, 3)

    assert one.frame.height == people
    assert one.frame.equals(other.frame)
    assert one.further_row.tolist() == other.further_row.tolist()


def test_leaders_are_older_and_better_read():
    frame = generate(20_000, 300).frame

    means = (pl.col("birth_day").cast(pl.Int32).mean(), pl.col("theory").mean())
    by_role = frame.group_by("leadership").agg(means).sort("leadership")
    assert by_role["birth_day"][1] < by_role["birth_day"][0]
    assert by_role["theory"][1] > by_role["theory"][0]


def test_parquet_holds_what_was_generated(tmp_path):
    made = generate_parquet(400, 40, tmp_path / "nation", 5)

    assert read(tmp_path / "nation").frame.equals(made.frame)


def test_the_database_says_of_everybody_what_was_generated(db):
    generate_database(600, 80, 11)
    made = generate(600, 80, 11)

    found = facts.on(DAY)

    assert Person.objects.count() == found.frame.height == 600
    assert Posting.objects.filter(main=False).count() == made.further_row.size
    first = found.frame["person_id"].min()
    back = found.frame.with_columns(pl.col("person_id") - first + 1).sort("person_id")
    for fact in ("gender", "ethnicity", "religion", "birth_day", "degree", "theory",
                 "theory_exact", "party_member", "language_level", "international_ready",
                 "state_management", "leadership", "head", "title_kind",
                 "post_level", "last_rating", "managed_by", "rank_code"):  # fmt: skip
        assert back[fact].to_list() == made.frame.sort("person_id")[fact].to_list(), fact
    for unit, code in enumerate(made.tree.code):
        here = found.tree.number(code)
        people = set((found.people(here)["person_id"] - first + 1).to_list())
        assert people == set(made.people(unit)["person_id"].to_list())


def test_paths_and_counts_of_generated_units_hold_together(db):
    generate_database(300, 40, 2)

    root = Unit.objects.get(code="TW")
    assert Unit.objects.filter(path__within=str(root.path)).count() == 40
    assert sum(Unit.objects.values_list("holders", flat=True)) == 300
