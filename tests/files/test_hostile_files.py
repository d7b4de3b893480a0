"""What people send who mean harm, and what machines send who do not know better."""

import io
import struct
import zipfile
import zlib

import pytest

from made_files import EICAR, PDF, archive, picture
from ngangtam.foundation.files import steps, store
from ngangtam.foundation.files.problems import FileRefusedError

TEXT = "Tôi sinh năm 1986, không phải 1968.\n".encode()


def _bomb():
    """A picture of 40,000 × 40,000 dots that is small on the wire."""

    def chunk(name, body):
        return (
            struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))
        )

    head = struct.pack("!IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _packed_pdf(inner):
    stream = zlib.compress(inner)
    return PDF.replace(
        b"xref\n",
        b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(stream) + stream + b"\nendstream\nendobj\nxref\n",
        1,
    )  # fmt: skip


def _zip_bomb():
    made = io.BytesIO(archive())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as file:
        for number in range(3):
            file.writestr(f"word/media/{number}.bin", b"\0" * 80_000_000)
    return made.getvalue()


FETCH = (
    '<Relationship Id="r1" TargetMode="External" Target="http://example.org/x.dotm" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
HOSTILE = {
    "a page": ("to-khai.html", HTML),
    "a page that calls itself a picture": ("anh.png", HTML),
    "a page that calls itself text": ("ghi-chu.txt", HTML),
    "a page inside a picture": ("anh.png", picture() + HTML),
    "a page in the comment of a picture": ("anh.jpg", picture("JPEG", comment=HTML)),
    "a drawing with scripts": ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a drawing that calls itself text": ("anh.txt", b"<svg onload='alert(1)'/>"),
    "a programme": ("anh.png", b"MZ\x90\x00" + b"\0" * 200),
    "a programme with two endings": ("to-khai.pdf.exe", PDF),
    "a picture called a PDF": ("bang.pdf", picture()),
    "a PDF called a picture": ("bang.png", PDF),
    "a PDF that does not begin at its beginning": ("bang.pdf", b"GIF89a;" + PDF),
    "a PDF that is an archive too": ("bang.pdf", PDF + archive()),
    "a PDF with a page behind its end": ("bang.pdf", PDF + HTML),
    "a PDF with a page inside": ("bang.pdf", PDF.replace(b"xref", HTML + b"\nxref", 1)),
    "a PDF that is cut": ("bang.pdf", PDF[:60]),
    "a PDF with a script": ("bang.pdf", PDF.replace(b"/Pages 2", b"/JavaScript 9 0 R /Pages 2")),
    "a PDF with a script spelt otherwise": (
        "bang.pdf", PDF.replace(b"/Pages 2", b"/J#61vaScript 9 0 R /Pages 2"),
    ),
    "a PDF with a packed script": ("bang.pdf", _packed_pdf(b"1 0 << /S /JavaScript /JS (x) >>")),
    "a PDF that launches": ("bang.pdf", PDF.replace(b"/Pages 2", b"/Launch 9 0 R /Pages 2")),
    "a PDF that carries files": (
        "bang.pdf", PDF.replace(b"/Pages 2", b"/EmbeddedFiles 9 0 R /Pages 2"),
    ),
    "a locked PDF": ("bang.pdf", PDF.replace(b"/Size 3", b"/Size 3 /Encrypt 9 0 R")),
    "a picture of far too many dots": ("anh.png", _bomb()),
    "half a picture": ("anh.png", picture(size=(200, 200))[:100]),
    "a Word file with programmes": (
        "bang.docx", archive(more=[("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")]),
    ),
    "a Word file that admits its programmes": (
        "bang.docx", archive(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
    ),
    "a Word file that carries another": (
        "bang.docx", archive(more=[("word/embeddings/oleObject1.bin", b"\xd0\xcf")]),
    ),
    "a Word file that fetches its template": ("bang.docx", archive(rels=FETCH)),
    "a Word file with a page before it": ("bang.docx", HTML + archive()),
    "a Word file with something behind it": ("bang.docx", archive() + b"MZ\x90"),
    "a Word file with a comment": ("bang.docx", archive(comment=b"<script>")),
    "a Word file that climbs out": ("bang.docx", archive(more=[("../../etc/x", b"x")])),
    "a Word file that unpacks without end": ("bang.docx", _zip_bomb()),
    "a Word file called Excel": ("bang.xlsx", archive()),
    "an archive called Word": ("bang.docx", archive(main="text/plain")),
    "text in an unknown alphabet": ("ghi-chu.txt", "Tôi".encode("utf-16")),
    "text with commands for a terminal": ("ghi-chu.txt", b"ok \x1b[2J"),
    "a shell script": ("chay.txt", b"#!/bin/sh\nrm -rf /\n"),
    "a picture from a telephone": ("anh.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    "nothing at all": ("trong.txt", b""),
    "a name without an ending": ("tokhai", TEXT),
    "only an ending": (".pdf", PDF),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused_and_leave_nothing(what, sent, home):
    name, data = HOSTILE[what]

    with pytest.raises(FileRefusedError) as refused:
        steps.check(sent(name, data))

    assert refused.value.messages[0]
    assert list(store.standing()) == []


def test_a_huge_file_is_refused_before_it_is_read(sent, settings):
    settings.NGANGTAM_FILE_MEGABYTES = 1
    upload = sent("bang.txt", b"a" * (1024 * 1024 + 1))
    upload.close()

    with pytest.raises(FileRefusedError, match="1 MB"):
        steps.check(upload)


def test_the_scanner_sees_every_byte_and_what_it_finds_is_refused(sent, clamd):
    steps.check(sent("ghi-chu.txt", TEXT * 5000))
    with pytest.raises(FileRefusedError):
        steps.check(sent("ghi-chu.txt", EICAR))

    assert clamd.seen == [TEXT * 5000, EICAR]


def test_a_scanner_that_cannot_look_refuses(sent, clamd):
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"

    with pytest.raises(FileRefusedError):
        steps.check(sent("ghi-chu.txt", TEXT))


@pytest.mark.parametrize("address", ["tcp:127.0.0.1:9", "unix:/nowhere/clamd.ctl", "somewhere"])
def test_a_scanner_that_does_not_answer_refuses(sent, settings, address):
    settings.NGANGTAM_CLAMAV = address

    with pytest.raises(FileRefusedError):
        steps.check(sent("ghi-chu.txt", TEXT))
