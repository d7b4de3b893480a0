"""Benchmarks: commands, never tests."""

import sys

import click

from ngangtam.doors.cli.base import DONE, REFUSED, as_format, django_ready, note, print_json, table


@click.group()
def bench() -> None:
    """Measure on generated people."""


@bench.command()
@click.option("--people", type=click.IntRange(1, 5_000_000), default=2_500_000, show_default=True)
@click.option("--units", type=click.IntRange(1, 100_000), default=15_000, show_default=True)
@as_format
def indicators(people: int, units: int, style: str) -> None:
    """Every indicator for every unit, against the floor and two peers, in one run."""
    django_ready(database=False)
    from ngangtam.doors.demo.generate import generate
    from ngangtam.oversight.targets.bench import bench_indicators, kept

    found = bench_indicators(people, units, note, kept(generate))
    if style == "json":
        print_json(found)
    else:
        table(["", ""], [[key, value] for key, value in found.items()], right=frozenset({1}))


@bench.command()
@click.option("--people", type=click.IntRange(1, 5_000_000), default=2_500_000, show_default=True)
@click.option("--units", type=click.IntRange(1, 100_000), default=15_000, show_default=True)
@as_format
def rules(people: int, units: int, style: str) -> None:
    """Reading the rulebook, and its longest standard over everybody, beside their floors."""
    django_ready(database=False)
    from ngangtam.doors.cli.bench_rules import bench_rules
    from ngangtam.doors.demo.generate import generate
    from ngangtam.oversight.targets.bench import kept

    found = bench_rules(kept(generate)(people, units))
    if style == "json":
        print_json(found)
    else:
        table(["", ""], [[key, value] for key, value in found.items()], right=frozenset({1}))


@bench.command()
@click.option("--people", type=click.IntRange(100, 5_000_000), default=1_000_000, show_default=True)
@click.option("--units", type=click.IntRange(1, 100_000), default=15_000, show_default=True)
def pages(people: int, units: int) -> None:
    """Whole pages over HTTP at one client, and against the same pages at 10,000 people."""
    django_ready()
    from ngangtam.doors.cli.bench_pages import bench_pages

    print_json(bench_pages(people, units))


@bench.command()
@click.option("--rounds", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--writes", type=click.IntRange(1, 1000), default=200, show_default=True)
@click.option("--seed", type=int, help="Kill at the moments of an earlier run.")
@as_format
def kill(rounds: int, writes: int, seed: int | None, style: str) -> None:
    """Kill web and database in the middle of writes; status 1 when anything is lost or half."""
    from ngangtam.doors.cli.backup import ended_by_signals
    from ngangtam.doors.cli.bench_kill import bench_kill

    with ended_by_signals():
        found = bench_kill(rounds, writes, seed)
    if style == "json":
        print_json(found)
    else:
        table(["", ""], [[key, value] for key, value in found.items() if key != "each"])
    sys.exit(DONE if found["sound"] else REFUSED)


@bench.command()
@click.option("--rounds", type=click.IntRange(3, 500), default=25, show_default=True)
def walls(rounds: int) -> None:
    """What row-level security costs on the list of people of this instance."""
    django_ready()
    from ngangtam.doors.cli.bench_walls import bench_walls

    print_json(bench_walls(rounds))


@bench.command()
@click.option("--people", type=click.IntRange(100, 5_000_000), default=460_000, show_default=True)
@click.option("--tasks", type=click.IntRange(1, 50), default=8, show_default=True)
@click.option("--units", type=click.IntRange(1, 100_000), default=15_000, show_default=True)
@as_format
def evaluation(people: int, tasks: int, units: int, style: str) -> None:
    """Close a month for a nation, and score a sample of it row by row."""
    from ngangtam.doors.cli.bench_evaluation import bench_evaluation

    found = bench_evaluation(people, tasks, units)
    if style == "json":
        print_json(found)
    else:
        table(["", ""], [[key, value] for key, value in found.items()], right=frozenset({1}))


@bench.command()
@click.option("--voters", type=click.IntRange(2, 50_000), default=5_000, show_default=True)
@as_format
def ballots(voters: int, style: str) -> None:
    """A secret vote over HTTP, opened and counted; status 1 when a paper is lost or changed."""
    from ngangtam.doors.cli.bench_ballots import bench_ballots

    found = bench_ballots(voters)
    if style == "json":
        print_json(found)
    else:
        table(["", ""], [[key, value] for key, value in found.items()], right=frozenset({1}))
    sys.exit(DONE if found["sound"] else REFUSED)


@bench.command("self-scoring")
@click.option("--rate", type=click.IntRange(1, 200), default=50, show_default=True)
@click.option("--seconds", type=click.IntRange(1, 300), default=60, show_default=True)
@as_format
def self_scoring(rate: int, seconds: int, style: str) -> None:
    """Own points sent so many a second; status 1 when anything is lost or doubled."""
    from ngangtam.doors.cli.bench_scoring import bench_scoring

    found = bench_scoring(rate, seconds)
    if style == "json":
        print_json(found)
    else:
        table(["", ""], [[key, value] for key, value in found.items()], right=frozenset({1}))
    sys.exit(DONE if found["sound"] else REFUSED)
