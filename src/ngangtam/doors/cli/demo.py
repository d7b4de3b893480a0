"""The fictional province, and generated nations for measuring."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ngangtam.doors.cli.base import accounted, django_ready, fail, note
from ngangtam.foundation.kernel.wording import gettext as _


@click.group()
def demo() -> None:
    """A fictional province for trial; generated people for measuring."""


@demo.command()
def load() -> None:
    """Load the fictional province into this instance."""
    django_ready()
    if not load_demo():
        note(_("The demo is already loaded."))


def load_demo(*, months: bool = True) -> bool:
    """Load areas and the fictional province with a progress bar; False when they are there.

    Shape: `months` plays the last two whole months in one department too.
    """
    from ngangtam.doors.demo import load as province
    from ngangtam.records.organisation.areas.load import load_areas

    with accounted("areas.loaded"):
        load_areas()
    if province.is_loaded():
        return False
    with _bar("Tỉnh hư cấu") as tell:
        with accounted("demo.loaded"):
            people = province.load(tell)
        if months:
            with accounted("demo.played"):
                _play_two_months(tell)
            with accounted("demo.played"):
                _keep_plans()
            with accounted("demo.played"):
                _walk_cases()
            with accounted("demo.played"):
                _hold_rounds()
    note(_("Loaded the fictional province: %(people)s people.") % {"people": people})
    return True


def _play_two_months(tell: Callable[[str, float], None]) -> None:
    """Play the last two whole months in one department, so that there is something to look at."""
    from ngangtam.doors.demo import year
    from ngangtam.foundation.kernel.days import add_months, today

    first = today().replace(day=1)
    year.play_months("SG.UB.SNV", [add_months(first, -2), add_months(first, -1)], tell)


def _keep_plans() -> None:
    """Keep succession plans of a few units, so that there is something to look at."""
    from ngangtam.doors.demo import plans

    plans.lay_down()


def _walk_cases() -> None:
    """Open and carry a few personnel cases."""
    from ngangtam.doors.demo import cases

    cases.lay_down()


def _hold_rounds() -> None:
    """Hold votes of confidence, and let officials leave their posts."""
    from ngangtam.doors.demo import rounds

    rounds.lay_down()


@demo.command("year")
@click.option("--unit", default="SG", show_default=True, help="Under which unit it is played.")
@click.option("--year", type=click.IntRange(2026, 2100), default=2026, show_default=True)
def play_year(unit: str, year: int) -> None:
    """Play a whole year of assigned work and evaluation, act by act, to the published classes.

    An instance that has no fictional province yet gets it, without the months that it has else.
    """
    django_ready()
    from ngangtam.doors.demo import year as play
    from ngangtam.records.organisation.models import Unit

    load_demo(months=False)
    if not Unit.objects.filter(code=unit).exists():
        fail(_("There is no unit with the code %s.") % unit)
    if there := play.cycles_in_the_way(unit, year):
        fail(_("This instance already has cycles in %(year)s: %(there)s. Play the year in a fresh"
               " NGANGTAM_HOME.") % {"year": year, "there": ", ".join(there)})  # fmt: skip
    with _bar(_("A year")) as tell, accounted("demo.played"):
        played = play.play_year(unit, year, tell)
    classes = ", ".join(f"{level} {count}" for level, count in sorted(played.levels.items()))
    note(
        _("Played %(year)s: %(tasks)s tasks, %(acts)s acts; classes: %(classes)s.")
        % {"year": year, "tasks": played.tasks, "acts": played.acts, "classes": classes}
    )


@contextmanager
def _bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """Show how far long work is; gives the function that is told."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)


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
        note(
            _("Wrote %(people)s people in %(units)s units to %(parquet)s.")
            % {"people": people, "units": units, "parquet": parquet}
        )
        return
    django_ready()
    from ngangtam.records.personnel.models import Person

    if Person.objects.exists():
        fail(_("this instance already holds people; generate into an empty one (NGANGTAM_HOME)"))
    with accounted("demo.generated", people=people, units=units, seed=seed):
        generate_database(people, units, seed)
    note(
        _("Wrote %(people)s people in %(units)s units to the database.")
        % {"people": people, "units": units}
    )
