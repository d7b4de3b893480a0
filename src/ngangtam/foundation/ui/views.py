"""The display switch. The gallery has views of its own."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ngangtam.foundation.ui.shell import COOKIES, DENSITIES, THEMES

YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the theme or the density that the viewer chose in a cookie, then go back."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
    else:
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        response = redirect(back if safe else "/")
    for name, allowed in (("theme", THEMES), ("density", DENSITIES)):
        value = request.POST.get(name, "")
        if value in allowed:
            response.set_cookie(
                COOKIES[name], value, max_age=YEAR, samesite="Lax", httponly=True,
                secure=request.is_secure(),
            )  # fmt: skip
    return response
