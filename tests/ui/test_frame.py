import pytest
from django.test import RequestFactory

from ngangtam.foundation.ui import navigation
from ngangtam.foundation.ui.http import done, page
from ngangtam.foundation.ui.shell import density_of, theme_of


@pytest.fixture
def entries(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    everyone = {"allowed": lambda request: True}
    navigation.register(
        navigation.Entry("Gallery", "ui-gallery", "template", "system", **everyone),
        navigation.Entry("Form", "ui-gallery-form", "edit", "system", order=10, **everyone),
        navigation.Entry(
            "Secret", "ui-gallery-ask", "key", "system", allowed=lambda request: False
        ),
        navigation.Entry("Gone", "no-such-page", "x", "home", **everyone),
    )


def test_the_menu_shows_what_the_viewer_may_open_in_order(entries):
    sections = navigation.menu(RequestFactory().get("/ui/form"))

    assert [(one.id, [item.label for item in one.items]) for one in sections] == [
        ("system", ["Form", "Gallery"])
    ]


def test_the_longest_address_is_the_current_one(entries):
    [section] = navigation.menu(RequestFactory().get("/ui/form"))

    assert [item.label for item in section.items if item.current] == ["Form"]


def test_a_section_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no such section"):
        navigation.register(navigation.Entry("X", "x", "x", "nowhere"))


def test_a_stranger_cookie_is_the_system_theme():
    request = RequestFactory().get("/")
    request.COOKIES = {"nt_theme": '"><script>', "nt_density": "compact"}

    assert (theme_of(request), density_of(request)) == ("auto", "compact")


@pytest.mark.django_db
def test_the_display_switch_keeps_the_choice_and_goes_back(client):
    answer = client.post("/ui/display", {"theme": "dark", "next": "/ui/form"})

    assert (answer.status_code, answer.url) == (302, "/ui/form")
    assert client.cookies["nt_theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/ui/form").content.decode()


@pytest.mark.django_db
def test_the_display_switch_leads_nowhere_else(client):
    answer = client.post("/ui/display", {"theme": "pink", "next": "https://example.org/"})

    assert answer.url == "/"
    assert "nt_theme" not in client.cookies


@pytest.mark.django_db
def test_a_bad_form_answers_422_with_the_part_for_htmx(client):
    whole = client.post("/ui/form", {"name": ""})
    part = client.post("/ui/form", {"name": ""}, headers={"HX-Request": "true"})

    assert (whole.status_code, part.status_code) == (422, 422)
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert "HX-Request" in part["Vary"]


def test_done_redirects_by_the_client_for_htmx():
    request = RequestFactory().post("/")
    request.htmx = True

    assert done(request, to="/there")["HX-Redirect"] == "/there"
    request.htmx = False
    assert done(request, to="/there").url == "/there"


def test_page_needs_no_form(rf):
    request = rf.get("/")
    request.htmx = True
    part = "ui/components/tree.html"

    assert page(request, "500.html", part, {"nodes": [], "label": "x"}).status_code == 200
