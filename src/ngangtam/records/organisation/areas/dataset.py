"""Reading the lists of areas before and after 1 July 2025 out of the data package's files.

The package's own parser is not used: it answers one guess for every address, and we need to say
when there are two.
"""

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ngangtam.foundation.kernel.text import fold
from ngangtam.records.organisation.models import AreaSuccession, Level

PACKAGE: Final = "vietnamadminunits"
# ADR-0010: the day of the switch, and the day that stands for "nobody wrote down since when".
SWITCH: Final = date(2025, 7, 1)
FIRST_DAY_UNKNOWN: Final = date(1945, 9, 2)

# In the order in which a name is tried, so that "Thị trấn" is not read as "Thị".
KINDS: Final = (
    "Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Tỉnh", "Quận", "Huyện", "Phường", "Xã",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One area of one list. Shape: `parent` is the (level, code) that it lies in."""

    level: Level
    code: str
    name: str
    kind: str
    first: date
    until: date | None
    parent: tuple[Level, str] | None

    @property
    def key(self) -> tuple[Level, str, date]:
        return self.level, self.code, self.first


@dataclass(frozen=True, slots=True)
class Became:
    """One area turning into another. Shape: keys of `Row`."""

    before: tuple[Level, str, date]
    after: tuple[Level, str, date]
    extent: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Every area of both lists, parents first, and what became of the old ones."""

    rows: list[Row]
    became: list[Became]


def data_folder() -> Path:
    """Return the folder of the package's files. Errors: FileNotFoundError when not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The data package {PACKAGE} is not installed.")
    return Path(spec.origin).parent / "data"


def proper_name(raw: str) -> tuple[str, str]:
    """Return (name, kind): the kind is read off the name, whose case it mends ("Thị Trấn").

    The type columns of the files disagree with the names in nine rows; the names are right.
    """
    name = fold(raw)
    for kind in KINDS:
        if name.lower().startswith(f"{kind.lower()} "):
            return f"{kind}{name[len(kind) :]}", kind
    raise ValueError(f"{raw!r} does not say what kind of area it is")


def read(folder: Path | None = None) -> Dataset:
    """Read both lists and the conversion between them."""
    folder = folder or data_folder()
    # By the path alone and for reading: the package may lie where we cannot write.
    with sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro", uri=True) as database:
        old = database.execute(
            "select provinceCode, province, provinceKey, districtCode, district, districtKey,"
            " wardCode, ward, wardKey from admin_units_legacy"
        ).fetchall()
        new = database.execute(
            "select provinceCode, province, provinceKey, wardCode, ward, wardKey from admin_units"
        ).fetchall()
    rows: dict[tuple[Level, str, date], Row] = {}
    for row in (*_old_rows(old), *_new_rows(new)):
        rows.setdefault(row.key, row)
    order = [Level.PROVINCE, Level.DISTRICT, Level.COMMUNE]
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    return Dataset(
        rows=sorted(rows.values(), key=lambda row: (order.index(row.level), row.first, row.code)),
        became=list(_became(converter, old, new)),
    )


def _row(
    level: Level, code: str, name: str, *, old: bool, parent: tuple[Level, str] | None = None
) -> Row:
    name, kind = proper_name(name)
    first, until = (FIRST_DAY_UNKNOWN, SWITCH) if old else (SWITCH, None)
    return Row(level, code, name, kind, first, until, parent)


def _old_rows(table: list[tuple[str, ...]]) -> Iterator[Row]:
    for province, province_name, _, district, district_name, _, ward, ward_name, _ in table:
        above = (Level.PROVINCE, province)
        yield _row(Level.PROVINCE, province, province_name, old=True)
        yield _row(Level.DISTRICT, district, district_name, old=True, parent=above)
        # Five island districts had no communes: their row stops at the district.
        if ward:
            yield _row(Level.COMMUNE, ward, ward_name, old=True, parent=(Level.DISTRICT, district))


def _new_rows(table: list[tuple[str, ...]]) -> Iterator[Row]:
    for province, province_name, _, ward, ward_name, _ in table:
        yield _row(Level.PROVINCE, province, province_name, old=False)
        yield _row(Level.COMMUNE, ward, ward_name, old=False, parent=(Level.PROVINCE, province))


def _became(
    converter: dict[str, dict[str, dict[str, list[object]]]],
    old: list[tuple[str, ...]],
    new: list[tuple[str, ...]],
) -> Iterator[Became]:
    """Turn the converter's spelled-out keys into codes; an unknown key fails loudly."""
    before: dict[str, tuple[Level, str, date]] = {}
    provinces_before: dict[str, tuple[Level, str, date]] = {}
    for province, _, province_key, district, _, district_key, ward, _, ward_key in old:
        provinces_before[province_key] = (Level.PROVINCE, province, FIRST_DAY_UNKNOWN)
        before[f"{province_key}_{district_key}_{ward_key or ''}"] = (
            (Level.COMMUNE, ward, FIRST_DAY_UNKNOWN)
            if ward
            else (Level.DISTRICT, district, FIRST_DAY_UNKNOWN)
        )
    after: dict[tuple[str, str], tuple[Level, str, date]] = {}
    provinces_after: dict[str, tuple[Level, str, date]] = {}
    for province, _, province_key, ward, _, ward_key in new:
        provinces_after[province_key] = (Level.PROVINCE, province, SWITCH)
        after[province_key, ward_key] = (Level.COMMUNE, ward, SWITCH)

    whole, part = AreaSuccession.Extent.WHOLE, AreaSuccession.Extent.PART
    for province, merged in converter["DICT_PROVINCE"].items():
        for one in merged:
            yield Became(provinces_before[str(one)], provinces_after[province], whole)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, sources in wards.items():
            for source in sources:
                yield Became(before[str(source)], after[province, ward], whole)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for source, pieces in divided.items():
            for piece in pieces:
                assert isinstance(piece, dict)
                yield Became(before[source], after[province, str(piece["newWardKey"])], part)
