"""One task: what it is, how it stands, where it comes from, what happened; and acts on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.work import actions_own, forms, queries, queries_plan
from ngangtam.stages.work.views.acts import ACTS, offered


def _line(request: Request, pk: int) -> queries.Line:
    task = queries.get_task(request.user, pk)
    if task is None:
        raise Http404
    return queries.lines(request.user, [task], today())[0]


@require_safe
def task_detail(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    acts = offered(line)
    context = {
        "line": line, "task": line.task, "evidence": queries.evidence_of(line.task),
        "history": queries.history(line.task), "way": queries.around(request.user, line.task),
        "branch": queries_plan.branch_of(request.user, line.task, today()),
        "main_acts": [act for act in acts if act.main], "acts": [a for a in acts if not a.main],
        "reads_unit": queries.reads(request.user, line.task.unit), "today": today(),
        "user": request.user,
    }  # fmt: skip
    return page(request, "work/task_detail.html", "work/_task.html", context)


@require_http_methods(["GET", "POST"])
def task_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Carry out one act on a task, or show its form again with what is wrong."""
    line, known = _line(request, pk), ACTS.get(act)
    if known is None or not known.allowed(line):
        raise Http404
    sent = request.method == "POST"
    form = known.make(
        request.POST if sent else None, request.FILES if sent else None, line.task, request.user
    )
    if form.is_valid():
        try:
            known.run(line.task, form, actor_of(request.user))
            return done(request, to=_back(request, line.task), message=str(known.said))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    words = str(known.label).removesuffix(" …")
    context = {
        "form": form, "title": words, "button": words,
        "icon": known.icon, "lead": known.lead, "line": line, "tone": known.tone,
        "back": line.task.get_absolute_url(), "crumb": line.task.title,
        "crumb_href": line.task.get_absolute_url(), "next": request.GET.get("next", ""),
    }  # fmt: skip
    return page(request, "work/act.html", "work/_act.html", context)


def _back(request: Request, task: Any) -> Any:
    """Return to the list from which the act was begun, when it is a page of this site."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if asked.startswith("/") and safe else task


@require_POST
def report_done(request: Request, pk: int) -> HttpResponse:
    """One tap: done today, as it was assigned."""
    line = _line(request, pk)
    if not line.may_report:
        raise Http404
    said = forms.ReportForm.start(line.task, today())
    version = request.POST.get("version", "")
    one = actions_own.Report(
        pk, line.task.quantity, today(), said["failures"], said["delays"], said["exceeds"],
        said["note"], int(version) if version.isdecimal() else None,
    )  # fmt: skip
    try:
        actions_own.report(report=one, by=actor_of(request.user), today=today())
    except DomainError as error:
        return _refused(request, line.task, error)
    return done(request, to=_back(request, line.task), message=str(_("The report is sent.")))


def _refused(request: Request, task: Any, error: DomainError) -> HttpResponse:
    messages.error(request, " ".join(error.messages))
    return done(request, to=_back(request, task))


@require_POST
def evidence_remove(request: Request, pk: int) -> HttpResponse:
    """Take away a proof that oneself attached."""
    found = queries.get_own_evidence(request.user, pk)
    if found is None:
        raise Http404
    try:
        actions_own.detach(evidence_id=pk, by=actor_of(request.user))
    except DomainError as error:
        return _refused(request, found.task, error)
    return done(request, to=found.task, message=str(_("The evidence is taken away.")))
