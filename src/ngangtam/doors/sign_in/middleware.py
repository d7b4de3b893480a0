"""What stands between a session and the pages: the lock, a handed-over password, a second step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from ngangtam.doors.sign_in import actions, lock, queries, wall
from ngangtam.doors.sign_in.adapters import ADMINISTERS, HAS_FACTOR, MUST_CHANGE
from ngangtam.doors.sign_in.limits import ADMIN_IDLE, SESSION_IDLE, limit
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.ui.http import Request
from ngangtam.foundation.ui.shell import Idle

# What a locked screen may still reach.
_LOCKED: Final = frozenset({
    "account-locked", "account-lock", "account-unlock-passkey", "account-seen", "logout",
    "account_logout", "set_language", "ui-display", "health",
})  # fmt: skip
# What an account may reach before it has a password of its own, or a second step.
_CHANGE: Final = _LOCKED | {"account_change_password"}
_ENROL: Final = _CHANGE | {
    "account-secure", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes",
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
_NOTICED_AGAIN: Final = timedelta(seconds=30)


class SignInMiddleware:
    """Guards every page of a session, and tells the database who is signing in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            halfway = request.session.get(LOGIN_SESSION_KEY)
            if isinstance(halfway, dict) and halfway.get("user_pk"):
                wall.signs_in(int(url_str_to_user_pk(halfway["user_pk"])))
        try:
            return self.get_response(request)
        finally:
            wall.forget()

    def process_view(
        self, request: Request, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # A session of another store (a test's, a page without database) has nothing to guard.
        seen_at = getattr(request.session, "seen_at", None)
        if not request.user.is_authenticated or seen_at is None:
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        minutes = limit(
            ADMIN_IDLE if request.session.get(ADMINISTERS) else SESSION_IDLE, today()
        ).value
        request.idle = Idle(  # type: ignore[attr-defined]
            minutes * 60, reverse("account-locked"), reverse("account-seen")
        )
        idle = timezone.now() - seen_at
        shut = getattr(request.session, "locked_at", None) is not None
        left = 0 if shut else minutes * 60 - idle.total_seconds()
        request.idle_left = max(left, 0)  # type: ignore[attr-defined]
        if left <= 0:
            actions.lock(session_key=request.session.session_key or "")
            return None if name in _LOCKED else self._locked(request)
        if idle > _NOTICED_AGAIN and "X-Nt-Quiet" not in request.headers:
            actions.seen(session_key=request.session.session_key or "")
        return self._unfinished(request, name or "")

    def _locked(self, request: Request) -> HttpResponse:
        """Ask again who is there; what was typed into a form waits."""
        if request.htmx:
            here = request.htmx.current_url_abs_path or "/"
            return HttpResponseClientRedirect(_with_next(reverse("account-locked"), here))
        if request.method == "POST":
            return lock.keep(request)
        return redirect(_with_next(reverse("account-locked"), request.get_full_path()))

    def _unfinished(self, request: HttpRequest, name: str) -> HttpResponse | None:
        if request.session.get(MUST_CHANGE):
            return None if name in _CHANGE else redirect("account_change_password")
        if (
            not request.session.get(HAS_FACTOR)
            and name not in _ENROL
            and queries.must_enrol(request.user)
        ):
            if queries.factors_for(queries.actor_of(request.user)).any:
                request.session[HAS_FACTOR] = True
                return None
            return redirect("account-secure")
        return None


def _with_next(url: str, path: str) -> str:
    return f"{url}?{urlencode({'next': path})}"
