"""What may be done about one task: each act with its form, its words and its action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.components.blocks import ActionTone
from ngangtam.foundation.ui.components.marks import Text
from ngangtam.stages.work import (
    actions_change,
    actions_head,
    actions_own,
    actions_plan,
    forms,
    queries,
    queries_products,
)
from ngangtam.stages.work.queries import OPEN, Cause, Line, S

Form = django_forms.Form


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do about a task.

    Shape: `allowed` says for whom it is offered; `make` builds the form from what was sent, the
        task and the viewer; `run` carries it out.
    """

    id: str
    label: Text
    said: Text
    icon: str
    allowed: Callable[[Line], bool]
    make: Callable[[Any, Any, Any, Viewer], Form]
    run: Callable[[Any, Any, Any], object]
    tone: ActionTone = "plain"
    lead: Text = ""
    main: bool = False


def _plain(cls: type[Form], start: Callable[[Any], dict[str, Any]] | None = None) -> Any:
    def make(data: Any, files: Any, task: Any, _viewer: Viewer) -> Form:
        initial = {"version": task.version, **(start(task) if start else {})}
        return cls(data, files, initial=initial)

    return make


def _with_person(cls: type[Form]) -> Any:
    def make(data: Any, files: Any, task: Any, viewer: Viewer) -> Form:
        form = cls(data, files, initial={"version": task.version})
        people = [one for one in queries.people_around(viewer, task) if one.pk != task.person_id]
        form.fields["to"].offer(people)  # type: ignore[attr-defined]
        return form

    return make


def _part(data: Any, _files: Any, task: Any, viewer: Viewer) -> Form:
    return forms.PartForm(
        data, people=queries.people_of(viewer, task.unit), units=queries.units_below(task.unit),
        products=queries_products.in_month(task.path, task.month),
        initial={
            "version": task.version, "title": task.title, "due": task.due,
            "product": str(task.product_id or ""), "month": f"{task.month:%Y-%m}",
            "origin": task.origin, "quantity": queries.remainder(task) or 1,
        },
    )  # fmt: skip


def _run_report(task: Any, form: Any, by: Any) -> object:
    said = form.report(task.pk)
    if task.person_id is None:
        return actions_head.report_for_unit(report=said, by=by, today=today())
    return actions_own.report(report=said, by=by, today=today())


def _judge(task: Any, form: Any, by: Any) -> object:
    data = form.cleaned_data
    return actions_head.answer_cause(
        task_id=task.pk, confirmed=data["verdict"] == "yes", answer=data["reason"],
        version=form.seen, by=by,
    )  # fmt: skip


def _change(task: Any, form: Any, by: Any) -> object:
    data = form.cleaned_data
    return actions_change.change(
        task_id=task.pk, title=data["title"], quantity=data["quantity"], due=data["due"],
        reason=data["reason"], version=form.seen, by=by,
    )  # fmt: skip


def _hand_over(task: Any, form: Any, by: Any) -> object:
    data = form.cleaned_data
    return actions_change.hand_over(
        task_id=task.pk, to=data["to"], kept=data["kept"], reason=data["reason"],
        version=form.seen, by=by,
    )  # fmt: skip


def _share(task: Any, form: Any, by: Any) -> object:
    data = form.cleaned_data
    return actions_change.share(
        task_id=task.pk, parts=[(data["to"], data["quantity"])], reason=data["reason"],
        version=form.seen, by=by,
    )  # fmt: skip


def _report_start(task: Any) -> dict[str, Any]:
    return forms.ReportForm.start(task, _done_by(task.month))


def _done_by(month: date) -> date:
    """Return the day that a report offers: today, which is the day of most reports."""
    return max(today(), month)


def _reason(action: Callable[..., object]) -> Callable[[Any, Any, Any], object]:
    return lambda task, form, by: action(
        task_id=task.pk, reason=form.cleaned_data["reason"], version=form.seen, by=by
    )


def _bare(action: Callable[..., object]) -> Callable[[Any, Any, Any], object]:
    return lambda task, form, by: action(task_id=task.pk, version=form.seen, by=by)


_ACTS: Final = (
    Act(
        "report", _("Report"), _("The report is sent."), "send",
        lambda line: line.may_report
        or (line.task.person_id is None and line.may_lead and line.task.state in OPEN),
        _plain(forms.ReportForm, _report_start), _run_report, "primary", main=True,
    ),
    Act(
        "confirm", _("Confirm …"), _("The work is confirmed."), "check",
        lambda line: line.may_confirm and line.task.state in OPEN,
        _plain(forms.ConfirmForm, forms.ConfirmForm.start),
        lambda task, form, by: actions_head.confirm(
            confirmation=form.confirmation(task.pk), by=by
        ), "primary", main=True,
        lead=_("The form holds what was reported. Change what you found otherwise."),
    ),
    Act(
        "return", _("Return …"), _("The report is returned."), "arrow-back-up",
        lambda line: line.may_confirm and line.task.state == S.REPORTED,
        _plain(forms.ReasonForm), _reason(actions_head.return_report),
        lead=_("The person reads the reason and reports again."), main=True,
    ),
    Act(
        "judge", _("Judge the cause …"), _("The cause is judged."), "scale",
        lambda line: line.may_confirm and line.task.cause_state == Cause.CLAIMED
        and line.task.state in OPEN,
        _plain(forms.JudgeForm), _judge, main=True,
    ),
    Act(
        "accept", _("Accept"), _("The task is accepted."), "check",
        lambda line: line.may_lead and line.task.state == S.PLANNED
        and line.task.person_id is not None,
        _plain(forms.PlainForm), _bare(actions_plan.accept), "primary", main=True,
        lead=_("From now on it counts as assigned."),
    ),
    Act(
        "refuse", _("Refuse …"), _("The proposal is refused."), "x",
        lambda line: line.may_lead and line.task.state == S.PLANNED
        and line.task.person_id is not None,
        _plain(forms.ReasonForm), _reason(actions_plan.refuse), "danger",
    ),
    Act(
        "break-down", _("Break down …"), _("The part is given."), "git-branch",
        lambda line: line.may_lead and line.task.person_id is None
        and line.task.state in (S.PLANNED, *OPEN),
        _part,
        lambda task, form, by: actions_plan.break_down(
            task_id=task.pk, parts=[form.part], version=form.cleaned_data["version"], by=by
        ), "primary", main=True,
        lead=_("One part at a time: for a person, or for a unit below, which breaks it down "
               "further."),
    ),
    Act(
        "claim", _("Name an objective cause …"), _("The cause waits for the head."), "flag",
        lambda line: line.may_report and line.task.cause_state != Cause.CONFIRMED,
        _plain(forms.CauseForm, lambda task: {"cause": task.cause}),
        lambda task, form, by: actions_own.claim(
            task_id=task.pk, cause=form.cleaned_data["cause"], version=form.seen, by=by
        ),
    ),
    Act(
        "unclaim", _("Withdraw the cause"), _("The claim is withdrawn."), "arrow-back-up",
        lambda line: line.may_report and line.task.cause_state == Cause.CLAIMED,
        _plain(forms.PlainForm), _bare(actions_own.withdraw_claim), "quiet",
    ),
    Act(
        "attach", _("Attach evidence …"), _("The evidence is attached."), "paperclip",
        lambda line: line.may_report,
        _plain(forms.EvidenceForm),
        lambda task, form, by: actions_own.attach(
            task_id=task.pk, files=form.cleaned_data["proof"],
            reference=form.cleaned_data["reference"], by=by,
        ),
    ),
    Act(
        "take-back", _("Take the report back"), _("The report is taken back."), "arrow-back-up",
        lambda line: line.may_report and line.task.state == S.REPORTED,
        _plain(forms.PlainForm), _bare(actions_own.take_back), "quiet",
        lead=_("What was reported is wiped out; nobody has confirmed it yet."),
    ),
    Act(
        "withdraw", _("Withdraw the proposal"), _("The proposal is withdrawn."), "arrow-back-up",
        lambda line: line.own and line.task.state == S.PLANNED,
        _plain(forms.PlainForm),
        lambda task, form, by: actions_own.withdraw(task_id=task.pk, by=by), "quiet",
    ),
    Act(
        "change", _("Change …"), _("The task is changed."), "pencil",
        lambda line: line.may_lead and line.task.state in (S.PLANNED, *OPEN),
        _plain(forms.ChangeForm, lambda task: {
            "title": task.title, "quantity": task.quantity, "due": task.due,
        }), _change,
    ),
    Act(
        "hand-over", _("Hand over …"), _("The task is handed over."), "transfer",
        lambda line: line.may_lead and line.task.person_id is not None
        and line.task.state in OPEN,
        _with_person(forms.HandOverForm), _hand_over,
        lead=_("The other gets what does not stay, with the same deadline."),
    ),
    Act(
        "share", _("Share …"), _("A part is given to another."), "users-plus",
        lambda line: line.may_lead and line.task.person_id is not None
        and line.task.state in OPEN,
        _with_person(forms.ShareForm), _share,
    ),
    Act(
        "repeat", _("Repeat …"), _("The task is repeated."), "refresh",
        lambda line: line.may_lead and line.task.state in queries.LIVE,
        _plain(forms.RepeatForm),
        lambda task, form, by: actions_plan.repeat(
            task_id=task.pk, until=form.cleaned_data["until"], by=by
        ),
        lead=_("The deadline moves by whole months; months that have the task are left alone."),
    ),
    Act(
        "reopen", _("Take the confirmation back …"), _("The task is open again."),
        "arrow-back-up",
        lambda line: line.may_confirm and line.task.state == S.CONFIRMED,
        _plain(forms.ReasonForm), _reason(actions_head.reopen),
    ),
    Act(
        "cancel", _("Cancel the task …"), _("The task is cancelled; it can be restored."), "ban",
        lambda line: line.may_lead and line.task.state in (S.PLANNED, *OPEN),
        _plain(forms.ReasonForm), _reason(actions_change.cancel), "danger",
    ),
    Act(
        "restore", _("Restore"), _("The task is what it was."), "rotate-clockwise-2",
        lambda line: line.may_lead and line.task.state == S.CANCELLED,
        _plain(forms.PlainForm), _bare(actions_change.restore), "primary", main=True,
    ),
)  # fmt: skip
ACTS: Final[dict[str, Act]] = {act.id: act for act in _ACTS}


def offered(line: Line) -> list[Act]:
    """Return what the viewer may do about a task now."""
    return [act for act in _ACTS if act.allowed(line)]
