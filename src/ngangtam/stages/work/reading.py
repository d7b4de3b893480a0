"""Reading a spreadsheet of tasks: which column says what, and a verdict for every row.

The files are read as rosters are (size, kind, packing and encoding are looked at there). Nothing
is written here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold, plain
from ngangtam.records.intake.readers import open_roster
from ngangtam.records.intake.readers.grid import RawTable
from ngangtam.records.intake.readers.guard import Limits
from ngangtam.records.intake.wording import BadFile
from ngangtam.stages.work.models import Product

MOST_ROWS: Final = 5_000
_LIMITS: Final = Limits(file_bytes=10 * 1024 * 1024, rows=20_000, columns=64, cells=400_000)
# What a heading may be called, without accents; the first is what the template writes.
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("so hieu", "so hieu can bo", "ma can bo", "ma so", "so hieu cbcc", "file number"),
    "name": ("ho va ten", "ho ten", "nguoi thuc hien", "nguoi phu trach", "can bo", "full name"),
    "title": ("nhiem vu", "cong viec", "noi dung cong viec", "ten nhiem vu", "noi dung", "task"),
    "product": ("ma san pham", "san pham", "ma sp", "product code", "product"),
    "quantity": ("so luong", "khoi luong", "so luong giao", "quantity"),
    "due": ("thoi han", "han hoan thanh", "han", "ngay het han", "deadline"),
    "month": ("thang", "thang danh gia", "month"),
    "origin": ("xuat xu", "nguon", "theo", "can cu", "van ban giao", "comes from"),
}
TITLES: Final[tuple[str | Promise, ...]] = (
    gettext_lazy("File number"), gettext_lazy("Full name"), gettext_lazy("Task"),
    gettext_lazy("Product code"), gettext_lazy("Quantity"), gettext_lazy("Deadline"),
    gettext_lazy("Month"), gettext_lazy("Comes from"),
)  # fmt: skip
EXAMPLE: Final = (
    "", "Nguyễn Văn A", "Báo cáo cải cách hành chính tháng 3", "BC", 1, "25/03/2026", "03/2026",
    "Kế hoạch cải cách hành chính năm 2026, mục II.3",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood. Shape: `verdict` is new, already or refused, with its why."""

    row: int
    verdict: str
    why: str
    name: str
    title: str
    person_id: int | None = None
    product_id: int | None = None
    product: str = ""
    quantity: str = "1"
    due: str = ""
    month: str = ""
    origin: str = ""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Known:
    """What a file is compared with: people and products of the unit, tasks that are there."""

    by_number: Mapping[str, tuple[int, str]]
    by_name: Mapping[str, Sequence[int]]
    products: Mapping[str, Product]
    there: frozenset[tuple[int | None, str, str, str]]


def read(path: Path, name: str, known: Known) -> list[Row]:
    """Return a verdict for every row of the first table that has the headings.

    Errors: DomainError when the file cannot be read, no table has the headings, or it is too long.
    """
    try:
        for table in open_roster(path, name, _LIMITS):
            found = _columns(table)
            if found is not None:
                return _rows(table, *found, known)
    except BadFile as error:
        raise DomainError(str(error)) from error
    raise DomainError(_("No table has the headings “Nhiệm vụ” and “Thời hạn”. Use the template."))


def _columns(table: RawTable) -> tuple[int, dict[str, int]] | None:
    """Return the line of the headings and which column says what."""
    for line in range(min(table.height, 15)):
        texts = [plain(text).rstrip(":*. ") for text in table.texts(line)]
        found: dict[str, int] = {}
        for field, names in HEADINGS.items():
            at = next((texts.index(one) for one in names if one in texts), None)
            if at is not None:
                found[field] = at
        if {"title", "due"} <= set(found):
            return line, found
    return None


def _rows(table: RawTable, line: int, columns: Mapping[str, int], known: Known) -> list[Row]:
    if table.height - line - 1 > MOST_ROWS:
        raise DomainError(_("At most %(most)s rows at once.") % {"most": MOST_ROWS})
    seen: set[tuple[int | None, str, str, str]] = set()
    made = []
    for at in range(line + 1, table.height):
        texts = table.texts(at)
        cells = {field: texts[column] for field, column in columns.items()}
        raw_due = table.columns[columns["due"]].at(at)
        made.append(_judge(table.numbers[at], cells, raw_due, known, seen))
    if not made:
        raise DomainError(_("The file has headings and nothing below them."))
    return made


def _judge(
    number: int, cells: Mapping[str, str], raw_due: object, known: Known,
    seen: set[tuple[int | None, str, str, str]],
) -> Row:  # fmt: skip
    faults: list[str] = []
    person, name = _person(cells, known, faults)
    title = fold(cells.get("title", ""))[:500]
    if not title:
        faults.append(_("Say what is to be done."))
    due = parse_day(raw_due).value
    if due.day is None or due.precision != "day":
        faults.append(_("The deadline cannot be read as a day."))
    month = _month(cells.get("month", ""), due.day, faults)
    quantity = _quantity(cells.get("quantity", ""), faults)
    code = fold(cells.get("product", ""))
    product = known.products.get(plain(code)) if code else None
    if code and product is None:
        faults.append(_("Product %(code)s is not in the unit's catalogue.") % {"code": code})
    kept_due = due.day.isoformat() if due.day else ""
    key = (person, plain(title), kept_due, month)
    verdict, why = "new", "" if person is not None else _("no person: goes into the plan")
    if faults:
        verdict, why = "refused", " ".join(faults)
    elif key in known.there or key in seen:
        verdict, why = "already", _("the same task is there already")
    seen.add(key)
    return Row(
        number, verdict, why, name, title, person, product.pk if product else None,
        product.code if product else code, str(quantity), kept_due, month,
        fold(cells.get("origin", ""))[:300],
    )  # fmt: skip


def _person(cells: Mapping[str, str], known: Known, faults: list[str]) -> tuple[int | None, str]:
    number, name = fold(cells.get("number", "")).upper(), fold(cells.get("name", ""))
    if number:
        found = known.by_number.get(number)
        if found is None:
            faults.append(_("Nobody in this unit has the file number %(n)s.") % {"n": number})
            return None, name or number
        if name and plain(name) != plain(found[1]):
            faults.append(_("The file number is that of %(name)s.") % {"name": found[1]})
        return found[0], found[1]
    if not name:
        return None, ""
    fitting = known.by_name.get(plain(name), ())
    if len(fitting) != 1:
        faults.append(
            _("Several people of this name: write the file number.") if fitting
            else _("Nobody in this unit has this name.")
        )  # fmt: skip
        return None, name
    return fitting[0], name


def _month(text: str, due: date | None, faults: list[str]) -> str:
    """Return the month as `2026-03`: of the column, else of the deadline."""
    if not text:
        return f"{due:%Y-%m}" if due else ""
    read = parse_day(text).value
    if read.day is None or read.precision == "year":
        faults.append(_("The month cannot be read; write 03/2026."))
        return ""
    return f"{read.day:%Y-%m}"


def _quantity(text: str, faults: list[str]) -> Decimal:
    if not text:
        return Decimal(1)
    plain_text = text.replace(" ", "")
    if "," in plain_text:
        plain_text = plain_text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(plain_text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not Decimal(0) < number < Decimal(10**8):
        faults.append(_("The quantity is no number above nought."))
        return Decimal(1)
    return number.quantize(Decimal("0.01"))


def counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many rows have which verdict."""
    found = dict.fromkeys(("new", "already", "refused"), 0)
    for row in rows:
        found[row["verdict"]] += 1
    return found


def news(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if row["verdict"] == "new")
