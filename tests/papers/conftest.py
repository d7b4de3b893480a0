"""One person whose records fill most of a form, and the papers made of them."""

import io
from datetime import UTC, date, datetime

import pytest

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.papers import queries
from ngangtam.records.papers.printing import print_paper
from ngangtam.records.papers.telling import PARTS, tell
from ngangtam.records.personnel import steps as personnel

TODAY = date(2026, 6, 1)
PRINTED = datetime(2026, 6, 1, 9, tzinfo=UTC)
# (kind, code, wording, first day, precision, until, details)
RECORDS = (
    ("education", "university", "Đại học chuyên ngành luật", date(2001, 7, 1), "month", None,
     {"major": "Luật", "school": "Đại học Sông Thanh", "form": "Chính quy"}),
    ("education", "master", "Thạc sĩ", date(2009, 1, 1), "year", None,
     {"major": "Quản lý nhà nước", "school": "Học viện Sông Thanh"}),
    ("general_education", "upper_secondary", "12/12", date(1996, 6, 1), "year", None, {}),
    ("theory", "advanced", "Cao cấp", date(2014, 3, 1), "month", None, {"exact": "advanced"}),
    ("state_management", "principal", "Chuyên viên chính", date(2012, 1, 1), "year", None, {}),
    ("language", "level_3", "Tiếng Anh bậc 3 (B1)", date(2011, 5, 1), "month", None,
     {"language": "Tiếng Anh"}),
    ("it", "basic", "Tin học cơ bản", date(2006, 1, 1), "year", None, {}),
    ("training", "defence", "Chứng chỉ đối tượng 3", date(2018, 9, 10), "day", None,
     {"course": "Quốc phòng và an ninh", "school": "Trường Quân sự tỉnh", "result": "Giỏi"}),
    ("party", "member", "03/02/2003", date(2003, 2, 3), "day", None, {"official": "2004-02-03"}),
    ("service", "", "", date(2001, 10, 1), "month", None, {"body": "Sở Tư pháp"}),
    ("union", "", "Đoàn TNCS Hồ Chí Minh", date(1993, 3, 26), "day", None, {}),
    ("army", "", "Thiếu úy", date(1996, 9, 1), "month", date(1998, 10, 1), {"rank": "Thiếu úy"}),
    ("rank", "specialist", "Chuyên viên", date(2005, 1, 1), "month", date(2019, 3, 1),
     {"name": "Chuyên viên", "step": 3, "coefficient": 3.0}),
    ("rank", "principal", "Chuyên viên chính", date(2019, 3, 1), "month", None,
     {"name": "Chuyên viên chính", "step": 4, "coefficient": 5.42}),
    ("award", "", "Bằng khen của Chủ tịch UBND tỉnh", date(2015, 9, 2), "day", None,
     {"body": "Chủ tịch UBND tỉnh"}),
    ("award", "", "Huân chương Lao động hạng Ba", date(2020, 1, 1), "year", None, {}),
    ("discipline", "reprimand", "Khiển trách", date(2010, 4, 10), "day", date(2011, 4, 10),
     {"side": "Chính quyền", "ground": "Chậm giải quyết hồ sơ"}),
    ("family", "father", "Bố đẻ", date(1945, 1, 1), "year", None,
     {"name": "Nguyễn Văn Cha", "born": 1945, "work": "Nông dân, xã Thanh Bình"}),
    ("family", "parent_in_law", "Mẹ vợ", date(1950, 1, 1), "year", None,
     {"name": "Trần Thị Nhạc", "born": 1950}),
    ("health", "", "Tốt", date(2025, 1, 1), "none", None, {"height": 1.68, "blood": "O"}),
    ("foreign", "", "Không", date(2025, 1, 1), "none", None, {}),
    ("work", "", "", date(2001, 10, 1), "month", date(2005, 1, 1),
     {"title": "Chuyên viên", "unit": "Sở Tư pháp – Phòng Hộ tịch"}),
    ("rating", "good", "Hoàn thành tốt nhiệm vụ", date(2025, 12, 15), "day", None, {"year": 2025}),
)  # fmt: skip


@pytest.fixture
def official(lan_department, lan_province, source):
    """Nguyễn Văn Bình, of the department of home affairs, with a whole life in the records."""
    person = personnel.add_person(
        full_name="Nguyễn Văn Bình", other_names="Năm Bình", unit=lan_department, source=source,
        gender="male", birth=PartialDate("10/1978", date(1978, 10, 1), "month"),
        ethnicity="nung", ethnicity_raw="Nùng", religion="none", religion_raw="Không",
        hometown_raw="Xã Thanh Bình, huyện Sông Mây, tỉnh Sông Thanh",
        birthplace_raw="Bệnh viện Sông Mây", personal_number="001078000123",
    )  # fmt: skip
    for kind, code, raw, first, precision, until, detail in RECORDS:
        personnel.add_record(
            person=person, kind=kind, code=code, raw=raw, first_day=first, precision=precision,
            until=until, detail=detail, source=source,
        )  # fmt: skip
    _post(person, lan_department, source, "Trưởng phòng", date(2005, 1, 1), date(2019, 3, 1))
    _post(person, lan_department, source, "Phó Giám đốc Sở Nội vụ", date(2019, 3, 1), None)
    member = organisation.add_post(
        unit=lan_province, title="Ủy viên Ban Chấp hành Đảng bộ tỉnh", first_day=date(2015, 1, 1),
        source=source, committee_member=True,
    )  # fmt: skip
    personnel.add_posting(person=person, post=member, first_day=date(2020, 10, 15), main=False,
                          source=source)  # fmt: skip
    personnel.refresh([person.pk], day=TODAY)
    person.refresh_from_db()
    return person


def _post(person, unit, source, title, first, until):
    post = organisation.add_post(unit=unit, title=title, first_day=date(2004, 1, 1), source=source)
    personnel.add_posting(person=person, post=post, first_day=first, until=until, source=source)


@pytest.fixture
def bare(lan_department, source):
    """Somebody of whom nothing is known but a name."""
    return personnel.add_person(full_name="Lê Thị Trống", unit=lan_department, source=source)


@pytest.fixture
def told():
    """What is told of a person to a viewer."""

    def make(viewer, person, *, on=TODAY, parts=PARTS):
        found = queries.printable_for(viewer, person.number, today=TODAY, parts=parts)
        return tell(found, on=on, seen=found.shown)

    return make


@pytest.fixture
def word():
    """A Word paper, opened."""
    from docx import Document

    def make(told, form="2c"):
        made = print_paper(told, form_id=form, style="docx", at=PRINTED)
        return Document(io.BytesIO(made.content))

    return make


@pytest.fixture
def pdf_text():
    """The text of a PDF paper, spaces folded."""
    from pypdf import PdfReader

    def make(told, form="2c"):
        made = print_paper(told, form_id=form, style="pdf", at=PRINTED)
        pages = PdfReader(io.BytesIO(made.content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    return make


@pytest.fixture
def demo_people(lan_province, source):
    """People drawn as those of the demo are: careers of many kinds, from one seed."""
    from random import Random

    from ngangtam.doors.demo.careers import draw_career
    from ngangtam.doors.demo.province import DISTRICTS, PostPlan

    draw, communes = Random(7), [name for names in DISTRICTS.values() for name in names]
    plans = [
        PostPlan("Bí thư Tỉnh ủy", "secretary", flags=("leadership", "head"),
                 managed_by="politburo"),
        PostPlan("Giám đốc Sở", "department_director", flags=("leadership", "head")),
        PostPlan("Trưởng phòng", "division_head", flags=("leadership",)),
        PostPlan("Chuyên viên", "professional"),
        PostPlan("Giáo viên", "professional", regime="public_employee"),
    ]  # fmt: skip
    made = []
    for number in range(15):
        plan = plans[number % len(plans)]
        career = draw_career(draw, plan, "province", "", communes)
        made.append(_drawn(career, plan, lan_province, source, number))
    personnel.refresh([person.pk for person in made], day=TODAY)
    return made


def _drawn(career, plan, unit, source, number):
    person = personnel.add_person(
        full_name=career.name, unit=unit, source=source, gender=career.gender,
        birth=PartialDate(f"{career.born:%d/%m/%Y}", career.born, "day"),
        ethnicity=career.ethnicity, religion=career.religion, hometown_raw=career.hometown,
        personal_number=f"0{number:011d}",
    )  # fmt: skip
    for fact in career.facts:
        personnel.add_record(
            person=person, kind=fact.kind, code=fact.code, raw=fact.raw, detail=fact.detail,
            first_day=fact.first_day, until=fact.until, precision=fact.precision, source=source,
        )  # fmt: skip
    for title, first, until in [*career.earlier, (plan.title, career.since, None)]:
        post = organisation.add_post(unit=unit, title=title, first_day=date(1980, 1, 1),
                                     source=source, seats=None)  # fmt: skip
        personnel.add_posting(person=person, post=post, first_day=first, until=until,
                              source=source)  # fmt: skip
    return person
