"""The sheet as Word and PDF, and the table of a unit as Word: what stands on the paper.

The words of a paper are Vietnamese, whatever the reader's language: it is signed and filed here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from django.utils import translation

from ngangtam.foundation.papers import pdf, word
from ngangtam.foundation.papers.clean import DOTS
from ngangtam.foundation.papers.layouts import layout
from ngangtam.foundation.papers.shelves import Shelf
from ngangtam.foundation.ui import formats
from ngangtam.stages.evaluation.models import Class, Rating
from ngangtam.stages.evaluation.queries_sheets import Work
from ngangtam.stages.evaluation.queries_team import Member, Team
from ngangtam.stages.evaluation.standing import Standing

SHELF: Final = Shelf("evaluation", Path(__file__).parent / "sheets")
Style = Literal["docx", "pdf"]
NONE: Final = "—"
_OUTCOMES: Final = {"met": "Đạt", "not_met": "Không đạt", "unknown": "Chưa rõ"}
_DAY: Final = f"{DOTS * 6}, ngày {DOTS * 2} tháng {DOTS * 2} năm {DOTS * 3}"
_AUTHORITY: Final = "CẤP CÓ THẨM QUYỀN ĐÁNH GIÁ"
Points = Sequence[tuple[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to hand out."""

    name: str
    content: bytes


def sheet_paper(
    found: Standing, points: Points, works: Sequence[Work], rating: Rating | None, group: str, *,
    style: Style, at: datetime,
) -> Paper:  # fmt: skip
    """Return a sheet as a paper. Shape: `points` as the page has them: (entry, own, confirmed)."""
    sheet = found.sheet
    with translation.override("vi"):
        told = _sheet(found, points, works, rating, group)
        settings = layout("state")
        name = f"phieu-danh-gia-{sheet.cycle.code}-{_whose(sheet)}.{style}"
        if style == "pdf":
            content = pdf.render(SHELF, "sheet.typ", told, layout=settings, at=at)
        else:
            told["motto"] = [settings["title"], settings["motto"]]
            content = word.render(SHELF, "sheet.docx", told, layout=settings, at=at,
                                  title=told["title"])  # fmt: skip
    return Paper(name, content)


def team_paper(team: Team, rows: Iterable[Member], *, at: datetime) -> Paper:
    """Return the table of a unit as Word, as it is narrowed and sorted."""
    settings = layout("state")
    with translation.override("vi"):
        told = _team(team, list(rows))
        told["motto"] = [settings["title"], settings["motto"]]
        content = word.render(SHELF, "team.docx", told, layout=settings, at=at,
                              title=told["title"])  # fmt: skip
    return Paper(f"danh-gia-{team.unit.code}-{team.cycle.code}.docx", content)


def _whose(sheet: Any) -> str:
    return str(sheet.person.number if sheet.person else sheet.unit.code)


def _sheet(
    found: Standing, points: Points, works: Sequence[Work], rating: Rating | None, group: str
) -> dict[str, Any]:
    sheet, cycle = found.sheet, found.sheet.cycle
    last = cycle.until - timedelta(days=1)
    inside = sheet.unit_id != sheet.body_id and sheet.person_id is not None
    who = "PHIẾU ĐÁNH GIÁ TẬP THỂ" if sheet.person_id is None else "PHIẾU ĐÁNH GIÁ CÁ NHÂN"
    return {
        "body": (sheet.body if sheet.person_id else sheet.unit).name.upper(),
        "unit": sheet.unit.name.upper() if inside else "",
        "title": f"{who} {cycle.label.upper()}",
        "period": f"{found.frame.label} – từ {_day(cycle.first)} đến {_day(last)}",
        "facts": list(_facts(sheet, group)),
        "points": list(_points(found, points)),
        "works": [_work(at, one) for at, one in enumerate(works, start=1)],
        "checks": [
            {"label": one["label"], "outcome": _OUTCOMES.get(one["outcome"], ""),
             "reason": one["said"], "strong": False}
            for one in found.conditions
        ],
        "told": list(_told(found, rating)), "notes": list(_notes(found)), "day": _DAY,
        "signing": {
            "left": {"title": "NGƯỜI TỰ ĐÁNH GIÁ" if sheet.person_id else "TẬP THỂ TỰ ĐÁNH GIÁ",
                     "name": sheet.person.full_name if sheet.person else ""},
            "right": {"title": _AUTHORITY, "name": _by(sheet)},
        },
    }  # fmt: skip


def _facts(sheet: Any, group: str) -> Iterable[dict[str, str]]:
    if sheet.person is not None:
        yield {"label": "Họ và tên", "value": sheet.person.full_name}
        yield {"label": "Chức vụ, vị trí việc làm", "value": sheet.post.title if sheet.post else ""}
    yield {"label": "Đơn vị công tác" if sheet.person else "Đơn vị", "value": sheet.unit.name}
    if group and sheet.person:
        yield {"label": "Nhóm có nhiệm vụ tương đồng", "value": group}
    if sheet.months_worked is not None and sheet.cycle.kind != sheet.cycle.Kind.MONTH:
        yield {"label": "Số tháng làm việc trong kỳ", "value": formats.number(sheet.months_worked)}


def _points(found: Standing, points: Points) -> Iterable[dict[str, Any]]:
    general = [row for row in points if row[0].kind == "points"]
    judged = {row[0].id: row for row in points if row[0].kind == "percent"}
    sheet = found.sheet
    own = found.frame.total_of(sheet.own_points)
    given = found.frame.total_of(sheet.points) if sheet.state == sheet.State.CONFIRMED else None
    yield _point("I", "Tiêu chí chung", found.frame.most, own, given, strong=True)
    if found.frame.split:
        for at, (entry, said, confirmed) in enumerate(general, start=1):
            yield _point(str(at), entry.label, entry.most, said, confirmed)
    task = found.said.get("task_percent")
    yield _row("II", "Kết quả thực hiện nhiệm vụ (%)", "100", "", _figure(task, 2), strong=True)
    own_of = {"dd": "organising_percent", "e": "uniting_percent"}
    for at, bar in enumerate(found.bars, start=1):
        row = judged.get(own_of.get(bar.id, ""))
        yield _row(str(at), bar.label, "100", _figure(row[1] if row else None, 2, blank=True),
                   _figure(bar.percent, 2))  # fmt: skip
    yield _row("", "Tổng điểm", "100", "", total_words(found.total, found.bounds), strong=True)


def total_words(total: float | None, bounds: tuple[float, float] | None) -> str:
    """Return a total, or between what it lies."""
    if total is not None:
        return formats.number(total, 2)
    if bounds is not None:
        return f"{formats.number(bounds[0], 2)} – {formats.number(bounds[1], 2)}"
    return "chưa tính được"


def _point(no: str, label: str, most: Any, own: Any, given: Any, *, strong: bool = False) -> Any:
    return _row(no, label, _figure(most), _figure(own), _figure(given), strong=strong)


def _row(no: str, label: str, most: str, own: str, given: str, *, strong: bool = False) -> Any:
    return {"no": no, "label": label, "most": most, "own": own, "given": given, "strong": strong}


def _figure(value: Any, digits: int | None = None, *, blank: bool = False) -> str:
    if value is None or value == "":
        return "" if blank else NONE
    return formats.number(Decimal(str(value)), digits)


def _work(at: int, one: Work) -> dict[str, Any]:
    said = [
        one.state, *(["sai sót lớn"] if one.failures else []), *(["chậm"] if one.delays else []),
        *(["có nguyên nhân khách quan"] if one.cause else []),
        *(["vượt yêu cầu"] if one.exceeds else []),
    ]  # fmt: skip
    return {
        "no": str(at), "title": one.title, "due": _day(one.due),
        "assigned": formats.number(one.assigned, 2), "done": formats.number(one.done, 2),
        "remarks": "; ".join(said), "strong": False,
    }  # fmt: skip


def _told(found: Standing, rating: Rating | None) -> Iterable[dict[str, str]]:
    sheet = found.sheet
    if sheet.own_note:
        yield {"label": "Ý kiến tự nhận xét", "value": sheet.own_note}
    if sheet.answer and sheet.state == sheet.State.CONFIRMED:
        yield {"label": "Nhận xét của cấp có thẩm quyền", "value": sheet.answer}
    if rating is not None:
        value = str(Class(rating.level).label)
        decision = rating.decision
        if decision is not None:
            value += f" (Quyết định số {decision.number}, ngày {_day(decision.day)})"
    elif found.level:
        value = f"{Class(found.level).label} (dự kiến, chưa có quyết định)"
    else:
        value = "chưa quyết định"
    yield {"label": "Mức xếp loại chất lượng", "value": value}


def _notes(found: Standing) -> Iterable[str]:
    if found.sheet.state != found.sheet.State.CONFIRMED:
        yield "Phiếu chưa được cấp có thẩm quyền xác nhận; điểm là điểm tạm tính."
    elif found.unconfirmed and found.sheet.cycle.state != "closed":
        yield f"{found.unconfirmed} công việc tính theo báo cáo, chưa được xác nhận."


def _by(sheet: Any) -> str:
    return str(sheet.confirmed_by.full_name or "") if sheet.confirmed_by else ""


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}"


def _team(team: Team, rows: Sequence[Member]) -> dict[str, Any]:
    cycle = team.cycle
    last = cycle.until - timedelta(days=1)
    confirmed = sum(one.sheet.state == "confirmed" for one in rows)
    final = cycle.state == cycle.State.CLOSED
    return {
        "body": "", "unit": team.unit.name.upper(),
        "title": f"TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ {cycle.label.upper()}",
        "period": f"từ {_day(cycle.first)} đến {_day(last)}",
        "facts": [{"label": "Số phiếu", "value": f"{len(rows)}, đã xác nhận {confirmed}"}],
        "rows": [
            {"no": str(at), "name": one.name,
             "post": one.sheet.post.title if one.sheet.post else "",
             "tasks": str(one.tasks), "done": str(one.done), "own": _figure(one.own),
             "given": _figure(one.confirmed), "total": total_words(one.total, one.bounds),
             "level": one.words + ("" if one.decided or not one.words else " (dự kiến)"),
             "state": str(one.sheet.get_state_display()), "strong": False}
            for at, one in enumerate(rows, start=1)
        ],
        "notes": [] if final else ["Kỳ đánh giá chưa đóng; tổng điểm là điểm tạm tính."],
        "signing": {"left": {"title": "NGƯỜI LẬP", "name": ""},
                    "right": {"title": "THỦ TRƯỞNG ĐƠN VỊ", "name": ""}},
    }  # fmt: skip
