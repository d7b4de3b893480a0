"""A meeting's step and its vote: quorum, the count completes the step, ties and the half."""

import pytest

from conftest import _user
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.stages.ballots import actions as ballots
from ngangtam.stages.procedure import actions, actions_holds, actions_meetings, voting
from ngangtam.stages.procedure.models import Step
from ngangtam.stages.procedure.values import SubjectValues
from procedures_drawn import draw, step

pytestmark = pytest.mark.django_db
MEET = (
    step("meet", "meeting", "collective", ballot="counting.yes_no", seats="1", quorum="2/3",
         quorum_of="convened"),
    step("note", "record"),
)  # fmt: skip


@pytest.fixture
def case(drawn, person, other, officer, lan_department):
    drawn(**{"procedures/thu/vote.bpmn": draw("thu.vote", MEET)})
    return actions.open_case(
        procedure="thu.vote", unit_id=lan_department.pk, title="Bỏ phiếu", by=officer,
        subjects=[SubjectValues(person.pk), SubjectValues(other.pk)], today=today(),
    )  # fmt: skip


@pytest.fixture
def tellers(lan_province):
    return [_user("kiem-1", "Kiểm Một"), _user("kiem-2", "Kiểm Hai")]


def waiting(case):
    return Step.objects.get(case=case, state="waiting")


def convene(case, by, **given):
    answers = {"convened": 10, "present": 9, "day": today(), **given}
    return actions_meetings.convene(
        case_id=case.pk, step_id=waiting(case).pk, answers=answers, version=None, by=by,
        today=today(),
    )  # fmt: skip


def vote(case, by, tellers, person, other, *, yes, unlike=False):
    poll = ballots.prepare_poll(
        unit_id=case.unit_id, title="Bỏ phiếu", kind="yes_no", rules="counting.yes_no",
        options=[ballots.OptionValues(person.full_name, person.pk),
                 ballots.OptionValues(other.full_name, other.pk)],
        voters=[], convened=10, tellers=[one.pk for one in tellers], needed=2, on_paper=True,
        max_choices=2, seats=2, announced=True, share_of="",
        reference=voting.reference(case, waiting(case)), by=by, today=today(),
    )  # fmt: skip
    ballots.open_poll(poll_id=poll.pk, present=9, by=by)
    told = {
        "issued": 9, "returned": 9, "valid": 9, "invalid": {},
        "votes": {"1": {"yes": yes, "no": 9 - yes}, "2": {"yes": 2, "no": 7}},
    }  # fmt: skip
    for teller in tellers:
        ballots.enter_figures(poll_id=poll.pk, given=told, version=0, by=teller)
    return poll


def test_a_meeting_without_its_quorum_is_not_noted(case, officer):
    with pytest.raises(DomainError, match="2/3"):
        convene(case, officer, present=6)
    convene(case, officer, present=7, place="Hội trường tầng 2")
    assert waiting(case).prepared["present"] == 7
    assert waiting(case).prepared["place"] == "Hội trường tầng 2"


def test_the_step_is_not_completed_by_hand(case, officer):
    with pytest.raises(DomainError):
        actions.complete_step(
            case_id=case.pk, step_id=waiting(case).pk, version=None, by=officer, today=today(),
            answers={"convened": 9, "present": 9, "day": today(), "minutes": "x",
                     "result": "passed"},
        )  # fmt: skip


def test_the_count_completes_the_step_and_leaves_out_who_was_not_chosen(
    case, officer, tellers, person, other
):
    convene(case, officer)
    poll = vote(case, officer, tellers, person, other, yes=8)
    # The tellers have no part in the case: the worker takes the result.
    assert waiting(case).kind == "meeting"
    assert actions_meetings.take_counted(poll_id=poll.pk, today=today()) is not None
    done = Step.objects.get(case=case, kind="meeting")
    assert (done.outcome, done.done_by) == ("passed", None)
    assert done.answers["valid"] == 9
    assert case.subjects.get(person=other).state == "out"
    assert case.subjects.get(person=person).state == "in"
    assert waiting(case).kind == "record"
    assert actions_meetings.take_counted(poll_id=poll.pk, today=today()) is None


def test_a_count_by_somebody_who_carries_the_case_completes_it_at_once(
    case, officer, second, tellers, person, other
):
    convene(case, officer)
    vote(case, officer, [tellers[0], second], person, other, yes=8)
    assert Step.objects.get(case=case, kind="meeting").outcome == "passed"


def test_nobody_chosen_ends_the_case(case, officer, second, tellers, person, other):
    convene(case, officer)
    vote(case, officer, [tellers[0], second], person, other, yes=3)
    case.refresh_from_db()
    assert case.state == "refused"


def test_a_hold_keeps_the_result_waiting(case, officer, inspector, tellers, person, other):
    convene(case, officer)
    hold = actions_holds.place_hold(reason="Dừng", by=inspector, case_id=case.pk)
    poll = vote(case, officer, tellers, person, other, yes=8)
    assert actions_meetings.take_counted(poll_id=poll.pk, today=today()) is None
    with pytest.raises(DomainError):
        actions_meetings.take_result(
            case_id=case.pk, step_id=waiting(case).pk, version=None, by=officer, today=today()
        )
    actions_holds.lift_hold(hold_id=hold.pk, reason="xong", by=inspector)
    actions_meetings.take_result(
        case_id=case.pk, step_id=waiting(case).pk, version=None, by=officer, today=today()
    )
    assert waiting(case).kind == "record"


def test_exactly_one_half_waits_for_the_head(
    case, officer, decider, tellers, person, other, monkeypatch
):
    convene(case, officer)
    poll = vote(case, officer, tellers, person, other, yes=5)
    said = voting.Counted("head_decides", (), (person.pk,), {"poll": poll.pk})
    monkeypatch.setattr(voting, "counted", lambda _poll: said)
    actions_meetings.take_counted(poll_id=poll.pk, today=today())
    one = waiting(case)
    assert one.prepared["came_to"] == "head_decides"
    settle = {
        "case_id": case.pk, "step_id": one.pk, "passed": True, "version": None, "today": today(),
    }  # fmt: skip
    with pytest.raises(Forbidden):
        actions_meetings.settle_half(**settle, reason="Nhu cầu", by=officer)
    with pytest.raises(DomainError):
        actions_meetings.settle_half(**settle, reason="", by=decider)
    actions_meetings.settle_half(**settle, reason="Nhu cầu", by=decider)
    assert Step.objects.get(pk=one.pk).outcome == "passed"


def test_a_tie_leaves_the_step_for_another_round(
    case, officer, decider, tellers, person, other, monkeypatch
):
    convene(case, officer)
    poll = vote(case, officer, tellers, person, other, yes=5)
    said = voting.Counted("reballot", (), (), {"poll": poll.pk})
    monkeypatch.setattr(voting, "counted", lambda _poll: said)
    actions_meetings.take_counted(poll_id=poll.pk, today=today())
    assert waiting(case).prepared["came_to"] == "reballot"
    with pytest.raises(DomainError):
        actions_meetings.settle_half(
            case_id=case.pk, step_id=waiting(case).pk, passed=True, reason="x", version=None,
            by=decider, today=today(),
        )  # fmt: skip


def test_the_vote_is_prepared_from_the_case(client, case, officer, tellers, person):
    client.force_login(officer)
    where = f"/cases/{case.number}/steps/{waiting(case).pk}/vote/"
    assert client.get(where).status_code == 404
    convene(case, officer)
    page = client.get(where)
    assert page.status_code == 200
    assert person.number in page.content.decode()
    answer = client.post(where, {
        "title": "Bỏ phiếu", "rules": "counting.yes_no", "options": person.number,
        "write_ins": 0, "seats": 1, "max_choices": 1, "convened": 10, "needed": 2,
        "on_paper": "on", "more_tellers": "kiem-1\nkiem-2", "quorum": "2/3",
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "/ballots/" in page
