"""From what a row says to the dated records of a file: which kind, which code, since when."""

from collections.abc import Callable, Iterator, Mapping
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
COUNCIL_DEPUTY: Final = "Đại biểu Hội đồng nhân dân"


@dataclass(slots=True, eq=False)
class Draft:
    """One record to write. `first_day` is the day of the roster where the source gives none.

    Shape: `line` is kept by the writer: one draft serves every row that says the same.
    """

    kind: str
    first_day: date
    code: str = ""
    raw: str = ""
    precision: str = "none"
    detail: Mapping[str, Any] = field(default_factory=dict)
    until: date | None = None
    line: str = ""


class Drafting:
    """Turns rows into records; rows that say the same in a group of fields share the work."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._kept: list[dict[tuple[object, ...], tuple[Draft, ...]]] = [{} for _ in _GROUPS]

    def of(self, said: Said) -> Iterator[Draft]:
        """Yield the records that a row gives rise to; facts without a date hold from the day."""
        # Imported late: the lists of a form are made into the drafts of this module.
        from ngangtam.records.intake import dated

        if dated.lists_of(said):
            yield from dated.settled(said, self._day, tuple(self._plain(said)))
        else:
            yield from self._plain(said)

    def _plain(self, said: Said) -> Iterator[Draft]:
        raws, file = said.raws, said.place[0]
        for (names, make), kept in zip(_GROUPS, self._kept, strict=True):
            # Wording decides the value within one file; across files the order of dates may not.
            key: tuple[object, ...] = (file, *map(raws.get, names))
            made = kept.get(key)
            if made is None:
                found: list[Draft] = []
                make(said, self._day, found)
                made = kept[key] = tuple(found)
            yield from made
        if said.ratings:
            yield from _ratings(said, self._day)


def _education(said: Said, day: date, found: list[Draft]) -> None:
    degree, wording = said.values.get("degree"), said.raws.get("degree", "")
    professional = said.text("professional")
    code, title = _degree(degree if isinstance(degree, str) else "", wording, professional)
    if code or professional or isinstance(degree, str):
        detail = {"major": professional} if professional and wording else {}
        raw = wording or professional
        found.append(Draft("education", day, code=code, raw=raw, detail=detail))
    own = said.raws.get("academic_title")
    if own is not None:
        title, wording = _code(said.values.get("academic_title")), own
    if title and title != NONE:
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


def _coded(name: str, kind: str) -> "_Make":
    """Return the maker of records of one coded field."""

    def make(said: Said, day: date, found: list[Draft]) -> None:
        raw = said.raws.get(name)
        if raw is not None:
            found.append(Draft(kind, day, code=_code(said.values.get(name)), raw=raw))

    return make


def _code(value: object) -> str:
    return value if isinstance(value, str) else NONE if value is ABSENT else ""


def _theory(said: Said, day: date, found: list[Draft]) -> None:
    raw = said.raws.get("political_theory")
    if raw is not None:
        code = _code(said.values.get("political_theory"))
        detail = {"exact": _code_in("theory_exact", raw)}
        found.append(Draft("theory", day, code=code, raw=raw, detail=detail))


def _language(said: Said, day: date, found: list[Draft]) -> None:
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
    elif member is True or said.values.get("party_day") is True or official is not None:
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
        # Terms are counted of the National Assembly alone, as the official tables do.
        found.append(Draft("work", day, raw=council, detail={"title": COUNCIL_DEPUTY}))


def _service(said: Said, day: date, found: list[Draft]) -> None:
    entered = said.day("service_since")
    if entered is not None and entered.day is not None:
        raw = said.raws["service_since"]
        found.append(Draft("service", entered.day, raw=raw, precision=entered.precision))


def _rank(said: Said, day: date, found: list[Draft]) -> None:
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


def _ratings(said: Said, day: date) -> Iterator[Draft]:
    for name in said.ratings:
        value, year = said.values.get(name), name.partition(":")[2]
        if isinstance(value, str):
            number = int(year) if year.isdecimal() else day.year - 1
            rated, detail = date(number, 12, 31), {"year": number}
            yield Draft("rating", rated, value, said.raws[name], "year", detail)


def _discipline(said: Said, day: date, found: list[Draft]) -> None:
    discipline = said.values.get("discipline")
    if discipline is ABSENT:
        found.append(Draft("discipline", day, NONE, said.raws["discipline"]))
    elif isinstance(discipline, str):
        found.append(Draft("discipline", day, _code_in("discipline", discipline), discipline))


def _award(said: Said, day: date, found: list[Draft]) -> None:
    if award := said.text("award"):
        found.append(Draft("award", day, raw=award))


def _plan(said: Said, day: date, found: list[Draft]) -> None:
    if plan := said.text("in_plan"):
        planned = {} if plain(plan) in {"x", "co", "1"} else {"title": plan}
        found.append(Draft("plan", day, raw=plan, detail=planned))


def _note(said: Said, day: date, found: list[Draft]) -> None:
    if note := said.text("note"):
        found.append(Draft("note", day, raw=note, detail={"column": "Ghi chú"}))


_Make = Callable[[Said, date, list[Draft]], None]

# What each kind of record is made of. Nothing else of a row may bear on it.
_GROUPS: Final[tuple[tuple[tuple[str, ...], _Make], ...]] = (
    (("degree", "professional", "academic_title"), _education),
    (("general_education",), _coded("general_education", "general_education")),
    (("political_theory",), _theory),
    (("state_management",), _coded("state_management", "state_management")),
    (("languages",), _language),
    (("it_level",), _coded("it_level", "it")),
    (("party_day", "party_member", "party_official_day"), _party),
    (("na_terms", "has_na_term", "council_terms"), _terms),
    (("service_since",), _service),
    (("rank_code", "rank_name", "rank_step", "coefficient", "rank_since"), _rank),
    (("discipline",), _discipline),
    (("award",), _award),
    (("in_plan",), _plan),
    (("note",), _note),
)
