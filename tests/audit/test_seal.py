"""Sealing beside people at work, proofs for outsiders, baselines, and what the web may not do."""

import json
import threading
from datetime import date

import pytest
from click.testing import CliRunner
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ngangtam.doors.cli.main import cli
from ngangtam.foundation.access.wall import see_as, see_as_owner
from ngangtam.foundation.audit import proofs, sealing, seals, verifying
from ngangtam.foundation.audit.canonical import canonical
from ngangtam.foundation.audit.models import Change, Checkpoint, Event, Leaf, Sealing
from ngangtam.foundation.audit.steps import Process, accounted, record

TABLES = ("audit_event", "audit_change", "audit_sealing", "audit_leaf", "audit_node",
          "audit_checkpoint", "audit_verification")  # fmt: skip


@transaction.atomic(durable=True)
def act(number=0):
    """An action: a guarded row and its event."""
    from ngangtam.records.organisation import steps

    source = steps.add_source(kind="test", name=f"Nguồn {number}", day=date(2026, 1, 1))
    return record("test.acted", by=Process(), subject=source, number=number)


@pytest.fixture
def run(committed, monkeypatch):
    """Run `ngangtam audit …` in this database."""
    monkeypatch.setattr("ngangtam.doors.cli.audit.django_ready", lambda **_: None)

    def command(*words):
        done = CliRunner().invoke(cli, ["audit", *map(str, words)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return command


def said(report):
    return [str(one) for one in report.findings]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("order", ["update {} set id = id", "delete from {}", "truncate {}"])
def test_the_web_role_changes_and_removes_nothing(table, order, lan):
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        before = cursor.fetchone()
    column = {"audit_leaf": "index", "audit_node": "band"}.get(table, "id")
    see_as(lan.pk)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(order.format(table).replace("id", column))
    except ProgrammingError:
        pass
    finally:
        see_as_owner()
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        assert cursor.fetchone() == before


@pytest.mark.parametrize("table", TABLES[1:])
def test_the_web_role_adds_nothing_to_the_proof(table, lan):
    see_as(lan.pk)
    try:
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"insert into {table} default values")
    finally:
        see_as_owner()


def test_the_web_role_writes_no_event_in_another_name(lan, minh):
    see_as(lan.pk)
    try:
        record("test.own", by=lan, subject=lan)
        with pytest.raises(ProgrammingError), transaction.atomic():
            record("test.forged", by=minh, subject=lan)
    finally:
        see_as_owner()
    assert [event.type for event in Event.objects.all()] == ["test.own"]


def test_writers_do_not_wait_for_each_other_or_for_the_sealer(committed):
    """Many threads act while one seals all the time; everything is there once, and holds."""
    stop = threading.Event()
    failures = []

    def work(number):
        try:
            for at in range(15):
                act(number * 100 + at)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def keep_sealing():
        try:
            while not stop.is_set():
                sealing.seal_new()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    sealer = threading.Thread(target=keep_sealing)
    people = [threading.Thread(target=work, args=[number]) for number in range(8)]
    sealer.start()
    for one in people:
        one.start()
    for one in people:
        one.join()
    stop.set()
    sealer.join()
    sealing.seal_new()

    assert failures == []
    assert Event.objects.filter(type="test.acted").count() == 120
    assert Leaf.objects.count() == Event.objects.count() + Change.objects.count()
    assert said(verifying.verify()) == []


def test_an_event_that_commits_late_is_sealed_all_the_same(committed):
    """Its number is older than what was sealed meanwhile."""
    import psycopg

    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"],
        password=settings["PASSWORD"], dbname=settings["NAME"],
    ) as slow:  # fmt: skip
        slow.execute("insert into organisation_source (kind, name, day, reference)"
                     " values ('test', 'chậm', '2026-01-01', '')")  # fmt: skip
        for number in range(3):
            act(number)
            sealing.seal_new()
        slow.commit()
    act(9)
    sealing.seal_new()

    assert Leaf.objects.count() == Event.objects.count() + Change.objects.count()
    assert [one.why for one in verifying.verify().findings] == ["no_action"]
    assert Sealing.objects.count() == 4


def test_checkpoints_come_after_so_many_leaves(committed, monkeypatch):
    monkeypatch.setattr(sealing, "EVERY", 10)
    for number in range(12):
        act(number)
        sealing.seal_new()
    assert [one.size for one in Checkpoint.objects.order_by("id")] == [2, 12, 22]
    assert said(verifying.verify()) == []


def test_the_command_says_what_is_wrong_and_ends_with_one(run, sql):
    act()
    sound = run("verify")
    assert sound.exit_code == 0
    pk = Event.objects.get().subject_id
    sql("update organisation_source set name = 'x'", guards=False)

    done = run("verify")
    assert done.exit_code == 1
    assert done.output.splitlines()[0].startswith(f"organisation_source {pk}: ")
    told = json.loads(run("verify", "--json").output)
    assert (told["sound"], told["findings"][0]["kind"]) == (False, "changed")


def test_a_checkpoint_kept_elsewhere_is_checked_against(run, tmp_path, sql):
    for number in range(5):
        act(number)
    file = tmp_path / "mốc.txt"
    assert run("checkpoint", "--out", file).exit_code == 0
    act(6)
    assert run("verify", "--against", file).exit_code == 0

    forged = tmp_path / "forged.txt"
    forged.write_text(file.read_text().replace("\n10\n", "\n8\n"))
    assert run("verify", "--against", forged).exit_code == 1
    assert run("verify", "--against", tmp_path / "none.txt").exit_code == 2
    (tmp_path / "noise.txt").write_text("xin chào")
    assert run("verify", "--against", tmp_path / "noise.txt").exit_code == 1


def test_an_event_is_proved_to_somebody_without_the_database(run, tmp_path):
    events = [act(number) for number in range(20)]
    run("checkpoint")
    file = tmp_path / "proof.json"
    assert run("prove", events[7].pk, "--out", file).exit_code == 0
    proof = json.loads(file.read_text())
    assert proof["event"]["what"] == {"number": 7}

    key = run("key").output.strip()
    assert run("check-proof", file, "--key", key).exit_code == 0
    proof["event"]["what"]["number"] = 8
    file.write_text(json.dumps(proof))
    assert run("check-proof", file).exit_code == 1
    assert run("prove", 10**9).exit_code == 1


def test_a_later_tree_is_proved_to_begin_with_an_earlier_one(run, tmp_path):
    act()
    early = tmp_path / "early.txt"
    run("checkpoint", "--out", early)
    for number in range(30):
        act(number)
    run("checkpoint")
    file = tmp_path / "growth.json"
    assert run("consistency", early, "--out", file).exit_code == 0
    assert run("check-proof", file).exit_code == 0
    proof = json.loads(file.read_text())
    proof["proof"] = proof["proof"][:-1]
    assert not proofs.holds(proof)


def test_the_signature_of_another_instance_does_not_hold(committed, monkeypatch):
    act()
    note = sealing.checkpoint().note
    monkeypatch.setattr(seals, "secret", lambda _name: "another")
    with pytest.raises(seals.BadNoteError, match="another key"):
        seals.opened(note)


def test_a_repair_by_hand_is_answered_for(run, sql):
    act(1)
    act(2)
    first, second = (event.subject_id for event in Event.objects.order_by("id"))
    sql(f"update organisation_source set name = 'sửa' where id = {first}", guards=False)
    sql(f"delete from organisation_source where id = {second}")
    assert run("verify").exit_code == 1

    done = run("baseline", "--reason", "Theo kết luận thanh tra số 5")
    assert done.exit_code == 0
    assert f"organisation_source {second}" in done.output
    assert run("verify").exit_code == 0
    event = Event.objects.order_by("-id").first()
    assert event.type == "audit.baseline"
    assert event.what["rows"] == {"organisation_source": [first]}
    assert run("baseline", "--reason", " ").exit_code == 1


def test_rows_from_before_the_guards_are_taken_as_they_stand(committed):
    from ngangtam.foundation.audit import guards, setting_up

    table = "organisation_source"
    with connection.cursor() as cursor:
        for part in ("insert", "update", "delete"):
            cursor.execute(f"drop trigger audit_guard_{part} on {table}")
        cursor.execute(
            f"insert into {table} (kind, name, day, reference)"
            " select 'test', 'cũ ' || n, '2020-01-01', '' from generate_series(1, 20000) n"
        )
    assert {one.why for one in verifying.verify().findings} == {"guard_missing", "no_digest"}

    setting_up.after_migrations("default")
    assert said(verifying.verify()) == []
    assert Event.objects.get().what["tables"] == [table]
    assert Change.objects.filter(op="B").count() in (3, 4)
    assert not guards.install()


def test_a_guard_that_was_torn_down_blesses_nothing_when_it_is_put_up_again(committed):
    from ngangtam.foundation.audit import setting_up

    act()
    with connection.cursor() as cursor:
        cursor.execute("drop trigger audit_guard_insert on organisation_source")
        cursor.execute("insert into organisation_source (kind, name, day, reference)"
                       " values ('test', 'lén', '2020-01-01', '')")  # fmt: skip
    setting_up.after_migrations("default")
    assert [one.why for one in verifying.verify().findings] == ["no_digest"]


def test_what_a_migration_writes_is_accounted_for(committed):
    from ngangtam.foundation.audit import setting_up

    setting_up.before_migrations("default")
    with connection.cursor() as cursor:
        cursor.execute("insert into organisation_source (kind, name, day, reference)"
                       " values ('system', 'phiên bản', '2020-01-01', '')")  # fmt: skip
    setting_up.after_migrations("default")
    assert Event.objects.get().type == "audit.migrated"
    assert said(verifying.verify()) == []


def test_several_transactions_are_one_account(committed):
    from ngangtam.records.organisation import steps

    with accounted("test.loaded", part=1):
        for number in range(3):
            steps.add_source(kind="test", name=f"n{number}", day=date(2026, 1, 1))
    with accounted("test.loaded", part=2):
        pass
    event = Event.objects.get()
    assert len(event.what["xacts"]) == 3
    assert said(verifying.verify()) == []


def test_every_column_of_a_guarded_table_is_in_a_list(db):
    from ngangtam.foundation.audit.guards import guards

    for one in guards():
        with connection.cursor() as cursor:
            cursor.execute(
                "select column_name::text, data_type from information_schema.columns"
                " where table_name = %s and table_schema = 'public'", [one.table],
            )  # fmt: skip
            columns = dict(cursor.fetchall())
        if not columns:
            continue  # of a room that is not installed
        listed = {"id", *one.versions[-1], *one.reckoned}
        assert listed == set(columns), (
            f"{one.table}: list {set(columns) ^ listed} in oversight/history/guarded.py,"
            " as a new version or as reckoned"
        )
        if one.by_row:
            # Compared as values, which for JSON says less than its text.
            assert not {columns[name] for name in one.versions[-1]} & {"jsonb", "json"}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(blacklist_categories=["Cs"],
                                            blacklist_characters="\0")), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def asked(committing):
    return _through


def _through(value):
    with connection.cursor() as cursor:
        cursor.execute("select %s::jsonb::text", [json.dumps(value)])
        return json.loads(cursor.fetchone()[0])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=values)
def test_what_the_database_gives_back_has_the_same_bytes(asked, value):
    assert canonical(asked(value)) == canonical(value)
