"""Grounds of leaving a post: read strictly, judged alike one by one and as a column."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.expr import Outcome
from ngangtam.law.engine.grounds import check, evaluate, grounds, judge, read_all
from ngangtam.law.engine.loader import PACKAGE, load

DAY = date(2026, 11, 22)
BOOK = rulebook()
FOUND = grounds(BOOK)


def judged(ident, day=DAY, **facts):
    ground = FOUND.found[ident]
    return judge(ground, facts, on=day, book=BOOK, names=FOUND.vocabulary)


def test_every_shipped_ground_and_example_holds():
    assert check(BOOK) == []
    assert {one.exit for one in FOUND.found.values()} == {
        "removal",
        "resignation",
        "dismissal",
        "suspension",
    }


def test_no_unconfirmed_ground_counts_and_none_has_a_sign_once_shipped():
    for one in FOUND.found.values():
        assert one.confirmed or one.watched is one.sign
        assert not (one.confirmed and one.sign)


@pytest.mark.parametrize("side", ["party", "elected"])
@given(of=st.integers(1, 3000), data=st.data())
def test_zones_of_low_confidence_never_overlap_and_leave_no_gap(side, of, data):
    """Over 1/2 and under 2/3 is one thing, 2/3 and more another; integers, never rounded."""
    low = data.draw(st.integers(0, of))
    zone = "removal.low-confidence" if side == "party" else "resignation.elected-low-confidence"
    out = "dismissal.low-confidence" if side == "party" else "dismissal.elected-low-confidence"
    facts = {f"{side}_low_votes": low, f"{side}_votes": of}
    in_zone = judged(zone, **facts).outcome is Outcome.MET
    is_out = judged(out, **facts).outcome is Outcome.MET
    assert is_out == (3 * low >= 2 * of)
    assert in_zone == (2 * low > of and 3 * low < 2 * of)
    assert not (in_zone and is_out)


@given(third=st.integers(1, 1000))
def test_exactly_two_thirds_is_dismissal_now_and_was_not_under_regulation_41(third):
    facts = {"party_low_votes": 2 * third, "party_votes": 3 * third}
    then = date(2025, 10, 7)
    assert judged("dismissal.low-confidence", **facts).outcome is Outcome.MET
    assert judged("removal.low-confidence", **facts).outcome is Outcome.NOT_MET
    assert judged("dismissal.old-41-low-confidence", then, **facts).outcome is Outcome.NOT_MET
    more = {**facts, "party_low_votes": 2 * third + 1}
    assert judged("dismissal.old-41-low-confidence", then, **more).outcome is Outcome.MET


_HEADS = st.fixed_dictionaries(
    {
        "head": st.sampled_from([True, False, None]),
        "completion_percent": st.one_of(st.none(), st.floats(0, 150, width=32)),
        "post_since": st.one_of(st.none(), st.dates(date(2015, 1, 1), DAY)),
        "force_majeure": st.sampled_from([True, False, None]),
    }
)


@given(rows=st.lists(_HEADS, min_size=1, max_size=20))
def test_a_column_says_what_each_row_says(rows):
    ground = FOUND.found["removal.head-results"]
    schema = {
        "head": pl.Boolean,
        "completion_percent": pl.Float64,
        "post_since": pl.Date,
        "force_majeure": pl.Boolean,
    }
    frame = pl.DataFrame(rows, schema=schema)
    column = evaluate([ground], frame, on=DAY, book=BOOK, names=FOUND.vocabulary)[ground.id]
    single = [judge(ground, row, on=DAY, book=BOOK, names=FOUND.vocabulary).outcome for row in rows]
    assert [Outcome.of(value) for value in column] == single


def test_force_majeure_is_asked_and_never_assumed():
    facts = {"head": True, "completion_percent": 40.0, "post_since": date(2020, 1, 1)}
    open_ = judged("removal.head-results", **facts)
    assert (open_.outcome, open_.asked) == (Outcome.MET, ("force-majeure",))
    spared = judged("removal.head-results", **facts, force_majeure=True)
    assert (spared.outcome, spared.spared) == (Outcome.NOT_MET, ("force-majeure",))


def test_a_refusal_is_no_ground_and_holds_for_its_own_regime():
    refusals = FOUND.refusals("resignation", "civil_servant", DAY)
    assert {one.id for one in refusals} == {
        "resignation.refused-on-duty",
        "resignation.refused-under-inspection",
    }
    assert not {one.id for one in refusals} & {one.id for one in FOUND.on(DAY)}
    assert FOUND.refusals("resignation", "elected", DAY) == ()


BASE = """id: dismissal.ours
label: {vi: "Thử", en: "Try"}
exit: dismissal
regime: party
status: shipped
in_force: {from: 2026-01-01, until: null}
cites: [377-qd-tw#exits]
"""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("", "'expr' is missing"),
        ("expr: failed_years_in_row >=\n", "not an expression"),
        ("expr: failed_years_in_row\n", "a flag is needed"),
        ("expr: no_such_fact > 1\n", "no fact is called"),
        ("said: true\nexpr: head\n", "has no expression"),
        ("expr: head\nsign: head\n", "a sign stands only"),
        ("expr: head\nafter: {vi: a, en: b}\n", "needs its citation"),
        ("expr: head\nalso: [holiday]\n", "is none of"),
        ("expr: head\nwhatever: 1\n", "unknown key"),
    ],
)
def test_a_wrong_ground_is_refused_with_its_place(tmp_path, more, says):
    folder = tmp_path / "grounds" / "dismissal"
    folder.mkdir(parents=True)
    (folder / "ours.yaml").write_text(BASE + more, encoding="utf-8")
    found, problems = read_all(load(PACKAGE, tmp_path))
    assert "dismissal.ours" not in found.found
    assert any(says in one.message and "ours.yaml" in one.file for one in problems), problems


def test_a_wrong_citation_and_a_wrong_path_are_refused(tmp_path):
    folder = tmp_path / "grounds" / "dismissal"
    folder.mkdir(parents=True)
    text = BASE.replace("#exits", "#nowhere") + "expr: head\n"
    (folder / "other.yaml").write_text(text, encoding="utf-8")
    _found, problems = read_all(load(PACKAGE, tmp_path))
    said = " ".join(one.message for one in problems)
    assert "there is no place '377-qd-tw#nowhere'" in said
    assert "is not the path" in said


def test_an_authority_turns_a_ground_on_in_its_own_layer(tmp_path):
    """Copied, confirmed, with the number in the local parameter: it counts."""
    inside = Path("dismissal") / "party-failed-years.yaml"
    text = (PACKAGE / "grounds" / inside).read_text(encoding="utf-8")
    text = text.replace("status: to_confirm", "status: shipped")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("sign:")) + "\n"
    (tmp_path / "grounds" / inside).parent.mkdir(parents=True)
    (tmp_path / "grounds" / inside).write_text(text, encoding="utf-8")
    book = load(PACKAGE, tmp_path).supposing({"exits.dismissal.failed_years_in_row": 2})
    found = grounds(book)
    ground = found.found["dismissal.party-failed-years"]
    assert ground.confirmed
    for years, outcome in ((1, Outcome.NOT_MET), (2, Outcome.MET)):
        facts = {"failed_years_in_row": years}
        assert judge(ground, facts, on=DAY, book=book, names=found.vocabulary).outcome is outcome
