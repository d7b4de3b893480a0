"""A small province with people drawn at random, unknowns among them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

DAY = date(2026, 6, 1)
# (title, kind of title, kind of unit, level, managed by, flags)
POSTS = (
    ("Bí thư", "secretary", "party_committee", "province", "politburo", {"leadership": True}),
    ("Phó Bí thư", "deputy_secretary", "party_committee", "province", "secretariat",
     {"leadership": True}),
    ("Ủy viên BTV", "standing_committee_member", "party_standing_committee", "province", "",
     {"standing_committee_member": True}),
    ("Ủy viên BCH", "committee_member", "party_committee", "province", "",
     {"committee_member": True}),
    ("Trưởng ban", "party_commission_head", "party_body", "province", "province_committee",
     {"leadership": True, "head": True}),
    ("Chánh Văn phòng", "office_chief", "party_body", "province", "province_committee",
     {"leadership": True}),
    ("Chánh Văn phòng", "office_chief", "people_committee", "province", "province_committee",
     {"leadership": True}),
    ("Giám đốc Sở", "department_director", "department", "province", "province_committee",
     {"leadership": True, "head": True}),
    ("Phó Giám đốc", "deputy_department_director", "department", "province",
     "province_committee", {"leadership": True}),
    ("Hiệu trưởng", "service_unit_head", "public_service_unit", "province", "body",
     {"leadership": True}),
    ("Chủ tịch UBND xã", "people_committee_chair", "people_committee", "commune",
     "province_committee", {"leadership": True, "head": True}),
    ("Chủ tịch MTTQ xã", "front_chair", "front", "commune", "commune_committee",
     {"leadership": True}),
    ("Chuyên viên", "professional", "department", "province", "body", {}),
)  # fmt: skip


@dataclass
class Somebody:
    """What the test itself knows of a person, kept apart from the records."""

    number: int
    gender: str
    ethnicity: str
    born: date | None
    degree: str
    title: str
    theory: str
    seats: list = field(default_factory=list)
    courses: list = field(default_factory=list)
    plans: list = field(default_factory=list)


@pytest.fixture
def drawn(lan_province, source):
    """People, with several posts each, and what is known of them."""
    draw = Random(11)
    units = {}
    for _title, _kind, unit_kind, level, _managed_by, _flags in POSTS:
        if (unit_kind, level) not in units:
            units[unit_kind, level] = organisation.add_unit(
                code=f"T1.{len(units)}", name=f"{unit_kind} {level}", kind=unit_kind, level=level,
                parent=lan_province, first_day=date(2020, 1, 1), source=source,
            )  # fmt: skip
    posts = [
        organisation.add_post(
            unit=units[unit_kind, level], title=title, title_kind=kind, seats=None,
            managed_by=managed_by, first_day=date(2020, 1, 1), source=source, **flags,
        )
        for title, kind, unit_kind, level, managed_by, flags in POSTS
    ]  # fmt: skip
    people = [_somebody(draw, number, posts, source) for number in range(60)]
    personnel.refresh([one.number for one in people], day=DAY)
    return people


def _somebody(draw, number, posts, source):
    born = None if draw.random() < 0.1 else DAY - timedelta(days=draw.randint(8000, 22000))
    one = Somebody(
        0, draw.choice(["male", "female", ""]), draw.choice(["kinh", "tay", ""]), born,
        draw.choice(["", "college", "university", "master", "doctor"]),
        draw.choice(["", "none", "associate_professor", "professor"]),
        draw.choice(["", "none", "elementary", "intermediate", "advanced", "bachelor"]),
    )  # fmt: skip
    chosen = draw.sample(range(len(posts)), draw.randint(1, 3))
    person = personnel.add_person(
        full_name=f"Nguyễn Văn Số {number}", unit=posts[chosen[0]].unit, source=source,
        gender=one.gender, ethnicity=one.ethnicity,
        birth=PartialDate(f"{born:%d/%m/%Y}", born, "day") if born else None,
    )  # fmt: skip
    one.number = person.pk
    for at, place in enumerate(chosen):
        since = date(draw.randint(2021, 2026), draw.randint(1, 5), 1)
        personnel.add_posting(person=person, post=posts[place], first_day=since, main=at == 0,
                              seat=number + 1, source=source)  # fmt: skip
        one.seats.append((*POSTS[place], since))
    for kind, code in (("education", one.degree), ("academic_title", one.title),
                       ("theory", one.theory)):  # fmt: skip
        if code:
            since = date(draw.choice([2015, 2026]), 3, 1)
            personnel.add_record(person=person, kind=kind, code=code, first_day=since,
                                 source=source)  # fmt: skip
            if since.year == 2026:
                one.courses.append((kind, code))
    for code in draw.sample(["refresher", "defence", "state_management"], draw.randint(0, 2)):
        personnel.add_record(person=person, kind="training", code=code,
                             first_day=date(2026, 2, 1), source=source)  # fmt: skip
        one.courses.append(("training", code))
    if draw.random() < 0.4:
        title = draw.choice(["Phó Bí thư Tỉnh ủy", "Giám đốc Sở Tài chính", "Cao hơn"])
        personnel.add_record(person=person, kind="plan", first_day=date(2025, 1, 1),
                             detail={"title": title}, source=source)  # fmt: skip
        one.plans.append(title)
    return one
