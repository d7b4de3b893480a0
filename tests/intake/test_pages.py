"""A roster comes in through the web: read and judged, shown, kept from those it is not for."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from paged_rosters import EVIL, at, csv_file, send
from procrastinate.contrib.django.models import ProcrastinateJob

from ngangtam.foundation.access.wall import see_as, see_as_owner
from ngangtam.foundation.audit.models import Event
from ngangtam.records.intake import queries, tasks
from ngangtam.records.intake.actions import folder_of
from ngangtam.records.intake.models import Batch, Row
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person, Posting

pytestmark = pytest.mark.django_db

# --- bringing in ---------------------------------------------------------------------------


def test_a_roster_is_checked_and_nothing_is_written(checked, client, soup):
    batch = checked()

    page = soup(client.get(at(batch)))
    assert batch.state == Batch.State.CHECKED
    assert (batch.rows_read, batch.rows_accepted, batch.rows_rejected) == (4, 3, 1)
    assert not Person.objects.exists()
    assert not Posting.objects.exists()
    assert "4" in page.select_one(".intake-sum").get_text()
    assert "Cột lạ" in page.select_one("#batch-summary").get_text()


def test_the_page_waits_while_the_worker_reads(client, lan, lan_department, work, soup):
    client.force_login(lan)
    send(client, csv_file())
    batch = Batch.objects.get()

    page = soup(client.get(at(batch)))
    poll = client.get(reverse("intake-progress", args=[batch.pk]), headers={"HX-Request": "true"})
    assert page.select_one("#intake-progress")["hx-get"] == poll.wsgi_request.path
    assert soup(poll).select_one("#intake-progress")

    work()
    done = client.get(reverse("intake-progress", args=[batch.pk]), headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == at(batch)


def test_a_check_that_stopped_can_be_ordered_again(client, lan, lan_department, work, soup):
    client.force_login(lan)
    send(client, csv_file())
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed'")
    batch = Batch.objects.get()
    again = reverse("intake-again", args=[batch.pk])

    assert soup(client.get(at(batch))).select_one(f'form[action="{again}"]')
    client.post(again)
    assert work() == [tasks.CHECK]
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED


def test_work_that_ends_while_a_page_is_made_did_not_stop(
    client, lan, lan_department, work, soup, monkeypatch
):
    client.force_login(lan)
    send(client, csv_file())
    found = queries.get_batch
    address = at(Batch.objects.get())

    def slow(viewer, pk):
        batch = found(viewer, pk)
        see_as_owner()
        work()
        see_as(lan.pk)
        return batch

    monkeypatch.setattr(queries, "get_batch", slow)
    page = soup(client.get(address))

    assert page.select_one("#batch-summary")


def test_a_writing_that_stopped_can_be_ordered_again(checked, client, work, soup):
    batch = checked()
    client.post(reverse("intake-commit", args=[batch.pk]))
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed'")
    again = reverse("intake-again", args=[batch.pk])

    page = soup(client.get(at(batch)))
    assert page.select_one(f'form[action="{again}"]')
    assert not page.select_one("a[href$='/discard/']")
    client.post(again)
    assert work() == [tasks.COMMIT]
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTED


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (64 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rong.csv", b""),
        ("anh.docx", b"\x89PNG not a document"),
        ("danh-sach.pdf", b"%PDF-1.7"),
        ("cu.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("bom.docx", bomb()),
        ("../../etc/passwd.exe", b"MZ"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_nothing_is_kept(
    name, content, client, lan, lan_department, soup
):
    client.force_login(lan)

    response = send(client, csv_file(), SimpleUploadedFile(name, content))

    assert response.status_code == 422
    assert name.rpartition("/")[2] in soup(response).select_one("#upload-form").get_text()
    assert not Batch.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_file_that_turns_out_bad_is_named_and_leaves_nothing(checked, client, soup):
    batch = checked(csv_file(), csv_file("a,b\n1,2\n", "khong-ten.csv"), new_code="T1.MOI",
                    new_name="Đơn vị mới")  # fmt: skip

    page = soup(client.get(at(batch)))
    assert batch.state == Batch.State.FAILED
    line = next(row for row in page.select("tbody tr") if "khong-ten.csv" in row.get_text())
    assert line.select_one(".badge.tone-red")
    assert not folder_of(batch).exists()
    assert not Row.objects.filter(batch=batch).exists()
    assert not Unit.objects.filter(code="T1.MOI").exists()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("unit", {"unit": "T2"}),
        ("unit", {"unit": "không có"}),
        ("unit", {"unit": "s"}),
        ("day", {"day": "2026"}),
        ("new_code", {"new_code": "T1.MOI"}),
        ("new_code", {"new_code": "T1.NV", "new_name": "Trùng"}),
        ("files", {"files": []}),
        ("post_title", {"post_title": " "}),
    ],
)
def test_a_wrong_field_is_said_there(field, given, client, lan, lan_department, hoa_province):
    client.force_login(lan)

    response = send(client, csv_file(), **given)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Batch.objects.exists()


@pytest.mark.parametrize("text", ["T1.NV", "so noi vu", "Sở Nội vụ (T1.NV)"])
def test_a_unit_is_found_by_code_and_by_name(text, checked, lan_department):
    assert checked(unit=text).unit == lan_department


def test_options_of_units_stay_within_the_grant(client, lan, lan_department, hoa_province, soup):
    client.force_login(lan)

    options = soup(client.get(reverse("intake-units"), {"unit": "t"})).select("option")
    assert {option["value"] for option in options} == {
        "Tỉnh Sông Thanh (T1)", "Sở Nội vụ (T1.NV)",
    }  # fmt: skip


# --- who may -------------------------------------------------------------------------------

PAGES = ("batch-detail", "intake-progress", "intake-template-save", "intake-same",
         "intake-apart", "intake-commit", "intake-undo", "intake-discard", "intake-report",
         "intake-report-xlsx")  # fmt: skip
POSTS = ("intake-mapping", "intake-template-apply", "intake-decide", "intake-again",
         "intake-commit", "intake-undo", "intake-discard", "intake-same",
         "intake-apart")  # fmt: skip


def test_a_roster_of_lan_is_nothing_to_hoa_and_minh(checked, client, hoa, minh, auditor):
    batch = checked()
    before = Event.objects.count()

    for who in (hoa, minh, auditor):
        client.force_login(who)
        for name in PAGES:
            assert client.get(reverse(name, args=[batch.pk])).status_code == 404, (who, name)
        for name in POSTS:
            assert client.post(reverse(name, args=[batch.pk])).status_code == 404, (who, name)
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED
    assert Event.objects.count() == before


def test_lists_and_the_upload_are_for_those_with_a_grant(checked, client, hoa, minh, soup):
    checked()

    client.force_login(minh)
    for name in ("intake-upload", "intake-list", "intake-units"):
        assert client.get(reverse(name)).status_code == 404
    client.force_login(hoa)
    assert not soup(client.get(reverse("intake-list"))).select("tbody tr")
    assert "ds.csv" not in client.get(reverse("intake-upload")).content.decode()


def test_the_menu_offers_it_to_those_who_may(client, lan, minh, soup):
    entry = f'.side a[href="{reverse("intake-upload")}"], nav a[href="{reverse("intake-upload")}"]'
    for who, shown in ((lan, True), (minh, False)):
        client.force_login(who)
        assert bool(soup(client.get(reverse("home"))).select(entry)) is shown


def test_a_grant_lost_before_the_worker_comes_stops_it(checked, client, lan, work):
    batch = checked()
    client.post(reverse("intake-commit", args=[batch.pk]))
    lan.grants.update(path="999")

    work()

    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED
    assert batch.error
    assert not Person.objects.exists()


# --- pages ---------------------------------------------------------------------------------

TABS = {"": "#batch-summary", "columns": "#batch-columns", "rows": "#row-table",
        "people": "#people-questions"}  # fmt: skip


def test_each_part_is_cut_from_its_page(checked, client, soup):
    batch = checked()

    for tab, selector in TABS.items():
        whole = soup(client.get(at(batch, tab))).select_one(selector)
        part = soup(client.get(at(batch, tab), headers={"HX-Request": "true"}))
        for found in (whole, part):
            for token in found.select("[name=csrfmiddlewaretoken], [name=_once]"):
                token["value"] = ""
        assert whole.prettify() == part.select_one(selector).prettify(), tab


def test_more_rows_cost_no_more_queries(checked, client, django_assert_max_num_queries):
    small = checked()
    lines = "".join(f"{n},Nguyễn Văn Số {n},0{n % 9 + 1}/03/19{60 + n % 40},Quê\n"
                    for n in range(1, 120))  # fmt: skip
    large = checked(csv_file("STT,Họ và tên,Ngày sinh,Quê\n" + lines))

    for batch in (small, large):
        for tab in TABS:
            with django_assert_max_num_queries(22):
                assert client.get(at(batch, tab)).status_code == 200
        with django_assert_max_num_queries(14):
            client.get(reverse("intake-list"))


def test_cells_from_a_file_are_inert_on_every_page(checked, client):
    evil = f'STT,Họ và tên,Ngày sinh,"{EVIL}"\n1,"{EVIL}",05/03/1980,"{EVIL}"\n'
    evil += '2,"""><img src=x onerror=alert(1)>",1980,x\n'
    batch = checked(csv_file(evil, f"a{EVIL.replace('/', '')}.csv"), csv_file())

    for tab in TABS:
        body = client.get(at(batch, tab)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
    for name in ("intake-commit", "intake-discard"):
        assert "<script>alert" not in client.get(reverse(name, args=[batch.pk])).content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("verdict=refused", {"Nguyễn Văn Áo", "Lê Văn Cường"}),
        ("verdict=normalised", {"TRẦN THỊ BÌNH"}),
        ("outcome=rejected", {"–"}),
        ("outcome=skipped", {"4 người"}),
        ("q=cường", {"Lê Văn Cường"}),
        ("column=2&verdict=refused", {"Lê Văn Cường"}),
        ("column=7", {"Nguyễn Văn Áo", "TRẦN THỊ BÌNH", "–"}),
        ("file=0&outcome=accepted", {"Nguyễn Văn Áo", "TRẦN THỊ BÌNH", "Lê Văn Cường"}),
    ],
)
def test_rows_are_narrowed_by_verdict_column_and_outcome(query, names, checked, client, soup):
    batch = checked()

    page = soup(client.get(f"{at(batch, 'rows')}&{query}"))

    assert {row.get_text(strip=True) for row in page.select("tbody th")} == names


def test_a_refused_cell_shows_its_wording_and_its_reason(checked, client, soup):
    batch = checked()

    row = soup(client.get(f"{at(batch, 'rows')}&q=cường")).select_one("tbody tr")

    cell = row.select_one(".intake-cells li").get_text(" ", strip=True)
    assert "Ngày sinh" in cell
    assert "31/02/1990" in cell
    assert row.select_one(".intake-cells .badge.tone-red")
