"""Who meets a standard: counts, names within reach, and one person with reasons."""

from datetime import date

import pytest
from django.urls import reverse

from ngangtam.foundation.audit.models import Event
from ngangtam.oversight.standards.small_groups import tells_too_much
from ngangtam.oversight.standards.standing import SEALED
from ngangtam.records.personnel.kinds import GUARDS, SENSITIVE
from offices import DAY, employ

STANDARD = "civil-servant.department-director"
ON = {"on": DAY.isoformat()}
pytestmark = pytest.mark.usefixtures("whole")


def standard_url(standard=STANDARD):
    return reverse("standard-detail", args=[standard])


@pytest.fixture
def staff(graduate, beginner, blank):
    return graduate, beginner, blank


def figures(page):
    return [one.text.strip() for one in page.select(".stat-value")]


def test_everybody_is_met_not_met_or_unknown(client, lan, staff, soup):
    client.force_login(lan)

    page = soup(client.get(standard_url(), {"unit": "T1", **ON}))

    assert figures(page) == ["3", "1", "1", "1"]


def test_the_list_names_who_and_what_holds_back(client, lan, staff, soup):
    client.force_login(lan)

    page = soup(client.get(standard_url(), {"unit": "T1", "outcome": "not_met", **ON}))

    rows = page.select("#people tbody tr")
    assert len(rows) == 1
    assert "Trần Văn Bình" in rows[0].text
    assert rows[0].select(".mark")


def test_a_criterion_filters_the_list(client, lan, staff, soup):
    client.force_login(lan)

    page = soup(client.get(standard_url(), {"unit": "T1", "criterion": "degree:unknown", **ON}))

    assert [row.th.a.text for row in page.select("#people tbody tr")] == ["Lê Thị Cúc"]


def test_only_the_holders_of_the_title(client, lan, staff, soup):
    client.force_login(lan)

    page = soup(client.get(standard_url(), {"unit": "T1", "who": "holders", **ON}))

    assert figures(page)[0] == "1"


def test_names_sort_the_vietnamese_way(client, lan, staff, soup):
    client.force_login(lan)

    page = soup(client.get(standard_url(), {"unit": "T1", "sort": "name", **ON}))

    names = [row.th.a.text for row in page.select("#people tbody tr")]
    assert names == ["Nguyễn Thị Ánh", "Trần Văn Bình", "Lê Thị Cúc"]


def test_hoa_gets_nothing_of_lans_units(client, hoa, staff):
    client.force_login(hoa)
    person = staff[0]

    assert client.get(standard_url(), {"unit": "T1", **ON}).status_code == 404
    for name, args in (("standard-finding", [STANDARD, person.number]),
                       ("standard-person", [person.number])):  # fmt: skip
        assert client.get(reverse(name, args=args), ON).status_code == 404
    export = client.get(reverse("standard-export", args=[STANDARD]), {"unit": "T1", **ON})
    assert export.status_code == 404


def test_minh_reads_the_standard_and_no_figure(client, minh, staff, soup):
    client.force_login(minh)

    page = soup(client.get(standard_url(), ON))

    assert page.select_one("#standing")
    assert not figures(page)
    assert client.get(standard_url(), {"unit": "T1"}).status_code == 404


def test_a_small_group_is_not_shown_without_file_access(client, supervisor, staff, soup):
    client.force_login(supervisor)

    page = soup(client.get(standard_url(), {"unit": "T1", **ON}))

    assert figures(page) == ["3"]
    assert not page.select("#people")
    assert not page.select(".share")


def test_a_large_group_is_shown_without_names(client, supervisor, lan_department, source, soup):
    for number in range(6):
        employ(lan_department, source, f"Hồ Thị {number}", degree="master", theory="advanced")
    client.force_login(supervisor)

    page = soup(client.get(standard_url(), {"unit": "T1", **ON}))

    assert figures(page)[:2] == ["6", "6"]
    assert not page.select("#people")


def test_the_part_is_cut_from_the_page(client, lan, staff, soup):
    client.force_login(lan)
    ask = {"unit": "T1", **ON}

    whole = soup(client.get(standard_url(), ask)).select_one("#standing")
    alone = client.get(standard_url(), ask, headers={"HX-Request": "true"})

    assert whole.prettify() == soup(alone).select_one("#standing").prettify()


def test_more_people_cost_no_more_queries(
    client, lan, graduate, lan_department, source, django_assert_max_num_queries
):
    client.force_login(lan)
    for _ in range(2):
        with django_assert_max_num_queries(42):  # the snapshot is built anew inside a test
            client.get(standard_url(), {"unit": "T1", **ON})
        employ(lan_department, source, "Phạm Thị Dung")


def test_one_person_with_value_reason_and_citation(client, lan, beginner, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("standard-finding", args=[STANDARD, beginner.number]), ON))

    theory = next(row for row in page.select("tbody tr") if "Sơ cấp" in row.text)
    assert theory.select_one(".badge.tone-red")
    assert theory.select_one("a.cite")


def test_what_is_missing_is_said(client, lan, blank, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("standard-finding", args=[STANDARD, blank.number]), ON))

    assert "Trình độ chuyên môn" in page.select_one(".notice").text


def test_before_the_person_held_a_post_nothing_is_judged(client, lan, graduate, soup):
    client.force_login(lan)
    url = reverse("standard-finding", args=[STANDARD, graduate.number])

    page = soup(client.get(url, {"on": "2010-01-01"}))

    assert page.select_one(".notice")
    assert not page.select("tbody tr")


def test_reading_a_sealed_fact_leaves_a_trace(client, lan, graduate):
    client.force_login(lan)

    client.get(reverse("standard-finding", args=["assets.declared", graduate.number]), ON)
    client.get(reverse("standard-finding", args=[STANDARD, graduate.number]), ON)

    assert [one.type for one in Event.objects.all()] == ["person.sensitive_read"]


def test_a_head_without_the_right_does_not_see_the_sealed_outcome(
    client, lan_province, graduate, soup, head
):
    client.force_login(head)

    page = soup(
        client.get(reverse("standard-finding", args=["assets.declared", graduate.number]), ON)
    )

    assert page.select_one("tbody .badge use")["href"].endswith("#lock")
    assert not Event.objects.exists()


@pytest.fixture
def head(lan_province):
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span

    user = User.objects.create_user("thu-truong", password="mat-khau-thu-nghiem")
    Grant.objects.create(
        user=user, role="unit_head", path=lan_province.path, valid=span(date(2020, 1, 1))
    )
    return user


def test_sealed_facts_are_those_of_the_sensitive_kinds():
    assert all(any(fact.startswith(kind) for kind in SENSITIVE) for fact in SEALED)
    assert set(SEALED.values()) <= set(GUARDS)


def test_the_standards_of_a_person_begin_with_the_title_held(client, lan, graduate, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("standard-person", args=[graduate.number]), ON))

    first = page.select_one("tbody tr:not(.group) a")["href"]
    assert "department-director" in first


def test_the_export_is_recorded_and_holds_no_formula(client, lan, lan_department, source):
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    employ(lan_department, source, "=cmd()", degree="university", theory="advanced")
    client.force_login(lan)

    answer = client.get(reverse("standard-export", args=[STANDARD]), {"unit": "T1", **ON})

    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    assert "=cmd()" in {cell for row in rows.to_python() for cell in row}
    assert Event.objects.get().type == "people.exported"


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [((0, 0), False), ((5, 5), False), ((0, 10), False), ((4, 10), True), ((2, 2), True)],
)
def test_a_group_tells_too_much_below_the_threshold(parts, hidden):
    assert tells_too_much(parts, 5) is hidden


def test_a_standard_judges_only_those_it_is_asked_of(
    client, lan, graduate, lan_department, source, soup
):
    commune = "resolution.s1-commune-key-official"
    employ(
        lan_department, source, "Lê Văn Xã", degree="college", level="commune", key_leader=True,
        leadership=True,
    )  # fmt: skip
    client.force_login(lan)

    page = soup(client.get(standard_url(commune), {"unit": "T1", **ON}))
    person = soup(client.get(reverse("standard-finding", args=[commune, graduate.number]), ON))

    assert "Lê Văn Xã" in page.main.text
    assert graduate.full_name not in page.main.text
    assert "không thuộc đối tượng" in person.main.text
    assert (
        "không thuộc đối tượng"
        in soup(client.get(reverse("standard-person", args=[graduate.number]), ON)).main.text
    )
