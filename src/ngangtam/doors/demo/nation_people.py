"""Believable facts about people who do not exist, drawn a column at a time.

A person's draws depend on two things: the level of the unit and the role in it. So one table of
weights a fact, with a row for each of nine groups, makes leaders older, better read in theory
and more often men, and communes younger and less often postgraduate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ngangtam.doors.demo.nation_tree import LEVELS, Nation
from ngangtam.law.engine.catalogues import Catalogue

Array = NDArray[Any]
HEAD, DEPUTY, OFFICER = 0, 1, 2
_EPOCH: Final = date(1970, 1, 1)
_STEPS: Final = 1 << 16
# Rows: head, deputy, officer at the centre; the same in a province; the same in a commune.
_WOMEN: Final = (12, 18, 42, 15, 22, 44, 20, 27, 48)
_MINORITY: Final = (6, 8, 9, 12, 13, 14, 20, 20, 22)
_RELIGIOUS: Final = (1, 1, 4, 1, 2, 6, 3, 4, 9)
_PARTY: Final = (100, 99, 62, 100, 99, 66, 99, 97, 60)
_AGE: Final = (54, 50, 40, 52, 48, 39, 47, 43, 37)
_SPREAD: Final = (4, 5, 9, 5, 6, 9, 6, 7, 9)
_PLANNED: Final = (35, 55, 12, 40, 60, 13, 40, 55, 12)
_DEGREE: Final = {
    "college": (0, 0, 2, 0, 0, 3, 1, 2, 8),
    "intermediate": (0, 0, 1, 0, 0, 1, 0, 1, 5),
    "university": (15, 22, 58, 35, 45, 68, 70, 76, 76),
    "specialist_1": (1, 1, 1, 2, 2, 2, 0, 0, 0),
    "master": (52, 57, 34, 53, 47, 25, 29, 21, 11),
    "doctor": (32, 20, 4, 10, 6, 1, 0, 0, 0),
}
_THEORY: Final = {
    "none": (0, 0, 38, 0, 1, 42, 1, 4, 48),
    "elementary": (0, 0, 17, 0, 1, 20, 1, 5, 18),
    "intermediate": (0, 4, 30, 2, 14, 29, 30, 58, 30),
    "advanced": (60, 76, 14, 78, 76, 8, 65, 32, 4),
    "bachelor": (40, 20, 1, 20, 8, 1, 3, 1, 0),
}
_RANK: Final = {
    "staff": (0, 0, 1, 0, 0, 1, 0, 0, 3),
    "officer": (0, 0, 3, 0, 0, 4, 1, 2, 12),
    "specialist": (0, 3, 76, 2, 15, 85, 60, 78, 83),
    "principal": (30, 60, 18, 58, 75, 10, 38, 20, 2),
    "senior": (70, 37, 2, 40, 10, 0, 1, 0, 0),
}
_STATE: Final = {
    "none": (1, 1, 30, 1, 2, 33, 4, 9, 42),
    "officer": (0, 0, 5, 0, 0, 6, 2, 4, 12),
    "specialist": (1, 5, 48, 5, 22, 48, 54, 64, 42),
    "principal": (38, 60, 16, 64, 68, 12, 38, 22, 4),
    "senior": (60, 34, 1, 30, 8, 1, 2, 1, 0),
}
_RATING: Final = {"failed": 1, "completed": 12, "good": 68, "excellent": 19}
_MINORITIES: Final = (
    "tay", "thai", "muong", "khmer", "hmong", "nung", "dao", "gia_rai", "e_de", "cham", "hoa",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The drawn people: one row each in preorder of units, and the further posts of some."""

    frame: pl.DataFrame
    role: NDArray[np.int8]
    further_row: NDArray[np.int32]
    further_unit: NDArray[np.int32]


def people_of(
    nation: Nation, people: int, day: date, seed: int, catalogues: Mapping[str, Catalogue]
) -> People:
    """Draw `people` people into the units of the nation."""
    sheet = _Sheet(nation, people, day, seed, catalogues)
    _draw_post(sheet)
    _draw_identity(sheet)
    _draw_learning(sheet)
    _draw_party(sheet)
    _draw_service(sheet)
    _draw_merit(sheet)
    row, unit = _further(sheet)
    frame = pl.DataFrame(sheet.columns)
    return People(frame, sheet.role, row, unit)


class _Sheet:
    """The columns drawn so far, and the ways to draw one."""

    def __init__(
        self, nation: Nation, people: int, day: date, seed: int,
        catalogues: Mapping[str, Catalogue],
    ) -> None:  # fmt: skip
        self.nation = nation
        self.people = people
        self.today = (day - _EPOCH).days
        self.catalogues = catalogues
        self.random = np.random.Generator(np.random.SFC64(seed))
        edges = np.rint(np.cumsum(nation.share) * people).astype(np.int64)
        first = np.concatenate([[0], edges])
        self.unit = np.repeat(np.arange(len(nation.tree), dtype=np.int32), np.diff(first))
        place = np.arange(people) - first[self.unit]
        self.place = place
        self.role = np.where(place == 0, HEAD, np.where(place < 4, DEPUTY, OFFICER)).astype(np.int8)
        self.level = nation.level[self.unit]
        self.group = (self.level * 3 + self.role).astype(np.uint8)
        self.columns: dict[str, pl.Series] = {}
        self.born: Array = np.zeros(people, np.int32)

    def dice(self) -> NDArray[np.uint16]:
        return self.random.integers(0, _STEPS, self.people, dtype=np.uint16)

    def codes(self, catalogue: str, codes: Sequence[str]) -> NDArray[np.uint8]:
        """Return the positions of the codes in their catalogue."""
        return np.asarray([self.catalogues[catalogue].position(c) for c in codes], np.uint8)

    def by_group(self, weights: Sequence[Sequence[int]]) -> NDArray[np.uint8]:
        """Draw a row of the table for everybody by the weights of the person's group."""
        table = np.empty((9, _STEPS), np.uint8)
        for group in range(9):
            part = np.asarray([row[group] for row in weights], float)
            edges = np.rint(np.cumsum(part) / part.sum() * _STEPS).astype(np.int64)
            table[group] = np.searchsorted(edges, np.arange(_STEPS), side="right")
        drawn: NDArray[np.uint8] = table.ravel().take(self.group * np.int32(_STEPS) + self.dice())
        return drawn

    def chance(self, percent: Sequence[int] | float) -> NDArray[np.bool_]:
        """Draw yes or no, by one percentage or one for each group."""
        limit = np.asarray(percent, float) * (_STEPS / 100)
        return np.asarray(self.dice() < (limit[self.group] if limit.ndim else limit))

    def keep(self, name: str, values: Array, kind: Any, missing: float = 0.0) -> None:
        """Keep a column; `missing` per cent of it were never recorded."""
        series = pl.Series(name, values).cast(kind)
        if missing:
            series = series.zip_with(
                pl.Series(~self.chance(missing)), pl.Series(name, [None], dtype=kind)
            )
        self.columns[name] = series

    def code(
        self, name: str, catalogue: str, table: Mapping[str, Any], missing: float
    ) -> NDArray[np.uint8]:
        """Draw a code fact from a table of weights and keep it."""
        weights = [row if isinstance(row, tuple) else (row,) * 9 for row in table.values()]
        drawn = self.codes(catalogue, list(table))[self.by_group(weights)]
        self.keep(name, drawn, pl.UInt8, missing)
        return drawn

    def day(self, name: str, days: Array, missing: Array | float = 0.0) -> None:
        """Keep a column of days, none of them after today."""
        series = pl.Series(name, np.minimum(days, self.today).astype(np.int32)).cast(pl.Date)
        gone = self.chance(missing) if isinstance(missing, float) else missing
        self.columns[name] = series.zip_with(
            pl.Series(~gone), pl.Series(name, [None], dtype=pl.Date)
        )


def _draw_post(sheet: _Sheet) -> None:
    nation, role = sheet.nation, sheet.role
    kinds = sheet.codes("unit_kind", nation.kind)[sheet.unit]
    committee = kinds == sheet.catalogues["unit_kind"].position("party_committee")
    council = kinds == sheet.catalogues["unit_kind"].position("council")
    sheet.keep("person_id", np.arange(1, sheet.people + 1), pl.Int64)
    sheet.keep("unit", sheet.unit, pl.Int32)
    sheet.keep("unit_kind", kinds, pl.UInt8)
    sheet.keep("sector", sheet.codes("sector", nation.sector)[sheet.unit], pl.UInt8)
    sheet.keep("post_level", sheet.codes("level", LEVELS)[sheet.level], pl.UInt8)
    lead = role != OFFICER
    sheet.keep("leadership", lead, pl.Boolean)
    titles = sheet.codes("title_kind", [_title(kind, r) for kind in _KINDS for r in range(3)])
    number = np.zeros(256, np.uint8)
    number[sheet.codes("unit_kind", _KINDS)] = np.arange(len(_KINDS))
    sheet.keep("title_kind", titles[number[kinds] * 3 + role], pl.UInt8)
    regime = sheet.codes("regime", ["party", "elected", "civil_servant"])
    sheet.keep("regime", regime[np.where(committee, 0, np.where(council & lead, 1, 2))], pl.UInt8)
    managed = sheet.codes(
        "management_level",
        ["politburo", "secretariat", "body", "secretariat", "province_committee", "body",
         "province_committee", "commune_committee", "commune_committee"],
    )  # fmt: skip
    sheet.keep("managed_by", managed[sheet.group], pl.UInt8)
    sheet.keep("head", role == HEAD, pl.Boolean)
    sheet.keep("key_leader", lead & (sheet.place < 2), pl.Boolean)
    member = committee & (sheet.place < 25)
    sheet.keep("committee_member", member, pl.Boolean)
    sheet.keep("standing_committee_member", committee & (sheet.place < 9), pl.Boolean)
    sheet.keep("deputy_elected", council & (sheet.place < 30), pl.Boolean)
    sheet.keep("specialised_full_time", np.ones(sheet.people, bool), pl.Boolean)
    sheet.keep("local_person", sheet.chance((5, 10, 20, 40, 60, 80, 55, 75, 92)), pl.Boolean, 2.0)


_KINDS: Final = (
    "government", "party_committee", "council", "people_committee", "ministry", "department",
)  # fmt: skip


def _title(kind: str, role: int) -> str:
    titles = {
        "party_committee": ("secretary", "deputy_secretary"),
        "council": ("council_chair", "council_vice_chair"),
        "people_committee": ("people_committee_chair", "people_committee_vice_chair"),
        "ministry": ("minister", "deputy_minister"),
        "department": ("department_director", "deputy_department_director"),
        "government": ("office_chief", "deputy_office_chief"),
    }
    return "professional" if role == OFFICER else titles[kind][role]


def _draw_identity(sheet: _Sheet) -> None:
    woman = sheet.chance(_WOMEN)
    sheet.keep("gender", sheet.codes("gender", ["male", "female"])[woman * 1], pl.UInt8, 0.2)
    # Some provinces are home to minorities: there the share is six times that of the plains.
    upland = sheet.nation.province[sheet.unit] % 4 == 1
    minority = sheet.chance(_MINORITY) & (upland | sheet.chance(16.0))
    groups = sheet.codes("ethnicity", ("kinh", *_MINORITIES))
    which = 1 + sheet.random.integers(0, len(_MINORITIES), sheet.people, dtype=np.uint8)
    sheet.keep("ethnicity", groups[np.where(minority, which, 0)], pl.UInt8, 0.6)
    faiths = sheet.codes("religion", ["none", "catholic", "buddhist", "protestant", "hoahao"])
    faith = sheet.chance(_RELIGIOUS) * (1 + sheet.dice() % 4)
    sheet.keep("religion", faiths[faith], pl.UInt8, 1.2)
    age = np.asarray(_AGE, float)[sheet.group] + np.asarray(_SPREAD, float)[
        sheet.group
    ] * sheet.random.standard_normal(sheet.people, dtype=np.float32)
    age = np.clip(age - woman * 1.5, 22.0, np.where(woman, 59.5, 61.5))
    born = np.floor(sheet.today - age * 365.2425).astype(np.int32)
    yearly = sheet.chance(3.0)
    first_of_year = born.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    born = np.where(yearly, first_of_year.astype(np.int32), born)
    sheet.day("birth_day", born, 0.3)
    precision = sheet.codes("date_precision", ["day", "year"])
    sheet.keep("birth_precision", precision[yearly * 1], pl.UInt8)
    sheet.born = born


def _draw_learning(sheet: _Sheet) -> None:
    sheet.code("general_education", "general_education", {"upper_secondary": 1}, 0.5)
    degree = sheet.code("degree", "degree", _DEGREE, 0.8)
    doctor = degree == sheet.catalogues["degree"].position("doctor")
    titles = sheet.codes("academic_title", ["none", "associate_professor"])
    sheet.keep("academic_title", titles[(doctor & sheet.chance(12.0)) * 1], pl.UInt8)
    theory = sheet.code("theory", "political_theory", _THEORY, 1.0)
    exact = np.zeros(256, np.uint8)
    exact[sheet.codes("political_theory", list(_THEORY))] = sheet.codes(
        "theory_exact", list(_THEORY)
    )
    known = sheet.columns["theory"].is_not_null()
    sheet.columns["theory_exact"] = pl.Series("theory_exact", exact[theory]).zip_with(
        known, pl.Series("theory_exact", [None], dtype=pl.UInt8)
    )
    sheet.code("state_management", "state_management", _STATE, 2.0)
    levels = {"none": 18, "level_1": 8, "level_2": 30, "level_3": 27, "level_4": 11, "level_5": 3,
              "degree": 3}  # fmt: skip
    sheet.code("language_level", "language_level", levels, 3.0)
    sheet.code("it_level", "it_level", {"none": 6, "basic": 78, "advanced": 12, "degree": 4}, 3.0)
    sheet.keep("international_ready", sheet.chance((30, 22, 10, 9, 7, 4, 1, 1, 1)), pl.Boolean, 40)
    sheet.keep("refreshed_this_term", sheet.chance((80, 75, 30) * 3), pl.Boolean, 8.0)


def _draw_party(sheet: _Sheet) -> None:
    member = sheet.chance(_PARTY)
    sheet.keep("party_member", member, pl.Boolean, 0.4)
    joined = sheet.born + 365 * 19 + sheet.random.integers(0, 365 * 11, sheet.people)
    sheet.day("party_day", joined, ~member)
    sheet.day("party_official_day", joined + 366, ~member | (joined + 366 > sheet.today))


def _draw_service(sheet: _Sheet) -> None:
    begun = sheet.born + 365 * 22 + sheet.random.integers(0, 365 * 5, sheet.people)
    begun = np.minimum(begun, sheet.today - 30)
    sheet.code("rank_code", "rank_group", _RANK, 1.5)
    served = sheet.today - begun
    fraction = sheet.random.random((2, sheet.people), dtype=np.float32)
    sheet.day("rank_since", sheet.today - served * fraction[0], 4.0)
    sheet.day("service_since", begun, 0.7)
    held = np.minimum(served, 3650) * fraction[1]
    sheet.day("post_since", sheet.today - held, 0.1)
    longer = np.minimum(held * 1.4, served)
    sheet.day("same_place_head_since", sheet.today - longer, sheet.role != HEAD)


def _draw_merit(sheet: _Sheet) -> None:
    sheet.code("last_rating", "rating", _RATING, 3.0)
    sheet.code("rating_previous", "rating", _RATING, 5.0)
    failed = sheet.catalogues["rating"].position("failed")
    last, before = (pl.col(name) for name in ("last_rating", "rating_previous"))
    ratings = pl.DataFrame([sheet.columns["last_rating"], sheet.columns["rating_previous"]])
    # Who has no latest rating has none before it either; then nobody can count failures.
    ratings = ratings.with_columns(rating_previous=pl.when(last.is_not_null()).then(before))
    row = (last == failed).cast(pl.Int16)
    ratings = ratings.with_columns(
        failed_years_in_row=row + row * (before == failed).fill_null(False).cast(pl.Int16)
    )
    sheet.columns |= {name: ratings[name] for name in ratings.columns}
    forms = sheet.codes("discipline", ["none", "reprimand", "warning", "removal"])
    punished = sheet.chance(1.2)
    form = punished * (1 + (sheet.dice() % 16 > 9) + (sheet.dice() % 16 > 14))
    sheet.keep("discipline", forms[form], pl.UInt8, 0.5)
    sheet.day("discipline_day", sheet.today - sheet.random.integers(0, 360, sheet.people),
              ~punished)  # fmt: skip
    sheet.columns["last_discipline"] = sheet.columns["discipline"]
    sheet.columns["last_discipline_day"] = sheet.columns["discipline_day"]
    planned = sheet.chance(_PLANNED)
    sheet.keep("in_plan", planned, pl.Boolean, 1.0)
    sheet.keep("plan_higher", planned & sheet.chance(60.0), pl.Boolean, 1.0)
    deputy = sheet.columns["deputy_elected"].to_numpy()
    terms = deputy * (sheet.dice() % 3)
    sheet.keep("elected_terms", terms, pl.Int16)
    sheet.keep("elected_previous_term", terms > 0, pl.Boolean)
    sheet.keep("political_conclusion", sheet.chance((99, 98, 70) * 3), pl.Boolean, 2.0)
    sheet.keep("declaration_filed", sheet.chance((100, 99, 80) * 3), pl.Boolean, 2.0)
    sheet.keep("title_standard_met", sheet.chance((97, 93, 85) * 3), pl.Boolean, 6.0)


def _further(sheet: _Sheet) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give one leader in four a second post in a neighbouring unit, a few a third one."""
    units = len(sheet.nation.tree)
    rows: list[Array] = []
    at: list[Array] = []
    for percent in (25.0, 2.0):
        row = np.flatnonzero((sheet.role != OFFICER) & sheet.chance(percent))
        step = sheet.random.integers(1, 5, len(row))
        rows.append(row)
        at.append((sheet.unit[row] + step) % units)
    return np.concatenate(rows).astype(np.int32), np.concatenate(at).astype(np.int32)
