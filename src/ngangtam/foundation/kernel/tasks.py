"""Taking up again what a worker left when it was killed."""

from typing import Final

from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

# A job that was left so often is what kills its worker.
_TRIES: Final = 3

# A worker sends a sign of life every ten seconds; a busy machine may hold it up. One that starts
# removes those long silent, and their jobs then have no worker.
_LEFT: Final = """
select job.id, job.attempts from procrastinate_jobs job
left join procrastinate_workers worker on worker.id = job.worker_id
where job.status = 'doing'
  and (worker.id is null or worker.last_heartbeat < now() - interval '2 minutes')
for update of job skip locked
"""


@app.periodic(cron="* * * * *")
@app.task(name="kernel.take_up", pass_context=False, queueing_lock="kernel-take-up")
def take_up(timestamp: int) -> None:
    """Put jobs in line again whose worker died in the middle of them.

    Every job of ours is one transaction and asks first what is still to be done. One that is in
    line anew by then, as those that run by the clock are, is forgotten.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LEFT)
        for pk, attempts in cursor.fetchall():
            if attempts + 1 >= _TRIES:
                cursor.execute("select procrastinate_finish_job_v1(%s, 'failed', false)", [pk])
                continue
            try:
                with transaction.atomic():
                    cursor.execute(
                        "select procrastinate_retry_job_v2(%s, now(), null, null, null)", [pk]
                    )
            except IntegrityError:
                cursor.execute("select procrastinate_finish_job_v1(%s, 'failed', true)", [pk])
