"""The suite: fast hashing, no compiled file names, a gallery to look at."""

import os
from pathlib import Path

# Before the settings that ask for it: an instance of the suite's own, apart from `make run`'s, and
# one for each process of the suite; what these start belongs to the same instance.
os.environ.setdefault("NGANGTAM_HOME", str(Path(__file__).resolve().parents[4] / "var" / "test"))
if "PYTEST_XDIST_WORKER" in os.environ and "NGANGTAM_SUITE" not in os.environ:
    os.environ["NGANGTAM_SUITE"] = os.environ["PYTEST_XDIST_WORKER"]
    os.environ["NGANGTAM_HOME"] = str(
        Path(os.environ["NGANGTAM_HOME"]) / os.environ["NGANGTAM_SUITE"]
    )

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
