"""What lies beside the tables and knows of a vote: logs, counters, what the server is asked."""

import pytest
from django.db import connection

from held_votes import built_hall
from ngangtam.doors.cli.server import web_command
from ngangtam.foundation.audit.steps import accounted
from ngangtam.foundation.kernel import database
from ngangtam.stages.ballots import tasks

YES = {"1": "yes"}


def rows(sql, *given):
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def in_log(*needles):
    """Which of these bytes stand in the write-ahead log, as its files are on the disk."""
    found = set()
    for (name,) in rows("select name from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'"):
        for (raw,) in rows("select pg_read_binary_file('pg_wal/' || %s, 0, 16777216, true)", name):
            found |= {needle for needle in needles if raw is not None and needle in bytes(raw)}
    return found


@pytest.fixture(scope="module")
def hall(committing):
    with accounted("test.prepared"):
        return built_hall()


@pytest.mark.skipif(database.is_given(), reason="the operator's server keeps its log as it is told")
def test_the_log_of_changes_forgets_a_box_that_was_closed(hall):
    hall.ready()
    assert rows("show wal_recycle") == [("off",)]
    papers = [hall.seal(YES) for _voter in hall.voters]
    for voter, paper in zip(hall.voters, papers, strict=True):
        hall.send(voter, paper)
    # Pages of the log part some papers; their middles are enough to know them by.
    middles = [paper[40:80] for paper in papers]
    assert in_log(*middles), "the attack finds nothing where nothing holds it"
    hall.close()
    for teller in hall.tellers[:2]:
        hall.enter(teller)

    tasks.forget_log_lately(0)

    assert in_log(*middles) == set()


def test_casting_moves_no_counter(hall):
    hall.ready()
    counters = "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
    before = rows(counters)
    for voter in hall.voters:
        hall.vote(voter, YES)
    assert rows(counters) == before


def test_what_a_connection_was_asked_last_holds_no_paper(hall):
    hall.ready()
    paper = hall.seal(YES)
    hall.send(hall.voters[0], paper)
    me = rows("select pg_backend_pid()")[0][0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select query from pg_stat_activity where pid = %s", [me])
        asked = cursor.fetchone()[0]
    other.close()
    assert asked
    assert paper.hex() not in asked


@pytest.mark.skipif(database.is_given(), reason="the operator's server logs as it is told")
def test_the_log_of_the_server_holds_no_statement():
    assert rows("show log_statement") == [("none",)]
    assert rows("show log_min_error_statement") == [("panic",)]
    assert rows("show log_min_duration_statement") == [("-1",)]
    assert rows("show log_error_verbosity") == [("terse",)]
    assert rows("show track_commit_timestamp") == [("off",)]


def test_the_web_server_writes_no_line_a_request():
    assert not [word for word in web_command("127.0.0.1", 8000, 2) if "access" in word]
