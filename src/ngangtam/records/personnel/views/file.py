"""One person's file: its tabs, its print, its sensitive parts on request."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.kernel.days import full_age, parse_day, today
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.personnel import actions, forms, shown
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.events import LABELS
from ngangtam.records.personnel.kinds import GROUPS, GUARDS, KINDS, ORIGIN
from ngangtam.records.personnel.queries import file as queries
from ngangtam.records.personnel.queries.file import Days, File
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.records.personnel.waiting import waiting_on

TABS: Final[dict[str, tuple[str | Promise, str]]] = {
    "overview": (_("Overview"), "id"),
    "timeline": (_("Timeline"), "timeline"),
    "work": (_("Work"), "briefcase"),
    "training": (_("Training"), "school"),
    "party": (_("Party"), "star"),
    "merit": (_("Merit"), "award"),
    "private": (_("Sensitive"), "lock"),
    "identity": (_("Identity"), "fingerprint"),
    "decisions": (_("Decisions"), "file-certificate"),
    "history": (_("History"), "history"),
}


@require_safe
def person_detail(request: Request, number: str) -> HttpResponse:
    tab = request.GET.get("tab", "overview")
    if tab not in TABS:
        raise Http404
    file = _open(request, number)
    context = {**_frame(request, file, tab), **PARTS[tab](file)}
    return page(request, "personnel/person_detail.html", f"personnel/_{tab}.html", context)


@require_safe
def person_print(request: Request, number: str) -> HttpResponse:
    """The file on paper, without its sensitive parts; those are asked for on their own tab."""
    return _print(request, _open(request, number))


@require_POST
def person_sensitive(request: Request, number: str) -> HttpResponse:
    """Show the sensitive parts that are asked for, once it is said what for; see ADR 0024.

    A POST, because it writes the trace of the reading: no link and no preview can read for
    somebody. The answer is kept by no browser.
    """
    file = _open(request, number, request.POST.getlist("part"))
    form = forms.AskForm(request.POST, parts=file.may_ask)
    if not file.may_ask:
        raise Http404
    if not form.is_valid():
        context = {**_frame(request, file, "private"), "form": form}
        answer = page(request, "personnel/person_detail.html", "personnel/_private.html", context)
    else:
        actions.note_reading(
            person_id=file.person.pk, parts=file.shown, purpose=form.cleaned_data["purpose"],
            by=actor_of(request.user),
        )  # fmt: skip
        answer = _shown(request, file, form)
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(request: Request, file: File, form: forms.AskForm) -> HttpResponse:
    if form.cleaned_data["paper"]:
        return _print(request, file)
    context = {
        **_frame(request, file, "private"), **private(file), **origin(file),
        "purpose": form.cleaned_data["purpose"],
    }  # fmt: skip
    return page(request, "personnel/person_detail.html", "personnel/_private.html", context)


def _print(request: Request, file: File) -> HttpResponse:
    lines = shown.lines_of(file, voided=False)
    context = {
        **_frame(request, file, "print"), **overview(file), **origin(file),
        "postings": shown.posting_lines(file, voided=False),
        "groups": [part for part in shown.by_group(lines, GROUPS) if part[2]],
    }  # fmt: skip
    return page(request, "personnel/person_print.html", "personnel/person_print.html", context)


def _open(request: Request, number: str, parts: Iterable[str] = ()) -> File:
    days = Days(on=_day(request, "on"), known=_day(request, "known"))
    file = queries.get_file(request.user, number, today=today(), days=days, parts=parts)
    if file is None:
        raise Http404
    return file


def _day(request: Request, name: str) -> date | None:
    read = parse_day(request.GET.get(name, "")).value
    return read.day if read.precision == "day" else None


def _frame(request: Request, file: File, tab: str) -> dict[str, Any]:
    """What every tab shows around itself."""
    person, days = file.person, file.days
    kept = "".join(
        f"&{name}={value:%d/%m/%Y}" for name, value in (("on", days.on), ("known", days.known))
        if value
    )  # fmt: skip
    hidden = () if file.may_ask else ("private",)
    base = person.get_absolute_url()
    return {
        "file": file, "person": person, "days": days, "tab": tab, "birth": shown.birth_of(person),
        "age": full_age(person.birth_day, days.on or today()) if person.birth_day else None,
        "tabs": [
            Tab(words, f"{base}?tab={name}{kept}", current=name == tab, icon=icon)
            for name, (words, icon) in TABS.items() if name not in hidden
        ],
        "kept": kept, "standards": _link("standard-person", person.number), "today": today(),
        "waits": waiting_on(person.pk), "corrected": queries.corrected(file),
        "account": _link("account-link", person.number),
        "unknown_then": days.known is not None
        and person.recorded_at >= queries.end_of(days.known),
    }  # fmt: skip


def _link(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def overview(file: File) -> dict[str, Any]:
    """The present posts and the latest of what is asked for most."""
    on = file.days.on or today()
    now = Days(on=on, known=file.days.known)
    standing = [row for row in file.records if now.stands(row) and now.covers(row)]
    facts = []
    for name in ("education", "theory", "state_management", "language", "party", "rank", "rating"):
        latest = next((row for row in standing if row.kind == name), None)
        facts.append((KINDS[name].label, shown.record_line(latest, now) if latest else None))
    return {
        "present": [
            shown.posting_line(row, now) for row in file.postings
            if now.stands(row) and now.covers(row)
        ],
        "facts": facts,
        "in_force": [
            shown.record_line(row, now) for row in standing if row.kind == "discipline"
        ],
        "level": label("level", file.person.level),
    }  # fmt: skip


def timeline(file: File) -> dict[str, Any]:
    lines = [*shown.posting_lines(file), *shown.lines_of(file)]
    return {"moments": shown.moments(lines)}


def work(file: File) -> dict[str, Any]:
    return {
        "postings": shown.posting_lines(file),
        "groups": shown.by_group(shown.lines_of(file, "service", "planning"),
                                 ("service", "planning")),
    }  # fmt: skip


def _groups(*names: str) -> Callable[[File], dict[str, Any]]:
    def part(file: File) -> dict[str, Any]:
        return {"groups": shown.by_group(shown.lines_of(file, *names), names)}

    return part


def private(file: File) -> dict[str, Any]:
    """The parts that were asked for; without any permission the tab does not exist."""
    if not file.may_ask:
        raise Http404
    lines = [line for line in shown.lines_of(file) if line.kind in KINDS]
    return {
        "form": forms.AskForm(parts=file.may_ask),
        "opened": [
            (GUARDS[part].label, part, [one for one in lines if KINDS[one.kind].part == part])
            for part in file.shown
        ],
    }


def origin(file: File) -> dict[str, Any]:
    """What the part "origin" says, when it was asked for."""
    if "origin" not in file.shown:
        return {"origin": None}
    person = file.person
    return {
        "origin": {
            "ethnicity": label("ethnicity", person.ethnicity),
            "religion": label("religion", person.religion),
            "changes": [one for one in queries.identity_changes(file) if one.field in ORIGIN],
        }
    }


def identity(file: File) -> dict[str, Any]:
    return {
        "changes": [one for one in queries.identity_changes(file) if one.field not in ORIGIN],
        "other": shown.lines_of(file, "other"),
    }


def decisions(file: File) -> dict[str, Any]:
    """The decisions that rows of this file rest on, each with its rows."""
    lines = [*shown.posting_lines(file), *shown.lines_of(file)]
    found: dict[str, list[shown.Line]] = {}
    for line in lines:
        found.setdefault(line.basis_href or line.basis, []).append(line)
    return {
        "decided": [(href, rows) for href, rows in found.items() if href.startswith("/")],
        "sourced": [(name, rows) for name, rows in found.items() if not name.startswith("/")],
    }


def history(file: File) -> dict[str, Any]:
    return {"events": [(event, LABELS.get(event.type, event.type)) for event in
                       queries.history(file)]}  # fmt: skip


PARTS: Final[dict[str, Callable[[File], dict[str, Any]]]] = {
    "overview": overview, "timeline": timeline, "work": work,
    "training": _groups("training"), "party": _groups("party"), "merit": _groups("merit"),
    "private": private, "identity": identity, "decisions": decisions, "history": history,
}  # fmt: skip
