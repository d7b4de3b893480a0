"""Production: behind a reverse proxy that speaks TLS."""

from ngangtam.config import env
from ngangtam.config.logs import logging_settings
from ngangtam.config.settings.base import *  # noqa: F403

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LOGGING = logging_settings("json")
# Who can change records or run the system has a second step, unless the office decides otherwise.
NGANGTAM_REQUIRE_MFA = env.flag("NGANGTAM_REQUIRE_MFA", True)
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("NGANGTAM_PROXIES", "1"))
