"""Targets and indicators on the screen: measured, drilled into, held back, exported."""

from io import BytesIO

import pytest
from django.urls import reverse

from ngangtam.law.engine.rulebook import rulebook
from ngangtam.oversight.targets import queries
from ngangtam.oversight.targets.queries import Child, Row
from offices import DAY, employ, read_as_owner

WOMEN = "s0.women-committee-members"
ASK = {"unit": "T1", "on": DAY.isoformat()}


@pytest.fixture(autouse=True)
def whole(monkeypatch):
    read_as_owner(monkeypatch)


@pytest.fixture
def committee(lan_department, source):
    """One woman among eight members: below 20 %."""
    return [
        employ(lan_department, source, f"Ủy viên {number}", committee_member=True, degree="master",
               gender="female" if number == 0 else "male")
        for number in range(8)
    ]  # fmt: skip


def row_of(page, ident):
    link = page.select_one(f'a[href^="{reverse("target-detail", args=[ident])}"]')
    return link.find_parent("tr")


def test_every_target_of_every_resolution_stands_on_the_page(client, lan, committee, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("target-list"), ASK))

    assert all(row_of(page, ident) for ident in rulebook().targets)


def test_a_target_says_value_gap_and_citation(client, lan, committee, soup):
    client.force_login(lan)

    row = row_of(soup(client.get(reverse("target-list"), ASK)), WOMEN)

    assert "12,5%" in row.text
    assert row.select_one(".badge.tone-red")
    assert row.select_one("a.cite")["href"].startswith(reverse("law-instrument", args=["s0"]))
    assert row.select_one("td strong + *, td div strong").text.strip()


def test_what_nobody_recorded_is_unknown_never_zero(client, lan, lan_department, source, soup):
    employ(lan_department, source, "Không Rõ", gender="", committee_member=True)
    client.force_login(lan)

    row = row_of(soup(client.get(reverse("target-list"), ASK)), WOMEN)

    assert row.select_one(".unknown")
    assert row.select_one(".badge.tone-amber")
    assert "0%" not in row.text


def test_an_unconfirmed_target_is_visibly_off(client, lan, committee, soup):
    client.force_login(lan)
    off = next(one.id for one in rulebook().targets.values() if one.status == "to_confirm")

    row = row_of(soup(client.get(reverse("target-list"), ASK)), off)

    assert "is-off" in row["class"]
    assert row.select_one(".badge.off")


@pytest.mark.parametrize(
    ("name", "args"),
    [("target-list", []), ("target-detail", [WOMEN]), ("target-people", [WOMEN]),
     ("target-trend", [WOMEN]), ("target-indicators", []), ("target-export", []),
     ("target-units-export", [WOMEN]), ("target-indicators-export", [])],
)  # fmt: skip
def test_every_page_opens_for_lan_alone(name, args, client, lan, hoa, minh, committee):
    client.force_login(lan)
    assert client.get(reverse(name, args=args), ASK).status_code == 200

    for stranger in (hoa, minh):
        client.force_login(stranger)
        assert client.get(reverse(name, args=args), ASK).status_code == 404


def test_hoa_finds_no_unit_of_lans_by_searching(client, hoa, lan_department, soup):
    client.force_login(hoa)

    page = soup(client.get(reverse("target-list"), {"find": "so noi vu"}))

    assert not page.select(".place-below a")


def test_a_unit_is_found_without_accents(client, lan, lan_department, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("target-list"), {"find": "so noi vu"}))

    assert [one["href"].split("&")[0] for one in page.select(".place-below a")] == [
        "?unit=T1.NV"
    ] * 2


def test_the_units_below_are_measured_and_sorted(
    client, lan, committee, lan_province, source, soup
):
    from ngangtam.records.organisation import steps

    health = steps.add_unit(
        code="T1.YT", name="Sở Y tế", parent=lan_province, first_day=DAY.replace(year=2020),
        source=source,
    )  # fmt: skip
    for number in range(6):
        employ(health, source, f"Bác sĩ {number}", committee_member=True)
    client.force_login(lan)
    url = reverse("target-detail", args=[WOMEN])

    down = soup(client.get(url, ASK | {"sort": "-value"})).select(
        "#target-children tr[data-nt-row]"
    )
    up = soup(client.get(url, ASK | {"sort": "value"})).select("#target-children tr[data-nt-row]")

    assert [row.th.text.strip() for row in down] == ["Sở Y tế", "Sở Nội vụ"]
    assert [row.th.text.strip() for row in up] == ["Sở Nội vụ", "Sở Y tế"]


@pytest.mark.parametrize(("part", "people"), [("met", 1), ("not_met", 7), ("unknown", 0)])
def test_the_people_behind_a_target_are_listed(client, lan, committee, soup, part, people):
    client.force_login(lan)

    page = soup(client.get(reverse("target-people", args=[WOMEN]), ASK | {"part": part}))

    assert len(page.select("#target-people tbody tr")) == people


def test_the_front_sees_figures_and_no_names(client, supervisor, lan_department, source, soup):
    for number in range(20):
        employ(lan_department, source, f"Ủy viên {number}", committee_member=True,
               gender="female" if number < 8 else "male")  # fmt: skip
    client.force_login(supervisor)

    row = row_of(soup(client.get(reverse("target-list"), ASK)), WOMEN)

    assert "40%" in row.text or "40,0%" in row.text
    assert client.get(reverse("target-people", args=[WOMEN]), ASK).status_code == 404


def test_a_small_group_is_held_back_from_the_front(client, supervisor, committee, soup):
    client.force_login(supervisor)

    page = soup(client.get(reverse("target-list"), ASK))

    assert "12,5" not in page.text
    assert not row_of(page, WOMEN).select(".share")


def test_a_second_unit_is_held_back_with_the_first():
    target = rulebook().targets[WOMEN]
    shown = [
        Child(f"u{n}", f"u{n}", Row(target, measure_of(total)), total)
        for n, total in enumerate((40, 12, 30))
    ]
    hidden = Child("h", "h", Row(target, None), 3)

    rows = queries.hold_back_one_more([*shown, hidden])

    assert [row.code for row in rows if row.row.measure is None] == ["u1", "h"]


def test_a_small_group_of_the_units_own_hides_one_unit_below():
    target = rulebook().targets[WOMEN]
    rows = [Child(f"u{n}", f"u{n}", Row(target, measure_of(n)), n) for n in (40, 12)]

    assert [one.row.measure is None for one in queries.hold_back_one_more(rows, beside=1)] == [
        False, True,
    ]  # fmt: skip


def test_what_is_held_back_above_is_held_back_on_the_units_own_page(
    client, supervisor, lan_province, lan_department, source, soup
):
    from ngangtam.records.organisation import steps

    small = steps.add_unit(
        code="T1.YT", name="Sở Y tế", parent=lan_province, first_day=DAY.replace(year=2020),
        source=source,
    )  # fmt: skip
    for number in range(20):
        employ(lan_department, source, f"Ủy viên {number}", committee_member=True,
               gender="female" if number < 8 else "male")  # fmt: skip
    employ(small, source, "Một Mình", committee_member=True)
    client.force_login(supervisor)

    page = soup(client.get(reverse("target-list"), ASK | {"unit": "T1.NV"}))

    assert not row_of(page, WOMEN).select(".share")


def measure_of(total):
    from ngangtam.oversight.targets.measures import Measure

    return Measure(rulebook().targets[WOMEN], "met", total, total, 0, value=100.0)


def test_the_parts_are_cut_from_their_pages(client, lan, committee, soup):
    client.force_login(lan)
    pages = (("target-list", [], "#target-groups"), ("target-indicators", [], "#indicator-table"),
             ("target-detail", [WOMEN], "#target-children"),
             ("target-people", [WOMEN], "#target-people"))  # fmt: skip

    for name, args, part in pages:
        url = reverse(name, args=args)
        whole = soup(client.get(url, ASK)).select_one(part)
        alone = soup(client.get(url, ASK, headers={"HX-Request": "true"})).select_one(part)
        assert whole.prettify() == alone.prettify()


def test_more_units_cost_no_more_queries(
    client, lan, committee, lan_province, source, django_assert_max_num_queries
):
    from ngangtam.records.organisation import steps

    client.force_login(lan)
    for number in range(2):
        with django_assert_max_num_queries(41):  # the snapshot is built anew inside a test
            client.get(reverse("target-list"), ASK)
        steps.add_unit(
            code=f"T1.{number}", name=f"Sở {number}", parent=lan_province,
            first_day=DAY.replace(year=2020), source=source,
        )  # fmt: skip


def test_indicators_name_their_definition_and_reference_day(client, lan, committee, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("target-indicators"), ASK))

    women = next(row for row in page.select("#indicator-table tbody tr") if row.th.text == "Nữ")
    assert "women/1" in women.text
    assert "01/03/2026" in women.text
    assert women.select_one("td.num").text == "1"


def test_an_indicator_of_nothing_recorded_is_unknown(client, lan, lan_department, source, soup):
    employ(lan_department, source, "Không Rõ", gender="")
    client.force_login(lan)

    page = soup(client.get(reverse("target-indicators"), ASK))

    women = next(row for row in page.select("#indicator-table tbody tr") if row.th.text == "Nữ")
    assert women.select_one(".unknown")


def test_before_the_unit_was_founded_there_is_no_figure(client, lan, committee, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("target-list"), {"unit": "T1", "on": "2001-01-01"}))

    assert page.select_one(".empty")
    assert not page.select("#target-groups tbody tr")


def test_the_export_holds_values_and_citations_and_no_formula(client, lan, committee, lan_province):
    from python_calamine import CalamineWorkbook

    lan_province.name = "=1+1"
    lan_province.save()
    client.force_login(lan)

    answer = client.get(reverse("target-export"), ASK)

    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    cells = {cell for row in sheet.to_python() for cell in row}
    assert 12.5 in cells
    assert "=1+1 – 01/03/2026" in cells
    assert any(str(cell).endswith("II.2.2.2030.h") for cell in cells)


def test_a_tile_opens_exactly_what_it_counts(client, lan, committee, soup):
    client.force_login(lan)
    page = soup(client.get(reverse("target-list"), ASK))
    tiles = page.select("#target-groups .stat a")

    assert len(tiles) == 5
    for tile in tiles:
        count = int(tile.find_parent(class_="stat").select_one(".stat-value").text)
        rows = soup(client.get(tile["href"])).select("#target-groups tbody tr")
        assert len(rows) == count, tile.text
