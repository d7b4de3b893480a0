"""Pages of what happened: the journal, the history of one thing, the proof."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.audit.findings import in_words
from ngangtam.foundation.audit.seals import public_key
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.components.flows import Tab
from ngangtam.foundation.ui.http import Request, page
from ngangtam.foundation.ui.tables import Filter, Listing, Query
from ngangtam.oversight.history import actions, exports, queries
from ngangtam.oversight.history.words import SUBJECTS, labels
from ngangtam.records.personnel.queries.reach import actor_of


def _types() -> list[tuple[str, str]]:
    return sorted(((key, str(text)) for key, text in labels().items()), key=lambda one: one[1])


LISTING = Listing(
    filters=[
        Filter("since", gettext_lazy("From"), kind="day"),
        Filter("until", gettext_lazy("To"), kind="day"),
        Filter("actor", gettext_lazy("By whom")),
        Filter("type", gettext_lazy("What"), _types),
        Filter("subject", gettext_lazy("Kind of subject"), lambda: list(SUBJECTS.items())),
        Filter("about", gettext_lazy("Number, code or account")),
    ],
    target="event-table",
)  # fmt: skip


@require_safe
def audit_list(request: Request) -> HttpResponse:
    """The whole journal, as far as the viewer audits."""
    _must_audit(request)
    query = LISTING.read(request.GET)
    context = {
        "table": query.show([], total=0), "query": query.url().lstrip("?"), "tabs": _tabs("list"),
        **_stretch(request, query),
    }  # fmt: skip
    return page(request, "history/audit_list.html", "history/_event_table.html", context)


def _must_audit(request: Request) -> None:
    """Whoever may not read the audit finds no audit."""
    if not queries.may_audit(request.user):
        raise Http404


def _tabs(current: str) -> list[Tab]:
    return [
        Tab(_("Journal"), reverse("audit-list"), current=current == "list", icon="history"),
        Tab(_("Proof"), reverse("audit-proof"), current=current == "proof", icon="shield-check"),
    ]


def _stretch(request: Request, query: Query, about: str = "") -> dict[str, Any]:
    """Return one page of events with the addresses of the newer and the older ones."""
    values = {**query.values, **({"about": about} if about else {})}
    part = queries.stretch(
        request.user, queries.wish_of(values), before=_number(request, "before"),
        after=_number(request, "after"),
    )  # fmt: skip
    return {
        "events": part.rows,
        "newer": query.url(after=part.newer) if part.newer else "",
        "older": query.url(before=part.older) if part.older else "",
    }


def _number(request: Request, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@require_safe
def audit_detail(request: Request, pk: int) -> HttpResponse:
    """One event in words, with what was before and after."""
    line = queries.lines_for(request.user).filter(pk=pk).first()
    if line is None:
        raise Http404
    context = {
        "event": queries.shown([line], request.user)[0], "line": line,
        "particulars": queries.explained(queries.particulars(line, request.user), line),
        "compared": queries.compared(line), "place": queries.place_of(line),
        "subject_url": queries.subject_url(line), "row_url": _row_url(line),
        "audits": queries.may_audit(request.user),
    }  # fmt: skip
    return page(request, "history/audit_detail.html", "history/_event_detail.html", context)


def _row_url(line: Any) -> str:  # a line of the journal; views know no models
    """Return the history of the posting or record that an event wrote."""
    for kind in ("posting", "record"):
        pk = line.what.get(kind)
        if line.readable and isinstance(pk, int) and line.type.startswith(f"{kind}."):
            return reverse("audit-record", args=[kind, pk])
    return ""


@require_safe
def audit_person(request: Request, number: str) -> HttpResponse:
    """What was done to a file, and who read it."""
    person = queries.get_person(request.user, number, today())
    if person is None:
        raise Http404
    return _history(
        request, f"personnel.person:{person.pk}", title=person.full_name, eyebrow=person.number,
        back=person.get_absolute_url(),
    )  # fmt: skip


@require_safe
def audit_unit(request: Request, code: str) -> HttpResponse:
    """What was done to a unit."""
    unit = queries.get_unit(request.user, code)
    if unit is None:
        raise Http404
    return _history(
        request, f"organisation.unit:{unit.pk}", title=unit.name, eyebrow=unit.code,
        back=unit.get_absolute_url(),
    )  # fmt: skip


@require_safe
def audit_user(request: Request, username: str) -> HttpResponse:
    """What somebody did, and what was done to the account."""
    user = queries.get_user(request.user, username)
    if user is None:
        raise Http404
    side = request.GET.get("side", "")
    here = reverse("audit-user", args=[username])
    tabs = [
        Tab(_("What the person did"), here, current=side != "on"),
        Tab(_("What was done to the account"), f"{here}?side=on", current=side == "on"),
    ]
    about = f"access.user:{user.pk}" if side == "on" else ""
    return _history(
        request, about, title=str(user), eyebrow=user.username, back="", tabs=tabs,
        actor="" if side == "on" else user.username,
    )  # fmt: skip


PLAIN = Listing(
    filters=[one for one in LISTING.filters if one.name in ("since", "until", "type")],
    target="event-table",
    keep=("side",),
)


def _history(
    request: Request, about: str, *, title: str, eyebrow: str, back: str,
    tabs: list[Tab] | None = None, actor: str = "",
) -> HttpResponse:  # fmt: skip
    query = PLAIN.read(request.GET)
    query.values.update({"actor": actor} if actor else {})
    context = {
        "title": title, "eyebrow": eyebrow, "back": back, "tabs": tabs or [], "alone": bool(about),
        **_stretch(request, query, about), "table": PLAIN.read(request.GET).show([], total=0),
    }  # fmt: skip
    return page(request, "history/audit_history.html", "history/_event_table.html", context)


@require_safe
def audit_record(request: Request, kind: str, pk: int) -> HttpResponse:
    """The history of one posting or record, through its corrections."""
    found = queries.of_record(request.user, kind, pk, today())
    if found is None:
        raise Http404
    row, lines = found
    context = {
        "title": str(row.post) if kind == "posting" else str(row), "eyebrow": row.person.full_name,
        "back": row.person.get_absolute_url(), "tabs": [], "alone": True,
        "events": queries.shown(lines, request.user), "newer": "", "older": "", "table": None,
    }  # fmt: skip
    return page(request, "history/audit_history.html", "history/_event_table.html", context)


@require_POST
def audit_export(request: Request) -> HttpResponse:
    """The journal as it is narrowed, as a file for a spreadsheet; leaves an event."""
    _must_audit(request)
    query = LISTING.read(request.POST)
    lines = queries.found(request.user, queries.wish_of(query.values), queries.MOST_EXPORTED)
    events = queries.shown(lines, request.user)
    actions.note_export(asked=query.active, events=len(events), by=actor_of(request.user))
    return exports.response(events, request.user, today=_day())


def _day() -> date:
    return today()


@require_safe
def audit_proof(request: Request) -> HttpResponse:
    """The signed checkpoints, and what the last verification found."""
    _must_audit(request)
    last = queries.last_verification()
    context = {
        "tabs": _tabs("proof"), "last": last, "key": public_key(),
        "findings": [in_words(one) for one in last.findings] if last else [],
        "checkpoints": [(one, bytes(one.root).hex()) for one in queries.checkpoints()[:100]],
    }  # fmt: skip
    return page(request, "history/audit_proof.html", "history/_proof.html", context)


@require_safe
def audit_checkpoint(request: Request, pk: int) -> HttpResponse:
    """A checkpoint as a signed note, to be kept elsewhere."""
    _must_audit(request)
    found = queries.checkpoints().filter(pk=pk).first()
    if found is None:
        raise Http404
    answer = HttpResponse(found.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{found.size}.txt"'
    return answer
