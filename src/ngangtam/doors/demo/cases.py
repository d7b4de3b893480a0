"""Personnel cases in the fictional province, walked through the actions by those who would.

One appointment is decided, one waits for a vote, one for open conditions, one stands on hold; one
official is seconded, one is on probation, terms of some heads end; one procedure is tried out, and
a secret vote is prepared. Two posts are filled by examination.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from ngangtam.doors.demo import examinations
from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import PartialDate, add_months, today
from ngangtam.law.engine.counting_rules import MARKS
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.actions import Basis, add_record
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.appointment import actions_terms, starts, vacancies
from ngangtam.stages.ballots import (
    actions_counting,
    actions_preparing,
    actions_voting,
)
from ngangtam.stages.procedure import (
    actions,
    actions_dossier,
    actions_gates,
    actions_holds,
    actions_meetings,
    actions_opinions,
    steps,
    voting,
)
from ngangtam.stages.procedure.models import Case, DossierItem, GateFinding, Opinion, Step
from ngangtam.stages.procedure.values import SubjectValues

OFFICER: Final = "lan"
SECOND: Final = "khanh"
APPRAISER: Final = "thamdinh"
DECIDER: Final = "truongban"
INSPECTOR: Final = "thanhtra"
VOTERS: Final = ("khanh", "thamdinh", "truongban", "uyvien", "giamdoc", "truongphong", "canbo")
ONSITE: Final = "civil_servant.appointment-onsite"
SECONDMENT: Final = "civil_servant.secondment"
GOALS: Final = (
    "Giải quyết 98% hồ sơ thủ tục hành chính đúng hạn trong năm",
    "Trình đề án sắp xếp lại công việc của văn phòng trước 30/6",
)
# Days from now on which terms of heads end; the first has ended.
ENDS_IN: Final = (-20, 45, 75, 130, 170, 300)
CONVENED: Final = 24
PRESENT: Final = 22
YES: Final = 20
MOST_STEPS: Final = 40
_LIKELY: Final = {
    "meeting": "passed", "appraise": "agreed", "decide": "approved", "opinion": "agreed",
    "gates": "met", "dossier": "complete",
}  # fmt: skip


def lay_down() -> int:
    """Open and carry the cases; return how many there are."""
    return 0 if Case.objects.exists() else _play()


def _play() -> int:
    work = Walk(today())
    made = 0
    for post, until in zip(_vacant(work), ("", "s2_expanded", "gates", "opinion"), strict=False):
        candidates = _candidates(post)
        if not candidates:
            continue
        for one in candidates:
            _file_papers(one, work)
        case = starts.open_for_post(
            post=post, wish=starts.Wish(ONSITE, tuple(one.number for one in candidates)),
            by=work.who[OFFICER], today=work.first,
        )  # fmt: skip
        work.carry(case, until=until)
        if until == "opinion":
            actions_holds.place_hold(
                reason="Đang xác minh đơn phản ánh về nhân sự (dữ liệu hư cấu)",
                by=work.who[INSPECTOR], case_id=case.pk,
            )  # fmt: skip
        made += 1
    made += _second(work) + _on_probation(work) + _overdue(work)
    _terms_that_end(work)
    examinations.write_rules()
    posts = _vacant(work)[-2:]
    examinations.hold(posts, [_candidates(post, most=3) for post in posts])
    return made + _try_out(work)


def _second(work: "Walk") -> int:
    """Send an official of a department to a vacant post of a commune for two years."""
    post = next(iter(reversed(_vacant(work, "SG.X"))), None)
    person = Person.objects.filter(
        home_unit__code__startswith="SG.UB.STC", leadership=False, voided_at=None
    ).order_by("-number").first()  # fmt: skip
    if post is None or person is None:
        return 0
    told = dict.fromkeys(starts.ENTERED["secondment"], False)
    wish = starts.Wish(SECONDMENT, (person.number,), months=24, entered={person.number: told})
    case = starts.open_for_post(post=post, wish=wish, by=work.who[OFFICER], today=work.first)
    work.carry(case, until="")
    return 1


def _on_probation(work: "Walk") -> int:
    """Put somebody into a post of a commune for a year, with goals that are looked at then."""
    for post in _vacant(work, "SG.X"):
        candidates = _candidates(post)[:1]
        if not candidates:
            continue
        _file_papers(candidates[0], work)
        wish = starts.Wish(ONSITE, (candidates[0].number,), probation_months=12, goals=GOALS)
        case = starts.open_for_post(post=post, wish=wish, by=work.who[OFFICER], today=work.first)
        work.carry(case, until="")
        return 1
    return 0


def _overdue(work: "Walk") -> int:
    """Ask a body that lets its deadline pass: its silence is kept, and the case is overdue."""
    early = workdays.before(work.day, 30)
    for post in _vacant(work)[4:]:
        candidates = _candidates(post)[:1]
        if not candidates:
            continue
        wish = starts.Wish(ONSITE, (candidates[0].number,))
        case = starts.open_for_post(post=post, wish=wish, by=work.who[OFFICER], today=early)
        work.carry(case, until="opinion", first=early)
        step = Step.objects.get(case=case, state=Step.State.WAITING)
        asked = workdays.after(early, 1)
        actions_opinions.ask_opinion(
            case_id=case.pk, step_id=step.pk, body="Ban Thường vụ Đảng ủy (hư cấu)",
            question="Xin chủ trương bổ nhiệm", version=None, by=work.who[OFFICER], today=asked,
            due=workdays.after(asked, 15),
        )  # fmt: skip
        actions_opinions.pass_over(today=work.day)
        return 1
    return 0


def _terms_that_end(work: "Walk") -> None:
    """Take over terms of heads of departments from older decisions; one was told already."""
    heads = Posting.objects.on(work.day).filter(
        main=True, post__head=True, post__regime="civil_servant",
        post__unit__code__startswith="SG.UB",
    )  # fmt: skip
    made = []
    for posting, days in zip(heads.order_by("post__unit__code", "pk"), ENDS_IN, strict=False):
        until = work.day + timedelta(days=days)
        first = max(posting.valid.lower, add_months(until, -60))
        made.append(actions_terms.record_term(
            posting_id=posting.pk, first=first, until=until, by=work.who[OFFICER],
            basis=f"Quyết định bổ nhiệm số {posting.pk}/QĐ-UBND (hư cấu)",
        ))  # fmt: skip
    if made:
        actions_terms.give_notice(
            posting_ids=[made[0].posting_id], today=work.first, by=work.who[OFFICER]
        )


def _file_papers(person: Person, work: "Walk") -> None:
    """File what the conditions look for: the verified declaration, the political conclusion."""
    filed = {"year": work.first.year}
    for kind, code, detail in (
        ("declaration", "verified", filed), ("political_conclusion", "fit", {}),
    ):  # fmt: skip
        add_record(
            person_id=person.pk, kind=kind, first_day=PartialDate("", work.first, "day"),
            until=None, code=code, raw="", detail=dict(detail),
            basis=Basis(source="Hồ sơ nhân sự bổ nhiệm (hư cấu)"), today=work.day,
            by=work.who[OFFICER],
        )  # fmt: skip


def _try_out(work: "Walk") -> int:
    post = Post.objects.filter(unit__code="SG.UB.SNV", leadership=True, voided_at=None).first()
    if post is None:
        return 0
    case = actions.open_case(
        procedure="party.appointment", unit_id=post.unit_id, post_id=post.pk, fictional=True,
        title="Chạy thử quy trình bổ nhiệm theo quy định của Đảng",
        subjects=[SubjectValues(None, name="Nhân sự giả định A")], by=work.who[OFFICER],
        today=work.first,
    )  # fmt: skip
    work.carry(case, until="meeting")
    _prepare_secret_vote(work, post)
    return 1


def _prepare_secret_vote(work: "Walk", post: Post) -> None:
    """Prepare a vote that the accounts of the demonstration can hold among themselves."""
    voters = User.objects.filter(username__in=VOTERS).values_list("pk", flat=True)
    named = _candidates(post)
    actions_preparing.prepare_poll(
        unit_id=post.unit_id, title="Thăm dò tín nhiệm nhân sự (bỏ phiếu kín điện tử)",
        kind="yes_no", rules="counting.yes_no",
        options=[actions_preparing.OptionValues(one.full_name, one.pk) for one in named],
        voters=list(voters), convened=len(voters),
        tellers=[work.who[one].pk for one in (SECOND, APPRAISER, DECIDER)], needed=2,
        on_paper=False, max_choices=len(named), seats=1, announced=True, quorum="2/3",
        by=work.who[OFFICER], today=work.day,
    )  # fmt: skip


def _vacant(work: "Walk", below: str = "SG.UB.") -> list[Post]:
    """Return vacant leading posts of civil servants in bodies with such a code, one a unit."""
    found: dict[int, Post] = {}
    rows = vacancies.posts_for(work.who[OFFICER], work.first).filter(
        regime="civil_servant", leadership=True, head=False, unit__code__startswith=below
    )
    for post in rows.select_related("unit").order_by("unit__code", "position", "pk"):
        held = Posting.objects.filter(
            post=post, voided_at=None, valid__contains=work.day
        ).count()  # fmt: skip
        if post.seats and held < post.seats:
            found.setdefault(post.unit_id, post)
    return list(found.values())


def _candidates(post: Post, most: int = 2) -> list[Person]:
    """Return some people of the unit or of those beside it who do not hold such a post yet."""
    parent = post.unit.parent_id
    held = Posting.objects.filter(
        voided_at=None, valid__contains=today(), main=True, post__regime="civil_servant",
        post__level=post.level, post__head=False, person__voided_at=None,
    ).filter(post__unit_id__in=[post.unit_id, *_beside(parent, post.unit_id)])  # fmt: skip
    rows = held.exclude(post=post).select_related("person").order_by(
        "-post__leadership", "person__name_key"
    )  # fmt: skip
    return [one.person for one in rows[:most]]


def _beside(parent: int | None, unit: int) -> list[int]:
    rows = Unit.objects.filter(parent_id=unit, ended_on=None)
    beside = Unit.objects.filter(parent_id=parent, ended_on=None) if parent else Unit.objects.none()
    return [*rows.values_list("pk", flat=True), *beside.values_list("pk", flat=True)]


def _marked(kind: str, votes: int) -> dict[str, int]:
    """Return the figures of one name as a teller says them: the rest were against or for others."""
    for_, *others = MARKS[kind]
    return {for_: votes, **dict.fromkeys(others[:1], PRESENT - votes)}


class Walk:
    """Who acts, and on which day."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.first = workdays.before(day, 12)
        names = (OFFICER, SECOND, APPRAISER, DECIDER, INSPECTOR)
        self.who = {one.username: one for one in User.objects.filter(username__in=names)}

    def carry(self, case: Case, *, until: str, first: date | None = None) -> None:
        """Complete steps until this one, or one of this kind, waits; to the end for ""."""
        day = first or self.first
        for _turn in range(MOST_STEPS):
            step = Step.objects.filter(case=case, state=Step.State.WAITING).order_by("pk").first()
            if step is None or until in (step.kind, step.bpmn):
                return
            self._complete(case, step, day)
            day = min(workdays.after(day, 1), self.day)

    def _complete(self, case: Case, step: Step, day: date) -> None:
        rule = steps.drawing_of(case).rule(step.bpmn)
        by = self._by(step.kind, rule.role)
        self._prepare(case, step, by, day)
        if step.kind == "meeting" and rule.ballot and not case.fictional:
            self._vote(case, step, rule.ballot, rule.label["vi"], day)
            return
        likely = _LIKELY.get(step.kind, "")
        answers: Mapping[str, object] = {
            "number": f"{step.pk}/{'QĐ' if step.kind == 'decide' else 'TTr'}-HC",
            "day": day,
            "signer": by.full_name,
            "body": "Cấp có thẩm quyền (hư cấu)",
            "reason": "Nhân sự đủ tiêu chuẩn, điều kiện; quy trình đúng quy định",
            "note": "Đã thực hiện đầy đủ",
            "text": "Thông báo kết quả của vụ việc",
            "minutes": "Hội nghị thống nhất với nội dung được trình",
            "convened": CONVENED,
            "present": PRESENT,
            "place": "Phòng họp số 1",
            "result": likely if likely in rule.results else rule.results[0],
        }
        actions.complete_step(
            case_id=case.pk, step_id=step.pk, answers=answers, version=None, by=by, today=day
        )

    def _by(self, kind: str, role: str) -> User:
        if kind == "decide" or role in ("decider", "head"):
            return self.who[DECIDER]
        return self.who[APPRAISER if kind == "appraise" else OFFICER]

    def _prepare(self, case: Case, step: Step, by: User, day: date) -> None:
        """Do what a step needs before it can be completed."""
        officer = self.who[OFFICER]
        if step.kind == "opinion" and not Opinion.objects.filter(step=step).exists():
            actions_opinions.ask_opinion(
                case_id=case.pk, step_id=step.pk, body="Ban Thường vụ Đảng ủy (hư cấu)",
                question="Xin ý kiến về chủ trương và nhân sự", version=None, by=officer,
                today=day, due=workdays.after(self.day, 5),
            )  # fmt: skip
            for one in Opinion.objects.filter(step=step):
                actions_opinions.answer_opinion(
                    opinion_id=one.pk, verdict="agrees", text="Thống nhất", reference="12-CV/ĐU",
                    by=officer, today=day,
                )  # fmt: skip
        for item in DossierItem.objects.filter(step=step, state=DossierItem.State.MISSING):
            actions_dossier.attach(
                item_id=item.pk, file=None, reference="Bản giấy, kèm hồ sơ", by=officer
            )
            actions_dossier.check(item_id=item.pk, by=self.who[SECOND])
        if steps.drawing_of(case).rule(step.bpmn).gates:
            actions_gates.judge_again(case_id=case.pk, step_id=step.pk, by=by, today=day)
        self._settle_conditions(step, by)

    def _settle_conditions(self, step: Step, by: User) -> None:
        for one in GateFinding.objects.filter(step=step, ruling="", special=False):
            if one.outcome == "unknown":
                actions_gates.rule_on(
                    finding_id=one.pk, met=True, by=by,
                    reason="Đã đối chiếu hồ sơ giấy và kết luận của cấp có thẩm quyền",
                )  # fmt: skip
            elif one.outcome == "not_met" and one.may_be_special:
                actions_gates.special_case(
                    finding_id=one.pk, authority="Ban Thường vụ Tỉnh ủy (hư cấu)",
                    reason="Đơn vị mới sắp xếp, chưa kiện toàn quy hoạch",
                    document="Thông báo số 45-TB/TU (hư cấu)", by=self.who[DECIDER],
                )  # fmt: skip

    def _vote(self, case: Case, step: Step, rules: str, label: str, day: date) -> None:
        """Hold the vote of a meeting on paper; two tellers say the same, which counts it."""
        officer, second = self.who[OFFICER], self.who[SECOND]
        actions_meetings.convene(
            case_id=case.pk, step_id=step.pk, version=None, by=officer, today=day,
            answers={"convened": CONVENED, "present": PRESENT, "day": day, "place": "Hội trường"},
        )  # fmt: skip
        kind = rulebook().counting[rules].kind
        subjects = list(case.subjects.filter(state="in").select_related("person").order_by("pk"))
        poll = actions_preparing.prepare_poll(
            unit_id=case.unit_id, title=f"{case.title}: {label}"[:300],
            kind=kind, rules=rules,
            options=[actions_preparing.OptionValues(one.name, one.person_id) for one in subjects],
            voters=[], convened=CONVENED, tellers=[officer.pk, second.pk], needed=2, on_paper=True,
            max_choices=len(subjects) if kind == "yes_no" else 1, seats=1, announced=True,
            reference=voting.reference(case, step), by=officer, today=day,
        )  # fmt: skip
        actions_voting.open_poll(poll_id=poll.pk, present=PRESENT, by=officer)
        votes = {
            str(place): _marked(kind, YES if place == 1 else PRESENT - YES)
            for place in range(1, len(subjects) + 1)
        }
        told = {"issued": PRESENT, "returned": PRESENT, "valid": PRESENT, "invalid": {},
                "votes": votes}  # fmt: skip
        for teller in (second, officer):
            actions_counting.enter_figures(poll_id=poll.pk, given=told, version=0, by=teller)
        actions_meetings.take_counted(poll_id=poll.pk, today=day)
