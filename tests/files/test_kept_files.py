"""Honest files: taken, kept whole, handed out as downloads."""

import io
import os
import re
import stat
import time
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.http import Http404
from PIL import Image

from made_files import PDF, archive, picture
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.files import serving, steps, store
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.files.names import clean_name
from ngangtam.foundation.files.problems import FileRefusedError

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def _excel():
    return archive(main=EXCEL, more=[("xl/workbook.xml", "<workbook/>")])


HONEST = {
    "pdf": ("Giấy khai sinh.pdf", PDF),
    "jpeg": ("ảnh bằng.JPG", picture("JPEG")),
    "png": ("ảnh.png", picture()),
    "docx": ("Đơn đề nghị.docx", archive()),
    "xlsx": ("bảng.xlsx", _excel()),
    "text": ("ghi chú.txt", "Tôi sinh năm 1986.".encode()),
}


@pytest.mark.parametrize("kind", HONEST)
def test_honest_files_are_taken(kind, sent):
    checked = steps.check(sent(*HONEST[kind]))

    assert checked.kind == kind
    assert checked.data


def test_real_word_and_excel_files_are_taken(sent):
    from docx import Document
    from xlsxwriter import Workbook

    word, excel = io.BytesIO(), io.BytesIO()
    document = Document()
    document.add_paragraph("Đơn đề nghị")
    document.save(word)
    with Workbook(excel) as book:
        book.add_worksheet().write(0, 0, "Nguyễn Thị Bình")

    assert steps.check(sent("don.docx", word.getvalue())).kind == "docx"
    assert steps.check(sent("bang.xlsx", excel.getvalue())).kind == "xlsx"


def test_a_photograph_loses_where_and_with_what_it_was_taken(sent):
    told = Image.Exif()
    told[0x010F] = "Máy ảnh của tôi"
    told[0x8825] = {1: "N", 2: (21.0, 2.0, 0.0)}
    told[0x0112] = 6  # lies on its side
    photo = picture("JPEG", size=(40, 20), exif=told.tobytes())

    kept = Image.open(io.BytesIO(steps.check(sent("anh.jpg", photo)).data))

    assert not kept.getexif()
    assert kept.size == (20, 40)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\lan\\Bằng đại học.pdf", "Bằng đại học.pdf"),
        ("Ba\u0306\u0300ng.pdf", "B\u1eb1ng.pdf"),
        ("anh\u202egnp.pdf", "anhgnp.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("con.pdf", "_con.pdf"),
        ("  .ẩn.pdf ", "ẩn.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given, kept):
    assert clean_name(given) == kept


def test_a_name_of_nothing_is_refused():
    with pytest.raises(FileRefusedError):
        clean_name("\u202e\x00")


@pytest.fixture
def kept(db, sent):
    return steps.keep(steps.check(sent("Bằng đại học.pdf", PDF)), sent_by=7)


def test_bytes_lie_under_their_hash_readable_by_the_instance_alone(kept):
    path = store.path_of(kept.hash)

    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == [kept.hash]


def test_the_same_bytes_twice_are_two_rows_and_one_file(kept, sent):
    again = steps.keep(steps.check(sent("khác.pdf", PDF)), sent_by=8)

    assert (again.hash, again.pk != kept.pk, again.token != kept.token) == (kept.hash, True, True)
    assert [digest for digest, _age in store.standing()] == [kept.hash]


def test_nothing_half_written_stays(home, monkeypatch):
    def full(_descriptor):
        raise OSError("full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        store.put(b"x")

    assert [path for path in (home / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_becomes_a_path(name):
    with pytest.raises(ValueError, match="not a hash"):
        store.path_of(name)


def test_a_download_is_never_a_page(kept):
    answer = serving.download(kept)

    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    said = re.fullmatch(
        r"attachment; filename=\"(.+)\"; filename\*=UTF-8''(.+)", answer["Content-Disposition"]
    )
    assert (said[1], unquote(said[2])) == ("bang dai hoc.pdf", "Bằng đại học.pdf")
    assert answer["Content-Disposition"].isascii()


def test_bytes_that_were_changed_are_not_handed_out(kept):
    store.path_of(kept.hash).write_bytes(PDF + b" ")

    with pytest.raises(Http404):
        serving.download(kept)
    assert [fault.hash for fault in steps.verify()] == [kept.hash]


def test_what_belongs_to_nobody_is_swept_when_it_is_old(kept, home):
    orphan = store.put("của không ai".encode())
    half = store.path_of(orphan).parent / ".half"
    half.write_bytes(b"x")
    for path in (store.path_of(orphan), store.path_of(kept.hash), half):
        os.utime(path, (time.time() - 90_000,) * 2)
    fresh = store.put(b"vua gui")

    assert steps.sweep() == 1
    assert {digest for digest, _age in store.standing()} == {kept.hash, fresh}
    assert not half.exists()


@pytest.mark.django_db(transaction=False)
def test_rows_are_read_by_who_sent_them_and_changed_by_nobody(sent, lan, minh):
    mine = steps.keep(steps.check(sent("a.pdf", PDF)), sent_by=minh.pk)

    with seen_by(lan.pk):
        assert not StoredFile.objects.filter(hash=mine.hash).exists()
        # Sending the same bytes says nothing about who sent them before.
        own = steps.keep(steps.check(sent("a.pdf", PDF)), sent_by=lan.pk)
        assert list(StoredFile.objects.all()) == [own]
        assert StoredFile.objects.update(name="x.pdf") == 0
    with seen_by(None):
        assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_nobody_sends_in_the_name_of_another(sent, lan, minh):
    from django.db import ProgrammingError

    checked = steps.check(sent("a.pdf", PDF))

    with pytest.raises(ProgrammingError), seen_by(lan.pk), transaction.atomic():
        steps.keep(checked, sent_by=minh.pk)
