"""Votes of confidence and ways out of a post in the fictional province, through the actions.

One round is counted on paper, one of an elected body waits for its session. What followed from it,
and what authorities found, stands as proposals to consider; one dismissal is decided.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ngangtam.doors.demo.cases import OFFICER, SECOND, Walk
from ngangtam.foundation.access.models import User
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import today
from ngangtam.law.engine import rulebook
from ngangtam.law.engine.grounds import grounds
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting
from ngangtam.stages.ballots import actions_counting, actions_voting
from ngangtam.stages.confidence import actions
from ngangtam.stages.confidence.actions import RoundValues
from ngangtam.stages.confidence.models import Round
from ngangtam.stages.exits import (
    actions_letters,
    actions_suspension,
    actions_watch,
    opening,
    retiring,
)
from ngangtam.stages.exits.actions_watch import Paper
from ngangtam.stages.exits.models import Proposal

RESIGNS: Final = "truongphong"
VOTED_ON: Final = "SG.UB.SXD"
COUNCIL: Final = "SG.HDND"
# Whose leader an authority found something of: (unit, head, ground, what was found).
FOUND: Final = (
    ("SG.UB.SVH", True, "removal.distant-from-people",
     "Không giải quyết kịp thời kiến nghị chính đáng của nhân dân, gây bức xúc (hư cấu)"),
    ("SG.UB.SCT", False, "dismissal.degradation",
     "Vi phạm những điều đảng viên không được làm (hư cấu)"),
)  # fmt: skip
SUSPENDED: Final = "SG.UB.SYT"
BODY: Final = "Ủy ban Kiểm tra Tỉnh ủy (hư cấu)"


def lay_down() -> int:
    """Hold the rounds and open what follows; return how many proposals to consider stand."""
    if Round.objects.exists():
        return 0
    play = _Play.begun()
    _counted_round(play)
    _running_round(play)
    for number, (code, head, ground, says) in enumerate(FOUND, start=12):
        _find(play, f"{number}-KL/UBKT", code, ground, says, head=head)
    _letter(play)
    _suspension(play)
    _look(play)
    _dismissal(play)
    _retirement(play)
    return Proposal.objects.filter(state=Proposal.State.STANDING).count()


@dataclass(frozen=True, slots=True)
class _Play:
    """Who acts, and on which day."""

    day: date
    walk: Walk

    @classmethod
    def begun(cls) -> "_Play":
        day = today()
        return cls(day, Walk(day))

    @property
    def officer(self) -> User:
        return self.walk.who[OFFICER]

    @property
    def first(self) -> date:
        return self.walk.first


# -- votes of confidence -------------------------------------------------------------------------


def _counted_round(play: _Play) -> None:
    """A round in a department, voted on paper by everybody who works there, and counted."""
    unit = Unit.objects.get(code=VOTED_ON)
    staff = Posting.objects.on(play.first).filter(
        post__unit__path__within=str(unit.path), person__voided_at=None, main=True
    )
    one = actions.open_round(
        unit_code=unit.code, by=play.officer, today=play.first,
        values=RoundValues(
            regime="party", title=f"Lấy phiếu tín nhiệm giữa nhiệm kỳ – {unit.name}",
            basis="Kế hoạch số 12-KH/TU (hư cấu)", day=workdays.before(play.day, 5), session=None,
            term=None, below=False, share_of="ballots",
        ),
    )  # fmt: skip
    called = actions.convene(
        round_id=one.pk, circles=["leaders"], version=None, by=play.officer,
        numbers=list(staff.values_list("person__number", flat=True)),
    )  # fmt: skip
    one = actions.fix(round_id=one.pk, version=None, by=play.officer)
    _count_on_paper(play, one, called)


def _count_on_paper(play: _Play, one: Round, called: int) -> None:
    """Hold the vote: the first is trusted, the second reaches two thirds low, the third a half."""
    tellers = [play.officer, play.walk.who[SECOND]]
    poll = actions.prepare_vote(
        round_id=one.pk, tellers=[user.pk for user in tellers], needed=2, on_paper=True,
        by=play.officer, today=one.day,
    )  # fmt: skip
    actions_voting.open_poll(poll_id=poll.pk, present=called, by=play.officer)
    low = (0, -(-called * 2 // 3), called // 2 + 1)
    votes = {}
    for position in poll.options.values_list("position", flat=True):
        against = low[position - 1] if position <= len(low) else 1
        trust = (called - against) // 3
        votes[str(position)] = {"high": called - against - trust, "trust": trust, "low": against}
    told = {"issued": called, "returned": called, "valid": called, "invalid": {}, "votes": votes}
    for teller in tellers:
        actions_counting.enter_figures(poll_id=poll.pk, given=told, version=0, by=teller)


def _running_round(play: _Play) -> None:
    """A round of the council before its session: lists closed, the timetable running."""
    session = workdays.after(play.day, 24)
    year = rulebook().lookup("confidence.elected.year_of_term", session).value
    one = actions.open_round(
        unit_code=COUNCIL, by=play.officer, today=play.day,
        values=RoundValues(
            regime="elected", title="Lấy phiếu tín nhiệm tại kỳ họp cuối năm của HĐND tỉnh",
            basis="Kế hoạch của Thường trực HĐND tỉnh (hư cấu)", day=session, session=session,
            term=session.year - year + 1 if isinstance(year, int) else None, below=False,
            share_of="ballots",
        ),
    )  # fmt: skip
    actions.convene(
        round_id=one.pk, circles=["deputies"], numbers=[], version=None, by=play.officer
    )
    actions.fix(round_id=one.pk, version=None, by=play.officer)
    past = one.dues.filter(due__lte=play.day).order_by("due").first()
    if past is not None:
        actions.note_done(
            due_id=past.pk, done_on=past.due, note="Công văn số 31/HĐND (hư cấu)",
            by=play.officer, today=play.day,
        )  # fmt: skip


# -- ways out ------------------------------------------------------------------------------------


def _leader(play: _Play, code: str, *, head: bool) -> Person:
    held = Posting.objects.on(play.first).filter(
        post__unit__code=code, post__leadership=True, post__head=head, person__voided_at=None
    )
    return held.select_related("person").order_by("person__name_key", "pk")[0].person


def _paper(play: _Play, number: str) -> Paper:
    return Paper(number, play.first, BODY, "Người có thẩm quyền (hư cấu)")


def _find(play: _Play, number: str, code: str, ground: str, says: str, *, head: bool) -> None:
    actions_watch.state(
        person_number=_leader(play, code, head=head).number, about=ground, says=says,
        paper=_paper(play, number), today=play.day,
        by=play.officer,
    )  # fmt: skip


def _letter(play: _Play) -> None:
    """A head of division writes a letter of resignation from the own account."""
    account = Account.objects.select_related("user").get(user__username=RESIGNS)
    posting = Posting.objects.on(play.day).get(
        person=account.person_id, post__leadership=True, post__head=True, main=True
    )
    actions_letters.send(
        posting_id=posting.pk, ground="resignation.voluntary", wished=None, today=play.day,
        text="Tôi tự nguyện xin từ chức để cơ quan bố trí người phù hợp hơn (đơn hư cấu).",
        by=account.user,
    )  # fmt: skip


def _suspension(play: _Play) -> None:
    """A deputy is suspended for ten working days, by a decision made elsewhere."""
    found = [one.id for one in grounds(rulebook()).on(play.day) if one.exit == "suspension"]
    actions_suspension.suspend(
        person_number=_leader(play, SUSPENDED, head=False).number, ground=found[0],
        reason="Để việc xác minh được khách quan (hư cấu)", first=workdays.before(play.day, 3),
        last=workdays.after(play.day, 7), paper=_paper(play, "88-QĐ/TU"), confirmed_length=True,
        today=play.day, by=play.officer,
    )  # fmt: skip


def _look(play: _Play) -> None:
    for unit in Unit.objects.filter(parent__isnull=True, ended_on__isnull=True):
        actions_watch.watch(unit_id=unit.pk, day=play.day)


def _dismissal(play: _Play) -> None:
    """The dismissal that an authority's finding makes due is decided: the posting ends."""
    proposal = Proposal.objects.filter(
        ground="dismissal.degradation", state=Proposal.State.STANDING
    ).first()
    if proposal is None:
        return
    case = opening.by_proposal(
        proposal, procedure="civil_servant.dismissal", version=proposal.version, why="",
        title=f"Miễn nhiệm: {proposal.person.full_name}", by=play.officer, today=play.first,
    )  # fmt: skip
    play.walk.carry(case, until="")


def _retirement(play: _Play) -> None:
    """The next leader to retire has a case under way."""
    unit = Unit.objects.get(code="SG.UB")
    for one in retiring.retirements(unit, play.day, leaders_only=True):
        if one.departed or one.day < play.day + timedelta(days=60):
            continue
        opening.of_retirement(
            person_id=one.person_id, unit_id=one.unit_id, post_id=one.post_id, day=one.day,
            procedure="civil_servant.retirement", title=f"Nghỉ hưu: {one.name}", today=play.day,
            by=play.officer,
        )  # fmt: skip
        return
