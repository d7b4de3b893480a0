"""The titles of a plan and the people under them: add, look at the effect, take out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.planning import actions, forms, queries
from ngangtam.stages.planning.rights import LIVE
from ngangtam.stages.planning.views.plans import plan_or_404


def _keeps(viewer: Viewer, plan: Any) -> bool:
    return may(viewer, Permission.PLAN_KEEP, str(plan.path))


def _kept_title(viewer: Viewer, pk: int) -> Any:
    title = queries.title_of(viewer, pk)
    if title is None or not _keeps(viewer, title.plan):
        raise Http404
    return title


@require_http_methods(["GET", "POST"])
def add(request: Request, pk: int) -> HttpResponse:
    """Choose posts of the unit and below as titles of the plan."""
    plan = plan_or_404(request.user, pk)
    if not _keeps(request.user, plan):
        raise Http404
    words, problem = request.GET.get("q", ""), ""
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("post") if one.isdecimal()]
        form = forms.PlainForm(request.POST)
        try:
            version = form.seen if form.is_valid() else None
            count = actions.add_titles(
                plan_id=plan.pk, posts=chosen, version=version, by=actor_of(request.user)
            )
            said = _("%(count)s titles were added.") % {"count": count}
            return done(request, to=plan, message=said)
        except DomainError as error:
            problem = "; ".join(error.messages)
    context = {
        "plan": plan, "posts": queries.posts_to_add(plan, words, today()), "words": words,
        "problem": problem,
    }  # fmt: skip
    return page(request, "planning/titles_add.html", "planning/_titles_add.html", context)


@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    title = _kept_title(request.user, pk)
    form = forms.PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.remove_title(title_id=title.pk, by=actor_of(request.user))
            return done(request, to=plan, message=str(_("The title was taken off the plan.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Take the title off the plan"), "button": _("Take off"),
        "icon": "trash", "tone": "danger", "lead": f"{title.name} – {title.unit_name}",
        "back": title.plan.get_absolute_url(),
        "crumbs": [(str(title.plan), title.plan.get_absolute_url())],
    }  # fmt: skip
    return page(request, "planning/act.html", "planning/_act.html", context)


@require_safe
def candidates(request: Request, pk: int) -> HttpResponse:
    """Look for people for a title: of the unit first, of everywhere the viewer may look."""
    title = _kept_title(request.user, pk)
    words = request.GET.get("q", "")
    here = request.GET.get("where", "here") != "all"
    context = {
        "title": title, "plan": title.plan, "words": words, "here": here,
        "looks": queries.looks(request.user, title, words, here=here, today=today()),
        "standing": list(title.entries.filter(state__in=LIVE)),
    }  # fmt: skip
    return page(request, "planning/candidates.html", "planning/_candidates.html", context)


@require_http_methods(["GET", "POST"])
def candidate(request: Request, pk: int, number: str) -> HttpResponse:
    """One person for one title: what the rules say, what it would change, and the proposal."""
    title = _kept_title(request.user, pk)
    look = queries.candidate(request.user, title, number, today())
    if look is None:
        raise Http404
    form = forms.ProposeForm(request.POST or None, initial={"version": title.plan.version})
    if form.is_valid():
        try:
            actions.propose(
                proposal=form.proposal(title.pk, number), version=form.seen,
                by=actor_of(request.user), today=today(),
            )  # fmt: skip
            said = _("%(name)s is proposed; the plan's approval brings the person in.")
            return done(request, to=title.plan, message=said % {"name": look.person.full_name})
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    science = form.cleaned_data.get("science") if form.is_bound and form.is_valid() else None
    context = {
        "title": title, "plan": title.plan, "look": look, "form": form,
        "sealed": queries.sealed_parts(request.user, look.person.home_path, today()),
        "majors": queries.majors_of(look.person.pk),
        "preview": queries.preview(
            title.plan, today(), add=(title, look.person.pk, science)
        ),
    }  # fmt: skip
    return page(request, "planning/candidate.html", "planning/_candidate.html", context)


def _entry(viewer: Viewer, pk: int) -> Any:
    entry = queries.entry_of(viewer, pk)
    if entry is None:
        raise Http404
    return entry


@require_safe
def entry(request: Request, pk: int) -> HttpResponse:
    """One place in a plan: since when and why, what the rules said and what they say today."""
    found = _entry(request.user, pk)
    reads = queries.plan_of(request.user, found.plan_id) is not None
    context = {
        "entry": found, "plan": found.plan, "reads": reads,
        "keeps": _keeps(request.user, found.plan)
        and found.plan.state in ("draft", "approved") and found.state in LIVE,
        "checks": queries.checks_now(found, today()) if reads else [],
        "sealed": queries.sealed_parts(request.user, found.path, today()) if reads
        else frozenset({"political"}),
        "majors": queries.majors_of(found.person_id) if reads else [],
    }  # fmt: skip
    return page(request, "planning/entry.html", "planning/_entry.html", context)


@require_http_methods(["GET", "POST"])
def entry_judge(request: Request, pk: int) -> HttpResponse:
    found = _entry(request.user, pk)
    if not _keeps(request.user, found.plan):
        raise Http404
    start = {"science": found.science, "ready_on": found.ready_on, "position": found.position}
    form = forms.JudgeForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            actions.judge(entry_id=found.pk, by=actor_of(request.user), **form.cleaned_data)
            return done(request, to=found, message=str(_("The judgement is noted.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Background, readiness, order"), "button": _("Save"),
        "icon": "check", "lead": str(found), "back": found.get_absolute_url(),
        "crumbs": [(str(found.plan), found.plan.get_absolute_url())],
    }  # fmt: skip
    return page(request, "planning/act.html", "planning/_act.html", context)


@require_http_methods(["GET", "POST"])
def entry_out(request: Request, pk: int) -> HttpResponse:
    """Drop a proposal, or propose that somebody leaves; what it changes is shown first."""
    found = _entry(request.user, pk)
    if not _keeps(request.user, found.plan) or found.state not in ("proposed", "in"):
        raise Http404
    form = forms.ReasonForm(request.POST or None)
    proposed = found.state == "proposed"
    if form.is_valid():
        act = actions.drop if proposed else actions.leave
        try:
            plan = act(
                entry_id=found.pk, reason=form.cleaned_data["reason"], by=actor_of(request.user)
            )
            said = (
                _("The proposal is dropped.")
                if proposed
                else _("It is proposed that the person leaves; the plan's approval carries it out.")
            )
            return done(request, to=plan, message=str(said))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "entry": found, "plan": found.plan, "proposed": proposed,
        "preview": queries.preview(found.plan, today(), without=found),
    }  # fmt: skip
    return page(request, "planning/out.html", "planning/_out.html", context)


@require_POST
def entry_stay(request: Request, pk: int) -> HttpResponse:
    found = _entry(request.user, pk)
    if not _keeps(request.user, found.plan):
        raise Http404
    try:
        actions.stay(entry_id=found.pk, by=actor_of(request.user), today=today())
    except DomainError as error:
        return done(request, to=reverse("planning-entry", args=[pk]),
                    message="; ".join(error.messages))  # fmt: skip
    return done(request, to=found, message=str(_("The person stays in the plan.")))
