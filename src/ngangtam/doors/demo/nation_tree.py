"""The unit tree of a country that does not exist, of any size, in preorder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ngangtam.records.facts.tree import Tree, from_preorder

CENTRAL, PROVINCE, COMMUNE = 0, 1, 2
LEVELS: Final = ("central", "province", "commune")
PROVINCES: Final = 34
_FIRST: Final = (
    "An", "Bạch", "Cẩm", "Diên", "Đông", "Gia", "Hải", "Hồng", "Kim", "Lâm", "Lộc", "Mỹ", "Ngọc",
    "Nhơn", "Phong", "Quế", "Sơn", "Tân", "Thạch", "Thuận", "Trường", "Vĩnh", "Xuân", "Yên",
)  # fmt: skip
_SECOND: Final = (
    "Bằng", "Châu", "Cường", "Dương", "Điền", "Giang", "Hà", "Hòa", "Khê", "Lạc", "Lĩnh", "Long",
    "Mai", "Nghĩa", "Phú", "Quang", "Sa", "Sơn", "Thanh", "Thịnh", "Thủy", "Trạch", "Vân", "Xá",
)  # fmt: skip
_FIELDS: Final = (
    "Nội vụ", "Tài chính", "Xây dựng", "Nông nghiệp", "Công Thương", "Tư pháp", "Giáo dục",
    "Y tế", "Văn hóa", "Khoa học", "Ngoại vụ", "Thanh tra", "Dân tộc", "Môi trường",
)  # fmt: skip
# A commune has these bodies below it; a province has them too, and departments besides.
_BODIES: Final = (
    ("Đảng ủy", "party_committee", "party"),
    ("Hội đồng nhân dân", "council", "elected_body"),
    ("Ủy ban nhân dân", "people_committee", "state"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Nation:
    """A tree with what the generator wants to know of every unit.

    Shape: `level` is CENTRAL, PROVINCE or COMMUNE; `kind` and `sector` are codes of the
        catalogues; `province` numbers the provinces from 0, -1 at the centre; `share` is the
        unit's part of all people.
    """

    tree: Tree
    level: NDArray[np.int8]
    kind: tuple[str, ...]
    sector: tuple[str, ...]
    province: NDArray[np.int16]
    share: NDArray[np.float64]


@dataclass(slots=True)
class _Builder:
    limit: int
    code: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    level: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    sector: list[str] = field(default_factory=list)
    province: list[int] = field(default_factory=list)
    share: list[float] = field(default_factory=list)

    def add(
        self, code: str, name: str, parent: int, *, level: int, kind: str, sector: str,
        province: int, share: float,
    ) -> int:  # fmt: skip
        """Add a unit and return its number; once the limit is reached, nothing and the parent."""
        if len(self.code) >= self.limit:
            return parent
        self.code.append(code)
        self.name.append(name)
        self.parent.append(parent)
        self.level.append(level)
        self.kind.append(kind)
        self.sector.append(sector)
        self.province.append(province)
        self.share.append(share)
        return len(self.code) - 1


def place_name(number: int) -> str:
    """Return an invented place name; names repeat only after 576."""
    first, second = divmod(number * 7 % (len(_FIRST) * len(_SECOND)), len(_SECOND))
    return f"{_FIRST[first]} {_SECOND[second]}"


def nation(units: int) -> Nation:
    """Return a nation of exactly `units` units (1 or more).

    Shape: about one unit in fifty at the centre; up to 34 provinces, each with its bodies,
        departments and communes; a commune with three bodies below it.
    """
    if units < 1:
        raise ValueError("a tree has at least one unit")
    build = _Builder(units)
    root = build.add(
        "TW", "Trung ương", -1,
        level=CENTRAL, kind="government", sector="state", province=-1, share=1.0,
    )  # fmt: skip
    central = max(1, units // 50)
    for number in range(central):
        field_name = _FIELDS[number % len(_FIELDS)]
        name = f"Bộ {field_name}" if number < len(_FIELDS) else f"Cục {field_name} {number}"
        build.add(
            f"B{number:03}", name, root,
            level=CENTRAL, kind="ministry", sector="state", province=-1, share=20.0,
        )  # fmt: skip
    provinces = max(1, min(PROVINCES, (units - central) // 12))
    left = units - central - 1
    for number in range(provinces):
        own = left // provinces + (number < left % provinces)
        _add_province(build, root, number, own)
    tree = from_preorder(
        np.arange(1, len(build.code) + 1, dtype=np.int64),
        np.asarray(build.parent, np.int32),
        tuple(build.code),
        tuple(build.name),
    )
    share = np.asarray(build.share)
    return Nation(
        tree=tree,
        level=np.asarray(build.level, np.int8),
        kind=tuple(build.kind),
        sector=tuple(build.sector),
        province=np.asarray(build.province, np.int16),
        share=share / share.sum(),
    )


def _add_province(build: _Builder, root: int, number: int, units: int) -> None:
    """Add a province of `units` units: one in eleven at its own level, the rest in communes."""
    stop = len(build.code) + units
    limit, build.limit = build.limit, stop
    code = f"T{number + 1:02}"
    top = build.add(
        code, f"Tỉnh {place_name(number * 13 + 5)}", root,
        level=PROVINCE, kind="government", sector="state", province=number, share=2.0,
    )  # fmt: skip
    for body, (word, kind, sector) in enumerate(_BODIES):
        build.add(
            f"{code}.{body}", f"{word} tỉnh", top,
            level=PROVINCE, kind=kind, sector=sector, province=number, share=12.0,
        )  # fmt: skip
    for place in range(max(0, units // 11 - 4)):
        name = f"Sở {_FIELDS[place % len(_FIELDS)]}"
        build.add(
            f"{code}.S{place}", name, top,
            level=PROVINCE, kind="department", sector="state", province=number, share=10.0,
        )  # fmt: skip
    commune = 0
    while len(build.code) < stop:
        _add_commune(build, top, f"{code}.X{commune:03}", number, number * 131 + commune)
        commune += 1
    build.limit = limit


def _add_commune(build: _Builder, top: int, code: str, province: int, name: int) -> None:
    here = build.add(
        code, f"Xã {place_name(name)}", top,
        level=COMMUNE, kind="government", sector="state", province=province, share=0.5,
    )  # fmt: skip
    for body, (word, kind, sector) in enumerate(_BODIES):
        build.add(
            f"{code}.{body}", f"{word} xã", here,
            level=COMMUNE, kind=kind, sector=sector, province=province, share=1.0,
        )  # fmt: skip
