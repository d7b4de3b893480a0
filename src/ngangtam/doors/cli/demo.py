"""The fictional province, and generated nations for measuring."""

from pathlib import Path

import click

from ngangtam.doors.cli.base import accounted, django_ready, fail, note


@click.group()
def demo() -> None:
    """A fictional province for trial; generated people for measuring."""


@demo.command()
def load() -> None:
    """Load the fictional province into this instance."""
    django_ready()
    if not load_demo():
        note("The demo is already loaded.")


def load_demo() -> bool:
    """Load areas and the fictional province with a progress bar; False when they are there."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from ngangtam.doors.demo import load as province
    from ngangtam.records.organisation.areas.load import load_areas

    with accounted("areas.loaded"):
        load_areas()
    if province.is_loaded():
        return False
    columns = (TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True)) as bar,
        accounted("demo.loaded"),
    ):
        task = bar.add_task("Tỉnh hư cấu", total=1.0)
        people = province.load(
            lambda text, share: bar.update(task, description=text, completed=share)
        )
    note(f"Loaded the fictional province: {people} people.")
    return True


@demo.command()
@click.option("--people", type=click.IntRange(1, 5_000_000), required=True)
@click.option("--units", type=click.IntRange(1, 100_000), default=15_000, show_default=True)
@click.option(
    "--parquet", type=click.Path(path_type=Path), help="Write Parquet there, not the database."
)
@click.option("--seed", type=int, default=1, show_default=True)
def generate(people: int, units: int, parquet: Path | None, seed: int) -> None:
    """Generate people who do not exist, for measuring."""
    from ngangtam.doors.demo.generate import generate_database, generate_parquet

    if parquet is not None:
        django_ready(database=False)
        generate_parquet(people, units, parquet, seed)
        note(f"Wrote {people} people in {units} units to {parquet}.")
        return
    django_ready()
    from ngangtam.records.personnel.models import Person

    if Person.objects.exists():
        fail("this instance already holds people; generate into an empty one (NGANGTAM_HOME)")
    with accounted("demo.generated", people=people, units=units, seed=seed):
        generate_database(people, units, seed)
    note(f"Wrote {people} people in {units} units to the database.")
