"""What `ngangtam backup` writes: one moment of the database, and the folders beside it."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from ngangtam import __version__
from ngangtam.doors.cli.base import note
from ngangtam.foundation.audit import sealing, shelf, tree
from ngangtam.foundation.audit.seals import public_key
from ngangtam.foundation.audit.steps import Process, record
from ngangtam.foundation.kernel import database, dump, keyfile
from ngangtam.foundation.kernel.archive import DATABASE, FOLDERS, Writer
from ngangtam.foundation.kernel.home import home
from ngangtam.foundation.kernel.secrets import secret
from ngangtam.foundation.kernel.wording import gettext as _

# Without these a restored instance can neither prove its audit nor open what it sealed.
KEYS: Final = ("audit_seal", "audit_checkpoint", "sign_in_key", "secret_key")
SEALING: Final = "audit_seal"


def keep(
    file: Path, key_file: Path | None, passphrase: str, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Write an archive, and the keys beside it when a file is named; return its manifest.

    One event of the audit says so. When anything fails, neither file is there.
    Errors: OSError, DumpError, BadArchiveError for a file whose name no archive may hold.
    """
    sealing.seal_new()
    partial = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as out:
            made = _written(Writer(out, progress))
            out.flush()
            os.fsync(out.fileno())
        _publish(partial, file, key_file, passphrase, made)
    finally:
        partial.unlink(missing_ok=True)
    return made


def _publish(
    partial: Path, file: Path, key_file: Path | None, passphrase: str, made: dict[str, Any]
) -> None:
    """Give both files their names, with the event; all of it or nothing."""
    done: list[Path] = []
    try:
        with transaction.atomic(durable=True):
            record(
                "backup.taken", by=Process(), subject=None, file=file.name, seal=made["seal"],
                leaves=made["audit"]["leaves"], keys=bool(key_file),
            )  # fmt: skip
            if key_file:
                done.append(key_file)
                _write_keys(key_file, passphrase)
            done.append(file)
            partial.rename(file)
            _settle(file.absolute().parent)
    except BaseException:
        for path in done:
            path.unlink(missing_ok=True)
        raise


def _write_keys(key_file: Path, passphrase: str) -> None:
    text = keyfile.lock({name: secret(name) for name in KEYS}, passphrase)
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _settle(folder: Path) -> None:
    """Have the folder itself written down: a name is lost with the power otherwise."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written(writer: Writer) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as beside:
        # Before the database is looked at: what stands here may only be older than the tree.
        shutil.copytree(sealing.beside(), beside, dirs_exist_ok=True)
        with sealing.one_snapshot(read_only=True) as cursor:
            note(_("Writing the database …"))
            told = _database(writer, cursor)
        writer.add_folder("audit", Path(beside))
    # After it: a file is there before the row that names it.
    for name in FOLDERS:
        if name != "audit":
            note(_("Writing %(name)s …") % {"name": name})
            writer.add_folder(name, home() / name)
    manifest = {
        "product": "ngangtam", "version": __version__, "made_at": timezone.now().isoformat(),
        "instance": public_key(), **told,
        "keys": {name: keyfile.fingerprint(secret(name)) for name in KEYS},
    }  # fmt: skip
    return writer.finish(manifest, lambda said: keyfile.seal(secret(SEALING), said))


# A Django cursor; its type is private.
def _database(writer: Writer, cursor: Any) -> dict[str, Any]:
    cursor.execute(
        "select pg_export_snapshot(), current_setting('server_version_num')::int,"
        " (select json_agg(app || '.' || name order by id)::text from django_migrations)"
    )
    snapshot, server, migrations = cursor.fetchone()
    with dump.dumped(database.addresses().owner, snapshot, server) as stream:
        writer.add(DATABASE, stream)
    leaves = shelf.size()
    return {
        "server": server, "migrations": _listed(migrations), "counts": dump.counts(cursor),
        "audit": {"leaves": leaves, "root": tree.root(shelf.Kept(), leaves).hex()},
    }  # fmt: skip


def _listed(text: str) -> list[str]:
    found: list[str] = json.loads(text)
    return found
