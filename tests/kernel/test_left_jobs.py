"""Jobs whose worker was killed are taken up again; those of a living one are left alone."""

import pytest
from django.db import connection

from ngangtam.foundation.kernel.tasks import take_up

pytestmark = pytest.mark.django_db


def job(worker, *, attempts=0, lock=None, status="doing"):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock,"
            " args, status, attempts, worker_id) "
            " values ('q', 'thử', 0, %s, %s, '{}', %s, %s, %s) returning id",
            [lock, lock, status, attempts, worker],
        )
        return cursor.fetchone()[0]


def worker(silent):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - %s * interval '1 second') returning id", [silent],
        )  # fmt: skip
        return cursor.fetchone()[0]


def states():
    with connection.cursor() as cursor:
        cursor.execute("select id, status, attempts from procrastinate_jobs")
        return {pk: (status, attempts) for pk, status, attempts in cursor.fetchall()}


def test_what_a_dead_worker_left_is_in_line_again():
    gone, silent, alive = job(None), job(worker(600)), job(worker(20))

    take_up(0)

    assert states() == {gone: ("todo", 1), silent: ("todo", 1), alive: ("doing", 0)}


def test_a_job_that_kills_its_worker_is_given_up():
    poison = job(None, attempts=2)

    take_up(0)

    assert states()[poison][0] == "failed"


def test_what_is_in_line_anew_is_not_put_there_twice():
    job(None, lock="audit-seal")
    waiting = job(None, lock="audit-seal", status="todo")

    take_up(0)

    assert states() == {waiting: ("todo", 0)}
