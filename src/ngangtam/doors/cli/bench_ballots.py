"""A vote of thousands: papers cast over HTTP, then the box opened and counted.

An instance of its own, a web server on the loopback address, signed-in voters. The load is open:
a voter is due at a fixed time whether or not the server has answered those before, and the wait
for the first page counts from then. Each voter opens the paper, looks at it again and drops it.
Afterwards the count is compared with what the voters marked, and their receipts with the list.
"""

import http.client
import json
import re
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

from ngangtam.doors.cli.base import note
from ngangtam.doors.cli.bench_scoring import environment_of, run_step, served, stop_instance

# All of 5,000 voters within two minutes, the last one too.
RATE: Final = 5_000 / 118
_AT_ONCE: Final = 48
_CSRF: Final = "a" * 32
_HIDDEN: Final = re.compile(r'type="hidden"\s+name="(sealed|proof)"\s+value="([^"]*)"')
_CODE: Final = re.compile(r'ballot-code">([A-Z2-7-]+)<')


# What a page of JSON holds has no common type.
def bench_ballots(voters: int) -> dict[str, Any]:
    """Let so many voters vote, close, open and count; tell waits, times, and what was lost.

    Units: milliseconds for waits, seconds for the rest. Shape: `sound` when every paper that was
        acknowledged is counted as it was marked, and nothing else is.
    """
    environment = environment_of("ballots")
    try:
        note("Preparing the voters …")
        plan = json.loads(run_step(environment, __package__ + ".bench_ballots_instance", "prepare",
                                   str(voters)))  # fmt: skip
        with served(environment) as port:
            _warm(plan, port)
            note(f"{voters} voters vote …")
            found = _vote(plan, port)
        note("Closing, opening and counting …")
        given = {"poll": plan["poll"], "words": plan["words"], "codes": found.pop("codes"),
                 "marks": found.pop("marks")}  # fmt: skip
        counted = json.loads(run_step(environment, __package__ + ".bench_ballots_instance", "count",
                                      given=json.dumps(given)))  # fmt: skip
    finally:
        stop_instance(environment)
    return {"voters": voters, **found, **counted}


def _warm(plan: dict[str, Any], port: int) -> None:
    """Ask for the paper a few times, so that the server has read its templates."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _turn in range(20):
        line.request("GET", plan["path"], headers=_headers(plan["cookies"][0]))
        line.getresponse().read()
    line.close()


def _headers(cookie: str) -> dict[str, str]:
    return {
        "Cookie": f"sessionid={cookie}; csrftoken={_CSRF}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def _vote(plan: dict[str, Any], port: int) -> dict[str, Any]:
    cookies, path = plan["cookies"], plan["path"]
    begun = time.perf_counter() + 0.5
    waits: list[float] = []
    errors: Counter[str] = Counter()
    codes: list[str] = []
    marks: Counter[str] = Counter()
    count = Lock()

    def one(number: int) -> None:
        due = begun + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = _headers(cookies[number])
        # Two of three agree; every fiftieth paper is blank.
        mark = "" if number % 50 == 49 else "yes" if number % 3 else "no"
        told: list[float] = []
        since = due
        sent: dict[str, str] = {}
        try:
            for form in (None, {"m_1": mark}, sent):
                body = None if form is None else urlencode({"csrfmiddlewaretoken": _CSRF, **form})
                line.request("POST" if body else "GET", path, body=body, headers=headers)
                answer = line.getresponse()
                page = answer.read().decode()
                told.append(1000 * (time.perf_counter() - since))
                if answer.status != 200:
                    raise RuntimeError(str(answer.status))
                sent.update(_HIDDEN.findall(page))
                since = time.perf_counter()
            code = _CODE.search(page)
            with count:
                if code is None:
                    errors["no receipt"] += 1
                else:
                    codes.append(code[1])
                    marks[mark] += 1
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            with count:
                errors[str(error)[:60]] += 1
        finally:
            line.close()
        with count:
            waits.extend(told)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, range(len(cookies))))
    took = time.perf_counter() - begun
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return {
        "requests": len(waits), "cast_seconds": round(took, 1), "acknowledged": len(codes),
        "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "max_ms": round(max(waits), 1),
        "errors": dict(errors), "codes": codes, "marks": dict(marks),
    }  # fmt: skip
