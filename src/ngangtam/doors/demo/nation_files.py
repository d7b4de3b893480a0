"""The generated nation as rows of our tables: units, posts, people, postings, records.

What the snapshot says of a person becomes the records that say so, so that the snapshot built
from the database says the same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random
from typing import Final

import numpy as np
import polars as pl

from ngangtam.doors.demo.names import full_name
from ngangtam.foundation.kernel.text import name_key, plain
from ngangtam.law.engine.catalogues import Catalogue
from ngangtam.records.facts.snapshot import Snapshot

FOUNDED: Final = "[2000-01-01,)"
_POST: Final = (
    "unit", "post_level", "title_kind", "regime", "managed_by", "leadership", "head",
    "key_leader", "committee_member", "standing_committee_member", "deputy_elected",
)  # fmt: skip
# Record kind -> (fact whose code it carries, catalogue).
_CODED: Final = {
    "education": ("degree", "degree"),
    "general_education": ("general_education", "general_education"),
    "academic_title": ("academic_title", "academic_title"),
    "state_management": ("state_management", "state_management"),
    "it": ("it_level", "it_level"),
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The ids under which rows are written: the next free ones of the instance."""

    unit: int
    post: int
    person: int
    source: int
    number: int


def words(fact: str, catalogue: Catalogue) -> pl.Expr:
    """Return the code word of a fact, "" when it is unknown."""
    codes = {entry.position: entry.code for entry in catalogue}
    return pl.col(fact).replace_strict(codes, default="", return_dtype=pl.String)


def unit_rows(
    snapshot: Snapshot, catalogues: Mapping[str, Catalogue], keys: Keys, root: tuple[int, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of units and of their versions; `root` is the (id, path) above them all."""
    tree = snapshot.tree
    paths: list[str] = []
    for unit, parent in enumerate(tree.parent.tolist()):
        above = root[1] if parent < 0 else paths[parent]
        paths.append(f"{above}.{keys.unit + unit}")
    level = _by_unit(snapshot, "post_level", catalogues["level"], "commune")
    kind = _by_unit(snapshot, "unit_kind", catalogues["unit_kind"], "other")
    parent_ids = np.where(tree.parent < 0, root[0], tree.parent + keys.unit)
    units = pl.DataFrame(
        {
            "id": np.arange(len(tree)) + keys.unit,
            "code": tree.code,
            "name": tree.name,
            "name_plain": [plain(name) for name in tree.name],
            "kind": kind,
            "level": level,
            "parent_id": parent_ids,
            "path": paths,
            "position": np.arange(len(tree)),
            "holders": np.zeros(len(tree), np.int32),
            "seats": np.zeros(len(tree), np.int32),
        }
    )
    versions = units.select("name", "kind", "level", "parent_id", unit_id="id")
    return units, _recorded(versions.with_columns(valid=pl.lit(FOUNDED)), keys)


def _by_unit(snapshot: Snapshot, fact: str, catalogue: Catalogue, default: str) -> list[str]:
    """Return the word that the people of each unit carry; `default` in an empty unit."""
    found = [default] * len(snapshot.tree)
    held = snapshot.frame.group_by("unit").agg(pl.col(fact).first())
    for unit, position in held.iter_rows():
        found[unit] = catalogue.code(position)
    return found


def post_rows(
    snapshot: Snapshot, catalogues: Mapping[str, Catalogue], keys: Keys
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of posts, and for each person and seat the posting in it."""
    frame = snapshot.frame.select(*_POST, "person_id", "post_since", "service_since")
    posts = frame.group_by(_POST, maintain_order=True).agg(pl.len().alias("held"))
    posts = posts.with_row_index("post", offset=keys.post).with_columns(
        pl.col("post").cast(pl.Int64)
    )
    main = frame.join(posts, on=_POST, how="left", nulls_equal=True, maintain_order="left")
    main = main.select("person_id", "post", since=pl.coalesce("post_since", "service_since",
                       pl.lit(date(2020, 1, 1))), main=pl.lit(True))  # fmt: skip
    # A further post is the plainest one of the other unit.
    plainest = posts.sort("leadership", "committee_member", "post").unique(
        "unit", keep="first", maintain_order=True
    )
    further = pl.DataFrame(
        {
            "person_id": frame["person_id"].to_numpy()[snapshot.further_row],
            "unit": snapshot.further_unit,
            "since": main["since"].gather(snapshot.further_row),
        }
    ).join(plainest.select("unit", "post"), on="unit", how="inner")
    postings = pl.concat(
        [main, further.select("person_id", "post", "since", main=pl.lit(False))]
    ).with_columns(seat=pl.int_range(1, pl.len() + 1).over("post"), person_id="person_id")
    return _posts(posts, catalogues, keys), _recorded(
        postings.select(
            person_id=pl.col("person_id") - 1 + keys.person,
            post_id="post",
            seat="seat",
            main="main",
            title_raw=pl.lit(""),
            workplace_raw=pl.lit(""),
            valid=_from("since"),
        ),
        keys,
    )


def _posts(posts: pl.DataFrame, catalogues: Mapping[str, Catalogue], keys: Keys) -> pl.DataFrame:
    titles = {entry.position: entry.label["vi"] for entry in catalogues["title_kind"]}
    return _recorded(
        posts.select(
            id="post",
            unit_id=pl.col("unit").cast(pl.Int64) + keys.unit,
            title=pl.col("title_kind").replace_strict(titles, return_dtype=pl.String),
            title_kind=words("title_kind", catalogues["title_kind"]),
            seats=pl.when("leadership").then("held").otherwise(None),
            level=words("post_level", catalogues["level"]),
            regime=words("regime", catalogues["regime"]),
            managed_by=words("managed_by", catalogues["management_level"]),
            leadership="leadership",
            head="head",
            key_leader="key_leader",
            committee_member="committee_member",
            standing_committee_member="standing_committee_member",
            deputy_elected="deputy_elected",
            full_time=pl.lit(True),
            position=pl.when("head").then(0).when("leadership").then(1).otherwise(2),
            valid=pl.lit(FOUNDED),
        ),
        keys,
    )


def person_rows(
    snapshot: Snapshot, catalogues: Mapping[str, Catalogue], keys: Keys, units: pl.DataFrame,
    seed: int,
) -> pl.DataFrame:  # fmt: skip
    """Return the rows of people, with names drawn anew and today's post repeated."""
    frame = snapshot.frame
    gender = frame.select(words("gender", catalogues["gender"])).to_series()
    ethnicity = frame.select(words("ethnicity", catalogues["ethnicity"])).to_series()
    draw = Random(seed)  # noqa: S311 - names, not secrets
    names = [
        full_name(draw, sex or "male", group) for sex, group in zip(gender, ethnicity, strict=True)
    ]
    titles = {entry.position: entry.label["vi"] for entry in catalogues["title_kind"]}
    places = units.select("path", unit=pl.int_range(pl.len(), dtype=pl.Int32))
    return (
        frame.with_columns(full_name=pl.Series(names))
        .join(places, on="unit", how="left", maintain_order="left")
        .select(
            id=pl.col("person_id") - 1 + keys.person,
            number=pl.format("CB{}", (pl.col("person_id") - 1 + keys.number).cast(pl.String)
                             .str.zfill(7)),
            full_name="full_name",
            other_names=pl.lit(""),
            name_key=pl.Series([_key(name) for name in names]),
            name_plain=pl.Series([_plain(name) for name in names]),
            birth_raw=pl.col("birth_day").dt.strftime("%d/%m/%Y").fill_null(""),
            birth_day="birth_day",
            birth_precision=pl.when(pl.col("birth_day").is_null()).then(pl.lit("none"))
            .otherwise(words("birth_precision", catalogues["date_precision"])),
            gender=words("gender", catalogues["gender"]),
            ethnicity=words("ethnicity", catalogues["ethnicity"]),
            ethnicity_raw=pl.lit(""),
            religion=words("religion", catalogues["religion"]),
            religion_raw=pl.lit(""),
            nationality=pl.lit(""),
            hometown_raw=pl.lit(""),
            birthplace_raw=pl.lit(""),
            personal_number=pl.lit(""),
            source_id=pl.lit(keys.source),
            recorded_at=pl.lit("2026-01-01 00:00:00+07"),
            home_unit_id=pl.col("unit").cast(pl.Int64) + keys.unit,
            home_path="path",
            headline=pl.col("title_kind").replace_strict(titles, return_dtype=pl.String),
            level=words("post_level", catalogues["level"]),
            leadership="leadership",
            party="party_member",
            degree=words("degree", catalogues["degree"]),
        )
    )  # fmt: skip


@lru_cache(maxsize=1 << 18)
def _key(name: str) -> str:
    return name_key(name)


@lru_cache(maxsize=1 << 18)
def _plain(name: str) -> str:
    return plain(name)


def record_rows(
    snapshot: Snapshot, catalogues: Mapping[str, Catalogue], keys: Keys
) -> Iterator[pl.DataFrame]:
    """Yield the records of everybody, one kind at a time."""
    frame = snapshot.frame.with_columns(
        person_id=pl.col("person_id") - 1 + keys.person,
        begun=pl.coalesce("service_since", pl.lit(date(2010, 1, 1))),
    )
    year = snapshot.day.year

    def rows(
        kind: str, chosen: pl.Expr, *, first: str | pl.Expr = "begun", code: pl.Expr | None = None,
        detail: pl.Expr | None = None,
    ) -> pl.DataFrame:  # fmt: skip
        since = pl.col(first) if isinstance(first, str) else first
        found = frame.filter(chosen).select(
            person_id="person_id",
            kind=pl.lit(kind),
            code=pl.lit("") if code is None else code,
            raw=pl.lit(""),
            precision=pl.lit("day"),
            detail=pl.lit("{}") if detail is None else detail,
            since=pl.coalesce(since, "begun"),
        )
        return _recorded(found.with_columns(valid=_from("since")).drop("since"), keys)

    for kind, (fact, catalogue) in _CODED.items():
        yield rows(kind, pl.col(fact).is_not_null(), code=words(fact, catalogues[catalogue]))
    theory = words("theory", catalogues["political_theory"])
    yield rows("theory", pl.col("theory").is_not_null(), code=theory,
               detail=_text("exact", theory))  # fmt: skip
    spoken = pl.any_horizontal(pl.col("language_level", "international_ready").is_not_null())
    yield rows("language", spoken,
               code=words("language_level", catalogues["language_level"]),
               detail=_flag("international", "international_ready"))  # fmt: skip
    yield rows("rank", pl.col("rank_code").is_not_null(), first="rank_since",
               code=words("rank_code", catalogues["rank_group"]))  # fmt: skip
    yield rows("service", pl.col("service_since").is_not_null())
    joined = pl.col("party_official_day").dt.to_string("%Y-%m-%d")
    yield rows("party", pl.col("party_member").is_not_null(), first="party_day",
               code=pl.when("party_member").then(pl.lit("member")).otherwise(pl.lit("none")),
               detail=_text("official", joined))  # fmt: skip
    for back, fact in ((1, "last_rating"), (2, "rating_previous")):
        yield rows("rating", pl.col(fact).is_not_null(), first=pl.lit(date(year - back, 12, 15)),
                   code=words(fact, catalogues["rating"]),
                   detail=pl.lit(f'{{"year": {year - back}}}'))  # fmt: skip
    yield rows("discipline", pl.col("discipline_day").is_not_null(), first="discipline_day",
               code=words("discipline", catalogues["discipline"]))  # fmt: skip
    yield rows("plan", pl.col("in_plan"), first=pl.lit(date(year - 1, 11, 1)),
               detail=_flag("higher", "plan_higher"))  # fmt: skip
    yield rows("political_conclusion", pl.col("political_conclusion"), code=pl.lit("fit"))
    yield rows("declaration", pl.col("declaration_filed"), first=pl.lit(date(year - 1, 12, 20)),
               detail=pl.lit(f'{{"year": {year - 1}}}'))  # fmt: skip
    yield rows("training", pl.col("refreshed_this_term"), first=pl.lit(date(year - 1, 6, 1)),
               code=pl.lit("refresher"))  # fmt: skip


def _text(name: str, value: pl.Expr) -> pl.Expr:
    """Return `{"name": "value"}`, or `{}` where there is no value."""
    made = pl.concat_str(pl.lit(f'{{"{name}": "'), value, pl.lit('"}'))
    return made.fill_null("{}")


def _flag(name: str, fact: str) -> pl.Expr:
    word = pl.when(fact).then(pl.lit("true")).otherwise(pl.lit("false"))
    made = pl.concat_str(pl.lit(f'{{"{name}": '), word, pl.lit("}"))
    return pl.when(pl.col(fact).is_null()).then(pl.lit("{}")).otherwise(made)


def _from(column: str) -> pl.Expr:
    """Return the period that begins on the day and has no end."""
    return pl.format("[{},)", pl.col(column).dt.to_string("%Y-%m-%d"))


def _recorded(frame: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """Add what every dated record carries: its source, and when it was written down."""
    return frame.with_columns(
        source_id=pl.lit(keys.source),
        recorded_at=pl.lit("2026-01-01 00:00:00+07"),
        recorded_by=pl.lit(""),
        voided_by=pl.lit(""),
        void_reason=pl.lit(""),
    )
