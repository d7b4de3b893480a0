"""The minutes of counting: what a vote says, as Word and as PDF."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ngangtam.foundation.papers import pdf, word
from ngangtam.foundation.papers.clean import DOTS
from ngangtam.foundation.papers.layouts import layout
from ngangtam.foundation.papers.shelves import Shelf
from ngangtam.foundation.ui import formats
from ngangtam.stages.ballots import queries, receipts, shown, standing
from ngangtam.stages.ballots.models import Poll

SHELF: Final = Shelf("ballots", Path(__file__).parent / "sheets")
Style = Literal["docx", "pdf"]
_BLANK: Final = DOTS * 6


@dataclass(frozen=True, slots=True)
class Paper:
    """Minutes ready to hand out."""

    name: str
    content: bytes


def print_(poll: Poll, style: Style, at: datetime) -> Paper:
    """Return the minutes of a counted vote.

    Errors: LookupError while there is no result; BadTemplate or BadLayout when a deployment's own
        template or layout is at fault.
    """
    law = queries.rule_of(poll)
    settings = layout("party" if law is not None and law.regime == "party" else "state")
    # Minutes are a document of a Vietnamese body, whoever prints them.
    with translation.override("vi"):
        told = tell(poll)
    if style == "docx":
        content = word.render(SHELF, "minutes.docx", told | {"national": settings["title"],
                              "motto": settings["motto"]}, layout=settings, at=at,
                              title=told["title"])  # fmt: skip
    else:
        content = pdf.render(SHELF, "minutes.typ", {"say": told}, layout=settings, at=at)
    return Paper(f"bien-ban-kiem-phieu-{poll.pk}.{style}", content)


def tell(poll: Poll) -> dict[str, Any]:
    """Return everything that the minutes say. Errors: LookupError while there is no result."""
    kept = queries.kept_result(poll)
    if kept is None:
        raise LookupError(poll.pk)
    setting = standing.setting_of(poll)
    result = shown.result(setting, kept.figures)
    numbers = result.figures
    tellers = queries.tellers_of(poll)
    rule = shown.rule_in_words(poll)
    needed = standing.quorum_needed(poll)
    return {
        "title": _("Minutes of counting"), "about": poll.title, "unit": poll.unit.name,
        "opened": _moment(poll.opened_at), "closed": _moment(poll.closed_at or poll.counted_at),
        "counted": _moment(poll.counted_at), "place": _BLANK,
        "tellers": [
            {"place": str(one.position), "name": str(one.user),
             "role": _("head of the tellers") if one.position == 1 else _("teller")}
            for one in tellers
        ],
        "head": str(tellers[0].user) if tellers else _BLANK,
        "clerk": str(tellers[1].user) if len(tellers) > 1 else _BLANK,
        "kind": poll.get_kind_display(), "rule": rule.get("label", poll.rules),
        "seats": str(poll.seats), "names": str(len(setting.names)),
        "convened": str(poll.convened), "present": str(poll.present),
        "present_share": _share(poll.present, poll.convened),
        "quorum": str(needed) if needed else _("none"),
        "issued": str(numbers["issued"]), "returned": str(numbers["returned"]),
        "valid": str(numbers["valid"]),
        "valid_share": _share(numbers["valid"], numbers["returned"]),
        "invalid": str(numbers["invalid"]),
        "invalid_share": _share(numbers["invalid"], numbers["returned"]),
        "reasons": [{"why": why, "papers": str(papers)} for why, papers in result.invalid],
        "box": _box(poll), "marks": result.marks,
        "rows": [_row(at, one, result) for at, one in enumerate(result.lines, 1)],
        "conclusion": _conclusion(result), "incidents": _BLANK * 3,
    }  # fmt: skip


def _row(at: int, line: shown.Line, result: shown.Shown) -> dict[str, str]:
    base = line.levels["denominator"] if line.levels else result.base
    return {
        "place": str(at), "name": line.label,
        "votes": "; ".join(f"{mark}: {papers}" for mark, papers in line.figures)
        if len(line.figures) > 1 else str(line.votes),
        "share": _shares(line, base),
        "standing": f"{line.state} ({line.note})" if line.note else line.state,
    }  # fmt: skip


def _shares(line: shown.Line, base: int | None) -> str:
    if line.levels:
        return "; ".join(
            formats.percent(float(line.levels[name]), 2) for name in ("high", "trust", "low")
        )
    return _share(line.votes, base)


def _conclusion(result: shown.Shown) -> list[str]:
    said = []
    if result.refused:
        said.append(result.refused)
    if result.base is not None:
        said.append(
            _("Shares are taken of %(base)s; at least %(needed)s votes reach the majority.")
            % {"base": result.base, "needed": result.needed}
        )
    elected = [one.label for one in result.lines if one.tone == "green" and not one.levels]
    if elected:
        said.append(_("Reaching the majority: %(names)s.") % {"names": "; ".join(elected)})
    elif not any(one.levels for one in result.lines):
        said.append(_("Nobody reaches the majority."))
    if result.decides:
        said.append(result.decides)
    return said


def _box(poll: Poll) -> str:
    if poll.on_paper:
        return _("The ballot box was checked and sealed before the voting, and opened before all.")
    return _("Electronic box with %(papers)s sealed papers; opened by at least %(needed)s of"
             " %(all)s tellers. Seal of the receipts: %(root)s.") % {
        "papers": poll.papers, "needed": poll.needed, "all": poll.tellers.count(),
        "root": receipts.shown(bytes(poll.root or b"")),
    }  # fmt: skip


def _moment(at: datetime | None) -> str:
    return formats.moment(timezone.localtime(at)) if at else _BLANK


def _share(part: int | None, whole: int | None) -> str:
    return formats.percent(100 * (part or 0) / whole, 2) if whole else "–"
