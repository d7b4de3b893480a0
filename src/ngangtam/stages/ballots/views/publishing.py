"""What is published of a counted vote: the papers, a recount, files, the minutes."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.downloads import download
from ngangtam.foundation.ui.http import Request, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.ballots import actions, publishing, queries, shown, standing
from ngangtam.stages.ballots.minutes import Style
from ngangtam.stages.ballots.views.frame import part_or_404, poll_or_404

PAPERS = Listing(
    columns=[Column("number", order=("number",))], filters=[Filter("q", "")],
    default_sort="number", target="paper-table", page_size=100,
)  # fmt: skip


def _counted_or_404(request: Request, pk: int) -> Any:
    poll = poll_or_404(request, pk)
    part_or_404(request, poll, need="result")
    if queries.kept_result(poll) is None:
        raise Http404
    return poll


@never_cache
@require_safe
def papers(request: Request, pk: int) -> HttpResponse:
    """The opened papers, counted anew before the eyes of whoever looks."""
    poll = _counted_or_404(request, pk)
    kept = queries.kept_result(poll)
    setting = standing.setting_of(poll)
    rows = queries.opened_papers(poll)
    query = PAPERS.read(request.GET)
    table = query.cut([
        (number, shown.marks_in_words(setting, marks), shown.why(why))
        for number, (marks, why) in enumerate(rows, 1)
    ])  # fmt: skip
    context = {
        "poll": poll, "table": table, "recount": queries.recount(poll),
        "result": shown.result(setting, kept.figures, queries.files_in(request.user, poll, today()))
        if kept else None,
        "part": queries.part_in(request.user, poll),
    }  # fmt: skip
    return page(request, "ballots/papers.html", "ballots/_papers.html", context)


@never_cache
@require_safe
def papers_file(request: Request, pk: int, style: str) -> HttpResponse:
    """Everything that a recount needs, as a file."""
    poll = _counted_or_404(request, pk)
    if poll.on_paper:
        raise Http404
    name = f"phieu-{poll.pk}.{style}"
    if style == "json":
        told = publishing.as_data(poll)
        answer: HttpResponse = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    else:
        answer = HttpResponse(publishing.as_csv(poll), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@never_cache
@require_POST
def minutes_print(request: Request, pk: int, style: Style) -> HttpResponse:
    """The minutes of counting as Word or PDF."""
    poll = _counted_or_404(request, pk)
    part_or_404(request, poll, need="inside")
    paper = actions.print_minutes(
        poll_id=poll.pk, style=style, at=timezone.now(), by=actor_of(request.user)
    )
    return download(paper.content, paper.name)
