"""Gates: met, not met or unknown, with value, reason and citation; never a guess."""

import re
from datetime import date

import pytest

from ngangtam.law.engine.expr import Outcome
from ngangtam.law.engine.gates import gate_facts, judge_gates, run_gate_examples
from ngangtam.law.engine.loader import load

TODAY = date(2026, 9, 1)
GATES = load().gates


def judge(book, ident, day=TODAY, **facts):
    (found,) = judge_gates([ident], facts, day, book)
    return found


@pytest.mark.parametrize("ident", GATES)
def test_the_examples_of_a_gate_pass(ident, book):
    gate = book.gates[ident]

    assert list(run_gate_examples(book, gate)) == []
    assert {example.expect for example in gate.examples} - {"unknown"}


@pytest.mark.parametrize("ident", GATES)
def test_without_facts_a_gate_is_unknown_and_names_what_it_needs(ident, book):
    found = judge(book, ident)

    assert found.outcome is Outcome.UNKNOWN
    assert found.missing or found.awaits_confirmation
    assert found.reason["vi"]
    assert found.reason["en"]
    assert found.cites


@pytest.mark.parametrize(
    ("ident", "fact", "had", "months"),
    [
        ("appointment.after-reprimand", "months_since_reprimand", "reprimanded", 24),
        ("appointment.after-warning", "months_since_warning", "warned", 36),
        ("appointment.after-removal", "months_since_removal", "removed_before", 60),
    ],
)
def test_the_wait_after_discipline_ends_at_its_month(ident, fact, had, months, book):
    assert judge(book, ident, **{had: True, fact: months}).outcome is Outcome.MET
    assert judge(book, ident, **{had: True, fact: months - 1}).outcome is Outcome.NOT_MET
    assert judge(book, ident, **{had: False}).outcome is Outcome.MET
    assert judge(book, ident, **{had: True}).outcome is Outcome.UNKNOWN


def test_the_wait_is_that_of_the_day(book):
    facts = {"reprimanded": True, "months_since_reprimand": 12}

    old = judge(book, "appointment.after-reprimand", date(2025, 10, 7), **facts)
    new = judge(book, "appointment.after-reprimand", date(2025, 10, 8), **facts)

    assert (old.outcome, new.outcome) == (Outcome.MET, Outcome.NOT_MET)
    assert "80-qd-tw#18.7" in old.cites
    assert "24" in new.reason["vi"]


def test_a_gate_on_an_unconfirmed_number_awaits_confirmation(book):
    found = judge(
        book, "appointment.time-in-post-party", equal_or_lower_post=False,
        months_in_equivalent_posts=120,
    )  # fmt: skip

    assert found.outcome is Outcome.UNKNOWN
    assert found.awaits_confirmation
    assert "chưa được cơ quan có thẩm quyền xác nhận" in found.reason["vi"]
    # By its name, not by an id that nobody reads.
    assert "tham số “" in found.reason["vi"]


def test_a_missing_fact_is_no_unconfirmed_number(book):
    found = judge(book, "family.same-leadership")

    assert not found.awaits_confirmation
    assert found.missing == ("relative_in_same_leadership",)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"onsite": True, "planned_for_title": True}, Outcome.MET),
        ({"onsite": True, "planned_for_title": False, "planned_for_equal_or_higher": True},
         Outcome.MET),
        ({"onsite": False, "planned_for_title": True, "planned_for_equal_or_higher": False},
         Outcome.NOT_MET),
        ({"onsite": False, "planned_for_equal_or_higher": True}, Outcome.MET),
        ({"planned_for_equal_or_higher": True}, Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_the_plan_asks_other_things_of_people_from_elsewhere(facts, outcome, book):
    found = judge(book, "appointment.in-plan", **facts)

    assert found.outcome is outcome
    assert found.special  # the appointing authority may decide, and answers for it


def test_own_wish_lifts_family_cases_only(book):
    barred = {"child_under_36_months": True, "own_wish": True}
    assert judge(book, "secondment.maternity", **barred).outcome is Outcome.MET
    assert judge(book, "secondment.serious-illness", seriously_ill=True,
                 own_wish=True).outcome is Outcome.NOT_MET  # fmt: skip


def test_gates_come_back_in_the_order_asked(book):
    ids = ["control.no-hold", "appointment.title-standard", "family.head-and-deputy"]

    assert [one.id for one in judge_gates(ids, {"on_hold": False}, TODAY, book)] == ids


def test_the_facts_that_gates_read_are_named_once(book):
    names = gate_facts(["discipline.none-running", "resignation.not-under-investigation"], book)

    assert names == ("discipline_running", "under_disciplinary_review", "under_investigation")


def test_an_unknown_gate_is_an_error(book):
    with pytest.raises(KeyError):
        judge_gates(["no.such"], {}, TODAY, book)


def test_no_gate_writes_a_number_of_the_law_itself():
    for gate in GATES.values():
        assert not re.search(r"(?<![\w.'])\d", gate.rule.text), gate.id


GATE = """
id: example.age
label: {vi: Ví dụ, en: Example}
expr: months_in_equivalent_posts >= param('appointment.term.length')
cites: [ex-decree-1-2025#12]
status: shipped
examples:
  - name: {vi: Đủ, en: Enough}
    day: 2025-06-01
    facts: {months_in_equivalent_posts: 48}
    expect: met
  - name: {vi: Thiếu, en: Short}
    day: 2025-06-01
    facts: {months_in_equivalent_posts: 47}
    expect: not_met
"""
FACTS = """
- name: months_in_equivalent_posts
  type: int
  unit: month
  label: {vi: Số tháng, en: Months}
  class: public
  source: posts held
"""
FILE = "gates/example/age.yaml"


def _built(example_book, gate=GATE, facts=FACTS):
    return example_book({FILE: gate, "case_facts.yaml": facts})


def test_a_small_gate_holds(example_book):
    book = _built(example_book)

    assert book.problems == ()
    assert list(run_gate_examples(book, book.gates["example.age"])) == []


@pytest.mark.parametrize(
    ("gate", "line", "message"),
    [
        (GATE.replace("months_in_equivalent_posts >=", "months_of_sun >="), 4, "months_of_sun"),
        (GATE.replace("'appointment.term.length'", "'no.such'"), 4, "no.such"),
        (GATE.replace("#12]", "#99]"), 2, "not in the outline"),
        (GATE.replace("status: shipped", "status: maybe"), 6, "one of shipped"),
        (GATE.replace("id: example.age", "id: example.old"), 2, "is not the path"),
        (GATE.replace("status: shipped", "status: shipped\nstop: true"), 7, "unknown key 'stop'"),
        (GATE[: GATE.index("  - name: {vi: Thiếu")], 7, "at least 2"),
    ],
)
def test_a_wrong_gate_is_refused_with_its_line(gate, line, message, example_book):
    book = _built(example_book, gate)

    told = [one for one in book.problems if one.file.endswith("age.yaml")]
    assert any(message in one.message and one.line == line for one in told), told
    assert "example.age" not in book.gates


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{months_in_equivalent_posts: 47}", "{months_in_equivalent_posts: 50}"), "expected"),
        (("{months_in_equivalent_posts: 47}", "{moons: 47}"), "no fact is called 'moons'"),
        (("{months_in_equivalent_posts: 47}", "{months_in_equivalent_posts: long}"), "is a int"),
    ],
)
def test_an_example_that_comes_out_otherwise_is_told(change, message, example_book):
    book = _built(example_book, GATE.replace(*change))

    ((line, told),) = list(run_gate_examples(book, book.gates["example.age"]))
    assert message in told
    assert line == 12


def test_a_case_fact_cannot_be_a_fact_already(example_book):
    book = _built(example_book, facts=FACTS + FACTS.replace("months_in_equivalent_posts", "gender"))

    assert any("stands in facts.yaml too" in one.message for one in book.problems)


def test_a_local_layer_cannot_change_what_case_facts_mean(example_book):
    book = example_book({FILE: GATE, "case_facts.yaml": FACTS}, local={"case_facts.yaml": FACTS})

    assert any("only the national layer" in one.message for one in book.problems)


def test_a_gate_that_is_off_says_so(example_book):
    book = _built(example_book, GATE.replace("status: shipped", "status: to_confirm"))

    found = judge(book, "example.age", date(2025, 6, 1), months_in_equivalent_posts=99)
    assert found.outcome is Outcome.UNKNOWN
    assert found.awaits_confirmation
