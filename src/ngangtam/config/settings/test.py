"""The suite: fast hashing, no compiled file names, a gallery to look at."""

import os
from pathlib import Path

# Before the settings that ask for it: an instance of the suite's own, apart from `make run`'s.
os.environ.setdefault("NGANGTAM_HOME", str(Path(__file__).resolve().parents[4] / "var" / "test"))

from ngangtam.config.settings.base import *  # noqa: F403
from ngangtam.config.settings.base import TEMPLATES
from ngangtam.foundation.kernel.home import home

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
NGANGTAM_GALLERY = True
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""  # type: ignore[index]
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = home() / "static"
