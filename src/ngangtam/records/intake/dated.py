"""From the lists of a curriculum vitae to the dated records of a file."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.cells.cell import Cell, Context
from ngangtam.records.intake.cells.codes import catalogue
from ngangtam.records.intake.cells.lines import WITHIN, after, days_in
from ngangtam.records.intake.cells.numbers import read_coefficient
from ngangtam.records.intake.cells.texts import says_nothing
from ngangtam.records.intake.drafts import NONE, Draft
from ngangtam.records.intake.people import Said

Line = Sequence[str]
_TAIL: Final = re.compile(r"^(?P<what>.*?)\s*\((?P<tail>[^()]*(?:\([^()]*\)[^()]*)*)\)\s*$", re.S)
_DEGREES: Final = re.compile(
    r"^(tien si|thac si|dai hoc|cu nhan|ky su|kien truc su|bac si|duoc si|cao dang|trung cap)\b"
)
_GROUND: Final = re.compile(r"^(?:lý do|ly do)\s*:\s*", re.IGNORECASE)
# What form 2C calls the courses that are no degree, in the column of the subject.
_SUBJECTS: Final = {
    "ly luan chinh tri": ("theory", "political_theory"),
    "quan ly nha nuoc": ("state_management", "state_management"),
    "ngoai ngu": ("language", "language_level"), "tin hoc": ("it", "it_level"),
}  # fmt: skip


def lists_of(said: Said) -> bool:
    """Whether a row carries lists, as a form does and a roster does not."""
    return any(name.startswith("history_") for name in said.values)


def settled(said: Said, day: date, made: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the records of a row with lists: what a list dates better stands for the plain item.

    Shape: `made` is what the plain items gave; an item stays when no line says the same of it.
    """
    dated = [draft for name, make in _LISTS.items() for line in _lines(said, name)
             if (draft := make(line, day)) is not None]  # fmt: skip
    body = " ".join(cell for line in _lines(said, "history_service") for cell in line)
    for draft in made:
        if draft.kind == "service" and body:
            yield _with(draft, {"body": body})
            continue
        if draft.kind == "rank":
            dated = [one for one in dated if not _same_pay(one, draft)]
        elif any(_covers(one, draft) for one in dated):
            continue
        yield draft
    yield from dated


def _lines(said: Said, name: str) -> tuple[Line, ...]:
    value = said.values.get(name)
    return value if isinstance(value, tuple) else ()


def _with(draft: Draft, detail: dict[str, Any]) -> Draft:
    return Draft(draft.kind, draft.first_day, draft.code, draft.raw, draft.precision,
                 {**draft.detail, **detail}, draft.until)  # fmt: skip


def _covers(dated: Draft, draft: Draft) -> bool:
    return dated.kind == draft.kind and draft.code in {dated.code, ""}


def _same_pay(one: Draft, draft: Draft) -> bool:
    same = all(one.detail.get(name) == draft.detail.get(name) for name in ("coefficient", "step"))
    return one.kind == "rank" and same and one.first_day == draft.first_day


def code_in(name: str, wording: str) -> str:
    """Return the sure or likely code of a wording, "" when there is none."""
    found = catalogue(name)
    match = found.match(wording) if found is not None and wording else None
    return (match.code or "") if match is not None else ""


def _when(text: str, day: date) -> tuple[date, str]:
    """Return (first day, precision) of the last time that a text names."""
    days = days_in(text)
    return _first(days[-1], day) if days else (day, "none")


def _first(found: PartialDate, day: date) -> tuple[date, str]:
    return (found.day, found.precision) if found.day else (day, "none")


def _at(line: Line, at: int) -> str:
    return line[at].replace(WITHIN, " ").strip() if at < len(line) else ""


def _course(line: Line, day: date) -> Draft | None:
    school, subject, time, form, paper = (_at(line, at) for at in range(5))
    kind, code, detail = _kind_of_course(subject, paper)
    since, precision = _when(time, day)
    detail |= {"school": school} if school else {}
    detail |= {"form": form} if form and kind == "education" else {}
    if kind == "training" and (result := _TAIL.match(paper)) and result["tail"]:
        detail["result"], paper = result["tail"], result["what"]
    return Draft(kind, since, code, paper or subject, precision, detail)


def _kind_of_course(subject: str, paper: str) -> tuple[str, str, dict[str, Any]]:
    """Return (kind, code, details) of one line of item 26."""
    head, _sep, rest = subject.partition(":")
    named = _SUBJECTS.get(plain(head))
    if named is not None:
        kind, book = named
        code = code_in(book, paper)
        if code or kind == "language" or not code_in("degree", paper):
            detail: dict[str, Any] = {"language": rest.strip()} if rest.strip() else {}
            if kind == "theory" and (exact := code_in("theory_exact", paper)):
                detail["exact"] = exact
            return kind, code, detail
    course = code_in("training_kind", subject)
    degree = code_in("degree", paper)
    # “Quản lý nhà nước” is a course and also what one may be a master of.
    if degree and (not course or _DEGREES.match(plain(paper))):
        return "education", degree, {"major": subject} if subject else {}
    if not course and "ly luan chinh tri" in plain(f"{subject} {paper}"):
        return "theory", code_in("political_theory", paper), {}
    return "training", course or code_in("training_kind", paper), (
        {"course": subject} if subject else {})  # fmt: skip


def _work(line: Line, day: date) -> Draft:
    text = _at(line, 1)
    title, sep, unit = (line[1] if len(line) > 1 else "").partition(WITHIN)
    unit = unit.replace(WITHIN, " ")
    days = days_in(line[0])
    since, precision = _first(days[0], day) if days else (day, "none")
    until = after(days[1]) if len(days) > 1 else None
    detail = {"title": title.strip(), "unit": unit.strip()} if sep else {"title": text}
    if until is not None and until <= since:
        # Nobody can have ended before beginning: the wording is kept, and no period is guessed.
        since, precision, until = day, "none", None
        text = f"{line[0]}: {text}"
    return Draft("work", since, raw=text, precision=precision, detail=detail, until=until)


def _relative(line: Line, day: date) -> Draft | None:
    side, relation, name, born, work = (_at(line, at) for at in range(5))
    if not name:
        return None
    code = code_in("family_relation", relation)
    if side == "in_laws":
        code = {"father": "parent_in_law", "mother": "parent_in_law",
                "sibling": "sibling_in_law"}.get(code, code)  # fmt: skip
    detail: dict[str, Any] = {"name": name}
    years = days_in(born)
    if born:
        detail["born"] = years[0].day.year if years and years[0].day else born
    if work:
        detail["work"] = work
    since, precision = (years[0].day, "year") if years and years[0].day else (day, "none")
    return Draft("family", since, code, relation, precision, detail)


def _pay(line: Line, day: date) -> Draft:
    since, precision = _when(_at(line, 0), day)
    name, step = _at(line, 1), ""
    if "/" in name:
        name, _sep, step = name.rpartition("/")
    detail: dict[str, Any] = {"name": name} if name else {}
    if step.strip().isdecimal():
        detail["step"] = int(step)
    read: Cell = read_coefficient(_at(line, 2), _at(line, 2), Context(day))
    if read.value is not None:
        detail["coefficient"] = read.value
    return Draft("rank", since, code_in("rank_group", name), name, precision, detail)


def _award(line: Line, day: date) -> Draft | None:
    text = _at(line, 0)
    if says_nothing(text):
        return None
    what, parts = _tail(text)
    since, precision = _when(parts[-1] if parts else text, day)
    dated = bool(parts and days_in(parts[-1]))
    if not dated and parts:
        what, parts = text, []
    body = "; ".join(parts[:-1])
    return Draft("award", since, raw=what, precision=precision, detail={"body": body} if body else
                 {})  # fmt: skip


def _tail(text: str) -> tuple[str, list[str]]:
    """Part what is said from what stands in brackets at the end."""
    match = _TAIL.match(text)
    if match is None or not match["what"]:
        return text, []
    return match["what"], [part.strip() for part in match["tail"].split(";") if part.strip()]


def _discipline(line: Line, day: date) -> Draft | None:
    text = _at(line, 0)
    if says_nothing(text):
        return Draft("discipline", day, NONE, text)
    what, parts = _tail(text)
    detail: dict[str, Any] = {}
    since, precision, until = day, "none", None
    for part in parts:
        days = days_in(part)
        if _GROUND.match(part):
            detail["ground"] = _GROUND.sub("", part)
        elif days and len(part) < 30:
            since, precision = _first(days[0], day)
            until = after(days[1]) if len(days) > 1 else None
        elif "side" not in detail:
            detail["side"] = part
    if precision == "none":
        since, precision = _when(text, day)
    return Draft("discipline", since, code_in("discipline", what), what, precision, detail, until)


def _union(line: Line, day: date) -> Draft | None:
    text = _at(line, 0)
    if says_nothing(text):
        return None
    what, parts = _tail(text)
    since, precision = _when(parts[-1] if parts else text, day)
    return Draft("union", since, raw=what if parts else text, precision=precision)


def _army(line: Line, day: date) -> Draft | None:
    entered, left, rank = (_at(line, at) for at in range(3))
    since, precision = _when(entered, day)
    days = days_in(left)
    until = after(days[-1]) if days else None
    if until is not None and until <= since:
        until = None
    return Draft("army", since, raw=rank, precision=precision,
                 detail={"rank": rank} if rank else {}, until=until)  # fmt: skip


def _health(line: Line, day: date) -> Draft:
    state, height, blood = (_at(line, at) for at in range(3))
    detail: dict[str, Any] = {"blood": blood} if blood else {}
    number = height.replace(",", ".")
    if re.fullmatch(r"\d+(\.\d+)?", number):
        detail["height"] = float(number) if "." in number else int(number)
    elif height:
        detail["height"] = height
    return Draft("health", day, raw=state, precision="none", detail=detail)


def _foreign(line: Line, day: date) -> Draft | None:
    text = _at(line, 0)
    return None if says_nothing(text) else Draft("foreign", day, raw=text, precision="none")


_LISTS: Final[dict[str, Callable[[Line, date], Draft | None]]] = {
    "history_training": _course, "history_work": _work, "history_family": _relative,
    "history_pay": _pay, "history_honours": _award, "history_awards": _award,
    "history_discipline": _discipline, "history_unions": _union, "history_army": _army,
    "history_health": _health, "history_foreign": _foreign,
}  # fmt: skip
