"""Every kind of page – lists, details, forms, questions – with nothing that axe finds."""

import pytest

PAGES = [
    "/people/?q=nguyen", "/people/?q=khongcoai", "/people/open/",
    *(f"/people/CB0000001/?tab={tab}" for tab in (
        "overview", "timeline", "work", "training", "party", "merit", "private", "identity",
        "decisions", "history")),
    "/people/CB0000001/?on=01/01/2020&known=01/01/2026", "/people/CB0000001/print/",
    "/people/CB0000001/records/add/", "/people/CB0000001/records/add/education/",
    "/people/CB0000001/records/add/family/", "/people/CB0000001/postings/add/",
    "/people/CB0000001/identity/",
    "/units/SG.UB.SNV/", "/units/SG.UB.SNV/?tab=people", "/units/SG.UB.SNV/history/",
    "/units/SG/chart/", "/units/SG.UB.SNV/create/", "/units/SG.UB.SNV/rename/",
    "/units/SG.UB.SNV/move/", "/units/SG.UB.SNV/merge/", "/units/SG.UB.SNV/split/",
    "/units/SG.UB.SNV/end/",
    "/units/SG.UB.SNV/posts/add/", "/units/SG.UB.SNV/establishment/",
    "/areas/?day=2025-06-30", "/areas/?q=trung+my",
    "/decisions/add/", "/decisions/?q=HC",
    "/targets/?unit=SG", "/targets/s0.province-leaders-under-40/?unit=SG",
    "/targets/s0.province-leaders-under-40/people/?unit=SG",
    "/targets/s0.province-leaders-under-40/trend/?unit=SG", "/targets/indicators/?unit=SG",
    "/law/?q=nu+cap+uy", "/law/instruments/", "/law/instruments/170-2025-nd-cp/",
    "/law/parameters/appointment.discipline_window_months.other/",
    "/law/parameters/appointment.discipline_window_months.warning/",
    "/law/standards/appointment.department-director/",
    "/law/standards/appointment.department-director/CB0000001/", "/law/people/CB0000001/",
    "/law/targets/", "/law/targets/s0.province-leaders-under-40/", "/law/indicators/",
    "/law/facts/", "/law/catalogues/degree/", "/law/conflicts/", "/law/check/",
    "/intake/rosters/", "/api/", "/account/", "/account/tokens/", "/account/tokens/make/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wrong_for_a_screen_reader(axe, path):
    assert axe(path) == []


def test_a_form_with_faults(axe):
    found = axe(
        "/people/CB0000001/records/add/education/",
        lambda page: page.locator("main form[method=post] [type=submit]").last.click(),
    )

    assert found == []


def test_questions_before_something_is_struck_out(axe):
    def ask(page):
        page.locator("a[href*='/records/'][href$='/void/']").first.click()
        page.wait_for_load_state()

    assert axe("/people/CB0000001/?tab=training", ask) == []


def _sure(page, **fields):
    """Send a form about a unit, so that it asks once more."""
    given = {"first_day": "01/03/2027", "source": "Danh sách thử ngày 01/03/2027", **fields}
    for name, value in given.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main form[method=post] [type=submit]").last.click()
    page.locator("main [name=confirmed]").first.wait_for(state="attached")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/units/SG.UB.SNV/move/", {"parent": "SG"}),
        ("/units/SG.UB.SNV/merge/", {"merged": "SG.UB.STC"}),
        ("/units/SG.UB.SNV/split/", {"into": "SG.THU Sở Thử"}),
        ("/units/SG.UB.SNV/end/", {}),
    ],
)
def test_what_is_asked_before_a_unit_changes(axe, path, fields):
    assert axe(path, lambda page: _sure(page, **fields)) == []


def test_the_dark_theme(axe):
    def darken(page):
        page.emulate_media(color_scheme="dark")
        page.reload()

    found = []
    for path in ("/targets/?unit=SG", "/people/CB0000001/?tab=timeline", "/law/parameters/"):
        found += axe(path, darken)
    axe("/", lambda page: page.emulate_media(color_scheme="light"))
    assert found == []


def test_a_token_as_it_is_shown_once_and_as_it_is_revoked(axe, instance):
    def make(page):
        page.goto(f"{instance.url}/account/tokens/make/")
        if page.locator("main input[type=password]").count():
            page.fill("main input[type=password]", instance.passwords["lan"])
            page.locator("main [type=submit]").first.click()
            page.wait_for_url("**/account/tokens/make/")
        page.fill("main [name=name]", "Chương trình thử")
        page.locator("main [name=scopes]").first.check()
        page.locator("#token-form [type=submit]").click()
        page.locator("main code").first.wait_for()

    def ask(page):
        page.locator("main a[href$='/revoke/']").first.click()
        page.locator("#token-revoke").wait_for()

    assert axe("/account/tokens/", make) == []
    assert axe("/account/tokens/", ask) == []
