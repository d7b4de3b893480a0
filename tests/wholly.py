"""Walks through every procedure: one of a kind every time, all of them by `make test-whole`."""

from collections.abc import Collection, Iterable

import pytest


def walked(idents: Iterable[str], daily: Collection[str]) -> list:
    """Return parameters for each; those that are not daily carry the marker `whole`."""
    return [pytest.param(one, marks=[] if one in daily else [pytest.mark.whole]) for one in idents]
