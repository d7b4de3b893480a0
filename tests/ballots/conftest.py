"""Votes to be held; see `held_votes.py`."""

import pytest

from held_votes import built_hall
from ngangtam.foundation.audit.steps import accounted


@pytest.fixture
def hall(db):
    return built_hall()


@pytest.fixture
def standing_hall(committed):
    """The same, where transactions end."""
    with accounted("test.prepared"):
        return built_hall()
