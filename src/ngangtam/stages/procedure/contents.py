"""What a case holds, as Word and PDF for the binder; and the draft of a document of a step."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone, translation

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.papers import pdf, word
from ngangtam.foundation.papers.clean import DOTS
from ngangtam.foundation.papers.layouts import layout
from ngangtam.foundation.papers.shelves import Shelf
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.downloads import download
from ngangtam.stages.procedure.queries import File, Line

SHELF: Final = Shelf("procedure", Path(__file__).parent / "sheets")
TRIAL: Final = "MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of contents."""

    label: str
    number: str = ""
    day: str = ""
    note: str = ""


def entries(file: File) -> list[Entry]:
    """Return everything that lies in the binder: papers, the dossier, meetings, opinions."""
    found = [
        Entry(paper.title, paper.number, formats.day(paper.day) if paper.day else "", paper.signer)
        for paper in file.papers
    ]
    for line in file.lines:
        found += [
            Entry(one.label, one.reference, "", one.get_state_display()) for one in line.items
        ]
        found += [
            Entry(f"Ý kiến của {one.body}", one.reference,
                  formats.day(one.given_on) if one.given_on else "",
                  one.get_verdict_display() if one.verdict else one.get_state_display())
            for one in line.opinions
        ]  # fmt: skip
        if line.poll is not None:
            found.append(Entry(f"Biên bản kiểm phiếu: {line.label}", "", "", line.came_to))
    return found


def tell(file: File, today: date) -> dict[str, Any]:
    """Return everything that the list says."""
    case = file.case
    return {
        "title": "Mục lục hồ sơ", "about": case.title, "unit": case.unit.name,
        "number": case.number, "procedure": said(case.label),
        "trial": TRIAL if case.fictional else "",
        "people": [
            {"name": one.name, "post": one.headline or DOTS, "state": one.get_state_display()}
            for one in file.subjects
        ],
        "steps": [_step(line) for line in file.lines if line.step is not None],
        "entries": [
            {"no": str(place), "label": one.label, "number": one.number, "day": one.day,
             "note": one.note}
            for place, one in enumerate(entries(file), 1)
        ],
        "day": formats.day(today),
    }  # fmt: skip


def _step(line: Line) -> dict[str, str]:
    step = line.step
    assert step is not None
    done = formats.day(timezone.localtime(step.done_at).date()) if step.done_at else ""
    return {
        "label": line.label, "who": str(step.done_by or ""), "day": done,
        "result": line.came_to or step.get_state_display(), "said": "; ".join(line.said),
    }  # fmt: skip


def _render(style: str, name: str, told: dict[str, Any], party: bool) -> bytes:
    settings = layout("party" if party else "state")
    at = timezone.now()
    if style == "pdf":
        return pdf.render(SHELF, f"{name}.typ", {"say": told}, layout=settings, at=at)
    told = told | {"national": settings["title"], "motto": settings["motto"]}
    return word.render(SHELF, f"{name}.docx", told, layout=settings, at=at, title=told["title"])


def answer(file: File, style: str, today: date) -> HttpResponse:
    """Hand the list out. A list is a document of a Vietnamese body, whoever prints it."""
    if style not in ("docx", "pdf"):
        raise Http404
    with translation.override("vi"):
        content = _render(style, "contents", tell(file, today), file.case.regime == "party")
    return download(content, f"muc-luc-{file.case.number}.{style}")


def draft(file: File, line: Line, today: date) -> HttpResponse:
    """Hand out a draft of the document that a step asks for, to be edited and signed."""
    with translation.override("vi"):
        told = {
            **tell(file, today), "title": said(line.rule.label),
            "basis": [str(cite) for cite in line.rule.cites],
        }  # fmt: skip
        content = _render("docx", "document", told, file.case.regime == "party")
    return download(content, f"du-thao-{file.case.number}-{line.rule.id}.docx")
