"""One instance for the whole suite, apart from the one that `make run` keeps.

The people of every test: Lan keeps the files of one province; Minh has a login and no grant; Hoa
keeps the files of another province; a citizen has no login.
"""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

SHARED_DATA = Path(
    os.environ.get("NGANGTAM_SHARED_DATA")
    or Path(__file__).resolve().parents[2] / "shared" / "data"
)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_BROWSER = "Chromium is not installed; as root, `make test` installs it"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


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
