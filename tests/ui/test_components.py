from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.utils import translation

from ngangtam.foundation.kernel.days import PartialDate
from ngangtam.foundation.ui.components.flows import Moment, Node, Tab
from ngangtam.foundation.ui.tables import Column, Filter, Listing


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def draw(source, **context):
    return BeautifulSoup(Template("{% load ui %}" + source).render(Context(context)), "html.parser")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("met", "Met"), (True, "Met"), (1, "Met"),
        ("not_met", "Not met"), (False, "Not met"), (0, "Not met"),
        ("unknown", "Unknown"), (None, "Unknown"),
        ("off", "Not in use yet"),
    ],
)  # fmt: skip
def test_a_finding_speaks_in_words_and_not_by_colour_alone(outcome, words):
    badge = draw("{% finding it %}", it=outcome).select_one(".badge")

    assert badge.get_text(strip=True) == words
    assert badge.select_one("svg[aria-hidden=true]")


def test_text_of_the_caller_is_escaped_everywhere():
    evil = '<script>alert(1)</script>"'
    sources = [
        "{% badge it %}", "{% action it href=it %}",
        "{% panel title=it id=it %}{{ it }}{% endpanel %}",
        "{% citation it pin=it title=it href=it %}", "{% wording it raw=it note=it %}",
        "{% stat it value=1 unit=it gap=it note=it href=it %}", "{% icon it label=it %}",
        "{% notice title=it %}{{ it }}{% endnotice %}", "{% pair it %}{{ it }}{% endpair %}",
        "{% empty title=it %}{{ it }}{% endempty %}", "{% unknown it %}", "{% crumb it href=it %}",
        "{% share_bar met=1 not_met=1 label=it %}", "{% meter 1 2 label=it text=it %}",
        "{% progress it label=it note=it id=it %}",
        "{% confirm it href=it title=it %}{{ it }}{% endconfirm %}",
        "{% table caption=it id=it %}{{ it }}{% endtable %}",
        "{% page_header title=it lead=it eyebrow=it %}{{ it }}{% endpage_header %}",
        "{% search_box name=it label=it value=it %}",
    ]  # fmt: skip
    for source in sources:
        drawn = draw(source, it=evil)
        assert not drawn.select("script"), source
        names = [key for tag in drawn.find_all(True) for key in tag.attrs]
        assert not [name for name in names if "alert" in name or '"' in name], source


def test_an_unknown_figure_says_so_instead_of_nought():
    drawn = draw('{% stat "Women" value=None unit="%" unknown=12 %}')

    assert "unknown" in drawn.select_one(".stat-value").get_text()
    assert "0" not in drawn.select_one(".stat-value").get_text()


@pytest.mark.parametrize(
    ("met", "not_met", "unknown", "comparison", "state"),
    [
        (20, 80, 0, ">=", "met"),
        (10, 90, 0, ">=", "short"),
        (10, 80, 10, ">=", "open"),
        (0, 0, 60, ">=", "open"),
        (10, 90, 0, "<=", "met"),
        (10, 80, 10, "<=", "open"),
        (20, 80, 0, "<", "short"),
    ],
)
def test_a_share_is_reached_short_or_open(met, not_met, unknown, comparison, state):
    drawn = draw(
        "{% share_bar met=a not_met=b unknown=c target=15 comparison=d %}",
        a=met, b=not_met, c=unknown, d=comparison,
    )  # fmt: skip

    assert drawn.select_one(f".share-{state}")


def test_a_share_of_which_nothing_is_known_is_unknown():
    drawn = draw('{% share_bar met=0 not_met=0 unknown=60 target=15 label="Women" %}')

    label = drawn.select_one("svg")["aria-label"]
    assert label == "Women: unknown: 0 of 60, 60 unknown, target 15%"
    assert "0%" not in drawn.get_text()


def test_a_wording_equal_to_its_value_needs_no_tooltip():
    assert not draw('{% wording "Kinh" raw="Kinh" %}').select("button")
    assert draw('{% wording "Kinh" raw="kinh (việt)" %}').select_one("button .visually-hidden")


LISTING = Listing(
    columns=[Column("name", order=("n",)), Column("age", order=("a",), numeric=True)],
    filters=[Filter("q", "Search"), Filter("g", "Gender", choices=[("f", "Women")])],
    default_sort="name", page_size=25, target="people", keep=("unit",),
)  # fmt: skip


def test_a_sorted_column_says_its_direction_and_turns_it():
    page = LISTING.read({"sort": "-age", "unit": "T1"}).cut([])

    drawn = draw('{% sort_header p "name" "Name" %}{% sort_header p "age" "Age" %}', p=page)

    name, age = drawn.select("th")
    assert not name.has_attr("aria-sort")
    assert (age["aria-sort"], age.a["href"]) == ("descending", "?unit=T1&sort=age")
    assert (age.a["hx-target"], age["class"]) == ("#people", ["num"])


def test_the_filter_bar_carries_what_it_must_keep():
    page = LISTING.read({"sort": "age", "unit": "T1", "g": "f"}).cut([])

    drawn = draw(
        "{% filter_bar p %}{% search_box p %}{% filter_fields p %}{% endfilter_bar %}", p=page
    )

    hidden = {one["name"]: one["value"] for one in drawn.select("input[type=hidden]")}
    assert hidden == {"unit": "T1", "sort": "age"}
    assert drawn.select_one("option[selected]")["value"] == "f"
    assert drawn.select_one(".chip a")["href"] == "?unit=T1&sort=age"


def test_a_timeline_groups_by_year_and_hides_what_is_voided():
    entries = [
        Moment(date(2025, 7, 1), "B"),
        Moment(date(2025, 3, 1), "A", voided="typing error"),
        Moment(PartialDate("10/2016", date(2016, 10, 1), "month"), "C", raw="tháng 10"),
        Moment(None, "D"),
    ]

    drawn = draw("{% timeline entries %}", entries=entries)

    assert [one.get_text() for one in drawn.select(".timeline-year")] == [
        "2025", "2016", "No known year"
    ]  # fmt: skip
    assert "typing error" in drawn.select_one(".moment.voided").get_text()
    assert drawn.select_one(".show-voided input[type=checkbox]")


def test_a_tree_folds_and_fetches_branches_when_opened():
    nodes = [Node("T", href="/t", open=True, children=[Node("A", load="/a"), Node("B", count=3)])]

    drawn = draw('{% tree nodes label="Units" %}', nodes=nodes)

    assert drawn.select_one("nav")["aria-label"] == "Units"
    assert drawn.select_one("details[open] details")["hx-get"] == "/a"
    assert not drawn.select("summary a, summary button")


def test_only_the_current_tab_is_marked():
    drawn = draw(
        '{% tabs items label="Parts" %}', items=[Tab("A", "/a", current=True), Tab("B", "/b")]
    )

    assert [one.get_text(strip=True) for one in drawn.select("[aria-current]")] == ["A"]


def test_progress_asks_only_while_work_goes_on():
    states = {
        state: bool(draw('{% progress "/p" label="Import" state=s %}', s=state).select("[hx-get]"))
        for state in ("waiting", "running", "done", "failed")
    }

    assert states == {"waiting": True, "running": True, "done": False, "failed": False}


def test_a_question_is_a_link_without_a_script_and_a_form_with_one():
    drawn = draw('{% confirm "Undo" href="/undo" title="Undo?" %}Sure?{% endconfirm %}')

    assert drawn.a["href"] == "/undo"
    assert drawn.a["data-nt-dialog"] == drawn.dialog["id"]
    assert (drawn.dialog.form["method"], drawn.dialog.form["action"]) == ("post", "/undo")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ d|day }}", "05/03/2026"),
        ('{{ n|day:"" }}', ""),
        ("{{ d|period:n }}", "05/03/2026 – now"),
        ("{{ n|period:d }}", "… – 04/03/2026"),
        ("{{ far|period:n }}", "from 01/01/2999"),
        ("{{ month|period:d }}", "01/2020 – 03/2026"),
        ("{{ year|period:new_year }}", "2020 – 2025"),
        ("{{ d|last_day }}", "04/03/2026"),
        ("{{ new_year|last_day:year }}", "2025"),
        ("{{ x|number:1 }}", "1,234.5"),
        ("{{ x|percent:0 }}", "1,234%"),
        ("{{ n|dash }}", "—"),
    ],
)
def test_filters_write_values(source, shown):
    drawn = draw(
        source, d=date(2026, 3, 5), n=None, x=1234.46, far=date(2999, 1, 1),
        new_year=date(2026, 1, 1), month=PartialDate("", date(2020, 1, 1), "month"),
        year=PartialDate("", date(2020, 1, 1), "year"),
    )  # fmt: skip

    assert drawn.get_text() == shown


@pytest.mark.parametrize("source", ["{{ n|day }}", "{{ n|number }}", "{{ nan|percent }}"])
def test_filters_say_unknown_where_there_is_nothing(source):
    assert draw(source, n=None, nan=float("nan")).select_one(".unknown")
