"""Where a new case is opened: one menu by stage, and lists that no other room opens."""

import pytest

from ngangtam.stages.procedure.models import Case

pytestmark = pytest.mark.django_db
PARTY = "party.confidence"


def send(client, unit, *numbers, ident=PARTY):
    return client.post(
        f"/cases/open/{ident}/",
        {"unit": unit.code, "title": "Lấy phiếu", "people": "\n".join(numbers)},
    )


def test_every_procedure_stands_under_its_stage_with_the_page_that_opens_it(client, officer):
    client.force_login(officer)
    text = client.get("/cases/open/").content.decode()
    for words in ("Bổ nhiệm công chức lãnh đạo", "Miễn nhiệm công chức", "Quy hoạch cán bộ"):
        assert words in text
    assert 'href="/appointment/"' in text
    assert 'href="/exits/"' in text
    assert f'href="/cases/open/{PARTY}/"' in text
    # What waits for confirmation is only tried out.
    assert 'href="/cases/try/party.nomination/"' in text


def test_a_list_that_no_room_opens_is_opened_by_naming_its_people(
    client, officer, lan_department, person, other
):
    client.force_login(officer)
    answer = send(client, lan_department, person.number, other.number.lower())
    case = Case.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert list(case.subjects.values_list("person", flat=True)) == [person.pk, other.pk]


def test_nobody_out_of_reach_is_named_and_nothing_opens_without_the_grant(
    client, officer, minh, lan_department, person
):
    client.force_login(officer)
    assert send(client, lan_department, person.number, "XX99").status_code == 422
    assert send(client, lan_department, person.number, ident="party.removal").status_code == 404
    client.force_login(minh)
    assert send(client, lan_department, person.number).status_code == 404
    assert client.get("/cases/open/").status_code == 404
    assert not Case.objects.exists()
