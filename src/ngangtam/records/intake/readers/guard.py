"""What is checked before a file is opened: size, kind, and what a packed file would unpack to."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from ngangtam.records.intake.wording import BadFile

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_CHUNK: Final = 1 << 20
_DECLARATION: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE_DECLARATION: Final = re.compile(
    rb"<\x00!\x00D\x00O\x00C\x00T\x00Y\x00P\x00E|\x00<\x00!\x00D\x00O\x00C\x00T\x00Y\x00P\x00E"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be.

    Units: bytes for sizes, counts otherwise; `ratio` is unpacked size over packed size, looked at
        only for members above `ratio_from` bytes, because short repetitive files pack very well.
    """

    file_bytes: int = 100 * 1024 * 1024
    unpacked_bytes: int = 800 * 1024 * 1024
    members: int = 10_000
    ratio: int = 150
    ratio_from: int = 20 * 1024 * 1024
    rows: int = 1_000_000
    columns: int = 256
    cells: int = 20_000_000
    tables: int = 5_000
    cell_characters: int = 100_000


LIMITS: Final = Limits()


def kind_of(path: Path, limits: Limits = LIMITS) -> str:
    """Return `xlsx`, `docx` or `csv` by content; the name only decides between text files.

    Errors: BadFile when the file is missing, empty, too big, old, protected or of another kind.
    """
    if not path.is_file():
        raise BadFile("missing")
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise BadFile("unreadable") from error
    if size == 0:
        raise BadFile("empty")
    if size > limits.file_bytes:
        raise BadFile("too_big", limit=limits.file_bytes // (1024 * 1024))
    suffix = path.suffix.lower().lstrip(".")
    if head.startswith(_OLE):
        raise BadFile("encrypted" if suffix in {"xlsx", "docx", "xlsm"} else "old_office")
    if head.startswith(_ZIP):
        return _office_kind(path, suffix, limits)
    if suffix in {"xlsx", "xlsm", "docx"}:
        if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|meta)", head.lower()):
            raise BadFile("html")
        raise BadFile("not_office", detail=f".{suffix}")
    if suffix in {"doc", "xls"}:
        raise BadFile("html" if b"<html" in head.lower() else "old_office")
    if suffix in {"csv", "tsv", "txt"}:
        return "csv"
    raise BadFile("unknown_kind", detail=f".{suffix}" if suffix else path.name)


def _office_kind(path: Path, suffix: str, limits: Limits) -> str:
    names = inspect(path, limits)
    kind = "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else ""
    if not kind:
        if "EncryptedPackage" in names:
            raise BadFile("encrypted")
        if suffix in {"xlsx", "xlsm", "docx"}:
            raise BadFile("not_office", detail=f".{suffix}")
        raise BadFile("unknown_kind", detail=f".{suffix}" if suffix else path.name)
    if suffix in {"csv", "tsv", "txt"} or (suffix in {"xlsx", "docx"} and suffix != kind):
        raise BadFile("wrong_name", detail=f".{kind}")
    return kind


def inspect(path: Path, limits: Limits = LIMITS) -> set[str]:
    """Return the names inside a packed file after looking at sizes and paths only.

    Errors: BadFile for a file cut short, a bomb, a dangerous path or a protected entry.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile("truncated") from error
    if len(members) > limits.members:
        raise BadFile("bomb", detail=f"{len(members)} entries")
    total = 0
    names: set[str] = set()
    for member in members:
        _check_path(member.filename)
        if member.flag_bits & 0x1:
            raise BadFile("encrypted")
        total += member.file_size
        packed = max(member.compress_size, 1)
        if member.file_size > limits.ratio_from and member.file_size / packed > limits.ratio:
            raise BadFile("bomb", detail=f"1 : {member.file_size // packed}")
        names.add(member.filename.lstrip("/"))
    if total > limits.unpacked_bytes:
        raise BadFile("bomb", detail=f"{total // (1024 * 1024)} MB")
    return names


def _check_path(name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or re.match(r"[A-Za-z]:", name) or "\x00" in name:
        raise BadFile("path_trick", detail=name[:80])


def unpacked(
    archive: zipfile.ZipFile, name: str, limits: Limits = LIMITS, *, xml: bool = True
) -> "CheckedStream":
    """Open one member for reading in chunks; what it declares about its size is held to."""
    try:
        stream = archive.open(name)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BadFile("truncated") from error
    return CheckedStream(stream, limits, xml=xml)


class CheckedStream:
    """Reads a packed member; stops at a size limit, a damaged stream or an entity declaration."""

    def __init__(self, stream: IO[bytes], limits: Limits, *, xml: bool) -> None:
        self._stream = stream
        self._left = limits.unpacked_bytes
        self._start = b"" if xml else None

    def read(self, size: int = _CHUNK) -> bytes:
        """Return up to `size` bytes, empty at the end."""
        try:
            chunk = self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise BadFile("truncated") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise BadFile("bomb", detail="> limit")
        if self._start is not None and len(self._start) < 8192:
            self._start += chunk[:8192]
            if _DECLARATION.search(self._start) or _WIDE_DECLARATION.search(self._start):
                raise BadFile("entity")
        return chunk

    def close(self) -> None:
        """Close the member."""
        self._stream.close()

    def __enter__(self) -> "CheckedStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def try_whole(path: Path, limits: Limits = LIMITS) -> None:
    """Unpack every XML member once without keeping it, so that damage shows before reading.

    Errors: BadFile as `CheckedStream`.
    """
    left = limits.unpacked_bytes
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
                with unpacked(archive, member.filename, limits, xml=is_xml) as stream:
                    while chunk := stream.read():
                        left -= len(chunk)
                        if left < 0:
                            raise BadFile("bomb", detail="> limit")
    except (zipfile.BadZipFile, OSError) as error:
        raise BadFile("truncated") from error
