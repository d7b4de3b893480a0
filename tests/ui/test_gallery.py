import re
from pathlib import Path

import pytest

from ngangtam.foundation import ui

ROOT = Path(ui.__file__).parent
PROJECT = Path(__file__).resolve().parents[2]
PAGES = ["/ui/", "/ui/?bad", "/ui/?q=lan&gender=f", "/ui/form", "/ui/ask", "/ui/print",
         "/ui/progress", "/ui/branch"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_nothing_that_the_policy_forbids(client, soup, path):
    answer = client.get(path)

    page = soup(answer)
    assert answer.status_code == 200
    assert not page.select(
        # A block of JSON is data: no browser runs it.
        '[style], style, script:not([src]):not([type="application/json"]), iframe, base'
    )
    handlers = [key for tag in page.find_all(True) for key in tag.attrs if key.startswith("on")]
    assert not handlers
    assert not re.search(r'(?:href|src|action)="(?:javascript|data):', answer.content.decode())


@pytest.mark.django_db
def test_every_icon_stands_in_the_sprite(client, soup):
    sprite = ROOT / "static/ui/icons.svg"
    if not sprite.exists():
        pytest.skip("the assets are not built; run `make setup`")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))

    used = {
        one["href"].partition("#")[2]
        for path in PAGES
        for one in soup(client.get(path)).select("use")
    }

    assert used <= known


@pytest.mark.django_db
def test_the_table_part_is_cut_from_the_page(client, soup):
    headers = {"HX-Request": "true", "HX-Target": "sample-table"}
    whole = soup(client.get("/ui/")).select_one("#sample-table")
    part = soup(client.get("/ui/", headers=headers)).select_one("#sample-table")

    assert whole.prettify() == part.prettify()


@pytest.mark.django_db
def test_every_id_of_the_gallery_is_the_only_one(client, soup):
    ids = [one["id"] for one in soup(client.get("/ui/?bad")).select("[id]")]

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_nothing(name, django_assert_num_queries):
    from django.template import loader

    with django_assert_num_queries(0):
        drawn = loader.render_to_string(name)

    assert "<h1>" in drawn


def test_the_lock_file_names_no_host():
    lock = (PROJECT / "package-lock.json").read_text()

    assert '"resolved"' not in lock
    assert "registry" not in lock


def test_templates_hold_no_inline_style_or_handler():
    tags = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
    for path in (PROJECT / "src/ngangtam").rglob("*.html"):
        html = tags.sub("", path.read_text())
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html), path
