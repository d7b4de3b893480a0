"""What may be done in a case: each act with its form, its words and its action.

An act is offered on the case, or on one part of it: a step, a paper of the dossier, a condition,
a subject. `find` looks the part up within the case; an act that is not allowed has no page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.components.blocks import ActionTone
from ngangtam.foundation.ui.components.marks import Text
from ngangtam.stages.procedure import (
    actions,
    actions_dossier,
    actions_gates,
    actions_holds,
    actions_meetings,
    actions_opinions,
    forms,
    queries,
)
from ngangtam.stages.procedure.queries import File, Line
from ngangtam.stages.procedure.values import SubjectValues

Form = django_forms.Form


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is about. Shape: `part` is None for an act on the case itself."""

    file: File
    viewer: Viewer
    part: Any = None
    line: Line | None = None

    @property
    def case(self) -> Any:
        return self.file.case


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do."""

    id: str
    label: Text
    said: Text
    icon: str
    allowed: Callable[[Target], bool]
    make: Callable[[Any, Any, Target], Form]
    run: Callable[[Target, Any, Any], object]
    tone: ActionTone = "plain"
    lead: Text = ""


def _runs(target: Target) -> bool:
    """Whether the viewer carries this case forward, and it runs."""
    standing = target.file.standing
    return (
        target.case.state == "running"
        and standing.may(Permission.CASE_RUN)
        and not standing.why_not_by_duty("")
    )


def _mine(target: Target) -> bool:
    line = target.line
    return target.case.state == "running" and line is not None and line.waits and not line.why_not


def _form(cls: type[Form], **more: Any) -> Callable[[Any, Any, Target], Form]:
    def make(data: Any, files: Any, target: Target) -> Form:
        return cls(data, files, initial={"version": target.case.version, **more})

    return make


def _step_form(data: Any, files: Any, target: Target) -> Form:
    line = target.line
    assert line is not None
    initial = {"version": target.case.version}
    cls = forms.STEP_FORMS[line.rule.kind]
    if line.convened and line.step is not None:
        told = line.step.prepared
        initial |= {key: told.get(key) for key in ("convened", "present", "place")}
    if line.rule.kind == "decide":
        initial["body"] = target.case.unit.name
    return cls(data, files, rule=line.rule, day=today(), initial=initial)


def _convene_form(data: Any, files: Any, target: Target) -> Form:
    assert target.line is not None
    return forms.ConveneForm(
        data, files, rule=target.line.rule, day=today(),
        initial={"version": target.case.version},
    )  # fmt: skip


def _ask_form(data: Any, files: Any, target: Target) -> Form:
    line = target.line
    assert line is not None
    due: date | None = workdays.after(today(), line.rule.days) if line.rule.days else None
    body = said(forms_bodies().get(line.rule.body))
    form = forms.AskForm(
        data, files,
        initial={"version": target.case.version, "body": body, "due": due,
                 "question": line.label},
    )  # fmt: skip
    # Where no rule says how long, whoever asks says it.
    form.fields["due"].required = due is None
    return form


def forms_bodies() -> Any:
    """Return how the rulebook calls bodies."""
    from ngangtam.law.engine.procedures import BODIES

    return BODIES


def _complete(target: Target, form: Any, by: Any) -> object:
    return actions.complete_step(
        case_id=target.case.pk, step_id=target.part.pk, answers=form.told(), version=form.seen,
        by=by, today=today(),
    )  # fmt: skip


def _ask(target: Target, form: Any, by: Any) -> object:
    told = form.cleaned_data
    return actions_opinions.ask_opinion(
        case_id=target.case.pk, step_id=target.part.pk, body=told["body"],
        question=told["question"], unit_id=told["unit"].pk if told["unit"] else None,
        due=told["due"], version=form.seen, by=by, today=today(),
    )  # fmt: skip


def _bring_in(target: Target, form: Any, by: Any) -> object:
    person = queries.person_named(target.viewer, form.cleaned_data["number"])
    if person is None:
        raise DomainError(str(_("No file with this number is within your reach.")))
    return actions.bring_in(
        case_id=target.case.pk, subject=SubjectValues(person.pk), version=form.seen, by=by,
        today=today(),
    )  # fmt: skip


def _open_ones(target: Target) -> dict[int, str]:
    """Return the conditions of a step that the viewer may decide, in words."""
    if target.line is None:
        return {}
    return {
        one.finding.pk: f"{said(one.finding.label)} – {one.finding.subject.name}"
        for one in target.line.conditions if one.may_rule
    }  # fmt: skip


def _missing(target: Target) -> dict[int, str]:
    if target.line is None:
        return {}
    return {one.pk: one.label for one in target.line.items if one.state in ("missing", "returned")}


def _to_check(target: Target) -> dict[int, str]:
    """Return the papers of a dossier at which the viewer takes the second look."""
    line = target.line
    if line is None:
        return {}
    return {
        one.pk: f"{one.label} – {one.file.name if one.file else one.reference}"
        for one in line.items if _second(Target(target.file, target.viewer, one, line))
    }  # fmt: skip


def _is_meeting_with_vote(target: Target) -> bool:
    line = target.line
    return (
        _mine(target) and line is not None and line.rule.kind == "meeting"
        and bool(line.rule.ballot) and not target.case.fictional
    )  # fmt: skip


def _may_complete(target: Target) -> bool:
    return _mine(target) and not _is_meeting_with_vote(target)


_ON_CASE: Final = (
    Act(
        "bring-in", _("Consider one more person …"), _("The person is considered."), "user-plus",
        lambda target: _runs(target) and not target.case.fictional, _form(forms.BringInForm),
        _bring_in,
        lead=_("Conditions that wait are judged for this person too."),
    ),
    Act(
        "hold", _("Place a hold …"), _("The case is on hold."), "hand-stop",
        lambda target: target.case.state in queries.OPEN
        and target.file.standing.may(Permission.CASE_HOLD)
        and not any(hold.case_id == target.case.pk for hold in target.file.holds),
        _form(forms.ReasonForm),
        lambda target, form, by: actions_holds.place_hold(
            reason=form.cleaned_data["reason"], by=by, case_id=target.case.pk
        ), "danger",
        lead=_("Everything in this case stops at once, until the hold is lifted with a reason."),
    ),
    Act(
        "withdraw", _("Withdraw the case …"), _("The case is withdrawn."), "ban",
        _runs, _form(forms.ReasonForm),
        lambda target, form, by: actions.withdraw(
            case_id=target.case.pk, reason=form.cleaned_data["reason"], version=form.seen, by=by,
            today=today(),
        ), "danger",
        lead=_("The case ends here and cannot be opened again; what was done in it is kept."),
    ),
)  # fmt: skip
_ON_STEP: Final = (
    Act(
        "complete", _("Complete this step"), _("The step is completed."), "check",
        _may_complete, _step_form, _complete, "primary",
    ),
    Act(
        "ask", _("Ask a body …"), _("The body is asked."), "message-question",
        lambda target: _runs(target) and target.line is not None and target.line.waits
        and target.line.rule.kind == "opinion",
        _ask_form, _ask,
        lead=_("Until the deadline it may answer; after it, silence is recorded as silence."),
    ),
    Act(
        "convene", _("Note who came …"), _("The meeting is noted."), "users",
        _is_meeting_with_vote, _convene_form,
        lambda target, form, by: actions_meetings.convene(
            case_id=target.case.pk, step_id=target.part.pk, answers=form.told(),
            version=form.seen, by=by, today=today(),
        ), "primary",
    ),
    Act(
        "take-result", _("Take the result over"), _("The result is taken over."), "download",
        lambda target: _is_meeting_with_vote(target) and target.line is not None
        and target.line.poll is not None and target.line.poll.state == "counted",
        _form(forms.PlainForm),
        lambda target, form, by: actions_meetings.take_result(
            case_id=target.case.pk, step_id=target.part.pk, version=form.seen, by=by,
            today=today(),
        ), "primary",
    ),
    Act(
        "half", _("Decide the half …"), _("The head has decided."), "scale",
        lambda target: target.case.state == "running" and target.line is not None
        and target.line.half and target.file.standing.may(Permission.CASE_DECIDE)
        and not target.file.standing.why_not_by_duty("decide"),
        _form(forms.HalfForm),
        lambda target, form, by: actions_meetings.settle_half(
            case_id=target.case.pk, step_id=target.part.pk,
            passed=form.cleaned_data["passed"] == "yes", reason=form.cleaned_data["reason"],
            version=form.seen, by=by, today=today(),
        ), "primary",
        lead=_("The vote came to exactly one half; the rule leaves it to the head."),
    ),
    Act(
        "judge", _("Judge again as of today"), _("The conditions are judged anew."), "refresh",
        lambda target: _mine(target) and target.line is not None
        and bool(target.line.rule.gates),
        _form(forms.PlainForm),
        lambda target, form, by: actions_gates.judge_again(
            case_id=target.case.pk, step_id=target.part.pk, by=by, today=today()
        ),
    ),
    Act(
        "rule-open", _("Decide the open conditions …"), _("The conditions are decided."), "scale",
        lambda target: _mine(target) and len(_open_ones(target)) > 1,
        lambda data, files, target: forms.RuleManyForm(
            data, files, open_ones=_open_ones(target), initial={"version": target.case.version}
        ),
        lambda target, form, by: actions_gates.rule_on_many(
            case_id=target.case.pk, step_id=target.part.pk, rulings=form.rulings,
            reason=form.cleaned_data["reason"], version=form.seen, by=by,
        ),
        lead=_("The records do not say it. Decide with a reason; it stands under your name."),
    ),
    Act(
        "attach-many", _("Attach the papers …"),
        _("The papers are attached; somebody else checks them."), "paperclip",
        lambda target: _runs(target) and target.line is not None and target.line.waits
        and len(_missing(target)) > 1,
        lambda data, files, target: forms.AttachManyForm(
            data, files, papers=_missing(target), initial={"version": target.case.version}
        ),
        lambda target, form, by: actions_dossier.attach_many(
            case_id=target.case.pk, step_id=target.part.pk, papers=form.papers,
            version=form.seen, by=by,
        ),
        lead=_("What you leave empty stays missing."),
    ),
    Act(
        "check-many", _("Check the papers …"), _("The papers are checked."), "checks",
        lambda target: len(_to_check(target)) > 1,
        lambda data, files, target: forms.CheckManyForm(
            data, files, papers=_to_check(target), initial={"version": target.case.version}
        ),
        lambda target, form, by: actions_dossier.check_many(
            case_id=target.case.pk, step_id=target.part.pk, items=form.cleaned_data["papers"],
            version=form.seen, by=by,
        ),
    ),
    Act(
        "add-paper", _("Ask for one more paper …"), _("The paper is on the list."), "plus",
        lambda target: _runs(target) and target.line is not None and target.line.waits
        and target.line.rule.kind == "dossier",
        _form(forms.ItemForm),
        lambda target, form, by: actions_dossier.add_item(
            step_id=target.part.pk, label=form.cleaned_data["label"], by=by
        ),
    ),
)  # fmt: skip


def _second(target: Target) -> bool:
    """Whether the viewer may look at an attached paper a second time."""
    standing = target.file.standing
    return (
        target.case.state == "running" and target.line is not None and target.line.waits
        and target.part.state == "attached"
        and (standing.may(Permission.CASE_RUN) or standing.may(Permission.CASE_APPRAISE))
        and (target.case.fictional or target.part.attached_by_id != target.viewer.pk)
        and not standing.why_not_by_duty("dossier")
    )  # fmt: skip


def _attaches(target: Target) -> bool:
    return (
        _runs(target) and target.line is not None and target.line.waits
        and target.part.state != "checked"
    )  # fmt: skip


_ON_ITEM: Final = (
    Act(
        "attach", _("Attach …"), _("The paper is attached; somebody else checks it."),
        "paperclip", _attaches, _form(forms.AttachForm),
        lambda target, form, by: actions_dossier.attach(
            item_id=target.part.pk, file=form.cleaned_data["file"],
            reference=form.cleaned_data["reference"], by=by,
        ),
    ),
    Act(
        "check", _("In order"), _("The paper is checked."), "check", _second,
        _form(forms.PlainForm),
        lambda target, form, by: actions_dossier.check(item_id=target.part.pk, by=by),
        "primary",
    ),
    Act(
        "return", _("Return …"), _("The paper is returned."), "arrow-back-up", _second,
        _form(forms.ReasonForm),
        lambda target, form, by: actions_dossier.send_back(
            item_id=target.part.pk, reason=form.cleaned_data["reason"], by=by
        ),
    ),
    Act(
        "set-aside", _("Not needed …"), _("The paper is not needed."), "minus",
        lambda target: _attaches(target) and target.part.state != "unneeded",
        _form(forms.ReasonForm),
        lambda target, form, by: actions_dossier.set_aside(
            item_id=target.part.pk, reason=form.cleaned_data["reason"], by=by
        ),
    ),
)  # fmt: skip
_ON_CONDITION: Final = (
    Act(
        "rule", _("Decide …"), _("The condition is decided."), "scale",
        lambda target: target.part.may_rule, _form(forms.RuleForm),
        lambda target, form, by: actions_gates.rule_on(
            finding_id=target.part.finding.pk, met=form.cleaned_data["met"] == "yes",
            reason=form.cleaned_data["reason"], by=by,
        ),
        lead=_("The records do not say it. Decide with a reason; it stands under your name."),
    ),
    Act(
        "special", _("Allow a special case …"), _("The special case is allowed."), "star",
        lambda target: target.part.may_allow, _form(forms.SpecialForm),
        lambda target, form, by: actions_gates.special_case(
            finding_id=target.part.finding.pk, authority=form.cleaned_data["authority"],
            reason=form.cleaned_data["reason"], document=form.cleaned_data["document"],
            file=form.cleaned_data["file"], by=by,
        ), "danger",
        lead=_("The condition stays not met; the person passes by the word of an authority. It is"
               " counted, and inspectors read it."),
    ),
)  # fmt: skip
_ON_SUBJECT: Final = (
    Act(
        "take-out", _("Take out …"), _("The person is no longer considered."), "user-minus",
        lambda target: target.case.state in queries.OPEN and target.part.state == "in"
        and len(target.file.considered) > 1
        and target.file.standing.may(Permission.CASE_RUN)
        and not target.file.standing.why_not_by_duty(""),
        _form(forms.ReasonForm),
        lambda target, form, by: actions.take_out(
            case_id=target.case.pk, subject_id=target.part.pk,
            reason=form.cleaned_data["reason"], version=form.seen, by=by, today=today(),
        ), "danger",
    ),
)  # fmt: skip
ACTS: Final = {
    "case": {act.id: act for act in _ON_CASE},
    "step": {act.id: act for act in _ON_STEP},
    "paper": {act.id: act for act in _ON_ITEM},
    "condition": {act.id: act for act in _ON_CONDITION},
    "person": {act.id: act for act in _ON_SUBJECT},
}


def find(file: File, viewer: Viewer, on: str, pk: int) -> Target | None:
    """Return the part of a case that an act is about."""
    if on == "case":
        return Target(file, viewer)
    if on == "person":
        found = next((one for one in file.subjects if one.pk == pk), None)
        return Target(file, viewer, found) if found is not None else None
    for line in file.lines:
        parts: dict[str, Any] = {
            "step": {line.step.pk: line.step} if line.step is not None else {},
            "paper": {one.pk: one for one in line.items},
            "condition": {one.finding.pk: one for one in line.conditions},
        }
        if pk in parts.get(on, {}):
            return Target(file, viewer, parts[on][pk], line)
    return None


def offered(file: File, viewer: Viewer, on: str, pk: int = 0) -> list[Act]:
    """Return what the viewer may do about a part of a case now."""
    target = find(file, viewer, on, pk)
    if target is None:
        return []
    return [act for act in ACTS[on].values() if act.allowed(target)]


def may_hold(viewer: Viewer) -> bool:
    """Whether the viewer places holds anywhere."""
    return may(viewer, Permission.CASE_HOLD)


def moved_on(target: Target) -> str:
    """Return why an act of a page seen earlier is no longer offered; "" when it never was."""
    state = target.case.state
    if state == "frozen":
        return str(_("The case is on hold; nothing is done in it until the hold is lifted."))
    if state != "running":
        return str(_("The case has ended; nothing more is done in it."))
    if target.line is not None and not target.line.waits:
        return str(_("This step was completed meanwhile; see where the case stands now."))
    return ""
