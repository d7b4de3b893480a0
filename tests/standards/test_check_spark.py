"""The same standard on the same Parquet by PySpark: the same numbers."""

import shutil

import polars as pl
import pytest

from ngangtam.doors.demo.generate import DAY, generate_parquet
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.findings import OVERALL, evaluate_standard
from ngangtam.oversight.standards.check import count
from ngangtam.records.facts.snapshot import PEOPLE

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed (the extra `spark`)")
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java, and there is none")
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.mark.parametrize(
    "standard_id", ["appointment.civil-servant", "party.commune-secretary", "rotation.candidate"]
)
def test_spark_gives_the_same_numbers(spark, tmp_path, standard_id):
    from pyspark.sql import functions

    snapshot = generate_parquet(5_000, 200, tmp_path / "nation", 9)
    standard = rulebook().standards[standard_id]

    people = spark.read.parquet(str(tmp_path / "nation" / PEOPLE))
    outcomes = evaluate_standard(standard, people, rulebook=rulebook(), on=DAY)
    names = [*(one.id for one in standard.criteria), OVERALL]
    sums = outcomes.agg(
        *(functions.sum(functions.col(f"`{name}`")).alias(f"met_{name}") for name in names),
        *(functions.count(functions.col(f"`{name}`")).alias(f"known_{name}") for name in names),
    ).collect()[0]

    found = count(standard, pl.read_parquet(tmp_path / "nation" / PEOPLE), DAY)
    by_name = {one["id"]: one for one in found["criteria"]} | {OVERALL: found}
    for name in names:
        assert (sums[f"met_{name}"] or 0) == by_name[name]["met"], name
        assert snapshot.frame.height - sums[f"known_{name}"] == by_name[name]["unknown"], name
