"""Invented rows for the gallery."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ngangtam.foundation.kernel.days import PartialDate, parse_day
from ngangtam.foundation.ui import charts
from ngangtam.foundation.ui.components.flows import Moment, Node, Tab
from ngangtam.foundation.ui.tables import Column, Filter, Listing

DRAWING = (Path(__file__).parent / "drawing.bpmn").read_text(encoding="utf-8")
LIT = {"ask": "done", "answer": "done", "meet": "now", "decide": "waiting"}
HALF = 470  # the width of a chart in one of two columns

LISTING = Listing(
    columns=[
        Column("name", order=("name",)),
        Column("born", order=("born",), numeric=True),
        Column("score", order=("score",), numeric=True, down_first=True),
    ],
    filters=[
        Filter("q", "Tìm"),
        Filter("gender", "Giới tính", choices=[("f", "Nữ"), ("m", "Nam")]),
        Filter("level", "Lý luận chính trị", choices=[("c", "Cao cấp"), ("t", "Trung cấp")]),
        Filter("since", "Vào Đảng từ", kind="day"),
    ],
    default_sort="name",
    page_size=25,
    target="sample-table",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One invented official."""

    name: str
    post: str
    unit: str
    born: PartialDate
    score: float | None
    finding: str
    verdict: str


def _born(raw: str) -> PartialDate:
    return parse_day(raw).value


ROWS = [
    Row("Nguyễn Thị Minh Khuê", "Phó Chủ tịch Ủy ban nhân dân xã", "Xã An Bình",
        _born("12/04/1986"), 91.25, "met", "taken"),
    Row("Trần Đức Thắng", "Trưởng phòng Kinh tế, Hạ tầng và Đô thị", "Phường Sông Thanh",
        _born("10/1979"), 78.5, "not_met", "normalised"),
    Row("Lò Văn Páo", "Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam xã", "Xã Mường Lạn",
        _born("1988"), None, "unknown", "uncertain"),
    Row("H'Linh Niê Kđăm", "Chuyên viên", "Sở Nội vụ", _born(""), 84.0, "off", "refused"),
    Row("Phạm Hoàng Long", "Bí thư Đảng ủy", "Xã An Bình", _born("30/09/1974"), 88.75, "met",
        "taken"),
]  # fmt: skip

MOMENTS = [
    Moment(date(2025, 7, 1), "Phó Chủ tịch Ủy ban nhân dân xã An Bình", tone="blue",
           detail="Bố trí khi sắp xếp đơn vị hành chính hai cấp.",
           source="Quyết định 118/QĐ-UBND ngày 28/06/2025"),
    Moment(date(2025, 3, 10), "Kỷ luật khiển trách", tone="red",
           source="Quyết định 12-QĐ/UBKT", voided="nhập nhầm người, sửa ngày 15/03/2025"),
    Moment(date(2021, 3, 1), "Trưởng phòng Tư pháp huyện Sông Thanh", until=date(2025, 7, 1),
           tone="blue", source="Quyết định 40/QĐ-UBND"),
    Moment(PartialDate("10/2016", date(2016, 10, 1), "month"), "Cao cấp lý luận chính trị",
           raw="tháng mười, 2016", tone="green", source="Hồ sơ gốc, trang 7"),
    Moment(None, "Chứng chỉ tiếng Ê Đê", tone="gray"),
]  # fmt: skip

TREE = [
    Node("Tỉnh Sông Thanh", href="#tree", icon="building-bank", count=1482, open=True, children=(
        Node("Sở Nội vụ", href="#tree", count=64, current=True),
        Node("Sở Tài chính", href="#tree", count=58, note="sáp nhập 01/03/2025"),
        Node("Xã, phường", count=980, load="branch"),
    )),
    Node("Cơ quan không còn hoạt động", count=0, icon="archive"),
]  # fmt: skip
BRANCH = [Node("Xã An Bình", href="#tree", count=41), Node("Xã Mường Lạn", href="#tree", count=37)]

TABS = [
    Tab("Tổng quan", "#tabs", current=True, icon="id"),
    Tab("Quá trình công tác", "#tabs", count=7),
    Tab("Đào tạo", "#tabs", count=3),
    Tab("Ai biết gì, khi nào", "#tabs"),
]


def pictures() -> dict[str, charts.Picture]:
    """Return one chart of each kind."""
    ages = [28, 31, 33, 34, 36, 37, 38, 38, 41, 42, 43, 44, 44, 46, 47, 49, 51, 53, 56, 58, None]
    return {
        "bars": charts.bars(
            [charts.Bar("Ban Chấp hành Đảng bộ", 12.5), charts.Bar("Ban Thường vụ", 20),
             charts.Bar("Hội đồng nhân dân", None), charts.Bar("Lãnh đạo sở, ban, ngành", 16.4)],
            title="Tỷ lệ nữ theo cơ quan", target=15, width=HALF,
        ),
        "shares": charts.shares(
            [charts.Share("Xã An Bình", 12, 30, 2), charts.Share("Phường Sông Thanh", 5, 14, 9),
             charts.Share("Xã Mường Lạn", 3, 34, 0)],
            title="Dưới 40 tuổi", target=20, width=HALF,
        ),
        "pyramid": charts.pyramid(
            [charts.Band(f"{age}–{age + 4}", men, women) for age, men, women in
             ((25, 40, 62), (30, 118, 126), (35, 190, 171), (40, 214, 160), (45, 176, 98),
              (50, 141, 55), (55, 97, 18))],
            title="Cơ cấu tuổi và giới", width=HALF,
        ),
        "line": charts.line(
            [charts.Point(date(2026, month, 1), None if month == 4 else 10 + month * 0.7)
             for month in range(1, 12)],
            title="Tỷ lệ nữ cấp ủy qua các tháng", target=15, width=HALF,
        ),
        "histogram": charts.histogram(
            ages, title="Phân bố tuổi", unit="tuổi", edges=(30, 40), width=HALF
        ),
    }  # fmt: skip
