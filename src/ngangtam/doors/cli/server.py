"""Starting and stopping an instance: database, worker and web server in one process tree."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

import click

from ngangtam.doors.cli.base import accounted, django_ready, fail, note
from ngangtam.foundation.kernel import database
from ngangtam.foundation.kernel.home import home, room
from ngangtam.foundation.kernel.processes import end_with_parent
from ngangtam.foundation.kernel.wording import gettext as _

DEFAULT_PORT = 8000


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1; 8000 or the next free one."
)
@click.option("--demo", "with_demo", is_flag=True, help="Load the fictional province first.")
def run(port: int | None, with_demo: bool) -> None:
    """Start database, worker and web server; Ctrl-C stops them all."""
    already = running_instance()
    if already:
        fail(
            _("this home already runs an instance (process %(pid)s); stop it with: ngangtam stop")
            % {"pid": already}
        )
    own_database = not os.environ.get("NGANGTAM_DATABASE_URL") and database.running_port() is None
    if with_demo:
        os.environ["NGANGTAM_DEMO"] = "yes"
    tree = Tree(own_database=own_database)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        django_ready()
        chosen = _choose_port(port)
        _prepare(with_demo)
        tree.start(chosen)
        _announce(chosen, with_demo)
        status = tree.watch()
    finally:
        tree.stop()
    sys.exit(status)


@click.command()
def stop() -> None:
    """Stop what this home runs: web server, worker and the embedded database."""
    pid = running_instance()
    if pid:
        os.kill(pid, signal.SIGTERM)
        _wait_gone(pid, 20)
    stopped = database.stop()
    note(_("Stopped.") if pid or stopped else _("Nothing was running."))


@click.command()
def prepare() -> None:
    """Bring database, areas and static files up to date; run before a new version serves."""
    django_ready()
    from ngangtam.records.organisation.areas.load import load_areas

    with accounted("areas.loaded"):
        load_areas()
    _prepare(with_demo=False)


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True)  # noqa: S104 - inside a container
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the web in the foreground, for containers and service managers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ngangtam.config.settings.prod")
    os.environ["NGANGTAM_WEB"] = "yes"
    os.execv(sys.executable, web_command(host, port, workers))


@click.command()
def work() -> None:
    """Run the background worker in the foreground."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ngangtam.config.settings.prod")
    os.execv(sys.executable, WORKER_COMMAND)


# A job that went well leaves nothing: what it did stands in the records and the journal.
WORKER_COMMAND = [
    sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1",
    "--delete-jobs", "successful",
]  # fmt: skip


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Return the command line of the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host,
        "--port", str(port), "--workers", str(workers), "--blocking-threads", "2", "--no-ws",
        "--log-level", "warning", "--respawn-failed-workers", "ngangtam.config.wsgi:application",
    ]  # fmt: skip


@dataclass
class Tree:
    """The processes under this one. When one of them ends, all end."""

    own_database: bool
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False
    claim: IO[str] | None = None

    def start(self, port: int) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        self._claim()
        settings = os.environ.get("DJANGO_SETTINGS_MODULE", "ngangtam.config.settings.run")
        shared = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
        self._spawn("web", web_command("127.0.0.1", port, 2), {**shared, "NGANGTAM_WEB": "yes"})
        self._spawn("worker", WORKER_COMMAND, shared)
        self._wait_for_port(port)

    def _claim(self) -> None:
        """Write who we are, and hold the file until we end, however that comes."""
        claim = _pid_file().open("a+")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.own_database = False  # it is in use
            fail(_("another instance of this home started meanwhile"))
        claim.truncate(0)
        claim.write(str(os.getpid()))
        claim.flush()
        self.claim = claim

    def _spawn(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        # Their own group: Ctrl-C reaches only us, and we stop them in order.
        log = (room("log") / f"{name}.log").open("ab")
        self.children[name] = subprocess.Popen(
            command, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads yet
        )  # fmt: skip

    def _wait_for_port(self, port: int) -> None:
        for _try in range(1800):  # a busy machine may take long to import
            for name, child in self.children.items():
                if child.poll() is not None:
                    self.stop()
                    fail(
                        _("the %(name)s process did not start; see %(file)s")
                        % {"name": name, "file": room("log") / (name + ".log")}
                    )
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        fail(_("the web server did not answer; see %(file)s") % {"file": room("log") / "web.log"})

    def watch(self) -> int:
        """Wait until we are told to stop, or one of ours ends by itself. Returns the status."""
        while not self.stopping:
            for name, child in self.children.items():
                if child.poll() is not None:
                    note(
                        _("The %(name)s process ended by itself; see %(file)s")
                        % {"name": name, "file": room("log") / (name + ".log")}
                    )
                    return 1
            if not database.is_given() and not database.is_running():
                # Started again it would listen elsewhere: the others have to start again, too.
                note(
                    _("The database ended by itself; see %(file)s")
                    % {"file": home() / "database" / "server.log"}
                )
                return 1
            time.sleep(0.2)
        return 0

    def stop(self) -> None:
        """End our processes in order: no new requests, no new jobs, then the database."""
        for name in ("web", "worker"):
            child = self.children.pop(name, None)
            if child is not None:
                _end(child)
        if self.own_database:
            database.stop()
        if self.claim is not None:
            _pid_file().unlink(missing_ok=True)
            self.claim.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and whatever it started: children of one that was killed serve on alone."""
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(15)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(5)


def _prepare(with_demo: bool) -> None:
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    if with_demo:
        from ngangtam.doors.cli.demo import load_demo

        load_demo()


def _announce(port: int, with_demo: bool) -> None:
    from ngangtam.foundation.access.queries import demo_accounts

    note(f"\nNgang Tầm: http://127.0.0.1:{port}/")
    accounts = demo_accounts() if with_demo else []
    for account in accounts:
        note(
            f"  {account.username:<12} {account.password:<22} {account.role} – {account.full_name}"
        )
    note(_("Ctrl-C stops.") + "\n")


def _choose_port(wanted: int | None) -> int:
    ports = [wanted] if wanted else range(DEFAULT_PORT, DEFAULT_PORT + 50)
    free = next((port for port in ports if _is_free(port)), None)
    if free is None:
        fail(
            _("port %(port)s is taken; choose another with --port")
            % {"port": wanted or DEFAULT_PORT},
            2,
        )
    return free


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _pid_file() -> Path:
    return room("run") / "pid"


def running_instance() -> int | None:
    """Return the process that runs this home, None when none does.

    It holds a lock on its file: after a crash the number in it may be somebody else's.
    """
    try:
        with _pid_file().open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int(_pid_file().read_text() or 0) or None
    return None


def _wait_gone(pid: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and Path(f"/proc/{pid}").exists():
        time.sleep(0.1)
