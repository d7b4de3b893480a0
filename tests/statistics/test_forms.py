"""The forms against counting by hand, and their sums against themselves."""

from datetime import date

import pytest

from ngangtam.foundation.kernel.days import full_age
from ngangtam.oversight.statistics import model
from ngangtam.oversight.statistics.counting import Cell, broken, fill
from ngangtam.oversight.statistics.model import Form, Formula, Line

DAY = date(2026, 6, 1)
POSTGRADUATE = {"specialist_1", "master", "specialist_2", "doctor"}


# What a row asks, said again by hand: True, False, or None when a fact is missing.
def _age(test):
    return lambda one: None if one.born is None else test(full_age(one.born, DAY))


def _of(name, codes):
    return lambda one: None if getattr(one, name) == "" else getattr(one, name) in codes


ROWS = {
    "total": lambda _one: True,
    "women": _of("gender", {"female"}),
    "ethnic": _of("ethnicity", {"tay"}),
    "age_40": _age(lambda age: age <= 40),
    "age_50": _age(lambda age: 40 < age <= 50),
    "age_51": _age(lambda age: age > 50),
    "college": _of("degree", {"college"}),
    "university": _of("degree", {"university"}),
    "postgraduate": _of("degree", POSTGRADUATE),
    "associate": _of("title", {"associate_professor"}),
    "professor": _of("title", {"professor"}),
    "theory_elementary": _of("theory", {"elementary"}),
    "theory_intermediate": _of("theory", {"intermediate"}),
    "theory_advanced": _of("theory", {"advanced", "bachelor"}),
}  # fmt: skip


def _kinds(*kinds):
    return lambda seat: seat[1] in kinds


COLUMNS = {
    "9a": ("province", {
        "committee": lambda seat: bool(
            {"committee_member", "standing_committee_member"} & set(seat[5])),
        "standing": lambda seat: "standing_committee_member" in seat[5],
        "secretary": _kinds("secretary"), "deputy_secretary": _kinds("deputy_secretary"),
        "council_chair": _kinds("council_chair"), "council_vice": _kinds("council_vice_chair"),
        "people_committee_chair": _kinds("people_committee_chair"),
        "people_committee_vice": _kinds("people_committee_vice_chair"),
        "body_head": lambda seat: seat[1] == "party_commission_head" or (
            seat[1] == "office_chief" and seat[2] == "party_body"),
        "department_head": lambda seat: seat[1] == "department_director" or (
            seat[1] == "office_chief" and seat[2] == "people_committee"),
        "department_deputy": _kinds("deputy_department_director"),
        "service_head": _kinds("service_unit_head"),
    }),
    "9c": ("commune", {
        "people_committee_chair": _kinds("people_committee_chair"),
        "front_head": _kinds("front_chair", "union_head"), "secretary": _kinds("secretary"),
    }),
}  # fmt: skip


@pytest.mark.parametrize("form_id", COLUMNS)
def test_every_cell_equals_counting_by_hand(drawn, lan_province, form_id):
    level, columns = COLUMNS[form_id]
    form = model.form(form_id)

    table = fill(form, unit=lan_province.code, day=DAY)

    for row in form.rows:
        if row.heading:
            continue
        for ident, holds in columns.items():
            inside = [one for one in drawn if any(
                seat[3] == level and holds(seat) for seat in one.seats)]  # fmt: skip
            answers = [ROWS[row.id](one) for one in inside]
            expected = (answers.count(True), answers.count(None))
            cell = table.cells[row.id, ident]
            assert (cell.count, cell.unknown) == expected, (row.id, ident)
    assert table.broken == ()


def test_the_people_behind_a_cell_are_those_counted(drawn, lan_province):
    table = fill(model.form("9a"), unit=lan_province.code, day=DAY)

    for row, column in table.cells:
        cell = table.cells[row, column]
        if cell.count is None:
            continue
        counted, unknown = (table.people(row, column, part) for part in ("counted", "unknown"))
        assert (len(counted), len(unknown)) == (cell.count, cell.unknown)
        assert not set(counted.tolist()) & set(unknown.tolist())


def test_moves_of_the_year_are_counted_by_who_manages(drawn, lan_province):
    table = fill(model.form("13"), unit=lan_province.code, day=DAY)

    def moved(*managers):
        return sum(
            seat[6].year == 2026 and seat[4] in managers and "leadership" in seat[5]
            and seat[1] not in {"secretary", "deputy_secretary", "people_committee_chair",
                                "front_chair"}
            for one in drawn for seat in one.seats
        )  # fmt: skip

    assert table.cells["appointed", "province"].count == moved("province_committee")
    assert table.cells["appointed", "commune"].count == moved("commune_committee")
    assert table.cells["total", "centre"] == Cell(
        None, why="Gồm số lượt giới thiệu ứng cử, chưa có trong hồ sơ"
    )


def test_courses_of_the_year_are_counted_once_a_person(drawn, lan_province):
    table = fill(model.form("10"), unit=lan_province.code, day=DAY)
    asked = {
        "master": {("education", "master")}, "doctor": {("education", "doctor")},
        "politics_high": {("theory", "advanced")}, "refresher": {("training", "refresher")},
        "defence": {("training", "defence")},
        "professional": {("education", code) for code in ("university", "master", "doctor")},
    }  # fmt: skip

    for row, wanted in asked.items():
        for level in ("province", "commune"):
            expected = sum(
                bool(wanted & set(one.courses)) and one.seats[0][3] == level for one in drawn
            )
            assert table.cells[row, level].count == expected, (row, level)
    assert table.broken == ()
    assert table.cells["master", "classes"].count is None


def test_planned_titles_are_read_and_the_rest_is_unknown(drawn, lan_province):
    table = fill(model.form("12a"), unit=lan_province.code, day=DAY)
    planned = [title for one in drawn for title in one.plans]

    cell = table.cells["total", "deputy_secretary"]
    assert cell.count == planned.count("Phó Bí thư Tỉnh ủy")
    assert cell.unknown == planned.count("Cao hơn")
    assert table.cells["total", "department_head"].count == planned.count("Giám đốc Sở Tài chính")


def test_a_unit_counts_only_what_lies_in_it(drawn, lan_province):
    from ngangtam.records.organisation.models import Unit

    unit = Unit.objects.get(kind="department", parent=lan_province)
    table = fill(model.form("9a"), unit=unit.code, day=DAY)

    directors = sum(any(seat[1] == "department_director" for seat in one.seats) for one in drawn)
    assert table.cells["total", "department_head"].count == directors
    assert table.cells["total", "secretary"].count == 0


@pytest.mark.parametrize("form_id", model.form_ids())
def test_every_form_is_whole_and_its_sums_hold(drawn, lan_province, form_id):
    form = model.form(form_id)

    table = fill(form, unit=lan_province.code, day=DAY)

    assert table.broken == ()
    assert set(table.cells) == {
        (row.id, column.id) for row in form.rows if not row.heading for column in form.columns
    }
    for cell in table.cells.values():
        assert (cell.count is None) == bool(cell.why)


def _tiny(*formulas):
    rows = tuple(Line(id=name, label=name) for name in ("a", "b", "all"))
    return Form("x", "x", "x", "people", "seats", "x", rows, (Line(id="c", label="c"),), formulas)


@pytest.mark.parametrize(
    ("rule", "cells", "holds"),
    [
        ("whole", (Cell(2), Cell(3), Cell(5)), True),
        ("whole", (Cell(2), Cell(2), Cell(5)), False),
        ("whole", (Cell(2, 1), Cell(2, 1), Cell(5)), True),
        ("whole", (Cell(3), Cell(3), Cell(5)), False),
        ("whole", (Cell(2), Cell(None, why="x"), Cell(5)), True),
        ("within", (Cell(6), Cell(0), Cell(5)), False),
        ("within", (Cell(5), Cell(5), Cell(5)), True),
        ("at_least", (Cell(3), Cell(3), Cell(5)), True),
        ("at_least", (Cell(1), Cell(1), Cell(5)), False),
    ],
)  # fmt: skip
def test_a_sum_that_does_not_hold_is_named(rule, cells, holds):
    formula = Formula("rows", ("a", "b"), rule, "all")
    form = _tiny(formula)

    found = broken(form, {(name, "c"): cell for name, cell in zip("ab", cells, strict=False)}
                   | {("all", "c"): cells[2]})  # fmt: skip

    assert (not found) == holds
    if not holds:
        assert (found[0].formula, found[0].at, found[0].whole) == (formula, "c", 5)


def test_a_form_that_names_what_it_lacks_is_refused():
    with pytest.raises(model.BadForm, match="formula"):
        model._check(_tiny(Formula("rows", ("a", "z"), "whole", "all")))
