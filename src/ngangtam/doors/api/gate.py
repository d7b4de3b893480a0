"""The gate of the API: a token says who asks; cookies say nothing.

It stands between the session and the wall: it sets whose request this is, and the wall then shows
the database to that person and nobody else, as on the web.
"""

from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from ngangtam.doors.api import once, problems, tokens
from ngangtam.doors.sign_in import lockout
from ngangtam.doors.sign_in.sessions import SessionStore

PLACE: Final = "/api/v1/"
LARGEST_BODY: Final = 1024 * 1024
REALM: Final = 'Bearer realm="ngangtam"'
Next = Callable[[HttpRequest], HttpResponse]


class TokenMiddleware:
    """Answers every request to the API with JSON, and none without a token that holds."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PLACE):
            return self.get_response(request)
        _forget_cookies(request)
        response = _refusal(request) or self._answered(request)
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer at once what was done under the same key."""
        return once.begin(request) if request.path_info.startswith(PLACE) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return once.quicker(request, error)

    def _answered(self, request: HttpRequest) -> HttpResponse:
        response = once.end(request, self.get_response(request))
        spoken = response.get("Content-Type", "").partition(";")[0]
        if response.status_code >= 400 and spoken not in {problems.MEDIA, "application/json"}:
            return problems.retold(request, response)
        return response


def _forget_cookies(request: HttpRequest) -> None:
    """A browser sends its cookies along wherever a page leads it: here they count for nothing."""
    request.COOKIES = {}
    request.session = SessionStore()
    request.user = AnonymousUser()
    translation.activate(translation.get_language_from_request(request))
    request.LANGUAGE_CODE = translation.get_language()


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Return why nobody is let in, or None once it is known who asks."""
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return problems.answer(request, "bad-request", _("The address holds a zero byte."))
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return _nobody(request, _("Send the header “Authorization: Bearer …” with a token."))
    address = _address(request)
    held = tokens.read(secret.strip(), address)
    if held is None:
        return _failed(request, address)
    request.user, request.token = held.user, held  # type: ignore[attr-defined]
    return _too_large(request)


def _address(request: HttpRequest) -> str:
    """Return whence the request comes; "" when that cannot be told, which no range holds."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def _failed(request: HttpRequest, address: str) -> HttpResponse:
    """Count a token that does not hold; one that holds passes from the same address all along."""
    counter = lockout.Counter(
        f"from:token:{address}"[:80], address[:200], settings.NGANGTAM_FAILED_PER_ADDRESS
    )
    try:
        lockout.take([counter])
    except ValidationError as error:
        wait = str(settings.NGANGTAM_LOCK_MINUTES * 60)
        return problems.answer(
            request, "too-many-tries", " ".join(error.messages), headers={"Retry-After": wait}
        )
    return _nobody(
        request,
        _("This token does not hold: it is unknown, revoked, over, or not for this address."),
        ', error="invalid_token"',
    )


def _nobody(request: HttpRequest, detail: str, error: str = "") -> HttpResponse:
    return problems.answer(
        request, "no-token", detail, headers={"WWW-Authenticate": f"{REALM}{error}"}
    )


def _too_large(request: HttpRequest) -> HttpResponse | None:
    """JSON is small; files come as a form and have limits of their own."""
    if request.content_type == "multipart/form-data":
        return None
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) <= LARGEST_BODY:
        return None
    return problems.answer(
        request, "too-large", _("A request holds at most %(kb)s KB.") % {"kb": LARGEST_BODY // 1024}
    )
