"""People settle a roster: columns, who is who, commit, undo; and take the report away."""

import io
import json
import zipfile
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from paged_rosters import FORMULA, at, commit, csv_file

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import parse_day
from ngangtam.records.intake import tasks
from ngangtam.records.intake.actions import folder_of
from ngangtam.records.intake.models import Batch, MappingTemplate, Match
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel import steps
from ngangtam.records.personnel.models import Person, Posting

pytestmark = pytest.mark.django_db

# --- columns -------------------------------------------------------------------------------


def chosen(soup, client, batch):
    page = soup(client.get(at(batch, "columns")))
    data = {}
    for select in page.select("#mapping select"):
        option = select.select_one("option[selected]")
        data[select["name"]] = option["value"] if option else ""
    for box in page.select("#mapping input[type=checkbox][checked]"):
        data[box["name"]] = "on"
    return data


def test_a_corrected_column_changes_what_is_read(checked, client, work, soup):
    batch = checked()
    data = chosen(soup, client, batch)
    refused = batch.report["totals"]["cells"]["refused"]
    assert data["m-0-2"] == "birth|"

    client.post(reverse("intake-mapping", args=[batch.pk]), {**data, "m-0-2": ""})
    assert work() == [tasks.CHECK]

    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED
    assert chosen(soup, client, batch)["m-0-2"] == ""
    assert batch.report["totals"]["cells"]["refused"] < refused
    assert Event.objects.filter(type="intake.mapped").get().what["columns"] == ["Ngày sinh"]


@pytest.mark.parametrize(
    "change",
    [
        {"m-0-1": ""},
        {"m-0-6": "birth_place|", "m-0-7": "birth_place|"},
        {"m-0-2": "no-such-field|"},
    ],
    ids=["no name", "two of one", "unknown"],
)
def test_a_mapping_that_cannot_be_read_is_refused(change, checked, client, work, soup):
    batch = checked()
    data = chosen(soup, client, batch)

    response = client.post(
        reverse("intake-mapping", args=[batch.pk]), {**data, **change}, follow=True
    )

    assert soup(response).select(".toast-note")
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED
    assert work() == []


def test_a_mapping_is_kept_as_a_template_and_used_again(checked, client, work, soup):
    first = checked()
    data = chosen(soup, client, first)
    client.post(reverse("intake-mapping", args=[first.pk]), {**data, "m-0-7": "other_name|"})
    work()
    client.post(reverse("intake-template-save", args=[first.pk]), {"name": "Mẫu của Sở"})
    kept = MappingTemplate.objects.get()

    by_upload = checked(csv_file(name="thang-sau.csv"), template=kept.pk)
    assert chosen(soup, client, by_upload)["m-0-7"] == "other_name|"

    plain = checked(csv_file(name="thang-nua.csv"))
    assert chosen(soup, client, plain)["m-0-7"] == ""
    client.post(reverse("intake-template-apply", args=[plain.pk]), {"template": kept.pk})
    work()
    assert chosen(soup, client, plain)["m-0-7"] == "other_name|"


def test_nobody_writes_over_the_template_of_another(checked, client, hoa):
    MappingTemplate.objects.create(name="Mẫu", created_by="hoa")
    batch = checked()

    response = client.post(reverse("intake-template-save", args=[batch.pk]), {"name": "Mẫu"})

    assert response.status_code == 422
    assert MappingTemplate.objects.get().created_by == "hoa"


# --- people --------------------------------------------------------------------------------

AGAIN = "STT,Họ và tên,Ngày sinh,Giới tính\n1,Nguyễn Văn Áo,05/03/1980,Nam\n"


@pytest.fixture
def written(checked, client, work):
    batch = checked()
    commit(client, batch, work)
    assert batch.state == Batch.State.COMMITTED
    return batch


@pytest.mark.parametrize("same", [True, False])
def test_a_person_known_is_decided_on_and_never_merged_in_silence(
    same, written, checked, client, work, soup
):
    batch = checked(csv_file(AGAIN, "lai.csv"), post_title="Tổ trưởng")
    known = Person.objects.get(full_name="Nguyễn Văn Áo")

    refused = client.post(reverse("intake-commit", args=[batch.pk]))
    assert refused.status_code == 422
    assert work() == []

    page = soup(client.get(at(batch, "people")))
    sides = page.select_one("#people-questions table").get_text(" ", strip=True)
    assert known.number in sides
    assert "05/03/1980" in sides
    match = Match.objects.get(batch=batch)
    choice = str(match.pk) if same else "none"
    client.post(reverse("intake-decide", args=[batch.pk]), {f"row-{match.place}": choice})
    commit(client, batch, work)

    assert batch.state == Batch.State.COMMITTED
    assert Person.objects.filter(full_name="Nguyễn Văn Áo").count() == (1 if same else 2)
    assert Posting.objects.filter(person=known).count() == (2 if same else 1)


def test_a_file_kept_elsewhere_is_neither_shown_nor_added_to(
    checked, client, hoa, hoa_province, source, work
):
    theirs = steps.add_person(
        full_name="Nguyễn Văn Áo", unit=hoa_province, source=source, gender="male",
        birth=parse_day("05/03/1980").value, hometown_raw="Quê của người khác",
    )  # fmt: skip
    batch = checked(csv_file(AGAIN, "lai.csv"))
    match = Match.objects.get(batch=batch)

    body = client.get(at(batch, "people")).content.decode()
    assert theirs.number not in body
    assert "Quê của người khác" not in body
    client.post(reverse("intake-decide", args=[batch.pk]), {f"row-{match.place}": str(match.pk)})
    match.refresh_from_db()
    assert match.decision == ""
    client.post(reverse("intake-decide", args=[batch.pk]), {f"row-{match.place}": "none"})
    commit(client, batch, work)
    assert Person.objects.filter(full_name="Nguyễn Văn Áo").count() == 2


def test_all_that_are_left_can_be_set_apart_at_once(written, checked, client, work):
    batch = checked(csv_file(AGAIN, "lai.csv"))
    url = reverse("intake-apart", args=[batch.pk])

    assert client.get(url).status_code == 200
    assert Match.objects.filter(batch=batch, decision="").exists()
    client.post(url)
    assert not Match.objects.filter(batch=batch, decision="").exists()


def test_strong_evidence_can_be_accepted_at_once(written, checked, client, work):
    text = ("STT,Họ và tên,Ngày sinh,Giới tính,Ngày vào Đảng\n"
            "1,Nguyễn Văn Áo,05/03/1980,Nam,03/02/2005\n")  # fmt: skip
    batch = checked(csv_file(text, "lai.csv"), post_title="Tổ trưởng")
    assert Match.objects.get(batch=batch).strong

    client.post(reverse("intake-same", args=[batch.pk]))
    commit(client, batch, work)

    assert Person.objects.filter(full_name="Nguyễn Văn Áo").count() == 1


# --- the end -------------------------------------------------------------------------------


def test_the_confirmation_says_what_will_be_written(checked, client, soup, lan_department):
    batch = checked(new_code="T1.NV.TN", new_name="Tổ thử nghiệm")

    text = soup(client.get(reverse("intake-commit", args=[batch.pk]))).get_text(" ", strip=True)

    for said in ("3", "Chuyên viên", "Tổ thử nghiệm", "T1.NV.TN", "01/03/2026", "Cột lạ"):
        assert said in text
    assert not Unit.objects.filter(code="T1.NV.TN").exists()


def test_a_committed_roster_opens_files_in_its_new_unit(checked, client, work, soup):
    batch = checked(new_code="T1.NV.TN", new_name="Tổ thử nghiệm")

    commit(client, batch, work)

    assert batch.state == Batch.State.COMMITTED
    unit = Unit.objects.get(code="T1.NV.TN")
    assert batch.unit == unit
    assert unit.parent.code == "T1.NV"
    assert Posting.objects.filter(post__unit=unit).count() == 3
    page = soup(client.get(at(batch)))
    for href in (f"/people/?unit={unit.code}", f"/units/{unit.code}/"):
        assert page.select_one(f'#batch-summary a[href="{href}"]')
    assert Event.objects.filter(type="intake.committed").count() == 1


def test_pressing_commit_twice_writes_once(checked, client, work):
    batch = checked()

    for _ in range(2):
        client.post(reverse("intake-commit", args=[batch.pk]))
    assert work() == [tasks.COMMIT]
    assert Person.objects.count() == 3


def test_the_same_roster_is_not_committed_twice(written, checked, client, work, soup):
    again = checked()
    Match.objects.filter(batch=again).update(decision="different")

    page = soup(client.get(at(again)))
    assert page.select_one(f'#batch-summary a[href="{at(written)}"]')
    assert client.post(reverse("intake-commit", args=[again.pk])).status_code == 422
    assert Person.objects.count() == 3


def test_a_committed_roster_is_undone_with_a_reason(written, client, work, soup):
    url = reverse("intake-undo", args=[written.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "nhầm tệp"})
    assert work() == [tasks.UNDO]

    written.refresh_from_db()
    assert written.state == Batch.State.UNDONE
    assert not Person.objects.filter(voided_at=None).exists()
    assert "nhầm tệp" in soup(client.get(at(written))).select_one("#batch-summary").get_text()


def test_undoing_is_refused_when_later_records_rest_on_it(written, client, source, work, soup):
    steps.add_record(
        person=Person.objects.first(), kind="award", first_day=date(2026, 4, 1), raw="Bằng khen",
        source=source,
    )  # fmt: skip

    response = client.post(reverse("intake-undo", args=[written.pk]), {"reason": "nhầm"})

    assert response.status_code == 422
    assert "1" in soup(response).select_one("#ask").get_text()
    assert work() == []
    written.refresh_from_db()
    assert written.state == Batch.State.COMMITTED


def test_a_discarded_roster_keeps_no_file(checked, client, django_capture_on_commit_callbacks):
    batch = checked()
    folder = folder_of(batch)
    assert folder.exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("intake-discard", args=[batch.pk]))

    batch.refresh_from_db()
    assert batch.state == Batch.State.DISCARDED
    assert not folder.exists()
    assert client.get(at(batch)).status_code == 200


# --- the report ----------------------------------------------------------------------------


def test_the_report_accounts_for_every_row(checked, client):
    batch = checked()

    report = json.loads(client.get(reverse("intake-report", args=[batch.pk])).content)

    assert report["totals"]["rows_read"] == 4
    [entry] = report["files"]
    assert entry["rows_read"] == entry["rows_accepted"] + entry["rows_rejected"]
    assert {problem["verdict"] for problem in entry["problems"]} <= {"uncertain", "refused"}
    assert any(problem["raw"] == "31/02/1990" for problem in entry["problems"])
    assert len(entry["rows_skipped"]) == 1


def test_formulas_are_text_in_the_workbook(checked, client):
    batch = checked()

    body = client.get(reverse("intake-report-xlsx", args=[batch.pk])).content
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
        texts = unescape(book.read("xl/sharedStrings.xml").decode())

    assert len(sheets) == 4
    assert not any("<f>" in sheet for sheet in sheets)
    assert f">'{FORMULA}<" in texts
    assert f">{FORMULA}<" not in texts


def test_the_list_says_who_when_and_what(written, client, soup):
    page = soup(client.get(reverse("intake-list")))
    part = soup(client.get(reverse("intake-list"), headers={"HX-Request": "true"}))

    [row] = page.select("#batch-table tbody tr")
    text = row.get_text(" ", strip=True)
    for said in ("ds.csv", "lan", "Sở Nội vụ", "Chuyên viên", "01/03/2026", "4", "3"):
        assert said in text
    assert row.select_one(f'a[href="{reverse("intake-undo", args=[written.pk])}"]')
    assert page.select_one("#batch-table").prettify() == part.select_one("#batch-table").prettify()
    none = soup(client.get(reverse("intake-list"), {"state": "undone"}))
    assert not none.select("tbody tr")
