"""Who in a roster may be somebody already known, or somebody twice. Nobody is merged in silence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from ngangtam.foundation.kernel.text import plain
from ngangtam.records.intake.models import Match
from ngangtam.records.intake.people import Place, Said, place_text


@dataclass(frozen=True, slots=True)
class Known:
    """What the files say of a person that a row may be."""

    person: int
    number: str
    name: str
    plain_name: str
    birth_day: date | None
    birth_precision: str
    gender: str
    personal_number: str
    hometown: str
    party_day: date | None


@dataclass(slots=True, eq=False)
class Candidate:
    """One possible match of one row.

    Shape: `person` is the file that it may be, or `other` the earlier row of the same roster;
        `strong` when something beside name and birth agrees and nothing speaks against it.
    """

    said: Said
    kind: str
    person: int | None = None
    other: Place | None = None
    strong: bool = False
    evidence: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int | None, str]:
        """Return what tells one match of a batch from another."""
        return place_text(self.said.place), self.person, place_text(self.other or ())


_FIND_PARTS = (
    """
    from personnel_person p
    join unnest(%(names)s::text[], %(years)s::int[]) as wanted(name, year)
      on p.name_plain = wanted.name and extract(year from p.birth_day)::int = wanted.year
    where p.voided_at is null
    """,
    """
    from personnel_person p
    where p.personal_number = any(%(numbers)s::text[]) and p.personal_number <> ''
      and p.voided_at is null
    """,
)
_COLUMNS = """
    select p.id, p.number, p.full_name, p.name_plain, p.birth_day, p.birth_precision, p.gender,
           p.personal_number, p.hometown_raw,
           (select lower(r.valid) from personnel_record r
            where r.person_id = p.id and r.kind = 'party' and r.code = 'member'
              and r.voided_at is null order by r.id limit 1)
"""


def find_known(people: Sequence[Said]) -> list[Candidate]:
    """Return the files that rows may belong to, at most a few for each row."""
    by_name: dict[tuple[str, int], list[Known]] = defaultdict(list)
    by_number: dict[str, list[Known]] = defaultdict(list)
    for known in _read(people):
        if known.birth_day is not None:
            by_name[(known.plain_name, known.birth_day.year)].append(known)
        if known.personal_number:
            by_number[known.personal_number].append(known)
    found: list[Candidate] = []
    for said in people:
        found.extend(_of_number(said, by_number))
        if said.birth is not None and said.birth.day is not None:
            seen = {candidate.person for candidate in found[-3:] if candidate.said is said}
            for known in by_name.get((said.plain_name, said.birth.day.year), ()):
                candidate = _of_birth(said, known)
                if candidate is not None and known.person not in seen:
                    found.append(candidate)
    return found


def _read(people: Sequence[Said]) -> Iterable[Known]:
    wanted = {
        (said.plain_name, said.birth.day.year)
        for said in people
        if said.birth is not None and said.birth.day is not None
    }
    numbers = sorted({said.personal_number for said in people if said.personal_number})
    given: dict[str, list[str] | list[int]] = {
        "names": [name for name, _year in wanted],
        "years": [year for _name, year in wanted],
        "numbers": numbers,
    }
    rows: dict[int, Known] = {}
    with connection.cursor() as cursor:
        for part in _FIND_PARTS[: 2 if numbers else 1]:
            cursor.execute(_COLUMNS + part, given)
            rows.update({row[0]: Known(*row) for row in cursor.fetchall()})
    return rows.values()


def _of_number(said: Said, by_number: dict[str, list[Known]]) -> Iterable[Candidate]:
    for known in by_number.get(said.personal_number, ()) if said.personal_number else ():
        same_name = known.plain_name == said.plain_name
        evidence = ["personal_number", *(["name"] if same_name else [])]
        yield Candidate(said, Match.Kind.NUMBER, known.person, None, same_name, evidence)


def _of_birth(said: Said, known: Known) -> Candidate | None:
    """Weigh a file of the same name and year of birth; None when the days are two days."""
    exact = said.birth_key is not None and known.birth_precision == "day"
    if exact and said.birth_key != known.birth_day:
        return None
    numbers = {said.personal_number, known.personal_number} - {""}
    if len(numbers) > 1:
        return None
    against = bool(said.gender and known.gender and said.gender != known.gender)
    evidence = ["birth"] if exact else ["birth_year"]
    home = plain(said.text("home_place"))
    if home and home == plain(known.hometown):
        evidence.append("home_place")
    party = said.day("party_day")
    if party is not None and known.party_day is not None and party.day == known.party_day:
        evidence.append("party_day")
    strong = exact and not against and len(evidence) > 1
    kind = Match.Kind.BIRTH if exact else Match.Kind.YEAR
    return Candidate(said, kind, known.person, None, strong, evidence)


def find_twice(people: Iterable[Said]) -> list[Candidate]:
    """Return rows of a roster that share name and date of birth, or a personal number."""
    seen: dict[tuple[str, object], Said] = {}
    found: list[Candidate] = []
    for said in people:
        keys: list[tuple[str, object]] = []
        if said.personal_number:
            keys.append(("number", said.personal_number))
        if said.birth_key is not None:
            keys.append((said.plain_name, said.birth_key))
        for key in keys:
            earlier = seen.setdefault(key, said)
            if earlier is not said:
                evidence = ["personal_number"] if key[0] == "number" else ["birth"]
                found.append(
                    Candidate(said, Match.Kind.ROSTER, None, earlier.place, False, evidence)
                )
                break
    return found
