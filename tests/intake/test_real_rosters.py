"""The official lists and the vendor's template, untouched: nobody is missing, no cell is lost."""

import csv
from collections import Counter
from datetime import date

import pytest
from docx import Document

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.intake.cells.cell import ABSENT
from ngangtam.records.intake.people import people_of

pytestmark = pytest.mark.real
DAY = date(2021, 5, 23)


@pytest.fixture
def assembly(shared_data):
    return shared_data / "national_assembly"


def people(roster):
    return [said for block in people_of(roster) for said in block]


def cells_of(files):
    """Count non-empty cells of the people's rows with another library."""
    count = 0
    for file in files:
        for table in Document(file).tables:
            for row in list(table.rows)[2:]:
                count += sum(1 for cell in row.cells if fold(cell.text))
    return count


@pytest.mark.slow
def test_nine_word_files_give_868_people_and_lose_no_cell(assembly, read):
    files = sorted((assembly / "messy").glob("*.docx"))
    roster, report = read(*files, day=DAY)

    totals = report["totals"]
    assert (totals["files"], totals["tables"]) == (9, 184)
    assert (totals["rows_read"], totals["rows_accepted"], totals["rows_rejected"]) == (868, 868, 0)
    assert totals["rows_skipped"] == 0
    assert sum(totals["cells"].values()) == cells_of(files)
    assert totals["cells"]["refused"] == 0
    found = people(roster)
    assert Counter(said.gender for said in found) == {"male": 475, "female": 393}
    assert sum(said.values["party_day"] is ABSENT for said in found) == 74
    assert sum(said.values["degree"] in {"master", "doctor", "specialist_1", "specialist_2"}
               for said in found if "degree" in said.values) == 564  # fmt: skip
    assert len({said.text("province") for said in found}) == 63
    assert all(said.birth.precision == "day" for said in found)


def test_the_compiled_deputies(assembly, read):
    path = assembly / "na15_2021_deputies.csv"
    roster, report = read(path, day=DAY)

    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    found = people(roster)
    assert len(found) == len(rows) == 499
    assert sum(report["totals"]["cells"].values()) == sum(
        1 for row in rows for cell in row.values() if fold(cell)
    )
    assert [said.birth.day.isoformat() for said in found] == [row["dob_iso"] for row in rows]
    assert [said.day("party_day").day.isoformat() if said.day("party_day") else ""
            for said in found] == [row["party_date_iso"] for row in rows]  # fmt: skip
    assert report["totals"]["cells"]["refused"] == 0


def test_candidates_without_names_stand_under_their_codes(assembly, read):
    roster, report = read(assembly / "na15_2021_candidates.pseudo.csv", day=DAY)

    found = people(roster)
    assert len(found) == 868
    assert len({said.name for said in found}) == 868
    assert sum(said.values.get("has_na_term") is True for said in found) == 214
    assert report["totals"]["rows_rejected"] == 0


def test_the_vendors_template(shared_data, read):
    roster, report = read(shared_data / "forms" / "docx" / "mau_ds_can_bo_import.xlsx", day=DAY)

    found = people(roster)
    assert [said.name for said in found][:2] == ["Hoàng Ngọc Hà", "Lê Hà Nam"]
    assert len(found) == 10
    assert found[0].birth.day == date(1959, 10, 20)
    entry = report["files"][0]
    assert Counter(row["kind"] for row in entry["rows_skipped"]) == {"only_number": 10, "above": 2}
    assert entry["tables"] == 3
    assert "phân loại công tác" in {problem["raw"] for problem in entry["problems"]}


def test_blank_forms_hold_nobody(shared_data, read):
    for path in sorted((shared_data / "forms" / "docx").glob("*.docx")):
        _roster, report = read(path, day=DAY)
        assert report["totals"]["rows_accepted"] == 0, path.name


def test_old_office_files_are_asked_for_anew(shared_data, read):
    for path in sorted((shared_data / "forms" / "docx").glob("*.doc")):
        _roster, report = read(path, day=DAY)
        assert ".docx" in report["files"][0]["error"]


def test_the_official_conversion_table_is_no_roster(shared_data, read):
    folder = shared_data / "admin_units" / "messy"
    for path in sorted(folder.glob("*.csv")):
        _roster, report = read(path, day=DAY)
        assert report["totals"]["rows_accepted"] == 0, path.name
