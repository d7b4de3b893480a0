"""Files as they come: honest ones, made here byte by byte, and a scanner that answers."""

import io
import socketserver
import struct
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ngangtam.foundation.files import store

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
    b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n107\n%%EOF\n"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@pytest.fixture
def home(tmp_path, monkeypatch, settings):
    """A store of the test's own, and no scanner unless the test names one."""

    def room(name):
        (tmp_path / name).mkdir(exist_ok=True)
        return tmp_path / name

    monkeypatch.setattr(store, "room", room)
    settings.NGANGTAM_CLAMAV = ""
    return tmp_path


@pytest.fixture
def sent():
    return SimpleUploadedFile


def picture(style="PNG", size=(8, 6), **fields):
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, style, **fields)
    return made.getvalue()


def archive(*, main=WORD, more=(), rels="", comment=b""):
    """A Word file as small as one can be, with what the test hides in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" '
            f'ContentType="{main}"/></Types>',
        )
        file.writestr("_rels/.rels", f"<Relationships>{rels}</Relationships>")
        file.writestr("word/document.xml", "<w:document/>")
        for name, content in more:
            file.writestr(name, content)
        file.comment = comment
    return made.getvalue()


class _Clamd(socketserver.BaseRequestHandler):
    """Speaks INSTREAM as clamd does."""

    def handle(self):
        line = self.request.makefile("rb")
        assert line.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!I", line.read(4))[0]:
            data += line.read(size)
        self.server.seen.append(data)
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
        self.request.sendall(self.server.answer or found)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Clamd)
        self.seen, self.answer = [], b""


@pytest.fixture
def clamd(settings):
    """A scanner on this machine; `clamd.answer` makes it say something else."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.NGANGTAM_CLAMAV = f"tcp:127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
        thread.join()
