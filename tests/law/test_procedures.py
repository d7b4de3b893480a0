"""Procedures: what ships holds, runs through every branch, and says what the texts say."""

from datetime import date

import pytest

from law import drawings
from ngangtam.law.engine import counting, tree
from ngangtam.law.engine.bpmn_layout import lay_out
from ngangtam.law.engine.loader import load
from ngangtam.law.engine.procedure_words import StepWords, step_words
from ngangtam.law.engine.procedures import RESULT_WORDS, near
from ngangtam.law.engine.values import NotConfirmed

SHIPPED = [one for versions in load().procedures.values() for one in versions.versions]
TODAY = date(2026, 9, 1)


def _name(procedure):
    return f"{procedure.id}@{procedure.from_day}"


@pytest.mark.parametrize("procedure", SHIPPED, ids=_name)
def test_every_branch_of_a_procedure_ends(procedure):
    walks = list(drawings.every_walk(procedure))

    walked = {step for _, steps, _ in walks for step in steps}
    assert walked == set(procedure.steps), "a step that no walk reaches"
    ends = {node.id for node in procedure.nodes.values() if node.kind == "end"}
    assert set().union(*(reached for _, _, reached in walks)) == ends
    assert all(len(reached) == 1 for _, _, reached in walks)


@pytest.mark.parametrize("procedure", SHIPPED, ids=_name)
def test_a_result_that_nobody_foresaw_never_leads_to_a_decision(procedure):
    spec = drawings.specification(procedure)
    for results, walked, _ in drawings.every_walk(procedure):
        for at, step in enumerate(walked):
            behind = procedure.after(step)[0].target
            if procedure.nodes[behind].kind != "choice":
                continue
            _, waiting, _ = drawings.walk(spec, (*results[:at], "nonsense"))
            usual = next(edge for edge in procedure.after(behind) if edge.default)
            if procedure.nodes[usual.target].kind == "end":
                assert waiting == ""


@pytest.mark.parametrize("procedure", SHIPPED, ids=_name)
def test_the_engine_reads_the_same_rules(procedure):
    spec = drawings.specification(procedure)
    for ident, rule in procedure.steps.items():
        pairs = spec.task_specs[ident].extensions["properties"]
        assert pairs["kind"] == rule.kind
        assert pairs["label_vi"] == rule.label["vi"]
        assert spec.task_specs[ident].lane


@pytest.mark.parametrize("procedure", SHIPPED, ids=_name)
def test_a_step_says_who_and_what_and_on_which_text(procedure, book):
    for rule in procedure.on(TODAY, book.lookup).steps.values():
        words = step_words(rule, book, TODAY)
        assert isinstance(words, StepWords)
        assert words.who
        assert words.what
        assert rule.cites
        assert all(word in RESULT_WORDS for word in rule.results)
        if not rule.is_on and procedure.is_on:
            assert rule.note or rule.waits, f"{rule.id} is off and does not say why"


@pytest.mark.parametrize("procedure", SHIPPED, ids=_name)
def test_a_decision_is_not_taken_by_whoever_prepared_it(procedure):
    for rule in procedure.steps.values():
        if rule.kind in ("decide", "appraise"):
            assert rule.not_by, rule.id


def test_on_site_appointment_of_civil_servants_follows_the_decree(book):
    steps = book.procedures["civil_servant.appointment-onsite"].on(TODAY).steps

    assert (steps["s0_answer"].days, steps["s1_leadership"].within) == (15, 30)
    meetings = [step for step in steps.values() if step.kind == "meeting"]
    assert [(step.quorum, step.quorum_of) for step in meetings] == [("2/3", "convened")] * 5
    assert steps["s2_expanded"].announced is False
    assert steps["s3_leadership"].announced is True
    assert steps["s4_key_staff"].signed == "optional"
    assert not steps["s5_leadership"].is_on  # how the one is chosen stands in a draft only
    assert len(steps["dossier"].dossier) == 7


def test_numbers_differ_by_regime(book):
    steps = book.procedures["public_employee.appointment-onsite"].on(TODAY).steps

    assert (steps["s0_answer"].days, steps["s1_leadership"].within) == (10, 30)
    order = list(steps)
    assert order.index("s4_party") < order.index("s5_leadership")


def test_outside_appointment_counts_those_convened_and_leaves_half_to_the_head(book):
    step = book.procedures["civil_servant.appointment-outside"].on(TODAY).steps["s2_vote"]
    rules = book.counting[step.ballot].on(TODAY)

    assert rules.denominator == "convened"
    candidate = counting.Candidate("one", 15)
    half = counting.count(
        rules, counting.Tally((candidate,), seats=1, convened=30, present=30, returned=30)
    )
    assert half.decides == "head"
    assert "một nửa" in step_words(step, book, TODAY).threshold


@pytest.mark.parametrize(
    "ident",
    ["party.appointment", "party.planning", "party.nomination", "party.suspension",
     "civil_servant.examination"],
)  # fmt: skip
def test_what_was_not_found_is_switched_off(ident, book):
    found = book.procedures[ident].on(TODAY)

    assert not found.is_on
    assert found.note


def test_a_number_that_waits_is_left_open(book):
    talk = book.procedures["party.removal"].on(TODAY).steps["talk"]

    assert talk.days is None
    assert talk.waits == ("removal.propose_working_days",)
    assert "chờ xác nhận" in step_words(talk, book, TODAY).deadline
    with pytest.raises(NotConfirmed):
        book.value("removal.propose_working_days", TODAY)


def test_each_day_has_its_version(book):
    suspension = book.procedures["party.suspension"]

    old, new = suspension.on(date(2025, 10, 7)), suspension.on(date(2025, 10, 8))
    assert (old.is_on, new.is_on) == (True, False)
    assert (old.steps["advice"].days, old.steps["outcome"].days) == (2, 15)
    assert suspension.on(date(2024, 5, 22)) is None
    assert suspension.by_digest(old.digest).from_day == date(2024, 5, 23)
    assert suspension.by_digest("0") is None


def test_confidence_votes_follow_the_timetable_and_name_both_zones(book):
    found = book.procedures["elected.confidence"].on(TODAY)

    assert [step.before for step in found.steps.values() if step.before] == [45, 30, 25, 20]
    assert list(found.steps)[-2:] == ["resign", "submit"]
    words = step_words(found.steps["vote"], book, TODAY).threshold
    assert "từ 2/3; trên 1/2" in words
    assert "kỳ họp" in step_words(found.steps["request"], book, TODAY).deadline[0]


def test_the_five_steps_are_those_of_the_parameter(book):
    for ident in ("civil_servant", "public_employee"):
        steps = book.procedures[f"{ident}.appointment-onsite"].on(TODAY).steps
        numbered = {key[:2] for key in steps if key[1].isdigit() and key[0] == "s"}
        assert len(numbered - {"s0"}) == book.value(f"{ident}.steps_onsite", TODAY).value


@pytest.mark.parametrize("procedure", SHIPPED, ids=_name)
def test_shipped_files_are_drawn_as_the_command_draws(procedure):
    assert lay_out(procedure.xml.encode()).decode() == procedure.xml


def test_the_nearest_ids_are_named():
    known = ("civil_servant.appointment-onsite", "party.planning", "party.planning-review")

    assert near("party.planing", known)[0] == "party.planning"
    assert near("onsite", known) == ("civil_servant.appointment-onsite",)
    assert near("zzz", known) == ()


def test_gates_of_procedures_read_facts_that_exist(book):
    for versions in book.procedures.values():
        for rule in versions.latest.steps.values():
            for gate in rule.gates:
                assert set(tree.base_facts(book.gates[gate].rule.node)) <= set(
                    book.case_vocabulary.facts
                )
