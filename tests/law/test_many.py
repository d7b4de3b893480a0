"""One standard of twelve criteria over many people, on Polars and on Spark."""

import shutil
from datetime import date

import numpy as np
import polars as pl
import pytest

from law.conftest import STANDARD
from ngangtam.law.engine import evaluate_standard

ON = date(2026, 11, 1)
EXPRESSIONS = [
    "degree >= 'university'",
    "theory >= 'advanced'",
    "state_management >= 'principal'",
    "party_member",
    "age_full < 50",
    "months_in_post >= 24",
    "months_to_retirement >= 60",
    "in_plan",
    "political_conclusion and declaration_filed",
    "last_rating in ('good', 'excellent')",
    "discipline == 'none' or months_since_discipline >= 36",
    "rank_code >= 'principal' or years_in_service / 2 > 4.5",
]
TWELVE = (
    STANDARD[: STANDARD.index("criteria:")]
    + "criteria:\n"
    + "".join(
        f"  - {{id: c{number}, label: {{vi: tiêu chí, en: criterion}}, "
        f'expr: "{text}", cites: ["ex-decree-1-2025#12"]}}\n'
        for number, text in enumerate(EXPRESSIONS)
    )
)
CODES = {"gender": 2, "degree": 9, "theory": 5, "state_management": 5, "last_rating": 4,
         "discipline": 8, "rank_code": 5}  # fmt: skip
DAYS = {"birth_day": (1962, 2004), "post_since": (2010, 2026), "service_since": (1990, 2026),
        "discipline_day": (2018, 2026)}  # fmt: skip
FLAGS = ("party_member", "in_plan", "political_conclusion", "declaration_filed")


def _people(number, kind=pl.UInt8):
    random = np.random.default_rng(20261101)
    columns = {"person_id": pl.Series(np.arange(number))}

    def with_gaps(values):
        gaps = pl.Series(random.random(number) < 0.02)
        return pl.select(pl.when(~gaps).then(values)).to_series()

    for name, codes in CODES.items():
        columns[name] = with_gaps(pl.Series(random.integers(0, codes, number)).cast(kind))
    for name, (first, last) in DAYS.items():
        epoch = date(1970, 1, 1)
        ends = [(date(year, 1, 1) - epoch).days for year in (first, last)]
        days = pl.Series(random.integers(*ends, number)).cast(pl.Int32).cast(pl.Date)
        columns[name] = with_gaps(days)
    for name in FLAGS:
        columns[name] = with_gaps(pl.Series(random.random(number) < 0.7))
    return pl.DataFrame(columns)


@pytest.fixture
def twelve(example_book):
    book = example_book({"standards/head.yaml": TWELVE})
    assert book.problems == ()
    return book


def test_a_crowd_is_counted_as_each_person_would_be(twelve):
    from ngangtam.law.engine import Outcome, find_for

    standard = twelve.standards["head"]
    frame = _people(200)
    table = evaluate_standard(standard, frame, rulebook=twelve, on=ON)

    for facts, row in zip(frame.iter_rows(named=True), table.iter_rows(named=True), strict=True):
        facts.pop("person_id")
        one = find_for(standard, facts, rulebook=twelve, on=ON)
        outcomes = {name: finding.outcome for name, finding in one.findings.items()}
        outcomes["overall"] = one.outcome
        assert {name: Outcome.of(value) for name, value in row.items()} == outcomes


@pytest.mark.spark
def test_spark_counts_the_same_on_the_same_file(twelve, tmp_path):
    pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed (extra 'spark')")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none on this machine")
    from pyspark.sql import SparkSession

    path = tmp_path / "people.parquet"
    frame = _people(5_000)
    frame.write_parquet(path)
    standard = twelve.standards["head"]
    here = evaluate_standard(standard, frame, rulebook=twelve, on=ON, keep=("person_id",))
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .appName(f"ngangtam-{pyspark.__version__}")
        .getOrCreate()
    )
    try:
        table = evaluate_standard(
            standard, session.read.parquet(str(path)), rulebook=twelve, on=ON, keep=("person_id",)
        )
        rows = sorted(tuple(row) for row in table.collect())
    finally:
        session.stop()

    assert rows == here.sort("person_id").rows()
