"""One instance for the whole suite, apart from the one that `make run` keeps.

The people of every test: Lan keeps the files of one province; Minh has a login and no grant; Hoa
keeps the files of another province; a citizen has no login.
"""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from screens import CHROMIUM, FLAGS, NO_BROWSER

from demo_homes import demo_home  # noqa: F401 - a fixture of every room

SHARED_DATA = Path(
    os.environ.get("NGANGTAM_SHARED_DATA")
    or Path(__file__).resolve().parents[2] / "shared" / "data"
)


def pytest_collection_modifyitems(items):
    """Browser tests come last: their driver keeps an event loop in the main thread, in which
    Django refuses to reach the database."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, one for every test that looks at a screen."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


# What the migrations lay down; every other table is empty when a test begins.
LAID_DOWN = {"django_migrations", "django_content_type", "auth_permission",
             "access_rolepermission", "facts_era"}  # fmt: skip


@pytest.fixture(scope="session")
def made(django_db_setup, django_db_blocker):
    """The suite's database, which pytest-django makes only for tests that ask for `db`."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    if connection.settings_dict["NAME"].startswith("test_"):
        yield
        return
    with django_db_blocker.unblock():
        kept = setup_databases(0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(kept, 0)


@pytest.fixture(scope="module")
def committing(made, django_db_blocker):
    """Let what a module writes be seen by other connections; nothing of it is left afterwards."""
    with django_db_blocker.unblock():
        _empty()
        yield
        _empty()


@pytest.fixture
def committed(made, django_db_blocker):
    """A database in which transactions end, as they do for people.

    Not Django's flush: the audit refuses to be emptied, so all is emptied in a way that no role of
    the web has. What a test before left behind, numbers that it drew too, is taken away first.
    """
    with django_db_blocker.unblock():
        _empty()
        yield
        _empty()


def _empty():
    """Take everything out of the database but what the migrations laid down."""
    from django.db import connection

    from ngangtam.foundation.audit import sealing

    assert connection.settings_dict["NAME"].startswith("test_"), "never empty a real database"
    connection.close()
    shutil.rmtree(sealing.beside(), ignore_errors=True)
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = sorted({row[0] for row in cursor.fetchall()} - LAID_DOWN)
        cursor.execute(" union all ".join(
            f"select '{table}' where exists (select from {table})" for table in tables
        ))  # fmt: skip
        held = [row[0] for row in cursor.fetchall()]
        cursor.execute("set session_replication_role = replica")
        if held:
            cursor.execute(f"truncate {', '.join(held)} cascade")
        cursor.execute(
            "select setval(s.oid::regclass, q.seqstart, false) from pg_class s"
            " join pg_sequence q on q.seqrelid = s.oid"
            " left join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i')"
            " left join pg_class t on t.oid = d.refobjid"
            " where s.relkind = 'S' and coalesce(t.relname, '') <> all (%s)", [sorted(LAID_DOWN)],
        )  # fmt: skip
        cursor.execute("select tablename from pg_tables where schemaname = 'ballots_box'")
        for (box,) in cursor.fetchall():
            cursor.execute(f'drop table ballots_box."{box}"')
    connection.close()


@pytest.fixture
def shared_data():
    """The folder of real rosters; the test is skipped where it is not beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real rosters are not beside the project (NGANGTAM_SHARED_DATA)")
    return SHARED_DATA


@pytest.fixture
def source(db):
    from ngangtam.records.organisation import steps

    return steps.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))


@pytest.fixture
def root(db):
    from ngangtam.records.organisation import steps

    return steps.root_unit()


@pytest.fixture
def lan_province(root, source):
    """The province whose files Lan keeps."""
    return _unit("T1", "Tỉnh Sông Thanh", root, source)


@pytest.fixture
def lan_department(lan_province, source):
    return _unit("T1.NV", "Sở Nội vụ", lan_province, source)


@pytest.fixture
def hoa_province(root, source):
    """The province whose files Hoa keeps; Lan has nothing to see there."""
    return _unit("T2", "Tỉnh Núi Xanh", root, source)


def _unit(code, name, parent, source):
    from ngangtam.records.organisation import steps

    return steps.add_unit(
        code=code, name=name, parent=parent, first_day=date(2020, 1, 1), source=source
    )


@pytest.fixture
def lan(lan_province):
    return _user("lan", "Trần Thị Lan", "personnel_officer", lan_province)


@pytest.fixture
def minh(db):
    return _user("minh", "Lê Văn Minh")


@pytest.fixture
def hoa(hoa_province):
    return _user("hoa", "Phạm Thị Hoa", "personnel_officer", hoa_province)


@pytest.fixture
def auditor(root):
    return _user("kiem", "Đỗ Văn Kiểm", "auditor", root)


@pytest.fixture
def supervisor(lan_province):
    return _user("mat", "Vũ Thị Mặt", "supervisor", lan_province)


def _user(username, full_name, role="", unit=None):
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    user = User.objects.create_user(username, password="mat-khau-thu-nghiem", full_name=full_name)
    if role:
        Grant.objects.create(
            user=user, role=role, path=unit.path, unit_label=unit.name, valid=span(date(2020, 1, 1))
        )
    return user


@pytest.fixture
def soup():
    """Parse a response into something that selects."""
    from bs4 import BeautifulSoup

    return lambda response: BeautifulSoup(response.content, "html.parser")
