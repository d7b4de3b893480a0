"""What the officials of the fictional province are given to do in a month, and how it goes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from ngangtam.foundation.kernel.days import add_months

A_MONTH: Final = 8


@dataclass(frozen=True, slots=True)
class Ware:
    """One line of the catalogue: `pieces` is what somebody is commonly given in a month."""

    code: str
    name: str
    measure: str
    coefficient: str
    quality: str
    pieces: tuple[int, int]


CATALOGUE: Final = (
    Ware("VB", "Văn bản tham mưu", "văn bản", "1.0", "Đúng thể thức, đúng thẩm quyền", (2, 6)),
    Ware("BC", "Báo cáo định kỳ", "báo cáo", "1.5", "Đủ số liệu, đúng mẫu", (1, 2)),
    Ware("BD", "Báo cáo chuyên đề", "báo cáo", "2.5", "Có phân tích và kiến nghị", (1, 1)),
    Ware("HS", "Hồ sơ thủ tục hành chính", "hồ sơ", "0.2", "Đúng thành phần, đúng hạn", (10, 40)),
    Ware("TT", "Tờ trình, đề án", "đề án", "4.0", "Được cấp có thẩm quyền cho ý kiến", (1, 1)),
    Ware("KT", "Cuộc kiểm tra, khảo sát", "cuộc", "3.0", "Có biên bản, có kết luận", (1, 1)),
    Ware("HN", "Hội nghị, cuộc họp được chuẩn bị", "cuộc", "1.2", "Đủ tài liệu trước họp", (1, 3)),
    Ware("DT", "Đơn thư được xử lý", "đơn", "0.5", "Trả lời đúng nội dung", (1, 8)),
    Ware("DL", "Dữ liệu được cập nhật, làm sạch", "bản ghi", "0.05", "Đúng, đủ, sạch", (40, 120)),
    Ware("PH", "Nhiệm vụ phối hợp", "việc", "0.8", "Đơn vị chủ trì xác nhận", (1, 4)),
)  # fmt: skip
RESOLUTION_TASKS: Final = (
    ("Rà soát vị trí việc làm và khung năng lực", "Nghị quyết về đội ngũ cán bộ, mục III.1"),
    ("Số hóa, làm sạch hồ sơ cán bộ", "Nghị quyết về đội ngũ cán bộ, mục III.2"),
    ("Cắt giảm thời gian giải quyết thủ tục hành chính", "Chương trình cải cách hành chính"),
    ("Giải quyết dứt điểm đơn thư tồn đọng", "Kết luận của Ban Thường vụ Tỉnh ủy"),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One task of a month as it is given, and what came of it."""

    ware: str
    title: str
    quantity: Decimal
    due: date
    done: Decimal
    done_on: date | None
    failures: int
    exceeds: bool
    excused: bool

    @property
    def late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due


@dataclass(frozen=True, slots=True)
class Diligence:
    """How somebody works: from 0 to 1; most people work well, a few do not."""

    pace: float
    care: float
    drive: float


def draw_diligence(draw: Random) -> Diligence:
    """Return how one official works, the same every month."""
    return Diligence(
        draw.betavariate(3.4, 1.7), draw.betavariate(3.6, 1.5), draw.betavariate(2.2, 4.0)
    )


def draw_month(draw: Random, worker: Diligence, month: date) -> list[Duty]:
    """Return the tasks of one official in the month that begins on `month`."""
    wares = draw.sample(CATALOGUE, k=min(len(CATALOGUE), A_MONTH))
    return [_duty(draw, worker, month, ware) for ware in wares]


def _duty(draw: Random, worker: Diligence, month: date, ware: Ware) -> Duty:
    last = add_months(month, 1) - timedelta(days=1)
    due = month + timedelta(days=draw.randint(7, (last - month).days))
    quantity = Decimal(draw.randint(*ware.pieces))
    finished = draw.random() < 0.25 + 0.75 * worker.pace
    done = quantity if finished else (quantity * Decimal(draw.randint(2, 8)) / 10).quantize(
        Decimal("0.01")
    )  # fmt: skip
    slipped = draw.random() > 0.2 + 0.8 * worker.pace
    done_on = min(due + timedelta(days=draw.randint(1, 6)), last) if slipped else (
        due - timedelta(days=draw.randint(0, 5))
    )  # fmt: skip
    return Duty(
        ware=ware.code,
        title=f"{ware.name} tháng {month:%m/%Y}",
        quantity=quantity,
        due=due,
        done=done,
        done_on=max(done_on, month) if done else None,
        failures=int(draw.random() > 0.2 + 0.8 * worker.care),
        exceeds=finished and not slipped and draw.random() < worker.drive,
        excused=slipped and draw.random() < 0.15,
    )


def draw_points(draw: Random, worker: Diligence) -> tuple[Decimal, Decimal]:
    """Return the general points that somebody gives oneself and that the head confirms, of 30."""
    fair = 17 + 13 * (worker.pace + worker.care) / 2 - draw.random() * 2
    own = min(30.0, fair + draw.random() * 1.5)
    return Decimal(own).quantize(Decimal("0.5")), Decimal(min(fair, own)).quantize(Decimal("0.5"))
