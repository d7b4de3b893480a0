"""Who sees what of the journal, in both walls, and how it reads."""

import re
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

import ngangtam
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.oversight.history.models import Line
from ngangtam.oversight.history.words import labels
from ngangtam.records.personnel import actions, steps
from ngangtam.records.personnel.actions import Basis

TODAY = date(2026, 11, 22)
BASIS = Basis(number="01/QĐ", day=date(2026, 1, 1), body="UBND")


@pytest.fixture
def person(lan_department, source):
    return steps.add_person(
        full_name="Nguyễn Thị Bí Mật", unit=lan_department, source=source, gender="female"
    )


@pytest.fixture
def degree(person, lan):
    return actions.add_record(
        person_id=person.pk, kind="award", first_day=parse_day("2019").value, until=None,
        code="", raw="Bằng khen", detail={}, basis=BASIS, today=TODAY, by=lan,
    )  # fmt: skip


@pytest.fixture
def renamed(person, lan):
    actions.change_identity(
        person_id=person.pk, changes={"other_names": "Công Khai"}, reason="Ghi nhầm",
        by=lan,
    )  # fmt: skip
    return Event.objects.get(type="person.identity_changed")


def shown(client, user, url, **query):
    client.force_login(user)
    return client.get(url, query)


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("who", ["minh", "hoa", "lan", "supervisor"])
def test_who_may_not_audit_finds_no_journal(who, request, client, renamed):
    for name in ("audit-list", "audit-proof"):
        assert shown(client, request.getfixturevalue(who), reverse(name)).status_code == 404
    assert client.post(reverse("audit-export")).status_code == 404


@pytest.mark.parametrize("who", ["minh", "hoa"])
def test_strangers_find_no_history(who, request, client, person, degree, renamed, lan_department):
    user = request.getfixturevalue(who)
    event = Event.objects.get(type="record.added")
    for url in (
        reverse("audit-person", args=[person.number]),
        reverse("audit-unit", args=[lan_department.code]),
        reverse("audit-user", args=["lan"]),
        reverse("audit-record", args=["record", degree.pk]),
        reverse("audit-detail", args=[event.pk]),
    ):
        assert shown(client, user, url).status_code == 404, url


@pytest.mark.parametrize(("who", "count"), [("minh", 0), ("hoa", 0), ("lan", 1), ("auditor", 0)])
def test_the_second_wall_holds_events_back_from_raw_sql(who, count, request, renamed):
    with seen_by(request.getfixturevalue(who).pk), connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_event where subject_type = 'personnel.person'")
        assert cursor.fetchone()[0] == count


def test_an_auditor_sees_that_it_happened_and_not_to_whom(auditor, renamed, client):
    with seen_by(auditor.pk):
        line = Line.objects.get(pk=renamed.pk)
    assert (line.readable, line.subject) == (False, "")
    assert line.what == {"fields": ["other_names"]}

    journal = text(shown(client, auditor, reverse("audit-list")))
    detail = text(client.get(line.get_absolute_url()))
    for page in (journal, detail):
        assert "Trần Thị Lan" in page
        assert "Bí Mật" not in page
        assert "Công Khai" not in page
        assert "Ghi nhầm" not in page


def test_the_keeper_reads_before_and_after(lan, person, renamed, client):
    history = text(shown(client, lan, reverse("audit-person", args=[person.number])))
    assert str(labels()["person.identity_changed"]) in history

    detail = text(client.get(reverse("audit-detail", args=[renamed.pk])))
    assert "Nguyễn Thị Bí Mật" in detail
    assert "Công Khai" in detail
    assert "Ghi nhầm" in detail


def test_a_history_follows_corrections(lan, degree, client):
    new = actions.correct_record(
        record_id=degree.pk, reason="Sai năm", first_day=parse_day("2018").value, until=None,
        code="", raw="Bằng khen", detail={}, basis=BASIS, today=TODAY, by=lan,
    )  # fmt: skip
    url = reverse("audit-record", args=["record", new.pk])

    page = text(shown(client, lan, url))
    assert str(labels()["record.added"]) in page
    assert str(labels()["record.corrected"]) in page


def test_health_stays_with_those_who_may_read_about_it(lan, person, client, root):
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.kernel.models import span

    event = record("record.added", by=Process(), subject=person, kind="health", reason="Bệnh nặng")
    Grant.objects.filter(user=lan).update(role="unit_head")
    assert Grant.objects.filter(user=lan, valid__contains=date(2026, 1, 1)).exists()
    assert span(date(2020, 1, 1))

    page = text(shown(client, lan, reverse("audit-detail", args=[event.pk])))
    assert "Bệnh nặng" not in page


def test_one_sees_the_own_acts(minh, client):
    event = record("account.signed_in", by=minh, subject=minh)
    answer = shown(client, minh, reverse("audit-user", args=["minh"]))
    assert answer.status_code == 200
    assert f"/audit/{event.pk}/" in text(answer)


def test_pages_follow_each_other_without_gap_or_overlap(auditor, client, soup):
    for number in range(120):
        record("demo.loaded", by=Process(), subject=None, seed=number)
    seen, url = [], reverse("audit-list")
    client.force_login(auditor)
    while url:
        page = soup(client.get(url))
        seen += [link["href"] for link in page.select("#event-table th a")]
        older = [a for a in page.select("nav a") if "before=" in a.get("href", "")]
        url = reverse("audit-list") + older[0]["href"] if older else ""
    assert len(seen) == len(set(seen)) == 120

    middle = reverse("audit-list") + f"?after={Event.objects.order_by('id')[10].pk}"
    page = soup(client.get(middle))
    assert len(page.select("#event-table th a")) == 50


@pytest.mark.parametrize(
    ("query", "count"),
    [({"type": "unit.renamed"}, 1), ({"actor": "Lan"}, 2), ({"actor": "nobody"}, 0),
     ({"about": "T1"}, 1), ({"about": "organisation.unit:0"}, 0), ({"since": "01/01/2020"}, 2),
     ({"until": "01/01/2020"}, 0), ({"since": "01/01/2099"}, 0), ({"subject": "access.user"}, 1),
     ({"type": "' or 1=1 --"}, 2), ({"before": "x"}, 2)],
)  # fmt: skip
def test_filters_narrow_and_nothing_else_gets_through(
    query, count, auditor, lan, lan_province, client, soup
):
    record("unit.renamed", by=lan, subject=lan_province, before="A", after="B")
    record("account.signed_in", by=lan, subject=lan)
    page = soup(shown(client, auditor, reverse("audit-list"), **query))
    assert len(page.select("#event-table th a")) == count


def test_more_events_cost_no_more_queries(auditor, lan, lan_province, client,
                                          django_assert_max_num_queries):  # fmt: skip
    client.force_login(auditor)
    for _ in range(2):
        record("unit.renamed", by=lan, subject=lan_province, before="A", after="B")
        with django_assert_max_num_queries(14):
            client.get(reverse("audit-list"))


def test_an_export_is_formula_safe_and_leaves_an_event(auditor, lan, lan_province, client):
    from python_calamine import CalamineWorkbook

    record("unit.renamed", by=lan, subject=lan_province, reason="=cmd|' /C calc'!A0")
    client.force_login(auditor)
    answer = client.post(reverse("audit-export"), {"type": "unit.renamed"})

    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert len(rows) == 2
    assert not any(str(cell).startswith(("=", "+", "@")) for row in rows for cell in row)
    event = Event.objects.order_by("-id").first()
    assert (event.type, event.what["events"]) == ("audit.exported", 1)


def test_the_part_is_cut_from_the_page(auditor, lan, lan_province, client, soup):
    record("unit.renamed", by=lan, subject=lan_province)
    client.force_login(auditor)
    url = reverse("audit-list")
    whole = soup(client.get(url)).select_one("#event-table")
    part = soup(client.get(url, headers={"HX-Request": "true"})).select_one("#event-table")
    assert whole.prettify() == part.prettify()


WRITTEN = re.compile(r'(?:record|accounted|account_for)\(\s*(?:since, )?"([a-z]+\.[a-z_]+)"')


def test_every_type_that_a_room_writes_has_words():
    found = set()
    for app in apps.get_app_configs():
        name = f"{app.name}.events"
        if not app.name.startswith("ngangtam.") or find_spec(name) is None:
            continue
        values = vars(import_module(name))
        named = [one for key, one in values.items() if key.isupper() and isinstance(one, str)]
        found |= {str(one) for one in [*values.get("EventType", []), *named] if "." in str(one)}
    for path in Path(ngangtam.__file__).parent.rglob("*.py"):
        found |= set(WRITTEN.findall(path.read_text()))
    assert len(found) > 40
    assert found - set(labels()) == set()
