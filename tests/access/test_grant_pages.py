"""The pages on which roles are given, confirmed, ended and reviewed."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from conftest import _user
from ngangtam.foundation.access.models import Grant
from ngangtam.foundation.access.roles import ROLES
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import today


@pytest.fixture
def head(lan_province):
    return _user("thu-truong", "Bùi Văn Trưởng", "unit_head", lan_province)


@pytest.fixture
def waiting(lan, minh, lan_province, client):
    client.force_login(lan)
    answer = client.post(reverse("grant-give"), _gift(minh, lan_province))
    assert answer.status_code == 302, answer.content.decode()
    return Grant.objects.get(user=minh)


def _gift(user, unit, **changes):
    return {
        "user": user.pk, "unit": unit.code, "role": "personnel_officer",
        "first_day": "01/01/2026", "last_day": "31/12/2027", "reason": "Quyết định 12/QĐ-BTCTU",
    } | changes  # fmt: skip


def _events():
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def test_two_people_give_and_confirm_a_role_on_the_web(waiting, minh, head, client, soup):
    assert client.get(reverse("person-list")).status_code == 200
    client.force_login(head)
    page = soup(client.get(reverse("grant-list"), {"state": "mine"}))
    assert [row.get_text() for row in page.select("tbody th a")] == ["Lê Văn Minh"]

    answer = client.post(reverse("grant-confirm", args=[waiting.pk]))

    assert answer.status_code == 302
    assert _events() == ["grant.given", "grant.confirmed"]
    waiting.refresh_from_db()
    assert waiting.valid.upper.isoformat() == "2028-01-01"
    assert not waiting.waiting


def test_the_list_begins_with_what_is_in_force_or_waits(waiting, lan, minh, head, client, soup):
    """Roles without an end are among them."""
    page = soup(client.get(reverse("grant-list")))
    assert {row.get_text() for row in page.select("tbody th a")} == {
        "Trần Thị Lan", "Lê Văn Minh", "Bùi Văn Trưởng",
    }  # fmt: skip
    client.post(reverse("grant-withdraw", args=[waiting.pk]), {"reason": "Nhầm"})

    now = soup(client.get(reverse("grant-list")))
    closed = soup(client.get(reverse("grant-list"), {"state": "closed"}))

    assert "Lê Văn Minh" not in now.select_one("tbody").get_text()
    assert [row.get_text() for row in closed.select("tbody th a")] == ["Lê Văn Minh"]


def test_the_giver_is_offered_no_confirmation(waiting, lan, client):
    page = client.get(waiting.get_absolute_url()).content.decode()

    assert reverse("grant-confirm", args=[waiting.pk]) not in page
    assert reverse("grant-withdraw", args=[waiting.pk]) in page
    answer = client.post(reverse("grant-confirm", args=[waiting.pk]))
    assert answer.status_code == 403
    assert _events() == ["grant.given"]


def test_a_refusal_needs_a_reason(waiting, head, client):
    client.force_login(head)
    address = reverse("grant-refuse", args=[waiting.pk])

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Chưa có quyết định"}).status_code == 302
    assert _events() == ["grant.given", "grant.refused"]


def test_ending_takes_effect_on_the_day_that_was_said(waiting, head, minh, lan, client):
    client.force_login(head)
    client.post(reverse("grant-confirm", args=[waiting.pk]))
    day = today() + timedelta(days=3)

    answer = client.post(
        reverse("grant-end", args=[waiting.pk]), {"on": f"{day:%d/%m/%Y}", "reason": "Nghỉ hưu"}
    )

    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert waiting.valid.upper == day


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_others_meet_neither_the_list_nor_the_grant(who, request, lan, lan_province, head, client):
    grant = Grant.objects.get(user=lan)
    client.force_login(request.getfixturevalue(who))

    for name in ("grant-confirm", "grant-refuse", "grant-withdraw", "grant-end"):
        assert client.post(reverse(name, args=[grant.pk]), {"reason": "x"}).status_code == 404
    assert client.get(reverse("grant-detail", args=[grant.pk])).status_code == 404
    if who == "minh":
        for name in ("grant-list", "grant-give", "grant-review", "grant-export"):
            assert client.get(reverse(name)).status_code == 404
    assert not Event.objects.exclude(type="grant.exported").exists()


def test_the_giver_may_not_give_to_themselves_nor_out_of_reach(lan, minh, hoa_province,
                                                                lan_province, client):  # fmt: skip
    client.force_login(lan)

    for gift in (_gift(lan, lan_province), _gift(minh, hoa_province),
                 _gift(minh, lan_province, role="official")):  # fmt: skip
        assert client.post(reverse("grant-give"), gift).status_code == 422
    assert Grant.objects.exclude(user=lan).count() == 0


def test_units_are_found_by_words(lan, lan_department, client, soup):
    client.force_login(lan)

    page = soup(client.get(reverse("grant-give"), {"where": "noi vu", "who": "x"}))

    assert [one["value"] for one in page.select("select[name=unit] option")] == ["T1.NV"]


def test_roles_that_nobody_looked_at_for_a_year_are_due(waiting, head, lan, minh, client, soup):
    client.force_login(head)
    client.post(reverse("grant-confirm", args=[waiting.pk]))
    assert not soup(client.get(reverse("grant-review"))).select("tbody tr input[name=grant]")
    Grant.objects.filter(pk=waiting.pk).update(confirmed_at=waiting.given_at - timedelta(days=400))

    page = soup(client.get(reverse("grant-review")))
    chosen = [box["value"] for box in page.select("tbody input[name=grant]")]
    answer = client.post(reverse("grant-review"), {"grant": chosen})

    assert chosen == [str(waiting.pk)]
    assert answer.status_code == 302
    assert _events() == ["grant.given", "grant.confirmed", "grant.kept"]
    assert not soup(client.get(reverse("grant-review"))).select("tbody input[name=grant]")


@pytest.mark.parametrize("name", ["grant-export", "grant-export-csv"])
def test_the_list_leaves_as_a_file_without_formulas(name, lan, minh, lan_province, client):
    client.force_login(lan)
    client.post(reverse("grant-give"), _gift(minh, lan_province, reason="=1+1"))

    answer = client.get(reverse(name), {"state": "every"})

    assert answer.status_code == 200
    if name == "grant-export":
        book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
        cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
        assert "'=1+1" in cells
    else:
        assert "'=1+1" in answer.content.decode("utf-8-sig")
    assert _events()[-1] == "grant.exported"


def test_everybody_who_signs_in_reads_what_roles_may_do(minh, client, soup):
    client.force_login(minh)

    page = soup(client.get(reverse("role-list")))

    assert "person.view_health" in page.get_text()
    assert len(page.select("table thead th")) == 1 + len(ROLES)


def test_the_list_costs_the_same_with_more_rows(lan, minh, hoa, lan_province, client,
                                                django_assert_max_num_queries):  # fmt: skip
    client.force_login(lan)
    for user in (minh, hoa):
        client.post(reverse("grant-give"), _gift(user, lan_province))
        with django_assert_max_num_queries(9):
            client.get(reverse("grant-list"))
