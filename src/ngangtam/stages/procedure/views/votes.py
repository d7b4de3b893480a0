"""Preparing the vote of a meeting's step, in the room of votes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.ballots import actions as ballots
from ngangtam.stages.ballots import choosing
from ngangtam.stages.ballots.forms import PrepareForm
from ngangtam.stages.procedure import voting
from ngangtam.stages.procedure.queries import File, Line
from ngangtam.stages.procedure.views.cases import file_or_404


@require_http_methods(["GET", "POST"])
def vote_prepare(request: Request, number: str, pk: int) -> HttpResponse:
    """Prepare the vote of a step: its rule and its names are given by the case."""
    file = file_or_404(request, number)
    line = next((one for one in file.waiting if one.step is not None and one.step.pk == pk), None)
    unit = file.case.unit
    if line is None or line.step is None or not _may(request, file, line):
        raise Http404
    people = choosing.people_of(unit)
    form = PrepareForm(
        request.POST or None, people=people, day=today(), initial=_initial(file, line)
    )
    if form.is_valid():
        try:
            poll = ballots.prepare_poll(
                unit_id=unit.pk, reference=voting.reference(file.case, line.step),
                by=actor_of(request.user), today=today(), **form.values(),
            )  # fmt: skip
            return done(request, to=poll, message=str(_("The vote is prepared.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context: dict[str, Any] = {
        "form": form, "title": _("Prepare the vote"), "lead": line.label,
        "button": _("Prepare the vote"), "back": file.case.get_absolute_url(),
        "crumb": file.case.number, "tone": "primary",
    }  # fmt: skip
    return page(request, "procedure/form.html", "procedure/_form.html", context)


def _may(request: Request, file: File, line: Line) -> bool:
    return (
        file.case.state == "running" and bool(line.rule.ballot) and not file.case.fictional
        and line.convened and line.poll is None
        and may(request.user, Permission.BALLOT_RUN, str(file.case.unit.path))
    )  # fmt: skip


def _initial(file: File, line: Line) -> dict[str, Any]:
    """Return what the case already knows of the vote."""
    assert line.step is not None
    named = [one.person.number for one in file.considered if one.person is not None]
    return {
        "title": f"{file.case.title} – {line.label}"[:300], "rules": line.rule.ballot,
        "options": "\n".join(named), "seats": line.rule.seats or 1,
        "max_choices": line.rule.seats or 1, "announced": bool(line.rule.announced),
        "convened": line.step.prepared.get("convened"), "quorum": line.rule.quorum,
        "everybody": True, "needed": 2,
    }  # fmt: skip
