"""Coming in, going out, and the locked screen."""

import json
from typing import Any

import requests
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    is_reauthentication_required,
    reauthenticate_by_password,
)
from allauth.account.views import LoginView
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ngangtam.doors.sign_in import actions, events, lock, queries
from ngangtam.doors.sign_in.forms import UnlockForm
from ngangtam.foundation.access.queries import demo_accounts

public = login_not_required


class Refusing:
    """A form that was refused answers 422, as everywhere in this house."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response


class SignIn(Refusing, LoginView):
    """The sign-in page; in a trial it shows the accounts that the demo made."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = demo_accounts() if settings.NGANGTAM_DEMO_ACCOUNTS else []
        return {
            **super().get_context_data(**kwargs), "demo_accounts": shown,
            "next": lock.safe_next(self.request) if self.request.GET or self.request.POST else "",
            "providers": queries.providers(),
        }  # fmt: skip


class SecondStep(AuthenticateView):
    """The code or the key, after the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["options"] = json.dumps(context.get("js_data", {}).get("request_options") or {})
        factors = queries.factors_for(self.stage.login.user)
        return {**context, "factors": factors}

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


class PasskeySignIn(LoginWebAuthnView):
    """A passkey alone: GET hands out the challenge, POST takes the answer."""

    @method_decorator(public)
    @method_decorator(never_cache)
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(*args, **kwargs)
        return response

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(webauthn.begin_authentication(user=None))

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey is not known here."))
        return redirect("login")


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    if request.user.is_authenticated:
        by = queries.actor_of(request.user)
        actions.with_event(events.SIGNED_OUT, do=lambda: logout(request), by=by)
    else:
        logout(request)
    return redirect("login")


# --- identity providers --------------------------------------------------------------------


@public
@require_POST
def with_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to an identity provider, to sign in or to link the own account."""
    if request.POST.get("process") == "connect" and is_reauthentication_required(
        request, app="allauth.socialaccount"
    ):
        raise ReauthenticationRequired
    try:
        response: HttpResponse = openid.login(request, provider_id)
    except requests.RequestException:
        return redirect("socialaccount_login_error")
    if response.status_code != 302:
        return response
    # A form may lead to this site alone, by the content security policy; a link leads on.
    url = response["Location"]
    name = next((one.name for one in queries.providers() if one.id == provider_id), provider_id)
    leaving = render(request, "sign_in/leaving.html", {"url": url, "name": name})
    leaving["Refresh"] = f"0; url={url}"
    return leaving


@public
@require_safe
def provider_answers(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the identity provider sends people back to."""
    try:
        response: HttpResponse = openid.callback(request, provider_id)
    except requests.RequestException:
        return redirect("socialaccount_login_error")
    return response


@public
@require_safe
def provider_failed(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in/provider_failed.html", status=401)


# --- the locked screen ---------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Ask who is there; the password opens the screen."""
    left = getattr(request, "idle_left", 0)
    if left:
        return _open_already(request, left)
    form = UnlockForm(request.POST or None)
    kept = request.POST.get("kept", "")
    if form.is_valid():
        try:
            if get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]):
                reauthenticate_by_password(request)
                return _open(request, kept)
            form.add_error("password", _("The password is not right."))
        except ValidationError as error:
            logout(request)
            messages.error(request, " ".join(error.messages))
            return redirect("login")
    return lock.show(request, form, kept=kept, status=422 if form.errors else 200)


@never_cache
@require_POST
def unlock_by_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey opens the screen."""
    form = ReauthenticateWebAuthnForm(request.POST, user=request.user)
    with transaction.atomic():
        good = form.is_valid()
        if good:
            form.save()
    if good:
        return _open(request, request.POST.get("kept", ""))
    messages.error(request, _("This passkey is not known here."))
    return redirect("account-locked")


@require_POST
def lock_now(request: HttpRequest) -> HttpResponse:
    """Lock the own screen before leaving the desk."""
    actions.lock(session_key=request.session.session_key or "")
    return redirect("account-locked")


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Somebody is typing: the screen stays open. A locked one stays locked."""
    actions.seen(session_key=request.session.session_key or "")
    return HttpResponse(status=204)


def _open_already(request: HttpRequest, left: float) -> HttpResponse:
    """Nothing is locked: tell the script how long it stays so, send anybody else back."""
    if getattr(request, "htmx", False):
        return HttpResponse(
            status=204, headers={"X-Nt-Left": str(int(left)), "HX-Trigger": "nt-unlocked"}
        )
    return redirect(lock.safe_next(request))


def _open(request: HttpRequest, kept: str) -> HttpResponse:
    """Open the screen: under a dialog the page is still there; else go back, or send again."""
    actions.unlock(session_key=request.session.session_key or "")
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Trigger": "nt-unlocked"})
    form = lock.opened(request, kept) if kept else None
    if form is not None:
        return render(request, "sign_in/send_again.html", {"kept": form})
    return redirect(lock.safe_next(request))
