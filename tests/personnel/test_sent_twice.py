"""A form that is sent twice acts once: at the same time, one after the other, after a crash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit import once
from ngangtam.foundation.audit.models import Event, Once
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.audit.tasks import forget
from ngangtam.foundation.ui.once import mark_of
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.models import Person, Record

FORM = {"raw": "Bằng khen", "first_day": "05/03/2024", "source_name": "Hồ sơ thử"}
AGAIN = "không thực hiện thêm lần nữa"


@pytest.fixture
def person(lan_department, source):
    return steps.add_person(full_name="Nguyễn Thị Bình", unit=lan_department, source=source)


@pytest.fixture
def at(person):
    return reverse("record-add", args=[person.number, "award"])


def number_in(soup, response):
    return soup(response).select_one("main form[method=post] input[name=_once]")["value"]


def made(kind="record.added"):
    return Record.objects.count(), Event.objects.filter(type=kind).count()


def test_every_form_of_a_page_carries_a_number_of_its_own(client, lan, at, soup):
    client.force_login(lan)
    forms = soup(client.get(at)).select("form[method=post]")
    numbers = {form.select_one("input[name=_once]")["value"] for form in forms}

    assert len(forms) == len(numbers) > 1


def test_a_second_sending_is_answered_with_what_came_of_the_first(client, lan, at, soup):
    client.force_login(lan)
    form = {**FORM, "_once": number_in(soup, client.get(at))}

    first = client.post(at, form)
    second = client.post(at, form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert made() == (1, 1)
    assert AGAIN in client.get(second["Location"]).content.decode()


def test_htmx_is_led_there_too(client, lan, lan_department, soup):
    client.force_login(lan)
    at = reverse("person-open")
    form = {
        "unit": lan_department.code, "full_name": "Nguyễn Văn Hai", "nationality": "Việt Nam",
        "source_name": "Hồ sơ thử", "_once": number_in(soup, client.get(at)),
    }  # fmt: skip

    answers = [client.post(at, form, headers={"HX-Request": "true"}) for _ in range(3)]

    assert len({answer["HX-Redirect"] for answer in answers}) == 1
    assert Person.objects.filter(full_name="Nguyễn Văn Hai").count() == 1


def test_other_content_under_the_same_number_is_another_act(client, lan, at, soup):
    client.force_login(lan)
    form = {**FORM, "_once": number_in(soup, client.get(at))}

    client.post(at, form)
    client.post(at, {**form, "raw": "Bằng khen khác"})

    assert made() == (2, 2)


def test_without_a_number_or_with_a_made_up_one_every_sending_acts(client, lan, at):
    client.force_login(lan)
    for number in (None, None, "1", "1"):
        client.post(at, FORM | ({"_once": number} if number else {}))

    assert made() == (4, 4)


def test_what_was_refused_may_be_tried_again(client, lan, at, soup):
    client.force_login(lan)
    form = {**FORM, "first_day": "31/02/2024", "_once": number_in(soup, client.get(at))}

    assert [client.post(at, form).status_code for _ in range(2)] == [422, 422]
    assert client.post(at, {**form, "first_day": "01/02/2024"}).status_code == 302


def test_a_number_of_lan_is_nothing_to_another_officer(client, lan, lan_province, at, soup):
    number = "a-number-that-both-know"
    for officer in (lan, _user("khanh", "Ngô Văn Khánh", "personnel_officer", lan_province)):
        client.force_login(officer)
        client.post(at, {**FORM, "_once": number})

    assert made() == (2, 2)


def test_an_answer_that_was_lost_with_the_server_leads_to_what_was_made(client, lan, at, person):
    client.force_login(lan)
    form = {**FORM, "_once": "a-number-of-a-lost-answer"}
    client.post(at, form)
    Once.objects.update(status=None, location="")  # killed between writing and answering

    again = client.post(at, form)

    assert again["Location"] == person.get_absolute_url()
    assert made() == (1, 1)


def test_a_page_costs_no_question_and_a_form_three(client, lan, at):
    client.force_login(lan)
    with CaptureQueriesContext(connection) as asked:
        client.get(at)
    assert not [one for one in asked if "audit_once" in one["sql"]]
    with CaptureQueriesContext(connection) as asked:
        client.post(at, {**FORM, "_once": "a-number-of-a-form"})
    assert len([one for one in asked if "audit_once" in one["sql"]]) == 3


def test_a_download_may_be_asked_for_again(client, auditor):
    client.force_login(auditor)
    answers = [
        client.post(reverse("audit-export"), {"_once": "a-number-of-a-download"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Event.objects.filter(type="audit.exported").count() == 2


def test_files_count_by_what_is_in_them():
    def digest(data, name="a.pdf"):
        request = RequestFactory().post("/x/", {"f": SimpleUploadedFile(name, data), "b": "1"})
        request.user = type("U", (), {"pk": 1})
        mark = mark_of(request, "n" * 16)
        assert request.FILES["f"].read() == data
        return mark.key

    assert digest(b"one") == digest(b"one")
    assert len({digest(b"one"), digest(b"two"), digest(b"one", "b.pdf")}) == 3


def test_an_act_without_a_name_is_tied_to_nobody(lan):
    once.ask(once.Mark(lan.pk, "k"))
    try:
        record("test.acted", by=Process("box"), subject=None)
        assert not Once.objects.exists()
        record("test.acted", by=lan, subject=None)
        assert Once.objects.get().viewer_id == lan.pk
    finally:
        once.ask(None)


def test_old_marks_are_forgotten(client, lan, at):
    client.force_login(lan)
    for number in ("an-old-number-of-a-form", "a-new-number-of-a-form"):
        client.post(at, {**FORM, "_once": number})
    first = Once.objects.earliest("id")
    Once.objects.filter(pk=first.pk).update(at=timezone.now() - once.KEPT - timedelta(hours=1))

    forget(0)

    assert Once.objects.count() == 1


def test_by_raw_sql_nobody_meets_the_marks_of_another(client, lan, hoa, at):
    client.force_login(lan)
    client.post(at, {**FORM, "_once": "a-number-of-a-form"})
    with seen_by(hoa.pk), connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_once")
        assert cursor.fetchone()[0] == 0
        cursor.execute("update audit_once set location = 'https://evil.example/'")
        assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(
                "insert into audit_once (viewer_id, key, digest, sending, event_id, at)"
                " values (%s, 'k', '', '', 1, now())", [lan.pk],
            )  # fmt: skip
    with seen_by(lan.pk), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("delete from audit_once")


@pytest.fixture
def office(committed):
    """What two threads see."""
    source = organisation.add_source(kind="test", name="Thử", day=date(2025, 7, 1))
    unit = organisation.add_unit(
        code="T9", name="Tỉnh Thử", parent=organisation.root_unit(), first_day=date(2020, 1, 1),
        source=source,
    )  # fmt: skip
    person = steps.add_person(full_name="Nguyễn Thị Bình", unit=unit, source=source)
    return _user("lan", "Trần Thị Lan", "personnel_officer", unit), person


@pytest.mark.parametrize("sendings", [2, 6])
def test_sendings_at_the_same_time_make_one_record_and_one_event(office, sendings):
    lan, person = office
    at = reverse("record-add", args=[person.number, "award"])
    client = Client()
    client.force_login(lan)
    ready = Barrier(sendings)

    def send(_):
        one = Client()
        one.cookies = client.cookies
        ready.wait()
        try:
            return one.post(at, {**FORM, "_once": "a-number-of-a-double-click"})
        finally:
            connection.close()

    with ThreadPoolExecutor(sendings) as pool:
        answers = list(pool.map(send, range(sendings)))

    assert {answer.status_code for answer in answers} == {302}
    # Whoever comes between the writing and the first answer is led to the file itself.
    assert all(answer["Location"].startswith(person.get_absolute_url()) for answer in answers)
    assert made() == (1, 1)
    assert Once.objects.count() == 1
