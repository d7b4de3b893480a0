"""What `bench ballots` does inside its instance: setting up, and counting.

Run as a module of its own, with NGANGTAM_HOME pointing at that instance.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from ngangtam.doors.cli.base import accounted, django_ready

_TELLERS: Final = 3
_NEEDED: Final = 2


def main() -> None:
    step, *arguments = sys.argv[1:]
    django_ready()
    steps: dict[str, Callable[..., Any]] = {"prepare": prepare, "count": count}
    print(json.dumps(steps[step](*arguments)))


def prepare(voters: str) -> dict[str, Any]:
    """Make a unit, voters, tellers and an open vote; return signed-in sessions and the words."""
    from django.core.management import call_command

    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span
    from ngangtam.records.organisation import steps as organisation
    from ngangtam.records.organisation.models import Unit
    from ngangtam.stages.ballots import actions, keys

    call_command("collectstatic", verbosity=0, interactive=False)
    with accounted("bench.prepared"):
        unit = Unit.objects.filter(code="BENCH").first()
        if unit is None:
            first = date(2020, 1, 1)
            source = organisation.add_source(kind="bench", name="bench", day=first)
            top = organisation.root_unit()
            unit = organisation.add_unit(code="BENCH", name="Đơn vị đo", first_day=first,
                                         parent=top, source=source)  # fmt: skip
        officer = _user("bench-ballots-officer")
        if not Grant.objects.filter(user=officer).exists():
            Grant.objects.create(user=officer, role="personnel_officer", path=unit.path,
                                 valid=span(date(2020, 1, 1)))  # fmt: skip
        tellers = [_user(f"bench-ballots-teller-{at}") for at in range(_TELLERS)]
        called = [_user(f"bench-ballots-{at}") for at in range(int(voters))]
        cookies = [_signed_in(user) for user in called]
    day = date(2026, 3, 20)
    poll = actions.prepare_poll(
        unit_id=unit.pk, title="Đo tải bỏ phiếu", kind="yes_no", rules="counting.outside_opinion",
        options=[actions.OptionValues("Ứng viên")], voters=[one.pk for one in called],
        convened=len(called), tellers=[one.pk for one in tellers], needed=_NEEDED, on_paper=False,
        max_choices=1, seats=1, announced=False, by=officer, today=day,
    )  # fmt: skip
    words = {}
    for teller in tellers:
        drawn = keys.draw()
        words[teller.username] = " ".join(drawn.words)
        actions.take_seat(poll_id=poll.pk, lock=drawn.lock, by=teller)
    actions.note_presence(poll_id=poll.pk, present=[one.pk for one in called], by=officer)
    actions.open_poll(poll_id=poll.pk, by=officer)
    assert User.objects.filter(pk=officer.pk).exists()
    return {"poll": poll.pk, "path": f"/ballots/{poll.pk}/vote/", "cookies": cookies,
            "words": words}  # fmt: skip


def _user(name: str) -> Any:
    from ngangtam.foundation.access.models import User

    return User.objects.get_or_create(username=name, defaults={"full_name": name})[0]


def _signed_in(user: Any) -> str:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client.cookies["sessionid"].value


def count() -> dict[str, Any]:
    """Close, open and count the vote; compare with what voters were told. It comes as JSON."""
    from ngangtam.foundation.access.models import User
    from ngangtam.stages.ballots import actions, queries, receipts
    from ngangtam.stages.ballots.models import Receipt

    given = json.load(sys.stdin)
    officer = User.objects.get(username="bench-ballots-officer")
    begun = time.perf_counter()
    poll = actions.close_poll(poll_id=given["poll"], by=officer)
    closed = time.perf_counter()
    names = sorted(given["words"])[:_NEEDED]
    for name in names:
        entered = actions.enter_words(poll_id=poll.pk, words=given["words"][name],
                                      by=User.objects.get(username=name))  # fmt: skip
    ended = time.perf_counter()
    assert entered.missing == 0
    poll.refresh_from_db()
    result, again = queries.result_of(poll.pk), queries.recount(poll)
    assert result is not None
    assert again is not None
    listed = {receipts.shown(bytes(one.digest)) for one in Receipt.objects.filter(poll=poll)}
    missing = sum(code.rsplit("-", 2)[0] not in listed for code in given["codes"])
    marks = given["marks"]
    wrong = sum(
        abs(result.votes["1"].get(mark, 0) - marks.get(mark, 0)) for mark in ("yes", "no")
    ) + abs(result.invalid.get("blank", 0) - marks.get("", 0))
    added = len(listed) - len(given["codes"])
    return {
        "close_seconds": round(closed - begun, 2),
        "open_and_count_seconds": round(ended - closed, 2),
        "papers": poll.papers, "missing_receipts": missing, "unacknowledged": added,
        "wrongly_counted": wrong, "recount_agrees": again.sound,
        "sound": not missing and not wrong and not added and again.sound,
    }  # fmt: skip


if __name__ == "__main__":
    main()
