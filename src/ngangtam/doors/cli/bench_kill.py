"""Killing an instance in the middle of many writes, and looking at what is left.

The instance is the real one: `ngangtam run` with its database, its web server and its worker, in
a home of its own below `bench/`. Clients write over HTTP all at once; at a random moment every
process is killed without warning. What was acknowledged must be there once, with its event. Who
got no answer sends the same form again: then all is there, and still once.
"""

import http.client
import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from ngangtam.doors.cli.base import note
from ngangtam.doors.cli.bench_server import free_port
from ngangtam.foundation.kernel.home import home

_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_STARTED_WITHIN: Final = 240.0
# Who is killed, and in which order. Orphans are what a killed master leaves to themselves.
MANNERS: Final = ("all, web first", "all, database first", "masters alone", "all, in any order")


@dataclass(slots=True)
class Write:
    """One write of one client, by the mark that no other bears."""

    mark: str
    kind: str
    acknowledged: bool = False
    refused: bool = False
    # The number that the form carries, in every sending.
    number: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass
class Found:
    """What all rounds together left, and how long it took to serve again."""

    writes: list[Write] = field(default_factory=list)
    recovery: list[float] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)


# What a bench prints has no common type.
def bench_kill(rounds: int, writes: int, seed: int | None = None) -> dict[str, Any]:
    """Kill an instance `rounds` times in the middle of `writes` writes; return what was found.

    Units: seconds from the start of the new process tree to the first answer that the database
        stands behind.
    Shape: `sound` says that nothing acknowledged was lost, doubled or left half done, that counts
        are exact, that the audit verifies, and that every write is there once after those without
        an answer were sent again. `unanswered` were done or not done when the instance came back.
    """
    seed = secrets.randbits(32) if seed is None else seed
    draw = random.Random(seed)  # noqa: S311 - when to kill is no secret
    place = home() / "bench" / "kill"
    instance = Instance(place)
    found = Found()
    try:
        note("Preparing an instance …")
        instance.prepare()
        instance.start()
        for number in range(rounds):
            one = _round(instance, draw, number, writes)
            found.writes += one.pop("writes")
            found.recovery.append(one["recovery_s"])
            found.rounds.append(one)
            note(f"{number + 1}/{rounds}: {json.dumps(one, ensure_ascii=False)}")
        instance.stop()
        whole = instance.look(found.writes)
    finally:
        instance.kill()
    if whole["sound"]:
        shutil.rmtree(place, ignore_errors=True)
    return _summary(found, whole, writes, seed)


def _round(instance: "Instance", draw: random.Random, number: int, writes: int) -> dict[str, Any]:
    """Write, kill, start again, look."""
    wanted = [Write(f"mark-{number}-{at}-{secrets.token_hex(6)}", "record" if at % 3 else "file")
              for at in range(writes)]  # fmt: skip
    clients = Clients(instance, wanted)
    clients.go()
    manner = MANNERS[number % len(MANNERS)]
    reached = clients.wait_for(draw.randint(1, max(1, writes * 4 // 5)))
    time.sleep(draw.random() * 0.05)
    clients.killing.set()
    instance.kill(manner, draw)
    clients.join()
    begun = time.monotonic()
    instance.start()
    recovery = round(time.monotonic() - begun, 2)
    seen = instance.look(wanted)
    told = {
        "manner": manner, "killed_after": reached,
        "acknowledged": sum(one.acknowledged for one in wanted),
        "unanswered": {"done": seen["there_unacknowledged"], "not_done": seen["not_there"]},
        "refused": sum(one.refused for one in wanted), "recovery_s": recovery,
    }  # fmt: skip
    told["sent_again"] = clients.again()
    after = instance.look(wanted)
    # What was wrong before or after is wrong; afterwards nothing may be missing.
    wrong = {key: seen[key] or after[key] for key in KEYS}
    return {**told, **wrong, "durable": after["durable"], "writes": wanted}


# What must be empty, or nought.
KEYS: Final = ("lost", "half", "duplicates", "miscounted", "findings")


def _summary(found: Found, whole: dict[str, Any], writes: int, seed: int) -> dict[str, Any]:
    sound = whole["sound"] and all(not one[key] for one in found.rounds for key in KEYS)
    sound = sound and not any(one.refused for one in found.writes)
    times = sorted(found.recovery)
    return {
        "sound": sound, "seed": seed, "rounds": len(found.rounds), "writes_a_round": writes,
        "written": len(found.writes),
        "acknowledged": sum(one["acknowledged"] for one in found.rounds),
        "unanswered": {key: sum(one["unanswered"][key] for one in found.rounds)
                       for key in ("done", "not_done")},
        "sent_again": sum(one["sent_again"] for one in found.rounds),
        "refused": sum(one.refused for one in found.writes),
        **{key: whole[key] for key in KEYS},
        "recovery_s": {"median": times[len(times) // 2], "max": times[-1]},
        "durable": whole["durable"], "each": found.rounds,
    }  # fmt: skip


# --- the instance ----------------------------------------------------------------------------


class Instance:
    """A process tree of `ngangtam run` in a home of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.port = free_port()
        self.username, self.password = "lan", secrets.token_urlsafe(16)
        self.people: list[str] = []
        self.tree: subprocess.Popen[bytes] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items()
               if not name.startswith("NGANGTAM_DATABASE")},
            "NGANGTAM_HOME": str(place), "DJANGO_SETTINGS_MODULE": "ngangtam.config.settings.run",
            "NGANGTAM_HOSTS": "127.0.0.1",
        }  # fmt: skip
        self.environment.pop("NGANGTAM_WEB", None)

    def prepare(self) -> None:
        """Make the home anew, with a unit, an officer and people to write about."""
        self.kill()
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        self.people = self._inside("prepare", self.username, self.password)

    def start(self) -> None:
        """Start as an operator would, and wait until the database stands behind the answer."""
        log = (self.place / "run.log").open("ab")
        code = "from ngangtam.doors.cli.main import main; main()"
        self.tree = subprocess.Popen(
            [sys.executable, "-c", code, "run", "--port", str(self.port)], stdout=log, stderr=log,
            env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + _STARTED_WITHIN
        while time.monotonic() < end:
            if self.tree.poll() is not None:
                raise RuntimeError(f"the instance did not start; see {self.place / 'run.log'}")
            if self._healthy():
                return
            time.sleep(0.05)
        raise RuntimeError(f"the instance does not answer; see {self.place / 'run.log'}")

    def _healthy(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/health")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        if self.tree is not None:
            self.tree.send_signal(signal.SIGINT)
            self.tree.wait(60)

    def kill(self, manner: str = MANNERS[0], draw: random.Random | None = None) -> None:
        """Kill every process of this home at once; of the masters alone when told so."""
        web, database = self._tree(), _working_in(self.place / "database")
        masters = set(web[:1]) | _masters(web) | _masters(database)
        doomed = {
            "all, web first": web + database, "all, database first": database + web,
            "masters alone": [pid for pid in web + database if pid in masters],
        }.get(manner, web + database)  # fmt: skip
        if manner == "all, in any order" and draw is not None:
            draw.shuffle(doomed)
        for pid in doomed:
            _kill(pid)
        if manner != "masters alone":
            # What was born between looking and killing.
            for pid in {*self._tree(), *_working_in(self.place / "database")}:
                _kill(pid)
        if self.tree is not None:
            self.tree.wait(20)
            self.tree = None

    def _tree(self) -> list[int]:
        """Return our process tree, parents first."""
        if self.tree is None:
            return []
        parents = {pid: parent for pid in _processes() if (parent := _parent(pid))}
        found = [self.tree.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def look(self, writes: list[Write]) -> dict[str, Any]:
        """Return what is there of these writes, and whether counts and audit are right."""
        listed = [[one.mark, one.kind, one.acknowledged] for one in writes]
        seen: dict[str, Any] = self._inside("look", given=json.dumps(listed))
        return seen

    def _inside(self, *arguments: str, given: str = "") -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "ngangtam.doors.cli.bench_kill_instance", *arguments],
            env=self.environment, check=True, input=given, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(pid: int) -> int | None:
    try:
        return int((Path(f"/proc/{pid}/stat").read_text()).rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


def _working_in(folder: Path) -> list[int]:
    """Return the processes of the database server whose data that folder holds."""
    found = []
    for pid in _processes():
        try:
            if Path(f"/proc/{pid}/cwd").readlink() == folder:
                found.append(pid)
        except OSError:
            continue
    return sorted(found)


def _masters(pids: list[int]) -> set[int]:
    """Return those that other ones of the list were started by."""
    return {parent for pid in pids if (parent := _parent(pid)) in pids and parent is not None}


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


# --- the clients -----------------------------------------------------------------------------


class Clients:
    """As many threads as writes; each signs in with one shared session and posts one form."""

    def __init__(self, instance: Instance, writes: list[Write]) -> None:
        self.instance, self.writes = instance, writes
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.done, self.counted = 0, threading.Condition()
        self.gate, self.killing = threading.Event(), threading.Event()
        self.threads = [threading.Thread(target=self._post, args=(at, one), daemon=True)
                        for at, one in enumerate(writes)]  # fmt: skip

    def go(self) -> None:
        """Sign in, line everybody up, and let go."""
        self._sign_in()
        for thread in self.threads:
            thread.start()
        self.gate.set()

    def wait_for(self, count: int) -> int:
        """Wait until so many writes were acknowledged; return how many were."""
        with self.counted:
            self.counted.wait_for(lambda: self.done >= count, timeout=120)
            return self.done

    def join(self) -> None:
        for thread in self.threads:
            thread.join(60)

    def again(self) -> int:
        """Send again, a few at a time, what got no answer; return how many that were."""
        left = [(at, one) for at, one in enumerate(self.writes)
                if not one.acknowledged and not one.refused]  # fmt: skip
        self.killing.clear()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda given: self._post(*given), left))
        for _at, one in left:
            one.refused |= not one.acknowledged
        return len(left)

    def _sign_in(self) -> None:
        self._ask("GET", "/sign-in/")
        status, _text = self._ask("POST", "/sign-in/", {
            "username": self.instance.username, "password": self.instance.password,
        })  # fmt: skip
        if status != 302:
            raise RuntimeError(f"signing in answered {status}")
        self._ask("GET", "/people/open/")

    def _post(self, at: int, write: Write) -> None:
        path, form = _form(write, at, self.instance.people)
        self.gate.wait()
        try:
            status, _text = self._ask("POST", path, {**form, "_once": write.number}, shared=False)
        except (OSError, http.client.HTTPException):
            return  # no answer: it may be there or not, but never half
        if status >= 500 and self.killing.is_set():
            return  # the web server still answered, its database was dead
        if status != 302:
            note(f"{path} answered {status}")
            write.refused = True
            return
        with self.counted:
            write.acknowledged = True
            self.done += 1
            self.counted.notify_all()

    def _ask(
        self, method: str, path: str, form: dict[str, str] | None = None, *, shared: bool = True
    ) -> tuple[int, str]:
        """Send one request on a line of its own; keep cookies and token when `shared`."""
        line = http.client.HTTPConnection("127.0.0.1", self.instance.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body=body, headers=headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        if shared:
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _equals, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            if token := _TOKEN.search(text):
                self.token = token[1]
        return answer.status, text


def _form(write: Write, at: int, people: list[str]) -> tuple[str, dict[str, str]]:
    """Return where a write goes and what it says; the mark stands in two rows."""
    if write.kind == "file":
        return "/people/open/", {
            "unit": "KILL", "full_name": f"Nguyễn Văn Thử {at}", "other_names": write.mark,
            "nationality": "Việt Nam", "source_name": write.mark,
        }  # fmt: skip
    number = people[at % len(people)]
    return f"/people/{number}/records/add/award/", {
        "raw": write.mark, "first_day": "05/03/2024", "source_name": write.mark,
    }  # fmt: skip
