"""The forms about one person, and what of them goes to the printer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.papers import pdf, word
from ngangtam.foundation.papers.clean import DOTS
from ngangtam.foundation.papers.layouts import Layout, layout
from ngangtam.foundation.papers.shelves import Shelf
from ngangtam.records.papers.telling import Telling
from ngangtam.records.papers.words import HIDDEN

_HERE: Final = Path(__file__).parent
SHELF: Final = Shelf("papers", _HERE / "sheets")
FORMS: Final = ("2c", "tt06", "summary")
# A photograph of four by six is printed three by four centimetres, as the box on the form is.
_PHOTO_HEIGHT: Final = 40.0

Style = Literal["docx", "pdf"]
STYLES: Final = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what it asks, in which order, and how it is laid out."""

    id: str
    title: str
    label: dict[str, str]
    layout: str
    parts: dict[str, Any]

    def __str__(self) -> str:
        return said(self.label)

    @property
    def slots(self) -> dict[str, list[dict[str, Any]]]:
        """Return every asked item with the lines where it stands, by what is said there."""
        found: dict[str, list[dict[str, Any]]] = {}
        for line in lines_of(self.parts):
            for at, slot in enumerate(line):
                last = at == len(line) - 1
                found.setdefault(slot["say"], []).append({**slot, "last": last})
        return found

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """Return every table of the form by its name."""
        blocks = self.parts["blocks"]
        return {block.get("table") or block["across"]: block
                for block in blocks if "table" in block or "across" in block}  # fmt: skip


def lines_of(parts: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the lines of asked items, in the order of the form."""
    return [
        *parts["head"],
        *(block.get("line") or block["line_if"] for block in parts["blocks"]
          if "line" in block or "line_if" in block),
    ]  # fmt: skip


@cache
def form(name: str) -> Form:
    """Return a form. Errors: KeyError for a name that is none."""
    if name not in FORMS:
        raise KeyError(name)
    parts = yaml.safe_load((_HERE / "forms" / f"{name}.yaml").read_text(encoding="utf-8"))
    return Form(name, parts["title"], parts["label"], parts["layout"], parts)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to hand out."""

    name: str
    content: bytes


def print_paper(
    told: Telling, *, form_id: str, style: Style, at: datetime, photo: bytes | None = None
) -> Paper:
    """Return a form filled with what is told of a person.

    Shape: `at` is the moment of printing; `photo` a JPEG or PNG.
    Errors: BadTemplate or BadLayout when a deployment's own template or layout is at fault.
    """
    chosen = form(form_id)
    settings = layout(chosen.layout)
    make = _word if style == "docx" else _pdf
    return Paper(
        name=f"{form_id}-{told.say['number']}.{style}",
        content=make(told, chosen, settings, at, photo),
    )


def _pdf(told: Telling, chosen: Form, settings: Layout, at: datetime, photo: bytes | None) -> bytes:
    pictures = {_photo_name(photo): photo} if photo else {}
    return pdf.render(SHELF, "form.typ", pdf_data(told, chosen, photo), layout=settings, at=at,
                      pictures=pictures)  # fmt: skip


def pdf_data(told: Telling, chosen: Form, photo: bytes | None = None) -> dict[str, Any]:
    """Return what the PDF template reads."""
    return {
        "form": chosen.parts, "say": told.say, "tables": told.tables,
        "hidden": sorted(told.hidden), "withheld": HIDDEN, "subject": told.say["name"],
        "photo": _photo_name(photo) if photo else None,
        "signed": f"{DOTS * 6}, ngày {DOTS * 2} tháng {DOTS * 2} năm {DOTS * 3}",
    }  # fmt: skip


def _photo_name(photo: bytes) -> str:
    return "photo.png" if photo.startswith(b"\x89PNG") else "photo.jpg"


def _word(
    told: Telling, chosen: Form, settings: Layout, at: datetime, photo: bytes | None
) -> bytes:
    pictures = {"photo": (photo, _PHOTO_HEIGHT)} if photo else {}
    return word.render(
        SHELF, f"{chosen.id}.docx", word_data(told, chosen), layout=settings, at=at,
        title=f"{chosen.title} – {told.say['name']}", pictures=pictures,
    )  # fmt: skip


def word_data(told: Telling, chosen: Form) -> dict[str, Any]:
    """Return what the Word template reads: each item as text, dots where nothing is known.

    Shape: an item at the end of its line and unknown is a tab, which draws dots to the margin.
    """
    data: dict[str, Any] = {"photo": "Ảnh\n(4 × 6 cm)", "home_now": told.say.get("home_now", "")}
    # A deployment's own template may ask for anything that is told, on whatever form.
    data |= {name: value or DOTS * 8 for name, value in told.say.items() if name != "home_now"}
    data |= {f"{name}_rows": rows for name, rows in told.tables.items()}
    for name, slots in chosen.slots.items():
        value = told.say.get(name, "")
        many = value.startswith("- ") and "\n" in value
        for at, slot in enumerate(slots):
            blank = "\t" if slot["last"] else DOTS * max(2, int(slot.get("dots", 16)) // 2)
            key = name if not at else f"{name}_{at + 1}"
            data[key] = f"\n{value}" if many else value or blank
    for name, block in chosen.tables.items():
        data[f"{name}_rows"] = _table(told, name, block)
    return data


def _table(told: Telling, name: str, block: Mapping[str, Any]) -> list[dict[str, str]]:
    if "across" in block:
        return _across(told.tables.get(name, []), block)
    columns = [column["say"] for column in block["columns"]]
    if name in told.hidden:
        return [{**dict.fromkeys(columns, ""), columns[0]: HIDDEN}]
    blank = dict.fromkeys(columns, "")
    rows = [{**blank, **row} for row in told.tables.get(name, [])]
    return rows or [blank] * int(block["blank_rows"])


def _across(rows: list[dict[str, str]], block: Mapping[str, Any]) -> list[dict[str, str]]:
    """Lay a table on its side: runs of as many columns as the sheet has room for."""
    wide = int(block["blank_columns"])
    runs = [rows[at : at + wide] for at in range(0, len(rows), wide)] or [[]]
    return [
        {"label": line["label"],
         **{f"c{at}": run[at].get(line["say"], "") if at < len(run) else "" for at in range(wide)}}
        for run in runs for line in block["rows"]
    ]  # fmt: skip
