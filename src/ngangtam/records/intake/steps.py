"""Writes that the actions of this room are built from; no permission, no audit."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake import (
    copying,
    drafts,
    identity,
    made_units,
    matching,
    people,
    writing,
)
from ngangtam.records.intake.cells.cell import Cell, Verdict
from ngangtam.records.intake.cells.codes import catalogue
from ngangtam.records.intake.headers.mapping import TableMapping
from ngangtam.records.intake.models import Batch, Match, Row
from ngangtam.records.intake.people import place_text
from ngangtam.records.intake.roster import Roster, shape_of
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.areas.resolve import AreaMatch, resolve_many
from ngangtam.records.organisation.models import Area, Post, Regime, Source, Unit
from ngangtam.records.personnel.kinds import WITNESSED
from ngangtam.records.personnel.models import IdentityChange, Person, Posting, Record
from ngangtam.records.personnel.witnessing import Claim

_DOUBTFUL = frozenset({"ambiguous", "none"})
_SURE = frozenset({"exact", "empty"})


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def fingerprint_of(hashes: Iterable[str], *, unit: str, post: str, posts: str, day: date) -> str:
    """Return what makes two imports the same: the same files for the same place and day."""
    parts = [*sorted(hashes), unit, plain(post), posts, day.isoformat()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def mapping_json(roster: Roster) -> dict[str, Any]:
    """Return the mapping of every shape of table in the roster."""
    shapes: dict[str, Any] = {}
    for judged in roster.tables():
        shapes.setdefault(shape_of(judged.table), judged.table.mapping.as_json())
    return shapes


def mapping_from(data: Mapping[str, Any]) -> dict[str, TableMapping]:
    """Return the mappings that were stored, or corrected by a person."""
    return {shape: TableMapping.from_json(entry) for shape, entry in data.items()}


# --- addresses -----------------------------------------------------------------------------


def find_areas(roster: Roster, day: date) -> dict[str, int]:
    """Find the area of every distinct home place; doubts become verdicts of the cells.

    Shape: from the raw address to the id of its area, the sure ones only.
    """
    if not Area.objects.exists():
        return {}
    found = resolve_many(sorted(writing.texts_in(roster.tables(), "home_place")), on=day)
    for judged in roster.tables():
        for column in judged.all_of("home_place"):
            for at, cell in enumerate(column.cells):
                if isinstance(cell.value, str) and cell.verdict <= Verdict.NORMALISED:
                    column.cells[at] = _doubted(cell, found.get(cell.value))
                    column.verdicts[at] = column.cells[at].verdict
    return {raw: match.area.pk for raw, match in found.items() if match.area is not None}


def _doubted(cell: Cell, match: AreaMatch | None) -> Cell:
    if match is None or match.how in _SURE:
        return cell
    verdict = Verdict.UNCERTAIN if match.how in _DOUBTFUL else Verdict.NORMALISED
    return Cell(cell.value, verdict, f"area:{match.reason}")


# --- identity ------------------------------------------------------------------------------


@dataclass(slots=True)
class Identities:
    """Who the rows of a roster are: possible matches, and what follows from them."""

    candidates: list[matching.Candidate] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    twice: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> list[matching.Candidate]:
        """Return the candidates that nothing has settled."""
        return [
            found
            for found in self.candidates
            if place_text(found.said.place) not in self.known
            and place_text(found.said.place) not in self.twice
        ]


def identify(roster: Roster) -> Identities:
    """Look for rows that are somebody known or somebody twice; strong evidence is proposed.

    Exact copies of an earlier row are rejected here, and say so.
    """
    drafts.forget()
    identity.reject_copies(roster)
    found = Identities()
    keys = identity.keys_of(roster)
    rows = identity.resembling(keys)
    if rows:
        people_here = people.said_in(roster, rows, identity.FIELDS)
        found.candidates.extend(matching.find_known(people_here))
        found.candidates.extend(matching.find_twice(people_here))
    for place, candidates in _by_place(found.candidates).items():
        strong = [one for one in candidates if one.strong and one.person is not None]
        if len(strong) == 1 and strong[0].person is not None:
            found.known[place] = strong[0].person
    return found


def _by_place(
    candidates: Iterable[matching.Candidate],
) -> Mapping[str, list[matching.Candidate]]:
    grouped: dict[str, list[matching.Candidate]] = defaultdict(list)
    for one in candidates:
        grouped[place_text(one.said.place)].append(one)
    return grouped


_MATCH = ("batch_id", "place", "name", "kind", "person_id", "other_place", "strong", "evidence",
          "decision", "decided_by")  # fmt: skip


def lay_down_matches(batch: Batch, identities: Identities, *, decided: bool = False) -> None:
    """Write the possible matches of a batch; those that people decided on before stay as they are.

    Shape: `decided` marks what strong evidence linked as decided, for imports without a person.
    """
    kept = Match.objects.filter(batch=batch).values_list("place", "person_id", "other_place")
    seen: set[tuple[str, int | None, str]] = set(kept)
    lines: list[str] = []
    for one in identities.candidates:
        if one.key in seen:
            continue
        seen.add(one.key)
        place, person, other = one.key
        linked = decided and person is not None and identities.known.get(place) == person
        lines.append("\t".join((
            str(batch.pk), place, copying.text(one.said.name), str(one.kind),
            copying.number(person), other, "t" if one.strong else "f",
            copying.text(json.dumps(one.evidence)), Match.Decision.SAME if linked else "", "",
        )))  # fmt: skip
    copying.copy("intake_match", _MATCH, lines)


def settle_matches(batch: Batch, identities: Identities) -> None:
    """Let what people decided replace what was proposed."""
    identities.known.clear()
    identities.twice.clear()
    for match in Match.objects.filter(batch=batch, decision=Match.Decision.SAME):
        if match.person_id is not None:
            identities.known[match.place] = match.person_id
        elif match.other_place:
            identities.twice[match.place] = match.other_place


# --- where people go -----------------------------------------------------------------------


def unit_for(code: str, name: str | None, *, day: date) -> Unit:
    """Return the unit with this code, or create it below the root when a name is given.

    Errors: DomainError when there is none and no name to create it by.
    """
    unit = Unit.objects.filter(code=code).first()
    if unit is not None and made_units.is_let_go(unit):
        return organisation.stand_again(unit, name=name or unit.name, first_day=day)
    if unit is not None:
        return unit
    if not name:
        raise DomainError(
            _("There is no unit with the code %(code)s. Give its name to create it.")
            % {"code": code}
        )
    return made_units.make(code, name, day=day)


def posts_for(roster: Roster, batch: Batch, source: Source) -> writing.Posts:
    """Find or create the posts that the rows go to, and how many seats of each are taken."""
    one = _post(batch.unit, batch.post_title, batch.day, source)
    by_title: dict[str, Post] = {}
    if batch.posts == Batch.Posts.COLUMN:
        for title in sorted(writing.texts_in(roster.tables(), "position")):
            by_title[title] = _post(batch.unit, title[:300], batch.day, source)
    made = {post.pk: post for post in (one, *by_title.values())}
    taken = (
        Posting.objects.standing()
        .filter(post__in=made)
        .values_list("post_id")
        .annotate(last=Max("seat") + Count("pk", filter=Q(seat=0)))
    )
    return writing.Posts(one, by_title, dict(taken))


def _post(unit: Unit, title: str, day: date, source: Source) -> Post:
    wanted = plain(title)
    for post in Post.objects.on(day).filter(unit=unit).order_by("id"):
        if plain(post.title) == wanted:
            return post
    kind = _title_kind(title)
    leads = kind not in _FOLLOWERS
    head = leads and not kind.startswith("deputy_") and "vice" not in kind and "deputy" not in kind
    return organisation.add_post(
        unit=unit, title=title, first_day=day, seats=None, title_kind=kind, leadership=leads,
        head=head, regime=_regime(kind), deputy_elected=kind in _DEPUTIES, source=source,
    )  # fmt: skip


_DEPUTIES = frozenset({"national_assembly_deputy", "council_deputy"})
_FOLLOWERS = _DEPUTIES | {"candidate", "expert", "professional", "other", "committee_member",
                          "standing_committee_member", "people_committee_member"}  # fmt: skip


def _title_kind(title: str) -> str:
    kinds = catalogue("title_kind")
    match = kinds.match(title) if kinds is not None else None
    return match.code or "other" if match is not None else "other"


def _regime(kind: str) -> str:
    if kind in _DEPUTIES | {"candidate"}:
        return Regime.ELECTED
    return Regime.CIVIL_SERVANT


def check_seats(posts: writing.Posts, roster: Roster) -> None:
    """Refuse a roster that is longer than the seats of its post.

    Errors: DomainError with both numbers.
    """
    post = posts.one
    if post.seats is None or posts.by_title:
        return
    free = post.seats - posts.seats.get(post.pk, 0)
    if roster.people > free:
        raise DomainError(
            ngettext(
                "The post “%(title)s” has %(free)s free seat; the roster has %(people)s people.",
                "The post “%(title)s” has %(free)s free seats; the roster has %(people)s people.",
                free,
            )
            % {"title": post.title, "free": free, "people": roster.people}
        )


# --- joining two files ---------------------------------------------------------------------

_JOIN: Sequence[str] = (
    "update personnel_posting set voided_at = now(), voided_by = %(by)s, void_reason = %(why)s "
    "where person_id = %(twin)s and source_id = %(source)s and voided_at is null",
    "insert into personnel_posting (person_id, post_id, seat, main, title_raw, workplace_raw, "
    "valid, source_id, recorded_at, recorded_by, voided_by, void_reason) "
    "select %(person)s, g.post_id, g.seat, not exists (select 1 from personnel_posting h where "
    "h.person_id = %(person)s and h.main and h.valid && g.valid and h.voided_at is null), "
    "g.title_raw, g.workplace_raw, g.valid, g.source_id, now(), %(by)s, '', '' "
    "from personnel_posting g where g.person_id = %(twin)s and g.source_id = %(source)s "
    "and not exists (select 1 from personnel_posting h where h.person_id = %(person)s "
    "and h.post_id = g.post_id and h.valid && g.valid and h.voided_at is null)",
    "insert into personnel_record (person_id, kind, code, raw, precision, detail, valid, "
    "source_id, recorded_at, recorded_by, voided_by, void_reason) "
    "select %(person)s, r.kind, r.code, r.raw, r.precision, r.detail, r.valid, r.source_id, "
    "now(), %(by)s, '', '' from personnel_record r where r.person_id = %(twin)s "
    "and r.source_id = %(source)s and r.voided_at is null and r.kind <> all(%(witnessed)s) "
    "and not exists (select 1 from "
    "personnel_record h where h.person_id = %(person)s and h.kind = r.kind and h.code = r.code "
    "and h.raw = r.raw and h.voided_at is null)",
    "update personnel_record set voided_at = now(), voided_by = %(by)s, void_reason = %(why)s "
    "where person_id = %(twin)s and source_id = %(source)s and voided_at is null "
    "and kind <> all(%(witnessed)s)",
    "update personnel_person set voided_at = now() where id = %(twin)s",
    # What two officers change is struck out by one in a file that is closed, and nowhere else.
    "select ngangtam_strike_out_closed(%(twin)s, %(source)s, %(by)s, %(why)s)",
    "update intake_row set person_id = %(person)s, outcome = 'known' "
    "where batch_id = %(batch)s and person_id = %(twin)s",
)


def person_at(batch: Batch, place: str) -> int:
    """Return the person that a row of a committed batch went to.

    Errors: DomainError when the row went to nobody.
    """
    file, table, left, number = (int(part) for part in place.split("."))
    row = Row.objects.filter(
        batch=batch, file=file, table=table, left=left, number=number, person__isnull=False
    ).first()
    if row is None or row.person_id is None:
        raise DomainError(_("This row went to nobody."))
    return row.person_id


def join_people(batch: Batch, *, twin: int, person: int, by: str) -> None:
    """Move what a batch wrote about `twin` to the file of `person`, and close the twin's file.

    Errors: DomainError when the twin's file was not opened by this batch, or holds something
        that the batch did not write.
    """
    source = batch.source_id
    given: dict[str, int | str | list[str] | None] = {
        "witnessed": sorted(WITNESSED), "source": source, "twin": twin, "person": person,
        "batch": batch.pk, "by": by,
        "why": _("The same person as file %(number)s")
        % {"number": Person.objects.get(pk=person).number},
    }  # fmt: skip
    opened = Person.objects.filter(pk=twin, source=source, voided_at=None).exists()
    others = [
        model.objects.filter(person=twin, voided_at=None).exclude(source=source).exists()
        for model in (Posting, Record)
    ]
    if not opened or any(others) or IdentityChange.objects.filter(person=twin).exists():
        raise DomainError(_("The newer file holds more than this roster wrote; join them by hand."))
    with connection.cursor() as cursor:
        for query in _JOIN:
            cursor.execute(query, given)


def claims_of(twin: int, person: int) -> list[Claim]:
    """Return what the file of `twin` says and that of `person` does not, of what takes two.

    Asked before the file of `twin` is closed.
    """
    rows = Record.objects.standing().filter(person__in=[twin, person], kind__in=WITNESSED)
    held = {(row.kind, row.code, row.raw) for row in rows if row.person_id == person}
    return [
        Claim(person, row.kind, row.valid.lower, row.precision, row.valid.upper, row.code, row.raw,
              row.detail)
        for row in rows if row.person_id == twin and (row.kind, row.code, row.raw) not in held
    ]  # fmt: skip


# --- undoing -------------------------------------------------------------------------------

_RESTS: Sequence[tuple[str, str]] = (
    ("postings",
     "select count(distinct person_id) from personnel_posting where voided_at is null "
     "and source_id is distinct from %(source)s and person_id in (select id from "
     "personnel_person where source_id = %(source)s and voided_at is null)"),
    ("records",
     "select count(distinct person_id) from personnel_record where voided_at is null "
     "and source_id is distinct from %(source)s and person_id in (select id from "
     "personnel_person where source_id = %(source)s and voided_at is null)"),
    ("identity",
     "select count(distinct person_id) from personnel_identitychange where person_id in "
     "(select id from personnel_person where source_id = %(source)s and voided_at is null)"),
)  # fmt: skip

_UNDO = (
    "update personnel_posting set voided_at = now(), voided_by = %(by)s, void_reason = %(why)s "
    "where source_id = %(source)s and voided_at is null",
    "update personnel_record set voided_at = now(), voided_by = %(by)s, void_reason = %(why)s "
    "where source_id = %(source)s and voided_at is null",
    "update personnel_person set voided_at = now() "
    "where source_id = %(source)s and voided_at is null",
    "update organisation_post p set voided_at = now(), voided_by = %(by)s, void_reason = %(why)s "
    "where source_id = %(source)s and voided_at is null and not exists (select 1 from "
    "personnel_posting g where g.post_id = p.id and g.voided_at is null)",
)


def later_records(source: int) -> dict[str, int]:
    """Return how many people brought in from `source` have something newer in their files."""
    found = {}
    with connection.cursor() as cursor:
        for name, query in _RESTS:
            cursor.execute(query, {"source": source})
            row = cursor.fetchone()
            found[name] = int(row[0]) if row else 0
    return found


def void_all(source: int, *, by: str, reason: str) -> list[int]:
    """Void everything that rests on `source`; return the people whose files are touched."""
    given: dict[str, int | str] = {"source": source, "by": by, "why": reason[:300]}
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct person_id from personnel_posting "
            "where source_id = %(source)s and voided_at is null",
            given,
        )
        touched = [row[0] for row in cursor.fetchall()]
        for query in _UNDO:
            cursor.execute(query, given)
    return touched
