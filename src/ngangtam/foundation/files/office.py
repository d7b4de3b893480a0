"""Word and Excel files: an honest archive of one document without programs."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.foundation.files.problems import FileRefusedError

MOST_PARTS: Final = 3000
MOST_UNPACKED: Final = 200 * 1024 * 1024
_BASE: Final = "application/vnd.openxmlformats-officedocument."
# Parts that hold programs, other files, or fetch something from elsewhere.
_PROGRAMS: Final = re.compile(
    r"vbaproject|activex|/embeddings/|oleobject|macrosheets|externallinks|customui", re.IGNORECASE
)
_REACHES_OUT: Final = re.compile(
    rb"attachedTemplate|oleObject|/frame\"|subDocument|externalLinkPath", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes an archive this kind of document."""

    media_type: str
    main: str
    part: str


WORD: Final = Shape(
    f"{_BASE}wordprocessingml.document", f"{_BASE}wordprocessingml.document.main+xml", "word/"
)
EXCEL: Final = Shape(f"{_BASE}spreadsheetml.sheet", f"{_BASE}spreadsheetml.sheet.main+xml", "xl/")


def checked(shape: Shape) -> Callable[[bytes], bytes]:
    """Return the check of one kind of document; it hands the bytes back as they are."""

    def check(data: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                _check_frame(data, archive)
                _check_parts(archive, shape)
        except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError,
                NotImplementedError, KeyError, UnicodeDecodeError) as error:  # fmt: skip
            raise FileRefusedError(_("The document is damaged.")) from error
        return data

    return check


def _check_frame(data: bytes, archive: zipfile.ZipFile) -> None:
    """One archive from the first byte to the last, of a bearable size when unpacked."""
    parts = archive.infolist()
    first = min((part.header_offset for part in parts), default=-1)
    ends = data.rfind(b"PK\x05\x06")
    if first != 0 or archive.comment or ends + 22 != len(data):
        raise FileRefusedError(_("Something stands before or behind the document."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefusedError(_("The document unpacks to too much."))
    for part in parts:
        steps = part.filename.replace("\\", "/").split("/")
        if part.flag_bits & 1 or ".." in steps or steps[0] in {"", "."}:
            raise FileRefusedError(_("The document is damaged."))


def _check_parts(archive: zipfile.ZipFile, shape: Shape) -> None:
    names = archive.namelist()
    kinds = _read(archive, "[Content_Types].xml")
    if b"<!DOCTYPE" in kinds or shape.main.encode() not in kinds:
        raise FileRefusedError(_("The document is not of the kind that its name says."))
    if b"macroEnabled" in kinds or any(_PROGRAMS.search(name) for name in names):
        raise FileRefusedError(_("The document holds programs or other files. It is not taken."))
    if not any(name.startswith(shape.part) for name in names):
        raise FileRefusedError(_("The document is not of the kind that its name says."))
    for name in names:
        if name.endswith(".rels"):
            said = _read(archive, name)
            if b"<!DOCTYPE" in said or _fetches(said):
                raise FileRefusedError(_("The document fetches something from elsewhere."))


def _fetches(relations: bytes) -> bool:
    """Whether something but a link to click on points outside."""
    return any(
        b'targetmode="external"' in one.lower() and _REACHES_OUT.search(one) is not None
        for one in re.findall(rb"<Relationship\b[^>]*>", relations)
    )


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a small part, whatever size the archive claims for it."""
    with archive.open(name) as part:
        read = part.read(2 * 1024 * 1024 + 1)
    if len(read) > 2 * 1024 * 1024:
        raise FileRefusedError(_("The document unpacks to too much."))
    return read
