"""Where the sign-in library asks us: who may, what is counted, what is sealed, what is recorded."""

from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.doors.sign_in import actions, events, lockout, queries, wall
from ngangtam.doors.sign_in.models import Identity, Standing
from ngangtam.doors.sign_in.seal import digest, seal, unseal
from ngangtam.doors.sign_in.sessions import BEGAN
from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.wall import see_as
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.text import fold

_PURPOSE = "factor"
MUST_CHANGE = "nt_must_change"
HAS_FACTOR = "nt_has_factor"
ADMINISTERS = "nt_administers"


class AccountAdapter(DefaultAccountAdapter):
    """Signing in with a password, and everything that follows any way of signing in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("The user name or the password is not right."),
        "incorrect_password": gettext_lazy("The password is not right."),
        "incorrect_code": gettext_lazy("This code is not right."),
        "too_many_login_attempts": gettext_lazy("Too many failed tries. Try again later."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password this is, None when it is nobody's.

        Errors: ValidationError when too many tries failed, or a handed-over password is too old.
        """
        counted = lockout.counters(credentials["username"], self.get_client_ip(request))
        lockout.take(counted)
        user = authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        lockout.give_back(counted)
        standing = queries.standing_of(user)
        if standing.must_change and standing.given_until and standing.given_until < timezone.now():
            raise ValidationError(
                _("The password that was handed over is too old. Ask an administrator for another.")
            )
        wall.signs_in(user.pk)
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(self.request, username=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        wall.signs_in(user.pk)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("This account is disabled. Ask an administrator."))
        return redirect("login")

    @transaction.atomic
    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session: a new key, what the guard must know, one event."""
        records = get_authentication_records(request, user)
        super().login(request, user)
        see_as(user.pk)  # what the account may is asked as the account itself
        now = timezone.now()
        standing = queries.standing_of(user)
        how = sorted({str(one.get("type") or one["method"]) for one in records})
        request.session[BEGAN] = {
            "at": now.isoformat(), "from": self.get_client_ip(request),
            "device": request.headers.get("User-Agent", ""),
        }  # fmt: skip
        request.session[MUST_CHANGE] = standing.must_change
        request.session[HAS_FACTOR] = any(one["method"] == "mfa" for one in records)
        request.session[ADMINISTERS] = queries.runs_the_system(user)
        # Whoever has just signed in has just proved who they are.
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {**one, "reauthenticated": True} for one in records
        ]
        if standing.factors_removed_by_id:
            Standing.objects.filter(pk=user.pk).update(factors_removed_by=None)
        record(events.SIGNED_IN, by=user, subject=user, how=how)

    # The library's own words are not ours; ours are said where the act is done.
    def add_message(self, *args: Any, **kwargs: Any) -> None:
        return None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None


class FactorAdapter(DefaultMFAAdapter):
    """Second steps: sealed at rest, named after this instance."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=_PURPOSE)

    def get_totp_issuer(self) -> str:
        return "Ngang Tầm"

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as SVG without any style: the content security policy allows none."""
        code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(url)
        code.make()
        matrix = code.get_matrix()
        path = "".join(
            f"M{x} {y}h1v1h-1z"
            for y, row in enumerate(matrix)
            for x, dark in enumerate(row)
            if dark
        )
        size = len(matrix)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
            f'shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/>'
            f'<path d="{path}" fill="#000"/></svg>'
        )

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Key %(number)d") % {"number": held + 1}

    def _get_site_name(self) -> str:
        return "Ngang Tầm"

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.get_username()}


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Identity providers: they say who somebody is; that an account exists, only we say."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        return None

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """Take the claims off what will be stored: we keep the link, not what they know."""
        account = sociallogin.account
        sociallogin.claims = account.extra_data
        account.extra_data = {}
        wall.is_said_to_be(account.provider, account.uid)
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = sociallogin.claims
        told, signed = claims.get("userinfo") or {}, claims.get("id_token") or {}
        if told and signed and told.get("sub") != signed.get("sub"):
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))
        if sociallogin.state.get("process") == "connect":
            self._link(request, sociallogin)
        elif not sociallogin.is_existing:
            user = self._laid_down(sociallogin, {**signed, **told})
            if user is None:
                raise ImmediateHttpResponse(render(request, "sign_in/not_linked.html", status=403))
            wall.signs_in(user.pk)
            actions.link(request, sociallogin, to=user, by=user)

    def _link(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The signed-in person ties the own account; this ends the request."""
        user = request.user
        if not isinstance(user, User) or is_reauthentication_required(
            request, app="allauth.socialaccount"
        ):
            messages.error(request, _("That took too long. Begin again."))
        elif sociallogin.is_existing:
            if sociallogin.user != user:
                messages.error(request, _("This identity belongs to another account."))
        else:
            actions.link(request, sociallogin, to=user, by=user)
            messages.success(request, _("The account is linked."))
        raise ImmediateHttpResponse(redirect("account-page"))

    def _laid_down(self, sociallogin: SocialLogin, claims: dict[str, Any]) -> User | None:
        """Return the account that an administrator laid down for this identity."""
        provider = sociallogin.account.provider
        app = next((one for one in settings.NGANGTAM_OIDC if one["provider_id"] == provider), None)
        value = fold(str(claims.get(app["claim"]) or "")) if app else ""
        if not value:
            return None
        mark = digest(value, purpose="identity")
        wall.is_said_to_be(provider, mark)
        found = Identity.objects.select_related("user").filter(provider=provider, digest=mark)
        identity = found.first()
        if identity is None or not identity.user.is_active:
            return None
        return identity.user

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(redirect("socialaccount_login_error"))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None
