from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.models import span
from ngangtam.records.organisation import steps
from ngangtam.records.organisation.models import Establishment, Post, Unit
from ngangtam.records.organisation.pickers import unit_named

pytestmark = pytest.mark.django_db
BASIS = {"first_day": "01/03/2026", "number": "12/QĐ-UBND", "decision_day": "05/01/2026",
         "body": "UBND tỉnh Sông Thanh"}  # fmt: skip
POST = {"title": "Phó giám đốc", "title_kind": "other", "seats": "2", "level": "province",
        "regime": "civil_servant", "position": "0", "leadership": "on"}  # fmt: skip
VERBS = ("create", "rename", "move", "merge", "split", "end", "establishment", "posts/add")


@pytest.fixture
def post(units, source):
    return steps.add_post(
        unit=units.office, title="Giám đốc", first_day=date(2025, 1, 1), source=source
    )


def test_each_form_opens_for_lan_and_for_nobody_else(client, lan, hoa, minh, units, post):
    urls = [f"/units/T1.NV/{verb}/" for verb in VERBS]
    urls += [f"/posts/{post.pk}/{verb}/" for verb in ("change", "close")]
    for who, status in ((lan, 200), (hoa, 404), (minh, 404)):
        client.force_login(who)
        assert [client.get(url).status_code for url in urls] == [status] * len(urls)


def test_the_history_shows_the_forms_to_those_who_may(client, lan, hoa, units, post, soup):
    client.force_login(lan)
    page = soup(client.get("/units/T1.NV/history/"))
    assert page.select_one('a[href="/units/T1.NV/rename/"]')
    assert page.select_one(f'a[href="/posts/{post.pk}/close/"]')
    part = soup(client.get("/units/T1.NV/history/", headers={"HX-Request": "true"}))
    assert part.select_one("#unit-history").prettify() == (
        page.select_one("#unit-history").prettify()
    )

    client.force_login(hoa)
    page = soup(client.get("/units/T1.NV/history/"))
    assert "Giám đốc" in page.get_text()
    assert not page.select_one('a[href="/units/T1.NV/rename/"]')


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("create", {"code": "T1.NV.TH", "name": "Phòng Tổng hợp", "kind": "division",
                    "level": "province", "position": "0"}),
        ("rename", {"name": "Sở Nội vụ mới"}),
        ("move", {"parent": "T1.TC"}),
        ("merge", {"merged": "T1.TC"}),
        ("split", {"into": "T1.LD Sở Lao động"}),
        ("establishment", {"regime": "civil_servant", "count": "40"}),
        ("posts/add", POST),
    ],
)  # fmt: skip
def test_each_form_does_what_it_says(client, lan, units, verb, data):
    client.force_login(lan)

    sure = {"confirmed": "yes"}
    answer = client.post(f"/units/T1.NV/{verb}/", BASIS | data | sure)

    assert (answer.status_code, answer.url) == (302, "/units/T1.NV/history/")
    assert Event.objects.count() == 1


def test_a_large_change_asks_first(client, lan, units, soup):
    client.force_login(lan)

    asked = soup(client.post("/units/T1.NV/move/", BASIS | {"parent": "T1.TC"}))

    assert asked.select_one('input[name="confirmed"]')
    assert not Event.objects.exists()
    units.office.refresh_from_db()
    assert units.office.parent == units.province


def test_an_error_is_said_in_words(client, lan, units):
    client.force_login(lan)
    sure = {"confirmed": "yes"}

    nothing = client.post("/units/T1.NV/rename/", {"first_day": "31/02/2026", "name": ""})
    itself = client.post("/units/T1.NV/move/", BASIS | sure | {"parent": "T1.NV.KH"})
    stands = client.post("/units/T1.NV/end/", BASIS | sure)
    unknown = client.post("/units/T1.NV/merge/", BASIS | sure | {"merged": "KHONG-CO"})

    for answer in (nothing, itself, stands, unknown):
        assert answer.status_code == 422
    assert "KHONG-CO" in unknown.content.decode()
    assert not Event.objects.exists()


def test_a_unit_and_a_post_end_by_their_forms(client, lan, units, post):
    client.force_login(lan)
    sure = {"confirmed": "yes"}

    changed = client.post(f"/posts/{post.pk}/change/", POST | {"reason": "Giao thêm"})
    closed = client.post(f"/posts/{post.pk}/close/", BASIS | sure)
    ended = client.post("/units/T1.NV.KH/end/", BASIS | sure)

    assert [changed.status_code, closed.status_code, ended.status_code] == [302] * 3
    assert Post.objects.get(pk=post.pk).valid.upper == date(2026, 3, 1)
    assert Unit.objects.get(code="T1.NV.KH").ended_on == date(2026, 3, 1)


def test_a_split_gives_the_units_below_a_place(client, lan, units):
    client.force_login(lan)
    data = {"into": "A Sở A\nB Sở B", "ends": "on", f"below_{units.planning.pk}": "B",
            "confirmed": "yes"}  # fmt: skip

    client.post("/units/T1.NV/split/", BASIS | data)

    assert Unit.objects.get(code="T1.NV.KH").parent.code == "B"


def test_more_posts_cost_no_more_queries(client, lan, units, post, source):
    client.force_login(lan)
    before = _queries(client)

    for number, regime in enumerate(("party", "elected", "contract")):
        steps.add_post(unit=units.office, title=f"Chuyên viên {number}", source=source,
                       first_day=date(2025, 1, 1))  # fmt: skip
        Establishment.objects.create(
            unit=units.office, regime=regime, number=3, valid=span(date(2025, 1, 1)), source=source
        )

    assert _queries(client) == before < 25


def _queries(client):
    client.get("/units/T1.NV/history/")
    with CaptureQueriesContext(connection) as made:
        client.get("/units/T1.NV/history/")
    return len(made)


def test_a_unit_is_chosen_by_name_without_accents(client, lan, units, soup):
    client.force_login(lan)
    offered = soup(client.get("/unit-suggest/", {"of": "parent", "parent": "tai chinh"}))
    options = [option["value"] for option in offered.select("option")]
    form = soup(client.get("/units/T1.NV/move/"))

    assert any("(T1.TC)" in option for option in options)
    field = form.select_one("input[name=parent]")
    assert field["hx-get"] == "/unit-suggest/?of=parent"
    assert form.select_one(f"datalist#{field['list']}") is not None
    chosen = next(option for option in options if "(T1.TC)" in option)
    assert unit_named(chosen).code == unit_named("T1.TC").code == "T1.TC"


def test_words_that_fit_several_units_name_them(units):
    with pytest.raises(ValidationError, match=r"T1\.NV"):
        unit_named("So")
    with pytest.raises(ValidationError):
        unit_named("khong co don vi nay")
    assert unit_named("  ") is None


def test_several_units_merge_each_in_a_field_of_its_own(client, lan, units):
    client.force_login(lan)
    data = BASIS | {"merged": "T1.TC", "merged_2": "T1.TC", "merged_3": "KHONG-CO"}

    answer = client.post("/units/T1.NV/merge/", data)

    assert answer.status_code == 422
    assert "merged_3" in answer.context["form"].errors
    assert "merged_2" not in answer.context["form"].errors
