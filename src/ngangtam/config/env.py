"""The environment, read once and loudly."""

import os


class BadEnvironmentError(Exception):
    """A setting of the environment is missing or makes no sense."""


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if not value:
        raise BadEnvironmentError(f"{name} is not set; see .env.sample for what it means")
    return value


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "yes" if default else "no")
    if value not in {"yes", "no"}:
        raise BadEnvironmentError(f"{name} must be yes or no, got {value!r}")
    return value == "yes"


def word(name: str) -> str:
    """Return a setting that may be left out, "" then."""
    return os.environ.get(name, "").strip()


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]
