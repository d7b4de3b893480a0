"""Pages of cycles and proposals: who opens them, what they show, what they do."""

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from made_cycles import confirm, opened, person, task
from ngangtam.stages.evaluation import tasks
from ngangtam.stages.evaluation.actions_cycles import close_cycle
from ngangtam.stages.evaluation.models import Cycle, Rating, Reminder, Sheet

JOBS = {tasks.FILL: tasks.fill, tasks.CLOSE: tasks.close, tasks.RECKON: tasks.reckon}
PAPER = {"number": "12/QĐ", "day": "20/04/2026", "body": "Sở Nội vụ", "signer": ""}


@pytest.fixture
def work():
    """Do what was ordered, as the worker does."""

    def run():
        for job in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
            JOBS[job.task_name](**job.args)

    return run


@pytest.fixture
def month(lan, lan_province, lan_department, source):
    for name in ("An", "Bảo", "Chi"):
        task(person(f"Lê {name}", lan_department, source), lan_department)
    return opened(lan_province, lan)


@pytest.fixture
def closed(month, lan):
    confirm(month, An=29, Bảo=15, Chi=15)
    close_cycle(cycle_id=month.pk, by=lan)
    return month


def _url(name, *more):
    return reverse(name, args=["T1", "2026-03", *more])


def test_a_cycle_is_opened_on_the_web_and_filled_by_the_worker(client, lan, lan_department, source,
                                                               work):  # fmt: skip
    person("Lê An", lan_department, source)
    client.force_login(lan)
    page = client.get(reverse("cycle-open"))
    code = next(code for code, _name in page.context["form"].fields["code"].choices)

    answer = client.post(reverse("cycle-open"), {"unit": "T1", "code": code})

    cycle = Cycle.objects.get()
    assert answer.url == cycle.get_absolute_url()
    assert "đang chờ" in client.get(answer.url).content.decode()
    work()
    assert Sheet.objects.filter(cycle=cycle).count() == 1


def test_the_page_follows_the_job_and_stops_when_it_is_done(client, lan, month, work, soup):
    confirm(month)
    client.force_login(lan)
    client.post(_url("cycle-act", "close"))

    waiting = soup(client.get(month.get_absolute_url())).select_one("#cycle-job")
    asked = client.get(waiting["hx-get"], headers={"HX-Request": "true"})
    work()
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'succeeded'")
    after = client.get(waiting["hx-get"], headers={"HX-Request": "true"})
    page = soup(client.get(month.get_absolute_url()))

    assert "đang chờ" in waiting.text
    assert waiting.select_one(".no-js-only a") is not None
    assert (asked.status_code, "HX-Refresh" in asked.headers) == (200, False)
    assert after.headers["HX-Refresh"] == "true"
    assert page.select_one("#cycle-job") is None
    assert "đã đóng" in page.text


def test_a_step_of_the_reckoning_is_told_and_then_forgotten(client, lan, month, monkeypatch):
    confirm(month)
    told = []
    monkeypatch.setattr(tasks, "_teller", lambda pk: lambda step: told.append((pk, step)))

    tasks.order(tasks.CLOSE, cycle_id=month.pk, by=lan, language="vi")
    tasks.close(cycle_id=month.pk, user_id=lan.pk)

    assert [step for pk, step in told if pk == month.pk] == ["read", "score", "caps", "write"]
    assert tasks.job_of(month.pk).step == ""


def test_progress_shows_each_unit(client, lan, month, soup):
    client.force_login(lan)

    page = soup(client.get(month.get_absolute_url()))

    assert "Sở Nội vụ" in page.select_one("tbody").text
    assert client.get(f"{month.get_absolute_url()}?unit=T2").status_code == 404


def test_who_is_late_is_listed(client, lan, month):
    client.force_login(lan)

    page = client.get(_url("cycle-late"), {"unit": "T1.NV"}).content.decode()

    assert "Lê An" in page
    assert "Lê An" not in client.get(_url("cycle-late"), {"kind": "confirm"}).content.decode()


def test_locking_asks_for_a_reason(client, lan, month):
    client.force_login(lan)

    bad = client.post(_url("cycle-act", "lock"), {"reason": ""})
    good = client.post(_url("cycle-act", "lock"), {"reason": "Tổng hợp"})

    month.refresh_from_db()
    assert (bad.status_code, good.status_code, month.state) == (422, 302, "locked")
    assert "Tổng hợp" in client.get(month.get_absolute_url()).content.decode()


def test_reminding_writes_to_everybody_who_is_waited_for(client, lan, month):
    client.force_login(lan)

    client.post(_url("cycle-act", "remind"))

    assert Reminder.objects.filter(about="report").count() == 3


def test_closing_is_ordered_and_done_by_the_worker(client, lan, month, work):
    confirm(month)
    client.force_login(lan)

    client.post(_url("cycle-act", "close"))
    work()

    month.refresh_from_db()
    assert (month.state, month.run) == ("closed", 1)


def test_a_refused_job_says_why(client, lan, month, work):
    Sheet.objects.update(general_points=99)
    client.force_login(lan)

    client.post(_url("cycle-act", "close"))
    work()

    month.refresh_from_db()
    assert month.state == "open"
    assert "general_points" in client.get(month.get_absolute_url()).content.decode()


def test_proposals_and_their_workbook(client, lan, closed):
    client.force_login(lan)

    found = client.get(_url("class-proposal-list")).content.decode()
    detail = client.get(_url("class-proposal-detail", "T1.NV", "civil_servant")).content.decode()
    book = client.get(_url("class-proposal-export", "T1.NV", "civil_servant"))

    assert "Sở Nội vụ" in found
    assert "Lê An" in detail
    assert book.content.startswith(b"PK")
    assert client.get(_url("class-proposal-decide")).status_code == 404


def test_the_head_decides_as_proposed(client, thanh, closed):
    client.force_login(thanh)

    answer = client.post(_url("class-proposal-decide"), PAPER)

    assert answer.status_code == 302
    assert Rating.objects.count() == 3


def test_one_class_over_the_cap_is_confirmed_and_then_replaced(client, thanh, closed):
    sheet = Sheet.objects.get(person__full_name="Lê An")
    address = reverse("class-decide", args=[sheet.pk])
    client.force_login(thanh)
    given = {**PAPER, "level": "excellent", "reason": "Nổi trội"}

    first = client.post(address, given)
    second = client.post(address, {**given, "confirmed": "on", "over": "yes"})
    third = client.post(address, {**PAPER, "level": "good", "reason": "Sửa"})

    assert (first.status_code, second.status_code, third.status_code) == (422, 302, 302)
    assert list(Rating.objects.order_by("pk").values_list("level", flat=True)) == [
        "excellent", "good",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_nobody_else_sees_a_cycle(client, who, request, closed):
    client.force_login(request.getfixturevalue(who))
    sheet = Sheet.objects.first()

    for address in (
        month_url := closed.get_absolute_url(), _url("cycle-late"), _url("class-proposal-list"),
        _url("class-proposal-detail", "T1.NV", "civil_servant"), _url("cycle-act", "recompute"),
        reverse("class-decide", args=[sheet.pk]),
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in {403, 404, 405}, address
    assert month_url
