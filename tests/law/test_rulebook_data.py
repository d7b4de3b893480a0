"""What the shipped rulebook promises about itself: sources, readings, and what is off."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import yaml

from ngangtam.law.engine.loader import PACKAGE, load
from ngangtam.law.engine.rulebook import Rulebook, check

MARK = re.compile(r"# conflict: (\S+)")
WEAK = ("ntdvn", "otofun", "thegioithao", "118.69.201.250")


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The national layer alone."""
    return load()


def _files(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.yaml"))


def test_the_rulebook_has_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path) == []


def test_every_mark_of_a_conflict_has_an_entry(book: Rulebook) -> None:
    rooms = ("parameters", "standards", "targets", "schemes")
    marks = {
        mark for room in rooms for file in _files(room) for mark in MARK.findall(file.read_text())
    }
    assert marks - set(book.conflicts) == set()


def test_every_decided_conflict_names_a_choice(book: Rulebook) -> None:
    undecided = [
        one.id for one in book.conflicts.values() if one.status == "decided" and not one.choice
    ]
    assert undecided == []


def test_what_is_off_says_why(book: Rulebook) -> None:
    silent = [
        one.id for one in book.parameters.values() if one.status == "to_confirm" and not one.note
    ]
    silent += [
        f"{one.id} from {value.period.from_}"
        for one in book.parameters.values()
        for value in one.values
        if value.confidence == "to_confirm" and not (value.note or one.note)
    ]
    assert silent == []


def test_nothing_to_confirm_carries_a_figure(book: Rulebook) -> None:
    figures = [
        one.id
        for one in book.parameters.values()
        for value in one.values
        if "to_confirm" in (one.status, value.confidence) and value.value is not None
    ]
    assert figures == []


def test_no_weak_address_is_cited(book: Rulebook) -> None:
    weak = [one.id for one in book.instruments.values() if any(word in one.url for word in WEAK)]
    assert weak == []


def test_every_instrument_says_until_when_it_was_looked_at(book: Rulebook) -> None:
    assert [one.id for one in book.instruments.values() if not one.verified_until] == []


@pytest.mark.parametrize(("resolution", "least"), [("s0", 18), ("s1", 9), ("s2", 9), ("s4", 2)])
def test_every_seed_with_figures_has_its_targets(
    book: Rulebook, resolution: str, least: int
) -> None:
    found = [one.id for one in book.targets.values() if one.resolution == resolution]
    assert len(found) >= least


def test_the_press_report_sets_no_target(book: Rulebook) -> None:
    assert [one.id for one in book.targets.values() if one.resolution == "s3"] == []


def test_every_target_is_listed_in_the_documents(book: Rulebook) -> None:
    page = Path(__file__).parents[2] / "docs" / "law" / "seed-targets.md"
    text = page.read_text(encoding="utf-8")
    assert [one for one in book.targets if f"`{one}`" not in text] == []


def test_twelve_standards_ship_and_one_has_twelve_criteria(book: Rulebook) -> None:
    shipped = [one for one in book.standards.values() if one.status == "shipped"]
    assert len(shipped) >= 12
    live = [sum(part.status == "shipped" for part in one.criteria) for one in shipped]
    assert max(live) >= 12


def test_a_window_that_changed_answers_by_day(book: Rulebook) -> None:
    window = "appointment.discipline_window_months.warning"
    assert book.value(window, date(2025, 10, 7)).value == 30
    assert book.value(window, date(2025, 10, 8)).value == 36


def test_words_are_unicode_nfc() -> None:
    for room in ("instruments", "parameters", "standards", "targets", "indicators", "schemes"):
        for file in _files(room):
            text = file.read_text(encoding="utf-8")
            assert unicodedata.is_normalized("NFC", text), file
            assert yaml.safe_load(text) is not None, file
