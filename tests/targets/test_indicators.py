"""Figures of a unit: the JSON that scripts depend on, and what it counts."""

from datetime import date

import pytest
from hypothesis import given, settings

from drawn_facts import DAY, PATIENT, snapshots
from ngangtam.law.engine import rulebook
from ngangtam.oversight.targets.indicators import (
    UnknownDefinitionsError,
    figures,
    indicators,
)
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

WANTED = {
    "total", "women", "ethnic_minority", "ethnic_minority_women", "under_40", "age_bands",
    "mean_age", "religious", "party_member", "non_party", "postgraduate", "university",
    "below_university",
}  # fmt: skip
FACTS = ("gender", "ethnicity", "religion", "birth_day", "degree", "theory", "party_member",
         "leadership", "elected_terms", "elected_previous_term")  # fmt: skip


@settings(PATIENT, max_examples=40)
@given(snapshots(facts=FACTS, most=40))
def test_every_figure_equals_the_naive_one_in_every_unit(drawn):
    snapshot, _ = drawn
    definitions = rulebook().indicators["standard"]

    found = figures(snapshot, definitions)

    for unit in range(len(snapshot.tree)):
        rows = snapshot.people(unit).to_dicts()
        for item, figure in zip(definitions.items, found.of(unit), strict=True):
            assert figure["id"] == item.id
            if item.kind == "count":
                among = [row for row in rows if item.denominator is None
                         or _value(item.denominator, row) is True]  # fmt: skip
                values = [_value(item.rule, row) for row in among]
                assert figure["count"] == values.count(True)
                assert figure["total"] == len(among)
            elif item.kind == "mean":
                values = [_value(item.rule, row) for row in rows]
                known = [value for value in values if value is not None]
                assert figure["count"] == len(known)
                assert figure["unknown"] == values.count(None)
                if known:
                    assert abs(figure["value"] - sum(known) / len(known)) <= 0.05 + 1e-9
            else:
                counts = [sum(_value(band.rule, row) is True for row in rows)
                          for band in item.bands]  # fmt: skip
                assert [band["count"] for band in figure["bands"]] == counts


def _value(rule, row):
    return rulebook().bound(rule, DAY).one(row)


def test_a_unit_answers_with_the_agreed_words(source, root):
    unit = organisation.add_unit(
        code="HN", name="Hà Ninh", parent=root, first_day=date(2020, 1, 1), source=source
    )
    post = organisation.add_post(
        unit=unit, title="Đại biểu", first_day=date(2020, 1, 1), seats=None, source=source
    )
    for number, gender in enumerate(["female", "female", "male", ""]):
        person = personnel.add_person(
            full_name=f"Lê Thử {number}", unit=unit, source=source, gender=gender
        )
        personnel.add_posting(
            person=person, post=post, seat=number + 1, first_day=date(2021, 1, 1), source=source
        )

    found = {figure["id"]: figure for figure in indicators("HN", DAY)}

    assert set(found) >= WANTED
    assert any(name.startswith("theory_") for name in found)
    assert found["women"] == {
        "id": "women", "definition": "women/1", "reference_day": "2026-01-01", "count": 2,
        "total": 4, "percent": 50.0, "unknown": 1,
    }  # fmt: skip
    assert found["party_member"]["unknown"] == 4
    assert found["mean_age"]["value"] is None
    assert len(found["age_bands"]["bands"]) >= 3


def test_definitions_that_nobody_wrote_are_refused_by_name(db):
    with pytest.raises(UnknownDefinitionsError, match="standard"):
        indicators("HN", DAY, "khong-co")


def test_the_reference_day_of_the_definition_is_used_and_named(source, root):
    election_day = date(2021, 5, 23)

    found = {item["id"]: item for item in indicators("ROOT", election_day, "na15-2021")}

    assert found["under_40"]["reference_day"] == "2021-04-27"
