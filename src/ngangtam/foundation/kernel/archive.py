"""One file that holds many: a plain tar in which every byte is accounted for.

Members stand in one order: groups as `GROUPS` lists them, names sorted within. Then comes a list
of digests that `sha256sum --check` reads too, and last the manifest, which holds the digest of
that list. Whoever changes, swaps, adds, drops or reorders a member, or writes into the gaps, is
found. Nothing is held in memory: neither members nor their list.
"""

import hashlib
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from ngangtam.foundation.kernel.wording import gettext as _

FORMAT: Final = 1
DATABASE: Final = "database.dump"
# Folders of the home that an archive holds; what is not here can be made anew, or is a secret.
FOLDERS: Final = ("audit", "fonts", "intake", "rulebook", "templates", "files")
GROUPS: Final = (DATABASE, *FOLDERS)
SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"

_BLOCK: Final = 512
_PIECE: Final = 1 << 20
_END: Final = bytes(2 * _BLOCK)
_MOST_MANIFEST: Final = 16 << 20
_SAFE: Final = re.compile(r"[^\x00-\x1f\x7f\\]+")

Progress = Callable[[int], None]


class BadArchiveError(Exception):
    """The archive is no archive of ours, or is not as it was written; the text says where."""


def _order(name: str) -> tuple[int, tuple[str, ...]]:
    """Return where a member belongs. Errors: BadArchiveError for a name that is none of ours."""
    parts = tuple(name.split("/"))
    group, *rest = parts
    if group not in GROUPS or (group == DATABASE) != (not rest):
        raise BadArchiveError(
            _("it holds “%(name)s”, which is no part of a backup") % {"name": name}
        )
    if any(part in {"", ".", ".."} or not _SAFE.fullmatch(part) for part in parts):
        raise BadArchiveError(_("it holds the unsafe name “%(name)s”") % {"name": name})
    return GROUPS.index(group), parts


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, 0
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _gap(size: int) -> int:
    return -size % _BLOCK


# --- writing ---------------------------------------------------------------------------------


@dataclass
class Writer:
    """Writes an archive into an open, seekable file, member after member, in order."""

    out: IO[bytes]
    progress: Progress = lambda _bytes: None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    _sums: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    _last: tuple[int, tuple[str, ...]] = (-1, ())

    def add(self, name: str, source: IO[bytes]) -> None:
        """Append a member and read `source` to its end; its size need not be known before."""
        place = _order(name)
        if place <= self._last:
            raise ValueError(f"{name} is out of order")
        self._last = place
        size, digest = self._put(name, source)
        self._sums.write(f"{digest}  {name}\n".encode())
        counted = self.counts.setdefault(GROUPS[place[0]], {"members": 0, "bytes": 0})
        counted["members"] += 1
        counted["bytes"] += size

    def add_folder(self, name: str, folder: Path) -> None:
        """Append every regular file below `folder`; links are left alone, they may lead out."""
        for path in _files(folder):
            inside = path.relative_to(folder).as_posix()
            # What nobody needed any more was swept away since its name was read.
            with suppress(FileNotFoundError), path.open("rb") as source:
                self.add(f"{name}/{inside}", source)

    def finish(self, manifest: dict[str, Any], seal: Callable[[bytes], str]) -> dict[str, Any]:
        """Append the list of digests and the manifest, sealed; return it as it was written."""
        self._sums.seek(0)
        size, digest = self._put(SUMS, self._sums)
        self._sums.close()
        whole = {
            **manifest, "format": FORMAT, "folders": self.counts,
            "sums": {"bytes": size, "sha256": digest},
        }  # fmt: skip
        whole["seal"] = seal(sealed_part(whole))
        with tempfile.TemporaryFile() as text:
            text.write(json.dumps(whole, ensure_ascii=False, indent=1).encode())
            text.seek(0)
            self._put(MANIFEST, text)
        self.out.write(_END)
        return whole

    def _put(self, name: str, source: IO[bytes]) -> tuple[int, str]:
        start, size, digest = self.out.tell(), 0, hashlib.sha256()
        self.out.write(_header(name, 0))
        while piece := source.read(_PIECE):
            self.out.write(piece)
            digest.update(piece)
            size += len(piece)
            self.progress(len(piece))
        self.out.write(bytes(_gap(size)))
        end = self.out.tell()
        self.out.seek(start)
        self.out.write(_header(name, size))
        self.out.seek(end)
        return size, digest.hexdigest()


def sealed_part(manifest: dict[str, Any]) -> bytes:
    """Return the bytes that a manifest's seal covers: all that it says but the seal."""
    told = {name: value for name, value in manifest.items() if name != "seal"}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _files(folder: Path) -> Iterator[Path]:
    """Yield the regular files below `folder`, as `_order` sorts them."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        elif entry.is_file(follow_symlinks=False) and not entry.name.endswith((".new", ".part")):
            yield Path(entry.path)


# --- reading ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive; `source` gives its bytes, once, before the next is asked for."""

    name: str
    size: int
    source: Iterator[bytes]


def check(path: Path, progress: Progress = lambda _bytes: None) -> dict[str, Any]:
    """Read the whole archive and return its manifest; touches nothing else.

    Errors: BadArchiveError with one sentence; OSError when the file cannot be read.
    """
    return _walk(path, lambda member: _drain(member, progress))


def extract(path: Path, into: Path, progress: Progress = lambda _bytes: None) -> dict[str, Any]:
    """Write every member below `into`, which is empty, and check all of it once more."""
    return _walk(path, lambda member: _write(member, into, progress))


def _drain(member: Member, progress: Progress) -> None:
    for piece in member.source:
        progress(len(piece))


def _write(member: Member, into: Path, progress: Progress) -> None:
    target = into / member.name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in member.source:
            file.write(piece)
            progress(len(piece))


def _walk(path: Path, take: Callable[[Member], None]) -> dict[str, Any]:
    with path.open("rb") as file, tempfile.TemporaryFile() as sums:
        if file.read(len(_header(DATABASE, 0)))[:14] != DATABASE.encode() + b"\x00":
            raise BadArchiveError(_("it is no backup of this product"))
        file.seek(0)
        try:
            with tarfile.open(fileobj=file, mode="r:", encoding="utf-8") as tar:
                return _members(tar, file, sums, take)
        except (tarfile.TarError, EOFError, UnicodeError) as error:
            raise BadArchiveError(_("it is damaged: %(error)s") % {"error": error}) from error


def _members(
    tar: tarfile.TarFile, file: IO[bytes], sums: IO[bytes], take: Callable[[Member], None]
) -> dict[str, Any]:
    last: tuple[int, tuple[str, ...]] = (-1, ())
    end = 0
    while True:
        info = tar.next()
        tar.members.clear()  # type: ignore[attr-defined]  # a million names are no small list
        if info is None:
            raise BadArchiveError(_("it is cut off, or damaged in the middle"))
        _must_be_plain(info, file, end)
        end = info.offset_data + info.size + _gap(info.size)
        if info.name == SUMS:
            break
        place = _order(info.name)
        if place <= last:
            raise BadArchiveError(_("%(name)s stands twice or out of order") % {"name": info.name})
        last = place
        sums.write(f"{_taken(info, file, take)}  {info.name}\n".encode())
    digest = _compare(info, file, sums)
    return _manifest(tar, file, end, (info.size, digest))


def _must_be_plain(info: tarfile.TarInfo, file: IO[bytes], start: int) -> None:
    """Refuse what we do not write: links, devices, owners, times, anything between members."""
    if not info.isreg() or info.issparse():
        raise BadArchiveError(_("“%(name)s” is no regular file") % {"name": info.name})
    file.seek(start)
    if info.offset != start or file.read(info.offset_data - start) != _header(info.name, info.size):
        raise BadArchiveError(
            _("the header of “%(name)s” is not as it was written") % {"name": info.name}
        )


def _taken(info: tarfile.TarInfo, file: IO[bytes], take: Callable[[Member], None]) -> str:
    digest = hashlib.sha256()
    take(Member(info.name, info.size, _pieces(info, file, digest)))
    return digest.hexdigest()


# hashlib's objects have no public type.
def _pieces(info: tarfile.TarInfo, file: IO[bytes], digest: Any) -> Iterator[bytes]:
    file.seek(info.offset_data)
    left = info.size
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise BadArchiveError(_("it is cut off in %(name)s") % {"name": info.name})
        digest.update(piece)
        left -= len(piece)
        yield piece
    if any(file.read(_gap(info.size))):
        raise BadArchiveError(_("something was written after %(name)s") % {"name": info.name})


def _compare(info: tarfile.TarInfo, file: IO[bytes], sums: IO[bytes]) -> str:
    """Compare the list with the digests just taken; return its own digest."""
    digest = hashlib.sha256()
    if sums.tell() != info.size:
        raise BadArchiveError(_("it holds more or fewer members than its list of digests says"))
    sums.seek(0)
    for piece in _pieces(info, file, digest):
        if piece != sums.read(len(piece)):
            raise BadArchiveError(_first_other(info, file, sums))
    return digest.hexdigest()


def _first_other(info: tarfile.TarInfo, file: IO[bytes], sums: IO[bytes]) -> str:
    """Name the first member that is not what the list says."""
    file.seek(info.offset_data)
    sums.seek(0)
    for found in sums:
        if file.readline() != found:
            name = found.decode().strip().partition("  ")[2]
            return _("%(name)s is not as it was written") % {"name": name}
    return _("its list of digests is damaged")


def _manifest(
    tar: tarfile.TarFile, file: IO[bytes], start: int, sums: tuple[int, str]
) -> dict[str, Any]:
    info = tar.next()
    if info is None or info.name != MANIFEST or info.size > _MOST_MANIFEST:
        raise BadArchiveError(_("it has no manifest: it is cut off"))
    _must_be_plain(info, file, start)
    text = b"".join(_pieces(info, file, hashlib.sha256()))
    if file.read(len(_END) + 1) != _END:
        raise BadArchiveError(_("it does not end where it should"))
    try:
        manifest: dict[str, Any] = json.loads(text)
        told = (manifest["sums"]["bytes"], manifest["sums"]["sha256"])
        number = int(manifest["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadArchiveError(_("its manifest cannot be read")) from error
    if number > FORMAT:
        raise BadArchiveError(
            _("it is of format %(number)s; this version reads up to %(format)s")
            % {"number": number, "format": FORMAT}
        )
    if told != sums:
        raise BadArchiveError(_("its list of digests is not the one of its manifest"))
    return manifest
