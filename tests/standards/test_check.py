"""Who meets a standard: the counts of a frame equal the findings person by person."""

import polars as pl
import pytest
from numpy.random import default_rng

from drawn_facts import DAY, column
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.findings import find_for
from ngangtam.oversight.standards.check import check_standard, count, people_of

FACTS = ("degree", "theory", "state_management", "rank_code", "party_member", "post_since",
         "birth_day", "gender", "last_rating", "discipline", "language_level", "leadership",
         "title_kind", "post_level", "service_since", "in_plan", "plan_higher")  # fmt: skip


def people(rows=80):
    random = default_rng(5)
    frame = pl.DataFrame([column(fact, rows, random) for fact in FACTS])
    return frame.with_columns(person_id=pl.int_range(rows, dtype=pl.Int64))


@pytest.mark.parametrize("standard_id", sorted(rulebook().standards))
def test_counts_equal_the_findings_person_by_person(standard_id):
    standard, frame = rulebook().standards[standard_id], people()

    found = count(standard, frame, DAY)

    facts = [{name: row[name] for name in FACTS} for row in frame.to_dicts()]
    everybody = [find_for(standard, row, rulebook=rulebook(), on=DAY) for row in facts]
    each = [one for one in everybody if not one.is_outside]
    assert found["not_applicable"] == len(everybody) - len(each)
    overall = [one.outcome.value for one in each]
    assert found["met"] == overall.count("met")
    assert found["not_met"] == overall.count("not_met")
    for criterion in found["criteria"]:
        outcomes = [one.findings[criterion["id"]].outcome.value for one in each]
        for part in ("met", "not_met", "unknown"):
            assert criterion[part] == outcomes.count(part)


def test_the_lists_are_the_people_counted():
    standard, frame = rulebook().standards["appointment.civil-servant"], people()
    found = count(standard, frame, DAY)

    for part in ("met", "not_met", "unknown"):
        assert len(people_of(standard, frame, DAY, part)) == found[part]


def test_a_unit_is_checked_by_its_code(root):
    found = check_standard("appointment.civil-servant", "ROOT", DAY)

    assert found["people"] == 0
    assert {"met", "not_met", "unknown", "criteria"} <= set(found)


def test_somebody_whom_the_standard_is_not_asked_of_neither_meets_nor_fails_it():
    standard = rulebook().standards["resolution.s0-commune-full-time"]
    levels = [entry.code for entry in rulebook().catalogues["level"]]
    frame = pl.DataFrame(
        {
            "person_id": [1, 2, 3],
            "post_level": pl.Series(
                [levels.index("commune"), levels.index("province"), None], dtype=pl.UInt8
            ),
            "specialised_full_time": [True, True, True],
            "degree": pl.Series([0, 0, 0], dtype=pl.UInt8),
        }
    )

    found = count(standard, frame, DAY)

    degree = found["criteria"][0]
    assert (found["not_applicable"], found["not_met"], found["unknown"]) == (1, 1, 1)
    assert (degree["not_met"], degree["unknown"]) == (2, 0)
    assert people_of(standard, frame, DAY, "not_met") == [1]
    assert people_of(standard, frame, DAY, "unknown") == [3]
