"""PDF: one document from the first byte to the last, and nothing in it that acts."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from ngangtam.foundation.files.problems import FileRefusedError

# What makes a document act, carry other files, or reach out: names of PDF 32000-1.
_ACTS: Final = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)"
    rb"(?![A-Za-z0-9])"
)
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<")
_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED: Final = re.compile(rb"/ObjStm\b")
_STREAM: Final = re.compile(rb"stream\r?\n")
_MOST_UNPACKED: Final = 64 * 1024 * 1024


def check(data: bytes) -> None:
    """Errors: FileRefusedError when the file is cut, locked, acts, or is a second kind as well."""
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\r\n \t\0"):
        raise FileRefusedError(_("The PDF does not end where a PDF ends."))
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefusedError(_("The file is a PDF and an archive at once. It is not taken."))
    if _ENCRYPTED.search(data):
        raise FileRefusedError(_("The PDF is locked with a password; nobody could check it."))
    for part in (data, *_unpacked(data)):
        if _ACTS.search(_HEX.sub(_letter, part)):
            raise FileRefusedError(
                _("The PDF holds scripts or other files. Print it to a new PDF and send that.")
            )


def _letter(found: re.Match[bytes]) -> bytes:
    """A name may be written with hexadecimal letters; read it as a viewer does."""
    return bytes([int(found[1], 16)])


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield the packed lists of objects, in which names hide from a plain search."""
    left = _MOST_UNPACKED
    for found in _PACKED.finditer(data):
        begin = _STREAM.search(data, found.end(), found.end() + 2048)
        if begin is None:
            continue
        try:
            text = zlib.decompressobj().decompress(data[begin.end() :], left)
        except zlib.error:
            continue
        left -= len(text)
        if left <= 0:
            raise FileRefusedError(_("The PDF unpacks to too much."))
        yield text
