"""Several people at the same moment, in real threads: one clear outcome each, none of it half."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import today
from ngangtam.records.corrections.models import Account
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps
from ngangtam.stages.evaluation import actions_sheets as actions
from ngangtam.stages.evaluation.actions_sheets import OwnScores, Scores
from ngangtam.stages.evaluation.models import Cycle, Sheet
from ngangtam.stages.evaluation.refusals import SheetRefusedError

PEOPLE = 100
# As many connections as the web keeps.
AT_ONCE = 20


@pytest.fixture
def province(committed):
    source = organisation.add_source(kind="test", name="Thử", day=date(2025, 7, 1))
    return organisation.add_unit(
        code="T9", name="Tỉnh Thử", parent=organisation.root_unit(), first_day=date(2020, 1, 1),
        source=source,
    )  # fmt: skip


@pytest.fixture
def cycle(province):
    return Cycle.objects.create(
        unit=province, path=province.path, code="2026-03", kind="month", first=date(2026, 3, 1),
        until=date(2026, 4, 1), report_by=today() + timedelta(days=3),
        confirm_by=today() + timedelta(days=5),
    )  # fmt: skip


def officials(count, province, cycle):
    """Return (account, sheet) of so many people."""
    source = organisation.add_source(kind="test", name="Người", day=date(2025, 7, 1))
    found = []
    for number in range(count):
        person = steps.add_person(full_name=f"Nguyễn Văn {number}", unit=province, source=source)
        user = _user(f"nguoi{number}", person.full_name)
        Account.objects.create(user=user, person=person, state="linked")
        sheet = Sheet.objects.create(
            cycle=cycle, person=person, unit=province, path=province.path, body=province,
            scheme="civil_servant",
        )  # fmt: skip
        found.append((user, sheet))
    return found


def at_once(*queues):
    """Run every queue of (user, act) in a thread of its own, as the web's role for the user.

    Returns how many acts ended how. An act of nobody runs as the owner.
    """
    ended, ready = [], threading.Barrier(len(queues))

    def outcome(user, act):
        try:
            if user is None:
                act()
            else:
                with seen_by(user.pk):
                    act()
        except SheetRefusedError as refused:
            return refused.why
        # Anything else would be an outcome that nobody understands: it is told as it is.
        except Exception as error:
            return repr(error)
        return "done"

    def run(queue):
        try:
            ready.wait(60)
            ended.extend(outcome(user, act) for user, act in queue)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[queue]) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(ended)


def test_two_heads_confirm_the_same_sheet(province, cycle):
    [(user, sheet)] = officials(1, province, cycle)
    actions.report(sheet_id=sheet.pk, version=1, own=OwnScores({"general": 28}), by=user)
    heads = [_user(name, name.title(), "unit_head", province) for name in ("mot", "hai")]

    def confirm(head, points):
        return lambda: actions.confirm(
            sheet_id=sheet.pk, version=2, scores=Scores({"general": points}), by=head
        )

    ended = at_once(
        *([(head, confirm(head, points))] for head, points in zip(heads, (20, 30), strict=True))
    )

    assert ended == {"done": 1, "stale": 1}
    sheet.refresh_from_db()
    assert sheet.version == 3
    assert sheet.general_points == {"mot": 20, "hai": 30}[sheet.confirmed_by.username]
    assert Event.objects.filter(type="evaluation.sheet_confirmed").count() == 1
    assert Event.objects.filter(type="evaluation.sheet_refused").count() == 1


def test_a_head_confirms_while_the_person_sends_anew(province, cycle):
    [(user, sheet)] = officials(1, province, cycle)
    actions.report(sheet_id=sheet.pk, version=1, own=OwnScores({"general": 28}), by=user)
    head = _user("mot", "Một", "unit_head", province)

    ended = at_once(
        [(user, lambda: actions.report(
            sheet_id=sheet.pk, version=2, own=OwnScores({"general": 29}), by=user))],
        [(head, lambda: actions.confirm(
            sheet_id=sheet.pk, version=2, scores=Scores({"general": 27}), by=head))],
    )  # fmt: skip

    assert ended == {"done": 1, "stale": 1}
    sheet.refresh_from_db()
    assert (sheet.state, sheet.own_points["general"]) in {("confirmed", 28), ("reported", 29)}


@pytest.mark.parametrize("end", ["lock", "deadline"])
def test_a_hundred_send_while_the_cycle_shuts(province, cycle, end):
    """Locked, or its day for own points set back: each sending falls before it or is refused."""
    people = officials(PEOPLE, province, cycle)
    changed = {"state": "locked", "lock_reason": "x"} if end == "lock" else {
        "report_by": today() - timedelta(days=1)}  # fmt: skip
    begun = threading.Event()
    shut_at = []

    def send(user, sheet):
        def act():
            actions.report(sheet_id=sheet.pk, version=1, own=OwnScores({"general": 28}), by=user)
            begun.set()

        return act

    def shut():
        begun.wait(60)
        with transaction.atomic():
            Cycle.objects.filter(pk=cycle.pk).update(**changed)
            shut_at.append(Sheet.objects.filter(state="reported").count())

    sending = [(user, send(user, sheet)) for user, sheet in people]
    ended = at_once(*(sending[first::AT_ONCE] for first in range(AT_ONCE)), [(None, shut)])

    refused = "locked" if end == "lock" else "late"
    assert set(ended) <= {"done", refused}
    sent, late = ended["done"] - 1, ended[refused]
    assert sent + late == PEOPLE
    assert sent >= 1
    # Whoever was through when it shut, and nobody after.
    assert shut_at == [sent]
    assert (
        Sheet.objects.filter(state="reported", version=2, own_points={"general": 28}).count()
        == sent
    )
    assert Sheet.objects.filter(state="open", version=1, own_points={}, own_at=None).count() == late
    assert Event.objects.filter(type="evaluation.sheet_reported").count() == sent
    assert Event.objects.filter(type="evaluation.sheet_refused").count() == late


def test_the_day_is_that_on_which_the_save_began(province, cycle):
    """The clock is read once, when the transaction begins; what is kept says the same moment."""
    [(user, sheet)] = officials(1, province, cycle)
    with connection.cursor() as cursor:
        cursor.execute("select (now() at time zone 'Asia/Ho_Chi_Minh')::date")
        (day,) = cursor.fetchone()
    Cycle.objects.filter(pk=cycle.pk).update(report_by=day)

    sent = actions.report(sheet_id=sheet.pk, version=1, own=OwnScores({"general": 28}), by=user)

    assert sent.own_at.tzinfo is not None
    event = Event.objects.get(type="evaluation.sheet_reported")
    assert sent.own_at <= event.at
