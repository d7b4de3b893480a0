"""`make run`: one machine, trial or small office, plain HTTP on loopback."""

from ngangtam.config import env
from ngangtam.config.logs import logging_settings
from ngangtam.config.settings.base import *  # noqa: F403

NGANGTAM_GALLERY = env.flag("NGANGTAM_GALLERY", True)
NGANGTAM_DEMO_ACCOUNTS = env.flag("NGANGTAM_DEMO", False)
LOGGING = logging_settings("console")
