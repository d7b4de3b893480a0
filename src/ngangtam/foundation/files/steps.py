"""Keeping files, and clearing away what belongs to nobody."""

from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.files import store
from ngangtam.foundation.files.kinds import kind_of
from ngangtam.foundation.files.models import StoredFile
from ngangtam.foundation.files.names import clean_name, ending_of
from ngangtam.foundation.files.problems import FileRefusedError
from ngangtam.foundation.files.scanning import scan

A_DAY: Final = 24 * 60 * 60.0


class Upload(Protocol):
    """A file as the framework hands it on."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at and may be kept."""

    name: str
    kind: str
    data: bytes


def check(upload: Upload) -> Checked:
    """Look at a file: its size, its name, what it is, what hides in it, what the scanner says.

    Errors: FileRefusedError, in words for the person who sent it. Nothing is written.
    """
    most = settings.NGANGTAM_FILE_MEGABYTES
    if (upload.size or 0) > most * 1024 * 1024:
        raise FileRefusedError(_("The file is larger than %(most)s MB.") % {"most": most})
    data = upload.read()
    if not data:
        raise FileRefusedError(_("The file is empty."))
    name = clean_name(upload.name or "")
    kind = kind_of(data, ending_of(name))
    scan(data)
    return Checked(name=name, kind=kind.id, data=kind.clean(data))


def keep(checked: Checked, *, sent_by: int | None) -> StoredFile:
    """Write the bytes, then their row, inside the caller's transaction.

    Bytes whose row is taken back with the transaction are cleared away by `sweep`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        digest = store.put(checked.data)
        # Against a sweep that looks between the bytes and the row.
        cursor.execute("select pg_advisory_xact_lock_shared(hashtext(%s))", [digest])
        if store.get(digest) is None:
            store.put(checked.data)
        return StoredFile.objects.create(
            hash=digest, size=len(checked.data), kind=checked.kind, name=checked.name,
            sent_by=sent_by,
        )  # fmt: skip


def sweep(*, older_than: float = A_DAY) -> int:
    """Remove bytes that no row speaks of and that are old enough; return how many.

    Runs as the owner: to a viewer behind the wall every file of others would look like nobody's.
    """
    removed = 0
    for digest, age in list(store.standing()):
        if age < older_than or StoredFile.objects.filter(hash=digest).exists():
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [digest])
            if not StoredFile.objects.filter(hash=digest).exists():
                store.path_of(digest).unlink(missing_ok=True)
                removed += 1
    for path in list(store.leftovers(older_than)):
        path.unlink(missing_ok=True)
    return removed


@dataclass(frozen=True, slots=True)
class Fault:
    """A row whose bytes are missing or are not what they were."""

    name: str
    hash: str


def verify() -> list[Fault]:
    """Return every row whose bytes cannot be read back as they were kept."""
    rows = StoredFile.objects.order_by("pk").values_list("name", "hash")
    return [Fault(name, digest) for name, digest in rows if store.get(digest) is None]
