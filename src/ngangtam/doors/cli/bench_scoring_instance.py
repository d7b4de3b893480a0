"""What `bench self-scoring` does inside its instance: setting up, and looking.

Run as a module of its own, with NGANGTAM_HOME pointing at that instance.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from ngangtam.doors.cli.base import accounted, django_ready
from ngangtam.doors.cli.bench_scoring import PEOPLE, UNITS

_PREFIX: Final = "bench-can-bo-"


def main() -> None:
    step, *arguments = sys.argv[1:]
    django_ready()
    steps: dict[str, Callable[..., Any]] = {"prepare": prepare, "look": look}
    print(json.dumps(steps[step](*arguments)))


def prepare(clients: str) -> dict[str, Any]:
    """Make people, an open month and signed-in accounts of officials; return their sheets."""
    from django.core.management import call_command

    from ngangtam.doors.demo.generate import generate_database
    from ngangtam.foundation.audit.models import Event
    from ngangtam.records.personnel.models import Person
    from ngangtam.stages.evaluation.models import Sheet

    call_command("collectstatic", verbosity=0, interactive=False)
    if not Person.objects.exists():
        with accounted("demo.generated"):
            generate_database(PEOPLE, UNITS)
    cycle_id = _open()
    rows = Sheet.objects.filter(
        cycle=cycle_id, leader=False, person__isnull=False, scheme="civil_servant"
    )
    sheets = list(rows.select_related("person").order_by("pk")[: int(clients)])
    with accounted("bench.prepared"):
        cookies = [_signed_in(sheet.person) for sheet in sheets]
    since = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {
        "since": since,
        "clients": [
            {"sheet": sheet.pk, "version": sheet.version, "cookie": cookie}
            for sheet, cookie in zip(sheets, cookies, strict=True)
        ],
    }


def _open() -> int:
    """Open this month for everybody, with days that are still to come."""
    from datetime import timedelta

    from ngangtam.foundation.audit.steps import Process
    from ngangtam.foundation.kernel.days import today
    from ngangtam.records.organisation.steps import ROOT_CODE
    from ngangtam.stages.evaluation.actions_cycles import Plan, open_cycle

    now: date = today()
    plan = Plan(f"{now:%Y-%m}", report_by=now + timedelta(days=40),
                confirm_by=now + timedelta(days=50))  # fmt: skip
    return int(open_cycle(unit_code=ROOT_CODE, plan=plan, by=Process("bench")).cycle.pk)


def _signed_in(person: Any) -> str:
    """Make the account of an official, unless it is there, and sign it in; return the session."""
    from django.test import Client

    from ngangtam.foundation.access.models import User
    from ngangtam.records.corrections.models import Account

    user, new = User.objects.get_or_create(
        username=f"{_PREFIX}{person.pk}", defaults={"full_name": person.full_name}
    )
    if new:
        Account.objects.create(user=user, person=person, state=Account.State.LINKED)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client.cookies["sessionid"].value


def look() -> dict[str, Any]:
    """Compare what clients were told with the sheets and the journal; it comes as JSON.

    Shape: `lost` were acknowledged and are not in the journal, `doubled` are there twice,
        `wrong` are sheets that do not hold the last acknowledged points, or whose version does
        not count as many forms; `findings` of the audit over these events.
    """
    from ngangtam.foundation.audit.models import Event
    from ngangtam.stages.evaluation.models import Sheet

    given = json.load(sys.stdin)
    told: dict[int, list[float]] = {int(pk): points for pk, points in given["told"].items()}
    events: dict[int | None, list[float]] = {}
    rows = Event.objects.filter(pk__gt=given["since"], type="evaluation.sheet_reported")
    for subject, what in rows.order_by("pk").values_list("subject_id", "what"):
        events.setdefault(subject, []).append(what["points"]["general"])
    lost = doubled = wrong = unacknowledged = 0
    for pk, points in told.items():
        kept = events.get(pk, [])
        lost += sum(one not in kept for one in points)
        doubled += len(kept) - len(set(kept))
        unacknowledged += sum(one not in points for one in kept)
        sheet = Sheet.objects.get(pk=pk)
        wrong += bool(points) and sheet.own_points.get("general") not in (kept[-1:] or points[-1:])
    return {"lost": lost, "doubled": doubled, "wrong_sheets": wrong,
            "there_unacknowledged": unacknowledged, "events": rows.count(),
            "sound": not (lost or doubled or wrong)}  # fmt: skip


if __name__ == "__main__":
    main()
