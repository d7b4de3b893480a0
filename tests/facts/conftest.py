"""Writes that other connections see."""

import pytest

from ngangtam.records.facts import build


@pytest.fixture
def shelf(committed, tmp_path, monkeypatch):
    """Writes that other connections see, and a shelf of snapshots of the test's own."""
    monkeypatch.setattr(build, "room", lambda _name: tmp_path)
    build._load.cache_clear()
    yield tmp_path
    build._load.cache_clear()
