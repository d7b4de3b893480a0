"""True everywhere; what varies by machine stands in the last block."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from ngangtam.config import env
from ngangtam.config.settings.sign_in import *  # noqa: F403
from ngangtam.foundation.kernel import database
from ngangtam.foundation.kernel.home import home, room
from ngangtam.foundation.kernel.secrets import secret

PACKAGE = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "ngangtam.foundation.kernel",
    "ngangtam.foundation.files",
    "ngangtam.foundation.audit",
    "ngangtam.foundation.access",
    "ngangtam.foundation.ui",
    "ngangtam.law.citing",
    "ngangtam.records.organisation",
    "ngangtam.records.personnel",
    "ngangtam.records.facts",
    "ngangtam.records.intake",
    "ngangtam.records.papers",
    "ngangtam.records.corrections",
    "ngangtam.stages.work",
    "ngangtam.stages.evaluation",
    "ngangtam.stages.surveys",
    "ngangtam.stages.ballots",
    "ngangtam.stages.procedure",
    "ngangtam.stages.planning",
    "ngangtam.stages.committees",
    "ngangtam.stages.confidence",
    "ngangtam.stages.appointment",
    "ngangtam.stages.exits",
    "ngangtam.oversight.targets",
    "ngangtam.oversight.standards",
    "ngangtam.oversight.statistics",
    "ngangtam.oversight.history",
    "ngangtam.doors.demo",
    "ngangtam.doors.home",
    "ngangtam.doors.grants",
    "ngangtam.doors.sign_in",
    "ngangtam.doors.api",
    # After ours: their pages are drawn by our templates.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the walls: it says by a token whose request this is, and lets no cookie count.
    "ngangtam.doors.api.gate.TokenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "ngangtam.foundation.access.middleware.ViewerMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ngangtam.doors.sign_in.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ngangtam.foundation.ui.once.OnceMiddleware",
]

ROOT_URLCONF = "ngangtam.config.urls"
WSGI_APPLICATION = "ngangtam.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ngangtam.foundation.ui.templatetags.once"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ngangtam.foundation.ui.context.frame",
            ],
        },
    }
]

FORM_RENDERER = "ngangtam.foundation.ui.forms.Renderer"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": home() / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}  # fmt: skip
FILE_UPLOAD_TEMP_DIR = str(room("tmp"))
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(room("cache")),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
NGANGTAM_GALLERY = False
NGANGTAM_DEMO_ACCOUNTS = False
# Up to which level of State secrets this deployment was approved to hold; "" leaves it to the
# rulebook, which says none. See records/organisation/secrecy.py.
NGANGTAM_SECRECY = env.word("NGANGTAM_SECRECY")
# The largest attachment, and the virus scanner that looks at each: unix:/path or tcp:host:port.
NGANGTAM_FILE_MEGABYTES = int(env.word("NGANGTAM_FILE_MEGABYTES") or 20)
NGANGTAM_CLAMAV = env.word("NGANGTAM_CLAMAV")
# The server that takes letters: host or host:port, by STARTTLS where it is encrypted. Without one
# nothing is mailed.
_mail = env.word("NGANGTAM_MAIL").partition(":")
EMAIL_HOST, EMAIL_PORT = _mail[0], int(_mail[2] or 25)
EMAIL_USE_TLS = env.flag("NGANGTAM_MAIL_TLS", True)
EMAIL_HOST_USER = env.word("NGANGTAM_MAIL_USER")
EMAIL_HOST_PASSWORD = env.word("NGANGTAM_MAIL_PASSWORD")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.word("NGANGTAM_MAIL_FROM") or "ngangtam@localhost"

# Varies: read here, once, from the environment.
SECRET_KEY = secret("secret_key")
DEBUG = False
ALLOWED_HOSTS = env.words("NGANGTAM_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("NGANGTAM_ORIGINS", "")
_addresses = database.addresses()
# The web connects as a role that owns nothing; commands connect as the owner.
DATABASES = {
    "default": database.django_settings(
        _addresses.web if env.flag("NGANGTAM_WEB", False) else _addresses.owner
    )
}
