"""The start page and the health of the instance."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ngangtam import __version__
from ngangtam.doors.home import queries
from ngangtam.foundation.kernel.days import today


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the signed-in person can do next."""
    desk = queries.desk_for(request, day=today())
    return render(request, "home/home.html", {"desk": desk})


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; for a load balancer, so it says nothing more."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok", "version": __version__})
