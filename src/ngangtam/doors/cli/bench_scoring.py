"""The peak of the month: officials send their own points, so many a second, for a while.

An instance of its own with generated people, a web server on the loopback address, clients that
are signed in. The load is open: a form is due at its time whether or not the server has answered
those before, and its wait counts from then. Bounded in count and time; it stops by itself.
Afterwards what clients were told is compared with the sheets and with the journal.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

from ngangtam.doors.cli.base import note
from ngangtam.doors.cli.bench_server import free_port, wait_for
from ngangtam.foundation.kernel.home import home

PEOPLE: Final = 2_000
UNITS: Final = 120
CLIENTS: Final = 120
_AT_ONCE: Final = 64
_IDLE: Final = 5.0
_STEPS: Final = "ngangtam.doors.cli.bench_scoring_instance"
# The token of a form is any 32 letters that stand in the cookie too.
_CSRF: Final = "a" * 32


@dataclass(slots=True)
class Client:
    """One signed-in official: one form at a time, over a connection that stays open."""

    sheet: int
    cookie: str
    version: int
    port: int
    line: http.client.HTTPConnection
    used_at: float = 0.0
    told: list[float] = field(default_factory=list)
    one_at_a_time: Lock = field(default_factory=Lock)

    def send(self, points: float) -> int:
        """Send the own points once; returns the status of the answer, 0 for none."""
        if time.monotonic() - self.used_at > _IDLE:  # the server lets idle connections go
            self._connect()
        headers = {
            "Cookie": f"sessionid={self.cookie}; csrftoken={_CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        form = {"csrfmiddlewaretoken": _CSRF, "version": self.version, "p_general": points,
                "note": f"Tự chấm {points}"}  # fmt: skip
        path = f"/evaluation/sheets/{self.sheet}/report/"
        try:
            self.line.request("POST", path, body=urlencode(form), headers=headers)
            answer = self.line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connect()
            return 0
        self.used_at = time.monotonic()
        if answer.status == 302:
            self.told.append(points)
            self.version += 1
        return answer.status

    def _connect(self) -> None:
        self.line.close()
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


# What a page of JSON holds has no common type.
def bench_scoring(rate: int, seconds: int) -> dict[str, Any]:
    """Send `rate` forms a second for `seconds`; tell the waits and whether anything was lost.

    Units: milliseconds from the moment at which a form was due to the end of its answer.
    Shape: `sound` when every acknowledged form stands once, with its event, and nothing else.
    """
    environment = environment_of("self-scoring")
    try:
        note("Preparing the officials …")
        plan = json.loads(run_step(environment, _STEPS, "prepare", str(CLIENTS)))
        with served(environment) as port:
            clients = [
                Client(row["sheet"], row["cookie"], row["version"], port,
                       http.client.HTTPConnection("127.0.0.1", port, timeout=60))
                for row in plan["clients"]
            ]  # fmt: skip
            _warm(clients)
            note(f"Sending {rate} forms a second for {seconds} seconds …")
            waits, statuses, took = _send(clients, rate, seconds)
        told = {str(one.sheet): one.told for one in clients}
        found = json.loads(run_step(environment, _STEPS, "look", given=json.dumps(
            {"told": told, "since": plan["since"]})))  # fmt: skip
    finally:
        stop_instance(environment)
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    sent = rate * seconds
    return {
        "rate": rate, "seconds": seconds, "sent": sent, "clients": len(clients),
        "reached_rate": round(sent / took, 1),
        "acknowledged": sum(len(one.told) for one in clients) - len(clients),
        "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "max_ms": round(max(waits), 1),
        "errors": {str(status): count for status, count in statuses.items() if status != 302},
        **found,
    }  # fmt: skip


def _warm(clients: list[Client]) -> None:
    """Let every client send once, one after another."""
    for number, client in enumerate(clients):
        status = client.send(round(29 + number / 1000, 2))
        if status != 302:
            raise RuntimeError(f"the first form was answered {status}")


def _send(
    clients: list[Client], rate: int, seconds: int
) -> tuple[list[float], dict[int, int], float]:
    """Send every form at its time; return the waits, the answers by status, the whole time."""
    begun = time.perf_counter() + 0.5
    waits: list[float] = []
    statuses: dict[int, int] = {}
    count = Lock()

    def one(number: int) -> None:
        due = begun + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        client = clients[number % len(clients)]
        with client.one_at_a_time:
            # Distinct for every form of a client, so that each can be found again.
            status = client.send(round(number // len(clients) / 100, 2))
        ended = time.perf_counter()
        with count:
            waits.append(1000 * (ended - due))
            statuses[status] = statuses.get(status, 0) + 1

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, range(rate * seconds)))
    return waits, statuses, time.perf_counter() - begun


def environment_of(name: str) -> dict[str, str]:
    """Return the environment of an instance of a benchmark's own."""
    folder: Path = home() / "bench" / name
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "NGANGTAM_HOME": str(folder)}
    environment.pop("NGANGTAM_DATABASE_URL", None)
    environment.pop("NGANGTAM_DATABASE_WEB_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "ngangtam.config.settings.run"
    environment["NGANGTAM_HOSTS"] = "127.0.0.1"
    return environment


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """Run the web server as `ngangtam run` does, on the loopback address; stop it after."""
    port = free_port()
    web = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--no-ws",
         "--log-level", "warning", "ngangtam.config.wsgi:application"],
        env={**environment, "NGANGTAM_WEB": "yes"}, stdin=subprocess.DEVNULL, stdout=sys.stderr,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port, web)
        yield port
    finally:
        web.terminate()
        web.wait(20)


def run_step(environment: dict[str, str], module: str, *arguments: str, given: str = "") -> str:
    """Do a step inside the instance; return the last line that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment, check=True, input=given, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


def stop_instance(environment: dict[str, str]) -> None:
    """Stop the database of an instance of a benchmark."""
    code = "import sys; from ngangtam.doors.cli.main import main; sys.exit(main())"
    subprocess.run(
        [sys.executable, "-c", code, "stop"], env=environment, check=False,
        stdin=subprocess.DEVNULL, stdout=sys.stderr,
    )  # fmt: skip
