"""The fictional province: its areas, units and posts. No such place exists."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PROVINCE: Final = "Sơn Giang"
# The former districts and the communes that took their place on 1 July 2025.
DISTRICTS: Final = {
    "Thành phố Sơn Giang": (
        "Phường Trung Tâm", "Phường Bến Ngự", "Phường Đông Sơn", "Phường Tây Hồ",
                            "Phường Tân Hòa", "Xã Hưng Thịnh"),
    "Huyện Thanh Lâm": (
        "Xã Thanh Lâm", "Xã Đồng Xuân", "Xã Phú Mỹ", "Xã Vĩnh An", "Xã Hòa Bình Lâm",
                        "Xã Lâm Trạch"),
    "Huyện Bình Khê": (
        "Xã Bình Khê", "Xã An Khê Thượng", "Xã Khê Trung", "Xã Phước Khê",
                       "Xã Long Khê", "Xã Nhơn Khê"),
    "Huyện Vân Sơn": (
        "Xã Vân Sơn", "Xã Nậm Vân", "Xã Pá Khoang Hạ", "Xã Mường Sơn", "Xã Bản Lìm",
                      "Xã Tả Vân Hạ"),
    "Huyện Đức Giang": (
        "Xã Đức Giang", "Xã Giang Tân", "Xã Cửa Giang", "Xã Hải Đức", "Xã Đức Trạch",
                        "Xã Giang Nam"),
}  # fmt: skip
MOUNTAIN: Final = "Huyện Vân Sơn"


@dataclass(frozen=True, slots=True)
class PostPlan:
    """One post to make and how many hold it; `flags` are the truths about the post."""

    title: str
    kind: str
    seats: int = 1
    regime: str = "civil_servant"
    managed_by: str = "body"
    flags: tuple[str, ...] = ()
    filled: float = 1.0


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit to make, its posts, and what stands below it."""

    code: str
    name: str
    kind: str
    level: str
    posts: tuple[PostPlan, ...] = ()
    below: tuple["UnitPlan", ...] = field(default=())
    area: str = PROVINCE
    establishment: dict[str, int] = field(default_factory=dict)


_LEAD: Final = ("leadership",)
_HEAD: Final = ("leadership", "head")
_KEY: Final = ("leadership", "key_leader")
_KEY_HEAD: Final = ("leadership", "head", "key_leader")
_SEAT: Final = ("committee_member",)
_STANDING: Final = ("committee_member", "standing_committee_member")

_DEPARTMENTS: Final = (
    ("SNV", "Sở Nội vụ", ("Công chức, viên chức", "Xây dựng chính quyền", "Lao động, việc làm")),
    ("STC", "Sở Tài chính", ("Ngân sách", "Đầu tư công", "Doanh nghiệp")),
    ("SCT", "Sở Công Thương", ("Công nghiệp", "Thương mại")),
    ("SNN", "Sở Nông nghiệp và Môi trường", ("Trồng trọt", "Đất đai", "Môi trường", "Thủy lợi")),
    ("SXD", "Sở Xây dựng", ("Quy hoạch", "Giao thông", "Quản lý nhà")),
    ("SKC", "Sở Khoa học và Công nghệ", ("Chuyển đổi số", "Quản lý khoa học")),
    ("SVH", "Sở Văn hóa, Thể thao và Du lịch", ("Văn hóa", "Du lịch")),
    ("SGD", "Sở Giáo dục và Đào tạo", ("Giáo dục phổ thông", "Giáo dục mầm non", "Tổ chức cán bộ")),
    ("SYT", "Sở Y tế", ("Nghiệp vụ y", "Bảo trợ xã hội")),
    ("STP", "Sở Tư pháp", ("Văn bản", "Hành chính tư pháp")),
    ("SDT", "Sở Dân tộc và Tôn giáo", ("Chính sách dân tộc", "Tôn giáo")),
    ("TTR", "Thanh tra tỉnh", ("Nghiệp vụ 1", "Nghiệp vụ 2")),
)  # fmt: skip
_PARTY_BODIES: Final = (
    ("VTU", "Văn phòng Tỉnh ủy"), ("BTC", "Ban Tổ chức Tỉnh ủy"),
    ("KTR", "Cơ quan Ủy ban Kiểm tra Tỉnh ủy"), ("BTG", "Ban Tuyên giáo và Dân vận Tỉnh ủy"),
    ("BNC", "Ban Nội chính Tỉnh ủy"),
)  # fmt: skip


def system() -> UnitPlan:
    """Return the whole province as one tree of units and posts."""
    return UnitPlan(
        "SG", f"Tỉnh {PROVINCE}", "government", "province",
        below=(_provincial_committee(), _council(), _people_committee(), _front(),
               *_public_service(), *communes()),
    )  # fmt: skip


def _provincial_committee() -> UnitPlan:
    bodies = tuple(_party_body(code, name) for code, name in _PARTY_BODIES)
    return UnitPlan(
        "SG.TU", f"Tỉnh ủy {PROVINCE}", "party_committee", "province",
        posts=(
            PostPlan("Bí thư Tỉnh ủy", "secretary", 1, "party", "politburo", _KEY_HEAD),
            PostPlan("Phó Bí thư Tỉnh ủy", "deputy_secretary", 2, "party", "secretariat", _KEY),
            PostPlan("Ủy viên Ban Thường vụ Tỉnh ủy", "standing_committee_member", 13, "party",
                     "secretariat", _STANDING),
            PostPlan("Ủy viên Ban Chấp hành Đảng bộ tỉnh", "committee_member", 47, "party",
                     "province_committee", _SEAT, 0.96),
        ),
        below=bodies,
    )  # fmt: skip


def _party_body(code: str, name: str) -> UnitPlan:
    head, deputy = ("Trưởng ban", "Phó Trưởng ban") if name.startswith("Ban") else (
        ("Chánh Văn phòng", "Phó Chánh Văn phòng") if name.startswith("Văn phòng")
        else ("Chủ nhiệm", "Phó Chủ nhiệm")
    )  # fmt: skip
    kinds = {
        "Trưởng ban": ("party_commission_head", "deputy_party_commission_head"),
        "Chánh Văn phòng": ("office_chief", "deputy_office_chief"),
        "Chủ nhiệm": ("inspection_chair", "deputy_inspection_chair"),
    }[head]
    return UnitPlan(
        f"SG.TU.{code}", name, "party_body", "province",
        posts=(
            PostPlan(head, kinds[0], 1, "party", "province_committee", _HEAD),
            PostPlan(deputy, kinds[1], 3, "party", "province_committee", _LEAD, 0.9),
            PostPlan("Trưởng phòng", "division_head", 3, "party", flags=_LEAD),
            PostPlan("Phó Trưởng phòng", "deputy_division_head", 3, "party", flags=_LEAD,
                     filled=0.9),
            PostPlan("Chuyên viên", "professional", 9, "party", filled=0.88),
        ),
        establishment={"party": 19},
    )  # fmt: skip


def _council() -> UnitPlan:
    return UnitPlan(
        "SG.HDND", f"Hội đồng nhân dân tỉnh {PROVINCE}", "council", "province",
        posts=(
            PostPlan("Chủ tịch Hội đồng nhân dân tỉnh", "council_chair", 1, "elected",
                     "politburo", _KEY_HEAD),
            PostPlan("Phó Chủ tịch Hội đồng nhân dân tỉnh", "council_vice_chair", 2, "elected",
                     "secretariat", _KEY),
            PostPlan("Trưởng Ban Hội đồng nhân dân tỉnh", "council_board_head", 3, "elected",
                     "province_committee", _LEAD),
            PostPlan("Đại biểu Hội đồng nhân dân tỉnh", "council_deputy", 50, "elected",
                     "province_committee", ("deputy_elected",), 0.98),
        ),
        below=(
            UnitPlan(
                "SG.HDND.VP", "Văn phòng Đoàn ĐBQH và HĐND tỉnh", "party_body", "province",
                posts=_division("Chánh Văn phòng", "office_chief", "Phó Chánh Văn phòng",
                                "deputy_office_chief", 8),
                establishment={"civil_servant": 12},
            ),
        ),
    )  # fmt: skip


def _people_committee() -> UnitPlan:
    office = UnitPlan(
        "SG.UB.VP", "Văn phòng Ủy ban nhân dân tỉnh", "department", "province",
        posts=_division("Chánh Văn phòng", "office_chief", "Phó Chánh Văn phòng",
                        "deputy_office_chief", 14),
        establishment={"civil_servant": 18},
    )  # fmt: skip
    return UnitPlan(
        "SG.UB", f"Ủy ban nhân dân tỉnh {PROVINCE}", "people_committee", "province",
        posts=(
            PostPlan("Chủ tịch Ủy ban nhân dân tỉnh", "people_committee_chair", 1, "elected",
                     "politburo", _KEY_HEAD),
            PostPlan("Phó Chủ tịch Ủy ban nhân dân tỉnh", "people_committee_vice_chair", 3,
                     "elected", "secretariat", _KEY),
        ),
        below=(office, *(_department(*department) for department in _DEPARTMENTS)),
    )  # fmt: skip


def _department(code: str, name: str, divisions: tuple[str, ...]) -> UnitPlan:
    inspection = code == "TTR"
    return UnitPlan(
        f"SG.UB.{code}", name, "inspectorate" if inspection else "department", "province",
        posts=(
            PostPlan("Chánh Thanh tra" if inspection else "Giám đốc",
                     "chief_inspector" if inspection else "department_director", 1,
                     managed_by="province_committee", flags=_HEAD),
            PostPlan("Phó Chánh Thanh tra" if inspection else "Phó Giám đốc",
                     "deputy_chief_inspector" if inspection else "deputy_department_director", 3,
                     managed_by="province_committee", flags=_LEAD, filled=0.92),
        ),
        below=tuple(
            UnitPlan(
                f"SG.UB.{code}.{number}", f"Phòng {division}", "division", "province",
                posts=_division("Trưởng phòng", "division_head", "Phó Trưởng phòng",
                                "deputy_division_head", 6),
                establishment={"civil_servant": 9},
            )
            for number, division in enumerate(divisions, start=1)
        ),
    )  # fmt: skip


def _division(
    head: str, head_kind: str, deputy: str, deputy_kind: str, staff: int
) -> tuple[PostPlan, ...]:
    return (
        PostPlan(head, head_kind, 1, flags=_HEAD),
        PostPlan(deputy, deputy_kind, 2, flags=_LEAD, filled=0.9),
        PostPlan("Chuyên viên", "professional", staff, filled=0.9),
    )


def _front() -> UnitPlan:
    return UnitPlan(
        "SG.MT", f"Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh {PROVINCE}", "front", "province",
        posts=(
            PostPlan("Chủ tịch", "front_chair", 1, "party", "province_committee", _HEAD),
            PostPlan("Phó Chủ tịch", "front_vice_chair", 4, "party", "province_committee", _LEAD),
            PostPlan("Chuyên viên", "professional", 16, "party", filled=0.9),
        ),
        below=tuple(
            UnitPlan(
                f"SG.MT.{code}", name, "mass_organisation", "province",
                posts=(
                    PostPlan(head, "union_head", 1, "party", "province_committee", _HEAD),
                    PostPlan(f"Phó {head}", "union_deputy_head", 2, "party", flags=_LEAD),
                    PostPlan("Chuyên viên", "professional", 6, "party", filled=0.85),
                ),
                establishment={"party": 9},
            )
            for code, name, head in (
                ("DTN", "Tỉnh đoàn", "Bí thư"), ("HPN", "Hội Liên hiệp Phụ nữ tỉnh", "Chủ tịch"),
                ("HND", "Hội Nông dân tỉnh", "Chủ tịch"),
                ("LDL", "Liên đoàn Lao động tỉnh", "Chủ tịch"),
            )
        ),
    )  # fmt: skip


def _public_service() -> Iterator[UnitPlan]:
    places = (
        ("BVT", "Bệnh viện Đa khoa tỉnh", "Giám đốc", "Bác sĩ, điều dưỡng", 46),
        ("TCT", "Trường Chính trị tỉnh", "Hiệu trưởng", "Giảng viên", 22),
        ("CDS", "Trường Cao đẳng Sơn Giang", "Hiệu trưởng", "Giảng viên", 36),
        ("THP", "Trường THPT Chuyên tỉnh", "Hiệu trưởng", "Giáo viên", 32),
    )
    for code, name, head, staff, number in places:
        yield UnitPlan(
            f"SG.SN.{code}", name, "public_service_unit", "province",
            posts=(
                PostPlan(head, "service_unit_head", 1, "public_employee", "province_committee",
                         _HEAD),
                PostPlan(f"Phó {head}", "service_unit_deputy_head", 2, "public_employee",
                         flags=_LEAD),
                PostPlan(staff, "professional", number, "public_employee", filled=0.92),
            ),
            establishment={"public_employee": number + 3},
        )  # fmt: skip


def communes() -> Iterator[UnitPlan]:
    """Return the communes of the province, each with its four bodies."""
    number = 0
    for names in DISTRICTS.values():
        for name in names:
            number += 1
            yield _commune(f"SG.X{number:02d}", name)


def _commune(code: str, name: str) -> UnitPlan:
    kind = name.split(" ", maxsplit=1)[0].lower()
    divisions = (
        ("VP", f"Văn phòng HĐND và UBND {kind}", "Chánh Văn phòng", "office_chief"),
        ("KT", "Phòng Kinh tế", "Trưởng phòng", "division_head"),
        ("VX", "Phòng Văn hóa – Xã hội", "Trưởng phòng", "division_head"),
    )
    committee = UnitPlan(
        f"{code}.DU", f"Đảng ủy {name}", "party_committee", "commune",
        posts=(
            PostPlan(f"Bí thư Đảng ủy {kind}", "secretary", 1, "party", "province_committee",
                     _KEY_HEAD),
            PostPlan(f"Phó Bí thư Đảng ủy {kind}", "deputy_secretary", 2, "party",
                     "province_committee", _KEY),
            PostPlan("Ủy viên Ban Thường vụ", "standing_committee_member", 9, "party",
                     "commune_committee", _STANDING),
            PostPlan("Ủy viên Ban Chấp hành", "committee_member", 15, "party",
                     "commune_committee", _SEAT),
            PostPlan("Trưởng Ban Xây dựng Đảng", "party_commission_head", 1, "party",
                     "commune_committee", _LEAD),
            PostPlan("Chủ nhiệm Ủy ban Kiểm tra", "inspection_chair", 1, "party",
                     "commune_committee", _LEAD),
            PostPlan("Công chức Đảng ủy", "professional", 2, "party", filled=0.9),
        ),
        area=name,
    )  # fmt: skip
    council = UnitPlan(
        f"{code}.HD", f"Hội đồng nhân dân {name}", "council", "commune",
        posts=(
            PostPlan(f"Phó Chủ tịch Hội đồng nhân dân {kind}", "council_vice_chair", 1, "elected",
                     "commune_committee", _KEY),
            PostPlan(f"Đại biểu Hội đồng nhân dân {kind}", "council_deputy", 16, "elected",
                     "commune_committee", ("deputy_elected",)),
        ),
        area=name,
    )  # fmt: skip
    government = UnitPlan(
        f"{code}.UB", f"Ủy ban nhân dân {name}", "people_committee", "commune",
        posts=(
            PostPlan(f"Chủ tịch Ủy ban nhân dân {kind}", "people_committee_chair", 1, "elected",
                     "province_committee", _KEY_HEAD),
            PostPlan(f"Phó Chủ tịch Ủy ban nhân dân {kind}", "people_committee_vice_chair", 2,
                     "elected", "commune_committee", _KEY),
        ),
        below=tuple(
            UnitPlan(
                f"{code}.UB.{short}", division, "division", "commune",
                posts=(
                    PostPlan(head, head_kind, 1, managed_by="commune_committee", flags=_HEAD),
                    PostPlan(f"Phó {head}", f"deputy_{head_kind}", 1, flags=_LEAD, filled=0.85),
                    PostPlan("Chuyên viên", "professional", 4, filled=0.88),
                ),
                establishment={"civil_servant": 6},
                area=name,
            )
            for short, division, head, head_kind in divisions
        ),
        area=name,
    )  # fmt: skip
    front = UnitPlan(
        f"{code}.MT", f"Ủy ban MTTQ Việt Nam {name}", "front", "commune",
        posts=(
            PostPlan("Chủ tịch Ủy ban MTTQ", "front_chair", 1, "party", "commune_committee",
                     _KEY_HEAD),
            PostPlan("Phó Chủ tịch Ủy ban MTTQ", "front_vice_chair", 2, "party",
                     "commune_committee", _LEAD),
        ),
        area=name,
    )  # fmt: skip
    return UnitPlan(
        code, name, "government", "commune",
        below=(committee, council, government, front), area=name,
    )  # fmt: skip
