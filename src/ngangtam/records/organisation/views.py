"""Pages that change units: a history with what may be done, and a form for each verb.

Whoever may not change a unit does not find these pages.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.organisation import actions, forms, pickers, post_actions, queries

Text = str | Promise
both = require_http_methods(["GET", "POST"])


def _unit(request: Request, code: str) -> Any:
    unit = queries.get_unit(request.user, code)
    if unit is None or not may(request.user, Permission.UNIT_CHANGE, str(unit.path)):
        raise Http404
    return unit


@require_safe
def unit_suggest(request: Request) -> HttpResponse:
    """Options for a field of a unit, as it is typed."""
    typed = request.GET.get(request.GET.get("of", ""), "")[:100]
    found = queries.search_units(request.user, typed, on=today())
    options = [pickers.unit_text(unit) for unit in found]
    return render(request, "organisation/_unit_options.html", {"options": options})


@require_safe
def unit_history(request: Request, code: str) -> HttpResponse:
    """What the unit was, what it came from and became, its numbers and posts, what may be done."""
    unit = queries.get_unit(request.user, code)
    if unit is None:
        raise Http404
    came, became = queries.lineage(unit)
    context = {
        "unit": unit, "way": queries.way_to(unit), "versions": queries.versions_of(unit),
        "came": came, "became": became, "own": queries.strength([unit.pk], today()),
        "all": queries.strength_below(unit, today()), "posts": queries.posts_on(unit, today()),
        "numbers": queries.establishments_of(unit), "today": today(),
        "may_change": may(request.user, Permission.UNIT_CHANGE, str(unit.path)),
    }  # fmt: skip
    return page(
        request, "organisation/unit_history.html", "organisation/_unit_history.html", context
    )


def _answer(
    request: Request, unit: Any, form: Any, *, title: Text, act: Callable[[], Any],
    message: Text, warning: Text = "", tone: str = "primary",
) -> HttpResponse:  # fmt: skip
    """Show a form about a unit, ask once more where there is a `warning`, carry out the action."""
    back = reverse("unit-history", args=[unit.code])
    asked = bool(warning) and form.is_valid() and "confirmed" not in request.POST
    if form.is_valid() and not asked:
        try:
            act()
            return done(request, to=back, message=str(message))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "unit": unit, "form": form, "title": title, "back": back, "asked": asked,
        "warning": warning, "tone": tone,
    }  # fmt: skip
    return page(
        request, "organisation/unit_change.html", "organisation/_unit_change_form.html", context
    )


def _follows(unit: Any) -> str:
    """Say how much moves with a unit."""
    below = len(queries.tree_on(today(), top=unit.pk)) - 1
    people = queries.strength_below(unit, today())[-1].holders
    units = ngettext("%(count)s unit below it", "%(count)s units below it", below)
    held = ngettext("%(count)s person in post", "%(count)s people in post", people)
    return gettext("With it: %(units)s, %(people)s.") % {
        "units": units % {"count": below}, "people": held % {"count": people},
    }  # fmt: skip


@both
def unit_create(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.CreateForm(request.POST or None, initial={"level": unit.level})

    def act() -> None:
        data = form.cleaned_data
        actions.create(
            code=data["code"], name=data["name"], kind=data["kind"], level=data["level"],
            parent_id=unit.pk, first_day=form.first, basis=form.basis, position=data["position"],
            area_id=unit.area_id, by=request.user,
        )  # fmt: skip

    return _answer(request, unit, form, title=_("Set up a unit below"), act=act,
                   message=_("The unit is set up."))  # fmt: skip


@both
def unit_rename(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.RenameForm(request.POST or None, initial={"name": unit.name})

    def act() -> None:
        actions.rename(unit_id=unit.pk, name=form.cleaned_data["name"], first_day=form.first,
                       basis=form.basis, today=today(), by=request.user)  # fmt: skip

    return _answer(request, unit, form, title=_("Rename the unit"), act=act,
                   message=_("The new name is recorded."))  # fmt: skip


@both
def unit_move(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.MoveForm(request.POST or None)

    def act() -> None:
        actions.move(unit_id=unit.pk, parent_id=form.cleaned_data["parent"].pk,
                     first_day=form.first, basis=form.basis, today=today(),
                     by=request.user)  # fmt: skip

    return _answer(request, unit, form, title=_("Move the unit"), act=act,
                   message=_("The unit is moved."), warning=_follows(unit))  # fmt: skip


@both
def unit_merge(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.MergeForm(request.POST or None)

    def act() -> None:
        actions.merge(unit_ids=[one.pk for one in form.units], into_id=unit.pk,
                      day=form.first, basis=form.basis, today=today(),
                      by=request.user)  # fmt: skip

    warning = _("The merged units end; what stands below them moves to this unit.")
    return _answer(request, unit, form, title=_("Merge units into this one"), act=act,
                   message=_("The units are merged."), warning=warning, tone="danger")  # fmt: skip


@both
def unit_split(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.SplitForm(request.POST or None, below=queries.units_below(unit, today()))

    def act() -> None:
        data = form.cleaned_data
        actions.split(unit_id=unit.pk, into=data["into"], day=form.first, basis=form.basis,
                      today=today(), ends=data["ends"], below=form.below,
                      by=request.user)  # fmt: skip

    return _answer(request, unit, form, title=_("Split the unit"), act=act,
                   message=_("The unit is split."), warning=_follows(unit))  # fmt: skip


@both
def unit_end(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.EndForm(request.POST or None)

    def act() -> None:
        actions.end(unit_id=unit.pk, on=form.first, basis=form.basis, today=today(),
                    by=request.user)  # fmt: skip

    warning = _("The unit, its posts and its establishment end. Its history stays.")
    return _answer(request, unit, form, title=_("End the unit"), act=act,
                   message=_("The end of the unit is recorded."), warning=warning,
                   tone="danger")  # fmt: skip


@both
def establishment_set(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    form = forms.EstablishmentForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        post_actions.set_establishment(
            unit_id=unit.pk, regime=data["regime"], number=data["count"], first_day=form.first,
            basis=form.basis, by=request.user,
        )  # fmt: skip

    return _answer(request, unit, form, title=_("Set the establishment"), act=act,
                   message=_("The establishment is recorded."))  # fmt: skip


@both
def post_add(request: Request, code: str) -> HttpResponse:
    unit = _unit(request, code)
    start = {"level": unit.level, "regime": "civil_servant", "title_kind": "other", "seats": 1}
    form = forms.PostForm(request.POST or None, initial=start)

    def act() -> None:
        post_actions.add_post(unit_id=unit.pk, first_day=form.first, basis=form.basis,
                              by=request.user, **form.post)  # fmt: skip

    return _answer(request, unit, form, title=_("Add a post"), act=act,
                   message=_("The post is added."))  # fmt: skip


def _post(request: Request, pk: int) -> Any:
    post = queries.get_post(request.user, pk)
    if post is None or not may(request.user, Permission.UNIT_CHANGE, str(post.unit.path)):
        raise Http404
    return post


@both
def post_change(request: Request, pk: int) -> HttpResponse:
    post = _post(request, pk)
    form = forms.PostChangeForm(request.POST or None, initial=forms.post_values(post))

    def act() -> None:
        post_actions.change_post(post_id=post.pk, reason=form.cleaned_data["reason"],
                                 by=request.user, **form.post)  # fmt: skip

    return _answer(request, post.unit, form, title=_("Change the post"), act=act,
                   message=_("The post is changed."))  # fmt: skip


@both
def post_close(request: Request, pk: int) -> HttpResponse:
    post = _post(request, pk)
    form = forms.EndForm(request.POST or None)

    def act() -> None:
        post_actions.close_post(post_id=post.pk, on=form.first, basis=form.basis,
                                by=request.user)  # fmt: skip

    return _answer(request, post.unit, form, title=_("Close the post"), act=act,
                   message=_("The post is closed."), tone="danger",
                   warning=gettext("The post “%(post)s” ends.") % {"post": post})  # fmt: skip
