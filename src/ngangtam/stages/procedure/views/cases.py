"""One case: its page, every act in it, its paper forms, its files."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.files.serving import download
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.procedure import actions_readings, contents, queries
from ngangtam.stages.procedure.queries import File, Line
from ngangtam.stages.procedure.views.acts import ACTS, Act, find, moved_on, offered


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a case with what the viewer may do about it."""

    it: Any
    acts: list[Act]


@dataclass(frozen=True, slots=True)
class Board:
    """One step as the page shows it."""

    line: Line
    acts: list[Act]
    items: list[Part]
    conditions: list[Part]

    @property
    def standing(self) -> list[Part]:
        """Conditions that stand in the way."""
        return [one for one in self.conditions if not one.it.finding.lets_through]

    @property
    def passed(self) -> list[Part]:
        return [one for one in self.conditions if one.it.finding.lets_through]


def file_or_404(request: Request, number: str) -> File:
    """Return a case that the viewer may see. Errors: Http404."""
    case = queries.get_case(request.user, number)
    if case is None:
        raise Http404
    return queries.file_of(request.user, case, today())


def _board(file: File, request: Request, line: Line) -> Board:
    viewer = request.user
    step = line.step
    return Board(
        line,
        offered(file, viewer, "step", step.pk) if step is not None else [],
        [Part(one, offered(file, viewer, "paper", one.pk)) for one in line.items],
        [Part(one, offered(file, viewer, "condition", one.finding.pk)) for one in line.conditions],
    )


@never_cache
@require_safe
def case_detail(request: Request, number: str) -> HttpResponse:
    """Where the case stands, what is next, by whom, until when."""
    file = file_or_404(request, number)
    _note_readings(request, file)
    context = {
        "file": file, "case": file.case, "today": today(),
        "waiting": [_board(file, request, line) for line in file.waiting],
        "done_steps": [_board(file, request, line) for line in file.done],
        "subjects": [
            Part(one, offered(file, request.user, "person", one.pk)) for one in file.subjects
        ],
        "acts": offered(file, request.user, "case"), "history": queries.history(file.case),
        "conflict": file.standing.why_not_by_duty(""),
    }  # fmt: skip
    return page(request, "procedure/case_detail.html", "procedure/_case.html", context)


def _note_readings(request: Request, file: File) -> None:
    """What a case shows of sensitive parts leaves its trace, as the parts themselves would."""
    read = queries.sensitive(file)
    if request.method == "GET" and read:
        actions_readings.note_readings(case=file.case, read=read, by=actor_of(request.user))


@never_cache
@require_safe
def case_print(request: Request, number: str) -> HttpResponse:
    """The case on paper."""
    file = file_or_404(request, number)
    context = {"file": file, "case": file.case, "today": today(),
               "history": queries.history(file.case)}  # fmt: skip
    return page(request, "procedure/case_print.html", "procedure/case_print.html", context)


@never_cache
@require_safe
def case_contents(request: Request, number: str, style: str) -> HttpResponse:
    """The list of what the case holds, for the binder."""
    return contents.answer(file_or_404(request, number), style, today())


@never_cache
@require_http_methods(["GET", "POST"])
def case_act(request: Request, number: str, on: str, act: str, pk: int = 0) -> HttpResponse:
    """Carry out one act, or show its form again with what is wrong."""
    file = file_or_404(request, number)
    known, target = ACTS.get(on, {}).get(act), find(file, request.user, on, pk)
    if known is None or target is None:
        raise Http404
    if not known.allowed(target):
        why = moved_on(target)
        if not why:
            raise Http404
        messages.warning(request, why)
        return done(request, to=file.case)
    sent = request.method == "POST"
    if on == "condition":
        _note_readings(request, file)
    form = known.make(request.POST if sent else None, request.FILES if sent else None, target)
    if form.is_valid():
        try:
            known.run(target, form, actor_of(request.user))
            return done(request, to=file.case, message=str(known.said))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    words = str(known.label).removesuffix(" …")
    context = {"form": form, "act": known, "title": words, "file": file, "case": file.case,
               "target": target, "line": target.line, "today": today()}  # fmt: skip
    return page(request, "procedure/act.html", "procedure/_act.html", context)


@require_safe
def case_step(request: Request, number: str, pk: int) -> HttpResponse:
    """Lead to the step on the page of its case."""
    file = file_or_404(request, number)
    line = next((one for one in file.lines if one.step is not None and one.step.pk == pk), None)
    if line is None:
        raise Http404
    return done(request, to=f"{file.case.get_absolute_url()}#step-{line.rule.id}")


@require_safe
def case_file(request: Request, token: str) -> HttpResponse:
    """Hand a file of a case out."""
    found = queries.get_file(request.user, token)
    if found is None:
        raise Http404
    return download(found)


@never_cache
@require_safe
def step_draft(request: Request, number: str, pk: int) -> HttpResponse:
    """A draft of the document that a step asks for."""
    file = file_or_404(request, number)
    line = next((one for one in file.lines if one.step is not None and one.step.pk == pk), None)
    if line is None or not line.rule.document:
        raise Http404
    return contents.draft(file, line, today())
