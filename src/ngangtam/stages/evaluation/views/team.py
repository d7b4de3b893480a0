"""The month of a unit: the table, confirming several at once, print and Excel."""

from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.downloads import SAFE, download
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing, Query
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation import printing, shown
from ngangtam.stages.evaluation import queries_team as queries
from ngangtam.stages.evaluation.queries_team import SIGNS, Member, Team
from ngangtam.stages.evaluation.regulations import BY_UNIT

STATES: Final = [
    ("open", gettext_lazy("not yet scored")), ("reported", gettext_lazy("own scores sent")),
    ("returned", gettext_lazy("returned")), ("confirmed", gettext_lazy("confirmed")),
    ("exempt", gettext_lazy("not rated")),
]  # fmt: skip
LISTING: Final = Listing(
    columns=[
        Column("name", order=("name",)), Column("tasks", order=("tasks",), numeric=True),
        Column("own", order=("own",), numeric=True, down_first=True),
        Column("confirmed", order=("confirmed",), numeric=True, down_first=True),
        Column("total", order=("total",), numeric=True, down_first=True),
        Column("state", order=("state",)),
    ],
    filters=[
        Filter("q", gettext_lazy("Search")),
        Filter("state", gettext_lazy("State"), STATES),
        Filter("sign", gettext_lazy("What is unusual"), list(SIGNS.items())),
        Filter("level", gettext_lazy("Class of quality"), [
            ("excellent", gettext_lazy("Excellent completion")),
            ("good", gettext_lazy("Good completion")),
            ("completed", gettext_lazy("Completion")),
            ("failed", gettext_lazy("Non-completion"))]),
        Filter("deep", gettext_lazy("Units"), [("yes", gettext_lazy("with those below"))],
               any_label=gettext_lazy("this unit")),
    ],
    default_sort="name",
    target="team-table",
)  # fmt: skip


@require_safe
def team_list(request: Request) -> HttpResponse:
    """The units in which the viewer confirms, each with the cycles that cover it."""
    units = queries.led_units(request.user)
    if not units:
        raise Http404
    lines = [(unit, queries.cycles_over(unit)) for unit in units]
    if len(lines) == 1 and lines[0][1]:
        [(unit, cycles)] = lines
        return done(request, to=reverse("team-month", args=[unit.code, cycles[0].code]))
    return render(request, "evaluation/team_list.html", {"lines": lines})


def _read(request: Request, code: str, cycle: str) -> tuple[Team, Query, list[Member]]:
    unit = queries.unit_for(request.user, code)
    found = queries.cycle_over(unit, cycle) if unit is not None else None
    if unit is None or found is None:
        raise Http404
    query = LISTING.read(request.GET)
    team = queries.team_of(request.user, unit, found, deep=query.values["deep"] == "yes")
    rows = queries.sorted_by(queries.narrowed(team.members, query.values), query.sort)
    return team, query, rows


@require_safe
def team_month(request: Request, code: str, cycle: str) -> HttpResponse:
    """Everybody of the unit with points, score so far and what is unusual."""
    team, query, rows = _read(request, code, cycle)
    return page(request, "evaluation/team_month.html", "evaluation/_team_table.html",
                _context(request, team, query, rows))  # fmt: skip


def _context(request: Request, team: Team, query: Query, rows: list[Member]) -> dict[str, Any]:
    address = reverse("team-month", args=[team.unit.code, team.cycle.code])
    bulk = [one for one in rows if one.may_bulk] if team.cycle.state == "open" else []
    counts = team.counts()
    settle = [one for one in rows if one.may_settle]
    return {
        "settle": len(settle), "boxes": bool(bulk or settle),
        "groups": shown.groups({one.sheet.group for one in team.members}) if settle else [],
        "team": team, "unit": team.unit, "cycle": team.cycle, "table": query.cut(rows),
        "counts": [(label, counts[state]) for state, label in STATES if counts[state]],
        "confirmed": counts["confirmed"], "all": len(team.members) - counts["exempt"],
        "notices": team.notices(), "bulk": len(bulk), "address": address,
        "deep": query.values["deep"] == "yes", "cycles": queries.cycles_over(team.unit),
        "below": queries.below(request.user, team.unit), "now": timezone.now().isoformat(),
        "query": query.url(),
        "by_unit": any(one.sheet.scheme in BY_UNIT for one in team.members),
        "deputies": any(
            one.sheet.leader and not one.sheet.head and one.sheet.unit_id == team.unit.pk
            for one in team.members
        ),
    }  # fmt: skip


@require_safe
def team_print(request: Request, code: str, cycle: str) -> HttpResponse:
    """The whole list on paper, as it is narrowed and sorted."""
    team, query, rows = _read(request, code, cycle)
    context = _context(request, team, query, rows) | {"rows": rows}
    return render(request, "evaluation/team_print.html", context)


@require_POST
def team_confirm(request: Request, code: str, cycle: str) -> HttpResponse:
    """Confirm the chosen sheets, or all that were sent, as their people sent them."""
    team, _query, rows = _read(request, code, cycle)
    chosen = _chosen(request, rows)
    back = f"{reverse('team-month', args=[code, cycle])}{_kept(request)}"
    if not chosen:
        messages.warning(request, _("Choose at least one sheet that was sent."))
        return done(request, to=back)
    scores = {pk: actions.Scores(one.sheet.own_points) for pk, (one, _version) in chosen.items()}
    versions = {pk: version for pk, (_one, version) in chosen.items()}
    try:
        outcome = actions.confirm_many(
            cycle_id=team.cycle.pk, scores=scores, versions=versions, by=actor_of(request.user)
        )
    except DomainError as error:
        messages.error(request, error.messages[0])
        return done(request, to=back)
    names = {one.sheet.pk: one.name for one in rows}
    for pk, why in list(outcome.refused.items())[:5]:
        messages.warning(request, f"{names.get(pk, '')}: {why}")
    if len(outcome.refused) > 5:
        more = len(outcome.refused) - 5
        messages.warning(request, ngettext(
            "%(count)s more sheet was not confirmed.", "%(count)s more sheets were not confirmed.",
            more) % {"count": more})  # fmt: skip
    count = len(outcome.done)
    words = ngettext("%(count)s sheet is confirmed.", "%(count)s sheets are confirmed.", count)
    return done(request, to=back, message=words % {"count": count} if count else "")


def _chosen(request: Request, rows: list[Member]) -> dict[int, tuple[Member, int]]:
    """Return (member, the version that the page showed) of each chosen sheet.

    Shape: "all" takes every sheet of the list that was sent before the page was made: one that
        was sent since shows version 0, which is refused as changed.
    """
    may = {one.sheet.pk: one for one in rows if one.may_bulk}
    if request.POST.get("all") == "yes":
        since = parse_datetime(request.POST.get("shown", "")) or datetime.min.replace(
            tzinfo=timezone.get_current_timezone()
        )
        return {pk: (one, _version_at(one, since)) for pk, one in may.items()}
    return {pk: (may[pk], version) for pk, version in _ticked(request).items() if pk in may}


def _ticked(request: Request) -> dict[int, int]:
    """Return the version that the page showed of each ticked sheet."""
    found = {}
    for raw in request.POST.getlist("sheet"):
        pk, _colon, version = raw.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(raw) < 40:
            found[int(pk)] = int(version)
    return found


@require_POST
def team_group(request: Request, code: str, cycle: str) -> HttpResponse:
    """Put the chosen sheets into one similar-task group."""
    team, _query, rows = _read(request, code, cycle)
    may = {one.sheet.pk: one for one in rows if one.may_settle}
    versions = {pk: version for pk, version in _ticked(request).items() if pk in may}
    back = f"{reverse('team-month', args=[code, cycle])}{_kept(request)}"
    group = shown.group_code(request.POST.get("group", ""))
    if not versions or not group:
        messages.warning(request, _("Choose at least one sheet, and name the group."))
        return done(request, to=back)
    try:
        outcome = actions.set_groups(
            cycle_id=team.cycle.pk, versions=versions, group=group, by=actor_of(request.user)
        )
    except DomainError as error:
        messages.error(request, error.messages[0])
        return done(request, to=back)
    for pk, why in list(outcome.refused.items())[:5]:
        messages.warning(request, f"{may[pk].name}: {why}")
    count = len(outcome.done)
    words = ngettext(
        "%(count)s sheet is in the group now.", "%(count)s sheets are in the group now.", count
    )
    return done(request, to=back, message=words % {"count": count} if count else "")


def _version_at(one: Member, shown: datetime) -> int:
    sent = one.sheet.own_at
    return one.sheet.version if sent is not None and sent <= shown else 0


def _kept(request: Request) -> str:
    return "?" + request.GET.urlencode() if request.GET else ""


@require_safe
def team_export(request: Request, code: str, cycle: str) -> HttpResponse:
    """The list as a workbook, as it is narrowed and sorted; no cell is ever a formula."""
    team, _query, rows = _read(request, code, cycle)
    name = f"danh-gia-{team.unit.code}-{team.cycle.code}.xlsx"
    return download(_workbook(team, rows), name)


@require_safe
def team_word(request: Request, code: str, cycle: str) -> HttpResponse:
    """The table of the unit as Word, as it is narrowed and sorted."""
    team, _query, rows = _read(request, code, cycle)
    paper = printing.team_paper(team, rows, at=timezone.localtime())
    return download(paper.content, paper.name)


def _workbook(team: Team, rows: list[Member]) -> bytes:
    import xlsxwriter

    out, heads = BytesIO(), (
        _("No."), _("Full name"), _("Unit"), _("Post"), _("Tasks"), _("Reported"), _("Own"),
        _("Confirmed"), _("Total"), _("Class of quality"), _("State"), _("What is unusual"),
    )  # fmt: skip
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(team.cycle.code[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        sheet.write_string(0, 0, f"{team.unit.name} – {team.cycle.label}", book.add_format(
            {"bold": True, "font_size": 13}))  # fmt: skip
        for column, head in enumerate(heads):
            sheet.write_string(2, column, str(head), bold)
        for at, one in enumerate(rows, start=1):
            for column, value in enumerate(_cells(at, one)):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(at + 2, column, value)
                else:
                    sheet.write_number(at + 2, column, float(value))
        sheet.set_column(1, 3, 28)
        sheet.set_column(9, 11, 24)
        sheet.freeze_panes(3, 2)
        sheet.autofilter(2, 0, max(3, len(rows) + 2), len(heads) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
    return out.getvalue()


def _cells(at: int, one: Member) -> list[Any]:
    sheet, total = one.sheet, one.total
    return [
        at, one.name, sheet.unit.name, sheet.post.title if sheet.post else "", one.tasks, one.done,
        one.own, one.confirmed,
        printing.total_words(None, one.bounds) if total is None else total, one.words,
        str(sheet.get_state_display()), "; ".join(one.signs.values()),
    ]  # fmt: skip
