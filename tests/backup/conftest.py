"""Commands speak English to these tests."""

import pytest


@pytest.fixture(autouse=True)
def _in_english(monkeypatch):
    monkeypatch.setenv("NGANGTAM_LANGUAGE", "en")
