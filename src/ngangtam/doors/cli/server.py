"""Starting and stopping an instance: database, worker and web server in one process tree."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from ngangtam.doors.cli.base import django_ready, fail, note
from ngangtam.foundation.kernel import database
from ngangtam.foundation.kernel.home import room

DEFAULT_PORT = 8000


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1; 8000 or the next free one."
)
@click.option("--demo", "with_demo", is_flag=True, help="Load the fictional province first.")
def run(port: int | None, with_demo: bool) -> None:
    """Start database, worker and web server; Ctrl-C stops them all."""
    already = _running()
    if already:
        fail(f"this home already runs an instance (process {already}); stop it with: ngangtam stop")
    own_database = not os.environ.get("NGANGTAM_DATABASE_URL") and database.running_port() is None
    if with_demo:
        os.environ["NGANGTAM_DEMO"] = "yes"
    django_ready()
    chosen = _choose_port(port)
    _prepare(with_demo)
    tree = Tree(own_database=own_database)
    try:
        tree.start(chosen)
        _announce(chosen, with_demo)
        status = tree.watch()
    finally:
        tree.stop()
    sys.exit(status)


@click.command()
def stop() -> None:
    """Stop what this home runs: web server, worker and the embedded database."""
    pid = _running()
    if pid:
        os.kill(pid, signal.SIGTERM)
        _wait_gone(pid, 20)
    stopped = database.stop()
    note("Stopped." if pid or stopped else "Nothing was running.")


@dataclass
class Tree:
    """The processes under this one. When one of them ends, all end."""

    own_database: bool
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False

    def start(self, port: int) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        _pid_file().write_text(str(os.getpid()))
        settings = os.environ.get("DJANGO_SETTINGS_MODULE", "ngangtam.config.settings.run")
        shared = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
        self._spawn(
            "web",
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
             "--port", str(port), "--workers", "2", "--blocking-threads", "2",
             "--no-ws", "--log-level", "warning", "--respawn-failed-workers",
             "ngangtam.config.wsgi:application"],
            {**shared, "NGANGTAM_WEB": "yes"},
        )  # fmt: skip
        self._spawn(
            "worker",
            [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"],
            shared,
        )
        self._wait_for_port(port)

    def _spawn(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        # Their own group: Ctrl-C reaches only us, and we stop them in order.
        log = (room("log") / f"{name}.log").open("ab")
        self.children[name] = subprocess.Popen(
            command, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip

    def _wait_for_port(self, port: int) -> None:
        for _ in range(300):
            for name, child in self.children.items():
                if child.poll() is not None:
                    self.stop()
                    fail(f"the {name} process did not start; see {room('log') / (name + '.log')}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        fail(f"the web server did not answer; see {room('log') / 'web.log'}")

    def watch(self) -> int:
        """Wait until we are told to stop, or one of ours ends by itself. Returns the status."""
        while not self.stopping:
            for name, child in self.children.items():
                if child.poll() is not None:
                    note(f"The {name} process ended by itself; see {room('log') / (name + '.log')}")
                    return 1
            time.sleep(0.2)
        return 0

    def stop(self) -> None:
        """End our processes in order: no new requests, no new jobs, then the database."""
        for name in ("web", "worker"):
            child = self.children.pop(name, None)
            if child is None or child.poll() is not None:
                continue
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait(5)
        if self.own_database:
            database.stop()
        _pid_file().unlink(missing_ok=True)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


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
    note("Ctrl-C stops.\n")


def _choose_port(wanted: int | None) -> int:
    for port in [wanted] if wanted else range(DEFAULT_PORT, DEFAULT_PORT + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    fail(f"port {wanted or DEFAULT_PORT} is taken; choose another with --port", 2)


def _pid_file() -> Path:
    return room("run") / "pid"


def _running() -> int | None:
    """Return the process that runs this home, None when none does."""
    try:
        pid = int(_pid_file().read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if b"ngangtam" in command else None


def _wait_gone(pid: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and Path(f"/proc/{pid}").exists():
        time.sleep(0.1)
