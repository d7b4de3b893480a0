"""Whose account is whose: proposing it, confirming it, ending it."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.corrections import actions_links, forms, queries
from ngangtam.records.corrections.views import frame
from ngangtam.records.personnel.queries import file as files
from ngangtam.records.personnel.queries.reach import actor_of

LISTING = Listing(
    columns=[
        Column("proposed", order=("-proposed_at", "pk")),
        Column("name", order=("person__name_key", "pk")),
        Column("account", order=("user__username", "pk")),
    ],
    filters=[
        Filter("q", _("Search")),
        Filter(
            "state", _("State"),
            [("waiting", _("waits for confirmation")), ("linked", _("linked")),
             ("refused", _("refused")), ("ended", _("ended"))],
        ),
    ],
    default_sort="proposed",
    target="link-table",
)  # fmt: skip
QUEUE = frame.Queue(
    "links", _("Accounts of officials"),
    _("With the account that is linked to a person, that person reads the whole own file."),
    _("No account is linked yet"),
    _("On the file of a person, “Account” says whose account it is; another person confirms it."),
    "corrections/_link_table.html", "link-table", icon="user-check",
)  # fmt: skip


@require_safe
def link_list(request: Request) -> HttpResponse:
    if not frame.may_see_queue(request.user):
        raise Http404
    query = LISTING.read(request.GET)
    values = {**query.values, "state": query.values["state"] or "every"}
    table = query.cut(queries.search(queries.links_for(request.user), values).order_by(
        *query.order_by))  # fmt: skip
    return frame.show(request, QUEUE, table)


def _seen(request: Request, number: str) -> Any:
    """Return the person; 404 for who neither keeps the file nor confirms roles there."""
    person, reach = files.get_person(request.user, number, today())
    verbs = (Permission.PERSON_CHANGE, Permission.GRANT_CONFIRM)
    if person is None or not any(reach.may(verb, person.home_path) for verb in verbs):
        raise Http404
    return person


@require_http_methods(["GET", "POST"])
def account_link(request: Request, number: str) -> HttpResponse:
    """Which account is this person's, and proposing one where there is none."""
    person = _seen(request, number)
    form = forms.LinkForm(request.POST or None)
    if form.is_valid():
        try:
            actions_links.propose_link(
                person_id=person.pk, username=form.cleaned_data["username"],
                reason=form.cleaned_data["reason"], by=actor_of(request.user),
            )  # fmt: skip
            return done(
                request, to=reverse("account-link", args=[number]),
                message=str(_("The link waits for another person to confirm it.")),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _page(request, person, form=form)


def _page(request: Request, person: Any, **more: Any) -> HttpResponse:
    links = list(queries.links_for(request.user).filter(person=person).order_by("-pk"))
    viewer, path = actor_of(request.user), str(person.home_path)
    current = next((one for one in links if one.state in {"waiting", "linked"}), None)
    context = {
        "person": person, "current": current, "lines": [frame.Line.of(one) for one in links],
        "line": frame.Line.of(current) if current else None,
        "may_propose": may(viewer, Permission.PERSON_CHANGE, path),
        "may_confirm": current is not None and current.state == "waiting"
        and may(viewer, Permission.GRANT_CONFIRM, path)
        and viewer.pk not in (current.proposed_by_id, current.user_id),
        "reason_form": forms.ReasonForm(), "form": forms.LinkForm(), **more,
    }  # fmt: skip
    return page(request, "corrections/account_link.html", "corrections/_account_link.html", context)


def _act(
    request: Request, pk: int, form: django_forms.Form, message: str, act: Callable[[], object]
) -> HttpResponse:
    link = queries.links_for(request.user).filter(pk=pk).first()
    if link is None:
        raise Http404
    if form.is_valid():
        try:
            act()
            return done(request, to=link, message=message)
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    return _page(request, link.person, reason_form=form)


@require_POST
def link_confirm(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, django_forms.Form(request.POST), str(_("The account is linked.")),
        lambda: actions_links.confirm_link(link_id=pk, by=actor_of(request.user)),
    )  # fmt: skip


@require_POST
def link_refuse(request: Request, pk: int) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    return _act(
        request, pk, form, str(_("The link is refused.")),
        lambda: actions_links.refuse_link(
            link_id=pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
        ),
    )  # fmt: skip


@require_POST
def link_end(request: Request, pk: int) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    return _act(
        request, pk, form, str(_("The link is ended.")),
        lambda: actions_links.end_link(
            link_id=pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
        ),
    )  # fmt: skip
