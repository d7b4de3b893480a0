"""Writes a judged roster into the files: people, postings, records, and every source row."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from ngangtam.foundation.kernel.text import fold, name_key
from ngangtam.records.intake import copying
from ngangtam.records.intake.drafts import Draft, drafts_of
from ngangtam.records.intake.headers.rows import REASONS, RowKind
from ngangtam.records.intake.judging import JudgedColumn, JudgedTable
from ngangtam.records.intake.models import Row
from ngangtam.records.intake.people import Said, people_of, place_text
from ngangtam.records.intake.readers.grid import shown
from ngangtam.records.intake.roster import Progress, Roster, silent
from ngangtam.records.organisation.models import Post, Source, Unit
from ngangtam.records.personnel import steps as personnel

_PERSON: Final = (
    "id", "number", "full_name", "other_names", "name_key", "name_plain", "birth_raw", "birth_day",
    "birth_precision", "gender", "ethnicity", "ethnicity_raw", "religion", "religion_raw",
    "nationality", "hometown_raw", "hometown_id", "birthplace_raw", "personal_number",
    "source_id", "recorded_at", "home_unit_id", "home_path", "headline",
)  # fmt: skip
_POSTING: Final = (
    "person_id", "post_id", "seat", "main", "title_raw", "workplace_raw", "valid", "source_id",
    "recorded_at", "recorded_by", "voided_by", "void_reason",
)  # fmt: skip
_RECORD: Final = (
    "person_id", "kind", "code", "raw", "precision", "detail", "valid", "source_id",
    "recorded_at", "recorded_by", "voided_by", "void_reason",
)  # fmt: skip
_ROW: Final = (
    "batch_id", "file", "\"table\"", "\"left\"", "number", "kind", "outcome", "worst", "name",
    "cells", "reason", "person_id",
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """Where a roster goes, and who its rows are.

    Shape: `known` maps a place to the file it is added to; `twice` a place to the earlier place
        that is the same person; `areas` a raw address to the id of its area.
    """

    batch: int
    unit: Unit
    source: Source
    day: date
    by: str
    posts: "Posts"
    known: Mapping[str, int] = field(default_factory=dict)
    twice: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Posts:
    """The posts that rows go to: one for all, or one for each wording of the position."""

    one: Post
    by_title: Mapping[str, Post] = field(default_factory=dict)
    seats: dict[int, int] = field(default_factory=dict)

    def of(self, said: Said) -> Post:
        return self.by_title.get(said.text("position"), self.one)

    def seat(self, post: Post) -> int:
        """Return the next free seat of a post."""
        self.seats[post.pk] = self.seats.get(post.pk, 0) + 1
        return self.seats[post.pk]


@dataclass(slots=True)
class Written:
    """What was written: counts, and the files that rows went to, by table and row."""

    new: int = 0
    known: set[int] = field(default_factory=set)
    postings: int = 0
    records: int = 0
    rows: int = 0
    people: dict[int, NDArray[np.int64]] = field(default_factory=dict)


@dataclass(slots=True)
class _Held:
    """What known people hold already, so that nothing is written twice."""

    posts: set[tuple[int, int]] = field(default_factory=set)
    main: set[int] = field(default_factory=set)
    records: set[tuple[int, str, str, str]] = field(default_factory=set)


def write(roster: Roster, plan: Plan, progress: Progress = silent) -> Written:
    """Write everything. Runs inside the caller's transaction."""
    written = Written()
    held = _held(set(plan.known.values()), plan.day)
    stamp = timezone.now().isoformat()
    by_place: dict[str, int] = {}
    wanted = set(plan.twice.values())
    done, total = 0, roster.people
    for judged, block in people_of(roster):
        people, fresh = _persons(block, plan, by_place)
        for said, person in zip(block, people, strict=True):
            if wanted and place_text(said.place) in wanted:
                by_place[place_text(said.place)] = person
        _copy_people(block, people, fresh, plan, stamp)
        written.postings += _copy_postings(block, people, plan, held, stamp)
        written.records += _copy_records(block, people, plan, held, stamp)
        written.new += len(fresh)
        written.known |= set(people) - fresh
        slots = written.people.setdefault(
            id(judged), np.zeros(judged.table.raw.height, dtype=np.int64)
        )
        slots[[said.index for said in block]] = people
        done += len(block)
        progress("write", done, total)
    written.rows = write_rows(roster, plan.batch, written)
    return written


def _persons(
    block: list[Said], plan: Plan, by_place: Mapping[str, int]
) -> tuple[list[int], set[int]]:
    """Return whose file each row goes to, and which of them are opened now."""
    known = [_known(said, plan, by_place) for said in block]
    ids = iter(copying.draw_ids("personnel_person", known.count(None)))
    people = [next(ids) if person is None else person for person in known]
    fresh = {person for person, old in zip(people, known, strict=True) if old is None}
    return people, fresh


def _known(said: Said, plan: Plan, by_place: Mapping[str, int]) -> int | None:
    if not plan.known and not plan.twice:
        return None
    place = place_text(said.place)
    return plan.known.get(place) or by_place.get(plan.twice.get(place, ""))


def _copy_people(
    block: list[Said], people: list[int], fresh: set[int], plan: Plan, stamp: str
) -> None:
    new = [(said, person) for said, person in zip(block, people, strict=True) if person in fresh]
    numbers = personnel.next_numbers(len(new))
    unit = f"{plan.unit.pk}\t{plan.unit.path}"
    copying.copy(
        "personnel_person", _PERSON,
        (
            _person(said, person, number, plan, f"{plan.source.pk}\t{stamp}\t{unit}")
            for (said, person), number in zip(new, numbers, strict=True)
        ),
    )  # fmt: skip


def _person(said: Said, person: int, number: str, plan: Plan, tail: str) -> str:
    text = copying.text
    birth = said.birth
    home = said.raws.get("home_place", "") if said.values.get("home_place") else ""
    title = said.text("position") or plan.posts.of(said).title
    return "\t".join((
        str(person), number, text(said.name), text(said.other_names[:200]),
        name_key(said.name)[:700], text(said.plain_name),
        text(said.raws.get("birth", "")[:60]) if birth else "",
        copying.day(birth.day if birth else None), birth.precision if birth else "none",
        said.gender, said.text("ethnicity"), text(said.raws.get("ethnicity", "")[:100]),
        said.text("religion"), text(said.raws.get("religion", "")[:100]),
        text(said.text("nationality")[:60]), text(home[:300]),
        copying.number(plan.areas.get(home)), text(said.text("birth_place")[:300]),
        said.personal_number[:12], tail, text(title[:300]),
    ))  # fmt: skip


def _copy_postings(
    block: list[Said], people: list[int], plan: Plan, held: _Held, stamp: str
) -> int:
    tail = f"{plan.source.pk}\t{stamp}\t{copying.text(plan.by)}\t\t"
    return copying.copy("personnel_posting", _POSTING, _postings(block, people, plan, held, tail))


def _postings(
    block: list[Said], people: list[int], plan: Plan, held: _Held, tail: str
) -> Iterator[str]:
    text = copying.text
    for said, person in zip(block, people, strict=True):
        post = plan.posts.of(said)
        if (person, post.pk) in held.posts:
            continue
        held.posts.add((person, post.pk))
        main = person not in held.main
        held.main.add(person)
        since = said.day("post_since")
        first = since.day if since and since.day and since.day < plan.day else plan.day
        yield "\t".join((
            str(person), str(post.pk), str(plan.posts.seat(post)), "t" if main else "f",
            text(said.text("position")[:500]), text(said.text("workplace")[:500]),
            copying.period(first), tail,
        ))  # fmt: skip


def _copy_records(block: list[Said], people: list[int], plan: Plan, held: _Held, stamp: str) -> int:
    tail = f"{plan.source.pk}\t{stamp}\t{copying.text(plan.by)}\t\t"
    return copying.copy("personnel_record", _RECORD, _records(block, people, plan, held, tail))


def _records(
    block: list[Said], people: list[int], plan: Plan, held: _Held, tail: str
) -> Iterator[str]:
    # What stands between person and day is the same for thousands of people.
    cache: dict[tuple[object, ...], str] = {}
    known = set(plan.known.values())
    for said, person in zip(block, people, strict=True):
        for draft in drafts_of(said, plan.day):
            if person in known:
                key = (person, draft.kind, draft.code, draft.raw[:1000])
                if key in held.records:
                    continue
                held.records.add(key)
            yield f"{person}\t{_record(draft, cache)}\t{tail}"


def _record(draft: Draft, cache: dict[tuple[object, ...], str]) -> str:
    key = (draft.kind, draft.code, draft.raw, draft.precision, draft.first_day,
           *draft.detail.values())  # fmt: skip
    line = cache.get(key)
    if line is None:
        detail = json.dumps(dict(draft.detail), ensure_ascii=False, default=str)
        line = cache[key] = "\t".join((
            draft.kind, draft.code, copying.text(draft.raw[:1000]), draft.precision,
            copying.text(detail), copying.period(draft.first_day, draft.until),
        ))  # fmt: skip
    return line


def _held(known: set[int], day: date) -> _Held:
    held = _Held()
    if not known:
        return held
    with connection.cursor() as cursor:
        cursor.execute(
            "select person_id, post_id, main from personnel_posting where person_id = any(%s) "
            "and voided_at is null and valid && daterange(%s, null)",
            [list(known), day],
        )
        for person, post, main in cursor.fetchall():
            held.posts.add((person, post))
            if main:
                held.main.add(person)
        cursor.execute(
            "select person_id, kind, code, raw from personnel_record "
            "where person_id = any(%s) and voided_at is null",
            [list(known)],
        )
        held.records = set(cursor.fetchall())
    return held


# --- source rows ---------------------------------------------------------------------------


def write_rows(roster: Roster, batch: int, written: Written | None = None) -> int:
    """Write every row of every table with its raw cells, verdicts and outcome."""
    return copying.copy("intake_row", _ROW, _all_rows(roster, batch, written or Written()))


def _all_rows(roster: Roster, batch: int, written: Written) -> Iterator[str]:
    for number, found in enumerate(roster.files):
        for judged in found.tables:
            yield from _rows(judged, f"{batch}\t{number}", written)


def _rows(judged: JudgedTable, head: str, written: Written) -> Iterator[str]:
    people = written.people.get(id(judged))
    raw, kinds, header = judged.table.raw, judged.table.kinds, judged.table.header
    fragments = [_fragments(column) for column in judged.columns]
    codes = [column.codes for column in judged.columns]
    worst = worst_of(judged)
    names = _Names(judged)
    for start in range(0, raw.height, 4096):
        stop = min(start + 4096, raw.height)
        cells = zip(
            *(
                map(pieces.__getitem__, code[start:stop].tolist())
                for pieces, code in zip(fragments, codes, strict=True)
            ),
            strict=True,
        )
        for index, row in enumerate(cells, start):
            if header.first <= index <= header.last:
                continue
            kind = int(kinds[index])
            person = int(people[index]) if people is not None else 0
            reason = "" if kind == RowKind.PERSON else _reason(judged, index, kind)
            yield (
                f"{head}\t{raw.index}\t{raw.left}\t{raw.numbers[index]}\t{kind}\t"
                f"{_outcome(kind, person, written.known)}\t{worst[index]}\t{names(index)}\t"
                f"[{','.join(row)}]\t{reason}\t{person or copying.NULL}"
            )


def _reason(judged: JudgedTable, index: int, kind: int) -> str:
    return judged.rejected.get(index, REASONS[RowKind(kind)])[:300]


def _outcome(kind: int, person: int, known: set[int]) -> str:
    if kind == RowKind.PERSON:
        return (Row.Outcome.KNOWN if person in known else Row.Outcome.NEW).value
    return (Row.Outcome.REJECTED if kind == RowKind.NAMELESS else Row.Outcome.SKIPPED).value


def _fragments(column: JudgedColumn) -> list[str]:
    made = ["0"]
    for raw, cell in zip(column.column.values[1:], column.cells[1:], strict=True):
        parts: list[object] = [shown(raw), int(cell.verdict)]
        if cell.reason:
            parts.append(cell.reason)
        made.append(copying.text(json.dumps(parts, ensure_ascii=False).replace("\\u0000", "")))
    return made


def worst_of(judged: JudgedTable) -> NDArray[np.int8]:
    """Return the worst verdict of each row."""
    worst = np.zeros(judged.table.raw.height, dtype=np.int8)
    for column in judged.columns:
        np.maximum(worst, column.verdicts[column.codes], out=worst)
    worst[judged.table.kinds == RowKind.NAMELESS] = 3
    return worst


class _Names:
    """The name to show for a row, whatever the row is."""

    def __init__(self, judged: JudgedTable) -> None:
        wanted = ("full_name", "family_name", "given_name", "code")
        columns = [column for name in wanted for column in judged.all_of(name)[:1]]
        if columns and columns[0].map.field == "full_name":
            columns = columns[:1]
        most = 150 if len(columns) == 1 else 74
        self._texts = [
            [copying.text(fold(shown(raw))[:most]) for raw in column.column.values]
            for column in columns
        ]
        self._codes = [column.column.codes for column in columns]

    def __call__(self, index: int) -> str:
        found = (texts[codes[index]] for texts, codes in zip(self._texts, self._codes, strict=True))
        return " ".join(text for text in found if text)


def texts_in(judged: Iterable[JudgedTable], field_name: str) -> set[str]:
    """Return the distinct texts of a field over tables, as `Said` will hold them."""
    return {
        fold(shown(raw))
        for table in judged
        for column in table.all_of(field_name)
        for raw in column.column.values[1:]
    }
