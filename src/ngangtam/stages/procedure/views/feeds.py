"""The calendar of deadlines: making the address, revoking it, answering a calendar program."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ngangtam.foundation.access.wall import see_as
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request, done
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.procedure import actions_feeds, calendar, queries


@never_cache
@require_POST
def feed_make(request: Request) -> HttpResponse:
    """Make an address and show it this once."""
    token = actions_feeds.make_feed(by=actor_of(request.user))
    address = request.build_absolute_uri(f"{reverse('case-calendar')}?token={token}")
    return render(request, "procedure/feed.html", {"address": address})


@require_POST
def feed_revoke(request: Request) -> HttpResponse:
    """Let the address work no longer."""
    actions_feeds.revoke_feed(by=actor_of(request.user))
    said = _("The calendar address works no longer.")
    return done(request, to=reverse("case-tasks"), message=str(said))


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Answer a calendar program: numbers, steps and days, nothing else."""
    user_id = actions_feeds.user_of(request.GET.get("token", ""))
    if user_id is None:
        raise Http404
    # From here to the end of the request the database answers for whose calendar it is.
    see_as(user_id)
    viewer = queries.account(user_id)
    tasks = queries.tasks_of(viewer, today())
    data = calendar.feed(tasks, host=request.get_host(), at=timezone.now())
    answer = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="ngang-tam.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
