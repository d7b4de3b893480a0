"""A store of the test's own for every test of files."""

import pytest

from made_files import clamd, home, sent

__all__ = ["clamd", "home", "sent"]


@pytest.fixture(autouse=True)
def _own_store(home):
    return home
