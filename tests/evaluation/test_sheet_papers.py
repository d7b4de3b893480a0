"""The sheet on paper: Word and PDF say what the page says; only who reads the sheet gets them."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from ngangtam.stages.evaluation.models import Sheet

ROOT = Path(__file__).resolve().parents[2]


def _words(content):
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def _letters(content):
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


@pytest.fixture
def scored(sheet):
    Sheet.objects.filter(pk=sheet.pk).update(
        own_points={"general": "28"}, points={"general": "26.5"}, general_points="26.5",
        own_note="Đã làm {{ hết }} việc <b>", state="confirmed", answer="Cần sớm hơn",
    )  # fmt: skip
    sheet.refresh_from_db()
    return sheet


@pytest.mark.parametrize(("name", "read"), [("sheet-word", _words), ("sheet-pdf", _letters)])
def test_the_paper_says_what_the_page_says(client, trung, scored, name, read):
    client.force_login(trung)

    answer = client.get(reverse(name, args=[scored.pk]))
    said = read(answer.content)

    assert answer["Content-Disposition"].startswith("attachment")
    for words in ("THÁNG 3/2026", scored.person.full_name, "Độc lập - Tự do - Hạnh phúc", "26,5",
                  "Cần sớm hơn", "Đã làm {{ hết }} việc <b>", "chưa quyết định"):  # fmt: skip
        assert words in said, words


def test_a_collective_has_a_paper_of_its_own(client, thanh, unit_sheet):
    client.force_login(thanh)

    said = _words(client.get(reverse("sheet-word", args=[unit_sheet.pk])).content)

    assert "PHIẾU ĐÁNH GIÁ TẬP THỂ" in said
    assert "Họ và tên" not in said


def test_who_does_not_read_the_sheet_gets_no_paper(client, make_account, make_person,
                                                   lan_department, scored):  # fmt: skip
    other = make_account("khac", make_person("Lê Khác", lan_department))
    client.force_login(other)

    for name in ("sheet-word", "sheet-pdf"):
        assert client.get(reverse(name, args=[scored.pk])).status_code == 404


def test_the_table_of_a_unit_as_word(client, trung, scored, lan_department):
    client.force_login(trung)
    address = reverse("team-word", args=[lan_department.code, "2026-03"])

    said = _words(client.get(address).content)

    assert "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ THÁNG 3/2026" in said
    assert scored.person.full_name in said
    assert client.get(f"{address}?state=open").status_code == 200


def test_the_word_templates_are_what_the_tool_writes():
    done = subprocess.run([sys.executable, ROOT / "tools" / "word_sheets.py", "--check"],
                          capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode == 0, done.stderr
