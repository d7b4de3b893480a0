"""What the records say of one person, in the words of a form. Nothing is invented: what nobody
recorded is "", and what the viewer may not see says so."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils import translation

from ngangtam.foundation.kernel.days import PartialDate, parse_day
from ngangtam.records.organisation.models import AreaSuccession, Unit
from ngangtam.records.papers import words
from ngangtam.records.papers.histories import histories
from ngangtam.records.papers.words import HIDDEN
from ngangtam.records.personnel.catalogues import label, rising
from ngangtam.records.personnel.models import Person, Posting, Record
from ngangtam.records.personnel.queries.file import Days, File

# What stands in item 20 of form 2C and not among the awards.
_HONOUR: Final = re.compile(
    r"^(anh hùng|nhà giáo (nhân dân|ưu tú)|thầy thuốc (nhân dân|ưu tú)|nghệ (sĩ|nhân) "
    r"(nhân dân|ưu tú)|bà mẹ việt nam anh hùng)\b",
    re.IGNORECASE,
)
_RANK_CODE: Final = re.compile(r"^[A-Z]?\.?\d{2}[.a-z]\d{2,3}(\.\d{2})?$", re.IGNORECASE)
# Which sensitive part of the file each item and table belongs to.
IDENTITY: Final = ("ethnicity", "religion", "personal_number")
FAMILY_ITEMS: Final = ("foreign", "foreign_family")
FAMILY_TABLES: Final = ("family", "in_laws")
HEALTH_ITEMS: Final = ("health", "height", "weight", "blood")
COMMITTEE: Final = re.compile(r"\b(cấp ủy|đảng bộ|đảng ủy|tỉnh ủy|thành ủy|huyện ủy|ban thường vụ)",
                              re.IGNORECASE)  # fmt: skip


# The sensitive parts of a file that papers speak of, as `personnel.kinds.GUARDS` names them.
PARTS: Final = ("origin", "family", "health")


@dataclass(slots=True)
class Telling:
    """What is told of a person. Shape: `say` maps an item to its text, "" when unknown; `tables`
    a table to its rows; `hidden` names the tables held back."""

    on: date
    say: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def tell(file: File, *, on: date, seen: Collection[str] = ()) -> Telling:
    """Return what is known of the person of a file on a day.

    Shape: `file` has the rows of every day; what began after `on` is left out. `seen` are the
        sensitive parts that may be shown.
    """
    with translation.override("vi"):
        days = Days(on=on, known=file.days.known)
        records = [row for row in file.records if days.stands(row) and row.valid.lower <= on]
        postings = [row for row in file.postings if days.stands(row) and row.valid.lower <= on]
        told = Telling(on)
        told.say.update(_identity(file.person, on))
        told.say.update(_place(file.person, on))
        told.say.update(_posts([row for row in postings if days.covers(row)], postings))
        kinds = _by_kind(records)
        for part in (_schooling, _party, _service, _pay, _merit, _private):
            told.say.update(part(kinds, days))
        told.tables.update(histories(postings, kinds))
        _hide(told, seen)
        return told


def _by_kind(records: Iterable[Record]) -> "Kinds":
    found: dict[str, list[Record]] = {}
    for row in sorted(records, key=words.oldest_first):
        found.setdefault(row.kind, []).append(row)
    return found


Kinds = Mapping[str, list[Record]]


def _hide(told: Telling, seen: Collection[str]) -> None:
    items = (
        *(() if "origin" in seen else IDENTITY), *(() if "family" in seen else FAMILY_ITEMS),
        *(() if "health" in seen else HEALTH_ITEMS),
    )  # fmt: skip
    told.say.update(dict.fromkeys(items, HIDDEN))
    if "family" not in seen:
        told.hidden.update(FAMILY_TABLES)
        told.tables.update({name: [] for name in FAMILY_TABLES})


def _identity(person: Person, on: date) -> dict[str, str]:
    # The precision is one of PartialDate's own words.
    birth = PartialDate(person.birth_raw, person.birth_day, person.birth_precision)  # type: ignore[arg-type]
    born, known = birth.day, birth.precision
    return {
        "number": person.number, "name": person.full_name,
        "name_capitals": person.full_name.upper(), "other_names": person.other_names,
        "gender": {"male": "Nam", "female": "Nữ"}.get(person.gender, ""),
        "birth": str(birth),
        "birth_day": f"{born:%d}" if born and known == "day" else "",
        "birth_month": f"{born:%m}" if born and known in {"day", "month"} else "",
        "birth_year": f"{born:%Y}" if born and known != "none" else person.birth_raw,
        "birthplace": person.birthplace_raw,
        "ethnicity": person.ethnicity_raw or label("ethnicity", person.ethnicity),
        "religion": _religion(person), "personal_number": person.personal_number,
        **_hometown(person, on),
    }  # fmt: skip


def _religion(person: Person) -> str:
    if person.religion_raw:
        return person.religion_raw
    return words.NONE if person.religion == "none" else label("religion", person.religion)


def _hometown(person: Person, on: date) -> dict[str, str]:
    """Give the home town in its own wording, part by part, and what the place is called today."""
    raw = person.hometown_raw or (str(person.hometown) if person.hometown else "")
    parts = [part.strip() for part in raw.split(",")]
    if len(parts) > 3:
        parts = [", ".join(parts[:-2]), *parts[-2:]]
    if len(parts) < 3:
        parts = [*parts[:-1], *[""] * (3 - len(parts)), parts[-1]]
    commune, district, province = parts
    return {"hometown": raw, "home_commune": commune, "home_district": district,
            "home_province": province, "home_now": _home_now(person, on)}  # fmt: skip


def _home_now(person: Person, on: date) -> str:
    area = person.hometown
    if area is None or area.valid.upper is None or area.valid.upper > on:
        return ""
    rows = list(
        AreaSuccession.objects.filter(before=area, day__lte=on, voided_at=None)
        .select_related("after__parent").order_by("after__code")
    )  # fmt: skip
    named = "; ".join(
        f"{row.after.name}, {row.after.parent.name}" if row.after.parent else row.after.name
        for row in rows
    )
    if not named or (len(rows) == 1 and rows[0].after.name == area.name):
        return ""
    sure = len(rows) == 1 and rows[0].extent == AreaSuccession.Extent.WHOLE
    return f"(nay là: {named})" if sure else f"(nay thuộc một trong các nơi: {named})"


def _place(person: Person, on: date) -> dict[str, str]:
    """Name the body where the person works, the one above it, and the top of the tree."""
    unit = person.home_unit
    if unit is None:
        return {"body": "", "body_parent": "", "body_province": "", "body_managing": ""}
    keys = [int(key) for key in str(unit.path).split(".")]
    by_key = {one.pk: one for one in Unit.objects.filter(pk__in=keys)}
    # The root stands for everything in this instance and is nobody's employer.
    above = [by_key[key].name for key in keys[1:-1] if key in by_key]
    top = above[0] if above else ""
    return {
        "body": unit.name, "body_parent": above[-1] if len(above) > 1 else "",
        "body_province": re.sub(r"^(tỉnh)\s+", "", top, flags=re.IGNORECASE),
        "body_managing": above[-1] if above else "",
    }  # fmt: skip


def _posts(now: list[Posting], every: list[Posting]) -> dict[str, str]:
    ordered = sorted(now, key=lambda row: (not row.main, *words.oldest_first(row)))
    main = next((row for row in ordered if row.main), None)
    party = [row for row in ordered if _of_party(row)]
    body = main.post.unit_id if main else None
    return {
        "posts": "; ".join(dict.fromkeys(words.title_of(row) for row in ordered)),
        "main_post": words.title_of(main) if main else "",
        "further_posts": "; ".join(words.title_of(row) for row in ordered if not row.main),
        "main_work": f"{words.title_of(main)}, {words.unit_of(main)}" if main else "",
        "post_since": words.first(main) if main else "",
        "committee": words.title_of(party[0]) if party else "",
        "committee_further": "; ".join(words.title_of(row) for row in party[1:]),
        "joined_body": _joined(body, every),
    }


def _of_party(row: Posting) -> bool:
    post = row.post
    return bool(
        post.committee_member or post.standing_committee_member
        or (post.unit.kind in {"party_committee", "party_standing_committee"}
            and COMMITTEE.search(words.title_of(row)))
    )  # fmt: skip


def _joined(body: int | None, every: Iterable[Posting]) -> str:
    """Write since when the person has been in the present body without a break."""
    rows = sorted((row for row in every if row.post.unit_id == body and row.main),
                  key=words.oldest_first, reverse=True)  # fmt: skip
    since: Posting | None = None
    for row in rows:
        gap = since is not None and row.valid.upper is not None
        if since is None or (gap and row.valid.upper >= since.valid.lower):
            since = row
    return words.first(since) if since else ""


def _schooling(kinds: Kinds, _days: Days) -> dict[str, str]:
    order = rising("degree")
    degrees = [row for row in kinds.get("education", []) if row.code in order]
    top = max(degrees, key=lambda row: (order.index(row.code), words.oldest_first(row)),
              default=None)  # fmt: skip
    title = words.latest(kinds.get("academic_title", []), lambda row: row.code != "none")
    return {
        "schooling": _newest(kinds, "general_education", "general_education"),
        "academic_title": words.said(title, "academic_title") if title else "",
        "degree": "; ".join(filter(None, (
            words.said(title, "academic_title") if title else "", _degree(top)))),
        "theory": _newest(kinds, "theory", "political_theory"),
        "state_management": _newest(kinds, "state_management", "state_management"),
        "languages": "; ".join(dict.fromkeys(
            words.said(row, "language_level") for row in kinds.get("language", []))),
        "computing": _newest(kinds, "it", "it_level"),
    }  # fmt: skip


def _degree(row: Record | None) -> str:
    if row is None:
        return ""
    year = f"{row.valid.lower:%Y}" if row.precision != "none" else ""
    major = str(row.detail.get("major") or "")
    wording = words.said(row, "degree")
    if major.casefold() in wording.casefold():
        major = ""
    return ", ".join(filter(None, (wording, year, major)))


def _newest(kinds: Kinds, kind: str, catalogue: str) -> str:
    row = words.latest(kinds.get(kind, []))
    return words.said(row, catalogue) if row else ""


def _party(kinds: Kinds, _days: Days) -> dict[str, str]:
    row = words.latest(kinds.get("party", []))
    party = official = ""
    if row is not None and row.code == "none":
        party = "Chưa"
    elif row is not None:
        party = words.first(row) or "là đảng viên, chưa rõ ngày"
        read = parse_day(str(row.detail.get("official") or "")).value
        official = words.day(read)
    unions = [f"{row.raw} ({words.first(row)})" if words.first(row) else row.raw
              for row in kinds.get("union", [])]  # fmt: skip
    plans = kinds.get("plan", [])
    return {
        "party": party, "party_official": official, "unions": "; ".join(unions),
        "plan": "; ".join(_plan(row) for row in plans if _days.covers(row)),
    }  # fmt: skip


def _plan(row: Record) -> str:
    title, term = row.detail.get("title"), row.detail.get("term")
    return ", ".join(str(one) for one in (title or row.raw, term) if one)


def _service(kinds: Kinds, _days: Days) -> dict[str, str]:
    recruited = words.latest(kinds.get("service", []))
    army = words.latest(kinds.get("army", []))
    return {
        "recruited": words.first(recruited) if recruited else "",
        "recruited_by": str(recruited.detail.get("body") or "") if recruited else "",
        "army_in": words.first(army) if army else "",
        "army_out": words.last(army, open_end="") if army else "",
        "army_rank": str(army.detail.get("rank") or army.raw) if army else "",
    }


def _pay(kinds: Kinds, days: Days) -> dict[str, str]:
    row = words.latest(kinds.get("rank", []), days.covers) or words.latest(kinds.get("rank", []))
    if row is None:
        return {}
    code = row.raw if _RANK_CODE.match(row.raw) else ""
    name = str(row.detail.get("name") or ("" if code else row.raw))
    return {
        "rank": name or label("rank_group", row.code), "rank_code": code,
        "step": words.number(row.detail.get("step")),
        "coefficient": words.number(row.detail.get("coefficient")),
        "rank_since": words.first(row), "allowance": words.number(row.detail.get("allowance")),
    }  # fmt: skip


def _merit(kinds: Kinds, _days: Days) -> dict[str, str]:
    awards = [row for row in kinds.get("award", []) if row.code != "none"]
    ratings = [row for row in kinds.get("rating", []) if row.detail.get("year")]
    return {
        "honours": words.listed(_award(row) for row in awards if _HONOUR.match(row.raw)),
        "awards": words.listed(_award(row) for row in awards if not _HONOUR.match(row.raw)),
        "ratings": "; ".join(
            f"{row.detail['year']}: {words.said(row, 'rating')}" for row in ratings[-5:]),
        **_disciplines(kinds),
    }  # fmt: skip


def _award(row: Record) -> str:
    where = "; ".join(filter(None, (str(row.detail.get("body") or ""), words.first(row))))
    return f"{row.raw} ({where})" if where else row.raw


def _disciplines(kinds: Kinds) -> dict[str, str]:
    rows = kinds.get("discipline", [])
    real = [row for row in rows if row.code != "none"]
    if rows and not real:
        return {"disciplines": words.NONE, "no_discipline": words.NONE}
    return {"disciplines": words.listed(map(_discipline, real)), "no_discipline": ""}


def _discipline(row: Record) -> str:
    ground = str(row.detail.get("ground") or "")
    parts = (
        str(row.detail.get("side") or ""), str(row.decision or ""),
        words.period(row) if row.valid.upper else words.first(row),
        f"lý do: {ground}" if ground else "",
    )  # fmt: skip
    where = "; ".join(filter(None, parts))
    wording = words.said(row, "discipline")
    return f"{wording} ({where})" if where else wording


def _private(kinds: Kinds, _days: Days) -> dict[str, str]:
    health = words.latest(kinds.get("health", []))
    detail = health.detail if health else {}
    return {
        "health": health.raw if health else "",
        "height": words.number(detail.get("height")),
        "blood": str(detail.get("blood") or ""),
        "foreign": words.listed(row.raw for row in kinds.get("foreign", [])),
    }
