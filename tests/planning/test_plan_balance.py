"""The balance of successors, the shape of a plan, and what a choice does to the targets."""

from datetime import date

import pytest

from ngangtam.foundation.kernel.days import add_months
from ngangtam.records import facts
from ngangtam.stages.planning import actions, queries
from ngangtam.stages.planning.balance import as_plain, balance
from ngangtam.stages.planning.models import Plan
from planning_people import TODAY, make_person

pytestmark = pytest.mark.django_db


def titles_of(unit, day=TODAY):
    return {one.title: one for one in balance(unit, day).titles}


def test_every_leading_title_has_a_line_and_no_other(department, people):
    assert set(titles_of(department)) == {"Giám đốc Sở", "Phó Giám đốc Sở", "Trưởng phòng"}


def test_seats_holders_and_months(department, people):
    director = titles_of(department)["Giám đốc Sở"]
    deputy = titles_of(department)["Phó Giám đốc Sở"]
    assert (director.vacant, deputy.vacant) == (0, 1)
    [held] = director.incumbents
    row = facts.on(TODAY).frame.filter(facts.on(TODAY).frame["person_id"] == held.person)
    from ngangtam.law.engine.rulebook import rulebook

    left = rulebook().compile("months_to_retirement", TODAY).evaluate(row)["value"][0]
    assert held.months_to_retirement == left
    # Since 01/01/2021 for terms of five years: the second one runs to 01/01/2031.
    assert held.months_to_term_end == 57


def test_only_approved_people_count_and_proposals_are_told_apart(
    department, plan, titles, people, propose, approve
):
    propose(titles["deputy"], people["chief1"])
    before = titles_of(department)["Phó Giám đốc Sở"]
    assert [one.proposed for one in before.candidates] == [True]
    assert before.flags == ["nobody"]
    approve(plan)
    after = titles_of(department)["Phó Giám đốc Sở"]
    assert [one.proposed for one in after.candidates] == [False]
    assert "nobody" not in after.flags
    assert "single" in after.flags


def test_who_meets_the_standard_is_ready_now_and_who_lacks_a_degree_is_not(
    department, plan, titles, people, propose, approve, posts, source
):
    lacking = make_person("Thiếu Bằng Cấp", posts["chief"], source, degree="college")
    propose(titles["deputy"], people["chief1"])
    propose(titles["deputy"], lacking)
    approve(plan)
    line = titles_of(department)["Phó Giám đốc Sở"]

    assert line.standards
    assert [one.name for one in line.ready_now] == [people["chief1"].full_name]
    [other] = line.not_ready
    assert other.ready == "later"
    assert any("đại học" in lack.label["vi"] for lack in other.lacks)


@pytest.mark.parametrize(
    ("months", "bucket"), [(0, "now"), (20, "two"), (24, "two"), (25, "five"), (61, "later")]
)
def test_what_time_does_not_bring_is_judged_by_people(
    months, bucket, department, plan, titles, propose, approve, posts, source, keeper
):
    lacking = make_person("Thiếu Bằng Cấp", posts["chief"], source, degree="college")
    entry = propose(titles["deputy"], lacking, ready_on=add_months(TODAY, months))
    approve(plan)
    [found] = titles_of(department)["Phó Giám đốc Sở"].candidates

    assert (found.ready, found.judged) == (bucket, True)
    assert found.entry == entry.pk


def test_one_person_for_several_titles_is_said(department, plan, titles, people, propose, approve):
    propose(titles["deputy"], people["chief1"])
    propose(titles["director"], people["chief1"])
    approve(plan)
    lines = titles_of(department)

    assert "shared" in lines["Phó Giám đốc Sở"].flags
    assert "shared" in lines["Giám đốc Sở"].flags


def test_a_past_day_knows_what_was_approved_then(
    department, plan, titles, people, propose, approve
):
    propose(titles["deputy"], people["chief1"])
    approve(plan, day=date(2026, 3, 1))

    earlier = titles_of(department, date(2026, 2, 1))["Phó Giám đốc Sở"]
    assert not earlier.approved or all(one.proposed for one in earlier.candidates)
    assert titles_of(department, date(2026, 3, 2))["Phó Giám đốc Sở"].approved


def test_plain_data_holds_no_id_of_a_person(department, people):
    told = as_plain(balance(department, TODAY), "vi")

    assert told["unit"] == "T1.NV"
    assert told["counts"]["titles"] == len(told["titles"]) == 3
    assert {"number", "name", "months_to_retirement", "months_to_term_end"} == set(
        told["titles"][0]["incumbents"][0]
    )


# --- the shape of a plan --------------------------------------------------------------------------


def shape_of(plan, viewer):
    return queries.board(viewer, Plan.objects.get(pk=plan.pk), TODAY).shape


def test_shares_without_a_confirmed_figure_are_shown_and_not_judged(
    plan, titles, people, propose, keeper
):
    propose(titles["deputy"], people["chief1"], science=True)
    propose(titles["deputy"], people["chief2"], science=False)
    shape = shape_of(plan, keeper)

    assert {one.outcome for one in shape.measures} == {"unknown"}
    assert (shape.of("women").yes, shape.of("women").total) == (1, 2)
    assert (shape.of("minority").yes, shape.of("science").yes) == (1, 1)
    assert shape.bands is None
    assert all(one.cites for one in shape.measures)


def test_somebody_under_two_titles_counts_once(plan, titles, people, propose, keeper):
    propose(titles["deputy"], people["chief1"])
    propose(titles["director"], people["chief1"])

    assert shape_of(plan, keeper).people == 1


def test_figures_of_the_authority_are_judged(plan, titles, people, propose, keeper, approver):
    propose(titles["deputy"], people["chief1"])
    propose(titles["deputy"], people["chief2"])
    figures = {"women_percent": 50, "young_under": 45, "band_width": 5, "young_percent": 100,
               "minority_percent": 51}  # fmt: skip
    actions.set_figures(plan_id=plan.pk, figures=figures, basis="KH 5-KH/TU", version=None,
                        by=approver)  # fmt: skip
    shape = shape_of(plan, keeper)

    assert [shape.of(name).outcome for name in ("women", "minority")] == ["met", "not_met"]
    assert shape.of("minority").short == 1
    # Born in March 1981 and 1983: 45 and 43 on the day on which ages are counted.
    assert shape.of("young").outcome == "not_met"
    assert [(one.first, one.until, one.people) for one in shape.bands] == [
        (None, 45, 1), (45, 50, 1), (50, None, 0),
    ]  # fmt: skip
    assert shape.band_outcome == "not_met"


def test_a_choice_is_shown_before_it_is_made(plan, titles, people, propose, keeper):
    entry = propose(titles["deputy"], people["chief2"])
    added = queries.preview(Plan.objects.get(pk=plan.pk), TODAY,
                            add=(titles["deputy"], people["chief1"].pk, None))  # fmt: skip
    women = next(one for one in added.changes if one.before.id == "women")
    assert (women.before.yes, women.before.total) == (0, 1)
    assert (women.after.yes, women.after.total) == (1, 2)
    assert plan.entries.count() == 1
    removed = queries.preview(Plan.objects.get(pk=plan.pk), TODAY, without=entry)
    assert removed.after.people == 0


def test_targets_move_with_who_would_take_the_post(
    plan, titles, people, propose, keeper, lan_province
):
    """The director retires within the term; the first in line is a woman."""
    propose(titles["director"], people["deputy"])
    effects, taking = queries.outlook(Plan.objects.get(pk=plan.pk), TODAY)
    by_id = {one.target.id: one for one in effects}

    assert (people["deputy"].full_name, "Giám đốc Sở") in taking
    women = by_id["s2.women-managed"]
    assert women.today.total == 3
    assert (women.today.yes, women.after.yes) == (1, 1)
    assert women.after.total == 2, "the director has retired, the deputy has moved up"
    assert women.after.percent > women.today.percent


def test_nobody_moves_where_no_seat_falls_free(plan, titles, people, propose, keeper):
    """The deputies' post has three seats, two held by people far from retirement."""
    propose(titles["deputy"], people["chief1"])
    propose(titles["deputy"], people["chief2"])
    _effects, taking = queries.outlook(Plan.objects.get(pk=plan.pk), TODAY)

    assert taking == [(people["chief1"].full_name, "Phó Giám đốc Sở")]
