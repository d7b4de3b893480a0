"""The kinds of file that are kept, how each is known by its content, and what hides in it.

A file is taken only when its content and the ending of its name say the same kind, and when it is
nothing else beside that: whatever could be opened as a second kind is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngangtam.foundation.files import office, pdf, pictures
from ngangtam.foundation.files.problems import FileRefusedError

# What a browser, an interpreter or a shell would run, wherever it stands in a file.
_RUNS: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|svg|xsl:|\?php|%\s*=?)"
    rb"|javascript:|^#!\s*/",
    re.IGNORECASE,
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. Shape: `clean` returns the bytes to keep, or refuses."""

    id: str
    label: str | Promise
    media_type: str
    endings: tuple[str, ...]
    begins: bytes
    clean: Callable[[bytes], bytes]


def _picture(data: bytes) -> bytes:
    _refuse_what_runs(data)
    return pictures.redrawn(data)


def _pdf(data: bytes) -> bytes:
    _refuse_what_runs(data)
    pdf.check(data)
    return data


def _text(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefusedError(_("The text is not written in UTF-8.")) from error
    if _CONTROLS.search(text):
        raise FileRefusedError(_("The text holds letters that no text has."))
    _refuse_what_runs(data)
    return data


def _refuse_what_runs(data: bytes) -> None:
    """Errors: FileRefusedError when a part of the file could be run as a page or a script."""
    if _RUNS.search(data):
        raise FileRefusedError(_("The file holds a part that could be run. It is not taken."))


KINDS: Final = {
    kind.id: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", ("pdf",), b"%PDF-", _pdf),
        Kind("jpeg", gettext_lazy("picture (JPEG)"), "image/jpeg", ("jpg", "jpeg"),
             b"\xff\xd8\xff", _picture),
        Kind("png", gettext_lazy("picture (PNG)"), "image/png", ("png",),
             b"\x89PNG\r\n\x1a\n", _picture),
        Kind("docx", "Word", office.WORD.media_type, ("docx",), b"PK\x03\x04",
             office.checked(office.WORD)),
        Kind("xlsx", "Excel", office.EXCEL.media_type, ("xlsx",), b"PK\x03\x04",
             office.checked(office.EXCEL)),
        Kind("text", gettext_lazy("plain text"), "text/plain; charset=utf-8", ("txt",), b"",
             _text),
    )
}  # fmt: skip
ACCEPT: Final = ",".join(f".{ending}" for kind in KINDS.values() for ending in kind.endings)


def kind_of(data: bytes, ending: str) -> Kind:
    """Return the kind that both the content and the ending name.

    Errors: FileRefusedError for a kind that is not kept, and where the two disagree.
    """
    named = next((kind for kind in KINDS.values() if ending in kind.endings), None)
    if named is None:
        raise FileRefusedError(
            _("Files ending in .%(ending)s are not taken; send PDF, JPEG, PNG, Word (.docx), "
              "Excel (.xlsx) or plain text.") % {"ending": ending[:10]}
        )  # fmt: skip
    if not data.startswith(named.begins) or not _agrees(named, data):
        raise FileRefusedError(
            _("The content is not what the name says (%(kind)s).") % {"kind": named.label}
        )
    return named


def _agrees(named: Kind, data: bytes) -> bool:
    """Whether the catalogue of signatures knows nothing better than the named kind."""
    try:
        found = puremagic.magic_string(data[:65536])
    except (puremagic.PureError, ValueError):
        return named.id == "text"
    sure = [one for one in found if one.confidence >= 0.3]
    if named.id == "text":
        # Short text is mistaken for many things; a signature at the very beginning is not.
        return not any(len(one.byte_match) >= 4 and one.offset == 0 for one in sure)
    return any(one.extension.lstrip(".") in named.endings for one in found)
