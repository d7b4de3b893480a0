"""Writes that other connections see."""

import pytest
from django.db import connection

from ngangtam.records.facts import build


@pytest.fixture
def committed(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    """Writes that other connections see, removed afterwards; and a shelf of its own."""
    monkeypatch.setattr(build, "room", lambda _name: tmp_path)
    build._load.cache_clear()
    with django_db_blocker.unblock():
        # Run alone, without a test that asks for `db`, nobody makes the database of the tests.
        if not connection.settings_dict["NAME"].startswith("test_"):
            pytest.skip("run the whole file: no test that was chosen makes the test database")
        yield tmp_path
        # Not Django's flush: the audit lets nobody empty its table.
        with connection.cursor() as cursor:
            cursor.execute("truncate organisation_unit, personnel_person cascade")
        build._load.cache_clear()
