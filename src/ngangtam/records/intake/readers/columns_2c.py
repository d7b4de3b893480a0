"""The columns that a form 2C becomes: plain items as in any roster, tables as lines of cells."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.cells.lines import CELL, LINE, WITHIN

Tables = Mapping[str, Sequence[Sequence[str]]]
# Under these headings the columns mean what they mean in any roster; see headers/fields.yaml.
_PLAIN: Final = (
    ("Họ và tên", "full_name"), ("Tên gọi khác", "other_names"), ("Giới tính", "gender"),
    ("Nơi sinh", "birthplace"), ("Nơi ở hiện nay", "residence"), ("Điện thoại", "phone"),
    ("Dân tộc", "ethnicity"), ("Tôn giáo", "religion"),
    ("Số định danh cá nhân", "personal_number"), ("Ngày tuyển dụng", "recruited"),
    ("Ngày vào Đảng chính thức", "party_official"), ("Giáo dục phổ thông", "schooling"),
    ("Lý luận chính trị", "theory"), ("Ngoại ngữ", "languages"),
    ("Quản lý nhà nước", "state_management"), ("Tin học", "it"), ("Ngạch công chức", "rank"),
    ("Mã ngạch", "rank_code"), ("Bậc lương", "step"), ("Hệ số lương", "coefficient"),
    ("Ngày hưởng", "rank_since"),
)  # fmt: skip
_TABLES: Final = (("Mục 26", "training"), ("Mục 31", "pay"))
_LISTS: Final = (("Mục 15", "unions"), ("Mục 20", "honours"), ("Mục 22", "awards"),
                 ("Mục 23", "disciplines"), ("Mục 29", "foreign"))  # fmt: skip
_NOW: Final = re.compile(r"(?:nay|hien nay|hien tai|den nay)\s*$")
_TITLES: Final = re.compile(r"^(pho giao su|giao su|pgs|gs)\b")


def columns_of(items: Mapping[str, str], tables: Tables) -> list[tuple[str, str]]:
    """Return (heading, cell) for everything that a form says."""
    columns = [(label, _line(items.get(name, ""))) for label, name in _PLAIN]
    title, degree = _titles(items.get("degree", ""))
    member, admitted = _party(items.get("party", ""))
    post, unit, since, work = _present(items, tables)
    columns += [
        ("Ngày sinh", _birth(items)), ("Quê quán", _home(items)), ("Học hàm", title),
        ("Học vị", degree), ("Ngày vào Đảng", admitted), ("Đảng viên", member),
        ("Chức vụ", post), ("Nơi công tác", unit), ("Ngày giữ chức vụ", since),
        ("Mục 27", LINE.join(map(_row, work))), ("Mục 30", _family(tables)),
        ("Mục 12", _line(items.get("recruited_by", ""))),
        ("Mục 16", _row([items.get(name, "") for name in ("army_in", "army_out", "army_rank")])),
        ("Mục 24", _row([items.get("health", ""), _height(items), items.get("blood", "")])),
    ]  # fmt: skip
    columns += [(label, LINE.join(map(_row, tables.get(name, ())))) for label, name in _TABLES]
    columns += [(label, LINE.join(_listed(items.get(name, "")))) for label, name in _LISTS]
    return [(label, text) for label, text in columns if text.strip(f"{CELL} ")]


def _line(text: str) -> str:
    return " ".join(text.split())


def _row(cells: Sequence[str]) -> str:
    return CELL.join(WITHIN.join(cell.split("\n")) for cell in cells) if any(cells) else ""


def _height(items: Mapping[str, str]) -> str:
    """Return the height; the blank form already says “1m”."""
    text = items.get("height", "").strip(" ,")
    return "" if text in {"1", "1m", "m"} else text


def _birth(items: Mapping[str, str]) -> str:
    parts = [_line(items.get(f"birth_{part}", "")) for part in ("day", "month", "year")]
    # Without its month a day says nothing that could be used.
    known = parts if parts[1] else parts[2:]
    return "/".join(part for part in known if part)


def _home(items: Mapping[str, str]) -> str:
    parts = [_line(items.get(f"home_{part}", "")) for part in ("commune", "district", "province")]
    # What the place is called today is the form's remark, not the writer's wording.
    parts = [re.sub(r"\s*\(nay (?:là|thuộc)[^()]*\)?\s*$", "", part) for part in parts]
    return ", ".join(part for part in parts if part)


def _titles(text: str) -> tuple[str, str]:
    """Part an academic title from the degree: “Phó giáo sư; Tiến sĩ, 2015”."""
    head, sep, rest = _line(text).partition(";")
    if sep and _TITLES.match(plain(head)):
        return head.strip(), rest.strip()
    return "", _line(text)


def _party(text: str) -> tuple[str, str]:
    """Return (member, day): a form may say “not yet”, or that the day is not known."""
    words = plain(text)
    if words.startswith(("chua", "khong")):
        return "", "Chưa"
    return ("x", "") if words.startswith("la dang vien") else ("", _line(text))


def _present(items: Mapping[str, str], tables: Tables) -> tuple[str, str, str, list[Sequence[str]]]:
    """Return the main post, its unit, since when, and the rest of the career.

    The line of the career that says the same as item 18 becomes the posting; where item 18 says
    nothing, the only line that goes on until today does.
    """
    work = [list(row) for row in tables.get("work", ())]
    running = [row for row in work if _NOW.search(plain(row[0]))]
    main = plain(_line(items.get("main_work", "")))
    fits = [row for row in running if plain(row[1].replace("\n", ", ")) == main]
    chosen = fits[-1] if fits else running[0] if len(running) == 1 else None
    if chosen is None:
        post = _line(items.get("main_work") or items.get("posts", ""))
        return post, _line(items.get("workplace", "")), "", list(work)
    title, _sep, unit = chosen[1].partition("\n")
    since = re.split(r"\s*(?:[-–—]|đến)\s*(?=\D*$)", chosen[0])[0]
    rest = [row for row in work if row is not chosen]
    return (title, _line(unit) or _line(items.get("workplace", "")),
            re.sub(r"^\s*(?:từ|tháng)\s+", "", since, flags=re.IGNORECASE), list(rest))  # fmt: skip


def _family(tables: Tables) -> str:
    rows = [
        [side, *one]
        for side in ("family", "in_laws")
        for row in tables.get(side, ())
        for one in _parted(row)
    ]
    return LINE.join(map(_row, rows))


def _parted(row: Sequence[str]) -> list[list[str]]:
    """Part a row in which several relatives stand one below the other."""
    lines = [cell.split("\n") for cell in row]
    people = len(lines[1]) if len(lines) > 1 else 1
    if people < 2 or len(lines[0]) not in {1, people} or len(lines[2]) not in {1, people}:
        return [list(row)]
    return [
        [cell[at] if len(cell) == people else cell[0] if at == 0 or column == 0 else ""
         for column, cell in enumerate(lines)]
        for at in range(people)
    ]  # fmt: skip


def _listed(text: str) -> list[str]:
    """Return the entries of a list: lines that begin with a dash, else parts between semicolons
    that stand outside of brackets."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if any(line.startswith("- ") for line in lines):
        entries: list[str] = []
        for line in lines:
            if line.startswith("- ") or not entries:
                entries.append(line.removeprefix("- "))
            else:
                entries[-1] += f" {line}"
        return entries
    return [part.strip() for part in re.split(r";(?![^()]*\))", " ".join(lines)) if part.strip()]
