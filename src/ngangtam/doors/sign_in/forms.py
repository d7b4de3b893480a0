"""Fields of signing in, of one's own account, and of other people's accounts."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.doors.sign_in import lockout, queries, wall
from ngangtam.doors.sign_in.seal import digest

_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "current-password"})


class SignInForm(LoginForm):
    """User name and password, under the names that password managers know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = forms.TextInput(
            attrs={"autocomplete": "username webauthn", "autocapitalize": "none", "autofocus": True}
        )
        self.fields = {
            "username": forms.CharField(
                label=gettext_lazy("User name"), max_length=150, widget=name
            ),
            "password": forms.CharField(
                label=gettext_lazy("Password"), max_length=1000, strip=False, widget=_PASSWORD
            ),
        }

    def user_credentials(self) -> dict[str, str]:
        return {
            "username": self.cleaned_data["username"],
            "password": self.cleaned_data["password"],
        }

    def clean(self) -> dict[str, Any]:
        if "username" in self.cleaned_data:
            self.cleaned_data["login"] = self.cleaned_data["username"]
        return dict(super().clean() or {})


class PasskeySignInForm(LoginWebAuthnForm):
    """A passkey alone. Whose it claims to be decides which keys the database shows."""

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise ValidationError(_("This passkey is not known here."))
        user = webauthn.extract_user_from_response(credential)
        wall.signs_in(user.pk)
        return super().clean_credential()


class _Counted:
    """A code is counted against the account before it is compared, and holds once."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())
        self.cleaned_data["code"] = code
        counted = lockout.code_counters(self.user)
        lockout.take(counted)
        used = f"sign-in-code:{self.user.pk}:{digest(code, purpose='code')}"
        # Codes of one account wait for each other: the same code sent twice at once is right once.
        with transaction.atomic():
            type(self.user).objects.select_for_update().get(pk=self.user.pk)
            if cache.get(used):
                raise ValidationError(_("This code was used. Wait for the next one."))
            super().clean_code()  # type: ignore[misc]
            cache.set(used, True, 60 * 5)
        lockout.give_back(counted)
        return code


class SecondStepForm(_Counted, AuthenticateForm):
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )  # fmt: skip


class ConfirmByCodeForm(_Counted, ReauthenticateForm):
    code = SecondStepForm.base_fields["code"]


class AddTotpForm(ActivateTOTPForm):
    """The first code of a new app."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey: one that signs in alone where the device can, else a second step."""

    name = forms.CharField(label=gettext_lazy("Name of the key"), required=False, max_length=60)
    passwordless = forms.BooleanField(
        label=gettext_lazy("Sign in with this key alone, without a password"), required=False,
        initial=True,
        help_text=gettext_lazy("The device then asks for a fingerprint, a face or a PIN."),
    )  # fmt: skip


class ChangePasswordForm(forms.Form):
    old = forms.CharField(
        label=gettext_lazy("Present password"), strip=False, max_length=1000, widget=_PASSWORD
    )
    new = forms.CharField(
        label=gettext_lazy("New password"), strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("New password again"), strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, check: Any = None, **kwargs: Any) -> None:
        self.check = check
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if self.check is not None and not self.check(old):
            raise ValidationError(_("The password is not right."))
        return old

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("new") and values.get("again") and values["new"] != values["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return values


class UnlockForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )  # fmt: skip


class AccountForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("User name"), max_length=60,
        help_text=gettext_lazy("Small letters without accents and digits, for example nguyen.lan."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    position = forms.CharField(label=gettext_lazy("Position"), max_length=200, required=False)

    def clean_username(self) -> str:
        return queries.safe_username(str(self.cleaned_data["username"]).strip())


class DisableForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class IdentityForm(forms.Form):
    provider = forms.ChoiceField(label=gettext_lazy("Identity provider"))
    value = forms.CharField(
        label=gettext_lazy("Identity there"), max_length=200,
        help_text=gettext_lazy("Kept as a digest; only its last three letters can be read again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(app["provider_id"], app["name"]) for app in settings.NGANGTAM_OIDC]
        self.fields["provider"] = forms.ChoiceField(
            label=gettext_lazy("Identity provider"), choices=choices
        )
