"""What the pages show, to whom, for how many queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ngangtam.foundation.audit.models import Event
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.models import Person, Posting, Record
from personnel.conftest import TODAY

TABS = ("overview", "timeline", "work", "training", "party", "merit", "private", "identity",
        "decisions", "history")  # fmt: skip


@pytest.fixture
def as_lan(client, lan):
    client.force_login(lan)
    return client


@pytest.fixture
def lines(binh, posting, degree, source):
    """A sensitive record and a struck-out one beside the others."""
    steps.add_record(
        person=binh, kind="family", first_day=date(2020, 1, 1), code="spouse", raw="Vợ",
        detail={"name": "Trần Thị Mật"}, source=source,
    )  # fmt: skip
    row = steps.add_record(
        person=binh, kind="award", first_day=date(2024, 1, 1), raw="Huân chương nhầm", source=source
    )
    steps.void(row, by="lan", reason="Trao nhầm người")


def addresses(person, posting, degree):
    args = {"number": person.number}
    return [
        person.get_absolute_url(), reverse("person-print", kwargs=args),
        reverse("identity-change", kwargs=args), reverse("posting-add", kwargs=args),
        reverse("record-kinds", kwargs=args), reverse("record-add", args=[person.number, "award"]),
        reverse("posting-end", args=[posting.pk]), reverse("posting-correct", args=[posting.pk]),
        reverse("posting-void", args=[posting.pk]), reverse("posting-restore", args=[posting.pk]),
        reverse("record-correct", args=[degree.pk]), reverse("record-void", args=[degree.pk]),
        reverse("record-restore", args=[degree.pk]),
    ]  # fmt: skip


def test_hoa_finds_none_of_lans_people(client, hoa, binh, posting, degree):
    client.force_login(hoa)

    assert binh.full_name not in client.get(reverse("person-list")).text
    assert binh.full_name not in client.get(reverse("person-list") + "?q=binh").text
    assert binh.full_name not in client.get(reverse("person-list") + f"?q={binh.number}").text
    assert binh.full_name not in client.get(reverse("unit-detail", args=["T1.NV"])).text
    for address in addresses(binh, posting, degree):
        assert client.get(address).status_code == 404, address


def test_minh_finds_no_list_at_all(client, minh, binh, posting, degree, soup):
    client.force_login(minh)

    for name in ("person-list", "decision-list"):
        for asked in ("", "?q=binh", "?unit=T1", "?sort=name&page=2"):
            answer = client.get(reverse(name) + asked)
            assert answer.status_code == 404, name + asked
            assert binh.full_name not in answer.text
    start = soup(client.get(reverse("home")))
    assert not start.select(f'a[href="{reverse("person-list")}"]')
    assert not start.select(f'a[href="{reverse("decision-list")}"]')
    for address in addresses(binh, posting, degree):
        assert client.get(address).status_code == 404, address
    for name in ("person-export", "person-open", "decision-add"):
        assert client.get(reverse(name)).status_code == 404, name


def test_hoa_has_no_list_of_lans_unit(client, hoa, binh, root, lan_department, hoa_province):
    client.force_login(hoa)

    statuses = {
        code: client.get(reverse("person-list"), {"unit": code}).status_code
        for code in ("T1.NV", "T2", root.code)
    }

    assert statuses == {"T1.NV": 404, "T2": 200, root.code: 200}
    assert binh.full_name not in client.get(f"/people/?unit={root.code}").text


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_a_unit_out_of_reach_says_nothing_of_its_people(
    client, who, request, lan, supervisor, posting, soup
):
    """The tree is public; how many are in it and who is not."""
    told = {}
    for user in (lan, supervisor, request.getfixturevalue(who)):
        client.force_login(user)
        pages = [
            soup(client.get(address)).main.get_text(" ", strip=True)
            for address in ("/units/T1.NV/", "/units/T1/chart/", "/units/T1.NV/?tab=people",
                            "/units/T1/chart/?day=01/06/2023", "/units/T1.NV/?day=01/06/2023")
        ]  # fmt: skip
        told[user.username] = " ".join(pages)

    assert "Người giữ vị trí tại đây" in told["lan"]
    assert "1 người" in told["lan"]
    assert "1 người" in told["mat"]
    for number in ("giữ vị trí tại đây", "1 người", "0 người", "Suất còn trống", "chưa có ai"):
        assert number not in told[who], number
    assert "không được đọc hồ sơ" not in told[who]


def test_a_stranger_is_asked_to_sign_in(client, binh):
    assert client.get(binh.get_absolute_url()).status_code == 302


def test_lan_opens_every_page(as_lan, binh, posting, degree, lines):
    for address in addresses(binh, posting, degree):
        assert as_lan.get(address, follow=True).status_code == 200, address
    for tab in TABS:
        assert as_lan.get(binh.get_absolute_url() + f"?tab={tab}").status_code == 200, tab
    for name in ("person-list", "person-open", "unit-list", "decision-list", "decision-add"):
        assert as_lan.get(reverse(name)).status_code == 200, name
    for tab in ("posts", "people"):
        assert as_lan.get(reverse("unit-detail", args=["T1.NV"]) + f"?tab={tab}").status_code == 200
    assert as_lan.get(reverse("unit-chart", args=["T1"]) + "?day=01/01/2023").status_code == 200
    assert as_lan.get(binh.get_absolute_url() + "?tab=nothing").status_code == 404


@pytest.mark.parametrize(
    ("address", "part"),
    [("/people/", "#person-table"), ("/units/", "#unit-tree"), ("/decisions/", "#decision-table")],
)
def test_the_part_is_cut_from_the_page(as_lan, binh, soup, address, part):
    whole = soup(as_lan.get(address)).select_one(part)
    alone = soup(as_lan.get(address, headers={"HX-Request": "true"})).select_one(part)
    assert whole is not None
    assert whole.prettify() == alone.prettify()


def cost(client, address):
    """Count the queries of a page. What the menu asks about grants belongs to the frame."""
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return sum("access_grant" not in query["sql"] for query in queries)


@pytest.mark.parametrize(
    ("address", "most"),
    [("/people/", 9), ("/people/?q=nguyen", 9), ("/people/?gender=female&unit=T1", 10)],
)
def test_more_people_cost_no_more_queries(as_lan, binh, person_at, lan_department, address, most):
    as_lan.get(address)
    counts = []
    for name in ("Nguyễn Thị Châu", "Nguyễn Thị Dậu"):
        counts.append(cost(as_lan, address))
        person_at(lan_department, name)
    assert counts[0] == counts[1] <= most


@pytest.mark.parametrize("tab", ["overview", "timeline", "work", "training", "decisions"])
def test_a_longer_file_costs_no_more_queries(as_lan, binh, posting, degree, source, tab):
    address = binh.get_absolute_url() + f"?tab={tab}"
    as_lan.get(address)
    counts = []
    for _ in range(2):
        counts.append(cost(as_lan, address))
        steps.add_record(person=binh, kind="award", first_day=TODAY, raw="Giấy khen", source=source)
    assert counts[0] == counts[1] <= 13


def test_more_units_cost_no_more_queries(as_lan, lan_department, lan_province, source):
    from ngangtam.records.organisation import steps as organisation

    for name in ("unit-detail", "unit-chart"):
        counts = []
        for at in range(2):
            counts.append(cost(as_lan, reverse(name, args=["T1"])))
            organisation.add_unit(
                code=f"{name}{at}", name="Sở Mới", parent=lan_province,
                first_day=date(2021, 1, 1), source=source,
            )  # fmt: skip
        assert counts[0] == counts[1] <= 14, name


def test_reading_the_sensitive_part_leaves_one_trace(as_lan, binh, lines):
    assert "Trần Thị Mật" not in as_lan.get(binh.get_absolute_url() + "?tab=private").text
    assert not Event.objects.exists()

    page = as_lan.post(
        reverse("person-sensitive", args=[binh.number]),
        {"part": ["family", "health"], "purpose": "Hồ sơ bổ nhiệm"},
    )

    assert "Trần Thị Mật" in page.text
    assert page["Cache-Control"] == "no-store"
    event = Event.objects.get()
    assert event.type == "person.sensitive_read"
    assert event.what == {"parts": ["family", "health"], "purpose": "Hồ sơ bổ nhiệm"}
    assert "Trần Thị Mật" not in as_lan.get(binh.get_absolute_url() + "?tab=timeline").text
    assert Event.objects.count() == 1


def test_a_head_of_unit_has_no_sensitive_part(client, binh, lines, lan_province):
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    head = User.objects.create_user("truong")
    Grant.objects.create(
        user=head, role="unit_head", path=lan_province.path, valid=span(date(2020, 1, 1))
    )
    client.force_login(head)
    Person.objects.filter(pk=binh.pk).update(ethnicity="tay", personal_number="001086000001")

    assert client.get(binh.get_absolute_url() + "?tab=private").status_code == 404
    identity = client.get(binh.get_absolute_url() + "?tab=identity").text
    assert "001086000001" not in identity
    assert "Tày" not in identity
    assert binh.full_name not in client.get("/people/?q=001086000001").text
    assert client.get(reverse("posting-add", args=[binh.number])).status_code == 404
    assert not Event.objects.exists()


def test_a_struck_out_row_stays_with_its_reason(as_lan, binh, lines):
    text = as_lan.get(binh.get_absolute_url() + "?tab=merit").text
    assert "Huân chương nhầm" in text
    assert "Trao nhầm người" in text


def test_the_file_as_known_before_lacks_what_came_later(as_lan, binh, posting, degree, lines):
    Record.objects.filter(pk=degree.pk).update(recorded_at="2024-01-10T00:00:00Z")
    Person.objects.filter(pk=binh.pk).update(recorded_at="2024-01-01T00:00:00Z")

    text = as_lan.get(binh.get_absolute_url() + "?tab=timeline&known=15/01/2024").text
    assert "ĐH Luật Hà Nội" in text
    assert "Huân chương nhầm" not in text
    gone = as_lan.get(binh.get_absolute_url() + "?tab=timeline&known=05/01/2024").text
    assert "ĐH Luật Hà Nội" not in gone


def test_the_file_as_true_on_a_day_lacks_what_had_ended(as_lan, binh, posting, staff):
    steps.end(posting, on=date(2023, 1, 1))

    held = as_lan.get(binh.get_absolute_url() + "?tab=work&on=01/06/2022").text
    later = as_lan.get(binh.get_absolute_url() + "?tab=work&on=01/06/2024").text
    assert "01/01/2022" in held
    assert "01/01/2022" not in later


def test_a_name_is_known_as_it_was_before_the_change(as_lan, binh, lan):
    from ngangtam.records.personnel import identity
    from ngangtam.records.personnel.models import IdentityChange

    identity.set_identity(binh, {"full_name": "Nguyễn Thị Mới"}, reason="Cải chính", by="lan")
    IdentityChange.objects.update(at="2026-01-10T00:00:00Z")
    Person.objects.filter(pk=binh.pk).update(recorded_at="2025-01-01T00:00:00Z")

    before = as_lan.get(binh.get_absolute_url() + "?known=01/01/2026").text
    assert "<h1>Nguyễn Thị Bình</h1>" in before.replace("\n", "") or "Nguyễn Thị Bình" in before
    assert "Nguyễn Thị Mới" not in before


def test_a_bad_form_keeps_what_was_typed_and_says_why(as_lan, binh):
    page = as_lan.post(
        reverse("record-add", args=[binh.number, "award"]),
        {"raw": "Giấy khen", "first_day": "hôm qua"},
    )
    assert page.status_code == 422
    assert "Giấy khen" in page.text
    assert not Record.objects.exists()


def test_a_file_is_opened_filled_and_ended_through_the_forms(as_lan, lan_department, staff):
    basis = {"decision_number": "3/QĐ", "decision_day": "01/02/2026", "decision_body": "Sở Nội vụ"}
    as_lan.post(
        reverse("person-open"),
        {"unit": "T1.NV", "full_name": "Lò Thị Ánh", "birth": "1990", **basis},
    )
    person = Person.objects.get()
    as_lan.post(
        reverse("posting-add", args=[person.number]),
        {"seat": f"{staff.pk}-2", "first_day": "01/02/2026", "main": "on", **basis},
    )
    posting = Posting.objects.get()
    as_lan.post(
        reverse("record-add", args=[person.number, "union"]),
        {"raw": "Công đoàn", "first_day": "3/2015", **basis},
    )
    as_lan.post(reverse("posting-end", args=[posting.pk]), {"on": "01/03/2026", "reason": "Chuyển"})
    as_lan.post(reverse("posting-void", args=[posting.pk]), {"reason": "Nhầm"})
    as_lan.post(reverse("posting-restore", args=[posting.pk]), {"": ""})

    assert [event.type for event in Event.objects.order_by("id")] == [
        "person.opened", "posting.added", "record.added", "posting.ended", "posting.voided",
        "posting.restored",
    ]  # fmt: skip
    assert Record.objects.get().precision == "month"
    assert (posting.seat, posting.decision.number) == (2, "3/QĐ")
    decision = as_lan.get(reverse("decision-detail", args=[posting.decision_id]))
    assert "Lò Thị Ánh" in decision.text


def test_a_seat_that_is_held_is_refused_in_words(as_lan, binh, posting, staff, person_at,
                                                 lan_department):  # fmt: skip
    other = person_at(lan_department, "Vũ Văn Hai")
    address = reverse("posting-add", args=[other.number])
    page = as_lan.post(
        address,
        {"seat": f"{staff.pk}-1", "first_day": "01/01/2023", "source_name": "Đơn", "main": "on"},
    )
    assert page.status_code == 422
    assert Posting.objects.count() == 1


def test_a_unit_shows_vacancies_and_hides_who_may_not_be_seen(client, hoa, lan, posting, binh):
    client.force_login(lan)
    own = client.get(reverse("unit-detail", args=["T1.NV"])).text
    client.force_login(hoa)
    other = client.get(reverse("unit-detail", args=["T1.NV"])).text

    assert binh.full_name in own
    assert binh.full_name not in other


def test_codes_and_accounts_are_said_in_words(as_lan, binh, posting, source, soup):
    steps.add_record(
        person=binh, kind="theory", first_day=date(2020, 1, 1), code="advanced", raw="Cao cấp",
        detail={"exact": "advanced"}, source=source, by="lan",
    )  # fmt: skip
    row = steps.add_record(
        person=binh, kind="it", first_day=date(2020, 1, 1), raw="A", source=source, by="nhap-lieu"
    )
    steps.void(row, by="lan", reason="Nhầm người")

    page = soup(as_lan.get(f"/people/{binh.number}/?tab=training"))

    said = page.select_one("main").text
    assert "advanced" not in said
    assert {span.text for span in page.select('main span[title="lan"]')} == {"Trần Thị Lan"}
    assert "nhap-lieu" in said


def test_a_period_shows_its_last_day(as_lan, binh, posting, soup):
    steps.end(posting, on=date(2026, 1, 1))

    page = soup(as_lan.get(f"/people/{binh.number}/?tab=work"))

    assert "31/12/2025" in page.main.text
    assert "01/01/2026" not in page.main.text
