"""Trying to tie voters to papers with every right over the database: 500 papers, a fixed seed."""

import random
from math import sqrt

import pytest
from django.db import connection

from held_votes import built_hall
from ngangtam.foundation.access.models import User
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import accounted
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.stages.ballots import actions
from ngangtam.stages.ballots.models import OpenedPaper, Receipt

VOTERS = 500
NAMES = [f"Ứng viên {letter}" for letter in "ABCDEFGHIK"]
# The hits of a pairing by chance follow Poisson's law with mean 1: nine or more in 1 of 10⁶ runs.
MOST_HITS = 8
# Four and a half standard deviations of a rank correlation without any connection.
MOST_CORRELATION = 4.5 / sqrt(VOTERS - 1)


def rows(sql, *given):
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def xact():
    return int(rows("select pg_current_xact_id()::text::bigint")[0][0])


class Told:
    """A vote of 500, and what only the voters know: which paper is whose."""

    def __init__(self, hall):
        chance = random.Random(20261122)
        with accounted("test.prepared"):
            made = User.objects.bulk_create(
                User(username=f"cu-tri-lon-{at}", password="!") for at in range(VOTERS)
            )
        hall.voters = made
        hall.ready(NAMES, kind="choose", rules="counting.deputies", seats=5, max_choices=10)
        order = list(made)
        chance.shuffle(order)
        # Every paper says something else, so that an opened paper names its voter to us.
        patterns = chance.sample(range(1, 1 << len(NAMES)), VOTERS)
        self.hall, self.order, self.marks, self.stage = hall, order, {}, "open"
        self.files = self.box_files()
        self.begun = xact()
        for voter, pattern in zip(order, patterns, strict=True):
            marks = {str(at + 1): "chosen" for at in range(len(NAMES)) if pattern >> at & 1}
            self.marks[voter.pk] = marks
            hall.vote(voter, marks)
        self.ended = xact()
        self.casting = [one for (one,) in rows(
            f"select xmin::text::bigint from ballots_box.mark_{self.box}"
        )]  # fmt: skip

    @property
    def box(self):
        return self.hall.poll.box

    def box_files(self):
        return [path for (path,) in rows(
            "select pg_relation_filepath(c.oid) from pg_class c"
            " where c.relnamespace = 'ballots_box'::regnamespace and c.relkind in ('r', 'i')"
            " and c.relname like %s", f"%{self.hall.poll.box}%",
        )]  # fmt: skip

    def close(self):
        if self.stage == "open":
            self.stage = "closed"
            self.hall.close()

    def count(self):
        self.close()
        if self.stage == "counted":
            return
        self.stage = "counted"
        for teller in self.hall.tellers[:2]:
            self.hall.enter(teller)


@pytest.fixture(scope="module")
def told(committing):
    with accounted("test.prepared"):
        hall = built_hall(1)
    return Told(hall)


@pytest.fixture
def closed(told):
    """The tests run in their order, but another worker may have had the one that closes."""
    told.close()


@pytest.fixture
def counted(told):
    told.count()


def rank_correlation(one, other):
    count = len(one)
    gap = sum((first - second) ** 2 for first, second in zip(one, other, strict=True))
    return 1 - 6 * gap / (count * (count**2 - 1))


def attack(voters, papers, owner):
    """Pair the n-th voter with the n-th paper; return (hits, rank correlation of the truth)."""
    hits = sum(owner[paper] == voter for voter, paper in zip(voters, papers, strict=True))
    place = {owner[paper]: at for at, paper in enumerate(papers)}
    return hits, rank_correlation(range(len(voters)), [place[voter] for voter in voters])


def no_better_than_chance(found):
    hits, correlation = found
    assert hits <= MOST_HITS
    assert abs(correlation) < MOST_CORRELATION


ORDERS_OF_ROLL = ["id", "ctid", "xmin::text::bigint, ctid", "voter_id"]


def test_1_while_voting_is_open_the_owner_ties_marks_to_sealed_papers(told):
    """The attack works where nothing holds it: what it finds is sealed."""
    box = told.box
    tied = rows(
        f"select m.voter_id, sha256(p.sealed) from ballots_box.mark_{box} m"
        f" join ballots_box.paper_{box} p on p.xmin::text = m.xmin::text"
    )
    owner = {receipt: voter for voter, receipt in told.hall.receipts.items()}

    assert sum(owner[bytes(digest)] == voter for voter, digest in tied) == VOTERS
    in_line = attack(
        [one for (one,) in rows(f"select voter_id from ballots_box.mark_{box} order by ctid")],
        [bytes(one) for (one,) in rows(
            f"select sha256(sealed) from ballots_box.paper_{box} order by ctid")],
        owner,
    )  # fmt: skip
    assert in_line == (VOTERS, 1)
    sealed = [bytes(one) for (one,) in rows(f"select sealed from ballots_box.paper_{box}")]
    assert len({len(one) for one in sealed}) == 1
    assert len(set(sealed)) == VOTERS


def test_2_closing_destroys_the_tables_of_the_voting(told):
    marks_and_papers = told.box_files()
    told.close()

    left = [name for (name,) in rows(
        "select relname from pg_class where relnamespace = 'ballots_box'::regnamespace"
        " and relkind = 'r' and relname like %s", f"%_{told.box}",
    )]  # fmt: skip
    assert left == [f"sealed_{told.box}"]
    for path in marks_and_papers:
        sizes = rows("select size from pg_stat_file(%s, true)", path)
        assert sizes in ([(None,)], [(0,)]), path


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("order", ORDERS_OF_ROLL)
def test_3_no_order_of_the_roll_leads_to_a_sealed_paper(told, order):
    owner = {receipt: voter for voter, receipt in told.hall.receipts.items()}
    voters = [one for (one,) in rows(f"select voter_id from ballots_roll order by {order}")]
    for papers in (
        rows(f"select sha256(sealed) from ballots_box.sealed_{told.box} order by ctid"),
        rows("select digest from ballots_receipt order by id"),
        rows("select digest from ballots_receipt order by ctid"),
        rows("select digest from ballots_receipt order by xmin::text::bigint, ctid"),
    ):
        no_better_than_chance(attack(voters, [bytes(one) for (one,) in papers], owner))


@pytest.mark.usefixtures("closed")
def test_3_the_order_of_casting_is_in_no_order_of_the_papers(told):
    """Somebody stood at the door and wrote down who voted when."""
    owner = {receipt: voter for voter, receipt in told.hall.receipts.items()}
    cast = [voter.pk for voter in told.order]
    for sql in (
        f"select sha256(sealed) from ballots_box.sealed_{told.box} order by ctid",
        "select digest from ballots_receipt order by id",
    ):
        no_better_than_chance(attack(cast, [bytes(one) for (one,) in rows(sql)], owner))
    for order in ORDERS_OF_ROLL:
        voters = [one for (one,) in rows(f"select voter_id from ballots_roll order by {order}")]
        place = {voter: at for at, voter in enumerate(cast)}
        found = rank_correlation(range(VOTERS), [place[voter] for voter in voters])
        assert abs(found) < MOST_CORRELATION or order == "voter_id"


@pytest.mark.usefixtures("closed")
def test_3_each_table_was_written_by_one_transaction(told):
    for table in ("ballots_roll", "ballots_receipt", f"ballots_box.sealed_{told.box}"):
        assert len(rows(f"select distinct xmin::text from {table}")) == 1


@pytest.mark.usefixtures("closed")
def test_3_no_row_of_any_table_is_of_a_transaction_of_the_voting(told):
    tables = rows(
        "select schemaname, tablename from pg_tables"
        " where schemaname in ('public', 'ballots_box', 'pg_catalog') order by 1, 2"
    )
    for schema, table in tables:
        found = rows(
            f'select count(*) from {schema}."{table}" where xmin::text::bigint = any(%s)',
            told.casting,
        )
        assert found == [(0,)], table


@pytest.mark.usefixtures("closed")
def test_3_old_versions_in_the_pages_have_no_order_either(told):
    """Dead rows and line pointers, as the owner reads them from the pages themselves."""
    with connection.cursor() as cursor:
        cursor.execute("create extension if not exists pageinspect")
    try:
        for table in ("ballots_roll", "ballots_receipt", "ballots_poll", "ballots_share"):
            items = rows(
                "select i.t_xmin::text::bigint, i.t_xmax::text::bigint"
                " from generate_series(0, pg_relation_size(%s) / 8192 - 1) page,"
                " heap_page_items(get_raw_page(%s, page::int)) i where i.t_xmin is not null",
                table, table,
            )  # fmt: skip
            voting = [one for pair in items for one in pair if told.begun < one < told.ended]
            assert not voting, table
            assert len({one for one, _end in items}) < 12, table
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop extension pageinspect")


@pytest.mark.usefixtures("closed")
def test_3_neither_journal_nor_digests_nor_marks_of_forms_know_of_a_paper_cast(told):
    assert not Event.objects.filter(xact__gt=told.begun, xact__lt=told.ended).exists()
    assert rows("select count(*) from audit_change where xact > %s and xact < %s",
                told.begun, told.ended) == [(0,)]  # fmt: skip
    voters = [one.pk for one in told.order]
    assert rows("select count(*) from audit_once where viewer_id = any(%s)", voters) == [(0,)]
    assert not Event.objects.filter(actor_id__in=voters).exists()


def test_4_opened_papers_have_no_order_of_the_box_or_the_roll(told):
    told.count()
    spelled = {tuple(sorted(marks)): voter for voter, marks in told.marks.items()}
    owner = {}
    for paper in OpenedPaper.objects.all():
        owner[paper.pk] = spelled[tuple(sorted(paper.marks))]
    cast = [voter.pk for voter in told.order]
    by_receipt = {receipt: voter for voter, receipt in told.hall.receipts.items()}
    receipts = [by_receipt[bytes(one.digest)] for one in Receipt.objects.order_by("digest")]
    for order in ("id", "number", "ctid", "xmin::text::bigint, ctid"):
        papers = [one for (one,) in rows(f"select id from ballots_openedpaper order by {order}")]
        no_better_than_chance(attack(cast, papers, owner))
        # Nor do receipts lead to what the papers say.
        no_better_than_chance(attack(receipts, papers, owner))
        for by in ORDERS_OF_ROLL:
            voters = [one for (one,) in rows(f"select voter_id from ballots_roll order by {by}")]
            no_better_than_chance(attack(voters, papers, owner))


@pytest.mark.usefixtures("counted")
def test_4_no_sealed_paper_and_no_part_of_the_key_is_left(told):
    assert rows("select count(*) from pg_class"
                " where relnamespace = 'ballots_box'::regnamespace and relname like %s",
                f"%{told.box}%") == [(0,)]  # fmt: skip
    assert rows("select count(*) from ballots_share") == [(0,)]
    columns = {
        table: {name for (name,) in rows(
            "select column_name::text from information_schema.columns where table_name = %s", table
        )}
        for table in ("ballots_openedpaper", "ballots_roll", "ballots_receipt")
    }  # fmt: skip
    for one, other in (("openedpaper", "roll"), ("openedpaper", "receipt"), ("roll", "receipt")):
        assert columns[f"ballots_{one}"] & columns[f"ballots_{other}"] == {"id", "poll_id"}
    times = rows(
        "select table_name::text from information_schema.columns"
        " where table_name in ('ballots_openedpaper', 'ballots_roll', 'ballots_receipt')"
        " and data_type like any (array['timestamp%%', 'date', 'time%%'])"
    )
    assert times == []


@pytest.mark.usefixtures("counted")
def test_5_the_words_of_one_teller_open_nothing_afterwards(told):
    with pytest.raises(DomainError):
        actions.enter_words(
            poll_id=told.hall.poll.pk,
            words=told.hall.words[told.hall.tellers[0].pk],
            by=told.hall.tellers[0],
        )
