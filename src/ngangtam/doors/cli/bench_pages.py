"""Whole pages over HTTP against generated people, beside the same pages at 10,000 people.

Each size is an instance of its own under the home's `bench/` folder, generated once and kept; the
home itself is used when it holds just that many people. Both servers run at the same time and are
asked in turn, so that whatever else the machine does weighs on both alike.
"""

import http.client
import json
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from ngangtam.doors.cli.base import note
from ngangtam.doors.cli.bench_server import free_port, wait_for
from ngangtam.foundation.kernel.home import home

SMALL: Final = 10_000
REQUESTS: Final = 60
WARM_UP: Final = 5
SECONDS_A_PAGE: Final = 60.0
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


# What a page of JSON holds has no common type.
def bench_pages(
    people: int, units: int, clients: int = 1, requests: int = REQUESTS
) -> dict[str, Any]:
    """Measure every kind of page at `people` and at 10,000 people.

    Units: milliseconds from the first byte sent to the last byte read, one request after another
        on each of `clients` kept-open connections.
    Shape: per page p50, p95, max, queries; the same at 10,000 people; the ratios of both.
    """
    with _served(people, units) as large, _served(SMALL, units) as small:
        kinds: dict[str, list[dict[str, float]]] = {name: [] for name in large.pages}
        for name in kinds:
            note(f"{name} …")
            both = _race(name, (large, small), clients, requests)
            kinds[name] = [_summary(times) for times in both]
    return {
        "people": people, "units": units, "clients": clients, "requests": requests,
        "pages": [
            {
                "page": name, **big, "queries": large.queries[name],
                "at_10000": {**little, "queries": small.queries[name]},
                "ratio_p50": round(big["p50_ms"] / little["p50_ms"], 2),
                "ratio_p95": round(big["p95_ms"] / little["p95_ms"], 2),
            }
            for name, (big, little) in kinds.items()
        ],
    }  # fmt: skip


@dataclass
class Server:
    """One running instance: where it listens, who signs in, which addresses are asked."""

    port: int
    username: str
    password: str
    pages: dict[str, list[str]]
    queries: dict[str, int]
    cookies: dict[str, str] = field(default_factory=dict)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(
        self, line: http.client.HTTPConnection, path: str, form: dict[str, str] | None = None
    ) -> str:
        """Send one request and read the whole answer. Errors: RuntimeError when it fails."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("POST" if form else "GET", path, body=body, headers=headers)
        answer = line.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if answer.status >= 400 or (form is None and answer.status >= 300):
            raise RuntimeError(f"{path} answered {answer.status}")
        return text

    def sign_in(self) -> None:
        line = self.connect()
        found = _TOKEN.search(self.ask(line, "/sign-in/"))
        if found is None:
            raise RuntimeError("the sign-in page has no form")
        self.ask(line, "/sign-in/", {
            "csrfmiddlewaretoken": found[1], "username": self.username, "password": self.password,
        })  # fmt: skip
        line.close()


def _race(
    name: str, servers: tuple[Server, Server], clients: int, requests: int
) -> tuple[list[float], list[float]]:
    """Ask both servers in turn; return the milliseconds of each."""
    with ThreadPoolExecutor(clients) as pool:
        runs = list(pool.map(lambda seed: _run(name, servers, requests, seed), range(clients)))
    return [ms for run in runs for ms in run[0]], [ms for run in runs for ms in run[1]]


def _run(
    name: str, servers: tuple[Server, Server], requests: int, seed: int
) -> tuple[list[float], list[float]]:
    draw = random.Random(seed)  # noqa: S311 - which page is asked next is no secret
    lines = [server.connect() for server in servers]
    times: tuple[list[float], list[float]] = ([], [])
    end = time.monotonic() + SECONDS_A_PAGE
    for turn in range(requests + WARM_UP):
        for server, line, kept in zip(servers, lines, times, strict=True):
            path = draw.choice(server.pages[name])
            begun = time.perf_counter()
            server.ask(line, path)
            if turn >= WARM_UP:
                kept.append((time.perf_counter() - begun) * 1000)
        if time.monotonic() > end and turn > 2 * WARM_UP:
            break
    return times


def _summary(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "max_ms": round(max(times), 1),
    }  # fmt: skip


# --- instances ------------------------------------------------------------------------------


@contextmanager
def _served(people: int, units: int) -> Iterator[Server]:
    """Run a web server over an instance of that size; stop it, and close its account, after."""
    folder = _folder(people, units)
    environment = {**os.environ, "NGANGTAM_HOME": str(folder)}
    if folder != home():
        environment.pop("NGANGTAM_DATABASE_URL", None)
        environment.pop("NGANGTAM_DATABASE_WEB_URL", None)
    username, password = f"bench-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    plan = _prepare(environment, people, units, username, password)
    port = free_port()
    web = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "1", "--blocking-threads", "2", "--no-ws",
         "--log-level", "warning", "ngangtam.config.wsgi:application"],
        env={**environment, "NGANGTAM_WEB": "yes", "NGANGTAM_HOSTS": "127.0.0.1",
             "DJANGO_SETTINGS_MODULE": "ngangtam.config.settings.run"},
        stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port, web)
        server = Server(port, username, password, plan["pages"], plan["queries"])
        server.sign_in()
        yield server
    finally:
        web.terminate()
        web.wait(20)
        _child(environment, "close", username)
        if folder != home():
            _command(environment, ["stop"])


def _folder(people: int, units: int) -> Path:
    """Return the home to use: this one when it holds just so many people, else one below it."""
    from ngangtam.records.personnel.models import Person

    if Person.objects.count() == people:
        return home()
    folder = home() / "bench" / f"{people}-{units}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(
    environment: dict[str, str], people: int, units: int, username: str, password: str
) -> Any:
    """Generate the people when they are not there, open an account, choose addresses."""
    note(f"Preparing {people} people …")
    has = json.loads(_child(environment, "count"))
    if has not in (0, people):
        raise RuntimeError(f"{environment['NGANGTAM_HOME']} holds {has} people")
    if has == 0:
        _command(environment, ["demo", "generate", "--people", str(people), "--units", str(units)])
    return json.loads(_child(environment, "open", username, password))


def _command(environment: dict[str, str], arguments: list[str]) -> None:
    code = "import sys; from ngangtam.doors.cli.main import main; sys.exit(main())"
    subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, check=True,
        stdin=subprocess.DEVNULL, stdout=sys.stderr,
    )  # fmt: skip


def _child(environment: dict[str, str], *arguments: str) -> str:
    """Do a step inside the other instance; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "ngangtam.doors.cli.bench_instance", *arguments], env=environment,
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout
