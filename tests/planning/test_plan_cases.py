"""A plan that a case decides about: opened, walked to the decision, written in its transaction.

Each step is done by the account that may, as the web's own role; the limits and the rule that
planning and proposing for appointment do not go together hold on the way and at the end.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from conftest import _user
from made_files import PDF, home
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.files import steps as files
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.loader import PACKAGE
from ngangtam.records.personnel.models import Record
from ngangtam.stages.planning import actions, actions_review, cases
from ngangtam.stages.planning.actions import Document, Proposal
from ngangtam.stages.planning.models import Plan, PlanEntry
from ngangtam.stages.procedure import actions as procedure
from ngangtam.stages.procedure import actions_dossier, actions_gates
from ngangtam.stages.procedure.models import Case, DossierItem, GateFinding, Step
from ngangtam.stages.procedure.values import SubjectValues
from offices import read_as_owner
from planning_people import make_person
from procedures_drawn import local_layer

__all__ = ["home"]
pytestmark = pytest.mark.django_db
PEOPLE, TITLES, APART = (
    "planning.people-per-title", "planning.titles-per-person", "planning.not-with-appointment",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _store(home, monkeypatch):
    read_as_owner(monkeypatch)
    with translation.override("en"):
        yield


@pytest.fixture
def hands(keeper, approver, lan_province):
    return {
        "officer": keeper, "decider": approver,
        "second": _user("hai", "Ngô Thị Hai", "personnel_officer", lan_province),
    }  # fmt: skip


@pytest.fixture
def in_force():
    """The yearly review is confirmed in the rulebook; the first planning, here by the authority."""
    text = (PACKAGE / "procedures/party/planning-review.bpmn").read_text("utf-8")
    own = text.replace("party.planning-review", "so.planning").replace("Đã rà soát", "Xong")
    with local_layer({"procedures/so/planning.bpmn": own}) as book:
        assert not [one for one in book.problems if "so/" in str(one.file)]
        yield "so.planning"


class Walk:
    """One case about a plan and its hands."""

    def __init__(self, case, hands):
        self.case, self.hands = case, hands

    def step(self):
        return Step.objects.get(case=self.case, state="waiting")

    def do(self, who, act, **given):
        self.case.refresh_from_db()
        with seen_by(self.hands[who].pk):
            return act(by=self.hands[who], **given)

    def complete(self, who, **answers):
        step = self.step()
        self.do(who, procedure.complete_step, case_id=self.case.pk, step_id=step.pk,
                answers=answers, version=None, today=today())  # fmt: skip
        self.case.refresh_from_db()

    def to(self, bpmn):
        for _turn in range(8):
            self.case.refresh_from_db()
            if self.step().bpmn == bpmn:
                return
            getattr(self, f"_{self.step().kind}")(self.step())
        raise AssertionError(f"{bpmn} was never reached")

    def _dossier(self, step):
        for item in DossierItem.objects.filter(step=step):
            paper = files.check(SimpleUploadedFile("Danh sách rà soát.pdf", PDF))
            self.do("officer", actions_dossier.attach, item_id=item.pk, file=paper)
            self.do("second", actions_dossier.check, item_id=item.pk)
        self.complete("officer")

    def _gates(self, step):
        for one in GateFinding.objects.filter(step=step, outcome="unknown", ruling=""):
            self.do("officer", actions_gates.rule_on, finding_id=one.pk, met=True,
                    reason="Đã kiểm tra hồ sơ giấy")  # fmt: skip
        self.complete("officer")

    def _meeting(self, _step):
        self.complete("officer", convened=9, present=8, day=today(), result="passed",
                      minutes="Thống nhất đưa ra 1, bổ sung 1")  # fmt: skip

    def findings(self, gate):
        return {
            (one.subject.person_id, one.subject.post_id): one
            for one in GateFinding.objects.filter(step__case=self.case, gate=gate)
        }

    def decide(self, result="approved", **more):
        if result == "refused":
            self.complete("decider", result=result, reason="Chưa đủ nguồn", **more)
        else:
            self.complete("decider", number="77-QĐ/TU", day=today(), signer="Phan Văn Ký",
                          body="Ban Thường vụ Tỉnh ủy", result=result, **more)  # fmt: skip


@pytest.fixture
def add(keeper):
    def run(title, person, reason="Nguồn bổ sung, có năng lực"):
        return actions.propose(
            proposal=Proposal(title.pk, person.number, reason, "Đã xem xét"), version=None,
            by=keeper, today=today(),
        )  # fmt: skip

    return run


@pytest.fixture
def standing_plan(plan, titles, people, add, keeper, approver):
    """Three deputies-to-be stand in an approved plan."""
    for number in (1, 2, 3):
        add(titles["deputy"], people[f"chief{number}"])
    actions.submit(plan_id=plan.pk, version=None, by=keeper)
    actions.approve(
        plan_id=plan.pk, version=None, by=approver, today=today(),
        document=Document("12-QĐ/TU", today() - timedelta(days=300), "Ban Thường vụ Tỉnh ủy"),
    )  # fmt: skip
    plan.refresh_from_db()
    return plan


@pytest.fixture
def begin(hands):
    def run(plan, ident=cases.REVIEW):
        with seen_by(hands["officer"].pk):
            case = cases.open_for_plan(plan_id=plan.pk, procedure=ident, version=None,
                                       by=hands["officer"], today=today())  # fmt: skip
        return Walk(case, hands)

    return run


@pytest.fixture
def reviewed(standing_plan, people, titles, add, keeper):
    """The review took the first out, with a reason, and another was proposed instead."""
    review = actions_review.open_review(plan_id=standing_plan.pk, by=keeper, today=today())
    for line in review.lines.select_related("entry"):
        out = line.entry.person_id == people["chief1"].pk
        actions_review.judge_line(
            line_id=line.pk, outcome="leaves" if out else "stays", by=keeper, today=today(),
            reason="Hai năm không hoàn thành nhiệm vụ" if out else "Vẫn đủ tiêu chuẩn",
        )  # fmt: skip
    actions_review.close_review(review_id=review.pk, by=keeper)
    add(titles["deputy"], people["chief4"])
    standing_plan.refresh_from_db()
    return standing_plan


def places(plan):
    return {
        one.person.full_name[-1]: one
        for one in PlanEntry.objects.filter(plan=plan).select_related("person", "record")
    }


def test_a_review_from_the_case_to_the_files(reviewed, begin, people):
    first = today() + timedelta(days=9)
    walk = begin(reviewed)
    walk.to("decide")
    reviewed.refresh_from_db()
    assert reviewed.state == "in_review"
    assert places(reviewed)["D"].state == "proposed", "nothing is written before the decision"

    walk.decide(effective_on=first)

    walk.case.refresh_from_db()
    reviewed.refresh_from_db()
    assert (walk.case.state, reviewed.state) == ("done", "approved")
    now = places(reviewed)
    came, went, stayed = now["D"], now["A"], now["B"]
    assert (came.state, came.in_since, came.in_decision) == ("in", first, walk.case.decision)
    assert came.in_reason == "Nguồn bổ sung, có năng lực"
    assert (went.state, went.out_since, went.out_decision) == ("out", first, walk.case.decision)
    assert went.out_reason == "Hai năm không hoàn thành nhiệm vụ"
    assert (stayed.state, stayed.out_decision) == ("in", None)
    record = Record.objects.get(person=people["chief4"], kind="plan")
    assert (record.decision, record.valid.lower) == (walk.case.decision, first)
    assert went.record.valid.upper == first
    event = Event.objects.filter(type="case.decided").latest("pk")
    assert str(event.subject_id) == str(walk.case.pk)


def test_what_the_decision_writes_falls_with_it(reviewed, begin, monkeypatch):
    walk = begin(reviewed)
    walk.to("decide")
    monkeypatch.setattr(
        "ngangtam.stages.planning.steps._bring_in",
        lambda *given: (_ for _ in ()).throw(DomainError("the file is locked")),
    )

    with pytest.raises(DomainError, match="locked"):
        walk.decide()

    walk.case.refresh_from_db()
    reviewed.refresh_from_db()
    assert (walk.case.state, walk.case.decision) == ("running", None)
    assert reviewed.state == "in_review"
    assert places(reviewed)["A"].state == "leaving"
    assert places(reviewed)["D"].state == "proposed"


def test_a_first_plan_walks_the_procedure_that_the_authority_confirmed(
    plan, titles, people, add, begin, in_force
):
    add(titles["deputy"], people["chief1"])
    walk = begin(plan, in_force)
    walk.to("decide")
    walk.decide()

    plan.refresh_from_db()
    assert plan.state == "approved"
    assert plan.decision == walk.case.decision
    assert places(plan)["A"].state == "in"


def test_the_unconfirmed_procedure_only_can_be_tried(plan, titles, people, add, begin):
    add(titles["deputy"], people["chief1"])

    with pytest.raises(DomainError, match="waits for confirmation"):
        begin(plan, cases.FIRST)

    plan.refresh_from_db()
    assert plan.state == "draft", "a case that was refused leaves the plan as it was"


def test_each_road_for_its_own_plan(plan, standing_plan, keeper, hands):
    first = [one.id for one in cases.roads(Plan(unit=plan.unit), today())]
    later = [one.id for one in cases.roads(standing_plan, today())]

    assert (cases.FIRST in first, cases.REVIEW in first) == (True, False)
    assert (cases.FIRST in later, cases.REVIEW in later) == (False, True)
    with pytest.raises(DomainError, match="not one for this plan"):
        cases.open_for_plan(plan_id=standing_plan.pk, procedure=cases.FIRST, version=None,
                            by=keeper, today=today())  # fmt: skip


def test_the_conditions_know_how_many_stand_where(reviewed, begin, people, posts):
    walk = begin(reviewed)
    walk.to("gates")
    key = (people["chief4"].pk, posts["deputy"].pk)

    people_rule, title_rule = walk.findings(PEOPLE)[key], walk.findings(TITLES)[key]
    assert (people_rule.outcome, title_rule.outcome) == ("met", "met")
    assert "3" in people_rule.value["vi"], "two stay, one comes in, who leaves is not counted"
    assert "1" in title_rule.value["vi"]


def test_a_fourth_for_the_title_stops_the_case(reviewed, begin, people, titles, posts, keeper):
    """Somebody slipped in beside the actions, as an import could: the case still sees it."""
    PlanEntry.objects.create(
        plan=reviewed, title=titles["deputy"], person=people["chief5"], path=reviewed.path,
        number=people["chief5"].number, full_name=people["chief5"].full_name, state="proposed",
        in_reason="x", added_by=keeper,
    )  # fmt: skip
    walk = begin(reviewed)
    walk.to("gates")
    key = (people["chief5"].pk, posts["deputy"].pk)
    assert walk.findings(PEOPLE)[key].outcome == "not_met"

    with pytest.raises(DomainError, match="Not met"):
        walk.to("leadership")

    assert walk.step().bpmn == "gates"


def test_the_limit_holds_at_the_decision_too(reviewed, begin, people, titles, keeper):
    walk = begin(reviewed)
    walk.to("decide")
    PlanEntry.objects.filter(plan=reviewed, state="leaving").update(state="in")

    with pytest.raises(DomainError, match="nhiều nhất 3 người"):
        walk.decide()

    walk.case.refresh_from_db()
    assert walk.case.decision is None


def test_a_fourth_title_of_one_level_stops_the_case(
    plan, titles, people, posts, department, source, add, keeper, begin, in_force
):
    from planning_people import make_post

    others = [
        make_post(department, source, f"Phó Giám đốc {n}", "deputy_department_director",
                  leadership=True, managed_by="province_committee")
        for n in range(3)
    ]  # fmt: skip
    actions.add_titles(plan_id=plan.pk, posts=[one.pk for one in others], version=None, by=keeper)
    wanted = [titles["deputy"], *plan.titles.filter(post__in=others)]
    for title in wanted[:3]:
        add(title, people["chief1"])
    with pytest.raises(DomainError, match="nhiều nhất 3 chức danh"):
        add(wanted[3], people["chief1"])
    PlanEntry.objects.create(
        plan=plan, title=wanted[3], person=people["chief1"], path=plan.path,
        number=people["chief1"].number, full_name=people["chief1"].full_name, state="proposed",
        in_reason="x", added_by=keeper,
    )  # fmt: skip
    walk = begin(plan, in_force)
    walk.to("gates")

    found = walk.findings(TITLES)
    assert len(found) == 4
    assert {one.outcome for one in found.values()} == {"not_met"}


def appoint(person, post, by):
    with seen_by(by.pk):
        return procedure.open_case(
            procedure="civil_servant.appointment-onsite", unit_id=post.unit_id, post_id=post.pk,
            title="Bổ nhiệm", subjects=[SubjectValues(person.pk, post.pk)], by=by, today=today(),
        )  # fmt: skip


def test_somebody_proposed_for_appointment_is_not_planned(
    reviewed, begin, people, posts, titles, add, keeper
):
    appoint(people["chief5"], posts["deputy"], keeper)

    with pytest.raises(DomainError, match="đồng thời"):
        add(titles["director"], people["chief5"])


def test_who_is_proposed_for_appointment_meanwhile_stops_the_case(
    reviewed, begin, people, posts, keeper
):
    walk = begin(reviewed)
    appoint(people["chief4"], posts["deputy"], keeper)
    walk.to("gates")
    found = walk.findings(APART)

    assert found[(people["chief4"].pk, posts["deputy"].pk)].outcome == "not_met"
    with pytest.raises(DomainError, match="Not met"):
        walk.to("leadership")


def test_who_stands_in_the_plan_may_be_proposed_and_reviewed_at_once(
    reviewed, begin, people, posts, keeper
):
    appoint(people["chief2"], posts["deputy"], keeper)
    walk = begin(reviewed)
    walk.to("gates")

    assert walk.findings(APART)[(people["chief2"].pk, posts["deputy"].pk)].outcome == "met"


def test_who_is_being_planned_is_not_appointed(reviewed, begin, people, posts, keeper, hands):
    begin(reviewed)
    other = Walk(appoint(people["chief4"], posts["deputy"], keeper), hands)
    staying = Walk(appoint(people["chief2"], posts["deputy"], keeper), hands)

    from ngangtam.law.engine.gates import judge_gates
    from ngangtam.law.engine.rulebook import rulebook
    from ngangtam.stages.procedure.facts import facts_of

    def outcome(walk, person):
        told = facts_of([person.pk], posts["deputy"], today(), case=walk.case)[person.pk]
        (one,) = judge_gates(("appointment.not-with-planning",), told, today(), rulebook())
        return one.outcome.value

    assert outcome(other, people["chief4"]) == "not_met"
    assert outcome(staying, people["chief2"]) == "met", "a review plans nobody anew"


def test_who_was_set_aside_on_the_way_does_not_come_in(reviewed, begin, people):
    walk = begin(reviewed)
    subject = walk.case.subjects.get(person=people["chief4"])
    walk.do("officer", procedure.take_out, case_id=walk.case.pk, subject_id=subject.pk,
            reason="Xin rút khỏi danh sách", version=None, today=today())  # fmt: skip
    walk.to("decide")
    walk.decide()

    entry = places(reviewed)["D"]
    assert (entry.state, entry.out_reason) == ("dropped", "Xin rút khỏi danh sách")
    assert not Record.objects.filter(person=people["chief4"], kind="plan").exists()


def test_who_was_only_brought_into_the_case_stops_its_decision(reviewed, begin, posts, source):
    walk = begin(reviewed)
    stranger = make_person("Người Lạ", posts["chief"], source)
    walk.do("officer", procedure.bring_in, case_id=walk.case.pk, version=None, today=today(),
            subject=SubjectValues(stranger.pk, posts["director"].pk))  # fmt: skip
    walk.to("decide")

    with pytest.raises(DomainError, match="do not name the same people"):
        walk.decide()


def test_while_the_case_runs_nothing_else_decides_about_the_plan(reviewed, begin, approver, keeper):
    walk = begin(reviewed)
    paper = Document("1-QĐ/TU", today(), "Ban Thường vụ")
    for act in (
        lambda: actions.approve(plan_id=reviewed.pk, document=paper, version=None, by=approver,
                                today=today()),
        lambda: actions.give_back(plan_id=reviewed.pk, reason="x", version=None, by=approver),
        lambda: actions.end(plan_id=reviewed.pk, document=paper, reason="x", version=None,
                            by=approver, today=today()),
    ):  # fmt: skip
        with seen_by(approver.pk), pytest.raises(DomainError, match=walk.case.number):
            act()
    with pytest.raises(DomainError, match="waits for approval"):
        begin(reviewed)


def test_a_case_that_was_refused_gives_the_plan_back(reviewed, begin, approver, keeper):
    walk = begin(reviewed)
    walk.to("decide")
    walk.decide("refused")
    reviewed.refresh_from_db()
    assert (walk.case.state, reviewed.state) == ("refused", "in_review")
    assert places(reviewed)["D"].state == "proposed"

    with pytest.raises(DomainError, match="ended without approving"):
        actions.approve(
            plan_id=reviewed.pk, version=None, by=approver, today=today(),
            document=Document("1-QĐ/TU", today(), "Ban Thường vụ"),
        )  # fmt: skip
    with seen_by(approver.pk):
        actions.give_back(plan_id=reviewed.pk, reason="Bổ sung nguồn nữ", version=None, by=approver)
    again = begin(reviewed)
    again.to("decide")
    again.decide()

    reviewed.refresh_from_db()
    assert reviewed.state == "approved"


def test_who_keeps_the_plan_does_not_decide_the_case(reviewed, begin, keeper):
    walk = begin(reviewed)
    walk.to("decide")
    walk.hands["decider"] = keeper

    with pytest.raises((Forbidden, DomainError)):
        walk.decide()


def test_only_from_the_page_of_the_plan(reviewed, keeper, people, posts, begin):
    with pytest.raises(DomainError, match="from the page of the succession plan"):
        procedure.open_case(
            procedure=cases.REVIEW, unit_id=reviewed.unit_id, title="Rà soát", by=keeper,
            subjects=[SubjectValues(people["chief4"].pk, posts["deputy"].pk)], today=today(),
        )  # fmt: skip
    assert not Case.objects.exists()


def test_an_open_review_comes_first(standing_plan, begin, keeper):
    actions_review.open_review(plan_id=standing_plan.pk, by=keeper, today=today())

    with pytest.raises(DomainError, match="Close the review"):
        begin(standing_plan)


def test_who_stays_after_all_finds_the_place_given_away(reviewed, keeper):
    entry = places(reviewed)["A"]

    with pytest.raises(DomainError, match="nhiều nhất 3 người"):
        actions.stay(entry_id=entry.pk, by=keeper, today=today())

    entry.refresh_from_db()
    assert entry.state == "leaving"


def test_the_page_opens_the_case_and_says_who_decides(reviewed, client, keeper, approver, minh):
    page = f"/plans/{reviewed.pk}/case/"
    for somebody in (approver, minh):
        client.force_login(somebody)
        assert client.get(page).status_code == 404
    client.force_login(keeper)
    assert client.get(page).status_code == 200

    answer = client.post(page, {"procedure": cases.REVIEW, "version": reviewed.version})

    case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    assert client.get(page).status_code == 404, "one case at a time"
    client.force_login(approver)
    said = client.get(reviewed.get_absolute_url()).content.decode()
    assert case.number in said
    assert f"/plans/{reviewed.pk}/approve/" not in said


def test_the_page_says_that_the_first_planning_waits(plan, titles, people, add, client, keeper):
    add(titles["deputy"], people["chief1"])
    client.force_login(keeper)

    said = client.get(f"/plans/{plan.pk}/case/").content.decode()

    assert "wait for confirmation" in said or "chờ cấp có thẩm quyền xác nhận" in said
    assert 'name="procedure"' not in said
