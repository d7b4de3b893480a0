"""What completing each kind of step takes, read strictly: answers in, the step's result out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from ngangtam.foundation.files.steps import Checked
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import fold
from ngangtam.law.engine.procedures import StepRule
from ngangtam.stages.procedure import steps
from ngangtam.stages.procedure.models import Case, DossierItem, Kind, Opinion, Step
from ngangtam.stages.procedure.steps import Said

Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a step leaves in the case."""

    title: str
    number: str = ""
    day: date | None = None
    signer: str = ""
    file: Checked | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step takes away from its answers. Shape: `notice` is what the subjects are told."""

    said: Said
    papers: tuple[Paper, ...] = ()
    decision: dict[str, Any] = field(default_factory=dict)
    notice: str = ""


def text_of(answers: Answers, key: str, most: int = 2000) -> str:
    value = answers.get(key)
    return fold(str(value))[:most] if value not in (None, "") else ""


def needed(answers: Answers, key: str, message: str, most: int = 2000) -> str:
    """Return a text that must be there. Errors: DomainError."""
    value = text_of(answers, key, most)
    if not value:
        raise DomainError(message)
    return value


def day_of(answers: Answers, key: str) -> date | None:
    value = answers.get(key)
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)) if value else None


def number_of(answers: Answers, key: str) -> int:
    """Return a count. Errors: DomainError when it is none."""
    value = answers.get(key)
    if isinstance(value, bool) or not str(value).isdecimal() or len(str(value)) > 6:
        raise DomainError(_("Say how many."))
    return int(str(value))


def _past(day: date | None, today: date) -> date:
    if day is None:
        raise DomainError(_("Name the day."))
    if day > today:
        raise DomainError(_("The day lies ahead."))
    return day


def result_of(rule: StepRule, answers: Answers) -> str:
    """Return which result was chosen; the only one where there is one. Errors: DomainError."""
    if len(rule.results) == 1:
        return rule.results[0]
    chosen = str(answers.get("result") or "")
    if chosen not in rule.results:
        raise DomainError(_("Say how this step came out."))
    return chosen


def _file_of(answers: Answers) -> Checked | None:
    file = answers.get("file")
    return file if isinstance(file, Checked) else None


def _document(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    number = needed(answers, "number", _("Name the number of the document."), 80)
    signer = needed(answers, "signer", _("Say who signed it."), 150)
    day = _past(day_of(answers, "day"), today)
    paper = Paper(
        text_of(answers, "title", 300) or rule.label["vi"], number, day, signer,
        _file_of(answers),
    )  # fmt: skip
    kept = {"number": number, "day": day.isoformat(), "signer": signer}
    return Taken(Said(result_of(rule, answers), kept, text_of(answers, "note")), (paper,))


def _opinion(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    asked = list(Opinion.objects.filter(step=step))
    if not asked:
        raise DomainError(_("Ask the body for its opinion first."))
    # The worker keeps silence at night; the step need not wait for it.
    for one in asked:
        if one.state == Opinion.State.WAITING and one.due < today:
            one.state = Opinion.State.SILENT
    open_ = [one for one in asked if one.state == Opinion.State.WAITING]
    if open_:
        raise DomainError(
            _("%(bodies)s may still answer until the deadline.")
            % {"bodies": ", ".join(one.body for one in open_)[:300]}
        )
    result = _voice(asked, rule)
    told = [{"body": one.body, "state": one.state, "verdict": one.verdict} for one in asked]
    return Taken(Said(result, {"opinions": told}, text_of(answers, "note")))


def _voice(asked: list[Opinion], rule: StepRule) -> str:
    """Return what the opinions together come to: one against is against, silence is no yes.

    Errors: DomainError when all were silent and the procedure does not say what follows.
    """
    given = [one for one in asked if one.state == Opinion.State.GIVEN]
    against = [one for one in given if one.verdict == Opinion.Verdict.DISAGREES]
    if against and len(against) < len(asked) and "differing" in rule.results:
        return "differing"
    if against:
        return "refused"
    if not given and "silent" in rule.results:
        return "silent"
    if not given:
        raise DomainError(
            _("Nobody answered within the deadline, and silence is no consent here. Ask again with"
              " a new deadline, or withdraw the case.")
        )  # fmt: skip
    return "agreed" if "agreed" in rule.results else rule.results[0]


def _dossier(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    items = list(DossierItem.objects.filter(step=step))
    settled = (DossierItem.State.CHECKED, DossierItem.State.UNNEEDED)
    missing = [one for one in items if one.state not in settled]
    if missing:
        raise DomainError(
            _("%(count)s papers are missing or were not checked: %(first)s.")
            % {"count": len(missing), "first": missing[0].label[:120]}
        )
    counted = {"papers": sum(one.state == DossierItem.State.CHECKED for one in items)}
    return Taken(Said(result_of(rule, answers), counted, text_of(answers, "note")))


def _gates(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    against = str(answers.get("result") or "") == "not_met"
    counted, standing = _judged(case, step, rule, today, against=against)
    return Taken(Said("not_met" if standing else "met", counted, text_of(answers, "note")))


def _judged(
    case: Case, step: Step, rule: StepRule, today: date, *, against: bool
) -> tuple[dict[str, int], bool]:
    """Judge as of today; return the counts, and whether something stands in the way.

    Errors: DomainError while a condition is open, and for one not met unless the case ends by it.
    """
    rows = steps.judge(case, step, rule, today)
    if not rows:
        raise DomainError(_("Nobody is considered in this case."))
    standing = steps.in_the_way(step)
    open_ = [one for one in standing if one.outcome == "unknown" and not one.ruling]
    if open_:
        raise DomainError(
            _("%(count)s conditions are open: somebody must decide them with a reason.")
            % {"count": len(open_)}
        )
    if standing and not against:
        first = standing[0]
        raise DomainError(
            _("Not met: “%(gate)s” for %(name)s. Allow a special case, take the person out, or"
              " end the case here.")
            % {"gate": first.label.get("vi", first.gate), "name": first.subject.name}
        )  # fmt: skip
    return {"judged": len(rows), "special": sum(one.special for one in rows)}, bool(standing)


def _meeting(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    if rule.ballot and not case.fictional:
        raise DomainError(_("This step is completed by the count of its vote."))
    held = step.prepared or convening(rule, answers, today)
    minutes = needed(answers, "minutes", _("Say what the meeting came to."))
    number = text_of(answers, "number", 80)
    papers: tuple[Paper, ...] = ()
    if number or _file_of(answers) is not None:
        papers = (Paper(
            _("Minutes: %(step)s") % {"step": rule.label["vi"]}, number,
            date.fromisoformat(str(held["day"])), text_of(answers, "signer", 150),
            _file_of(answers),
        ),)  # fmt: skip
    return Taken(Said(result_of(rule, answers), held, minutes), papers)


def convening(rule: StepRule, answers: Answers, today: date) -> dict[str, Any]:
    """Return who was called and who came. Errors: DomainError when the quorum is missed."""
    convened, present = number_of(answers, "convened"), number_of(answers, "present")
    day = _past(day_of(answers, "day"), today)
    if not 0 < present <= convened:
        raise DomainError(_("More came than were called, or nobody did."))
    if rule.quorum:
        part, _slash, whole = rule.quorum.partition("/")
        if present * int(whole) < convened * int(part):
            raise DomainError(
                _("Only %(present)s of the %(convened)s convened are present; the meeting needs"
                  " %(quorum)s.")
                % {"present": present, "convened": convened, "quorum": rule.quorum}
            )  # fmt: skip
    return {
        "convened": convened, "present": present, "day": day.isoformat(),
        "place": text_of(answers, "place", 300),
    }  # fmt: skip


def _appraise(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    reason = needed(answers, "reason", _("Give the reasons of the appraisal."))
    number = text_of(answers, "number", 80)
    papers: tuple[Paper, ...] = ()
    if number or _file_of(answers) is not None:
        papers = (Paper(
            rule.label["vi"], number, day_of(answers, "day") or today,
            text_of(answers, "signer", 150), _file_of(answers),
        ),)  # fmt: skip
    return Taken(Said(result_of(rule, answers), {"number": number}, reason), papers)


def _decide(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    result = result_of(rule, answers)
    if result == "refused":
        reason = needed(answers, "reason", _("Give the reason of the refusal."))
        return Taken(Said(result, {}, reason))
    if rule.gates:
        _judged(case, step, rule, today, against=False)
    day = _past(day_of(answers, "day"), today)
    decision: dict[str, Any] = {
        "number": needed(answers, "number", _("Name the number of the decision."), 80),
        "day": day,
        "body": needed(answers, "body", _("Name the body that decided."), 300),
        "signer": needed(answers, "signer", _("Say who signed it."), 150),
    }
    first = day_of(answers, "effective_on") or day
    kept = {**decision, "day": day.isoformat(), "effective_on": first.isoformat()}
    paper = Paper(
        rule.label["vi"], str(decision["number"]), day, str(decision["signer"]), _file_of(answers)
    )
    note = text_of(answers, "reason") or text_of(answers, "note")
    return Taken(Said(result, kept, note), (paper,), {**decision, "effective_on": first})


def _notice(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    words = needed(answers, "text", _("Write what is announced."))
    number = text_of(answers, "number", 80)
    day = day_of(answers, "day") or today
    papers: tuple[Paper, ...] = ()
    if number or _file_of(answers) is not None:
        papers = (Paper(
            rule.label["vi"], number, day, text_of(answers, "signer", 150), _file_of(answers)
        ),)  # fmt: skip
    kept = {"day": day.isoformat(), "number": number}
    return Taken(Said(result_of(rule, answers), kept, words), papers, notice=words)


def _record(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    note = needed(answers, "note", _("Say what was done."))
    papers: tuple[Paper, ...] = ()
    if _file_of(answers) is not None:
        papers = (Paper(
            rule.label["vi"], text_of(answers, "number", 80), day_of(answers, "day"),
            text_of(answers, "signer", 150), _file_of(answers),
        ),)  # fmt: skip
    return Taken(Said(result_of(rule, answers), {}, note), papers)


_TAKING: Final[dict[str, Callable[[Case, Step, StepRule, Answers, date], Taken]]] = {
    Kind.DOCUMENT: _document, Kind.OPINION: _opinion, Kind.DOSSIER: _dossier,
    Kind.GATES: _gates, Kind.MEETING: _meeting, Kind.APPRAISE: _appraise,
    Kind.DECIDE: _decide, Kind.NOTICE: _notice, Kind.RECORD: _record,
}  # fmt: skip


def take(case: Case, step: Step, rule: StepRule, answers: Answers, today: date) -> Taken:
    """Return what the answers come to. Errors: DomainError for what is missing or impossible."""
    return _TAKING[step.kind](case, step, rule, answers, today)
