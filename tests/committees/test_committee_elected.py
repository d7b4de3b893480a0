"""A committee elected by a case: the list, the vote of the congress, the decision that seats."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation

from conftest import _user
from made_files import PDF, home
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.files import steps as files
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.organisation.models import Post
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.ballots import actions as ballots
from ngangtam.stages.committees import actions, cases, queries
from ngangtam.stages.committees.actions import Standing
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.procedure import actions as procedure
from ngangtam.stages.procedure import (
    actions_dossier,
    actions_gates,
    actions_meetings,
    actions_opinions,
    voting,
)
from ngangtam.stages.procedure.models import Case, DossierItem, GateFinding, Opinion, Step
from ngangtam.stages.procedure.values import SubjectValues
from offices import read_as_owner
from planning_people import make_person

__all__ = ["home"]
pytestmark = pytest.mark.django_db
PROCEDURE = "party.committee"


@pytest.fixture(autouse=True)
def _store(home, monkeypatch):
    read_as_owner(monkeypatch)
    with translation.override("en"):
        yield


@pytest.fixture
def seat(commune, members):
    return Post.objects.get(unit=commune, title="Đảng ủy viên")


@pytest.fixture
def hands(lan, approver, lan_province):
    return {
        "officer": lan, "decider": approver,
        "second": _user("hai", "Ngô Thị Hai", "personnel_officer", lan_province),
        "teller": _user("dem", "Lý Văn Đếm", "personnel_officer", lan_province),
    }  # fmt: skip


@pytest.fixture
def draw_up(commune, source, lan, approver, numbers):
    """An approved list of five for four seats: these, and newcomers."""

    def run(*first, term="2025–2030"):
        post = Post.objects.get(unit=commune, title="Phó Chủ tịch")
        structure = actions.open_structure(
            unit_code="T1.X1", term=term, by=lan, numbers=numbers(seats=4, standing=2, deputies=2)
        )
        new = [make_person(f"Người Mới {n}", post, source, born=date(1984 + n, 1, 1))
               for n in range(1, 6 - len(first))]  # fmt: skip
        for person in (*first, *new):
            actions.add(
                structure_id=structure.pk, by=lan, version=None, today=today(),
                standing=Standing(person.number, "first", judgement="Đã xem xét"),
            )  # fmt: skip
        # What the law says of a commune's numbers is tried elsewhere; here the list only stands.
        Structure.objects.filter(pk=structure.pk).update(
            state="approved", approved_by=approver, approved_on=today(), document="12-TB/TU"
        )
        structure.refresh_from_db()
        return structure, [*first, *new]

    return run


@pytest.fixture
def listed(draw_up, members):
    """One who sits now stands again, beside four newcomers."""
    return draw_up(members["young"])


class Walk:
    """One case that elects and its hands."""

    def __init__(self, case, hands):
        self.case, self.hands = case, hands

    def step(self):
        return Step.objects.get(case=self.case, state="waiting")

    def do(self, who, act, **given):
        self.case.refresh_from_db()
        with seen_by(self.hands[who].pk):
            return act(by=self.hands[who], **given)

    def complete(self, who, **answers):
        self.do(who, procedure.complete_step, case_id=self.case.pk, step_id=self.step().pk,
                answers=answers, version=None, today=today())  # fmt: skip
        self.case.refresh_from_db()

    def to_the_vote(self):
        step = self.step()
        for item in DossierItem.objects.filter(step=step):
            paper = files.check(SimpleUploadedFile("Đề án nhân sự.pdf", PDF))
            self.do("officer", actions_dossier.attach, item_id=item.pk, file=paper)
            self.do("second", actions_dossier.check, item_id=item.pk)
        self.complete("officer")
        for one in GateFinding.objects.filter(step=self.step(), outcome="unknown", ruling=""):
            self.do("officer", actions_gates.rule_on, finding_id=one.pk, met=True,
                    reason="Đã kiểm tra hồ sơ giấy")  # fmt: skip
        self.complete("officer")
        step = self.step()
        self.do("officer", actions_opinions.ask_opinion, case_id=self.case.pk, step_id=step.pk,
                body="Ban Thường vụ Tỉnh ủy", question="Xin ý kiến về đề án nhân sự",
                due=today() + timedelta(days=7), version=None, today=today())  # fmt: skip
        asked = Opinion.objects.get(step=step)
        self.do("officer", actions_opinions.answer_opinion, opinion_id=asked.pk, verdict="agrees",
                text="Đồng ý", reference="05-CV/TU", today=today())  # fmt: skip
        self.complete("officer")
        assert self.step().bpmn == "election"

    def vote(self, chosen, *, seats=4, present=100):
        """Count the papers of the congress: who was chosen on how many."""
        step = self.step()
        self.do("officer", actions_meetings.convene, case_id=self.case.pk, step_id=step.pk,
                answers={"convened": present, "present": present, "day": today()}, version=None,
                today=today())  # fmt: skip
        people = list(self.case.subjects.filter(state="in"))
        poll = self.do(
            "officer", ballots.prepare_poll, unit_id=self.case.unit_id, title="Bầu cấp ủy",
            kind="choose", rules="counting.party_election",
            options=[ballots.OptionValues(one.name, one.person_id) for one in people],
            voters=[], convened=present, needed=2, on_paper=True, max_choices=seats, seats=seats,
            tellers=[self.hands[one].pk for one in ("teller", "second")], announced=True,
            reference=voting.reference(self.case, step), today=today(),
        )  # fmt: skip
        self.do("officer", ballots.open_poll, poll_id=poll.pk, present=present)
        votes = {
            str(place): {"chosen": chosen[one.person_id]}
            for place, one in enumerate(people, start=1)
        }
        given = {"issued": present, "returned": present, "valid": present, "invalid": {},
                 "votes": votes}  # fmt: skip
        for teller in ("teller", "second"):
            self.do(teller, ballots.enter_figures, poll_id=poll.pk, given=given, version=0)
        actions_meetings.take_counted(poll_id=poll.pk, today=today())
        self.case.refresh_from_db()

    def confirm(self, **more):
        self.complete("decider", number="88-QĐ/TU", day=today(), body="Ban Thường vụ Tỉnh ủy",
                      signer="Phan Văn Ký", result="approved", **more)  # fmt: skip


@pytest.fixture
def begin(hands, seat):
    def run(structure, *, renews=True):
        with seen_by(hands["officer"].pk):
            case = cases.open_for_list(
                structure_id=structure.pk, procedure=PROCEDURE, post_id=seat.pk, renews=renews,
                version=None, by=hands["officer"], today=today(),
            )  # fmt: skip
        return Walk(case, hands)

    return run


@pytest.fixture
def voted(listed, begin):
    """The congress gave the last of the list too few votes."""

    def run(**more):
        structure, people = listed
        walk = begin(structure, **more)
        walk.to_the_vote()
        walk.vote({one.pk: 90 - 5 * at if at < 4 else 30 for at, one in enumerate(people)})
        return walk, structure, people

    return run


def held(post, day):
    return set(Posting.objects.on(day).filter(post=post).values_list("person_id", flat=True))


def test_those_elected_take_their_seats_by_the_decision(voted, seat, members):
    first = today() + timedelta(days=3)
    before = held(seat, today())
    walk, structure, people = voted()
    assert walk.step().bpmn == "confirm"
    assert held(seat, first) == before, "the vote alone seats nobody"

    walk.confirm(effective_on=first)

    structure.refresh_from_db()
    assert (structure.decision, structure.elected_on) == (walk.case.decision, first)
    won = {one.pk for one in people[:4]}
    assert held(seat, first) == won
    assert held(seat, first - timedelta(days=1)) == before, "the former term sits until then"
    new = Posting.objects.get(person=people[1], post=seat)
    assert (new.decision, new.main, new.valid.lower) == (walk.case.decision, False, first)
    again = Posting.objects.filter(person=members["young"], post=seat).order_by("valid")
    assert [one.valid.upper for one in again] == [first, None], "a new term is a new posting"
    marks = dict(Candidate.objects.filter(structure=structure).values_list("person", "elected"))
    assert {person for person, elected in marks.items() if elected} == won
    assert marks[people[4].pk] is False


def test_members_who_are_added_leave_the_others_in_their_seats(draw_up, seat, begin):
    structure, people = draw_up(term="Bổ sung")
    before = held(seat, today())
    walk = begin(structure, renews=False)
    walk.to_the_vote()
    walk.vote({one.pk: 90 if at < 4 else 20 for at, one in enumerate(people)})
    walk.confirm()

    assert held(seat, today()) == before | {one.pk for one in people[:4]}


def test_who_sits_already_is_not_added_again(listed, begin):
    structure, people = listed
    walk = begin(structure, renews=False)
    walk.to_the_vote()
    walk.vote({one.pk: 90 if at < 4 else 20 for at, one in enumerate(people)})

    with pytest.raises(DomainError, match="holds this seat already"):
        walk.confirm()


def test_nothing_is_written_when_one_seat_cannot_be_given(voted, seat, source, people_later):
    walk, structure, people = voted()
    people_later(seat)

    with pytest.raises(DomainError, match="only from"):
        walk.confirm()

    walk.case.refresh_from_db()
    structure.refresh_from_db()
    assert (walk.case.decision, structure.decision) == (None, None)
    assert not Posting.objects.filter(person=people[1], post=seat).exists()
    assert not Candidate.objects.filter(elected__isnull=False).exists()


@pytest.fixture
def people_later(source, commune):
    """Somebody comes into a seat of the committee tomorrow."""
    from ngangtam.records.personnel import steps

    def add(seat):
        post = Post.objects.get(unit=commune, title="Phó Chủ tịch")
        person = make_person("Người Đến Sau", post, source)
        steps.add_posting(person=person, post=seat, first_day=today() + timedelta(days=1),
                          source=source, main=False, seat=30)  # fmt: skip

    return add


def test_a_refused_confirmation_seats_nobody(voted, seat):
    before = held(seat, today())
    walk, structure, _people = voted()
    walk.complete("decider", result="refused", reason="Bầu chưa đúng quy chế")

    structure.refresh_from_db()
    assert (walk.case.state, structure.decision) == ("refused", None)
    assert held(seat, today()) == before


def test_a_list_is_elected_from_once_it_is_approved(structure, begin):
    with pytest.raises(DomainError):
        begin(structure)
    assert not Case.objects.exists()


def test_one_case_at_a_time_and_one_election(voted, listed, begin):
    structure, _people = listed
    walk, *_rest = voted()
    with pytest.raises(DomainError, match=walk.case.number):
        begin(structure)
    walk.confirm()
    with pytest.raises(DomainError, match="elected already"):
        begin(structure)


def test_only_a_seat_of_the_committee_itself(listed, lan, commune, seat):
    structure, _people = listed
    other = Post.objects.get(unit=commune, title="Phó Chủ tịch")
    given = {"structure_id": structure.pk, "procedure": PROCEDURE, "renews": True,
             "version": None, "by": lan, "today": today()}  # fmt: skip

    assert cases.seats_of(structure, today()) == [seat]
    with pytest.raises(DomainError, match="seat of this committee"):
        cases.open_for_list(post_id=other.pk, **given)
    with pytest.raises(DomainError, match="from the page of the committee"):
        procedure.open_case(
            procedure=PROCEDURE, unit_id=commune.pk, title="Bầu", by=lan, today=today(),
            subjects=[SubjectValues(listed[1][0].pk)],
        )  # fmt: skip


def test_who_keeps_nothing_there_opens_no_case(listed, minh, hoa, approver, seat):
    structure, _people = listed
    for somebody in (minh, hoa, approver):
        with seen_by(somebody.pk), pytest.raises((Forbidden, Structure.DoesNotExist)):
            cases.open_for_list(
                structure_id=structure.pk, procedure=PROCEDURE, post_id=seat.pk, renews=True,
                version=None, by=somebody, today=today(),
            )  # fmt: skip


def test_the_wall_lets_nobody_else_say_who_was_elected(listed, approver, lan):
    for somebody in (approver, lan):
        with seen_by(somebody.pk), connection.cursor() as cursor:
            cursor.execute("update committees_candidate set elected = true")
            assert cursor.rowcount == 0
            cursor.execute("update committees_structure set elected_on = current_date")
            assert cursor.rowcount == 0


def test_the_structure_of_the_list_is_measured(listed, lan, approver):
    structure, _people = listed
    structure.figures = {"young_under": 40, "band_width": 5, "women_percent": 20}
    structure.figures_basis = "Kế hoạch 5-KH/TU"
    structure.save()

    board = queries.board(lan, structure, today())

    assert [people for *_edges, people in board.bands.rows] == [3, 2, 0]
    assert board.bands.outcome == "not_met", "nobody in the oldest band"
    women = next(one for one in board.shares if one.name == "women")
    assert (women.yes, women.total, women.outcome) == (0, 5, "not_met")
    target = next(one for one in board.targets if one.after.total)
    assert (target.today.total, target.after.total) == (3, 5)
    assert target.after.outcome == "not_met"
    assert target.target.cites


def test_bands_wait_for_a_figure(listed, lan):
    board = queries.board(lan, listed[0], today())

    assert (board.bands.rows, board.bands.outcome) == (None, "unknown")
    assert len(board.bands.ages) == 5


def test_the_page_opens_the_case_once_the_list_is_approved(
    listed, structure_of_another_term, client, lan, approver, minh, seat
):
    structure, _people = listed
    page = f"/committees/{structure.pk}/election/"
    for somebody in (approver, minh):
        client.force_login(somebody)
        assert client.get(page).status_code == 404
    client.force_login(lan)
    assert client.get(f"/committees/{structure_of_another_term.pk}/election/").status_code == 404
    assert client.get(page).status_code == 200

    given = {"procedure": PROCEDURE, "post": seat.pk, "renews": "on", "version": structure.version}
    answer = client.post(page, given)

    case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    assert case.payload == {"structure": structure.pk, "renews": True}
    assert client.get(page).status_code == 404, "one case at a time"
    assert case.number in client.get(structure.get_absolute_url()).content.decode()


@pytest.fixture
def structure_of_another_term(commune, lan, numbers):
    """A list that nobody approved yet."""
    return actions.open_structure(unit_code="T1.X1", term="2030–2035", numbers=numbers(), by=lan)
