"""Keeping a copy of everything in one file, and bringing it back."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from ngangtam.doors.cli.base import BAD_USAGE, REFUSED, django_ready, fail, note
from ngangtam.foundation.kernel import archive, keyfile

FILE = click.Path(path_type=Path, dir_okay=False)
PASSPHRASE = "NGANGTAM_BACKUP_PASSPHRASE"  # noqa: S105 - the name of a variable


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", "key_file", type=FILE, metavar="FILE",
              help="Write the keys of the instance there, under a passphrase.")  # fmt: skip
@click.option("--check", "checking", is_flag=True, help="Read an archive through; write nothing.")
def backup(file: Path, key_file: Path | None, checking: bool) -> None:
    """Write database, files and local rules to FILE; keys go apart, or not at all.

    With --check FILE is read instead: every byte is compared with its digest, and with --keys
    the seal of the archive too. The passphrase is asked for, or read from
    NGANGTAM_BACKUP_PASSPHRASE.
    """
    if checking:
        _check(file, key_file)
        return
    for one in filter(None, (file, key_file)):
        if one.exists():
            fail(f"{one} is there already; an older copy is never written over", BAD_USAGE)
        if not one.absolute().parent.is_dir():
            fail(f"{one.absolute().parent} is no folder", BAD_USAGE)
    words = passphrase(new=True) if key_file else ""
    django_ready()
    from ngangtam.doors.cli import keeping
    from ngangtam.foundation.kernel.dump import DumpError

    with ended_by_signals():
        try:
            made = keeping.keep(file, key_file, words, Moved("Written"))
        except (OSError, DumpError, keyfile.BadKeysError, archive.BadArchiveError) as error:
            fail(f"no backup was made: {reason(error)}")
    _tell(file, made)
    if key_file:
        note(f"The keys are in {key_file}; keep them apart from the archive.")
    else:
        note("No keys were written (--keys): keep those of this home, the audit needs them.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", "key_file", type=FILE, metavar="FILE",
              help="The key file that was written with the archive.")  # fmt: skip
@click.option("--force", is_flag=True,
              help="Even when the home is not empty: what it holds is moved aside.")  # fmt: skip
@click.option("--without-keys", is_flag=True,
              help="With new keys; the audit cannot be verified then.")  # fmt: skip
@click.option("--accept-findings", is_flag=True,
              help="Even when the audit in the archive does not verify.")  # fmt: skip
def restore(
    file: Path, key_file: Path | None, force: bool, without_keys: bool, accept_findings: bool
) -> None:
    """Bring an instance back from FILE into an empty home, and prove that it is the same.

    Everything is checked before anything is touched; when something fails, the home is left as
    it was.
    """
    if key_file and without_keys:
        fail("give --keys or --without-keys, not both", BAD_USAGE)
    from ngangtam.doors.cli import restoring
    from ngangtam.doors.cli.server import running_instance
    from ngangtam.foundation.kernel.database import DatabaseUnavailableError
    from ngangtam.foundation.kernel.dump import DumpError

    if pid := running_instance():
        fail(f"this home runs an instance (process {pid}); stop it with: ngangtam stop")
    wish = restoring.Wish(
        file, _unlocked(key_file) if key_file else None, force=force, without_keys=without_keys,
        accept_findings=accept_findings,
    )  # fmt: skip
    with ended_by_signals():
        try:
            told = restoring.restore(wish, Moved("Read"))
        except archive.BadArchiveError as error:
            fail(f"{file} cannot be restored: {error}; nothing was changed")
        except (OSError, DumpError, DatabaseUnavailableError, restoring.NotRestoredError) as error:
            fail(f"nothing was restored and nothing was changed: {reason(error)}")
    for line in told:
        click.echo(line)


def _check(file: Path, key_file: Path | None) -> None:
    keys = _unlocked(key_file) if key_file else None
    with ended_by_signals():
        try:
            made = archive.check(file, Moved("Read"))
        except archive.BadArchiveError as error:
            fail(f"{file} is not sound: {error}")
        except OSError as error:
            fail(reason(error), BAD_USAGE)
    if keys is not None:
        from ngangtam.doors.cli import restoring

        if not restoring.is_sealed_by(made, keys):
            fail(f"{file} was not sealed with these keys: it is of another instance, or remade")
    _tell(file, made)
    note("Every byte is as it was written" + (", and the seal holds." if keys else "."))
    sys.exit(0)


def _tell(file: Path, made: dict[str, Any]) -> None:
    rows = sum(made["counts"].values())
    members = sum(one["members"] for one in made["folders"].values())
    click.echo(f"{file}: {made['made_at']}, version {made['version']}, {rows} rows in "
               f"{len(made['counts'])} tables, {members - 1} files, "
               f"{made['audit']['leaves']} leaves in the audit's tree")  # fmt: skip


def _unlocked(key_file: Path) -> dict[str, str]:
    if not key_file.exists():
        fail(f"{key_file} is not there", BAD_USAGE)
    try:
        return keyfile.unlock(key_file, passphrase(new=False))
    except (keyfile.BadKeysError, OSError) as error:
        fail(f"{reason(error)}; nothing was changed", REFUSED)


def passphrase(*, new: bool) -> str:
    """Return the passphrase of the key file: from the environment, or asked for on a terminal."""
    given = os.environ.get(PASSPHRASE)
    if given is None and sys.stdin.isatty():
        given = str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))
    if not given:
        fail(f"the key file needs a passphrase: set {PASSPHRASE}, or ask on a terminal", BAD_USAGE)
    if new and len(given) < keyfile.SHORTEST:
        fail(f"the passphrase needs {keyfile.SHORTEST} letters at least", BAD_USAGE)
    return given


def reason(error: Exception) -> str:
    """Return one line for an error: what the system says, and about which file."""
    if isinstance(error, OSError) and error.strerror:
        about = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{about}"
    return " ".join(str(error).split())


class ended_by_signals:  # noqa: N801 - reads as a statement
    """Let SIGTERM unwind as Ctrl-C does, so that nothing half done is left."""

    def __enter__(self) -> None:
        import signal

        self.before = signal.signal(signal.SIGTERM, signal.default_int_handler)

    def __exit__(self, *_: object) -> None:
        import signal

        signal.signal(signal.SIGTERM, self.before)


class Moved:
    """Says on standard error how much has passed, now and then."""

    def __init__(self, word: str) -> None:
        self.word, self.bytes, self.said = word, 0, time.monotonic()

    def __call__(self, count: int) -> None:
        self.bytes += count
        if time.monotonic() - self.said > 5:
            self.said = time.monotonic()
            note(f"{self.word} {self.bytes >> 20} MiB …")
