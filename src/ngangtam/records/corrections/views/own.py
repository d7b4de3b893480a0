"""The own file: everything in it, who looked at it, and saying what is wrong."""

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.queries import who_looked
from ngangtam.foundation.kernel.days import full_age, today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.corrections import actions_own, forms, initial, queries, targets
from ngangtam.records.personnel import shown
from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.identity import IDENTITY
from ngangtam.records.personnel.kinds import GUARDS, KINDS
from ngangtam.records.personnel.queries.file import File
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.records.personnel.waiting import waiting_on

TABS: Final[dict[str, tuple[str | Promise, str]]] = {
    "identity": (_("Identity"), "fingerprint"),
    "work": (_("Work"), "briefcase"),
    "training": (_("Training"), "school"),
    "party": (_("Party"), "star"),
    "merit": (_("Merit"), "award"),
    "private": (_("Sensitive"), "lock"),
    "requests": (_("My requests"), "message-report"),
    "looked": (_("Who looked"), "eye"),
}


def _file(request: Request) -> File:
    file = queries.own_file(request.user, today())
    if file is None:
        raise Http404
    return file


@require_safe
def own_file(request: Request) -> HttpResponse:
    file, tab = _file(request), request.GET.get("tab", "identity")
    if tab not in TABS:
        raise Http404
    person, base = file.person, reverse("own-file")
    context = {
        "file": file, "person": person, "tab": tab, "birth": shown.birth_of(person),
        "age": full_age(person.birth_day, today()) if person.birth_day else None,
        "waits": waiting_on(person.pk), "papers": reverse("paper-list", args=[person.number]),
        "tabs": [
            Tab(words, f"{base}?tab={name}", current=name == tab, icon=icon)
            for name, (words, icon) in TABS.items()
        ],
        **PARTS[tab](request, file),
    }  # fmt: skip
    return page(
        request, "corrections/own_file.html", f"corrections/_own_{_part(tab)}.html", context
    )


def _part(tab: str) -> str:
    return tab if tab in {"identity", "requests", "looked"} else "lines"


def _identity(request: Request, file: File) -> dict[str, Any]:
    person, marks = file.person, waiting_on(file.person.pk).identity
    versions = queries.identity_versions(person)
    coded = {"ethnicity": label("ethnicity", person.ethnicity),
             "religion": label("religion", person.religion),
             "gender": {"male": _("Man"), "female": _("Woman")}.get(person.gender, "")}  # fmt: skip
    rows = []
    for field in IDENTITY:
        target = targets.find(file, f"identity:{field}")
        if target is not None:
            times = sum(1 for one in versions if one.field == field)
            rows.append((target, coded.get(field, target.said), times, marks.get(field)))
    return {"rows": rows, "versions": versions}


def _groups(*names: str) -> Callable[[Request, File], dict[str, Any]]:
    def part(request: Request, file: File) -> dict[str, Any]:
        groups = shown.by_group(shown.lines_of(file, *names), names)
        if "service" in names:
            groups.insert(0, (_("Posts held"), "postings", shown.posting_lines(file)))
        return {"groups": groups, "missing": [
            kind for kind in KINDS.values() if kind.group in names and kind.id in targets.MISSING
        ]}  # fmt: skip

    return part


def _private(request: Request, file: File) -> dict[str, Any]:
    lines = [line for line in shown.lines_of(file) if line.kind in KINDS]
    return {
        "groups": [
            (guard.label, part, [one for one in lines if KINDS[one.kind].part == part])
            for part, guard in GUARDS.items()
            if part in file.shown and part != "origin"
        ],
        "missing": [kind for kind in KINDS.values() if kind.part and kind.id in targets.MISSING],
        "private": True,
    }


def _requests(request: Request, file: File) -> dict[str, Any]:
    return {"requests": list(queries.own_requests(request.user)[:200])}


def _looked(request: Request, file: File) -> dict[str, Any]:
    looks = [
        (look, [GUARDS[part].label for part in look.parts if part in GUARDS])
        for look in who_looked(file.person)[:200]
    ]
    return {"looks": looks}


PARTS: Final[dict[str, Callable[[Request, File], dict[str, Any]]]] = {
    "identity": _identity, "work": _groups("service", "planning"),
    "training": _groups("training"), "party": _groups("party"), "merit": _groups("merit"),
    "private": _private, "requests": _requests, "looked": _looked,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """Say what is wrong with one thing of the own file."""
    file = _file(request)
    target = targets.find(file, request.GET.get("about", "other"))
    if target is None:
        raise Http404
    form = forms.AskForm(
        request.POST or None, request.FILES or None, target=target,
        initial=initial.of_target(target, file),
    )  # fmt: skip
    if form.is_valid():
        try:
            made = actions_own.ask(
                target=target, text=form.cleaned_data["text"], proposed=form.proposed,
                files=form.cleaned_data["proof"], by=actor_of(request.user),
            )  # fmt: skip
            return done(request, to=made, message=str(_("Your request is sent.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {"form": form, "target": target}
    return page(request, "corrections/ask.html", "corrections/_ask_form.html", context)
