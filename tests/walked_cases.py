"""One case and its hands: each act is done by the account that may, as the web does it."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from made_files import PDF
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.files import steps as files
from ngangtam.foundation.kernel.days import today
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.stages.ballots import actions as ballots
from ngangtam.stages.procedure import (
    actions,
    actions_dossier,
    actions_gates,
    actions_meetings,
    actions_opinions,
    voting,
)
from ngangtam.stages.procedure.models import DossierItem, GateFinding, Opinion, Step


class Walk:
    """One case and its hands; each act is done by the account that may, as the web does it."""

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
        self.case.refresh_from_db()
        self.do(who, actions.complete_step, case_id=self.case.pk, step_id=step.pk,
                answers=answers, version=self.case.version, today=today())  # fmt: skip
        self.case.refresh_from_db()

    def to(self, bpmn):
        """Go on the usual way until this step waits."""
        for _turn in range(20):
            self.case.refresh_from_db()
            step = self.step()
            if step.bpmn == bpmn:
                return
            getattr(self, f"_{step.kind}")(step)
        raise AssertionError(f"{bpmn} was never reached")

    def _document(self, step):
        self.complete("officer", number="12/TTr", day=today(), signer="Nguyễn Văn Ký")

    def _opinion(self, step):
        self.do("officer", actions_opinions.ask_opinion, case_id=self.case.pk, step_id=step.pk,
                body="Cấp có thẩm quyền", question="Xin chủ trương",
                due=today() + timedelta(days=7), version=None,
                today=today())  # fmt: skip
        asked = Opinion.objects.get(step=step)
        self.do("officer", actions_opinions.answer_opinion, opinion_id=asked.pk, verdict="agrees",
                text="Đồng ý", reference="05-CV", today=today())  # fmt: skip
        self.complete("officer")

    def _gates(self, step):
        self.rule_on_open_ones(step)
        for one in GateFinding.objects.filter(step=step, outcome="not_met", special=False):
            self.special(one)
        self.complete("officer")

    def rule_on_open_ones(self, step, who="officer"):
        for one in GateFinding.objects.filter(step=step, outcome="unknown", ruling=""):
            self.do(who, actions_gates.rule_on, finding_id=one.pk, met=True,
                    reason="Đã kiểm tra hồ sơ giấy")  # fmt: skip

    def special(self, finding):
        self.do("decider", actions_gates.special_case, finding_id=finding.pk,
                authority="Ban Thường vụ", reason="Nhu cầu cấp bách", document="05-TB/TU",
                file=proof())  # fmt: skip

    def _meeting(self, step):
        rule = Step.objects.get(pk=step.pk)
        if not ballot_of(self.case, rule):
            self.complete("officer", convened=9, present=8, day=today(), minutes="Thống nhất",
                          result="passed")  # fmt: skip
            return
        self.vote({one.person_id: 8 for one in self.case.subjects.filter(state="in")})

    def vote(self, yes, *, convened=9, present=9):
        """Count a vote on paper; who has how many of the papers of those convened."""
        step = self.step()
        self.do("officer", actions_meetings.convene, case_id=self.case.pk, step_id=step.pk,
                answers={"convened": convened, "present": present, "day": today()}, version=None,
                today=today())  # fmt: skip
        rules = ballot_of(self.case, step)
        kind = rulebook().counting[rules].on(today()).kind
        people = [one for one in self.case.subjects.filter(state="in") if one.person_id in yes]
        poll = self.do(
            "officer", ballots.prepare_poll, unit_id=self.case.unit_id, title=step.bpmn,
            kind=kind, rules=rules,
            options=[ballots.OptionValues(one.name, one.person_id) for one in people],
            voters=[], convened=convened, needed=2, on_paper=True, max_choices=1, seats=1,
            tellers=[self.hands[one].pk for one in ("teller", "second")], announced=False,
            reference=voting.reference(self.case, step), today=today(),
        )  # fmt: skip
        self.do("officer", ballots.open_poll, poll_id=poll.pk, present=present)
        votes = {
            str(place): {"yes": yes[one.person_id], "no": present - yes[one.person_id]}
            if kind == "yes_no" else {"chosen": yes[one.person_id]}
            for place, one in enumerate(people, start=1)
        }  # fmt: skip
        given = {"issued": present, "returned": present, "valid": present, "invalid": {},
                 "votes": votes}  # fmt: skip
        for teller in ("teller", "second"):
            self.do(teller, ballots.enter_figures, poll_id=poll.pk, given=given, version=0)
        actions_meetings.take_counted(poll_id=poll.pk, today=today())
        self.case.refresh_from_db()
        came_to = Step.objects.get(pk=step.pk).prepared.get("came_to", "")
        if came_to == "head_decides" and self.settling:
            self.settle(passed=True)
        return came_to

    settling = True

    def settle(self, *, passed):
        self.do("decider", actions_meetings.settle_half, case_id=self.case.pk,
                step_id=self.step().pk, passed=passed, reason="Người đứng đầu quyết định",
                version=None, today=today())  # fmt: skip

    def _dossier(self, step):
        for item in DossierItem.objects.filter(step=step):
            self.do("officer", actions_dossier.attach, item_id=item.pk, file=proof())
            self.do("second", actions_dossier.check, item_id=item.pk)
        self.complete("officer")

    def _record(self, step):
        self.complete("officer", note="Đã gặp gỡ, trao đổi")

    def _notice(self, step):
        self.complete("officer", text="Đã thông báo")

    def _appraise(self, step):
        self.complete("appraiser", result="agreed", reason="Đủ tiêu chuẩn, điều kiện")

    def _decide(self, step):
        self.decide()

    def decide(self, **more):
        self.rule_on_open_ones(self.step(), "decider")
        for one in GateFinding.objects.filter(step=self.step(), outcome="not_met", special=False):
            self.special(one)
        self.complete("decider", number="99/QĐ-UBND", day=today(), body="Ủy ban nhân dân tỉnh",
                      signer="Trần Chủ Tịch", result="approved", **more)  # fmt: skip


def proof():
    return files.check(SimpleUploadedFile("Tờ trình.pdf", PDF))


def ballot_of(case, step):
    from ngangtam.stages.procedure.steps import drawing_of

    return drawing_of(case).rule(step.bpmn).ballot
