"""Examinations: announced, entered, marked, published, complained about."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.appointment import (
    actions_exams,
    actions_marks,
    forms,
    marking,
    queries,
    queries_exams,
    schemes,
    shown,
    vacancies,
)

LISTING = Listing(
    columns=[Column("recent", order=("-announced_at", "-pk"))],
    filters=[Filter("state", _("State"), [
        ("open", _("taking entries")), ("running", _("in rounds")),
        ("published", _("result published")), ("cancelled", _("cancelled"))])],
    default_sort="recent", target="exam-table",
)  # fmt: skip


@require_safe
def exam_list(request: Request) -> HttpResponse:
    query = LISTING.read(request.GET)
    rows = queries_exams.exams_for(request.user)
    if not queries_exams.takes_part(request.user):
        raise Http404
    if query.values.get("state"):
        rows = rows.filter(state=query.values["state"])
    context = {
        "table": query.cut(rows.order_by(*query.order_by), total=rows.count()),
        "runs": queries.runs(request.user), "schemes": schemes.schemes(),
        "tabs": shown.tabs("exams") if queries.reads(request.user) else [],
    }  # fmt: skip
    return page(request, "appointment/exam_list.html", "appointment/_exam_table.html", context)


@require_http_methods(["GET", "POST"])
def exam_announce(request: Request) -> HttpResponse:
    if not queries.runs(request.user):
        raise Http404
    posts = vacancies.may_open(request.user, today()).filter(leadership=True)
    form = forms.ExamForm(
        request.POST or None, initial={"post": request.GET.get("post", "")},
        posts=[(one.pk, f"{one.title} – {one.unit.name}")
               for one in posts.order_by("unit__path", "position", "pk")[:500]],
        schemes=[(one.id, said(one.label)) for one in schemes.schemes().values()],
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = actions_exams.announce(
                post_id=data["post"], scheme_id=data["scheme"], title=data["title"],
                entries_until=data["entries_until"], today=today(), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=made, message=str(_("The examination is announced.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "schemes": schemes.schemes()}
    return page(
        request, "appointment/exam_announce.html", "appointment/_exam_announce.html", context
    )


def _get(request: Request, pk: int) -> Any:
    exam = queries_exams.get_exam(request.user, pk)
    if exam is None:
        raise Http404
    return exam


@never_cache
@require_safe
def exam_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, exam: Any, **more: Any) -> HttpResponse:
    hands = queries_exams.hands_of(request.user, exam)
    now = marking.open_round(exam)
    marked = now is not None and queries_exams.has_marked(request.user, exam, now.id)
    ready = exam.state == "running" and marking.is_complete(exam)
    order = queries_exams.order(exam, hands)
    entrants, council = queries_exams.entrants_of(exam), queries_exams.council_of(exam)
    context = {
        "exam": exam, "hands": hands, "rounds": marking.rounds(exam), "now": now, "marked": marked,
        "entrants": entrants, "council": council, "chaired": any(one.chair for one in council),
        "competing": sum(one.state == "in" for one in entrants),
        "order": order, "ready": ready,
        "proposed": next((one for one in order if one.line.candidate == exam.chosen_id), None)
        if exam.chosen_id else None,
        "cases": queries_exams.cases_of(request.user, exam),
        "start_at": shown.case_start(exam, hands), "ties": shown.ties(exam),
        "complaints": queries_exams.complaints_of(exam),
        "complaint_until": queries_exams.complaint_until(exam), "today": today(),
        "juror_form": forms.JurorForm(), "entry_form": forms.EntryForm(),
        "reason_form": forms.ReasonForm(initial={"version": exam.version}),
        "publish_form": _publish_form(exam) if ready and hands.decides else None,
        "complaint_form": forms.ComplaintForm(), **more,
    }  # fmt: skip
    return page(request, "appointment/exam_detail.html", "appointment/_exam.html", context)


def _publish_form(exam: Any, data: Any = None) -> forms.PublishForm:
    return forms.PublishForm(
        data, first=queries_exams.first_ones(exam), initial={"version": exam.version}
    )


def _said(error: DomainError | PermissionDenied) -> ValidationError:
    return ValidationError(getattr(error, "messages", None) or [str(error)])


@require_POST
def exam_juror(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    form = forms.JurorForm(request.POST)
    if form.is_valid():
        try:
            actions_exams.name_juror(
                examination_id=pk, by=actor_of(request.user), **form.cleaned_data
            )
            return done(request, to=exam, message=str(_("The council has a new member.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    return _detail(request, exam, juror_form=form, form=form)


@require_POST
def exam_enter(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    form = forms.EntryForm(request.POST)
    if form.is_valid():
        try:
            actions_exams.enter(
                examination_id=pk, number=form.cleaned_data["number"], today=today(),
                by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=exam, message=str(_("The candidate is entered.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    return _detail(request, exam, entry_form=form, form=form)


@require_http_methods(["GET", "POST"])
def exam_leave(request: Request, pk: int) -> HttpResponse:
    """A candidate withdraws, or is not admitted."""
    entrant = queries_exams.get_entrant(request.user, pk)
    if entrant is None:
        raise Http404
    hands = queries_exams.hands_of(request.user, entrant.examination)
    if not hands.runs and (hands.candidate is None or hands.candidate.pk != pk):
        raise Http404
    barred = request.GET.get("barred") == "1"
    form = forms.ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions_exams.leave(
                entrant_id=pk, barred=barred, reason=form.cleaned_data["reason"],
                by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=entrant.examination, message=str(_("It is noted.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    context = {"form": form, "entrant": entrant, "barred": barred, "exam": entrant.examination}
    return page(request, "appointment/exam_leave.html", "appointment/_exam_leave.html", context)


def _act(request: Request, exam: Any, act: Any, message: str) -> HttpResponse:
    """Do what needs nothing but the version that was seen."""
    form = forms.ReasonForm({"reason": "-", "version": request.POST.get("version", "0")})
    form.is_valid()
    try:
        act(version=form.cleaned_data.get("version") or 0)
        return done(request, to=exam, message=message)
    except (DomainError, PermissionDenied) as error:
        form.add_error(None, _said(error))
    return _detail(request, exam, form=form)


@require_POST
def exam_start(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    if not queries_exams.hands_of(request.user, exam).runs:
        raise Http404
    by = actor_of(request.user)
    return _act(
        request, exam,
        lambda version: actions_exams.start(examination_id=pk, version=version, by=by),
        str(_("The first round has begun.")),
    )  # fmt: skip


@require_POST
def exam_cancel(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    if not queries_exams.hands_of(request.user, exam).runs:
        raise Http404
    form = forms.ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions_exams.cancel(
                examination_id=pk, reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"] or 0, by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=exam, message=str(_("The examination is cancelled.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    return _detail(request, exam, reason_form=form, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def exam_marks(request: Request, pk: int) -> HttpResponse:
    """Give one's marks for the round that is open."""
    exam = _get(request, pk)
    hands = queries_exams.hands_of(request.user, exam)
    now = marking.open_round(exam)
    if not hands.juror or now is None or queries_exams.has_marked(request.user, exam, now.id):
        raise Http404
    going = [(one.pk, one.name) for one in marking.going_on(exam)]
    form = forms.MarksForm(request.POST or None, entrants=going, most=now.most)
    if form.is_valid():
        try:
            actions_marks.give_marks(
                examination_id=pk, round_id=now.id, marks=form.marks, by=actor_of(request.user)
            )
            return done(request, to=exam, message=str(_("Your marks are given.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    context = {"form": form, "exam": exam, "now": now, "label": said(now.label)}
    return page(request, "appointment/exam_marks.html", "appointment/_exam_marks.html", context)


@require_POST
def exam_close(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    by, round_id = actor_of(request.user), request.POST.get("round", "")
    return _act(
        request, exam,
        lambda version: actions_marks.close_round(
            examination_id=pk, round_id=round_id, version=version, by=by
        ),
        str(_("The round is closed.")),
    )  # fmt: skip


@require_POST
def exam_publish(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    if not queries_exams.hands_of(request.user, exam).decides:
        raise Http404
    form = _publish_form(exam, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions_exams.publish(
                examination_id=pk, chosen=data["chosen"], reason=data["reason"],
                version=data["version"], today=today(), by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=exam, message=str(_("The result is published.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    return _detail(request, exam, publish_form=form, form=form)


@require_POST
def exam_complain(request: Request, pk: int) -> HttpResponse:
    exam = _get(request, pk)
    form = forms.ComplaintForm(request.POST)
    if form.is_valid():
        try:
            actions_exams.complain(
                examination_id=pk, text=form.cleaned_data["text"], today=today(),
                by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=exam, message=str(_("The complaint is filed.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    return _detail(request, exam, complaint_form=form, form=form)


@require_http_methods(["GET", "POST"])
def exam_answer(request: Request, pk: int) -> HttpResponse:
    """Answer a complaint."""
    complaint = queries_exams.get_complaint(request.user, pk)
    if complaint is None:
        raise Http404
    exam = complaint.entrant.examination
    form = forms.AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            actions_exams.answer_complaint(
                complaint_id=pk, today=today(), by=actor_of(request.user), **form.cleaned_data
            )
            return done(request, to=exam, message=str(_("The complaint is answered.")))
        except (DomainError, PermissionDenied) as error:
            form.add_error(None, _said(error))
    context = {"form": form, "complaint": complaint, "exam": exam}
    return page(request, "appointment/exam_answer.html", "appointment/_exam_answer.html", context)
