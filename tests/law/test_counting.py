"""Counting: what must hold for any votes, and what each rule of the rulebook says."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ngangtam.law.engine.checks import run_examples
from ngangtam.law.engine.citations import check_citations
from ngangtam.law.engine.counting import (
    BadTally,
    Candidate,
    Share,
    Tally,
    confidence,
    count,
    judge_paper,
    surplus_problem,
)
from ngangtam.law.engine.loader import PACKAGE, load, sources
from ngangtam.law.engine.showing import show_in

BOOK = load()
DAY = date(2026, 6, 1)
SHIPPED = (
    "counting.confidence", "counting.confidence_elected", "counting.confidence_party",
    "counting.deputies", "counting.onsite_nomination", "counting.outside_opinion",
    "counting.party_appointment", "counting.party_election", "counting.planning",
    "counting.yes_no",
)  # fmt: skip
DEPUTIES = BOOK.counting["counting.deputies"].on(DAY)
RULES = [
    found
    for rule in BOOK.counting.values()
    if (found := rule.on(DAY)) is not None and found.majority is not None
]
VALID = 60


@st.composite
def tallies(draw):
    """Few papers and few names, so that ties, halves and full benches come often."""
    keys = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True))
    born = st.one_of(st.none(), st.dates(date(1960, 1, 1), date(1960, 1, 3)))
    candidates = tuple(
        Candidate(key, draw(st.integers(25, 40) | st.integers(0, VALID)), draw(born))
        for key in keys
    )
    return Tally(
        candidates, seats=draw(st.integers(0, 5)), convened=VALID, present=VALID, issued=VALID,
        returned=VALID, valid=VALID, invalid=0, fixed=VALID,
    )  # fmt: skip


rules = st.sampled_from(RULES)


@given(rules, tallies())
def test_every_candidate_is_told_once_and_seats_are_never_exceeded(rule, tally):
    outcome = count(rule, tally)

    told = [*outcome.elected, *(key for key, _why in outcome.not_elected)]
    assert sorted(told) == sorted(one.key for one in tally.candidates)
    assert len(outcome.elected) <= tally.seats
    assert outcome.seats_unfilled == tally.seats - len(outcome.elected)


@given(rules, tallies())
def test_nobody_is_elected_below_the_majority(rule, tally):
    votes = {one.key: one.votes for one in tally.candidates}
    outcome = count(rule, tally)

    assert all(votes[key] * 2 > VALID for key in outcome.elected)
    assert all(votes[key] >= outcome.needed for key in outcome.elected)
    assert rule.majority.met(outcome.needed, outcome.base)
    assert not rule.majority.met(outcome.needed - 1, outcome.base)


@given(rules, tallies(), st.randoms())
def test_the_order_of_the_input_makes_no_difference(rule, tally, chance):
    shuffled = list(tally.candidates)
    chance.shuffle(shuffled)

    assert count(rule, replace(tally, candidates=tuple(shuffled))) == count(rule, tally)


@given(rules, tallies(), st.integers(1, VALID))
def test_more_votes_never_unseat_a_winner(rule, tally, more):
    outcome = count(rule, tally)
    assume(outcome.elected)
    lucky = outcome.elected[-1]
    others = tuple(
        replace(one, votes=min(VALID, one.votes + more)) if one.key == lucky else one
        for one in tally.candidates
    )

    assert lucky in count(rule, replace(tally, candidates=others)).elected


@given(rules, tallies())
def test_all_ties_for_the_last_seat_are_found(rule, tally):
    """Told by brute force: a candidate above the majority whose fate hangs on equals alone."""
    outcome = count(rule, tally)
    passed = [one for one in tally.candidates if rule.majority.met(one.votes, VALID)]
    open_ = set()
    for one in passed:
        better = sum(other.votes > one.votes for other in passed)
        equals = [other for other in passed if other.votes == one.votes]
        if better < tally.seats < better + len(equals):
            born = sorted(other.born or date.max for other in equals)
            room = tally.seats - better
            known = rule.ties == "older" and all(other.born for other in equals)
            if not known or (born[room - 1] == born[room] and one.born == born[room]):
                open_.add(one.key)
    assert set(outcome.tied) == open_
    assert bool(outcome.tied) <= bool(outcome.decides)


@given(tallies())
def test_the_older_of_equals_is_seated(tally):
    outcome = count(DEPUTIES, tally)
    people = {one.key: one for one in tally.candidates}

    for key, why in outcome.not_elected:
        if why == "younger":
            equals = [people[k] for k in outcome.elected if people[k].votes == people[key].votes]
            tied = [people[k] for k in outcome.tied]
            assert equals or tied
            assert all(one.born < people[key].born for one in [*equals, *tied])


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([">", ">="]), st.integers(1, 50))
def test_the_fewest_votes_needed_are_the_fewest(of, base, compare, top):
    share = Share(min(top, of), of, compare)
    least = share.needed(base)

    assert share.met(least, base)
    assert least == 0 or not share.met(least - 1, base)


@given(st.tuples(*[st.integers(0, 500)] * 4))
def test_percentages_add_up(figures):
    high, trust, low, _rest = figures
    whole = sum(figures)
    assume(whole > 0)
    found = confidence(BOOK.counting["counting.confidence"].on(DAY), high, trust, low, whole)

    assert abs(found.high + found.trust + found.low + found.rest - 100) <= Decimal("0.02")
    assert (found.zone == "two_thirds") == (3 * low >= 2 * whole)
    assert (found.zone == "over_half") == (2 * low > whole and 3 * low < 2 * whole)


# -- the rules that ship ---------------------------------------------------------------------------


def test_the_rules_of_the_issue_ship():
    assert tuple(BOOK.counting) == SHIPPED
    assert BOOK.problems == ()
    assert check_citations(BOOK) == []


def test_every_rule_has_examples_and_they_hold():
    files = sources(PACKAGE, None)
    counted = {one: files[one] for one in files if one.startswith("counting/")}

    assert run_examples(BOOK, counted) == []
    for ident in SHIPPED:
        assert f"{ident.replace('.', '/')}.examples.yaml" in counted


def test_a_wrong_example_is_told(tmp_path):
    shutil.copytree(PACKAGE / "counting", tmp_path / "counting")
    file = tmp_path / "counting" / "deputies.examples.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("seats_unfilled: 1", "seats_unfilled: 2", 1), encoding="utf-8")

    problems = run_examples(load(PACKAGE, tmp_path), sources(PACKAGE, tmp_path))

    assert [str(one) for one in problems] == [
        "local/counting/deputies.examples.yaml:1: example 'three seats, two above half: one stays "
        "empty': seats_unfilled: expected 2, got 1"
    ]


@pytest.mark.parametrize(
    ("ident", "status", "denominator"),
    [
        ("counting.deputies", "to_confirm", "valid"),
        ("counting.party_election", "to_confirm", "convened"),
        ("counting.onsite_nomination", "to_confirm", "convened"),
        ("counting.planning", "to_confirm", "convened"),
        ("counting.outside_opinion", "shipped", "convened"),
        ("counting.confidence_party", "shipped", "fixed"),
        ("counting.confidence_elected", "shipped", "ballots"),
    ],
)
def test_what_is_not_solid_says_so(ident, status, denominator):
    rules = BOOK.counting[ident].on(DAY)

    assert (rules.status, rules.denominator) == (status, denominator)


def test_an_authority_confirms_a_threshold_by_one_parameter_of_its_own(tmp_path):
    old = PACKAGE / "parameters" / "planning" / "vote_threshold.yaml"
    new = tmp_path / "parameters" / "planning" / "vote_threshold.yaml"
    new.parent.mkdir(parents=True)
    text = old.read_text(encoding="utf-8")
    text = text.replace("status: to_confirm", "status: shipped")
    text = text.replace("value: null", "value: 60").replace(
        "confidence: to_confirm", "confidence: read"
    )
    new.write_text(text, encoding="utf-8")
    tally = Tally((Candidate("a", 19), Candidate("b", 18)), seats=2, convened=30)

    before = count(BOOK.counting["counting.planning"].on(DAY), tally)
    after = count(load(PACKAGE, tmp_path).counting["counting.planning"].on(DAY), tally)

    assert before.decides == "authority"
    assert (after.elected, after.not_elected) == (("a",), (("b", "exactly_half"),))


def test_the_local_layer_replaces_a_rule_and_adds_one(tmp_path):
    text = (PACKAGE / "counting" / "yes_no.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "counting"
    folder.mkdir()
    (folder / "own.yaml").write_text(text.replace("counting.yes_no", "counting.own"), "utf-8")
    changed = text.replace("numerator: 1, of: 2", "numerator: 2, of: 3")
    (folder / "yes_no.yaml").write_text(changed, "utf-8")

    book = load(PACKAGE, tmp_path)

    assert book.problems == ()
    assert book.counting["counting.own"].on(DAY).majority.of == 2
    assert book.counting["counting.yes_no"].on(DAY).majority.of == 3
    assert show_in(book, "counting.own", DAY)["place"]["local"] is True


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: counting.yes_no", "id: counting.other", "the id 'counting.other' is not the path"),
        ("numerator: 1, of: 2", "numerator: 3, of: 2", "'majority' must be a fraction up to 1"),
        ("denominator: convened", "denominator: everybody", "'denominator' must be one of"),
        (
            "rests_on: [election.majority]",
            "rests_on: [election.none]",
            "no parameter 'election.none'",
        ),
        ("190-qd-tw#2", "190-qd-tw#99", "'99' is not in the outline"),
        ("ties: stop", "ties: coin", "'ties' must be one of"),
        ("blank: invalid", "blank: maybe", "'blank' must be one of"),
        ("until: 2024-10-10", "until: 2024-10-11", "the period overlaps the next version"),
        ("{numerator: 1, of: 2, compare: '>'}", "{parameter: confidence.levels}", "is no share"),
        ("unconfirmed: [validity]", "unconfirmed: [colour]", "'colour' is none of"),
        ("kind: yes_no", "kind: yes_no\ncolour: red", "unknown key 'colour'"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line(tmp_path, old, new, said):
    text = (PACKAGE / "counting" / "yes_no.yaml").read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "counting"
    folder.mkdir()
    (folder / "yes_no.yaml").write_text(text.replace(old, new), "utf-8")

    book = load(PACKAGE, tmp_path)

    assert any(said in str(one) for one in book.problems), book.problems
    assert "counting.yes_no" not in book.counting


def test_a_rule_is_shown_with_its_parameters_and_citations():
    shown = show_in(BOOK, "counting.outside_opinion", DAY)

    assert (shown["kind"], shown["ballot"]) == ("counting", "yes_no")
    assert shown["in_force"]["majority"] == {
        "numerator": 50, "of": 100, "compare": ">", "denominator": "convened",
    }  # fmt: skip
    assert shown["in_force"]["exactly_half"] == "head_decides"
    assert {one["id"] for one in shown["parameters"]} == {
        "civil_servant.outside.vote", "civil_servant.outside.tie", "civil_servant.meeting_quorum",
    }  # fmt: skip
    assert [one["pinpoint"] for one in shown["citations"]] == [
        "170-2025-nd-cp#33.3", "170-2025-nd-cp#33.2",
    ]  # fmt: skip


# -- refusals and papers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid": None}, "denominator"),
        ({"candidates": (Candidate("a", 1), Candidate("a", 2))}, "twice"),
        ({"candidates": (Candidate("a", 11),)}, "votes_exceed"),
        ({"candidates": (Candidate("a", -1),)}, "votes_negative"),
        ({"seats": -1}, "seats"),
        ({"returned": 9}, "exceeds"),
        ({"returned": 12, "invalid": 1}, "sum"),
        ({"present": 12, "convened": 11}, "exceeds"),
        ({"invalid": -1}, "negative"),
    ],
)
def test_figures_that_cannot_belong_together_are_refused(change, code):
    tally = Tally((Candidate("a", 8),), seats=1, valid=10)

    with pytest.raises(BadTally) as told:
        count(DEPUTIES, replace(tally, **change))
    assert told.value.code == code


def test_a_vote_of_confidence_elects_nobody():
    with pytest.raises(BadTally):
        count(BOOK.counting["counting.confidence"].on(DAY), Tally((), seats=1, fixed=3))


@pytest.mark.parametrize(
    ("ident", "marks", "said"),
    [
        ("counting.deputies", {"a": "chosen", "b": "chosen"}, ""),
        ("counting.deputies", {"a": "chosen", "b": "", "c": ""}, ""),
        ("counting.deputies", {"a": "chosen", "b": "chosen", "c": "chosen"}, "too_many"),
        ("counting.deputies", {}, "blank"),
        ("counting.deputies", {"z": "chosen"}, "unknown_option"),
        ("counting.deputies", {"a": "yes"}, "unknown_mark"),
        ("counting.yes_no", {"a": "yes", "b": "no", "c": "yes"}, ""),
        ("counting.confidence", {"a": "high", "b": "low"}, ""),
        ("counting.confidence", {"a": "chosen"}, "unknown_mark"),
    ],
)
def test_papers(ident, marks, said):
    rule = BOOK.counting[ident].on(DAY)

    assert judge_paper(rule, marks, ["a", "b", "c"], max_choices=2) == said


def test_a_rule_may_ask_for_as_many_names_as_seats_and_let_blank_papers_count():
    validity = replace(DEPUTIES.validity, fewer_allowed=False, blank="valid")
    rule = replace(DEPUTIES, validity=validity)

    assert judge_paper(rule, {"a": "chosen"}, ["a", "b", "c"], max_choices=2) == "too_few"
    assert judge_paper(rule, {}, ["a", "b", "c"], max_choices=2) == ""


@pytest.mark.parametrize(
    ("seats", "names", "said"),
    [
        (10, 13, ""),
        (10, 14, "surplus_exceeded"),
        (10, 10, "no_surplus"),
        (3, 4, "surplus_exceeded"),
    ],
)
def test_the_surplus_of_a_party_list(seats, names, said):
    rule = BOOK.counting["counting.party_election"].on(DAY)

    assert surplus_problem(rule, seats=seats, names=names) == said
