"""The tables of a curriculum vitae: study, work, family, pay, awards; the oldest first."""

from collections.abc import Iterable, Mapping
from typing import Final

from ngangtam.records.papers import words
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.models import Posting, Record

Kinds = Mapping[str, list[Record]]
Rows = list[dict[str, str]]
# What the second column of the training table calls each kind; intake reads the same words.
SUBJECTS: Final = {
    "theory": "Lý luận chính trị", "state_management": "Quản lý nhà nước",
    "language": "Ngoại ngữ", "it": "Tin học",
}  # fmt: skip
_CATALOGUES: Final = {
    "education": "degree", "theory": "political_theory", "state_management": "state_management",
    "language": "language_level", "it": "it_level", "training": "training_kind",
}  # fmt: skip
_IN_LAWS: Final = ("parent_in_law", "sibling_in_law")


def histories(postings: Iterable[Posting], kinds: Kinds) -> dict[str, Rows]:
    """Return every table that a form may ask for."""
    study = [(kind, row) for kind in _CATALOGUES for row in kinds.get(kind, []) if _shown(row)]
    study.sort(key=lambda pair: words.oldest_first(pair[1]))
    courses = [(kind, row) for kind, row in study if kind in {"training", "state_management"}]
    work = _work(postings, kinds.get("work", []))
    return {
        "training": [_study(kind, row) for kind, row in study],
        "degrees": _of(study, "education"), "theories": _of(study, "theory"),
        "courses": [_study(kind, row) for kind, row in courses if row.code != "defence"],
        "defence": [_study(kind, row) for kind, row in courses if row.code == "defence"],
        "computing_papers": _of(study, "it"), "language_papers": _of(study, "language"),
        "work": work, "career": work,
        "family": _family(kinds.get("family", []), in_law=False),
        "in_laws": _family(kinds.get("family", []), in_law=True),
        "pay": [_pay(row) for row in kinds.get("rank", [])],
        "merits": _merits(kinds),
        "discipline": [_discipline(row) for row in kinds.get("discipline", []) if _shown(row)],
    }  # fmt: skip


def _shown(row: Record) -> bool:
    """A record that says “none” is an answer for an item, not a row of a table."""
    return row.code != "none"


def _of(study: Iterable[tuple[str, Record]], kind: str) -> Rows:
    return [_study(one, row) for one, row in study if one == kind]


def _study(kind: str, row: Record) -> dict[str, str]:
    detail = row.detail
    subject = SUBJECTS.get(kind) or str(detail.get("major") or detail.get("course") or "")
    language = str(detail.get("language") or "")
    if kind == "language" and language:
        subject = f"{subject}: {language}"
    paper = words.said(row, _CATALOGUES[kind])
    result = str(detail.get("result") or detail.get("certificate") or "")
    since = words.first(row)
    return {
        "school": str(detail.get("school") or ""), "subject": subject, "time": since,
        "form": str(detail.get("form") or ""),
        "paper": f"{paper} ({result})" if result and paper else paper or result,
        # A degree is known from the day it was given; when the study began nobody recorded.
        "first": "", "last": since, "score": "",
    }  # fmt: skip


def _work(postings: Iterable[Posting], earlier: Iterable[Record]) -> Rows:
    rows = [
        (words.oldest_first(row), row, words.title_of(row), words.unit_of(row)) for row in postings
    ]
    told: list[tuple[tuple[object, int], Posting | Record, str, str]] = [*rows]
    for record in earlier:
        title = str(record.detail.get("title") or record.raw)
        unit = str(record.detail.get("unit") or "")
        told.append((words.oldest_first(record), record, title, unit))
    told.sort(key=lambda one: one[0])
    return [
        {"time": words.period(row), "first": words.first(row), "last": words.last(row),
         "title": title, "unit": unit, "work": f"{title}\n{unit}" if unit else title}
        for _key, row, title, unit in told
    ]  # fmt: skip


def _family(rows: Iterable[Record], *, in_law: bool) -> Rows:
    return [
        {"relation": words.said(row, "family_relation"), "name": str(row.detail.get("name") or ""),
         "born": str(row.detail.get("born") or ""), "work": str(row.detail.get("work") or "")}
        for row in rows if (row.code in _IN_LAWS) == in_law
    ]  # fmt: skip


def _pay(row: Record) -> dict[str, str]:
    step = words.number(row.detail.get("step"))
    name = str(row.detail.get("name") or row.raw or label("rank_group", row.code))
    return {
        "since": words.first(row), "rank": f"{name}/{step}" if step else name,
        "coefficient": words.number(row.detail.get("coefficient")),
        "first": words.first(row), "last": words.last(row), "code": row.raw or name, "step": step,
        "job_pay": "",
    }  # fmt: skip


def _merits(kinds: Kinds) -> Rows:
    found: dict[str, dict[str, str]] = {}

    def of(year: str) -> dict[str, str]:
        blank = {"year": year, "rating": "", "emulation": "", "award": ""}
        return found.setdefault(year, blank)

    for row in kinds.get("rating", []):
        of(str(row.detail.get("year") or ""))["rating"] = words.said(row, "rating")
    for row in filter(_shown, kinds.get("award", [])):
        one = of(f"{row.valid.lower:%Y}" if row.precision != "none" else "")
        one["award"] = "; ".join(filter(None, (one["award"], row.raw)))
    return [found[year] for year in sorted(found)]


def _discipline(row: Record) -> dict[str, str]:
    decision = row.decision
    return {
        "first": words.first(row), "last": words.last(row, open_end=""),
        "form": words.said(row, "discipline"), "ground": str(row.detail.get("ground") or ""),
        "body": decision.body if decision else "",
    }  # fmt: skip
