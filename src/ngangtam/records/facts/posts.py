"""Who holds which posts on a day, in which units: the rows of the snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.records.facts.areas import provinces
from ngangtam.records.facts.reading import Reader, Schema, among
from ngangtam.records.facts.tree import Tree, grow

# A unit stands in the tree when it has a version that day, or when anybody holds a post in it:
# a posting left open in a unit that has ended is a fault to be seen, not people to be lost.
_UNITS: Final = """
select u.id as key, u.code, coalesce(v.name, u.name) as name,
       case when v.id is null then u.parent_id else v.parent_id end as parent,
       coalesce(v.kind, u.kind) as kind
from organisation_unit u
left join organisation_unitversion v
  on v.unit_id = u.id and v.voided_at is null and v.valid @> date '{day}'
where v.id is not null or exists (
  select from organisation_post o join personnel_posting g on g.post_id = o.id
  where o.unit_id = u.id and g.voided_at is null and g.valid @> date '{day}')
order by u.position, u.code
"""
_UNITS_SCHEMA: Final[Schema] = {
    "key": pl.Int64,
    "code": pl.String,
    "name": pl.String,
    "parent": pl.Int64,
    "kind": pl.String,
}
_POSTINGS: Final = """
select g.id as posting, g.person_id, o.unit_id as unit_key, g.main, lower(g.valid) as post_since,
       o.level as post_level, o.title_kind, o.regime, o.managed_by, o.area_id, o.leadership,
       o.head, o.key_leader, o.committee_member, o.standing_committee_member, o.deputy_elected,
       o.full_time as specialised_full_time, p.gender, p.ethnicity, p.religion, p.birth_day,
       p.birth_precision, p.hometown_id
from personnel_posting g
join organisation_post o on o.id = g.post_id
join personnel_person p on p.id = g.person_id
where g.voided_at is null and p.voided_at is null and g.valid @> date '{day}'{who}
"""
_FLAGS: Final = (
    "leadership",
    "head",
    "key_leader",
    "committee_member",
    "standing_committee_member",
    "deputy_elected",
    "specialised_full_time",
)
_POSTINGS_SCHEMA: Final[Schema] = {
    "posting": pl.Int64,
    "person_id": pl.Int64,
    "unit_key": pl.Int64,
    "main": pl.Boolean,
    "post_since": pl.Date,
    "post_level": pl.String,
    "title_kind": pl.String,
    "regime": pl.String,
    "managed_by": pl.String,
    "area_id": pl.Int64,
    **dict.fromkeys(_FLAGS, pl.Boolean),
    "gender": pl.String,
    "ethnicity": pl.String,
    "religion": pl.String,
    "birth_day": pl.Date,
    "birth_precision": pl.String,
    "hometown_id": pl.Int64,
}
# Held by any post of the person, not the main one alone: an official sits on committees.
_ANY: Final = ("committee_member", "standing_committee_member", "deputy_elected")
_CODES: Final = {
    "post_level": "level",
    "title_kind": "title_kind",
    "regime": "regime",
    "managed_by": "management_level",
    "gender": "gender",
    "ethnicity": "ethnicity",
    "religion": "religion",
    "birth_precision": "date_precision",
    "unit_kind": "unit_kind",
    "sector": "sector",
}
# Units carry a kind; the sector follows from it.
_SECTORS: Final = {
    "party_committee": "party",
    "party_standing_committee": "party",
    "party_body": "party",
    "government": "state",
    "people_committee": "state",
    "ministry": "state",
    "central_department": "state",
    "department": "state",
    "division": "state",
    "inspectorate": "state",
    "national_assembly": "elected_body",
    "council": "elected_body",
    "court": "judiciary",
    "procuracy": "judiciary",
    "front": "mass_organisation",
    "mass_organisation": "mass_organisation",
    "public_service_unit": "public_service",
    "enterprise": "enterprise",
    "army": "army",
    "police": "police",
}


@dataclass(frozen=True, slots=True, eq=False)
class Holders:
    """Everybody with a post on the day.

    Shape: `frame` has one row a person with the facts of the main post and of identity, and
        `unit`; `further` has (person_id, unit) for every other post.
    """

    frame: pl.DataFrame
    further: pl.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The units of the day: their tree, and the kind of each by its database id."""

    tree: Tree
    kinds: pl.DataFrame


def units_of(reader: Reader, day: date) -> Units:
    """Read the unit tree of the day."""
    units = reader.read(_UNITS.format(day=day), _UNITS_SCHEMA)
    tree = grow(
        units["key"].to_list(), units["parent"].to_list(), units["code"].to_list(),
        units["name"].to_list(),
    )  # fmt: skip
    return Units(tree, units.select(unit_key="key", unit_kind="kind"))


def holders(
    reader: Reader,
    day: date,
    catalogues: Mapping[str, Catalogue],
    units: Units,
    people: Sequence[int] | None = None,
) -> Holders:
    """Read everybody who holds a post on the day, or who of these people does."""
    who = among("g.person_id", people)
    posts = reader.read(_POSTINGS.format(day=day, who=who), _POSTINGS_SCHEMA)
    posts = posts.with_columns(
        pl.Series("unit", units.tree.numbers(posts["unit_key"].to_numpy()), dtype=pl.Int32)
    ).join(units.kinds, on="unit_key", how="left")
    # The main post is the one said to be, then one that leads, then the oldest.
    posts = posts.sort(
        ["person_id", "main", "leadership", "post_since", "posting"],
        descending=[False, True, True, False, False],
    )
    main = posts.unique("person_id", keep="first", maintain_order=True)
    further = posts.join(main.select("posting"), on="posting", how="anti")
    flags = posts.group_by("person_id").agg(pl.col(_ANY).any())
    frame = main.drop(_ANY).join(flags, on="person_id", how="left", maintain_order="left")
    frame = frame.with_columns(
        sector=sector_of("unit_kind"),
        local_person=_is_local(reader, frame),
    )
    return Holders(
        frame=coded(frame, _CODES, catalogues).drop(
            "posting", "unit_key", "main", "area_id", "hometown_id"
        ),
        further=further.select("person_id", "unit"),
    )


def sector_of(column: str) -> pl.Expr:
    """Return the sector that follows from a column of kinds of unit."""
    return pl.col(column).replace_strict(_SECTORS, default=None)


def coded(
    frame: pl.DataFrame, columns: Mapping[str, str], catalogues: Mapping[str, Catalogue]
) -> pl.DataFrame:
    """Turn code words into positions in their catalogues; an unknown word is unknown."""
    return frame.with_columns(
        pl.col(column).replace_strict(
            {entry.code: entry.position for entry in catalogues[catalogue]},
            default=None,
            return_dtype=pl.UInt8,
        )
        for column, catalogue in columns.items()
    )


def _is_local(reader: Reader, frame: pl.DataFrame) -> pl.Series:
    """Whether the home town lies in the province of the post; unknown where either is."""
    province = provinces(reader)
    home, here = (
        frame[column].replace_strict(province, default=None, return_dtype=pl.Int64)
        for column in ("hometown_id", "area_id")
    )
    return (home == here).alias("local_person")
