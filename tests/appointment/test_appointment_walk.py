"""An appointment from the empty post to the posting, by each hand as the web's own role.

Refusals come where they would: a condition not met, a quorum missed, a tie, exactly one half, a
hold, a deadline passed. What the decision writes is in the file, and the journal verifies.
"""

from datetime import timedelta

import pytest

from conftest import _user
from made_files import home
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.appointment import starts, vacancies
from ngangtam.stages.appointment.models import Term
from ngangtam.stages.appointment.starts import Wish
from ngangtam.stages.planning.models import Plan
from ngangtam.stages.procedure import (
    actions_gates,
    actions_holds,
    actions_meetings,
)
from ngangtam.stages.procedure.models import Case, GateFinding
from offices import read_as_owner
from walked_cases import Walk

__all__ = ["home"]
pytestmark = pytest.mark.django_db
ONSITE, OUTSIDE = "civil_servant.appointment-onsite", "civil_servant.appointment-outside"


@pytest.fixture(autouse=True)
def _store(home, monkeypatch):
    read_as_owner(monkeypatch)


@pytest.fixture
def hands(lan, lan_province):
    return {
        "officer": lan,
        "second": _user("hai", "Ngô Thị Hai", "personnel_officer", lan_province),
        "teller": _user("dem", "Lý Văn Đếm", "personnel_officer", lan_province),
        "appraiser": _user("tham", "Bùi Văn Thẩm", "appraiser", lan_province),
        "decider": _user("quyet", "Hà Văn Quyết", "deciding_member", lan_province),
        "inspector": _user("tra", "Lý Thị Tra", "inspector", lan_province),
    }


@pytest.fixture
def walk(hands):
    def begin(post, people, procedure=ONSITE, **more):
        wish = Wish(procedure, tuple(one.number for one in people), **more)
        with seen_by(hands["officer"].pk):
            case = starts.open_for_post(post=post, wish=wish, by=hands["officer"], today=today())
        return Walk(case, hands)

    return begin


@pytest.fixture
def an(employ, official):
    return employ("Lý Văn An", official)


@pytest.fixture
def binh(employ, official):
    return employ("Đặng Thị Bình", official)


def test_from_an_empty_post_to_the_posting_and_its_term(walk, director, official, an, lan):
    assert [one.post for one in vacancies.vacancies(lan, today())] == [director]
    # By words of the title with or without accents, beside words of the unit.
    for words in (director.title.upper(), "giam doc", f"giám {director.unit.name_plain}"):
        found = vacancies.vacancies(lan, today(), words=words)
        assert [one.post for one in found] == [director], words
    assert not vacancies.vacancies(lan, today(), words="khongcoai")
    first = today() + timedelta(days=5)
    one = walk(director, [an])

    one.to("decide")
    one.decide(effective_on=first)

    one.case.refresh_from_db()
    assert one.case.state == "done"
    posting = Posting.objects.get(person=an, post=director)
    assert (posting.valid.lower, posting.valid.upper, posting.seat) == (first, None, 1)
    assert posting.decision == one.case.decision
    assert Posting.objects.get(person=an, post=official).valid.upper == first
    term = Term.objects.get(person=an)
    assert (term.first, term.case_number, term.decision) == (
        first, one.case.number, one.case.decision,
    )  # fmt: skip
    assert term.until.year == first.year + 5


@pytest.fixture
def planned_here(director, lan, decision):
    """The department has an approved succession plan, in which nobody of these tests stands."""
    day = today()
    return Plan.objects.create(
        unit=director.unit, path=director.unit.path, term="2025-2030",
        first=day.replace(month=1, day=1),
        until=day.replace(year=day.year + 4), counted_on=day, state="approved", approved_on=day,
        decision=decision, made_by=lan,
    )  # fmt: skip


def test_a_condition_not_met_goes_on_only_as_a_special_case(walk, director, an, planned_here):
    one = walk(director, [an])
    one.to("gates")
    step = one.step()
    one.rule_on_open_ones(step)
    (finding,) = GateFinding.objects.filter(step=step, outcome="not_met")
    assert finding.gate == "appointment.in-plan-civil-servant"
    allow = {"authority": "Ban Thường vụ", "reason": "Nhu cầu cấp bách", "document": "05-TB/TU"}

    with pytest.raises(DomainError, match=r"Not met|Không đạt"):
        one.complete("officer")
    with pytest.raises(Forbidden):
        one.do("officer", actions_gates.special_case, finding_id=finding.pk, **allow)
    with pytest.raises(DomainError):
        one.do(
            "decider", actions_gates.special_case, finding_id=finding.pk,
            **{**allow, "reason": ""},
        )  # fmt: skip
    one.special(finding)
    one.complete("officer")

    finding.refresh_from_db()
    assert (finding.special, finding.authority) == (True, "Ban Thường vụ")
    assert one.step().bpmn == "s1_leadership"


def test_a_meeting_without_its_quorum_does_not_count(walk, director, an):
    one = walk(director, [an])
    one.to("s2_expanded")

    with pytest.raises(DomainError, match="2/3"):
        one.vote({an.pk: 5}, convened=9, present=5)

    assert one.step().bpmn == "s2_expanded"


def test_equal_votes_below_half_choose_nobody(walk, director, an, binh):
    one = walk(director, [an, binh])
    one.to("s2_expanded")
    one.settling = False

    came_to = one.vote({an.pk: 4, binh.pk: 4}, convened=9, present=8)

    assert came_to == "failed"
    assert one.case.state == "refused"
    assert not Posting.objects.filter(post=director).exists()


def test_exactly_one_half_of_those_convened_is_decided_by_the_head(
    walk, director, post, employ, hands
):
    outside = employ("Trần Văn Ngoài", post("Kế toán trưởng", unit="beside"))
    one = walk(director, [outside], OUTSIDE)
    one.to("s2_vote")
    one.settling = False

    assert one.vote({outside.pk: 5}, convened=10, present=9) == "head_decides"
    with pytest.raises((DomainError, Forbidden)):
        one.do("officer", actions_meetings.settle_half, case_id=one.case.pk,
               step_id=one.step().pk, passed=True, reason="x", version=None,
               today=today())  # fmt: skip
    one.settle(passed=True)

    assert one.step().bpmn == "s2_dossier"


def test_a_hold_stops_the_case_until_it_is_lifted(walk, director, an, hands):
    one = walk(director, [an])
    one.to("s1_leadership")
    hold = one.do("inspector", actions_holds.place_hold, reason="Đang xác minh đơn",
                  person_id=an.pk)  # fmt: skip

    one.case.refresh_from_db()
    assert one.case.state == "frozen"
    with pytest.raises(DomainError):
        one.to("decide")
    with pytest.raises(DomainError, match="hold"):
        starts.open_for_post(
            post=director, wish=Wish(ONSITE, (an.number,)), by=hands["officer"], today=today()
        )
    one.do("inspector", actions_holds.lift_hold, hold_id=hold.pk, reason="Đã xác minh xong")
    one.to("decide")
    one.decide()

    assert Posting.objects.filter(person=an, post=director).exists()


def test_a_deadline_that_passed_is_seen_and_stops_nobody(walk, director, an):
    one = walk(director, [an])
    one.to("decide")
    step = one.step()
    step.due = today() - timedelta(days=3)
    step.save(update_fields=["due"])

    one.decide()

    assert Posting.objects.filter(person=an, post=director).exists()


def test_the_seat_that_was_taken_meanwhile_undoes_the_decision_whole(
    walk, director, an, binh, employ
):
    one = walk(director, [an])
    one.to("decide")
    employ("Người Khác", director, first=today())

    with pytest.raises(DomainError, match="seat"):
        one.decide()

    one.case.refresh_from_db()
    assert one.case.decision is None
    assert not Posting.objects.filter(person=an, post=director).exists()
    assert an.postings.get().valid.upper is None


def test_on_probation_where_the_case_says_so(walk, director, an):
    one = walk(director, [an], probation_months=6, goals=("Trình đề án trước quý III",))
    one.to("decide")
    one.decide()

    term = Term.objects.get(person=an)
    assert term.kind == "probation"
    assert term.goals[0]["goal"] == "Trình đề án trước quý III"


def test_a_secondment_by_its_own_procedure(walk, deputy, post, employ):
    person = employ("Mạc Thị Phụng", deputy)
    place = post("Phó Giám đốc Sở Tài chính", unit="beside", leadership=True)
    one = walk(place, [person], "civil_servant.secondment", months=24, entered={
        person.number: {"under_investigation": False, "seriously_ill": False},
    })  # fmt: skip
    assert one.case.payload["secondment_months"] == 24

    one.to("decide")
    one.decide()

    posting = Posting.objects.get(person=person, post=place)
    assert not posting.main
    assert Term.objects.get(person=person).kind == "secondment"
    assert Posting.objects.get(person=person, post=deputy).valid.upper is None


def test_whoever_holds_no_main_post_is_not_seconded_and_no_case_opens(walk, post, employ, official):
    gone = employ("Mạc Thị Phụng", official)
    Posting.objects.filter(person=gone).update(main=False)

    with pytest.raises(DomainError, match="main post"):
        walk(post("Phó Giám đốc Sở Tài chính", unit="beside"), [gone],
             "civil_servant.secondment", months=12)  # fmt: skip

    assert not Case.objects.exists()


def test_too_long_a_secondment_does_not_pass_its_condition(walk, deputy, post, employ):
    person = employ("Mạc Thị Phụng", deputy)
    place = post("Phó Giám đốc Sở Tài chính", unit="beside", leadership=True)
    one = walk(place, [person], "civil_servant.secondment", months=40)
    one.to("gates")

    limit = GateFinding.objects.get(step=one.step(), gate="secondment.within-limit")

    assert limit.outcome == "not_met"


def test_a_reappointment_is_opened_from_the_list_and_gives_a_new_term(walk, deputy, employ, hands):
    person = employ("Mạc Thị Phụng", deputy)
    posting = person.postings.select_related("person", "post__unit").get()
    with seen_by(hands["officer"].pk):
        (case,), refused = starts.open_reappointments(
            procedure="civil_servant.reappointment", postings=[posting], by=hands["officer"],
            today=today(),
        )  # fmt: skip
    assert refused == []
    one = Walk(case, hands)
    one.to("decide")
    one.decide()

    term = Term.objects.get(person=person)
    assert (term.posting, term.kind) == (posting, "term")
    assert Posting.objects.filter(person=person).count() == 1


def test_one_who_is_held_stops_no_other_reappointment(employ, deputy, hands):
    people = [employ(name, deputy, seat=seat) for seat, name in enumerate(("An", "Bình"), start=1)]
    with seen_by(hands["inspector"].pk):
        actions_holds.place_hold(person_id=people[0].pk, reason="x", by=hands["inspector"])
    postings = [
        one.postings.select_related("person", "post__unit").get() for one in people
    ]  # fmt: skip

    with seen_by(hands["officer"].pk):
        opened, refused = starts.open_reappointments(
            procedure="civil_servant.reappointment", postings=postings, by=hands["officer"],
            today=today(),
        )  # fmt: skip

    assert len(opened) == 1
    assert len(refused) == 1
    assert "An" in refused[0]
    assert Case.objects.count() == 1
