"""Believable careers for people who do not exist. Everything is drawn from one seeded source."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from ngangtam.doors.demo.names import full_name
from ngangtam.doors.demo.province import MOUNTAIN, PostPlan
from ngangtam.foundation.kernel.days import add_months

# The day as of which the province is drawn; ratings end with the year before.
DRAWN_ON: Final = date(2026, 9, 1)
REFORM: Final = date(2025, 7, 1)

_LEADING_KINDS: Final = frozenset(
    {"secretary", "people_committee_chair", "council_chair", "department_director",
     "party_commission_head", "chief_inspector", "front_chair"}
)  # fmt: skip
_MAJORS: Final = (
    "Luật", "Hành chính công", "Kinh tế", "Quản trị kinh doanh", "Tài chính – Ngân hàng",
    "Công nghệ thông tin", "Xây dựng", "Nông học", "Sư phạm", "Y khoa", "Quản lý đất đai",
    "Xây dựng Đảng", "Kế toán", "Môi trường", "Văn hóa",
)  # fmt: skip
_SCHOOLS: Final = (
    "Đại học Sơn Giang", "Học viện Hành chính Sơn Giang", "Đại học Kinh tế Sơn Giang",
    "Đại học Luật Sơn Giang", "Đại học Nông lâm Sơn Giang",
)  # fmt: skip
_RELATIONS: Final = ("father", "mother", "spouse", "child")


@dataclass
class Fact:
    """One dated fact to become a record."""

    kind: str
    first_day: date
    code: str = ""
    raw: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    until: date | None = None
    precision: str = "day"


@dataclass
class Career:
    """One person with a life so far."""

    name: str
    gender: str
    ethnicity: str
    religion: str
    born: date
    hometown: str
    since: date
    facts: list[Fact] = field(default_factory=list)
    # Former posts as (title, first day, until).
    earlier: list[tuple[str, date, date]] = field(default_factory=list)


def draw_career(
    draw: Random, post: PostPlan, level: str, place: str, communes: list[str]
) -> Career:
    """Return somebody who could hold `post` on the day the province is drawn."""
    leads = "leadership" in post.flags
    age = _age(draw, post, level)
    born = DRAWN_ON - timedelta(days=int(age * 365.25) + draw.randrange(360))
    gender = "female" if draw.random() < _share_of_women(post, leads) else "male"
    ethnicity = _ethnicity(draw, place)
    since = _in_post_since(draw, post, born)
    person = Career(
        name=full_name(draw, gender, ethnicity), gender=gender, ethnicity=ethnicity,
        religion="none" if draw.random() < 0.97 else draw.choice(["buddhist", "catholic"]),
        born=born, hometown=place if place and draw.random() < 0.45 else draw.choice(communes),
        since=since,
    )  # fmt: skip
    start = min(date(born.year + draw.randint(22, 26), draw.randint(1, 12), 1), person.since)
    _study(draw, person, post, level, start)
    _party(draw, person, post, start)
    _serve(draw, person, post, level, start)
    _merit(draw, person, leads, start)
    _family(draw, person)
    return person


def _age(draw: Random, post: PostPlan, level: str) -> float:
    if "head" in post.flags or post.kind in _LEADING_KINDS:
        middle, spread, low = (51, 5, 38) if level == "province" else (45, 6, 32)
    elif "leadership" in post.flags:
        middle, spread, low = (46, 6, 33) if level == "province" else (41, 6, 29)
    else:
        middle, spread, low = 37, 8, 24
    return min(max(draw.gauss(middle, spread), low), 60.5)


def _share_of_women(post: PostPlan, leads: bool) -> float:
    if post.kind in {"secretary", "people_committee_chair"}:
        return 0.14
    if post.regime == "public_employee" and not leads:
        return 0.66
    return 0.27 if leads else 0.46


def _ethnicity(draw: Random, place: str) -> str:
    from ngangtam.doors.demo.province import DISTRICTS

    share = 0.62 if place in DISTRICTS[MOUNTAIN] else 0.09
    if draw.random() >= share:
        return "kinh"
    return draw.choice(["tay", "thai", "muong", "nung", "hmong", "dao"])


def _in_post_since(draw: Random, post: PostPlan, born: date) -> date:
    since = REFORM + timedelta(days=30 * draw.randint(0, 12))
    if draw.random() < 0.35:
        since = REFORM
    if post.regime == "public_employee":
        first = min(max(2010, born.year + 24), 2025)
        since = date(draw.randint(first, 2025), draw.choice([1, 4, 9]), 1)
    return min(since, date(2026, 8, 1))


def _study(draw: Random, person: Career, post: PostPlan, level: str, start: date) -> None:
    leads = "leadership" in post.flags
    top = post.managed_by in {"politburo", "secretariat", "province_committee"}
    major = draw.choice(_MAJORS)
    degree = "university"
    if not leads and level == "commune" and draw.random() < 0.06:
        degree = draw.choice(["college", "intermediate"])
    words = {"university": "Đại học", "college": "Cao đẳng", "intermediate": "Trung cấp"}
    person.facts.append(
        Fact("education", date(start.year - 1, 7, 1), degree,
             f"{words[degree]} chuyên ngành {major.lower()}",
             {"major": major, "school": draw.choice(_SCHOOLS)}, precision="month")
    )  # fmt: skip
    further = 0.62 if top else 0.38 if leads else 0.16
    if degree == "university" and draw.random() < further:
        doctor = draw.random() < (0.14 if top else 0.03)
        year = min(start.year + draw.randint(5, 14), 2024)
        person.facts.append(
            Fact("education", date(year, 6, 1), "doctor" if doctor else "master",
                 f"{'Tiến sĩ' if doctor else 'Thạc sĩ'} chuyên ngành {major.lower()}",
                 {"major": major, "school": draw.choice(_SCHOOLS)}, precision="month")
        )  # fmt: skip
    schooling = "10/10" if person.born.year < 1974 else "12/12"
    person.facts.append(
        Fact("general_education", date(start.year - 5, 6, 1), "upper_secondary", schooling,
             precision="year")
    )  # fmt: skip
    _theory(draw, person, leads, top, start)
    _language(draw, person, top, start)


def _theory(draw: Random, person: Career, leads: bool, top: bool, start: date) -> None:
    chance = draw.random()
    if top:
        code = "advanced" if chance < 0.86 else "bachelor" if chance < 0.95 else "intermediate"
    elif leads:
        code = "advanced" if chance < 0.5 else "intermediate" if chance < 0.93 else "elementary"
    else:
        code = "intermediate" if chance < 0.34 else "elementary" if chance < 0.6 else "none"
    words = {"bachelor": "Cử nhân", "advanced": "Cao cấp", "intermediate": "Trung cấp",
             "elementary": "Sơ cấp"}  # fmt: skip
    if code == "none":
        if draw.random() < 0.5:
            return  # nobody recorded anything: an honest unknown
        person.facts.append(Fact("theory", start, "none", "Chưa qua đào tạo"))
        return
    year = min(start.year + draw.randint(4, 12), 2025)
    person.facts.append(
        Fact("theory", date(year, draw.randint(1, 12), 1), code, words[code], {"exact": code},
             precision="month")
    )  # fmt: skip


def _language(draw: Random, person: Career, top: bool, start: date) -> None:
    if draw.random() < 0.16:
        return
    level = draw.choices(["level_2", "level_3", "level_4", "level_5", "degree"],
                         [40, 34, 16, 6, 4])[0]  # fmt: skip
    ready = level in {"level_5", "degree"} or (level == "level_4" and draw.random() < 0.5)
    words = {"level_2": "Tiếng Anh bậc 2 (A2)", "level_3": "Tiếng Anh bậc 3 (B1)",
             "level_4": "Tiếng Anh bậc 4 (B2)", "level_5": "Tiếng Anh bậc 5 (C1)",
             "degree": "Cử nhân tiếng Anh"}  # fmt: skip
    detail: dict[str, Any] = {"language": "Tiếng Anh"}
    if top or draw.random() < 0.7:
        detail["international"] = ready
    person.facts.append(
        Fact("language", date(min(start.year + 6, 2024), 5, 1), level, words[level], detail,
             precision="year")
    )  # fmt: skip
    person.facts.append(Fact("it", date(min(start.year + 3, 2024), 5, 1), "basic",
                             "Ứng dụng công nghệ thông tin cơ bản", precision="year"))  # fmt: skip


def _party(draw: Random, person: Career, post: PostPlan, start: date) -> None:
    leads = "leadership" in post.flags
    if not leads and draw.random() > (0.42 if post.regime == "public_employee" else 0.74):
        return
    admitted = start + timedelta(days=draw.randint(300, 2400))
    if admitted > date(2025, 6, 1):
        admitted = date(2025, 5, 19) - timedelta(days=draw.randrange(200))
    official = add_months(admitted, 12)
    person.facts.append(Fact("party", admitted, "member", "", {"official": official.isoformat()}))


def _serve(draw: Random, person: Career, post: PostPlan, level: str, start: date) -> None:
    leads = "leadership" in post.flags
    person.facts.append(Fact("service", start, "", "", {"body": "Tuyển dụng qua thi tuyển"}))
    years = DRAWN_ON.year - start.year
    top = post.managed_by in {"politburo", "secretariat", "province_committee"}
    rank = "principal" if top or (leads and years > 18) else "specialist"
    names = {"principal": "Chuyên viên chính", "specialist": "Chuyên viên"}
    base, step = (4.40, 0.34) if rank == "principal" else (2.34, 0.33)
    number = min(8, 1 + years // 3)
    person.facts.append(
        Fact("rank", date(2023, draw.randint(1, 12), 1), rank, names[rank],
             {"name": names[rank], "step": number,
              "coefficient": round(base + step * (number - 1), 2)}, precision="month")
    )  # fmt: skip
    person.facts.append(Fact("state_management", date(min(start.year + 8, 2024), 9, 1), rank,
                             names[rank], precision="year"))  # fmt: skip
    _earlier_posts(draw, person, leads, start)
    if leads:
        if draw.random() < 0.78:
            person.facts.append(
                Fact("training", date(2026, draw.randint(1, 6), 15), "refresher",
                     "Cập nhật kiến thức mới cho cán bộ lãnh đạo, quản lý",
                     {"course": "Cập nhật kiến thức mới", "school": "Trường Chính trị tỉnh"})
            )  # fmt: skip
        _cleared(draw, person, top)


def _cleared(draw: Random, person: Career, top: bool) -> None:
    if top or draw.random() < 0.6:
        person.facts.append(
            Fact("political_conclusion", date(2025, 3, 10), "fit", "Đủ tiêu chuẩn chính trị",
                 {"body": "Ban Tổ chức Tỉnh ủy"})
        )  # fmt: skip
    if draw.random() < 0.93:
        person.facts.append(Fact("declaration", date(2025, 12, 20), "filed", "", {"year": 2025}))
    if draw.random() < 0.55:
        person.facts.append(
            Fact("plan", date(2025, 11, 1), "", "Quy hoạch nhiệm kỳ 2025–2030",
                 {"title": "Chức danh cao hơn", "term": "2025–2030", "higher": True})
        )  # fmt: skip


def _earlier_posts(draw: Random, person: Career, leads: bool, start: date) -> None:
    cursor, steps = start, ["Chuyên viên"]
    if leads:
        steps += ["Phó Trưởng phòng", "Trưởng phòng"][: draw.randint(1, 2)]
    for index, title in enumerate(steps):
        last = index == len(steps) - 1
        until = person.since if last else add_months(cursor, 12 * draw.randint(3, 7))
        if until >= person.since or until <= cursor:
            until = person.since
        if cursor < until:
            person.earlier.append((title, cursor, until))
        cursor = until


def _merit(draw: Random, person: Career, leads: bool, start: date) -> None:
    words = {"excellent": "Hoàn thành xuất sắc nhiệm vụ", "good": "Hoàn thành tốt nhiệm vụ",
             "completed": "Hoàn thành nhiệm vụ", "failed": "Không hoàn thành nhiệm vụ"}  # fmt: skip
    for year in range(max(2021, start.year + 1), 2026):
        if draw.random() < 0.02:
            continue
        code = draw.choices(list(words), [19, 72, 8, 1])[0]
        person.facts.append(Fact("rating", date(year, 12, 15), code, words[code], {"year": year}))
    if draw.random() < (0.34 if leads else 0.16):
        person.facts.append(Fact("award", date(draw.randint(2018, 2025), 9, 2), "",
                                 "Bằng khen của Chủ tịch UBND tỉnh",
                                 {"body": "Chủ tịch UBND tỉnh"}))  # fmt: skip
    if draw.random() < 0.022:
        code = draw.choices(["reprimand", "warning"], [8, 2])[0]
        day = date(draw.randint(2023, 2026), draw.randint(1, 8), 10)
        raw = {"reprimand": "Khiển trách", "warning": "Cảnh cáo"}[code]
        person.facts.append(
            Fact("discipline", day, code, raw, {"side": "Đảng", "ground": "Thiếu trách nhiệm"},
                 until=add_months(day, 12))
        )  # fmt: skip


def _family(draw: Random, person: Career) -> None:
    for relation in _RELATIONS:
        if relation in {"spouse", "child"} and DRAWN_ON.year - person.born.year < 29:
            continue
        shift = {"father": -27, "mother": -25, "spouse": draw.randint(-3, 3), "child": 27}[relation]
        gender = {"father": "male", "mother": "female"}.get(relation) or (
            ("male" if person.gender == "female" else "female") if relation == "spouse"
            else draw.choice(["male", "female"])
        )  # fmt: skip
        person.facts.append(
            Fact("family", person.born, relation, "",
                 {"name": full_name(draw, gender), "born": person.born.year + shift},
                 precision="year")
        )  # fmt: skip
