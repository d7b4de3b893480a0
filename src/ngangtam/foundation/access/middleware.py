"""Tell the database who is looking, for the length of one request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from ngangtam.foundation.access.wall import see_as, see_as_owner


class ViewerMiddleware:
    """Every request reads as the web role, keyed to the person signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_a_zero_byte(request):
            return HttpResponseBadRequest()
        see_as(request.user.pk if request.user.is_authenticated else None)
        try:
            return self.get_response(request)
        finally:
            see_as_owner()


def _holds_a_zero_byte(request: HttpRequest) -> bool:
    """No text of ours holds one and the database refuses it; programs get their own answer."""
    asked = request.META.get("QUERY_STRING", "")
    return not request.path.startswith("/api/") and (
        "%00" in asked or "\0" in asked or "\0" in request.path
    )
