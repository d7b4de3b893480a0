"""Keeping a copy of everything in one file, and bringing it back."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from ngangtam.doors.cli.base import BAD_USAGE, REFUSED, django_ready, fail, note
from ngangtam.foundation.kernel import archive, keyfile
from ngangtam.foundation.kernel.wording import gettext as _

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
            fail(
                _("%(file)s is there already; an older copy is never written over") % {"file": one},
                BAD_USAGE,
            )
        if not one.absolute().parent.is_dir():
            fail(_("%(folder)s is no folder") % {"folder": one.absolute().parent}, BAD_USAGE)
    words = passphrase(new=True) if key_file else ""
    django_ready()
    from ngangtam.doors.cli import keeping
    from ngangtam.foundation.kernel.dump import DumpError

    with ended_by_signals():
        try:
            made = keeping.keep(file, key_file, words, Moved(_("Written")))
        except (OSError, DumpError, keyfile.BadKeysError, archive.BadArchiveError) as error:
            fail(_("no backup was made: %(reason)s") % {"reason": reason(error)})
    _tell(file, made)
    if key_file:
        note(_("The keys are in %(file)s; keep them apart from the archive.") % {"file": key_file})
    else:
        note(_("No keys were written (--keys): keep those of this home, the audit needs them."))


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
        fail(_("give --keys or --without-keys, not both"), BAD_USAGE)
    from ngangtam.doors.cli import restoring
    from ngangtam.doors.cli.server import running_instance
    from ngangtam.foundation.kernel.database import DatabaseUnavailableError
    from ngangtam.foundation.kernel.dump import DumpError

    if pid := running_instance():
        fail(
            _("this home runs an instance (process %(pid)s); stop it with: ngangtam stop")
            % {"pid": pid}
        )
    wish = restoring.Wish(
        file, _unlocked(key_file) if key_file else None, force=force, without_keys=without_keys,
        accept_findings=accept_findings,
    )  # fmt: skip
    with ended_by_signals():
        try:
            told = restoring.restore(wish, Moved(_("Read")))
        except archive.BadArchiveError as error:
            fail(
                _("%(file)s cannot be restored: %(error)s; nothing was changed")
                % {"file": file, "error": error}
            )
        except (OSError, DumpError, DatabaseUnavailableError, restoring.NotRestoredError) as error:
            fail(
                _("nothing was restored and nothing was changed: %(reason)s")
                % {"reason": reason(error)}
            )
    for line in told:
        click.echo(line)


def _check(file: Path, key_file: Path | None) -> None:
    keys = _unlocked(key_file) if key_file else None
    with ended_by_signals():
        try:
            made = archive.check(file, Moved(_("Read")))
        except archive.BadArchiveError as error:
            fail(_("%(file)s is not sound: %(error)s") % {"file": file, "error": error})
        except OSError as error:
            fail(reason(error), BAD_USAGE)
    if keys is not None:
        from ngangtam.doors.cli import restoring

        if not restoring.is_sealed_by(made, keys):
            fail(
                _("%(file)s was not sealed with these keys: it is of another instance, or remade")
                % {"file": file}
            )
    _tell(file, made)
    note(
        _("Every byte is as it was written, and the seal holds.")
        if keys
        else _("Every byte is as it was written.")
    )
    sys.exit(0)


def _tell(file: Path, made: dict[str, Any]) -> None:
    rows = sum(made["counts"].values())
    members = sum(one["members"] for one in made["folders"].values())
    words = _("%(file)s: %(at)s, version %(version)s, %(rows)s rows in %(tables)s tables,"
              " %(files)s files, %(leaves)s leaves in the audit's tree")  # fmt: skip
    click.echo(words % {
        "file": file, "at": made["made_at"], "version": made["version"], "rows": rows,
        "tables": len(made["counts"]), "files": members - 1, "leaves": made["audit"]["leaves"],
    })  # fmt: skip


def _unlocked(key_file: Path) -> dict[str, str]:
    if not key_file.exists():
        fail(_("%(file)s is not there") % {"file": key_file}, BAD_USAGE)
    try:
        return keyfile.unlock(key_file, passphrase(new=False))
    except (keyfile.BadKeysError, OSError) as error:
        fail(_("%(reason)s; nothing was changed") % {"reason": reason(error)}, REFUSED)


def passphrase(*, new: bool) -> str:
    """Return the passphrase of the key file: from the environment, or asked for on a terminal."""
    given = os.environ.get(PASSPHRASE)
    if given is None and sys.stdin.isatty():
        given = str(
            click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=new, err=True)
        )
    if not given:
        fail(
            _("the key file needs a passphrase: set %(name)s, or ask on a terminal")
            % {"name": PASSPHRASE},
            BAD_USAGE,
        )
    if new and len(given) < keyfile.SHORTEST:
        fail(
            _("the passphrase needs %(count)s letters at least") % {"count": keyfile.SHORTEST},
            BAD_USAGE,
        )
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
