from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import translation

from ngangtam.foundation.ui import charts
from ngangtam.foundation.ui.charts import palette, picture


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def every_kind(label="Ban Thường vụ"):
    return [
        charts.bars([charts.Bar(label, 12.5), charts.Bar("B", None)], title="T", target=15),
        charts.shares([charts.Share(label, 3, 8, 2)], title="T", target=20),
        charts.pyramid([charts.Band(label, 4, 6, 1)], title="T"),
        charts.line(
            [charts.Point(date(2026, m, 1), None if m == 2 else m) for m in (1, 2, 3)],
            title="T", target=15,
        ),
        charts.histogram([21, 34.5, 36, None], title=label, edges=(30,)),
    ]  # fmt: skip


def empty_kinds():
    return [
        charts.bars([], title="T"), charts.shares([], title="T"), charts.pyramid([], title="T"),
        charts.line([], title="T"), charts.histogram([], title="T"),
        charts.histogram([None], title="T"),
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["page", "print"])
def test_nothing_leaves_but_the_short_lists(theme):
    for one in every_kind():
        for element in ElementTree.fromstring(one.svg(theme)).iter():
            name = element.tag.rpartition("}")[2]
            assert name in picture._ELEMENTS
            extra = {"role", "aria-label", "focusable", "patternUnits", "patternTransform"}
            assert set(element.attrib) <= picture._ATTRIBUTES | extra


def test_markup_in_a_label_stays_text():
    for one in every_kind("<script>alert(1)</script>"):
        tags = {
            element.tag.rpartition("}")[2] for element in ElementTree.fromstring(one.svg()).iter()
        }
        assert "script" not in tags


def test_a_page_gets_variables_and_paper_gets_colours():
    chart = every_kind()[0]

    assert "var(--amber-solid)" in chart.svg()
    assert not any(f'"{colour}"' in chart.svg() for colour in palette.VARIABLES)
    assert palette.SHORT in chart.svg("print")
    assert "var(" not in chart.svg("print")


def test_each_role_has_a_colour_of_its_own():
    roles = [palette.TEXT, palette.SOFT_TEXT, palette.GRID, palette.AXIS, palette.PLAIN,
             palette.MET, palette.SHORT, palette.REST, palette.WOMEN, palette.UNKNOWN]  # fmt: skip

    assert len(set(roles)) == len(roles)


def test_a_chart_has_a_title_a_description_and_a_table():
    chart = every_kind()[0]
    root = ElementTree.fromstring(chart.svg())

    assert root.find("{*}title").text == "T"
    assert "12.5%" in root.find("{*}desc").text
    assert (chart.rows[0], chart.rows[1]) == (("Ban Thường vụ", "12.5%"), ("B", ""))


def test_an_unknown_value_is_drawn_as_unknown_not_as_nought():
    assert ">unknown<" in every_kind()[0].svg()
    assert "url(#nt-hatch)" in every_kind()[1].svg()


def test_a_histogram_counts_each_value_once_from_its_lower_edge():
    chart = charts.histogram([30, 34.9, 35, None], title="T", step=5)

    assert chart.rows == [("30–35", "2"), ("35–40", "1"), ("unknown", "1")]


def test_charts_of_nothing_are_drawn():
    for chart in empty_kinds():
        assert "<svg" in chart.svg()


def test_a_drawing_is_kept_by_what_it_shows(monkeypatch):
    chart = charts.bars([charts.Bar("A", 1)], title="kept once")
    first = chart.svg()
    monkeypatch.setattr(picture, "_drawn", lambda spec: pytest.fail("drawn twice"))

    assert charts.bars([charts.Bar("A", 1)], title="kept once").svg() == first


def test_numbers_follow_the_language():
    with translation.override("vi"):
        assert "12,5%" in every_kind()[0].svg()


def test_a_picture_for_documents_is_a_png():
    assert every_kind()[0].png(1.0).startswith(b"\x89PNG")


def test_a_line_names_the_months_that_were_measured():
    drawn = charts.line(
        [charts.Point(date(year, 12, 31), year - 2020) for year in (2022, 2023, 2024)], title="T"
    ).svg("page")

    assert "12/2022" in drawn
    assert "01/2023" not in drawn
