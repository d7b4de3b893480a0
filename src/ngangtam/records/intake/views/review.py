"""What a person settles on the check page: columns, templates, who is who."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.intake import actions, actions_review, forms, queries, shown
from ngangtam.records.intake.queries import Batch
from ngangtam.records.intake.tasks import said
from ngangtam.records.intake.views.batches import batch_or_404
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import actor_of, reach_of


def at_tab(batch: Batch, tab: str) -> str:
    """Return the address of a tab of a roster."""
    return f"{reverse('batch-detail', args=[batch.pk])}?tab={tab}"


def _do(request: Request, act: Callable[[], object], *, to: str, message: str) -> HttpResponse:
    """Carry out an action; a refusal is said on the page that it came from."""
    try:
        act()
    except DomainError as error:
        messages.error(request, said(error))
        return done(request, to=to)
    return done(request, to=to, message=message)


@require_POST
def mapping(request: Request, pk: int) -> HttpResponse:
    """Take the meanings of columns as chosen, and have the roster read again."""
    batch = batch_or_404(request, pk)
    chosen, blanks = _chosen(request.POST, queries.shapes_of(batch))
    return _do(
        request,
        lambda: actions_review.correct_mapping(
            batch_id=pk, chosen=chosen, blank_means_no=blanks, by=actor_of(request.user)
        ),
        to=at_tab(batch, "columns"), message=_("The roster is being read again."),
    )  # fmt: skip


def _chosen(
    data: QueryDict, shapes: list[queries.Shape]
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[str]]]:
    """Read the form: only shapes that were on the page are touched."""
    chosen: dict[str, list[tuple[str, str]]] = {}
    blanks: dict[str, list[str]] = {}
    for shape in shapes:
        names = [f"m-{shape.number}-{column.index}" for column in shape.mapping.columns]
        if not any(name in data for name in names):
            continue
        pairs = [
            data.get(name, f"{column.field}|{column.part}")[:200].partition("|")
            for name, column in zip(names, shape.mapping.columns, strict=True)
        ]
        chosen[shape.key] = [(field, part) for field, _bar, part in pairs]
        prefix = f"b-{shape.number}-"
        blanks[shape.key] = [name.removeprefix(prefix) for name in data if name.startswith(prefix)]
    return chosen, blanks


@require_POST
def template_apply(request: Request, pk: int) -> HttpResponse:
    batch = batch_or_404(request, pk)
    chosen = request.POST.get("template", "")
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0
    return _do(
        request,
        lambda: actions_review.apply_template(
            batch_id=pk, template_id=number, by=actor_of(request.user)
        ),
        to=at_tab(batch, "columns"), message=_("The roster is being read again."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def template_save(request: Request, pk: int) -> HttpResponse:
    """Keep the mapping of this roster under a name."""
    batch = batch_or_404(request, pk)
    form = forms.TemplateForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        name = form.cleaned_data["name"]
        return _do(
            request,
            lambda: actions.save_template(name=name, batch_id=pk, by=actor_of(request.user)),
            to=at_tab(batch, "columns"), message=_("The mapping is kept as a template."),
        )  # fmt: skip
    context = {
        "batch": batch, "heading": shown.heading(batch), "form": form,
        "title": _("Keep the mapping as a template"),
        "label": _("Save"), "back": at_tab(batch, "columns"),
        "text": _("The next roster with these headers is understood at once, whatever the order "
                  "of its columns."),
    }  # fmt: skip
    return page(request, "intake/ask.html", "intake/_ask.html", context)


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Take the decisions on the rows of one page; rows without one stay open."""
    batch = batch_or_404(request, pk)
    choices: dict[str, int | None] = {}
    for name in request.POST:
        value = request.POST.get(name, "")
        place = name.removeprefix("row-")
        if place == name or not value:
            continue
        choices[place[:40]] = int(value) if value.isdecimal() and len(value) < 18 else None
    return _decided(request, batch, choices)


def _decided(request: Request, batch: Batch, choices: dict[str, int | None]) -> HttpResponse:
    if not choices:
        messages.info(request, _("Nothing was chosen."))
        return done(request, to=at_tab(batch, "people"))
    count = len(choices)
    return _do(
        request,
        lambda: actions_review.decide_rows(
            batch_id=batch.pk, choices=choices, seen=_readable(request, batch),
            by=actor_of(request.user),
        ),
        to=at_tab(batch, "people"),
        message=ngettext("%(count)s row is decided.", "%(count)s rows are decided.", count)
        % {"count": count},
    )  # fmt: skip


def _readable(request: Request, batch: Batch) -> set[int]:
    """Return the people of the open matches whose files the viewer may read."""
    wanted = batch.matches.exclude(person=None).values("person_id")
    rows = people_for(reach_of(request.user, today())).filter(pk__in=wanted)
    return set(rows.values_list("pk", flat=True))


@require_http_methods(["GET", "POST"])
def same_all(request: Request, pk: int) -> HttpResponse:
    """Tie every row that strong evidence ties to exactly one readable file."""
    batch = batch_or_404(request, pk)
    readable = _readable(request, batch)
    proposed: dict[str, list[int]] = {}
    for match in queries.must_decide(batch).filter(strong=True, person__in=readable):
        proposed.setdefault(match.place, []).append(match.pk)
    choices: dict[str, int | None] = {
        place: found[0] for place, found in proposed.items() if len(found) == 1
    }
    if request.method == "POST":
        return _decided(request, batch, choices)
    count = len(choices)
    return _ask_all(
        request, batch, title=_("Add the proposed rows to the files they belong to?"),
        label=_("The same people"),
        text=ngettext(
            "%(count)s row agrees with one file in name, date of birth and at least one thing "
            "more. It will be added to that file.",
            "%(count)s rows agree with one file each in name, date of birth and at least one "
            "thing more. They will be added to those files.", count) % {"count": count},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def apart_all(request: Request, pk: int) -> HttpResponse:
    """Say of every row that is not decided that it is a person of its own."""
    batch = batch_or_404(request, pk)
    open_ones = batch.matches.filter(decision="").values_list("place", flat=True)
    choices: dict[str, int | None] = dict.fromkeys(open_ones)
    if request.method == "POST":
        return _decided(request, batch, choices)
    count = len(choices)
    return _ask_all(
        request, batch, title=_("Open a file of their own for all that are not decided?"),
        label=_("Different people"),
        text=ngettext(
            "%(count)s row will get a file of its own, although it resembles a person known.",
            "%(count)s rows will get files of their own, although they resemble people known.",
            count) % {"count": count},
    )  # fmt: skip


def _ask_all(request: Request, batch: Batch, *, title: str, text: str, label: str) -> HttpResponse:
    context = {
        "batch": batch, "heading": shown.heading(batch), "form": None,
        "title": title, "text": text, "label": label,
        "back": at_tab(batch, "people"),
    }  # fmt: skip
    return page(request, "intake/ask.html", "intake/_ask.html", context)
