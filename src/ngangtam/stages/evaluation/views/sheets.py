"""The own month; one sheet as a form; what may be done with it."""

from collections.abc import Callable
from typing import Any, Literal

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.downloads import download
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of, own_person
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation import forms, printing, shown, standing
from ngangtam.stages.evaluation import queries_sheets as queries
from ngangtam.stages.evaluation.criteria import ORGANISING, UNITING


def address(name: str, *args: Any) -> str:
    """Return the address of a page of another room, "" where that room shows none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@require_safe
def my_month(request: Request) -> HttpResponse:
    """One page for an official: the score so far and why, what is missing, own points, tasks."""
    if own_person(request.user) is None:
        raise Http404
    sheets = list(queries.own_sheets(request.user)[:60])
    asked = request.GET.get("sheet", "")
    sheet = next((one for one in sheets if str(one.pk) == asked), sheets[0] if sheets else None)
    if asked and (sheet is None or str(sheet.pk) != asked):
        raise Http404
    return _my_month(request, sheet, sheets)


def _my_month(request: Request, sheet: Any, sheets: list[Any], **more: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "sheet": sheet, "work": address("own-work"), "months": queries.earlier(request.user),
    }  # fmt: skip
    if sheet is not None:
        context |= _standing(request, sheet) | {
            "tabs": [
                Tab(
                    standing_label(one),
                    f"{reverse('my-month')}?sheet={one.pk}",
                    current=one.pk == sheet.pk,
                )
                for one in sheets
                if one.cycle_id == sheet.cycle_id
            ],
        }
        context["missing"] = standing.missing_of(context["found"])
        context["report_form"] = _report_form(None, sheet)
        context["tasks"] = queries.tasks_of(context["found"])
        if context["work"]:
            context["work"] += f"?month={sheet.cycle.first:%Y-%m}"
    context |= more
    return page(request, "evaluation/my_month.html", "evaluation/_my_month.html", context)


def standing_label(sheet: Any) -> str:
    """Return what the scheme of a sheet is called."""
    return actions.frame_of_sheet(sheet, sheet.cycle).label


def _standing(request: Request, sheet: Any) -> dict[str, Any]:
    found = standing.standing_of(sheet)
    return {
        "found": found,
        "hands": queries.hands_on(request.user, sheet),
        "conditions": found.conditions,
        "bars": found.bars,
        "needs": standing.needs_of(found),
        "rating": queries.rating_of(sheet),
        "level_words": queries.words_of(found.level),
        "level_tone": queries.LEVEL_TONES.get(found.level, "gray"),
        "state_tone": queries.TONES[sheet.state],
        "task_url": address("task-detail", 0),
    }


def _report_form(data: Any, sheet: Any) -> forms.ReportForm:
    # By the scheme alone: what the sheet is worth so far is reckoned for those who read it.
    entries = actions.frame_of_sheet(sheet, sheet.cycle).entries
    initial = {
        "version": sheet.version, "note": sheet.own_note, **forms.initial_points(sheet.own_points)
    }  # fmt: skip
    return forms.ReportForm(data, entries=entries, initial=initial)


@require_POST
def sheet_report(request: Request, pk: int) -> HttpResponse:
    """Send the own points; the page that asked is shown again with what is wrong."""
    found = queries.sheet_to_report(request.user, pk)
    sheet, own = found if found is not None else (_get(request, pk), False)
    form = _report_form(request.POST, sheet)
    if form.is_valid():
        try:
            actions.report(
                sheet_id=pk, version=form.cleaned_data["version"], own=form.own,
                by=actor_of(request.user),
            )  # fmt: skip
            back = f"{reverse('my-month')}?sheet={pk}" if own else sheet.get_absolute_url()
            return done(request, to=back, message=_("Your own points are sent."))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    sheet = _get(request, pk)
    if own:
        sheets = list(queries.own_sheets(request.user)[:60])
        return _my_month(request, sheet, sheets, report_form=form, form=form)
    return _detail(request, sheet, report_form=form, form=form)


def _get(request: Request, pk: int) -> Any:
    sheet = queries.get_sheet(request.user, pk)
    if sheet is None:
        raise Http404
    return sheet


@require_safe
def sheet_detail(request: Request, pk: int) -> HttpResponse:
    """The sheet with both columns, conditions, history; and what the viewer may do."""
    return _detail(request, _get(request, pk))


def _detail(request: Request, sheet: Any, **more: Any) -> HttpResponse:
    context = _standing(request, sheet)
    found, hands = context["found"], context["hands"]
    version = {"version": sheet.version}
    context |= {
        "sheet": sheet,
        "rows": _rows(found),
        "group": shown.group_label(sheet.group),
        "history": queries.history_of(sheet),
        "result": queries.result_of(sheet),
        "tasks": queries.tasks_of(found),
        "report_form": _report_form(None, sheet) if hands.report else None,
        "confirm_form": _confirm_form(None, found) if hands.score else None,
        "return_form": forms.ReasonForm(initial=version, prefix="return"),
        "reopen_form": forms.ReasonForm(initial=version, prefix="reopen"),
        "exempt_form": forms.ReasonForm(initial=version, prefix="exempt"),
        "rate_form": forms.VersionForm(initial=version),
        "particulars_form": _particulars_form(None, sheet),
        **more,
    }
    return page(request, "evaluation/sheet_detail.html", "evaluation/_sheet.html", context)


@require_safe
def sheet_paper(request: Request, pk: int, style: Literal["docx", "pdf"]) -> HttpResponse:
    """The sheet as a paper to be edited, or to be signed and kept."""
    sheet = _get(request, pk)
    found = standing.standing_of(sheet)
    paper = printing.sheet_paper(
        found, _rows(found), queries.tasks_of(found), queries.rating_of(sheet),
        shown.group_label(sheet.group), style=style, at=timezone.localtime(),
    )  # fmt: skip
    return download(paper.content, paper.name)


def _rows(found: Any) -> list[tuple[Any, Any, Any]]:
    """Return (entry, own, confirmed) of everything that is entered."""
    sheet = found.sheet
    if sheet.state != "confirmed":  # what was confirmed before it was reopened is a draft
        return [(entry, sheet.own_points.get(entry.id), None) for entry in found.frame.entries]
    confirmed = {**sheet.points, ORGANISING: sheet.organising_percent,
                 UNITING: sheet.uniting_percent}  # fmt: skip
    return [
        (entry, sheet.own_points.get(entry.id), confirmed.get(entry.id))
        for entry in found.frame.entries
    ]


def _confirm_form(data: Any, found: Any) -> forms.ConfirmForm:
    sheet = found.sheet
    kept = {**sheet.own_points, **sheet.points}
    percents = {ORGANISING: sheet.organising_percent,
                UNITING: sheet.uniting_percent}  # fmt: skip
    kept |= {name: value for name, value in percents.items() if value is not None}
    initial = {"version": sheet.version, **forms.initial_points(kept)}
    initial |= {flag: forms.said(getattr(sheet, flag)) for flag in actions.FLAGS}
    return forms.ConfirmForm(
        data, entries=found.frame.entries, leader=sheet.leader, initial=initial
    )


def _particulars_form(data: Any, sheet: Any) -> forms.ParticularsForm:
    initial = {
        "version": sheet.version, "months_worked": sheet.months_worked, "group": sheet.group,
        "outstanding": forms.said(sheet.outstanding),
    }  # fmt: skip
    return forms.ParticularsForm(data, initial=initial)


@require_http_methods(["POST"])
def sheet_confirm(request: Request, pk: int) -> HttpResponse:
    sheet = _get(request, pk)
    form = _confirm_form(request.POST, standing.standing_of(sheet))
    return _act(
        request, sheet, {"confirm_form": form}, _("The sheet is confirmed."),
        lambda: actions.confirm(
            sheet_id=pk, version=form.cleaned_data["version"], scores=form.scores,
            by=actor_of(request.user),
        ),
    )  # fmt: skip


@require_POST
def sheet_return(request: Request, pk: int) -> HttpResponse:
    sheet, form = _get(request, pk), forms.ReasonForm(request.POST, prefix="return")
    return _act(
        request, sheet, {"return_form": form}, _("The sheet is returned."),
        lambda: actions.send_back(sheet_id=pk, by=actor_of(request.user), **form.cleaned_data),
    )  # fmt: skip


@require_POST
def sheet_reopen(request: Request, pk: int) -> HttpResponse:
    sheet, form = _get(request, pk), forms.ReasonForm(request.POST, prefix="reopen")
    return _act(
        request, sheet, {"reopen_form": form}, _("The sheet is open again."),
        lambda: actions.reopen(sheet_id=pk, by=actor_of(request.user), **form.cleaned_data),
    )  # fmt: skip


@require_POST
def sheet_exempt(request: Request, pk: int) -> HttpResponse:
    sheet, form = _get(request, pk), forms.ReasonForm(request.POST, prefix="exempt")
    return _act(
        request, sheet, {"exempt_form": form}, _("This person is not rated in this cycle."),
        lambda: actions.exempt(sheet_id=pk, by=actor_of(request.user), **form.cleaned_data),
    )  # fmt: skip


@require_POST
def sheet_rate(request: Request, pk: int) -> HttpResponse:
    sheet, form = _get(request, pk), forms.VersionForm(request.POST)
    return _act(
        request, sheet, {"rate_form": form}, _("This person is rated again."),
        lambda: actions.rate_again(sheet_id=pk, by=actor_of(request.user), **form.cleaned_data),
    )  # fmt: skip


@require_POST
def sheet_particulars(request: Request, pk: int) -> HttpResponse:
    sheet = _get(request, pk)
    form = _particulars_form(request.POST, sheet)
    return _act(
        request, sheet, {"particulars_form": form}, _("The particulars are changed."),
        lambda: actions.set_particulars(
            sheet_id=pk, version=form.cleaned_data["version"], by=actor_of(request.user),
            **form.values,
        ),
    )  # fmt: skip


def _act(
    request: Request, sheet: Any, named: dict[str, django_forms.Form], message: str,
    act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    """Carry out one act on a sheet, or show the sheet again with what is wrong."""
    [form] = named.values()
    if form.is_valid():
        try:
            act()
            return done(request, to=_next(request, sheet), message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    # As it is now: somebody else may just have changed it.
    return _detail(request, _get(request, sheet.pk), **named, form=form)


def _next(request: Request, sheet: Any) -> str:
    """Return where to go on: the unit's month when the page came from there."""
    if request.POST.get("then") == "team":
        return reverse("team-month", args=[sheet.unit.code, sheet.cycle.code])
    return str(sheet.get_absolute_url())
