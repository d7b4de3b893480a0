"""What a form counts: one row a seat, plan, move or course, with the person's facts beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.foundation.kernel.home import home
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.statistics.model import Source
from ngangtam.records import facts
from ngangtam.records.facts import build
from ngangtam.records.facts.posts import coded, sector_of
from ngangtam.records.facts.reading import (
    DjangoReader,
    Reader,
    Schema,
    arrow_reader,
    reads_own_writes,
)
from ngangtam.records.facts.snapshot import Snapshot

# A seat's own post speaks, and not the main post that the snapshot shows of the person.
_SEATS: Final = """
select g.id as entry, g.person_id, o.unit_id as unit_key, lower(g.valid) as post_since,
       o.level as post_level, o.title_kind, o.regime, o.managed_by, o.leadership, o.head,
       o.key_leader, o.committee_member, o.standing_committee_member, u.kind as unit_kind
from personnel_posting g
join organisation_post o on o.id = g.post_id
join organisation_unit u on u.id = o.unit_id
join personnel_person p on p.id = g.person_id
where g.voided_at is null and p.voided_at is null and g.valid @> date '{day}'{begun}
"""
_PLANS: Final = """
select r.id as entry, r.person_id, coalesce(r.detail->>'title', r.raw) as title
from personnel_record r
where r.kind = 'plan' and r.voided_at is null and r.valid @> date '{day}' and r.code <> 'none'
"""
_COURSES: Final = """
select r.id as entry, r.person_id, r.kind, r.code
from personnel_record r
where r.kind in ('education', 'theory', 'state_management', 'language', 'it', 'training')
  and r.voided_at is null and r.code <> 'none' and r.precision <> 'none'
  and lower(r.valid) >= date '{first}' and lower(r.valid) <= date '{day}'
"""
_FLAGS: Final = ("leadership", "head", "key_leader", "committee_member",
                 "standing_committee_member")  # fmt: skip
_SEAT_SCHEMA: Final[Schema] = {
    "entry": pl.Int64, "person_id": pl.Int64, "unit_key": pl.Int64, "post_since": pl.Date,
    "post_level": pl.String, "title_kind": pl.String, "regime": pl.String,
    "managed_by": pl.String, **dict.fromkeys(_FLAGS, pl.Boolean), "unit_kind": pl.String,
}  # fmt: skip
_PLAN_SCHEMA: Final[Schema] = {"entry": pl.Int64, "person_id": pl.Int64, "title": pl.String}
_COURSE_SCHEMA: Final[Schema] = {
    "entry": pl.Int64, "person_id": pl.Int64, "kind": pl.String, "code": pl.String,
}  # fmt: skip
_CODES: Final = {"post_level": "level", "title_kind": "title_kind", "regime": "regime",
                 "managed_by": "management_level", "unit_kind": "unit_kind",
                 "sector": "sector"}  # fmt: skip
# A planned title says its level by its own words.
_LEVELS: Final = (
    ("commune", r"(?i)\b(xã|phường|đặc khu|thị trấn)\b"),
    ("district", r"(?i)\b(huyện|quận|thị xã|thành phố thuộc)\b"),
    ("province", r"(?i)\b(tỉnh|thành ủy|sở|thành phố)\b"),
)
_making = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Everything of one source on one day.

    Shape: `frame` has one row an entry, sorted by person, with the facts vocabulary and, of
        courses, `kind` and `course`; `unit` is the preorder number of the entry's unit.
    """

    day: date
    frame: pl.DataFrame
    unit: NDArray[np.int32]
    snapshot: Snapshot

    @property
    def person(self) -> NDArray[np.int64]:
        return self.frame["person_id"].to_numpy()

    def inside(self, unit: int) -> NDArray[np.bool_]:
        """Which entries lie in a unit and below it."""
        mask: NDArray[np.bool_] = (self.unit >= unit) & (self.unit < self.snapshot.tree.end[unit])
        return mask


def entries(source: Source, day: date) -> Entries:
    """Return the entries of a source on a day, kept while nothing changes."""
    if reads_own_writes():
        return _make(DjangoReader(), source, facts.on(day))
    with _making:
        return _kept(home(), source, day, build.version())


@lru_cache(maxsize=8)
def _kept(_home: Path, source: Source, day: date, _version: str) -> Entries:
    snapshot = facts.on(day)
    with arrow_reader() as reader:
        return _make(reader, source, snapshot)


def _make(reader: Reader, source: Source, snapshot: Snapshot) -> Entries:
    own, at = _SOURCES[source](reader, snapshot)
    people = snapshot.frame.drop([name for name in own.columns if name != "person_id"],
                                 strict=False)  # fmt: skip
    frame = own.join(people, on="person_id", how="inner", maintain_order="left")
    frame = frame.with_columns(pl.col(at).alias("_at")).sort("person_id", "entry")
    unit = frame["_at"].to_numpy().astype(np.int32)
    return Entries(snapshot.day, frame.drop("_at"), unit, snapshot)


def _seats(reader: Reader, snapshot: Snapshot, begun: str = "") -> tuple[pl.DataFrame, str]:
    rows = reader.read(_SEATS.format(day=snapshot.day, begun=begun), _SEAT_SCHEMA)
    place = {int(key): at for at, key in enumerate(snapshot.tree.key.tolist())}
    rows = rows.with_columns(
        pl.col("unit_key").replace_strict(place, default=-1, return_dtype=pl.Int32).alias("seat"),
        sector=sector_of("unit_kind"),
    )
    rows = coded(rows, _CODES, rulebook().catalogues).drop("unit_key")
    return rows, "seat"


def _moves(reader: Reader, snapshot: Snapshot) -> tuple[pl.DataFrame, str]:
    """Seats that were taken in the year of the day, until the day."""
    first = date(snapshot.day.year, 1, 1)
    return _seats(reader, snapshot, f" and lower(g.valid) >= date '{first}'")


def _plans(reader: Reader, snapshot: Snapshot) -> tuple[pl.DataFrame, str]:
    """Planned titles, read as the catalogue of titles reads any title."""
    book = rulebook().catalogues["title_kind"]
    rows = reader.read(_PLANS.format(day=snapshot.day), _PLAN_SCHEMA)
    title = {text: book.match(text).code for text in rows["title"].unique() if text}
    levels = [
        pl.when(pl.col("title").str.contains(pattern)).then(pl.lit(name))
        for name, pattern in _LEVELS
    ]
    kinds = pl.col("title").replace_strict(title, default=None, return_dtype=pl.String)
    rows = rows.with_columns(
        post_level=pl.coalesce(levels),
        title_kind=pl.when(kinds == "other").then(None).otherwise(kinds),
        sector=pl.lit(None, dtype=pl.String), unit_kind=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    # A title that is read as something else is no seat on a committee; one not read may be.
    member = {
        "committee_member": pl.col("title_kind").is_in(
            ["committee_member", "standing_committee_member", "secretary", "deputy_secretary"]),
        "standing_committee_member": pl.col("title_kind").is_in(
            ["standing_committee_member", "secretary", "deputy_secretary"]),
    }  # fmt: skip
    rows = rows.with_columns(**member)
    codes = {name: _CODES[name] for name in ("post_level", "title_kind", "unit_kind", "sector")}
    return coded(rows, codes, rulebook().catalogues).drop("title"), "unit"


def _courses(reader: Reader, snapshot: Snapshot) -> tuple[pl.DataFrame, str]:
    """Degrees and certificates of the year of the day, until the day."""
    first = date(snapshot.day.year, 1, 1)
    rows = reader.read(_COURSES.format(day=snapshot.day, first=first), _COURSE_SCHEMA)
    return rows.rename({"code": "course"}), "unit"


_SOURCES: Final[dict[Source, Callable[[Reader, Snapshot], tuple[pl.DataFrame, str]]]] = {
    "seats": _seats, "moves": _moves, "plans": _plans, "courses": _courses,
}  # fmt: skip
