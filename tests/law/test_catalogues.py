import csv
import unicodedata
from collections import Counter

import pytest

MATCHED = {
    "variants_ethnicity.csv": "ethnicity",
    "variants_religion.csv": "religion",
    "variants_degree.csv": "degree",
    "variants_political_theory.csv": "political_theory",
    "variants_general_education.csv": "general_education",
    "variants_gender.csv": "gender",
}
# What real lists hold that is no value: the label of a button, numbers from a scraped table.
RUBBISH = {"Đóng", "13", "28"}


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("name", MATCHED)
def test_every_real_spelling_is_matched_or_reported(book, shared_data, name):
    catalogue = book.catalogues[MATCHED[name]]

    for row in _rows(shared_data / "catalogues" / name):
        found = catalogue.match(row["raw_value"])
        if not row["raw_value"].strip():
            assert (found.code, found.how, found.reason) == (None, "none", None)
        elif row["raw_value"] in RUBBISH:
            assert found.code is None
            assert found.reason
        else:
            assert found.how != "none", row["raw_value"]
            assert found.code or found.reason, row["raw_value"]


def test_only_few_spellings_need_a_person(book, shared_data):
    doubtful = {
        row["raw_value"]
        for name, ident in MATCHED.items()
        for row in _rows(shared_data / "catalogues" / name)
        if book.catalogues[ident].match(row["raw_value"]).how == "uncertain"
    }

    assert len(doubtful) <= 10


def test_the_official_counts_of_the_candidates_of_2021_come_out(book, shared_data):
    folder = shared_data / "national_assembly"
    rows = list(_rows(folder / "na15_2021_candidates.pseudo.csv"))

    def count(ident, column):
        match = book.catalogues[ident].match
        return Counter(match(row[column]).code for row in rows)

    degree, theory = count("degree", "degree_raw"), count("theory_exact", "political_theory")
    high = ("specialist_1", "master", "specialist_2", "doctor")
    assert sum(degree[code] for code in high) == 564
    assert count("gender", "gender")["female"] == 393
    assert len(rows) - count("ethnicity", "ethnicity")["kinh"] == 185
    wanted = {"bachelor": 55, "advanced": 587, "intermediate": 111, "elementary": 35, "none": 80}
    assert theory == wanted


def test_the_postgraduates_among_the_deputies_of_2021_come_out(book, shared_data):
    match = book.catalogues["degree"].match
    rows = list(_rows(shared_data / "national_assembly" / "na15_2021_deputies.csv"))
    high = {"specialist_1", "master", "specialist_2", "doctor"}

    assert sum(match(row["degree"]).code in high for row in rows) == 392
    best = [
        max(match(row[column]).position or -1 for column in ("degree", "professional"))
        for row in rows
    ]
    assert sum(place >= book.catalogues["degree"].position("specialist_1") for place in best) == 392


@pytest.mark.parametrize(
    ("raw", "code", "how"),
    [
        ("Thạc sĩ", "master", "exact"),
        (unicodedata.normalize("NFD", "Thạc sĩ"), "master", "exact"),
        ("\u00a0Thạc\u00a0sĩ ", "master", "exact"),
        ("THẠC SỸ", "master", "alias"),
        ("thac si", "master", "alias"),
        ("Đại học chuyên ngành luật; Thạc sĩ chuyên ngành luật", "master", "pattern"),
        ("Đại học chuyên ngành Chuyên khoa Kỹ thuật hình sự", "university", "pattern"),
        ("Cao đẳng chuyên ngành kiểm sát; Thạc sĩ chuyên ngành luật", "master", "pattern"),
        ("Thạc sĩ Luật, đang làm Nghiên cứu sinh Tiến sĩ Luật", "master", "pattern"),
        ("Thạc sĩ Văn hóa học (đang làm NCS chuyên ngành Văn hóa)", "master", "pattern"),
        ("Nghiên cứu sinh", None, "uncertain"),
        ("Đang học thạc sĩ", None, "uncertain"),
        ("Đã bảo vệ Luận văn Thạc sĩ (chờ cấp bằng)", None, "uncertain"),
        ("PGS.TS", "doctor", "pattern"),
        ("Phó Giáo sư", "doctor", "uncertain"),
        ("Bác sĩ chuyên khoa cấp II Nội khoa", "specialist_2", "pattern"),
        ("BSCKI", "specialist_1", "alias"),
        ("Kỹ sư, cử nhân", "university", "pattern"),
        ("Trung cấp lý luận chính trị", None, "uncertain"),
        ("Không", "none", "uncertain"),
        ("Luật", None, "none"),
        ("", None, "none"),
        (None, None, "none"),
        (12, None, "none"),
    ],
)
def test_free_text_about_a_degree_gives_the_highest_one_awarded(book, raw, code, how):
    found = book.catalogues["degree"].match(raw)

    assert (found.code, found.how) == (code, how)
    assert (found.position is None) == (code is None)


def test_a_specialist_degree_has_its_own_code_and_is_marked_as_disputed(book):
    for raw in ("Bác sĩ chuyên khoa II", "Bác sĩ chuyên khoa I"):
        found = book.catalogues["degree"].match(raw)
        assert found.disputed
        assert found.reason["vi"]
        assert found.reason["en"]


@pytest.mark.parametrize(
    ("raw", "reached", "official"),
    [
        ("Cử nhân, Cao cấp", "bachelor", "none"),
        ("Đang học Trung cấp", None, "none"),
        ("Cử nhân chính trị", "bachelor", "none"),
        ("Thạc sĩ", "bachelor", "none"),
        ("-", "none", "none"),
        ("Không", "none", "none"),
        ("Cao cấp", "advanced", "advanced"),
        ("Cử\u00a0nhân", "bachelor", "bachelor"),
        ("", None, None),
    ],
)
def test_a_compound_label_is_read_but_falls_in_the_rest_of_the_official_table(
    book, raw, reached, official
):
    assert book.catalogues["political_theory"].match(raw).code == reached
    assert book.catalogues["theory_exact"].match(raw).code == official


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("H`rê", "hre"),
        ("M nông", "mnong"),
        ("Cơ - ho", "co_ho"),
        ("K`Hor", "co_ho"),
        ("Xê đăng (Kdong)", "xo_dang"),
        ("Cao Lan (Sán Chay)", "san_chay"),
        ("Bru - Vân Kiều", "bru_van_kieu"),
        ("KINH", "kinh"),
        ("08", "hmong"),
        ("Lào", "lao"),
        ("Thổ", "tho"),
        ("Người nước ngoài", "foreign"),
        ("Không rõ", None),
    ],
)
def test_an_ethnic_group_is_found_under_its_many_names(book, raw, code):
    assert book.catalogues["ethnicity"].match(raw).code == code


def test_the_state_list_of_ethnic_groups_is_complete(book, shared_data):
    listed = list(_rows(shared_data / "catalogues" / "dan_toc_54.csv"))
    catalogue = book.catalogues["ethnicity"]

    for row in listed[:54]:
        found = catalogue.match(row["name"])
        assert catalogue.entry(found.code).state_code == row["code"]
    assert [entry.state_code for entry in catalogue][:54] == [f"{n:02d}" for n in range(1, 55)]


def test_academic_titles_are_apart_from_degrees(book):
    match = book.catalogues["academic_title"].match

    assert match("Phó Giáo sư, Tiến sĩ").code == "associate_professor"
    assert match("Giáo sư; Tiến sĩ").code == "professor"
    assert match("Tiến sĩ").code is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Phó Bí thư Thường trực Huyện ủy", "deputy_secretary"),
        ("Bí thư Đảng ủy xã", "secretary"),
        ("Phó Chủ tịch UBND tỉnh", "people_committee_vice_chair"),
        ("Chủ tịch Hội đồng nhân dân", "council_chair"),
        ("Phó Giám đốc Sở Nội vụ", "deputy_department_director"),
        ("Ứng cử viên đại biểu Quốc hội khóa XV", "candidate"),
        ("Đại biểu Quốc hội", "national_assembly_deputy"),
        ("Trưởng ban Pháp chế HĐND tỉnh", "council_board_head"),
        ("Chuyên viên", "professional"),
        ("Bí thư Tỉnh đoàn", "union_head"),
    ],
)
def test_a_free_title_is_recognised_as_a_kind_of_title(book, raw, code):
    assert book.catalogues["title_kind"].match(raw).code == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("12/12 (bổ túc)", "upper_secondary"),
        ("7/10", "lower_secondary"),
        ("09/12", "lower_secondary"),
        ("11/12", "lower_secondary"),
        ("4/10", "primary"),
        ("3/12", "none"),
    ],
)
def test_the_last_class_gives_the_level_finished(book, raw, code):
    assert book.catalogues["general_education"].match(raw).code == code
