"""The database as one stream, and back: PostgreSQL's own tools, of a version that fits."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from ngangtam.foundation.kernel import database
from ngangtam.foundation.kernel.wording import gettext as _

# What the restored instance lays down itself, or what only a superuser may say.
_LEFT_OUT: Final = (" DEFAULT ACL ", " COMMENT - EXTENSION ", " SCHEMA - public ",
                    " COMMENT - SCHEMA ", " ACL - SCHEMA ")  # fmt: skip


# Open boxes of secret votes: a copy would outlive them, in the order in which papers came (ADR 45).
_NEVER: Final = "ballots_box.*"

_TIMEOUT: Final = "transaction_timeout"
_KNOWS_TIMEOUT: Final = 170_000


class DumpError(Exception):
    """PostgreSQL's tool refused; the text is its own last word."""


def _tool(name: str, server: int) -> str:
    """Return the path of a tool that speaks with a server of that version.

    Units: `server` as PostgreSQL counts, 180006. Errors: DumpError when no tool is new enough.
    """
    for found in (database.tool(name), shutil.which(name)):
        if found is None or not Path(found).exists():
            continue
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - our own tools
        number = re.search(r"(\d+)", said.stdout.rpartition(")")[2])
        if number and int(number[1]) >= server // 10_000:
            return found
    raise DumpError(
        _("%(name)s of PostgreSQL %(server)s or newer is not on this machine")
        % {"name": name, "server": server // 10_000}
    )


def _reach(url: str) -> tuple[str, dict[str, str]]:
    """Return the address without its password, and the environment that carries it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = parts._replace(netloc=f"{parts.username}@{host}" if parts.username else host)
    carried = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    return urlunsplit(bare), {**os.environ, **carried}


@contextmanager
def dumped(url: str, snapshot: str, server: int) -> Iterator[IO[bytes]]:
    """Give the stream of a dump that sees what the exported snapshot sees.

    Errors: DumpError, after the stream was read, when the tool did not end well.
    """
    address, environment = _reach(url)
    command = [_tool("pg_dump", server), "--format=custom", "--compress=gzip:3", "--no-owner",
               "--no-password", f"--exclude-table-data={_NEVER}", f"--snapshot={snapshot}",
               f"--dbname={address}"]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 - our own fixed command
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=False,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            yield child.stdout
        except BaseException:
            child.kill()
            raise
        said = child.stderr.read().decode(errors="replace")
        if child.wait():
            raise DumpError(_last_word("pg_dump", said))


def load(url: str, dump: Path, server: int, jobs: int) -> None:
    """Write a dump into an empty database. Errors: DumpError; the database is then half full.

    Units: `server` is the version of the server written to.
    """
    address, environment = _reach(url)
    tool = _tool("pg_restore", server)
    listed = _run([tool, "--list", str(dump)], environment)
    wanted = dump.with_suffix(".list")
    wanted.write_text("\n".join(_wanted(listed.splitlines())))
    # A setting that the tool makes is not known to older servers; nothing else may go wrong.
    strict = ["--exit-on-error"] if server >= _KNOWS_TIMEOUT else []
    try:
        _run([tool, *strict, "--no-owner", "--no-password", f"--jobs={jobs}",
              f"--use-list={wanted}", f"--dbname={address}", str(dump)], environment)  # fmt: skip
    finally:
        wanted.unlink()


def _wanted(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not any(part in line for part in _LEFT_OUT))


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own fixed commands
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    wrong = [line for line in done.stderr.splitlines() if "error:" in line]
    if done.returncode and not (wrong and all(_TIMEOUT in line for line in wrong)):
        raise DumpError(_last_word(Path(command[0]).name, done.stderr))
    return done.stdout


def _last_word(tool: str, said: str) -> str:
    lines = [one for one in said.splitlines() if "error:" in one and _TIMEOUT not in one]
    lines = lines or said.splitlines()
    why = " ".join(lines[:2]) or _("it was stopped")
    return _("%(tool)s could not finish: %(why)s") % {"tool": tool, "why": why}


# A cursor of psycopg or of Django: both run SQL the same way.
def counts(cursor: Any) -> dict[str, int]:
    """Return how many rows every table of ours holds."""
    cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
    names = [row[0] for row in cursor.fetchall()]
    found = {}
    for name in names:
        cursor.execute(f'select count(*) from public."{name}"')  # noqa: S608 - the catalogue's own names
        found[name] = int(cursor.fetchone()[0])
    return found
