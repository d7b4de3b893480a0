"""The dated records of a file, each kind turned into its columns on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.records.facts.reading import Reader, Schema, among

# Which window of the law each form of discipline falls under; "" where the law names none.
_WAITS: Final = {
    "reprimand": "reprimand",
    "warning": "warning",
    "pay_reduction": "other",
    "demotion": "other",
    "removal": "removal",
    "dismissal": "",
    "expulsion": "",
}

# The kinds that facts are made of, and the further field of each that is read.
_DETAILS: Final = {
    "education": "",
    "academic_title": "",
    "general_education": "",
    "state_management": "",
    "it": "",
    "theory": "exact",
    "language": "international",
    "rank": "name",
    "service": "",
    "party": "official",
    "rating": "year",
    "rating_quarter": "period",
    "rating_month": "period",
    "elected_term": "count",
    "discipline": "",
    "plan": "higher",
    "political_conclusion": "",
    "declaration": "year",
    "training": "",
}
_KINDS: Final = tuple(_DETAILS)
# One pass over the table, whatever the number of kinds; sorting is left to Polars.
_RECORDS: Final = """
select r.person_id, r.id, array_position(array[{kinds}], r.kind::text)::smallint - 1 as kind,
       lower(r.valid) as first, r.valid @> date '{day}' as now, r.precision = 'none' as undated,
       r.code, case when r.kind = 'rank' then r.raw else '' end as raw,
       case r.kind {details} end as detail, r.detail ->> 'previous' = 'true' as previous
from personnel_record r
where r.kind in ({kinds}) and r.voided_at is null and lower(r.valid) <= date '{day}'{who}
"""
_SCHEMA: Final[Schema] = {
    "person_id": pl.Int64,
    "id": pl.Int64,
    "kind": pl.Int8,
    "first": pl.Date,
    "now": pl.Boolean,
    "undated": pl.Boolean,
    "code": pl.String,
    "raw": pl.String,
    "detail": pl.String,
    "previous": pl.Boolean,
}
_HEADS: Final = """
select g.person_id, o.unit_id, lower(g.valid) as first, upper(g.valid) as until
from personnel_posting g join organisation_post o on o.id = g.post_id
where o.head and g.voided_at is null and lower(g.valid) <= date '{day}'{who}
order by g.person_id, o.unit_id, lower(g.valid)
"""
_HEADS_SCHEMA: Final[Schema] = {
    "person_id": pl.Int64,
    "unit_id": pl.Int64,
    "first": pl.Date,
    "until": pl.Date,
}
# The highest of all that hold on the day: record kind -> (fact, catalogue).
_HIGHEST: Final = {
    "education": ("degree", "degree"),
    "academic_title": ("academic_title", "academic_title"),
    "general_education": ("general_education", "general_education"),
    "state_management": ("state_management", "state_management"),
    "it": ("it_level", "it_level"),
}
REFRESHER: Final = "refresher"


@dataclass(frozen=True, slots=True)
class Files:
    """The records begun by a day."""

    reader: Reader
    day: date
    catalogues: Mapping[str, Catalogue]
    records: pl.DataFrame
    people: Sequence[int] | None = None

    def of(self, kind: str) -> pl.DataFrame:
        """Return the records of a kind, person by person, oldest first.

        Shape: `now` says whether the record still holds; `detail` is the field of the kind in
            `_DETAILS`.
        """
        chosen = self.records.filter(pl.col("kind") == _KINDS.index(kind)).drop("kind")
        return chosen.sort("person_id", "first", "id")

    def position(self, catalogue: str, column: str = "code") -> pl.Expr:
        """Return the position of a code in its catalogue."""
        codes = {entry.code: entry.position for entry in self.catalogues[catalogue]}
        return pl.col(column).replace_strict(codes, default=None, return_dtype=pl.UInt8)


def record_facts(
    reader: Reader,
    day: date,
    catalogues: Mapping[str, Catalogue],
    people: Sequence[int] | None = None,
) -> list[pl.DataFrame]:
    """Return frames of facts, each with `person_id` and one row a person; of all or of some."""
    sql = _RECORDS.format(
        day=day,
        who=among("r.person_id", people),
        kinds=", ".join(f"'{kind}'" for kind in _KINDS),
        details=" ".join(
            f"when '{kind}' then r.detail ->> '{field}'"
            for kind, field in _DETAILS.items()
            if field
        ),
    )
    files = Files(reader, day, catalogues, reader.read(sql, _SCHEMA), people)
    found = [_highest(files, kind, *names) for kind, names in _HIGHEST.items()]
    found += [_theory(files), _language(files), _rank(files), _service(files), _party(files)]
    kept, ratings = _ratings(files)
    found += [
        ratings,
        _quarters(files),
        _months(files),
        _elected(files),
        _same_place(files),
        _conclusion(files),
    ]
    found += [
        _discipline(files, kept),
        _waiting(files, kept),
        _plans(files, kept),
        _refreshed(files, kept),
    ]
    found.append(_declarations(files, kept))
    return found


def _highest(files: Files, kind: str, fact: str, catalogue: str) -> pl.DataFrame:
    records = files.of(kind).filter("now")
    return records.group_by("person_id").agg(files.position(catalogue).max().alias(fact))


def _theory(files: Files) -> pl.DataFrame:
    """The highest level, and beside it the class that the official table gives its wording."""
    records = files.of("theory").filter("now")
    records = records.with_columns(
        theory=files.position("political_theory"),
        theory_exact=files.position("theory_exact", "detail"),
    )
    return (
        records.sort("theory", "first", nulls_last=False, maintain_order=True)
        .group_by("person_id", maintain_order=True)
        .agg(pl.col("theory").last(), pl.col("theory_exact").last())
    )


def _language(files: Files) -> pl.DataFrame:
    records = files.of("language").filter("now")
    ready = pl.col("detail").replace_strict(
        {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
    )
    return records.group_by("person_id").agg(
        files.position("language_level").max().alias("language_level"),
        ready.max().alias("international_ready"),
    )


def _rank(files: Files) -> pl.DataFrame:
    """The latest rank; its code may be a group of the catalogue or any number of a rank list."""
    records = files.of("rank").filter("now")
    catalogue = files.catalogues["rank_group"]
    group = {
        word: catalogue.match(word).position
        for column in ("code", "raw", "detail")
        for word in records[column].unique()
        if word
    }
    named = [
        pl.col(column).replace_strict(group, default=None, return_dtype=pl.UInt8)
        for column in ("code", "raw", "detail")
    ]
    return (
        records.with_columns(pl.coalesce(named).alias("rank_code"))
        .group_by("person_id", maintain_order=True)
        .agg(pl.col("rank_code").last(), pl.col("first").last().alias("rank_since"))
    )


def _service(files: Files) -> pl.DataFrame:
    records = files.of("service")
    return records.group_by("person_id").agg(pl.col("first").min().alias("service_since"))


def _party(files: Files) -> pl.DataFrame:
    """Membership that holds on the day; a record that says so is needed either way."""
    records = files.of("party").with_columns(member=pl.col("now") & (pl.col("code") != "none"))
    dated = pl.when("member").then("first").otherwise(None)
    official = pl.col("detail").str.to_date("%Y-%m-%d", strict=False)
    return records.group_by("person_id", maintain_order=True).agg(
        pl.col("member").any().alias("party_member"),
        dated.filter(~pl.col("undated")).drop_nulls().first().alias("party_day"),
        official.filter("member").filter(official.filter("member") <= files.day).last()
        .alias("party_official_day"),
    )  # fmt: skip


def _ratings(files: Files) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return whose file is kept (rated this year, last or the one before), and the ratings."""
    year = pl.col("detail").cast(pl.Int32, strict=False).fill_null(pl.col("first").dt.year())
    records = files.of("rating").with_columns(year=year, code=files.position("rating"))
    records = records.unique(["person_id", "year"], keep="last", maintain_order=True)
    records = records.sort("person_id", "year", descending=[False, True])
    failed = files.catalogues["rating"].position("failed")
    latest = pl.col("year").first()
    unbroken = pl.col("year") == latest - pl.int_range(pl.len(), dtype=pl.Int32)
    in_row = ((pl.col("code") == failed).fill_null(False) & unbroken).cum_prod().sum()
    found = records.group_by("person_id", maintain_order=True).agg(
        pl.col("code").first().alias("last_rating"),
        pl.col("code").filter(pl.col("year") == latest - 1).first().alias("rating_previous"),
        in_row.cast(pl.Int16).alias("failed_years_in_row"),
        latest.alias("rated"),
    )
    kept = found.filter(pl.col("rated") >= files.day.year - 2).select("person_id")
    return kept, found.drop("rated")


def _quarters(files: Files) -> pl.DataFrame:
    """How many quarters up to the latest rated one failed, without a break."""
    parts = pl.col("detail").str.extract_groups(r"^(\d{4})-Q([1-4])$")
    number = parts.struct["1"].cast(pl.Int32) * 4 + parts.struct["2"].cast(pl.Int32)
    records = files.of("rating_quarter").with_columns(number=number, code=files.position("rating"))
    records = records.filter(pl.col("number").is_not_null())
    records = records.unique(["person_id", "number"], keep="last", maintain_order=True)
    records = records.sort("person_id", "number", descending=[False, True])
    failed = files.catalogues["rating"].position("failed")
    unbroken = pl.col("number") == pl.col("number").first() - pl.int_range(pl.len(), dtype=pl.Int32)
    in_row = ((pl.col("code") == failed).fill_null(value=False) & unbroken).cum_prod().sum()
    return records.group_by("person_id", maintain_order=True).agg(
        in_row.cast(pl.Int16).alias("failed_quarters_in_row")
    )


def _months(files: Files) -> pl.DataFrame:
    """The class of the latest month that was rated; `2026-03` sorts as it reads."""
    records = files.of("rating_month").filter(pl.col("detail").str.contains(r"^\d{4}-\d{2}$"))
    return (
        records.with_columns(last_monthly_class=files.position("rating"))
        .sort("person_id", "detail", maintain_order=True)
        .group_by("person_id", maintain_order=True)
        .agg(pl.col("last_monthly_class").last())
    )


def _elected(files: Files) -> pl.DataFrame:
    # Terms in other bodies carry no count; two rosters may tell of the same terms.
    terms = pl.col("detail").cast(pl.Int16, strict=False)
    return (
        files.of("elected_term")
        .group_by("person_id")
        .agg(
            terms.max().alias("elected_terms"),
            pl.col("previous").max().alias("elected_previous_term"),
        )
    )


def _same_place(files: Files) -> pl.DataFrame:
    """Since when somebody has, without a break, been head in the same unit."""
    sql = _HEADS.format(day=files.day, who=among("g.person_id", files.people))
    posts = files.reader.read(sql, _HEADS_SCHEMA).with_columns(
        reached=pl.col("until").fill_null(date.max).cum_max().over("person_id", "unit_id")
    )
    place = ["person_id", "unit_id"]
    broken = (pl.col("first") > pl.col("reached").shift(1).over(place)).fill_null(True)
    chains = posts.with_columns(chain=broken.cum_sum().over(place)).group_by([*place, "chain"])
    spans = chains.agg(pl.col("first").min(), pl.col("reached").max())
    return (
        spans.filter(pl.col("reached") > files.day)
        .group_by("person_id")
        .agg(pl.col("first").min().alias("same_place_head_since"))
    )


def _conclusion(files: Files) -> pl.DataFrame:
    records = files.of("political_conclusion").filter("now")
    return records.group_by("person_id", maintain_order=True).agg(
        (pl.col("code") == "fit").last().alias("political_conclusion")
    )


def _discipline(files: Files, kept: pl.DataFrame) -> pl.DataFrame:
    """The heaviest in force. Nothing on record means none only where the file is kept."""
    records = files.of("discipline").with_columns(form=files.position("discipline"))
    heaviest = (
        records.filter("now")
        .sort("form", "first", maintain_order=True)
        .group_by("person_id", maintain_order=True)
        .agg(
            pl.col("form").last().alias("discipline"),
            pl.col("first").last().alias("discipline_day"),
        )
    )
    none = files.catalogues["discipline"].position("none")
    clear = pl.concat([kept, records.select("person_id")]).unique()
    return clear.join(heaviest, on="person_id", how="left").with_columns(
        pl.when(pl.col("discipline_day").is_null())
        .then(pl.col("discipline").fill_null(none).cast(pl.UInt8))
        .otherwise(pl.col("discipline"))
        .alias("discipline")
    )


def _waiting(files: Files, kept: pl.DataFrame) -> pl.DataFrame:
    """The discipline, in force or over, whose wait before a higher post ends last.

    Waits are parameters of the law on the day; where none is known, the wait never ends, and the
    criterion that asks for its length comes out unknown.
    """
    # conflict: discipline-in-force
    waits = {code: _wait(code, files.day) for code in _WAITS}
    ends = pl.concat(
        [
            files.of("discipline")
            .filter(pl.col("code") == code)
            .with_columns(over=pl.lit(None, pl.Date) if months is None
                          else pl.col("first").dt.offset_by(f"{months}mo"))
            for code, months in waits.items()
        ]
    )  # fmt: skip
    latest = (
        ends.filter(pl.col("over").is_null() | (pl.col("over") > files.day))
        .with_columns(last_discipline=files.position("discipline"))
        .sort("over", "last_discipline", "first", nulls_last=True)
        .group_by("person_id", maintain_order=True)
        .agg(
            pl.col("last_discipline").last(),
            pl.col("first").last().alias("last_discipline_day"),
        )
    )
    none = files.catalogues["discipline"].position("none")
    known = pl.concat([kept, files.of("discipline").select("person_id")]).unique()
    return known.join(latest, on="person_id", how="left").with_columns(
        pl.col("last_discipline").fill_null(pl.lit(none, pl.UInt8))
    )


def _wait(code: str, day: date) -> int | None:
    window = _WAITS[code]
    if not window:
        return None
    found = rulebook().lookup(f"appointment.discipline_window_months.{window}", day)
    return int(str(found.value)) if found.state == "in_force" else None


def _plans(files: Files, kept: pl.DataFrame) -> pl.DataFrame:
    records = files.of("plan")
    held = records.group_by("person_id").agg(
        pl.col("now").any().alias("in_plan"),
        (pl.col("now") & (pl.col("detail") == "true").fill_null(False)).any().alias("plan_higher"),
    )
    return _or_no(held, kept, ("in_plan", "plan_higher"))


def _refreshed(files: Files, kept: pl.DataFrame) -> pl.DataFrame:
    """Refreshed in the running term. Terms of congresses begin in years that end in 0 or 5."""
    term = date(files.day.year // 5 * 5, 1, 1)
    records = files.of("training").filter(pl.col("code") == REFRESHER)
    held = records.group_by("person_id").agg(
        (pl.col("first") >= term).any().alias("refreshed_this_term")
    )
    return _or_no(held, kept, ("refreshed_this_term",))


def _declarations(files: Files, kept: pl.DataFrame) -> pl.DataFrame:
    """Declared for this year or the last; yearly declarations come in at the year's end."""
    year = pl.col("detail").cast(pl.Int32, strict=False).fill_null(pl.col("first").dt.year())
    records = files.of("declaration")
    held = records.group_by("person_id").agg(
        (year >= files.day.year - 1).any().alias("declaration_filed")
    )
    return _or_no(held, kept, ("declaration_filed",))


def _or_no(held: pl.DataFrame, kept: pl.DataFrame, flags: tuple[str, ...]) -> pl.DataFrame:
    """Add a "no" for everybody whose file is kept and says nothing."""
    silent = kept.join(held, on="person_id", how="anti")
    no = silent.with_columns(pl.lit(False).alias(flag) for flag in flags)
    return pl.concat([held, no.select(held.columns)])
