"""One person: what stands, what authorities found, and what may be begun."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.files.serving import download
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.exits import actions_watch, forms, opening, queries, retiring, shown
from ngangtam.stages.exits.views.frame import ask, attempt


def _get(request: Request, number: str, permission: Permission = Permission.CASE_VIEW) -> Any:
    found = queries.person_for(request.user, number, permission)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def person(request: Request, number: str) -> HttpResponse:
    row = _get(request, number)
    path, day = str(row.home_path), today()
    proposals = queries.proposals_for(request.user).filter(person=row).order_by("-first_seen")
    context = {
        "person": row, "lines": [shown.line_of(one) for one in proposals],
        "statements": [
            (one, queries.label_of(one.about))
            for one in queries.statements_about(request.user, row.pk)
        ],
        "suspensions": [
            (one, shown.days_left(one, day))
            for one in queries.suspensions_for(request.user).filter(person=row)
        ],
        "letters": list(queries.letters_for(request.user).filter(person=row)),
        "left": [
            (one, queries.label_of(one.ground) if one.ground else "",
             shown.after_of_departure(one))
            for one in queries.departures_for(request.user).filter(person=row)
        ],
        "may_run": may(request.user, Permission.CASE_RUN, path),
    }  # fmt: skip
    return page(request, "exits/person.html", "exits/_person.html", context)


def _crumbs(row: Any) -> list[tuple[str, str]]:
    return [
        (_("Leaving a post"), reverse("exit-start")),
        (row.full_name, reverse("exit-person", args=[row.number])),
    ]


@require_http_methods(["GET", "POST"])
def state(request: Request, number: str) -> HttpResponse:
    """Record what an authority found, on its document."""
    row = _get(request, number, Permission.CASE_RUN)
    form = forms.StatementForm(
        request.POST or None,
        request.FILES or None,
        choices=queries.statement_choices(today()),
        initial={"about": request.GET.get("about", "")},
    )
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: actions_watch.state(
                person_number=number, about=form.cleaned_data["about"],
                says=form.cleaned_data["says"], paper=form.paper,
                figure=form.cleaned_data["figure"], of=form.cleaned_data["of"],
                word=None if form.cleaned_data["figure"] is not None else form.cleaned_data["word"],
                until=form.cleaned_data["until"], file=form.cleaned_data["file"],
                today=today(), by=actor_of(request.user),
            ),
            to=lambda _made: reverse("exit-person", args=[number]),
            message=_("The finding is recorded; the next look takes it into account."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return ask(
        request, form, title=_("Record a finding of an authority"), eyebrow=row.full_name,
        lead=row.post_said, text=_(
            "What only an authority finds, and figures that nobody reckons here. It is evidence,"
            " not a decision."
        ), label=_("Record the finding"), icon="file-certificate",
        back=reverse("exit-person", args=[number]), crumbs=_crumbs(row), possible=True,
        upload=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def strike(request: Request, pk: int) -> HttpResponse:
    """Strike out what was recorded wrongly."""
    row = queries.get_statement(request.user, pk)
    if row is None or row.voided_at is not None:
        raise Http404
    if not may(request.user, Permission.CASE_RUN, str(row.path)):
        raise Http404
    back = reverse("exit-person", args=[row.person.number])
    form = forms.StrikeForm(request.POST or None)
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: actions_watch.strike(
                statement_id=pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
            ),
            to=lambda _made: back, message=_("The finding is struck out."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return ask(
        request, form, title=_("Strike out a finding"), eyebrow=row.person.full_name,
        lead=queries.label_of(row.about),
        text=_("It stays readable, with the reason and who struck it out."),
        label=_("Strike out"), icon="trash", tone="danger", back=back, crumbs=_crumbs(row.person),
        possible=True,
    )  # fmt: skip


@never_cache
@require_safe
def file(request: Request, pk: int) -> HttpResponse:
    """The copy of the document behind a finding."""
    row = queries.get_statement(request.user, pk)
    if row is None or row.file is None:
        raise Http404
    return download(row.file)


@require_http_methods(["GET", "POST"])
def retire(request: Request, number: str) -> HttpResponse:
    """Open the case of somebody who retires."""
    row = _get(request, number, Permission.CASE_RUN)
    found = retiring.of_person(row, today())
    if found is None or found.departed:
        raise Http404
    ways = opening.ways(["retirement"], found.regime, today())
    form = forms.OpenForm(
        request.POST or None, procedures=[(one.id, one.label) for one in ways if one.is_on],
        initial={"version": 1, "title": _("Retirement: %(name)s") % {"name": row.full_name}},
    )  # fmt: skip
    back = reverse("exit-retirements", args=[found.unit_code])
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: opening.of_retirement(
                person_id=row.pk, unit_id=found.unit_id, post_id=found.post_id, day=found.day,
                procedure=form.cleaned_data["procedure"], title=form.cleaned_data["title"],
                today=today(), by=actor_of(request.user),
            ),
            to=lambda case: case, message=_("The case is open."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return ask(
        request, form, title=_("Open the case of a retirement"), eyebrow=row.full_name,
        lead=_("Retirement day: %(day)s") % {"day": f"{found.day:%d/%m/%Y}"},
        text=_("The posting ends when the case is decided, not before."),
        label=_("Open the case"), icon="plus", back=back, crumbs=_crumbs(row),
        waiting=[one for one in ways if not one.is_on], possible=any(one.is_on for one in ways),
        deadlines=shown.dues([found.notice, found.decision], today()),
    )  # fmt: skip
