"""Writing the fictional province into an empty instance."""

import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final, NamedTuple, TypedDict, cast

from django.db import connection, transaction

from ngangtam.doors.demo import own_files
from ngangtam.doors.demo.careers import DRAWN_ON, REFORM, Career, draw_career
from ngangtam.doors.demo.province import DISTRICTS, PROVINCE, PostPlan, UnitPlan, system
from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel.home import room
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.text import name_key, plain, text_key
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import (
    Area,
    AreaSuccession,
    Decision,
    Establishment,
    Level,
    Post,
    Source,
    Unit,
    UnitSuccession,
)
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting, Record

SEED: Final = 20250701
_FOUNDED: Final = date(2004, 1, 1)
_LABELS: Final = {"kinh": "Kinh", "tay": "Tày", "thai": "Thái", "muong": "Mường", "nung": "Nùng",
                  "hmong": "HMông", "dao": "Dao"}  # fmt: skip
# Numbers start apart, so that an id used in the wrong place finds nothing.
_FIRST_IDS: Final = {"organisation_unit": 1_000, "organisation_post": 20_000,
                     "personnel_person": 500_000, "personnel_posting": 700_000}  # fmt: skip

Progress = Callable[[str, float], None]


@dataclass
class _Work:
    """What is made on the way, by the name that later parts use."""

    draw: Random
    source: Source
    decision: Decision
    areas: dict[str, Area] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    posts: list[tuple[Post, PostPlan, UnitPlan]] = field(default_factory=list)
    districts: list[Unit] = field(default_factory=list)
    elsewhere: list[Area] = field(default_factory=list)


def is_loaded() -> bool:
    return Unit.objects.filter(code="SG").exists()


@transaction.atomic
def load(progress: Progress = lambda _text, _share: None) -> int:
    """Write the province, its people and its accounts; return the number of people.

    Errors: RuntimeError when the instance already holds the demo.
    """
    if is_loaded():
        raise RuntimeError("the demo is already loaded")
    _number_apart()
    root = organisation.root_unit()
    work = _Work(
        draw=Random(SEED),  # noqa: S311 - a story, not a secret
        source=organisation.add_source(kind="demo", name="Hồ sơ gốc (tỉnh hư cấu)", day=DRAWN_ON),
        decision=organisation.add_decision(
            number="01/QĐ-HC", day=date(2025, 6, 30), body="Cơ quan có thẩm quyền (hư cấu)",
            kind="reorganisation", summary="Tổ chức chính quyền địa phương hai cấp",
            effects=["Giải thể cấp huyện", "Thành lập 30 xã, phường"],
        ),
    )  # fmt: skip
    progress("Địa bàn", 0.02)
    work.elsewhere = list(Area.objects.on(REFORM).filter(level=Level.PROVINCE).order_by("code"))
    _make_areas(work)
    _make_former_districts(work, root)
    progress("Đơn vị và vị trí", 0.1)
    _make_unit(work, system(), root, position=1)
    _link_districts(work)
    progress("Hồ sơ cán bộ", 0.3)
    people = _make_people(work)
    progress("Chức vụ kiêm nhiệm", 0.85)
    _make_memberships(work, people)
    with connection.cursor() as cursor:
        # Fresh tables have no statistics, and plans made without them take minutes.
        cursor.execute("analyze personnel_person, personnel_posting, personnel_record")
        cursor.execute("analyze organisation_unit, organisation_post")
    personnel.refresh_people([row.person.pk for row in people], day=DRAWN_ON)
    personnel.settle(day=DRAWN_ON)
    progress("Tài khoản", 0.97)
    _make_accounts(work, root)
    progress("Xong", 1.0)
    return len(people)


def _number_apart() -> None:
    with connection.cursor() as cursor:
        for table, first in _FIRST_IDS.items():
            cursor.execute(
                "select setval(pg_get_serial_sequence(%s, 'id'), greatest(%s, "
                "nextval(pg_get_serial_sequence(%s, 'id'))))",
                [table, first, table],
            )


def _make_areas(work: _Work) -> None:
    before, after = span(_FOUNDED, REFORM), span(REFORM)

    def area(code: str, level: str, name: str, parent: Area | None, *, old: bool) -> Area:
        return Area.objects.create(
            code=code, level=level, kind=name.split(" ", maxsplit=1)[0], name=name,
            name_plain=plain(name), parent=parent, valid=before if old else after,
        )  # fmt: skip

    name = f"Tỉnh {PROVINCE}"
    old_province = area("S0", Level.PROVINCE, name, None, old=True)
    province = area("S0", Level.PROVINCE, name, None, old=False)
    work.areas[PROVINCE] = province
    _succeed(old_province, province)
    number = 0
    for index, (district, communes) in enumerate(DISTRICTS.items(), start=1):
        old_district = area(f"S{index:02d}", Level.DISTRICT, district, old_province, old=True)
        work.areas[district] = old_district
        for commune in communes:
            number += 1
            here = area(f"S{number:04d}", Level.COMMUNE, commune, province, old=False)
            work.areas[commune] = here
            for part, suffix in enumerate(("", " Thượng"), start=1):
                was = area(f"S{number:03d}{part}", Level.COMMUNE, f"{commune}{suffix}",
                           old_district, old=True)  # fmt: skip
                _succeed(was, here)


def _succeed(before: Area, after: Area) -> None:
    AreaSuccession.objects.create(
        before=before, after=after, extent=AreaSuccession.Extent.WHOLE, day=REFORM,
        raw="Nhập toàn bộ",
    )  # fmt: skip


def _make_former_districts(work: _Work, root: Unit) -> None:
    for index, district in enumerate(DISTRICTS, start=1):
        unit = organisation.add_unit(
            code=f"SG.H{index}", name=district, kind="government", level=Level.DISTRICT,
            parent=root, first_day=_FOUNDED, area=work.areas[district], position=900 + index,
            source=work.source,
        )  # fmt: skip
        work.districts.append(unit)


def _link_districts(work: _Work) -> None:
    """Close the former districts on the day of the reform; their communes follow them."""
    number = 0
    for district, communes in zip(work.districts, DISTRICTS.values(), strict=True):
        district.ended_on = REFORM
        district.save(update_fields=["ended_on"])
        district.versions.update(valid=span(_FOUNDED, REFORM))
        for _name in communes:
            number += 1
            UnitSuccession.objects.create(
                before=district, after=work.units[f"SG.X{number:02d}"],
                kind=UnitSuccession.Kind.SPLIT, day=REFORM, decision=work.decision,
            )  # fmt: skip


def _make_unit(work: _Work, plan: UnitPlan, parent: Unit, position: int) -> None:
    new = plan.level == "commune"
    unit = organisation.add_unit(
        code=plan.code, name=plan.name, kind=plan.kind, level=plan.level, parent=parent,
        first_day=REFORM if new else _FOUNDED, area=work.areas.get(plan.area), position=position,
        decision=work.decision if new else None, source=None if new else work.source,
    )  # fmt: skip
    work.units[plan.code] = unit
    for index, post in enumerate(plan.posts):
        made = organisation.add_post(
            unit=unit, title=post.title, title_kind=post.kind, seats=post.seats,
            first_day=REFORM if new else _FOUNDED, regime=post.regime, managed_by=post.managed_by,
            position=index, source=work.source, **_truths(post),
        )  # fmt: skip
        work.posts.append((made, post, plan))
    for regime, number in plan.establishment.items():
        Establishment.objects.create(
            unit=unit, regime=regime, number=number, valid=span(REFORM), decision=work.decision
        )
    for index, below in enumerate(plan.below):
        _make_unit(work, below, unit, index)


class _Truths(TypedDict, total=False):
    """What may be true of a post, by the names that the step takes."""

    leadership: bool
    head: bool
    key_leader: bool
    committee_member: bool
    standing_committee_member: bool
    deputy_elected: bool


def _truths(plan: PostPlan) -> _Truths:
    return cast("_Truths", dict.fromkeys(plan.flags, True))


def _is_membership(plan: PostPlan) -> bool:
    """Seats on committees and councils that people hold beside their main post."""
    return bool({"committee_member", "deputy_elected"} & set(plan.flags))


class _Made(NamedTuple):
    """Somebody who was drawn, and where."""

    person: Person
    career: Career
    unit: UnitPlan
    post: PostPlan


def _make_people(work: _Work) -> list[_Made]:
    draw = work.draw
    made: list[_Made] = []
    communes = [name for names in DISTRICTS.values() for name in names]
    mains: list[tuple[Person, Post, int, Career]] = []
    for post, plan, unit_plan in work.posts:
        if _is_membership(plan):
            continue
        held = [seat for seat in range(1, plan.seats + 1) if draw.random() < plan.filled]
        for seat in held:
            place = unit_plan.area if unit_plan.level == "commune" else ""
            career = draw_career(draw, plan, unit_plan.level, place, communes)
            person = _person(work, career, work.units[unit_plan.code])
            mains.append((person, post, seat, career))
            made.append(_Made(person, career, unit_plan, plan))
    numbers = personnel.next_numbers(len(made))
    for row, number in zip(made, numbers, strict=True):
        row.person.number = number
    Person.objects.bulk_create([row.person for row in made], batch_size=500)
    Posting.objects.bulk_create(
        [
            Posting(person=person, post=post, seat=seat, valid=span(career.since),
                    source=work.source, recorded_by="demo")
            for person, post, seat, career in mains
        ],
        batch_size=1000,
    )  # fmt: skip
    _make_earlier(work, made)
    _make_records(work, made)
    return made


def _person(work: _Work, career: Career, unit: Unit) -> Person:
    hometown, written = _hometown(work, career)
    return Person(
        full_name=career.name, name_key=name_key(career.name), name_plain=plain(career.name),
        birth_raw=f"{career.born:%d/%m/%Y}", birth_day=career.born, birth_precision="day",
        gender=career.gender, ethnicity=career.ethnicity,
        ethnicity_raw=_LABELS[career.ethnicity], religion=career.religion,
        religion_raw="Không" if career.religion == "none" else "", nationality="Việt Nam",
        hometown_raw=written, hometown=hometown, source=work.source,
        personal_number=f"0{work.draw.randrange(10**11):011d}",
        home_unit=unit, home_path=unit.path,
    )  # fmt: skip


def _hometown(work: _Work, career: Career) -> tuple[Area, str]:
    """Most are from the province; some come from a real province elsewhere."""
    if work.elsewhere and work.draw.random() < 0.3:
        area = work.draw.choice(work.elsewhere)
        return area, area.name
    area = work.areas[career.hometown]
    return area, f"{area.name}, tỉnh {PROVINCE}"


def _make_earlier(work: _Work, made: list[_Made]) -> None:
    """Earlier posts were held in the former districts and in the departments."""
    homes = [*work.districts, *(work.units[f"SG.UB.{code}"] for code in ("SNV", "STC", "SNN"))]
    posts: dict[tuple[int, str], Post] = {}
    seats: dict[int, int] = {}
    rows = []
    for person, career, _unit, _post in made:
        home = work.draw.choice(homes)
        for title, first, until in career.earlier:
            last = min(until, REFORM) if home.level == Level.DISTRICT else until
            if first < _FOUNDED or last <= first:
                continue
            key = (home.pk, title)
            if key not in posts:
                posts[key] = organisation.add_post(
                    unit=home, title=title, seats=None, first_day=_FOUNDED,
                    title_kind=_earlier_kind(title), leadership=title != "Chuyên viên",
                    source=work.source, position=90,
                )  # fmt: skip
            post = posts[key]
            seats[post.pk] = seats.get(post.pk, 0) + 1
            rows.append(
                Posting(person=person, post=post, seat=seats[post.pk], title_raw=title,
                        workplace_raw=home.name, valid=span(first, last), source=work.source,
                        recorded_by="demo")
            )  # fmt: skip
    Posting.objects.bulk_create(rows, batch_size=1000)
    _close_earlier(posts.values(), rows)


def _close_earlier(posts: Iterable[Post], rows: list[Posting]) -> None:
    """Earlier posts end with the last person who held them."""
    last: dict[int, date] = {}
    for row in rows:
        last[row.post_id] = max(last.get(row.post_id, _FOUNDED), row.valid.upper)
    for post in posts:
        post.valid = span(_FOUNDED, last[post.pk])
    Post.objects.bulk_update(posts, ["valid"])


def _earlier_kind(title: str) -> str:
    return {"Phó Trưởng phòng": "deputy_division_head", "Trưởng phòng": "division_head"}.get(
        title, "professional"
    )


def _make_records(work: _Work, made: list[_Made]) -> None:
    Record.objects.bulk_create(
        [
            Record(person=person, kind=fact.kind, code=fact.code, raw=fact.raw,
                   detail=fact.detail, precision=fact.precision,
                   valid=span(fact.first_day, fact.until), source=work.source, recorded_by="demo")
            for person, career, _unit, _post in made
            for fact in career.facts
        ],
        batch_size=2000,
    )  # fmt: skip


def _make_memberships(work: _Work, made: list[_Made]) -> None:
    """Seat leaders of the province, and of each commune, on their committees and councils."""
    circles: dict[str, list[Person]] = {}
    for row in sorted(made, key=_standing, reverse=True):
        circles.setdefault(_circle(row.unit.code), []).append(row.person)
    rows = []
    for post, plan, unit_plan in work.posts:
        if not _is_membership(plan):
            continue
        circle = circles.get(_circle(unit_plan.code), [])
        wanted = round(plan.seats * plan.filled)
        rows += [
            Posting(
                person=person,
                post=post,
                seat=seat,
                main=False,
                valid=span(REFORM),
                source=work.source,
                recorded_by="demo",
            )
            for seat, person in enumerate(circle[:wanted], start=1)
        ]
    Posting.objects.bulk_create(rows, batch_size=1000)


def _circle(code: str) -> str:
    return code.split(".")[1] if code.startswith("SG.X") else "province"


def _standing(row: _Made) -> tuple[int, bool, bool, str]:
    """Rank people for seats: whom a higher level manages, heads, leaders, then by name."""
    managers = {"politburo": 5, "secretariat": 4, "province_committee": 3, "commune_committee": 2}
    flags = row.post.flags
    return (
        managers.get(row.post.managed_by, 1),
        "head" in flags,
        "leadership" in flags,
        text_key(row.person.full_name),
    )


# Lan keeps the files of the whole province; Minh has a login and no grant; Hoa is elsewhere.
_ACCOUNTS: Final = (
    ("lan", "Trần Thị Lan", "Cán bộ Ban Tổ chức Tỉnh ủy", "personnel_officer", "ROOT"),
    ("minh", "Lê Văn Minh", "Chuyên viên, chưa được cấp quyền", "", ""),
    ("hoa", "Phạm Thị Hoa", "Công chức tổ chức của một xã", "personnel_officer", "SG.X30"),
    ("thanhtra", "Ngô Đức Thanh", "Thanh tra viên", "inspector", "SG"),
    ("mattran", "Vũ Thị Mai", "Cán bộ Mặt trận giám sát", "supervisor", "SG"),
    ("quantri", "Đỗ Quang Trị", "Quản trị hệ thống", "administrator", "ROOT"),
    ("truongban", "Hoàng Văn Trường", "Trưởng Ban Tổ chức Tỉnh ủy", "unit_head", "ROOT"),
    ("uyvien", "Nguyễn Thị Ủy", "Ủy viên Ban Thường vụ Tỉnh ủy", "deciding_member", "SG"),
    ("kiemsoat", "Bùi Văn Kiểm", "Cán bộ kiểm soát nhật ký", "auditor", "ROOT"),
    ("khanh", "Ngô Văn Khánh", "Cán bộ Ban Tổ chức, người thứ hai", "personnel_officer", "ROOT"),
    ("thamdinh", "Đinh Thị Thẩm", "Cán bộ thẩm định Ban Tổ chức Tỉnh ủy", "appraiser", "ROOT"),
)


def _make_accounts(work: _Work, root: Unit) -> None:
    from django.utils.translation import gettext as _

    from ngangtam.foundation.access.roles import ROLES
    from ngangtam.foundation.access.steps import lay_down

    units = {**work.units, "ROOT": root}
    shown = []
    for username, name, position, role, code in _ACCOUNTS:
        # A new password for every instance: a demo that somebody exposes is no open door.
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(
            username, password=password, full_name=name, position=position
        )
        if role:
            lay_down(
                user=user, role=role, path=str(units[code].path), unit_label=units[code].name,
                first_day=date(2020, 1, 1), reason=_("Account of the demonstration"),
            )  # fmt: skip
        label = str(ROLES[role].label) if role else ""
        shown.append({"username": username, "password": password, "full_name": name,
                      "role": f"{position} ({label})" if label else position})  # fmt: skip
    people = [(username, own_files.person_in(code), "") for username, code in own_files.OFFICIALS]
    people += [(username, own_files.head_of(code, DRAWN_ON), code)
               for username, code in own_files.HEADS]  # fmt: skip
    for username, person, code in people:
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(
            username, password=password, full_name=person.full_name, position=person.headline[:200]
        )
        own_files.link(user, person)
        if code:
            lay_down(
                user=user, role="unit_head", path=str(units[code].path),
                unit_label=units[code].name, first_day=date(2020, 1, 1),
                reason=_("Account of the demonstration"),
            )  # fmt: skip
        label = str(ROLES["unit_head" if code else "official"].label)
        shown.append({"username": username, "password": password, "full_name": person.full_name,
                      "role": f"{person.headline} ({label})"})  # fmt: skip
    path = room("demo") / "accounts.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(shown, file, ensure_ascii=False, indent=1)
