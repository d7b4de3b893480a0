"""A plan as plain rows: for lists to the level above, Word, Excel and paper."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.days import full_age
from ngangtam.foundation.ui import formats
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.planning.models import Plan, PlanEntry
from ngangtam.stages.planning.rights import STANDING
from ngangtam.stages.planning.rules import facts_of

HEADINGS: Final = (
    "Chức danh quy hoạch", "Đơn vị", "Họ và tên", "Số hồ sơ", "Ngày sinh", "Giới tính", "Dân tộc",
    "Chức vụ hiện nay", "Nơi công tác", "Trình độ", "Lý luận chính trị", "Tuổi khi tính",
    "Trong quy hoạch từ", "Quyết định", "Lý do",
)  # fmt: skip


class Line(NamedTuple):
    """One entry of a list, as texts in the order of the headings."""

    title: str
    unit: str
    name: str
    number: str
    birth: str
    gender: str
    ethnicity: str
    post: str
    workplace: str
    degree: str
    theory: str
    age: str
    since: str
    decision: str
    reason: str

    @classmethod
    def kept(cls, row: Sequence[str]) -> "Line":
        """Read a row of a list that was sent; one from before the last headings is shorter."""
        return cls(*row, *[""] * (len(cls._fields) - len(row)))


# Titles managed at these levels and above make the strategic pool.
STRATEGIC: Final = ("secretariat", "politburo")
POOLS: Final = (("", _("the whole plan")), ("strategic", _("the strategic pool alone")))


def rows_of(plan: Plan, *, level: str, today: date) -> list[Line]:
    """Return who stands in the plan, one row an entry, as texts.

    Shape: `level` "strategic" narrows to titles that the Secretariat or the Politburo manages.
    """
    entries = plan.entries.filter(state__in=STANDING).select_related(
        "title__post", "in_decision", "person"
    )
    if level == "strategic":
        entries = entries.filter(title__post__managed_by__in=STRATEGIC)
    listed = list(entries.order_by("title__position", "title_id", "position", "pk"))
    known = facts_of([one.person_id for one in listed], today)
    return [_row(one, known.get(one.person_id, {}), plan) for one in listed]


def _row(entry: PlanEntry, facts: dict[str, object], plan: Plan) -> Line:
    born = facts.get("birth_day")
    whole = isinstance(born, date)
    return Line(
        entry.title.name, entry.title.unit_name, entry.full_name, entry.number,
        formats.day(born) if isinstance(born, date) else "",
        _label("gender", facts.get("gender")), _label("ethnicity", facts.get("ethnicity")),
        entry.headline, entry.workplace, _label("degree", facts.get("degree")),
        _label("political_theory", facts.get("theory")),
        str(full_age(born, plan.counted_on)) if whole and isinstance(born, date) else "",
        formats.day(entry.in_since) if entry.in_since else "",
        str(entry.in_decision) if entry.in_decision else "", entry.in_reason,
    )  # fmt: skip


def _label(catalogue: str, value: object) -> str:
    if not isinstance(value, int):
        return ""
    found = rulebook().catalogues[catalogue]
    code = found.code(value)
    return next((one.label["vi"] for one in found if one.code == code), code)
