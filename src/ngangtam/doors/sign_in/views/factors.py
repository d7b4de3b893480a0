"""Second steps of one's own account: the library's flows, our pages, one event each."""

import json
import time
from typing import Any, Final

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ngangtam.doors.sign_in import actions, events, queries
from ngangtam.doors.sign_in.adapters import HAS_FACTOR
from ngangtam.doors.sign_in.seal import seal, unseal
from ngangtam.doors.sign_in.views.gate import Refusing

_CODES: Final = "codes"
_MINUTES: Final = 10

private = method_decorator(never_cache, name="dispatch")


def _last_needed(request: HttpRequest) -> bool:
    """Whether the account would be left without the second step that its roles need."""
    factors = queries.factors_for(queries.actor_of(request.user))
    count = len(factors.passkeys) + (factors.totp is not None)
    return count == 1 and queries.must_enrol(request.user)


@private
class AddTotp(Refusing, ActivateTOTPView):
    """Scan the picture with the app, type its code."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = actions.with_event(
            events.FACTOR_ADDED, do=lambda: super(AddTotp, self).form_valid(form),
            by=self.request.user, kind="totp",
        )  # fmt: skip
        self.request.session[HAS_FACTOR] = True
        return response


@private
class RemoveTotp(DeactivateTOTPView):
    """Stop using the app."""

    def form_valid(self, form: Any) -> HttpResponse:
        if _last_needed(self.request):
            messages.error(self.request, _("Your role needs a second step; add another one first."))
            return redirect("account-page")
        messages.success(self.request, _("The app is no longer asked for."))
        response: HttpResponse = actions.with_event(
            events.FACTOR_REMOVED, do=lambda: super(RemoveTotp, self).form_valid(form),
            by=self.request.user, kind="totp",
        )  # fmt: skip
        return response


@private
class AddPasskey(Refusing, AddWebAuthnView):
    """Register a key of this device, or one that is carried along."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # The script asks for a discoverable key when the box is ticked; the form checks it.
        return {**context, **kwargs, "options": json.dumps(context["js_data"]["creation_options"])}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = actions.with_event(
            events.FACTOR_ADDED, do=lambda: super(AddPasskey, self).form_valid(form),
            by=self.request.user, kind="passkey",
        )  # fmt: skip
        self.request.session[HAS_FACTOR] = True
        messages.success(self.request, _("The passkey was added."))
        return response


@private
class RemovePasskey(RemoveWebAuthnView):
    """Forget a key."""

    success_url = reverse_lazy("account-page")

    def form_valid(self, form: Any) -> HttpResponse:
        if _last_needed(self.request):
            messages.error(self.request, _("Your role needs a second step; add another one first."))
            return redirect("account-page")
        messages.success(self.request, _("The passkey was removed."))
        response: HttpResponse = actions.with_event(
            events.FACTOR_REMOVED, do=lambda: super(RemovePasskey, self).form_valid(form),
            by=self.request.user, kind="passkey",
        )  # fmt: skip
        return response


@private
class MakeCodes(GenerateRecoveryCodesView):
    """Make new recovery codes; the old ones end."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = actions.with_event(
            events.CODES_MADE, do=lambda: super(MakeCodes, self).form_valid(form),
            by=self.request.user,
        )  # fmt: skip
        return response


@private
class ShowCodes(ViewRecoveryCodesView):
    """Show the recovery codes, the first time only."""

    template_name = "mfa/recovery_codes/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if context["can_view_codes"]:
            content = {"user": self.request.user.pk, "at": time.time(),
                       "codes": context["unused_codes"]}  # fmt: skip
            context["sealed"] = seal(json.dumps(content), purpose=_CODES)
        return context


@never_cache
@require_POST
def download_codes(request: HttpRequest) -> HttpResponse:
    """Hand out as a file the codes that the page has just shown; it brings them back sealed."""
    try:
        content = json.loads(unseal(request.POST.get("sealed", ""), purpose=_CODES))
    except ValueError:
        raise Http404 from None
    if content["user"] != request.user.pk or time.time() - content["at"] > _MINUTES * 60:
        raise Http404
    lines = [
        _("Recovery codes of %(account)s at Ngang Tầm") % {"account": request.user.get_username()},
        _("Each code works once, in place of the code of the app."), "", *content["codes"], "",
    ]  # fmt: skip
    response = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ma-du-phong.txt"'
    return response


@private
class Confirm(Refusing, ReauthenticateView):
    """The password once more, before something that matters."""


@private
class ConfirmByCode(Refusing, CodeReauthenticateView):
    """A code once more."""


@private
class ConfirmByPasskey(ReauthenticateWebAuthnView):
    """A passkey once more."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "options": json.dumps(context["js_data"]["request_options"])}

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey is not known here."))
        return redirect("mfa_reauthenticate_webauthn")
