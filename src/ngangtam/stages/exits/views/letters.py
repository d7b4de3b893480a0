"""Letters of resignation: the official's own page, and the page of who considers them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request, page
from ngangtam.records.personnel.queries.reach import actor_of, own_person
from ngangtam.stages.exits import actions_letters, deadlines, forms, opening, queries, shown
from ngangtam.stages.exits.views.frame import ask, attempt


@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """What concerns the viewer: own letters, suspensions, what one was told, what was decided."""
    me = own_person(request.user)
    if me is None:
        raise Http404
    day = today()
    letters = queries.letters_for(request.user).filter(person=me)
    context = {
        "letters": list(letters), "may_write": bool(queries.own_postings(request.user, day)),
        "told": [
            (shown.line_of(one), one.evidence.get("cites", []))
            for one in queries.told_to(request.user)
        ],
        "suspensions": [
            (one, shown.days_left(one, day))
            for one in queries.suspensions_for(request.user).filter(person=me)
        ],
        "left": [
            (one, queries.label_of(one.ground) if one.ground else "",
             shown.after_of_departure(one))
            for one in queries.departures_for(request.user).filter(person=me)
        ],
    }  # fmt: skip
    return page(request, "exits/mine.html", "exits/_mine.html", context)


@require_http_methods(["GET", "POST"])
def letter_new(request: Request) -> HttpResponse:
    """Write and send one's own letter."""
    postings = queries.own_postings(request.user, today())
    if not postings:
        raise Http404
    form = forms.LetterForm(
        request.POST or None,
        postings=[(str(one.pk), f"{one.post.title} – {one.post.unit.name}") for one in postings],
        grounds=queries.choices_of("resignation", today(), only_said=True),
    )  # fmt: skip
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: actions_letters.send(
                posting_id=form.cleaned_data["posting"], ground=form.cleaned_data["ground"],
                text=form.cleaned_data["text"], wished=form.cleaned_data["wished"],
                today=today(), by=actor_of(request.user),
            ),
            to=lambda made: made, message=_("Your letter is sent."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return ask(
        request, form, title=_("Write a letter of resignation"), eyebrow="", lead="",
        text=_(
            "The letter goes to those who may consider it in your unit. You stay in your post"
            " until something is decided, and you can withdraw the letter until then."
        ), label=_("Send the letter"), icon="send", back=reverse("exit-mine"), possible=True,
        crumbs=[(_("My leaving of a post"), reverse("exit-mine"))],
    )  # fmt: skip


def _get(request: Request, pk: int) -> Any:
    found = queries.get_letter(request.user, pk)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def letter(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _get(request, pk))


def _detail(request: Request, row: Any, **more: Any) -> HttpResponse:
    own = row.person_id == own_person(request.user)
    open_ = row.state in ("sent", "taken_up")
    path = str(row.path)
    ground = queries.ground_of(row.ground)
    context = {
        "row": row, "own": own, "label": queries.label_of(row.ground),
        "tone": shown.TONES[row.state],
        "cites": ground.cites if ground else (), "after": shown.after_of(ground),
        "deadlines": shown.dues(deadlines.of_proposal(localdate(row.sent_at), today()), today())
        if open_ else [],
        "barred": [] if own or not open_ else shown.barring([row.person_id], today()),
        "may_withdraw": own and open_,
        "may_open": not own and row.state == "sent"
        and may(request.user, Permission.CASE_RUN, path),
        "may_refuse": not own and open_ and may(request.user, Permission.CASE_DECIDE, path),
        "version_form": forms.VersionForm(initial={"version": row.version}),
        "refuse_form": forms.ReasonForm(initial={"version": row.version}), **more,
    }  # fmt: skip
    return page(request, "exits/letter.html", "exits/_letter.html", context)


@require_POST
def letter_withdraw(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.VersionForm(request.POST)
    answer = attempt(
        request, form,
        lambda: actions_letters.withdraw(
            letter_id=pk, version=form.cleaned_data["version"], by=actor_of(request.user)
        ),
        to=lambda _made: row, message=_("Your letter is withdrawn."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form)


@require_POST
def letter_refuse(request: Request, pk: int) -> HttpResponse:
    row = _get(request, pk)
    form = forms.ReasonForm(request.POST)
    answer = attempt(
        request, form,
        lambda: actions_letters.refuse(
            letter_id=pk, answer=form.cleaned_data["reason"],
            version=form.cleaned_data["version"], by=actor_of(request.user),
        ),
        to=lambda _made: row, message=_("The letter is answered."),
    )  # fmt: skip
    return answer or _detail(request, row, form=form, refuse_form=form)


@require_http_methods(["GET", "POST"])
def letter_open(request: Request, pk: int) -> HttpResponse:
    """Take a letter up: open its case."""
    row = _get(request, pk)
    if row.state != "sent" or row.person_id == own_person(request.user):
        raise Http404
    if not may(request.user, Permission.CASE_RUN, str(row.path)):
        raise Http404
    found = opening.ways(["resignation"], row.post.regime, today())
    form = forms.OpenForm(
        request.POST or None, procedures=[(one.id, one.label) for one in found if one.is_on],
        initial={"version": row.version,
                 "title": _("Resignation: %(name)s") % {"name": row.person.full_name}},
    )  # fmt: skip
    if request.method == "POST":
        answer = attempt(
            request, form,
            lambda: opening.by_letter(
                row, procedure=form.cleaned_data["procedure"], title=form.cleaned_data["title"],
                version=form.cleaned_data["version"], today=today(), by=actor_of(request.user),
            ),
            to=lambda case: case, message=_("The case is open."),
        )  # fmt: skip
        if answer is not None:
            return answer
    return ask(
        request, form, title=_("Take up a letter of resignation"), eyebrow=row.person.full_name,
        lead=queries.label_of(row.ground),
        text=_("The case walks its procedure; its writer may withdraw the letter until then."),
        label=_("Open the case"), icon="plus", back=row.get_absolute_url(),
        crumbs=[(_("Leaving a post"), reverse("exit-start")),
                (row.person.full_name, row.get_absolute_url())],
        waiting=[one for one in found if not one.is_on], possible=any(one.is_on for one in found),
    )  # fmt: skip
