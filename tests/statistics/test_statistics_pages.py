"""The pages, the downloads and the command: who sees what, and what stands in them."""

import io
import json
import re
from datetime import date
from functools import lru_cache

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from ngangtam.oversight.statistics import model, queries

DAY = "2026-06-01"


def _url(name, ident="9a", **query):
    asked = "&".join(f"{key}={value}" for key, value in {"on": DAY, **query}.items())
    return f"{reverse(f'statistics-{name}', args=[ident])}?{asked}"


@pytest.mark.parametrize("ident", model.form_ids())
def test_lan_sees_every_form_and_takes_it_away(lan, drawn, client, ident):
    client.force_login(lan)

    page = client.get(_url("detail", ident))
    assert page.status_code == 200
    for line in (*model.form(ident).rows, *model.form(ident).columns):
        assert line.label in page.content.decode()
    assert client.get(_url("export", ident)).content.startswith(b"PK")
    assert client.get(_url("paper", ident)).content.startswith(b"%PDF")


def test_the_list_leads_to_every_form(lan, drawn, client):
    client.force_login(lan)

    page = client.get(reverse("statistics-list")).content.decode()

    for ident in model.form_ids():
        assert reverse("statistics-detail", args=[ident]) in page


@pytest.mark.parametrize("name", ["detail", "export", "paper", "people"])
def test_minh_meets_no_form_and_hoa_none_of_lans(minh, hoa, lan_province, drawn, client, name):
    query = {"unit": lan_province.code, "row": "total", "column": "committee"}
    for viewer in (minh, hoa):
        client.force_login(viewer)
        assert client.get(_url(name, **query)).status_code == 404


def test_a_cell_leads_to_its_people(lan, drawn, client, soup):
    client.force_login(lan)
    page = soup(client.get(_url("detail")))
    link = page.select_one('a[href*="row=total&column=committee"]')

    answer = client.get(link["href"])

    assert answer.status_code == 200
    listed = soup(answer).select("#statistics-people tbody tr")
    assert len(listed) == int(link.text)


def test_a_cell_that_tells_of_ethnicity_leads_to_nobody(lan, drawn, client, soup):
    client.force_login(lan)

    page = soup(client.get(_url("detail")))

    assert not page.select('a[href*="row=ethnic"]')
    assert client.get(_url("people", row="ethnic", column="committee")).status_code == 404


def test_small_groups_are_held_back_from_the_supervisor(supervisor, drawn, client, soup):
    client.force_login(supervisor)

    answer = client.get(_url("detail"))

    page = soup(answer)
    figures = [cell.get_text(strip=True) for cell in page.select(".statistics tbody td")]
    assert "*" in figures
    numbers = [int(text) for text in figures if re.fullmatch(r"\d+", text)]
    assert all(number == 0 or number >= 5 for number in numbers)
    assert not page.select(".statistics a")
    assert client.get(_url("people", row="total", column="committee")).status_code == 404


def test_a_group_of_rows_hides_together(supervisor, drawn, client, soup):
    """Two of three age bands and the whole would give the third away."""
    client.force_login(supervisor)

    page = soup(client.get(_url("detail")))

    rows = {row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
            for row in page.select(".statistics tbody tr")}  # fmt: skip
    bands = [rows[label] for label in rows if label.startswith(("- Từ 40", "- Từ trên"))]
    assert len(bands) == 3
    for column in zip(*bands, strict=True):
        assert len({"*" in figure for figure in column}) == 1


def test_the_workbook_holds_the_form_and_no_formula(lan, lan_province, drawn, client):
    client.force_login(lan)
    name = '=HYPERLINK("http://x")'
    type(lan_province).objects.filter(pk=lan_province.pk).update(name=name)

    content = client.get(_url("export")).content

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    form = model.form("9a")
    assert list(sheets) == [form.number, "Chưa rõ"]
    first = [str(cell) for row in sheets[form.number] for cell in row]
    for line in (*form.rows, *form.columns):
        assert line.label in first
    assert any(text.upper() == name.upper() for text in first)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            if member.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(member)


def test_the_pdf_prints_every_line_and_hostile_names(lan, lan_province, drawn, client):
    from pypdf import PdfReader

    client.force_login(lan)
    type(lan_province).objects.filter(pk=lan_province.pk).update(name='#eval("1") *A* $x$ @b')

    reader = PdfReader(io.BytesIO(client.get(_url("paper")).content))

    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    for line in model.form("9a").rows:
        assert "".join(line.label.split()) in text
    assert '#EVAL("1")*A*$X$@B' in text
    box = reader.pages[0].mediabox
    assert box.width > box.height


def test_a_unit_that_did_not_exist_says_so(lan, drawn, client):
    client.force_login(lan)

    answer = client.get(_url("detail", on="2010-01-01"))

    assert answer.status_code == 200
    assert 'class="table statistics"' not in answer.content.decode()


def test_a_page_asks_little_of_the_database(
    lan, drawn, client, monkeypatch, django_assert_max_num_queries
):
    """Inside a test's transaction nothing is kept; outside, the entries of a day are."""
    monkeypatch.setattr(queries, "entries", lru_cache(queries.entries))
    client.force_login(lan)
    client.get(_url("detail"))

    with django_assert_max_num_queries(15):
        client.get(_url("detail"))


def test_the_command_tells_the_same(lan_province, drawn, monkeypatch, tmp_path):
    from click.testing import CliRunner

    from ngangtam.doors.cli import statistics
    from ngangtam.oversight.statistics.counting import fill

    monkeypatch.setattr(statistics, "django_ready", lambda: None)
    asked = ["9a", "--unit", lan_province.code, "--on", DAY]

    told = CliRunner().invoke(statistics.statistics, [*asked, "--format", "json"])
    assert told.exit_code == 0, told.output
    table = fill(model.form("9a"), unit=lan_province.code, day=date(2026, 6, 1))
    for cell in json.loads(told.stdout)["cells"]:
        assert cell["count"] == table.cells[cell["row"], cell["column"]].count
    for style, begins in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        out = tmp_path / f"x.{style}"
        done = CliRunner().invoke(statistics.statistics, [*asked, "--format", style, "--out",
                                                          str(out)])  # fmt: skip
        assert done.exit_code == 0, done.output
        assert out.read_bytes().startswith(begins)
    assert "TỔNG SỐ" in CliRunner().invoke(statistics.statistics, asked).output
    assert CliRunner().invoke(statistics.statistics, ["99", *asked[1:]]).exit_code == 2
