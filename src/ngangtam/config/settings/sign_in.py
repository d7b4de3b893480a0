"""Signing in: passwords, second steps, passkeys, identity providers, sessions, limits."""

from typing import Any
from urllib.parse import urlsplit

from ngangtam.config import env

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_ENGINE = "ngangtam.doors.sign_in.sessions"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "ngangtam.doors.sign_in.passwords.LengthByRule"},
    {"NAME": "ngangtam.doors.sign_in.passwords.EnoughLetters"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "full_name")}},
]  # fmt: skip

ACCOUNT_ADAPTER = "ngangtam.doors.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "ngangtam.doors.sign_in.forms.SignInForm"}
# Tries are counted in the database, by `lockout.py`: a cache forgets and counts twice.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "ngangtam.doors.sign_in.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "ngangtam.doors.sign_in.forms.SecondStepForm",
    "reauthenticate": "ngangtam.doors.sign_in.forms.ConfirmByCodeForm",
    "login_webauthn": "ngangtam.doors.sign_in.forms.PasskeySignInForm",
    "activate_totp": "ngangtam.doors.sign_in.forms.AddTotpForm",
    "add_webauthn": "ngangtam.doors.sign_in.forms.AddPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "ngangtam.doors.sign_in.adapters.IdentityAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# Where the rulebook has no confirmed number: a missing limit never means that there is none.
NGANGTAM_SECURITY_DEFAULTS = {
    "security.failed_logins": 5,
    "security.session_idle_minutes": 15,
    "security.admin_idle_minutes": 5,
    "security.idle_account_days": 45,
    "security.password_length": 14,
    "security.password_length_with_mfa": 8,
}
NGANGTAM_LOCK_MINUTES = 15
# An office shares one address: it may fail more often than one person.
NGANGTAM_FAILED_PER_ADDRESS = 50
NGANGTAM_GIVEN_PASSWORD_HOURS = 72


def _providers() -> list[dict[str, Any]]:
    """Return the identity provider that the environment names; none when it names none."""
    if not env.words("NGANGTAM_OIDC_URL", ""):
        return []
    url = env.text("NGANGTAM_OIDC_URL")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise env.BadEnvironmentError("NGANGTAM_OIDC_URL must begin with https://")
    return [
        {
            "provider_id": env.text("NGANGTAM_OIDC_ID", "gov"),
            "name": env.text("NGANGTAM_OIDC_NAME", "VNeID"),
            "client_id": env.text("NGANGTAM_OIDC_CLIENT_ID"),
            "secret": env.text("NGANGTAM_OIDC_CLIENT_SECRET"),
            "claim": env.text("NGANGTAM_OIDC_CLAIM", "sub"),
            "settings": {"server_url": url, "oauth_pkce_enabled": True},
        }
    ]


# Varies: read here, once, from the environment.
NGANGTAM_REQUIRE_MFA = env.flag("NGANGTAM_REQUIRE_MFA", False)
NGANGTAM_OIDC = _providers()
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {key: value for key, value in app.items() if key != "claim"} for app in NGANGTAM_OIDC
        ]
    }
}
# How many proxies of ours stand in front and add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("NGANGTAM_PROXIES", "0"))
