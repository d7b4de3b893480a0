"""Writes a judged roster into the files: people, postings, records, and every source row."""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from typing import Final

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from ngangtam.foundation.kernel.text import name_key
from ngangtam.records.intake import copying
from ngangtam.records.intake.drafts import NONE, Draft, Drafting
from ngangtam.records.intake.judging import JudgedTable
from ngangtam.records.intake.people import Said, people_of, place_text, tables_of
from ngangtam.records.intake.roster import Progress, Roster, silent
from ngangtam.records.intake.source_rows import write_rows
from ngangtam.records.organisation.models import Post, Source, Unit
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.kinds import WITNESSED
from ngangtam.records.personnel.witnessing import Claim

_PERSON: Final = (
    "id", "number", "full_name", "other_names", "name_key", "name_plain", "birth_raw", "birth_day",
    "birth_precision", "gender", "ethnicity", "ethnicity_raw", "religion", "religion_raw",
    "nationality", "hometown_raw", "hometown_id", "birthplace_raw", "personal_number",
    "source_id", "recorded_at", "home_unit_id", "home_path", "headline", "level", "leadership",
    "party", "degree",
)  # fmt: skip
_POSTING: Final = (
    "person_id", "post_id", "seat", "main", "title_raw", "workplace_raw", "valid", "source_id",
    "recorded_at", "recorded_by", "voided_by", "void_reason",
)  # fmt: skip
_RECORD: Final = (
    "person_id", "kind", "code", "raw", "precision", "detail", "valid", "source_id",
    "recorded_at", "recorded_by", "voided_by", "void_reason",
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """Where a roster goes, and who its rows are.

    Shape: `known` maps a place to the file it is added to; `twice` a place to the earlier place
        that is the same person; `areas` a raw address to the id of its area; with `many` new
        people the caller lays lists and counts anew afterwards (`personnel.steps.settle`).
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
    many: bool = False


@dataclass(slots=True)
class Posts:
    """The posts that rows go to: one for all, or one for each wording of the position."""

    one: Post
    by_title: Mapping[str, Post] = field(default_factory=dict)
    seats: dict[int, int] = field(default_factory=dict)

    def of(self, said: Said) -> Post:
        return self.by_title.get(said.text("position"), self.one)

    def seat(self, post: Post) -> int:
        """Return the next free seat of a post; 0 where seats have no numbers."""
        if post.seats is None:
            return 0
        self.seats[post.pk] = self.seats.get(post.pk, 0) + 1
        return self.seats[post.pk]


@dataclass(slots=True)
class Written:
    """What was written: counts, and the files that rows went to, by table and row.

    Shape: `claims` are not written: two officers write these into a file that was there before.
    """

    new: int = 0
    known: set[int] = field(default_factory=set)
    postings: int = 0
    records: int = 0
    rows: int = 0
    people: list[NDArray[np.int64]] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)

    def note(self, block: list[Said], people: list[int], opened: list[bool]) -> None:
        """Remember whose file each row went to."""
        for said, person in zip(block, people, strict=True):
            self.people[said.table][said.index] = person
        self.opened.update(compress(people, opened))
        self.new = len(self.opened)
        self.known |= set(people) - self.opened


@dataclass(slots=True)
class _Held:
    """What known people hold already, so that nothing is written twice."""

    posts: set[tuple[int, int]] = field(default_factory=set)
    main: set[int] = field(default_factory=set)
    records: set[tuple[int, str, str, str]] = field(default_factory=set)
    twice: set[int] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)

    def is_new(self, person: int, draft: Draft) -> bool:
        """Whether the person's file does not hold this record yet; it does from now on."""
        key = (person, draft.kind, draft.code, draft.raw[:1000])
        if key in self.records:
            return False
        self.records.add(key)
        return True


def write(roster: Roster, plan: Plan, progress: Progress = silent) -> Written:
    """Write everything. Runs inside the caller's transaction."""
    written = Written(
        people=[
            np.zeros(judged.table.raw.height, dtype=np.int64) for _n, judged in tables_of(roster)
        ]
    )
    held = _held(set(plan.known.values()), plan.day)
    stamp = timezone.now().isoformat()
    by_place: dict[str, int] = {}
    done, total = 0, roster.people
    for block, drafts in _ahead(_prepared(roster, plan.day)):
        people, opened = _persons(block, plan, by_place)
        held.twice.update(by_place.values())
        with copying.sure_of_references() if plan.many else nullcontext():
            _copy_people(block, drafts, people, opened, plan=plan, stamp=stamp)
        tail = f"{plan.source.pk}\t{stamp}\t{copying.text(plan.by)}\t\t"
        with copying.sure_of_references():
            written.postings += copying.copy(
                "personnel_posting", _POSTING, _postings(block, people, plan, held, tail)
            )
            written.records += copying.copy(
                "personnel_record", _RECORD, _records(drafts, people, plan, held, tail)
            )
        written.note(block, people, opened)
        done += len(block)
        progress("write", done, total)
    written.claims = held.claims
    people = sorted(written.known | written.opened)
    if plan.many:
        copying.touch("personnel_person", people)
    copying.touch("personnel_posting", people)
    copying.touch("personnel_record", people)
    with copying.sure_of_references():
        written.rows = write_rows(roster, plan.batch, written.people, written.known)
    return written


_Block = tuple[list[Said], list[tuple[Draft, ...]]]


def _prepared(roster: Roster, day: date) -> Iterator[_Block]:
    """Yield rows with the records that they give rise to; asks nothing of the database."""
    drafting = Drafting(day)
    for block in people_of(roster):
        yield block, [tuple(drafting.of(said)) for said in block]


def _ahead(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """Yield blocks while the next is made ready beside: the database works at the same time."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        coming = beside.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = beside.submit(next, blocks, None)
            yield block


def _persons(
    block: list[Said], plan: Plan, by_place: dict[str, int]
) -> tuple[list[int], list[bool]]:
    """Return whose file each row goes to, and whether it is opened by that row.

    Shape: `by_place` gathers the people of rows that later rows may be the same as.
    """
    if not plan.known and not plan.twice:
        people = copying.draw_ids("personnel_person", len(block))
        return people, [True] * len(people)
    places = [place_text(said.place) for said in block]
    wanted = set(plan.twice.values())
    ids = iter(copying.draw_ids("personnel_person", len(block)))
    people, opened = [], []
    for place in places:
        person = plan.known.get(place) or by_place.get(plan.twice.get(place, ""))
        opened.append(person is None)
        if person is None:
            person = next(ids)
        if place in wanted:
            by_place[place] = person
        people.append(person)
    return people, opened


def _copy_people(
    block: list[Said], drafts: list[tuple[Draft, ...]], people: list[int], opened: list[bool], *,
    plan: Plan, stamp: str,
) -> None:  # fmt: skip
    new = list(compress(zip(block, drafts, people, strict=True), opened))
    numbers = personnel.next_numbers(len(new))
    tail = f"{plan.source.pk}\t{stamp}\t{plan.unit.pk}\t{plan.unit.path}"
    copying.copy(
        "personnel_person", _PERSON,
        (
            _person(said, made, f"{person}\t{number}", plan, tail)
            for (said, made, person), number in zip(new, numbers, strict=True)
        ),
    )  # fmt: skip


def _person(said: Said, drafts: tuple[Draft, ...], head: str, plan: Plan, tail: str) -> str:
    text = copying.text
    birth, post = said.birth, plan.posts.of(said)
    home = said.raws.get("home_place", "") if said.values.get("home_place") else ""
    party, degree = _standing(drafts)
    return "\t".join((
        head, text(said.name), text(said.other_names[:200]),
        name_key(said.name)[:700], text(said.plain_name),
        text(said.raws.get("birth", "")[:60]) if birth else "",
        copying.day(birth.day if birth else None), birth.precision if birth else "none",
        said.gender, said.text("ethnicity"), text(said.raws.get("ethnicity", "")[:100]),
        said.text("religion"), text(said.raws.get("religion", "")[:100]),
        text(said.text("nationality")[:60]), text(home[:300]),
        copying.number(plan.areas.get(home)), text(said.text("birth_place")[:300]),
        said.personal_number[:12], tail, text((said.text("position") or post.title)[:300]),
        post.level, "t" if post.leadership else "f", party, degree,
    ))  # fmt: skip


def _standing(drafts: tuple[Draft, ...]) -> tuple[str, str]:
    """Return (party, degree) as lists of people show them."""
    party, degree = copying.NULL, ""
    for draft in drafts:
        if draft.kind == "party":
            party = "f" if draft.code == NONE else "t"
        elif draft.kind == "education":
            degree = draft.code
    return party, degree


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


def _records(
    drafts: list[tuple[Draft, ...]], people: list[int], plan: Plan, held: _Held, tail: str
) -> Iterator[str]:
    before = set(plan.known.values())
    known = before | held.twice
    for made, person in zip(drafts, people, strict=True):
        for draft in made:
            if person in known and not held.is_new(person, draft):
                continue
            if person in before and draft.kind in WITNESSED:
                held.claims.append(_claim(person, draft))
            else:
                yield f"{person}\t{_record(draft)}\t{tail}"


def _claim(person: int, draft: Draft) -> Claim:
    return Claim(
        person, draft.kind, draft.first_day, draft.precision, draft.until, draft.code,
        draft.raw[:1000], dict(draft.detail),
    )  # fmt: skip


def _record(draft: Draft) -> str:
    """Return what stands between person and source."""
    if not draft.line:
        detail = json.dumps(dict(draft.detail), ensure_ascii=False, default=str)
        draft.line = "\t".join((
            draft.kind, draft.code, copying.text(draft.raw[:1000]), draft.precision,
            copying.text(detail), copying.period(draft.first_day, draft.until),
        ))  # fmt: skip
    return draft.line


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


def texts_in(judged: Iterable[JudgedTable], field_name: str) -> set[str]:
    """Return the distinct texts of a field over tables, as `Said` will hold them."""
    return {
        text
        for table in judged
        for column in table.all_of(field_name)
        for text in column.column.texts[1:]
    }
