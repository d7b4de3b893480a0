"""What a decision writes, in its own transaction and with the rights of the web alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from exits.conftest import PAPER, TODAY
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.exits import (
    actions_letters,
    actions_suspension,
    actions_watch,
    opening,
    swapping,
)
from ngangtam.stages.exits.models import Departure, Letter, Proposal, Suspension
from ngangtam.stages.procedure import actions as cases
from ngangtam.stages.procedure import facts as procedure_facts
from ngangtam.stages.procedure import knowing
from ngangtam.stages.procedure.models import Case, Step
from ngangtam.stages.procedure.values import SubjectValues
from procedures_drawn import draw, local_layer, step

DECISION = {
    "number": "77-QĐ/TU", "day": TODAY, "body": "Ban Thường vụ Tỉnh ủy", "signer": "Ký",
    "effective_on": TODAY, "result": "approved",
}  # fmt: skip


@pytest.fixture
def drawn():
    """One step from opening to deciding, for each way out."""
    texts = {
        f"procedures/thu/{stage}.bpmn": draw(
            f"thu.{stage}", (step("decide", "decide", "decider", results="approved,refused"),),
            stage=stage, effect=effect,
        )
        for stage, effect in (
            ("removal", "posting.lower"), ("resignation", "posting.end"),
            ("dismissal", "posting.end"), ("suspension", "suspension.begin"),
            ("retirement", "posting.end"),
        )
    }  # fmt: skip
    with local_layer(texts) as book:
        assert not [one for one in book.problems if "thu" in str(one.file)]
        yield book


def begun(town, stage, key="pho", by="lan", **payload):
    """Open a case as the web would."""
    officer = town.users[by]
    with seen_by(officer.pk):
        return cases.open_case(
            procedure=f"thu.{stage}", unit_id=town.department.pk, title=f"Vụ việc {stage}",
            subjects=[SubjectValues(town.people[key].pk, town.postings[key].post_id)],
            payload=payload, by=officer, today=TODAY,
        )  # fmt: skip


def decided(town, case, by="quyet", **more):
    decider = town.users[by]
    waiting = Step.objects.get(case=case, state="waiting")
    case.refresh_from_db()
    with seen_by(decider.pk):
        return cases.complete_step(
            case_id=case.pk, step_id=waiting.pk, version=case.version, by=decider, today=TODAY,
            answers={**DECISION, **more},
        )  # fmt: skip


def stated(town, key, about, **more):
    return actions_watch.state(
        person_number=town.people[key].number, about=about, says="Theo kết luận", paper=PAPER,
        today=TODAY, by=town.users["lan"], **more,
    )  # fmt: skip


@pytest.mark.parametrize("stage", ["resignation", "dismissal", "retirement"])
def test_a_decision_ends_the_posting_and_keeps_why(town, drawn, stage):
    case = begun(town, stage, ground="dismissal.degradation" if stage == "dismissal" else "")
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper is None
    decided(town, case)
    posting = Posting.objects.get(pk=town.postings["pho"].pk)
    assert posting.valid.upper == TODAY
    left = Departure.objects.get()
    assert (left.exit, left.day, left.case_number) == (stage, TODAY, case.number)
    assert left.decision.number == "77-QĐ/TU"
    assert not Posting.objects.on(TODAY).filter(person=town.people["pho"]).exists()


def test_a_decision_of_later_effect_ends_the_posting_then(town, drawn):
    case = begun(town, "dismissal")
    later = TODAY + timedelta(days=20)
    decided(town, case, effective_on=later)
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper == later


def test_a_removed_official_gets_a_lower_post_in_the_same_transaction(town, drawn):
    case = begun(town, "removal", key="giam-doc", to_post=town.posts["deputy"].pk)
    decided(town, case)
    held = Posting.objects.on(TODAY).get(person=town.people["giam-doc"])
    assert (held.post, held.main) == (town.posts["deputy"], True)
    assert held.decision.number == "77-QĐ/TU"


def test_after_a_removal_nobody_rises(town, drawn):
    case = begun(town, "removal", to_post=town.posts["head"].pk)
    with pytest.raises(DomainError):
        decided(town, case)
    case.refresh_from_db()
    assert case.state == "running"
    assert not Departure.objects.exists()
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper is None


def test_a_refused_decision_writes_nothing(town, drawn):
    case = begun(town, "dismissal")
    decided(town, case, result="refused", reason="Chưa đủ căn cứ")
    assert not Departure.objects.exists()
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper is None


@pytest.mark.parametrize("stage", ["removal", "resignation"])
def test_a_dismissal_that_is_due_is_not_swapped(town, drawn, stage):
    stated(town, "pho", "party_low_votes", figure=Decimal(66), of=Decimal(99))
    actions_watch.watch(unit_id=town.province.pk, day=TODAY)
    with pytest.raises(DomainError) as refused:
        begun(town, stage)
    said = " ".join(refused.value.messages)
    assert "96-QĐ/TW" in said
    assert "377-QĐ/TW" in said
    assert not Case.objects.exists()
    begun(town, "dismissal")
    begun(town, "suspension", ground="suspension.civil-servant", days=5)


def test_a_finding_of_an_authority_bars_the_swap_before_the_next_look(town, drawn):
    stated(town, "pho", "dismissal.political-standard")
    with pytest.raises(DomainError):
        begun(town, "resignation")


def test_a_dismissal_ground_that_came_up_midway_stops_the_decision(town, drawn):
    case = begun(town, "resignation")
    stated(town, "pho", "dismissal.degradation")
    with pytest.raises(DomainError):
        decided(town, case)
    assert not Departure.objects.exists()


def test_what_was_set_aside_by_an_authority_bars_nothing(town, drawn):
    stated(town, "pho", "dismissal.degradation")
    (one,) = actions_watch.watch(unit_id=town.province.pk, day=TODAY).new
    assert swapping.barriers([town.people["pho"].pk], TODAY)
    actions_watch.set_aside(
        proposal_id=one.pk, reason="Kết luận đã được thay", version=one.version,
        by=town.users["quyet"],
    )  # fmt: skip
    assert swapping.barriers([town.people["pho"].pk], TODAY) == []
    begun(town, "resignation")


def of_dismissal(town):
    """A confirmed ground of dismissal with its case opened."""
    stated(town, "pho", "dismissal.degradation")
    (one,) = actions_watch.watch(unit_id=town.province.pk, day=TODAY).new
    case = opening.by_proposal(
        one, procedure="thu.dismissal", title="Miễn nhiệm", version=one.version, why="",
        today=TODAY, by=town.users["lan"],
    )  # fmt: skip
    return one, case


def test_withdrawing_the_case_of_a_dismissal_opens_no_way_around_it(town, drawn):
    one, case = of_dismissal(town)
    case.refresh_from_db()
    cases.withdraw(
        case_id=case.pk, reason="Rút", version=case.version, by=town.users["lan"], today=TODAY
    )
    with pytest.raises(DomainError):
        begun(town, "resignation")
    kept = actions_watch.watch(unit_id=town.province.pk, day=TODAY)
    assert [row.pk for row in kept.new] == [one.pk]


def test_once_the_authority_decided_against_a_dismissal_nothing_is_barred(town, drawn):
    _one, case = of_dismissal(town)
    decided(town, case, result="refused", reason="Chưa đủ căn cứ")
    begun(town, "resignation")


@pytest.mark.parametrize("about", ["on-duty", "under-inspection"])
def test_a_resignation_is_refused_on_duty_or_under_inspection(town, drawn, about):
    stated(town, "pho", f"resignation.refused-{about}")
    with pytest.raises(DomainError) as refused:
        begun(town, "resignation")
    assert "170/2025" in " ".join(refused.value.messages)
    begun(town, "dismissal")


def test_a_case_is_opened_on_a_proposal_once(town, drawn):
    stated(town, "pho", "party_low_votes", figure=Decimal(55), of=Decimal(100))
    kept = actions_watch.watch(unit_id=town.province.pk, day=TODAY)
    one = next(row for row in kept.new if row.confirmed)

    def go():
        with seen_by(town.users["lan"].pk):
            return opening.by_proposal(
                Proposal.objects.get(pk=one.pk), procedure="thu.removal", title="Xem xét",
                version=one.version, why="", today=TODAY, by=town.users["lan"],
            )  # fmt: skip

    case = go()
    one.refresh_from_db()
    assert (one.state, one.case_number) == ("opened", case.number)
    with pytest.raises(DomainError):
        go()
    assert Case.objects.count() == 1


def test_a_sign_needs_words_on_what_it_rests(town, drawn):
    from exits.conftest import rated

    rated(town, "pho", 2025)
    one = actions_watch.watch(unit_id=town.province.pk, day=TODAY).new[0]
    given = {"procedure": "thu.dismissal", "title": "Xem xét", "version": one.version,
             "today": TODAY, "by": town.users["lan"]}  # fmt: skip
    with pytest.raises(DomainError):
        opening.by_proposal(one, why=" ", **given)
    case = opening.by_proposal(one, why="Kết luận số 5 của cấp ủy", **given)
    assert case.payload["why"] == "Kết luận số 5 của cấp ủy"


# -- letters -------------------------------------------------------------------------------------


def sent(town, key="pho", ground="resignation.voluntary"):
    with seen_by(town.users[key].pk):
        return actions_letters.send(
            posting_id=town.postings[key].pk, ground=ground, text="Tôi xin từ chức.",
            wished=None, today=TODAY, by=town.users[key],
        )  # fmt: skip


def test_a_letter_is_taken_up_and_agreed_by_the_decision(town, drawn):
    letter = sent(town)
    with seen_by(town.users["lan"].pk):
        case = opening.by_letter(
            letter, procedure="thu.resignation", title="Từ chức", version=letter.version,
            today=TODAY, by=town.users["lan"],
        )  # fmt: skip
    letter.refresh_from_db()
    assert (letter.state, letter.case_number) == ("taken_up", case.number)
    decided(town, case)
    letter.refresh_from_db()
    assert letter.state == "agreed"
    assert Departure.objects.get().ground == "resignation.voluntary"


def test_a_letter_withdrawn_before_the_decision_leaves_nothing_to_decide(town, drawn):
    letter = sent(town)
    case = opening.by_letter(
        letter, procedure="thu.resignation", title="Từ chức", version=letter.version, today=TODAY,
        by=town.users["lan"],
    )  # fmt: skip
    letter.refresh_from_db()
    with seen_by(town.users["pho"].pk):
        actions_letters.withdraw(letter_id=letter.pk, version=letter.version, by=town.users["pho"])
    with pytest.raises(DomainError):
        decided(town, case)
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper is None


def test_nobody_writes_or_withdraws_the_letter_of_another(town):
    letter = sent(town)
    for who in ("giam-doc", "lan", "quyet"):
        with pytest.raises(Forbidden):
            actions_letters.withdraw(
                letter_id=letter.pk, version=letter.version, by=town.users[who]
            )
        with pytest.raises(Forbidden):
            actions_letters.send(
                posting_id=town.postings["pho"].pk, ground="resignation.voluntary", text="x",
                wished=None, today=TODAY, by=town.users[who],
            )  # fmt: skip


def test_a_letter_is_read_over_the_path_and_by_its_writer(town):
    letter = sent(town)
    for who, sees in (("pho", True), ("lan", True), ("quyet", True), ("hoa", False),
                      ("giam-doc", False), ("minh", False)):  # fmt: skip
        with seen_by(town.users[who].pk):
            assert Letter.objects.filter(pk=letter.pk).exists() is sees, who


def test_the_wall_keeps_a_letter_as_it_was_written(town):
    from django.db import ProgrammingError, transaction

    letter = sent(town)
    for who, change in (
        ("lan", {"text": "Khác"}), ("pho", {"text": "Khác"}), ("pho", {"state": "agreed"}),
        ("lan", {"state": "withdrawn"}),
    ):  # fmt: skip
        with (
            seen_by(town.users[who].pk),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
        ):
            Letter.objects.filter(pk=letter.pk).update(**change)


def test_a_letter_not_accepted_says_why(town):
    letter = sent(town)
    with pytest.raises(DomainError):
        actions_letters.refuse(
            letter_id=letter.pk, answer=" ", version=letter.version, by=town.users["quyet"]
        )
    done = actions_letters.refuse(
        letter_id=letter.pk, answer="Chưa bố trí người thay", version=letter.version,
        by=town.users["quyet"],
    )  # fmt: skip
    assert done.state == "refused"
    sent(town)  # and another may be written


# -- suspensions ---------------------------------------------------------------------------------


def suspended(town, first=TODAY, days=15, key="pho", **more):
    given = {
        "person_number": town.people[key].number, "ground": "suspension.civil-servant",
        "reason": "Xác minh", "first": first, "paper": PAPER, "confirmed_length": True,
        "last": actions_suspension.last_day(first, days), "today": TODAY,
        "by": town.users["lan"], **more,
    }  # fmt: skip
    with seen_by(town.users["lan"].pk):
        return actions_suspension.suspend(**given)


def test_no_text_in_force_says_how_long_so_a_person_vouches(town):
    with pytest.raises(DomainError):
        suspended(town, confirmed_length=False)
    made = suspended(town)
    assert made.limit is None
    assert actions_suspension.working_days(made.first, made.last) == 15


def test_a_confirmed_length_is_kept_to_the_day(town):
    text = (
        "id: suspension.civil_servant.max_working_days\n"
        "label: {vi: Thử, en: Try}\nregime: civil_servant\nunit: working day\ntype: integer\n"
        "comparison: <=\nstatus: shipped\nvalues:\n  - from: 2025-07-01\n    value: 15\n"
        "    cites: [170-2025-nd-cp#suspension]\n    confidence: read\n"
    )
    where = "parameters/suspension/civil_servant/max_working_days.yaml"
    with local_layer({where: text}):
        with pytest.raises(DomainError):
            suspended(town, days=16)
        assert suspended(town, days=15).limit == 15


def test_a_suspension_lapses_by_itself_after_its_last_day(town):
    made = suspended(town)
    assert actions_suspension.lapse(today=made.last) == 0
    assert actions_suspension.lapse(today=made.last + timedelta(days=1)) == 1
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("lapsed", made.last + timedelta(days=1))
    assert actions_suspension.lapse(today=made.last + timedelta(days=9)) == 0


def test_it_is_extended_once_and_lapses_after_the_new_last_day(town):
    made = suspended(town)
    to = workdays.after(made.last, 15)
    given = {
        "suspension_id": made.pk, "reason": "Chưa xác minh xong", "paper": PAPER,
        "confirmed_length": True, "by": town.users["lan"],
    }  # fmt: skip
    with pytest.raises(DomainError):  # too late
        actions_suspension.extend(
            **given, to=to, version=made.version, today=made.last + timedelta(days=1)
        )
    with seen_by(town.users["lan"].pk):
        more = actions_suspension.extend(**given, to=to, version=made.version, today=TODAY)
    assert more.extended_to == to
    with pytest.raises(DomainError):
        actions_suspension.extend(
            **given, to=to + timedelta(days=5), version=more.version, today=TODAY
        )
    assert actions_suspension.lapse(today=to) == 0
    assert actions_suspension.lapse(today=to + timedelta(days=1)) == 1


def test_it_ends_early_with_a_reason_and_a_document(town):
    made = suspended(town)
    given = {"suspension_id": made.pk, "paper": PAPER, "by": town.users["lan"]}
    with pytest.raises(DomainError):
        actions_suspension.end_early(
            **given, on=TODAY - timedelta(days=1), reason="x", version=made.version
        )
    with seen_by(town.users["lan"].pk):
        done = actions_suspension.end_early(
            **given, on=TODAY + timedelta(days=2), reason="Đã làm rõ", version=made.version
        )
    assert (done.state, done.ended_on) == ("ended", TODAY + timedelta(days=2))
    with pytest.raises(DomainError):
        actions_suspension.end_early(**given, on=TODAY, reason="x", version=done.version)


def test_nobody_is_suspended_twice_and_it_is_no_discipline(town):
    from ngangtam.records.personnel.models import Record

    suspended(town)
    with pytest.raises(DomainError):
        suspended(town)
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper is None
    assert not Record.objects.filter(person=town.people["pho"], kind="discipline").exists()


def test_a_case_suspends_for_the_working_days_it_names(town, drawn):
    case = begun(
        town, "suspension", ground="suspension.civil-servant", days=10, confirmed_length=True,
        reason="Cản trở xác minh",
    )  # fmt: skip
    decided(town, case)
    made = Suspension.objects.get()
    assert (made.first, made.case_number) == (TODAY, case.number)
    assert actions_suspension.working_days(made.first, made.last) == 10


def test_who_is_suspended_is_seen_over_the_path_and_by_the_person(town):
    made = suspended(town)
    for who, sees in (("pho", True), ("lan", True), ("tra", True), ("hoa", False),
                      ("minh", False), ("cv", False)):  # fmt: skip
        with seen_by(town.users[who].pk):
            assert Suspension.objects.filter(pk=made.pk).exists() is sees, who


def test_working_days_of_a_suspension_skip_tet(town):
    """Fifteen working days over the New Year of 2027 last longer than three weeks."""
    first = date(2027, 2, 1)
    last = actions_suspension.last_day(first, 15)
    assert (last - first).days > 21
    assert actions_suspension.working_days(first, last) == 15


def test_a_letter_whose_case_is_refused_is_answered_with_where(town, drawn):
    letter = sent(town)
    with seen_by(town.users["lan"].pk):
        case = opening.by_letter(
            letter, procedure="thu.resignation", title="Từ chức", version=letter.version,
            today=TODAY, by=town.users["lan"],
        )  # fmt: skip
    decided(
        town,
        case,
        result="refused",
        reason="Chưa bố trí được người thay",
        note="Chưa bố trí được người thay",
    )
    letter.refresh_from_db()
    assert letter.state == "refused"
    assert case.number in letter.answer
    assert Posting.objects.get(pk=town.postings["pho"].pk).valid.upper is None


def test_a_letter_whose_case_is_withdrawn_waits_again(town, drawn):
    letter = sent(town)
    with seen_by(town.users["lan"].pk):
        case = opening.by_letter(
            letter, procedure="thu.resignation", title="Từ chức", version=letter.version,
            today=TODAY, by=town.users["lan"],
        )  # fmt: skip
        case.refresh_from_db()
        cases.withdraw(case_id=case.pk, reason="Mở nhầm quy trình", version=case.version,
                       by=town.users["lan"], today=TODAY)  # fmt: skip
    letter.refresh_from_db()
    assert (letter.state, letter.case_number) == ("sent", "")


def test_what_a_document_says_is_told_to_every_case_that_asks_it(town):
    number, person = town.people["pho"].number, town.people["pho"].pk
    told = procedure_facts.facts_of([person], None, TODAY)[person]
    assert "fault_needs_remedy" not in told
    stated(town, "pho", "fault_needs_remedy", word=True)
    stated(town, "pho", "under_investigation", word=False)
    told = procedure_facts.facts_of([person], None, TODAY)[person]
    assert told["fault_needs_remedy"] is True
    assert told["under_investigation"] is False
    (hint,) = knowing.hints_of(["fault_needs_remedy"], number, None, TODAY)
    assert hint.href.endswith(f"{number}/finding/?about=fault_needs_remedy")
    assert "khắc phục" in hint.label


def test_a_later_document_takes_the_place_of_an_earlier_one(town):
    person = town.people["pho"].pk
    stated(town, "pho", "fault_needs_remedy", word=True)
    later = replace(PAPER, number="16-KL/UBKT", day=TODAY)
    actions_watch.state(
        person_number=town.people["pho"].number, about="fault_needs_remedy", word=False,
        says="Đã khắc phục xong", paper=later, today=TODAY, by=town.users["lan"],
    )  # fmt: skip
    assert procedure_facts.facts_of([person], None, TODAY)[person]["fault_needs_remedy"] is False


def test_what_conditions_ask_is_said_yes_or_no(town):
    with pytest.raises(DomainError):
        stated(town, "pho", "under_disciplinary_review")
