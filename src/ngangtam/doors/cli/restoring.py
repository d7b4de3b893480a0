"""What `ngangtam restore` does: everything beside the home first, proved, then put in its place.

An instance is built in `restoring/` below the home, with a database server of its own when it is
the embedded one. Only when it holds what the manifest says and its audit verifies do the folders
take their places, by renaming. What a home held before is moved into `before-restore-…/`.
"""

import fcntl
import hmac
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ngangtam import __version__
from ngangtam.doors.cli.base import django_ready, note
from ngangtam.foundation.kernel import archive, database, dump, keyfile, secrets
from ngangtam.foundation.kernel.home import home
from ngangtam.foundation.kernel.wording import gettext as _

_KEYS: Final = ("audit_seal", "audit_checkpoint", "sign_in_key", "secret_key")
_SCRATCH: Final = "restoring"
_LOCK: Final = "restore.lock"
_ASIDE: Final = "before-restore-"
# What says nothing of the records; a home that holds no more counts as empty.
_PLAIN: Final = ("log", "bench", "run", "tmp", "cache", "lost+found", "database.lock", _LOCK,
                 _SCRATCH)  # fmt: skip
_GONE: Final = ("django_session", "sign_in_session")

Progress = Callable[[int], None]


class NotRestoredError(Exception):
    """Why nothing was restored; the home is as it was."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. Shape: `keys` as the key file holds them, None when none was given."""

    file: Path
    keys: dict[str, str] | None
    force: bool
    without_keys: bool
    accept_findings: bool


def restore(wish: Wish, progress: Progress) -> list[str]:
    """Bring the instance back; return what to say.

    Errors: BadArchiveError before anything is touched; NotRestoredError, DumpError, OSError and
        DatabaseUnavailableError after what was begun has been taken away again.
    """
    _must_be_free(wish)
    note(_("Checking the archive …"))
    manifest = archive.check(wish.file, progress)
    _must_not_be_newer(manifest)
    keys = _settled_keys(wish, manifest)
    target = home()
    replaced = _heads(target)
    with _alone(target), _scratch(target) as scratch:
        note(_("Unpacking …"))
        if archive.extract(wish.file, scratch, progress) != manifest:
            raise NotRestoredError(_("the archive changed while it was read"))
        secrets.adopt(keys)
        with _database(manifest) as server:
            told = _rebuild(scratch, manifest, wish, server, replaced)
            _settle_down(scratch)
            aside = _take_places(scratch, target)
    if aside:
        words = _("What the home held before is in %(folder)s; remove it when it is not needed.")
        told.append(words % {"folder": aside})
    return told


# --- before anything is touched --------------------------------------------------------------


def _must_be_free(wish: Wish) -> None:
    held = sorted(path.name for path in home().iterdir() if _counts(path))
    if held and not wish.force:
        raise NotRestoredError(
            _(
                "%(home)s is not empty (%(names)s); name an empty home with NGANGTAM_HOME, or "
                "move what is there aside with --force"
            )
            % {"home": home(), "names": ", ".join(held[:4])}
        )


def _heads(target: Path) -> list[Any]:
    """Return how far the audit of the home reached, so that going back behind it is on record."""
    heads = sorted((target / "audit").glob("*/head.json"))
    return [{name: held.get(name) for name in ("size", "root")}
            for held in (json.loads(path.read_text()) for path in heads)]  # fmt: skip


def _counts(path: Path) -> bool:
    """Whether a part of a home is worth keeping. An empty folder is not."""
    if path.name in _PLAIN or path.name.startswith(_ASIDE):
        return False
    return not path.is_dir() or any(path.iterdir())


def _must_not_be_newer(manifest: dict[str, Any]) -> None:
    if manifest.get("product") != "ngangtam":
        raise archive.BadArchiveError(_("it is of another product"))
    if _number(manifest["version"]) > _number(__version__):
        raise archive.BadArchiveError(
            _("it was made by version %(version)s, this is %(ours)s")
            % {"version": manifest["version"], "ours": __version__}
        )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _settled_keys(wish: Wish, manifest: dict[str, Any]) -> dict[str, str]:
    """Return the keys that the restored instance will have, once they are the right ones."""
    if wish.without_keys:
        return {}
    given = wish.keys if wish.keys is not None else secrets.read_kept(home())
    named = {name: os.environ.get(f"NGANGTAM_{name.upper()}") or given.get(name, "")
             for name in _KEYS}  # fmt: skip
    wrong = [name for name, key in named.items()
             if keyfile.fingerprint(key) != manifest["keys"].get(name)]  # fmt: skip
    if wrong:
        raise NotRestoredError(
            _(
                "the keys of the archive are not here (%(names)s): give the key file with "
                "--keys, or go on with new keys by --without-keys"
            )
            % {"names": ", ".join(wrong)}
        )
    if not is_sealed_by(manifest, named):
        raise archive.BadArchiveError(_("its seal does not hold: somebody made it anew"))
    return named


def is_sealed_by(manifest: dict[str, Any], keys: dict[str, str]) -> bool:
    """Whether the archive was sealed by the instance that has these keys."""
    mark = keyfile.seal(keys.get("audit_seal", ""), archive.sealed_part(manifest))
    return hmac.compare_digest(mark, str(manifest.get("seal")))


# --- a place to build in ---------------------------------------------------------------------


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    with (target / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotRestoredError(_("another restore is at work in this home")) from None
        try:
            yield
        finally:
            (target / _LOCK).unlink(missing_ok=True)


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """Give an empty folder that is the home meanwhile; take it away in the end."""
    scratch = target / _SCRATCH
    before = os.environ.get("NGANGTAM_HOME")
    os.environ["NGANGTAM_HOME"] = str(scratch)
    try:
        _clear(scratch)  # a restore that was killed may have left its own
        scratch.mkdir(mode=0o700)
        yield scratch
    finally:
        _clear(scratch)
        if before is None:
            del os.environ["NGANGTAM_HOME"]
        else:
            os.environ["NGANGTAM_HOME"] = before


def _clear(scratch: Path) -> None:
    if scratch.exists():
        database.stop()
        shutil.rmtree(scratch)


@contextmanager
def _database(manifest: dict[str, Any]) -> Iterator[int]:
    """Have an empty database; give its server's version. When the work fails, it is empty again.

    Errors: NotRestoredError when a database of your own holds tables: an older state is never
        written over. DumpError when its server is older than the archive's.
    """
    import psycopg

    given = database.is_given()
    address = database.addresses().owner
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(
            "select count(*) from pg_tables where schemaname = 'public'"
        ).fetchone()
        if found and found[0]:
            raise NotRestoredError(
                _("the database named by NGANGTAM_DATABASE_URL is not empty; name an empty one")
            )
        server = connection.info.server_version
        if server // 10_000 < manifest["server"] // 10_000:
            raise NotRestoredError(
                _("the archive is of PostgreSQL %(theirs)s, this server is older")
                % {"theirs": manifest["server"] // 10_000}
            )
        # Policies and privileges in the dump name it; its password comes with the migrations.
        connection.execute(
            f"do $$ begin if not exists (select from pg_roles where rolname = '{database.WEB}')"
            f" then create role {database.WEB}; end if; end $$"
        )
    try:
        yield server
    except BaseException:
        if given:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("drop schema public cascade")
                connection.execute("create schema public")
        raise


# --- building and proving --------------------------------------------------------------------


def _rebuild(
    scratch: Path, manifest: dict[str, Any], wish: Wish, server: int, replaced: list[Any]
) -> list[str]:
    dumped = scratch / archive.DATABASE
    note(_("Restoring the database …"))
    jobs = min(4, os.cpu_count() or 1)
    dump.load(database.addresses().owner, dumped, server, jobs)
    dumped.unlink()
    django_ready(database=False)
    from django.db import connection

    with connection.cursor() as cursor:
        _must_count(dump.counts(cursor), manifest["counts"])
        _must_be_known(cursor)
    _place_audit(scratch, str(connection.settings_dict["NAME"]))
    _must_grow_from(manifest)
    _bring_up_to_date()
    return [
        _(
            "Restored %(rows)s rows in %(tables)s tables, as of %(at)s; every table counts what it"
            " counted."
        )
        % {
            "rows": sum(manifest["counts"].values()),
            "tables": len(manifest["counts"]),
            "at": manifest["made_at"],
        },
        *_proved(manifest, wish, replaced),
    ]


def _must_count(found: dict[str, int], told: dict[str, int]) -> None:
    other = sorted(name for name in {*found, *told} if found.get(name) != told.get(name))
    if other:
        said = ", ".join(f"{name} {found.get(name)} for {told.get(name)}" for name in other[:4])
        raise NotRestoredError(
            _("the restored tables do not count what they counted: %(said)s") % {"said": said}
        )


# A Django cursor; its type is private.
def _must_be_known(cursor: Any) -> None:
    """Refuse a database that a newer version has already migrated."""
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    cursor.execute("select app || '.' || name from django_migrations")
    newer = sorted({row[0] for row in cursor.fetchall()} - known - _replaced())
    if newer:
        raise NotRestoredError(
            _("the archive was made by a newer version: %(name)s is not known here")
            % {"name": newer[0]}
        )


def _replaced() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    every = MigrationLoader(None).disk_migrations.values()
    return {f"{app}.{name}" for one in every for app, name in one.replaces}


def _place_audit(scratch: Path, name: str) -> None:
    """Put what was kept of the audit beside the database where its name says."""
    folder, moved = scratch / "audit", scratch / "audit.new"
    if folder.exists():
        moved.mkdir()
        folder.rename(moved / name)
        moved.rename(folder)


def _must_grow_from(manifest: dict[str, Any]) -> None:
    from ngangtam.foundation.audit import shelf, tree

    told = manifest["audit"]
    root = tree.root(shelf.Kept(), told["leaves"]).hex()
    if (shelf.size(), root) != (told["leaves"], told["root"]):
        raise NotRestoredError(_("the tree of the restored audit is not the one of the archive"))


def _bring_up_to_date() -> None:
    """Run later migrations; lay roles, walls, guards and lists anew; end every session."""
    from django.core.management import call_command
    from django.db import connection

    from ngangtam.doors.cli.base import accounted, bring_up_to_date
    from ngangtam.foundation.kernel.days import today
    from ngangtam.records.personnel import steps

    note(_("Bringing it up to date …"))
    # Always, even when none is missing: what follows migrations makes the web role and its walls.
    call_command("migrate", verbosity=0, interactive=False)
    bring_up_to_date()
    with accounted("backup.settled"):
        steps.refresh_everybody(day=today())
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names())
        for table in _GONE:
            # Who had signed out since must not be signed in again.
            if table in present:
                cursor.execute(f"delete from {table}")  # noqa: S608 - our own names
        # Snapshots that were kept before tell of other records.
        cursor.execute("select ngangtam_facts_new_era()")
        cursor.execute("analyze")


def _proved(manifest: dict[str, Any], wish: Wish, replaced: list[Any]) -> list[str]:
    from django.db import connection, transaction

    from ngangtam.foundation.audit import verifying
    from ngangtam.foundation.audit.steps import Process, record

    with transaction.atomic(durable=True):
        record(
            "backup.restored", by=Process(), subject=None, file=wish.file.name,
            seal=manifest["seal"], made_at=manifest["made_at"], version=manifest["version"],
            replaced=replaced,
        )  # fmt: skip
    note(_("Verifying the audit …"))
    if wish.without_keys:
        connection.close()
        return [_("The audit was not verified: the keys that sealed it were not given.")]
    report = verifying.verify_and_seal()
    connection.close()
    if report.sound:
        words = _("The audit verifies: %(events)s events, %(rows)s guarded rows.")
        return [words % {"events": report.events, "rows": report.rows}]
    found = [str(one) for one in report.findings]
    if not wish.accept_findings:
        raise NotRestoredError(
            _(
                "the audit in the archive does not verify (%(count)s findings, the first: "
                "%(first)s); take it all the same with --accept-findings"
            )
            % {"count": len(found), "first": found[0]}
        )
    words = _("The audit does NOT verify, %(count)s findings:")
    return [words % {"count": len(found)}, *found[:20]]


# --- taking places ---------------------------------------------------------------------------


def _settle_down(scratch: Path) -> None:
    """Stop the server, and leave nothing that can be made anew."""
    if not database.is_given():
        database.stop()
    for name in _PLAIN:
        path = scratch / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name in (archive.SUMS, archive.MANIFEST):
        (scratch / name).unlink(missing_ok=True)


def _take_places(scratch: Path, target: Path) -> Path | None:
    """Rename everything into the home; what stood there is moved aside. All of it or nothing."""
    aside = target / f"{_ASIDE}{time.strftime('%Y%m%d-%H%M%S')}"
    old = [path for path in target.iterdir()
           if path.name not in _PLAIN and not path.name.startswith(_ASIDE)]  # fmt: skip
    moves = [(path, aside / path.name) for path in old]
    moves += [(path, target / path.name) for path in scratch.iterdir()]
    done: list[tuple[Path, Path]] = []
    try:
        if old:
            os.environ["NGANGTAM_HOME"] = str(target)
            _stop_embedded()
            aside.mkdir(mode=0o700)
        for source, place in moves:
            source.rename(place)
            done.append((source, place))
    except BaseException:
        for source, place in reversed(done):
            place.rename(source)
        if old and aside.exists():
            aside.rmdir()
        raise
    finally:
        os.environ["NGANGTAM_HOME"] = str(scratch)
    return aside if old else None


def _stop_embedded() -> None:
    if not database.is_given():
        database.stop()
