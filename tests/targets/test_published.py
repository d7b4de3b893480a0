"""The official lists of 2021, brought in as they were posted, give the official figures."""

import json
from datetime import date

import pytest

from ngangtam.oversight.targets.indicators import indicators
from ngangtam.records.intake.commands import import_roster

ANNOUNCED = date(2021, 4, 27)
ELECTED = date(2021, 5, 23)
# The words of the published tables, and our indicators that mean the same.
SAME = {
    "political_theory=cu nhan": "theory_bachelor",
    "political_theory=cao cap": "theory_advanced",
    "political_theory=trung cap": "theory_intermediate",
    "political_theory=so cap": "theory_elementary",
    "political_theory=none": "theory_none",
    "mean_age_rounded": "mean_age",
}
# "Re-elected" means the preceding term in one official table and any earlier term in the other.
RE_ELECTED = {
    "NA15_candidates": "re_elected_previous_term",
    "NA15_deputies": "re_elected_any_term",
}


def _import(files, post, day):
    done = import_roster(files, unit_code="QH15", unit_name="Quốc hội", post_title=post, day=day)
    return done.report


def _compare(shared_data, body, day):
    path = shared_data / "national_assembly" / "published_statistics.json"
    rows = json.loads(path.read_text())["stats"]
    ours = {row["id"]: row for row in indicators("QH15", day, "na15-2021")}
    compared = 0
    for row in rows:
        if row["body"] != body or row["match"] != "EXACT":
            continue
        name = row["indicator"]
        name = RE_ELECTED[body] if name == "re_elected" else SAME.get(name, name)
        figure = ours[name].get("value", ours[name]["count"])
        assert figure == row["published_count"], name
        if row["published_percent"] is not None:
            assert ours[name]["percent"] == row["published_percent"], name
        compared += 1
    return compared


@pytest.mark.real
@pytest.mark.slow
def test_nine_word_files_give_the_published_figures_of_the_candidates(db, shared_data):
    files = sorted((shared_data / "national_assembly" / "messy").glob("*.docx"))

    report = _import(files, "Ứng cử viên đại biểu Quốc hội", ANNOUNCED)

    assert len(files) == 9
    totals = report["totals"]
    assert (totals["rows_read"], totals["rows_accepted"], totals["rows_rejected"]) == (868, 868, 0)
    assert _compare(shared_data, "NA15_candidates", ANNOUNCED) == 13


@pytest.mark.real
@pytest.mark.slow
def test_the_csv_gives_the_published_figures_of_the_deputies(db, shared_data):
    file = shared_data / "national_assembly" / "na15_2021_deputies.csv"

    report = _import([file], "Đại biểu Quốc hội", ELECTED)

    totals = report["totals"]
    assert (totals["rows_read"], totals["rows_accepted"], totals["rows_rejected"]) == (499, 499, 0)
    assert _compare(shared_data, "NA15_deputies", ELECTED) == 10


@pytest.mark.real
@pytest.mark.slow
def test_under_forty_depends_on_the_day_that_the_definition_names(db, shared_data):
    files = sorted((shared_data / "national_assembly" / "messy").glob("*.docx"))
    _import(files, "Ứng cử viên đại biểu Quốc hội", ANNOUNCED)

    def under_40(definitions):
        found = indicators("QH15", ELECTED, definitions)
        return next(row["count"] for row in found if row["id"] == "under_40")

    assert under_40("na15-2021") == 224
    assert under_40("na15-2021-election-day") == under_40("standard") == 221
