"""Coming in and going out, one's own account, other people's accounts.

Names with an underscore are those by which the sign-in library finds its own pages.
"""

from django.urls import path

from ngangtam.doors.sign_in.views import accounts, factors, gate, own

_GATE = [
    path("sign-in/", gate.SignIn.as_view(), name="login"),
    path("sign-in/", gate.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", gate.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", gate.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/with/<str:provider_id>/", gate.with_provider, name="openid_connect_login"),
    path(
        "sign-in/with/<str:provider_id>/return/", gate.provider_answers,
        name="openid_connect_callback",
    ),
    path("sign-in/failed/", gate.provider_failed, name="socialaccount_login_error"),
    path("sign-in/failed/", gate.provider_failed, name="socialaccount_login_cancelled"),
    path("sign-in/locked/", gate.locked, name="account-locked"),
    path("sign-in/locked/passkey/", gate.unlock_by_passkey, name="account-unlock-passkey"),
    path("sign-in/lock/", gate.lock_now, name="account-lock"),
    path("sign-in/seen/", gate.seen, name="account-seen"),
    path("sign-out/", gate.sign_out, name="logout"),
    path("sign-out/", gate.sign_out, name="account_logout"),
]  # fmt: skip

_OWN = [
    path("account/", own.account, name="account-page"),
    path("account/", own.account, name="mfa_index"),
    path("account/", own.account, name="mfa_list_webauthn"),
    path("account/", own.account, name="socialaccount_connections"),
    path("account/secure/", own.secure, name="account-secure"),
    path("account/password/", own.password, name="account_change_password"),
    path("account/confirm/", factors.Confirm.as_view(), name="account_reauthenticate"),
    path("account/confirm/code/", factors.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/", factors.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/app/add/", factors.AddTotp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", factors.RemoveTotp.as_view(), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/", factors.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("account/codes/", factors.ShowCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/codes/new/", factors.MakeCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/codes/file/", factors.download_codes, name="account-codes-file"),
    path("account/sessions/end/", own.end_other_sessions, name="account-sessions-end"),
    path("account/sessions/<str:key>/end/", own.end_session, name="account-session-end"),
    path("account/links/<str:provider_id>/end/", own.unlink, name="account-unlink"),
]  # fmt: skip

_ACCOUNTS = [
    path("accounts/", accounts.accounts, name="account-list"),
    path("accounts/add/", accounts.add, name="account-add"),
    path("accounts/<str:username>/", accounts.account, name="account-detail"),
    path("accounts/<str:username>/password/", accounts.give_password, name="account-password"),
    path("accounts/<str:username>/factors/", accounts.forget_factors, name="account-factors"),
    path("accounts/<str:username>/disable/", accounts.disable, name="account-disable"),
    path("accounts/<str:username>/enable/", accounts.enable, name="account-enable"),
    path("accounts/<str:username>/identity/", accounts.lay_down_identity, name="account-identity"),
    path(
        "accounts/<str:username>/identity/<str:provider_id>/remove/", accounts.remove_identity,
        name="account-identity-remove",
    ),
]  # fmt: skip

urlpatterns = [*_GATE, *_OWN, *_ACCOUNTS]
