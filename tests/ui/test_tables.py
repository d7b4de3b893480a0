import pytest
from django.http import QueryDict

from ngangtam.foundation.ui.tables import Column, Filter, Listing

LISTING = Listing(
    columns=[
        Column("name", order=("name_key",)),
        Column("age", order=("-birth_day",), numeric=True),
        Column("plain"),
    ],
    filters=[
        Filter("q", "Tìm"),
        Filter("gender", "Giới", choices=lambda: [("f", "Nữ"), ("m", "Nam")]),
        Filter("since", "Từ", kind="day"),
        Filter("size", "Cỡ", kind="number"),
    ],
    default_sort="name",
    page_size=50,
    keep=("unit",),
)


def read(text):
    return LISTING.read(QueryDict(text))


@pytest.mark.parametrize("sort", ["password", "-password", "name_key", "plain", "name;drop", ""])
def test_only_a_declared_column_sorts(sort):
    assert read(f"sort={sort}").order_by == ("name_key", "pk")


def test_the_direction_turns_every_field_round():
    assert read("sort=-age").order_by == ("birth_day", "pk")
    assert read("sort=-name").order_by == ("-name_key", "pk")


def test_a_choice_outside_the_list_is_no_filter():
    assert read("gender=f").active == {"gender": "f"}
    assert read("gender=x' or 1=1").active == {}


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("5/3/2026", "2026-03-05"), ("2026-03-05", "2026-03-05"), ("2026", ""), ("hôm qua", "")],
)
def test_a_day_is_read_or_dropped(raw, clean):
    assert read(f"since={raw}").values["since"] == clean


def test_a_number_is_read_or_dropped():
    assert [read(f"size={raw}").page for raw in ("5", "x")] == [1, 1]
    assert LISTING.filters[3].clean("12") == "12"
    assert LISTING.filters[3].clean("12; --") == ""


def test_a_search_is_folded_cut_and_holds_no_nul():
    query = read("q=%00%20Nguy%E1%BB%85n%C2%A0%20An" + "x" * 500)

    assert query.values["q"].startswith("Nguyễn An")
    assert len(query.values["q"]) == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999", ""])
def test_a_wrong_page_number_is_the_first_or_last_page(page):
    cut = read(f"page={page}").cut(list(range(120)))

    assert cut.number == 1
    assert cut.rows[0] == 0


def test_a_page_past_the_end_is_the_last_page():
    cut = read("page=9").cut(list(range(120)))

    assert (cut.number, cut.pages, cut.first, cut.last) == (3, 3, 101, 120)
    assert cut.rows == list(range(100, 120))


def test_an_empty_list_has_one_page_and_starts_at_nothing():
    cut = read("").cut([])

    assert (cut.pages, cut.first, cut.last, cut.rows) == (1, 0, 0, [])


def test_links_keep_filters_and_drop_the_page():
    query = read("q=an&gender=f&unit=T1&page=3&evil=1")

    assert query.url(sort="age") == "?unit=T1&q=an&gender=f&sort=age"
    assert query.url(page=2) == "?unit=T1&q=an&gender=f&page=2"
    assert query.clear_url() == "?unit=T1"


def test_chips_name_the_filters_that_are_on():
    chips = read("gender=f&since=5/3/2026").chips()

    assert [(chip.label, chip.value, chip.href) for chip in chips] == [
        ("Giới", "Nữ", "?since=2026-03-05"),
        ("Từ", "05/03/2026", "?gender=f"),
    ]


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 60, [1, 2, 3, None, 60]),
        (4, 60, [1, 2, 3, 4, 5, 6, None, 60]),
        (5, 60, [1, 2, 3, 4, 5, 6, 7, None, 60]),
        (30, 60, [1, None, 28, 29, 30, 31, 32, None, 60]),
        (60, 60, [1, None, 58, 59, 60]),
    ],
)
def test_the_pager_links_the_ends_and_the_neighbours(number, pages, shown):
    cut = read(f"page={number}").cut(range(pages * 50))

    assert cut.numbers == shown


@pytest.mark.django_db
def test_the_last_page_is_cut_from_the_end(django_assert_num_queries):
    from django.contrib.contenttypes.models import ContentType

    everything = list(ContentType.objects.order_by("pk"))
    listing = Listing(
        columns=[Column("id", order=("pk",))], default_sort="id", page_size=25, tie=""
    )
    query = listing.read(QueryDict("page=2"))

    with django_assert_num_queries(1) as watched:
        cut = query.cut(ContentType.objects.order_by("pk"), total=len(everything))

    assert cut.rows == everything[25:50]
    if len(everything) < 50:
        assert "DESC" in watched.captured_queries[0]["sql"]
