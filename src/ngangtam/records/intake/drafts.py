"""From what a row says to the dated records of a file: which kind, which code, since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.cells.cell import ABSENT
from ngangtam.records.intake.cells.codes import catalogue
from ngangtam.records.intake.people import Said

# A roster drawn up for an election speaks of the term to come.
_BEFORE_ELECTION: Final = timedelta(days=120)
MEMBER: Final = "member"
NONE: Final = "none"
ASSEMBLY: Final = "Quốc hội"
COUNCIL: Final = "Hội đồng nhân dân"


@dataclass(frozen=True, slots=True)
class Draft:
    """One record to write. `first_day` is the day of the roster where the source gives none."""

    kind: str
    first_day: date
    code: str = ""
    raw: str = ""
    precision: str = "none"
    detail: Mapping[str, Any] = field(default_factory=dict)
    until: date | None = None


def drafts_of(said: Said, day: date) -> list[Draft]:
    """Return the records that a row gives rise to; facts without a date hold from `day`."""
    found: list[Draft] = []
    _education(said, day, found)
    _coded(said, day, found)
    _party(said, day, found)
    _terms(said, day, found)
    _service(said, day, found)
    _merit(said, day, found)
    return found


def _education(said: Said, day: date, found: list[Draft]) -> None:
    degree, wording = said.values.get("degree"), said.raws.get("degree", "")
    professional = said.text("professional")
    code, title = _degree(degree if isinstance(degree, str) else "", wording, professional)
    if code or professional or isinstance(degree, str):
        detail = {"major": professional} if professional and wording else {}
        raw = wording or professional
        found.append(Draft("education", day, code=code, raw=raw, detail=detail))
    if title:
        found.append(Draft("academic_title", day, code=title, raw=wording))


def _degree(degree: str, wording: str, professional: str) -> tuple[str, str]:
    """Return (degree, academic title); the speciality speaks only where the degree is silent."""
    title = _code_in("academic_title", wording) if wording else ""
    if not degree and professional:
        degree = _code_in("degree", professional)
    return degree, title if title != NONE else ""


@cache
def _code_in(name: str, wording: str) -> str:
    """Return the sure or likely code of a wording in another catalogue than its column's."""
    found = catalogue(name)
    match = found.match(wording) if found is not None and wording else None
    return match.code or "" if match is not None else ""


def forget() -> None:
    """Drop what was looked up in the catalogues; a new roster reads them anew."""
    _code_in.cache_clear()


_CODED: Final = (
    ("general_education", "general_education"),
    ("state_management", "state_management"),
    ("it_level", "it"),
)


def _coded(said: Said, day: date, found: list[Draft]) -> None:
    for name, kind in _CODED:
        raw = said.raws.get(name)
        if raw is None:
            continue
        value = said.values.get(name)
        code = value if isinstance(value, str) else NONE if value is ABSENT else ""
        found.append(Draft(kind, day, code=code, raw=raw))
    raw = said.raws.get("political_theory")
    if raw is not None:
        value = said.values.get("political_theory")
        code = value if isinstance(value, str) else NONE if value is ABSENT else ""
        detail = {"exact": _code_in("theory_exact", raw)}
        found.append(Draft("theory", day, code=code, raw=raw, detail=detail))
    language = said.text("languages")
    if language:
        code = _code_in("language_level", language)
        found.append(Draft("language", day, code=code, raw=language))


def _party(said: Said, day: date, found: list[Draft]) -> None:
    """Membership has a day; “no member” is known too, which is more than not knowing."""
    admitted = said.day("party_day")
    member = said.values.get("party_member")
    if admitted is None and isinstance(member, PartialDate):
        admitted = member
    official = said.day("party_official_day")
    detail = {"official": official.day.isoformat()} if official and official.day else {}
    raw = said.raws.get("party_day") or said.raws.get("party_member", "")
    if admitted is not None and admitted.day is not None:
        found.append(Draft("party", admitted.day, MEMBER, raw, admitted.precision, detail))
    elif member is True or official is not None:
        found.append(Draft("party", day, MEMBER, raw, detail=detail))
    elif said.values.get("party_day") is ABSENT or member is False:
        found.append(Draft("party", day, NONE, raw))


@cache
def _elections() -> list[tuple[int, date]]:
    text = resources.files(__package__).joinpath("terms.yaml").read_text(encoding="utf-8")
    return [(int(entry["term"]), entry["day"]) for entry in yaml.safe_load(text)]


@cache
def preceding_term(day: date) -> int:
    """Return the term before the one that a roster of `day` speaks of."""
    running = [term for term, elected in _elections() if elected <= day + _BEFORE_ELECTION]
    return (running[-1] if running else 1) - 1


def _terms(said: Said, day: date, found: list[Draft]) -> None:
    value, raw = said.values.get("na_terms"), said.raws.get("na_terms", "")
    if isinstance(value, tuple):
        detail = {"body": ASSEMBLY, "terms": raw, "count": len(value),
                  "previous": preceding_term(day) in value}  # fmt: skip
        found.append(Draft("elected_term", day, raw=raw, detail=detail))
    elif value is ABSENT or said.values.get("has_na_term") is False:
        detail = {"body": ASSEMBLY, "count": 0, "previous": False}
        found.append(Draft("elected_term", day, NONE, raw, detail=detail))
    elif said.values.get("has_na_term") is True:
        # "Yes" says one term at the least, and no more than that.
        found.append(Draft("elected_term", day, raw=raw, detail={"body": ASSEMBLY, "count": 1}))
    council = said.text("council_terms")
    if council:
        detail = {"body": COUNCIL, "terms": council}
        found.append(Draft("elected_term", day, raw=council, detail=detail))


def _service(said: Said, day: date, found: list[Draft]) -> None:
    entered = said.day("service_since")
    if entered is not None and entered.day is not None:
        raw = said.raws["service_since"]
        found.append(Draft("service", entered.day, raw=raw, precision=entered.precision))
    code, name = said.text("rank_code"), said.text("rank_name")
    coefficient = said.values.get("coefficient")
    if not (code or name or coefficient is not None):
        return
    detail: dict[str, Any] = {}
    if name:
        detail["name"] = name
    for source, target in (("rank_step", "step"), ("coefficient", "coefficient")):
        if said.values.get(source) is not None:
            detail[target] = said.values[source]
    group = _code_in("rank_group", code) or _code_in("rank_group", name)
    since = said.day("rank_since")
    first, precision = (since.day, since.precision) if since and since.day else (day, "none")
    found.append(Draft("rank", first, group, code or name, precision, detail))


def _merit(said: Said, day: date, found: list[Draft]) -> None:
    for name, value in said.values.items():
        if name.startswith("rating:") and isinstance(value, str):
            year = name.partition(":")[2]
            number = int(year) if year.isdigit() else day.year - 1
            raw = said.raws[name]
            rated = date(number, 12, 31)
            found.append(Draft("rating", rated, value, raw, "year", {"year": number}))
    discipline = said.values.get("discipline")
    if discipline is ABSENT:
        found.append(Draft("discipline", day, NONE, said.raws["discipline"]))
    elif isinstance(discipline, str):
        code = _code_in("discipline", discipline)
        found.append(Draft("discipline", day, code, discipline))
    award = said.text("award")
    if award:
        found.append(Draft("award", day, raw=award))
    plan = said.text("in_plan")
    if plan:
        words = plain(plan)
        planned = {} if words in {"x", "co", "1"} else {"title": plan}
        found.append(Draft("plan", day, raw=plan, detail=planned))
    note = said.text("note")
    if note:
        found.append(Draft("note", day, raw=note, detail={"column": "Ghi chú"}))
