"""Bringing in the official conversion table, which outranks the lists of the data package.

The table is a sheet with two header rows, codes in brackets, a band line for each province, and
faults: a code that belongs to a neighbour, a name spelled otherwise, a place that was no commune.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.organisation.areas.dataset import KINDS, SWITCH
from ngangtam.records.organisation.areas.index import short_name
from ngangtam.records.organisation.areas.words import name_key
from ngangtam.records.organisation.models import Area, AreaSuccession, Level

Kind = Literal["band", "no_code", "unknown_code", "contradiction", "remark", "unreadable"]
Pair = tuple[int, int]

# Columns by the words of their headings, without accents; the order in a file does not matter.
_HEADINGS: Final = {
    "province": ("tinh, thanh pho", "tinh thanh pho"),
    "name": ("ten xa moi",), "code": ("ma xa moi",),
    "old_name": ("ten xa cu",), "old_code": ("ma xa cu",),
    "note": ("ghi chu",), "district": ("quan/huyen",), "old_province": ("tinh cu",),
}  # fmt: skip
_BRACKETS: Final = re.compile(r"\((\d{2,3})\)\s*$")
_CODE: Final = re.compile(r"^\d{5}$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One line that was not taken, or was taken with a remark."""

    line: int
    kind: Kind
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the table and what was loaded disagree.

    Shape: `loaded` and `official` are extents, None where one of them lacks the pair.
    """

    before: Area
    after: Area
    loaded: str | None
    official: str | None
    wording: str = ""


@dataclass(slots=True)
class Report:
    """What a run read, and what became of it. Shape: `lines` = `taken` + `reported`."""

    lines: int = 0
    taken: int = 0
    reported: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    # Pairs that a reported line speaks of by name: neither taken nor denied by the table.
    doubtful: set[Pair] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]

    @property
    def raw(self) -> str:
        return " | ".join(cell for cell in self.cells.values() if cell)

    def code_in(self, column: str) -> str:
        found = _BRACKETS.search(self.cells[column])
        return found.group(1) if found else ""


class _Areas:
    """The areas around the switch, by code and by name."""

    def __init__(self) -> None:
        rows = list(Area.objects.standing().select_related("parent__parent"))
        self.old = {(a.level, a.code): a for a in rows if a.valid.upper == SWITCH}
        self.new = {(a.level, a.code): a for a in rows if a.valid.lower == SWITCH}
        self.named = {
            (a.parent_id, name_key(short_name(a))): a for a in rows if a.level == Level.COMMUNE
        }


def import_conversion(file: Path, *, dry_run: bool = False) -> Report:
    """Read the official table and let it correct the conversion that is loaded.

    Pairs of the table are added or given its extent and wording; pairs that it denies are struck
    out and stay readable. Nothing is written in a dry run.
    Errors: DomainError when the file is not such a table or no areas are loaded.
    """
    areas = _Areas()
    if not areas.old or not areas.new:
        raise DomainError(_("Load the areas first: there is nothing to convert."))
    report = Report()
    official: dict[Pair, tuple[str, str]] = {}
    for line in _lines(file):
        report.lines += 1
        pair = _take(line, areas, report)
        if pair is None:
            report.reported += 1
        else:
            report.taken += 1
            official[pair] = (extent_of(line.cells["note"]), line.cells["note"])
    _compare(official, areas, report)
    if not dry_run:
        _write(official, report)
    return report


def extent_of(note: str) -> str:
    """Return `part` when the wording says that only a part went over, else `whole`.

    "Một phần diện tích, toàn bộ dân số" stays a part: all people, but not all land.
    """
    words = plain(note)
    part = "mot phan" in words or "phan con lai" in words
    return AreaSuccession.Extent.PART if part else AreaSuccession.Extent.WHOLE


def _lines(file: Path) -> Iterator[_Line]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DomainError(_("The file cannot be read as a table of text.")) from error
    header, places = _header(rows)
    for number, row in enumerate(rows[header + 1 :], header + 2):
        cells = {name: fold(row[at]) if at < len(row) else "" for name, at in places.items()}
        if any(fold(cell) for cell in row):
            yield _Line(number, cells)


def _header(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:20]):
        heads = [plain(cell) for cell in row]
        places = {
            name: heads.index(word)
            for name, words in _HEADINGS.items()
            for word in words
            if word in heads
        }
        if len(places) == len(_HEADINGS):
            return number, places
    raise DomainError(_("This is not the conversion table: its headings were not found."))


def _take(line: _Line, areas: _Areas, report: Report) -> Pair | None:
    """Return the pair of areas that a line speaks of; None when the line is reported."""
    cells = line.cells
    if not cells["code"]:
        _report(report, line, "band", _("A heading: it names a province and no commune."))
        return None
    after = areas.new.get((Level.COMMUNE, cells["code"]))
    if after is None or not _CODE.match(cells["code"]):
        _report(report, line, "unknown_code", _("No commune of today has this code."))
        return None
    if not _same(cells["name"], after):
        text = _("The code is that of %(area)s.") % {"area": after.name}
        _report(report, line, "contradiction", text)
        return None
    before = _before(line, areas, report, after)
    return None if before is None else (before.pk, after.pk)


def _before(line: _Line, areas: _Areas, report: Report, after: Area) -> Area | None:
    cells = line.cells
    district = areas.old.get((Level.DISTRICT, line.code_in("district")))
    if not cells["old_code"]:
        # An island district without communes became a commune as it stood.
        if not cells["old_name"] and district is not None:
            return district
        _report(report, line, "no_code", _("The old place has no code: it was not a commune."))
        return None
    before = areas.old.get((Level.COMMUNE, cells["old_code"]))
    if before is None:
        _report(report, line, "unknown_code", _("No former commune has this code."))
        return None
    if _same(cells["old_name"], before):
        _remark_on_province(line, before, report)
        return before
    key = name_key(_bare(cells["old_name"]))
    namesake = areas.named.get((district.pk, key)) if district is not None else None
    if namesake is not None and namesake != before:
        report.doubtful |= {(namesake.pk, after.pk), (before.pk, after.pk)}
        text = _("The code is that of %(code)s, the name that of %(name)s (%(number)s).") % {
            "code": before.name, "name": namesake.name, "number": namesake.code,
        }  # fmt: skip
        _report(report, line, "contradiction", text)
        return None
    text = _("Spelled otherwise: %(area)s.") % {"area": before.name}
    report.remarks.append(Problem(line.number, "remark", line.raw, text))
    return before


def _remark_on_province(line: _Line, before: Area, report: Report) -> None:
    province = before.parent.parent if before.parent is not None else None
    code = line.code_in("old_province")
    if province is not None and code != province.code:
        text = _("The old province has the code %(code)s.") % {"code": province.code}
        report.remarks.append(Problem(line.number, "remark", line.raw, text))


def _report(report: Report, line: _Line, kind: Kind, reason: str) -> None:
    report.problems.append(Problem(line.number, kind, line.raw, reason))


def _bare(name: str) -> str:
    """Leave out the kind, also where the table lost its accent ("Xa Ea Kly")."""
    for kind in KINDS:
        if plain(name).startswith(f"{plain(kind)} "):
            return name[len(kind) :]
    return name


def _same(written: str, area: Area) -> bool:
    return name_key(_bare(written)) == name_key(short_name(area)) or (
        name_key(written) == name_key(short_name(area))
    )


def _compare(official: dict[Pair, tuple[str, str]], areas: _Areas, report: Report) -> None:
    by_id = {area.pk: area for table in (areas.old, areas.new) for area in table.values()}
    loaded = {
        (before, after): extent
        for before, after, extent in AreaSuccession.objects.filter(
            voided_at=None, after__level=Level.COMMUNE
        ).values_list("before_id", "after_id", "extent")
    }
    for pair in sorted(official.keys() | loaded.keys()):
        said, wording = official.get(pair, (None, ""))
        held = loaded.get(pair)
        if said != held and not (said is None and pair in report.doubtful):
            before, after = by_id[pair[0]], by_id[pair[1]]
            report.differences.append(Difference(before, after, held, said, wording))


@transaction.atomic
def _write(official: dict[Pair, tuple[str, str]], report: Report) -> None:
    rows = [
        AreaSuccession(
            before_id=before, after_id=after, extent=extent, day=SWITCH, raw=wording[:300]
        )
        for (before, after), (extent, wording) in official.items()
    ]
    AreaSuccession.objects.bulk_create(
        rows, batch_size=4000, update_conflicts=True, unique_fields=["before", "after"],
        update_fields=["extent", "raw"],
    )  # fmt: skip
    denied = [(d.before.pk, d.after.pk) for d in report.differences if d.official is None]
    for before, after in denied:
        AreaSuccession.objects.filter(before=before, after=after).update(voided_at=timezone.now())
