"""The pages of assigned work and evaluation on both screens, and for whom there are none."""

from datetime import date, timedelta

import pytest

UNIT, ROOM = "SG.UB.SNV", "SG.UB.SNV.1"
TODAY = date.today()
BEFORE = TODAY.replace(day=1) - timedelta(days=1)
EARLIER = BEFORE.replace(day=1) - timedelta(days=1)

PAGES = [
    ("canbo", "/evaluation/me/"), ("canbo", f"/assignments/?month={BEFORE:%Y-%m}"),
    ("canbo", "/assignments/propose/"), ("canbo", "/evaluation/classes/"),
    ("canbo", "/surveys/mine/"),
    ("truongphong", "/evaluation/me/"), ("truongphong", "/evaluation/team/"),
    ("truongphong", f"/evaluation/units/{ROOM}/{BEFORE:%Y-%m}/"),
    ("truongphong", f"/evaluation/units/{ROOM}/{BEFORE:%Y-%m}/print/"),
    ("truongphong", f"/assignments/units/{ROOM}/?month={BEFORE:%Y-%m}"),
    ("truongphong", f"/assignments/units/{ROOM}/assign/"),
    ("truongphong", f"/assignments/units/{ROOM}/plan/"),
    ("truongphong", f"/assignments/units/{ROOM}/plan/add/"),
    ("truongphong", f"/assignments/units/{ROOM}/products/"),
    ("truongphong", f"/assignments/units/{ROOM}/products/add/"),
    ("truongphong", f"/assignments/units/{ROOM}/import/"),
    ("lan", "/evaluation/cycles/"), ("lan", "/evaluation/cycles/open/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{BEFORE:%Y-%m}/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{BEFORE:%Y-%m}/late/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{BEFORE:%Y-%m}/acts/lock/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/"),
    ("lan", f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/{UNIT}/civil_servant/"),
    ("lan", f"/evaluation/bodies/{UNIT}/{EARLIER:%Y-%m}/"),
    ("lan", f"/evaluation/bodies/{UNIT}/{EARLIER:%Y-%m}/calibration/"),
    ("lan", f"/evaluation/bodies/{UNIT}/{EARLIER:%Y-%m}/try/"),
    ("lan", "/evaluation/petitions/"), ("lan", "/surveys/"),
    ("lan", f"/surveys/units/{UNIT}/open/"),
    ("lan", "/law/schemes/"), ("lan", "/law/schemes/civil_servant/"),
    ("truongban", f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/decide/"),
]  # fmt: skip


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_every_page_fits_both_screens_and_nothing_is_wrong_for_a_screen_reader(
    faults, username, path
):
    assert faults(username, path) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/evaluation/units/{ROOM}/{BEFORE:%Y-%m}/", f"/assignments/units/{ROOM}/",
        f"/evaluation/cycles/{UNIT}/{EARLIER:%Y-%m}/proposals/", "/evaluation/cycles/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("username", ["minh", "hoa", "canboxa"])
def test_nobody_from_elsewhere_meets_the_months_of_a_unit(visit, username, path):
    other = visit(username)
    if username == "hoa" and path == "/evaluation/cycles/":
        other.go(path)
        assert "Sở Nội vụ" not in other.text()
    else:
        assert other.meets_nothing(path)
