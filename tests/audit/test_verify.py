"""A superuser changes, removes or inserts a row; verification names it."""

from datetime import date

import pytest
from django.db import connection, transaction

from ngangtam.foundation.audit import sealing, verifying
from ngangtam.foundation.audit.models import Change, Checkpoint, Event, Leaf
from ngangtam.foundation.audit.steps import Process, accounted, record
from ngangtam.foundation.kernel.days import parse_day


@pytest.fixture
def house(committed):
    """A small instance with a file in it, everything accounted for and sealed."""
    from ngangtam.foundation.access.models import Grant, User
    from ngangtam.foundation.kernel.models import span
    from ngangtam.records.organisation import steps as organisation
    from ngangtam.records.organisation.models import (
        Area,
        AreaSuccession,
        Establishment,
        UnitSuccession,
    )
    from ngangtam.records.personnel import actions
    from ngangtam.records.personnel.actions import Basis

    first = date(2020, 1, 1)
    with accounted("test.made"):
        root = organisation.root_unit()
        source = organisation.add_source(kind="test", name="Hồ sơ thử", day=first)
        unit, other = (
            organisation.add_unit(code=code, name=code, parent=root, first_day=first, source=source)
            for code in ("T1", "T2")
        )
        UnitSuccession.objects.create(
            before=other, after=unit, kind="merge", day=first, source=source
        )
        Establishment.objects.create(
            unit=unit, regime="civil_servant", number=5, valid=span(first), source=source
        )
        old, new = (
            Area.objects.create(code=code, level="commune", kind="Xã", name=f"Xã {code}",
                                name_plain="xa", valid=span(first))
            for code in ("1", "2")
        )  # fmt: skip
        AreaSuccession.objects.create(before=old, after=new, extent="whole", day=first)
        post = organisation.add_post(unit=unit, title="Chuyên viên", first_day=first, source=source)
        lan = User.objects.create_user("lan", password="mat-khau-thu-nghiem", full_name="Lan")
        Grant.objects.create(user=lan, role="personnel_officer", path=root.path, valid=span(first))
    basis = Basis(number="01/QĐ", day=first, body="UBND")
    today = date(2026, 11, 22)
    person = actions.open_file(
        unit_id=unit.pk, full_name="Nguyễn Văn A", identity={}, birth=None, basis=basis,
        today=today, by=lan,
    )  # fmt: skip
    actions.add_posting(
        person_id=person.pk, post_id=post.pk, seat=1, first_day=first, until=None, main=True,
        basis=basis, today=today, by=lan,
    )  # fmt: skip
    actions.add_record(
        person_id=person.pk, kind="award", first_day=parse_day("2019").value, until=None,
        code="", raw="Bằng khen", detail={"body": "UBND", "score": 7.50}, basis=basis,
        today=today, by=lan,
    )  # fmt: skip
    actions.change_identity(
        person_id=person.pk, changes={"other_names": "Anh"}, reason="Nhầm", by=lan
    )
    return lan


def said(report):
    return [str(one) for one in report.findings]


def names(report):
    return {(one.kind, one.table, one.pk) for one in report.findings}


def only(table):
    with connection.cursor() as cursor:
        cursor.execute(f"select min(id) from {table}")
        return cursor.fetchone()[0]


def test_an_untouched_house_is_sound(house):
    before = verifying.verify()
    assert said(before) == []
    assert before.unsealed == Event.objects.count() + Change.objects.count()

    assert sealing.seal_new() == before.unsealed
    after = verifying.verify()
    assert said(after) == []
    assert (after.size, after.unsealed, after.checkpoints) == (before.unsealed, 0, 1)
    assert sealing.seal_new() == 0


# One column that says something, of every guarded table.
COLUMNS = {
    "personnel_person": "full_name = full_name || 'x'",
    "personnel_posting": "title_raw = title_raw || 'x'",
    "personnel_record": "detail = detail || '{\"score\": 9}'",
    "personnel_identitychange": "old = old || 'x'",
    "organisation_decision": "signer = signer || 'x'",
    "organisation_source": "name = name || 'x'",
    "organisation_unit": "name = name || 'x'",
    "organisation_unitversion": "name = name || 'x'",
    "organisation_unitsuccession": "day = day + 1",
    "organisation_post": "title = title || 'x'",
    "organisation_establishment": "number = number + 1",
    "organisation_area": "name = name || 'x'",
    "organisation_areasuccession": "day = day + 1",
    "access_grant": "role = 'inspector'",
    "access_user": "is_superuser = true",
}


def copied(table):
    """SQL that inserts a copy of one row; what must be unique is made so."""
    unique = {
        "personnel_person": "number", "organisation_unit": "code",
        "organisation_decision": "number", "access_user": "username",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = %s"
            " and column_name <> 'id' and table_schema = 'public' and is_generated = 'NEVER'",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
    shown = [f"{one} || '-2'" if one == unique.get(table) else f'"{one}"' for one in columns]
    if "voided_at" in columns:
        shown[columns.index("voided_at")] = "now()"
    quoted = ", ".join(f'"{one}"' for one in columns)
    return (
        f"insert into {table} ({quoted}) select {', '.join(shown)} from {table}"
        " where id = %s returning id"
    )


@pytest.mark.parametrize("guards", [True, False], ids=["guards on", "guards off"])
@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "tail"])
def test_every_guarded_table_betrays_what_was_done_to_it(house, sql, guards, sealed):
    from ngangtam.foundation.audit.guards import guards as declared

    assert set(COLUMNS) <= {one.table for one in declared()}
    if sealed:
        sealing.seal_new()
    expected = set()
    for table, change in COLUMNS.items():
        pk = only(table)
        sql(f"update {table} set {change} where id = {pk}", guards=guards)
        expected.add(("changed", table, pk))
        if table in ("organisation_areasuccession", "organisation_unitsuccession"):
            continue  # a constraint allows no second one; it would be named like the others
        with connection.cursor() as cursor:
            cursor.execute(f"select max(id) from {table}")
            last = cursor.fetchone()[0]
        sql(copied(table).replace("%s", str(pk)), guards=guards)
        with connection.cursor() as cursor:
            cursor.execute(f"select id from {table} where id > {last}")
            expected.add(("inserted", table, cursor.fetchone()[0]))

    found = names(verifying.verify())
    assert expected <= found
    assert {one for one in found if one[1] in COLUMNS} == expected


@pytest.mark.parametrize("guards", [True, False], ids=["guards on", "guards off"])
def test_a_removed_row_of_every_table_is_named(house, sql, guards):
    sealing.seal_new()
    expected = {("removed", table, only(table)) for table in COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        for _kind, table, pk in expected:
            if guards:
                cursor.execute(f"delete from {table} where id = {pk}")
        cursor.execute("set session_replication_role = origin")
    if not guards:
        for _kind, table, pk in expected:
            sql(
                f"set session_replication_role = replica; delete from {table} where id = {pk};"
                " set session_replication_role = origin",
                guards=False,
            )

    assert expected <= names(verifying.verify())


AUDIT = [
    ("update audit_event set subject = 'x' where id = {pk}", "changed"),
    ("update audit_event set what = '{{\"x\": 1}}' where id = {pk}", "changed"),
    ("update audit_event set actor = 'hoa' where id = {pk}", "changed"),
    ("delete from audit_event where id = {pk}", "removed"),
]


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "tail"])
@pytest.mark.parametrize(("order", "kind"), AUDIT)
def test_an_event_that_was_tampered_with_is_named(house, sql, order, kind, sealed):
    if sealed:
        sealing.seal_new()
    pk = Event.objects.order_by("id")[1].pk
    sql(order.format(pk=pk), guards=False)

    assert (kind, "audit_event", pk) in names(verifying.verify())


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "tail"])
def test_an_event_of_somebody_without_the_secret_is_named(house, sql, sealed):
    if sealed:
        sealing.seal_new()
    columns = (
        "at, type, actor_id, actor, subject_type, subject_id, subject, what, cites, xact, seal"
    )
    sql(
        f"insert into audit_event ({columns}) select {columns} from audit_event order by id limit 1"
    )
    pk = Event.objects.order_by("-id").first().pk

    assert ("changed", "audit_event", pk) in names(verifying.verify())
    sql(f"update audit_event set seal = null where id = {pk}", guards=False)
    assert ("inserted", "audit_event", pk) in names(verifying.verify())


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("update audit_change set pks = array[99] where id = {change}",
         ("changed", "audit_change", "{change}")),
        ("delete from audit_change where id = {change}", ("removed", "audit_change", "{change}")),
        ("update audit_leaf set hash = sha256('x') where index = 3", ("changed", "audit_leaf", 3)),
        ("delete from audit_leaf where index = 3", ("removed", "audit_leaf", 3)),
        ("update audit_checkpoint set root = sha256('x')", ("changed", "audit_checkpoint", "{cp}")),
        ("update audit_checkpoint set note = replace(note, '1', '2')",
         ("changed", "audit_checkpoint", "{cp}")),
        ("delete from audit_checkpoint", ("removed", "audit_checkpoint", None)),
        ("update audit_sealing set size = size + 1", ("changed", "audit_sealing", 1)),
        ("delete from audit_sealing", ("removed", "audit_sealing", 1)),
    ],
)  # fmt: skip
def test_tables_of_the_proof_betray_it_too(house, sql, order, expected):
    sealing.seal_new()
    change = Change.objects.order_by("id")[1].pk
    place = {"change": change, "cp": Checkpoint.objects.get().pk}
    sql(order.format(**place), guards=False)

    kind, table, pk = expected
    wanted = int(pk.format(**place)) if isinstance(pk, str) else pk
    assert (kind, table, wanted) in names(verifying.verify())


def test_what_is_slipped_into_an_old_transaction_is_named(house, sql):
    """With all the scheme known, a change claims to be of a transaction that did act."""
    sealing.seal_new()
    old = Event.objects.order_by("-id").first().xact
    pk = only("personnel_person")
    sql(f"update personnel_person set full_name = 'x' where id = {pk}")
    sql(f"update audit_change set xact = {old} where id = (select max(id) from audit_change)",
        guards=False)  # fmt: skip

    assert ("changed", "personnel_person", pk) in names(verifying.verify())
    sealing.seal_new()
    assert ("changed", "personnel_person", pk) in names(verifying.verify())


def test_a_forger_who_rebuilds_the_tree_is_caught_by_the_signature(house, sql):
    """Everything that needs no secret is made to fit; the root is not the one that was signed."""
    sealing.seal_new()
    leaf = Leaf.objects.filter(kind="c").order_by("index").first()
    sql(f"update audit_change set login = 'somebody' where id = {leaf.ref}", guards=False)
    from ngangtam.foundation.audit import shelf

    with sealing.one_snapshot():
        forged = shelf.change_leaves([leaf.ref])[leaf.ref]
    sql("update audit_leaf set hash = %s where index = %s", [forged, leaf.index], guards=False)

    found = names(verifying.verify())
    assert ("changed", "audit_leaf", leaf.index) in found
    assert ("broken", "audit_checkpoint", Checkpoint.objects.get().pk) in found


def test_the_tree_cut_short_is_noticed_by_what_is_kept_outside(house, sql):
    sealing.seal_new()
    kept = Checkpoint.objects.get().note
    sql("delete from audit_leaf where index >= 5", guards=False)
    sql("delete from audit_checkpoint", guards=False)
    sql("delete from audit_sealing", guards=False)

    report = verifying.verify(against=[("kept.txt", kept)])
    assert any("kept.txt" in line for line in said(report))
    assert ("broken", "audit_leaf", None) in names(report)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ("alter table personnel_record disable trigger audit_guard_update", "guard_off"),
        ("drop trigger audit_guard_insert on personnel_record", "guard_missing"),
        ("create or replace function ngangtam_guard_personnel_record_delete() returns trigger"
         " language plpgsql as $$ begin return null; end $$", "guard_altered"),
        ("alter table audit_event disable trigger all", "stands"),
    ],
)  # fmt: skip
def test_a_guard_that_does_not_stand_is_named(house, order, why):
    from ngangtam.foundation.audit import guards

    with connection.cursor() as cursor:
        cursor.execute(order)
    try:
        assert why in {one.why for one in verifying.verify().findings}
    finally:
        guards.install()
        with connection.cursor() as cursor:
            cursor.execute("alter table audit_event enable trigger all")
    assert said(verifying.verify()) == []


def test_reckoned_columns_may_change_by_themselves(house):
    with connection.cursor() as cursor:
        cursor.execute("update personnel_person set headline = 'Trưởng phòng', leadership = true")
        cursor.execute("update organisation_unit set holders = 7")
        cursor.execute("update access_user set last_login = now(), password = 'x'")
    assert said(verifying.verify()) == []


@transaction.atomic(durable=True)
def fail_after_recording():
    record("test.failed", by=Process(), subject=None)
    return 1 / 0


def test_what_a_failed_action_wrote_leaves_nothing_behind(house):
    with pytest.raises(ZeroDivisionError):
        fail_after_recording()
    assert not Event.objects.filter(type="test.failed").exists()
    assert said(verifying.verify()) == []


def test_settings_of_a_session_change_no_digest(house):
    with connection.cursor() as cursor:
        cursor.execute("set datestyle = 'SQL, DMY'; set bytea_output = 'escape'")
    with accounted("test.changed"), connection.cursor() as cursor:
        cursor.execute("update personnel_record set raw = raw || '!'")
    with connection.cursor() as cursor:
        cursor.execute("reset datestyle; reset bytea_output")
    assert said(verifying.verify()) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("update audit_node set hash = sha256('x') where index = 0", ("changed", "audit_node", 0)),
        ("delete from audit_node where index = 0", ("removed", "audit_node", 0)),
        ("insert into audit_node values (1, 77, sha256('x'))", ("inserted", "audit_node", 77)),
        ("update audit_verification set found = 0, findings = '[]'",
         ("changed", "audit_verification", 1)),
    ],
)  # fmt: skip
def test_nodes_and_earlier_results_are_proved_too(committed, sql, order, expected):
    with transaction.atomic():
        for number in range(300):
            record("test.many", by=Process(), subject=None, number=number)
    sealing.seal_new()
    report = verifying.verify()
    assert said(report) == []
    report.seconds = 1.5
    verifying.note_result(report)
    sql(order + (", seconds = 9" if "verification" in order else ""), guards=False)

    assert expected in names(verifying.verify())


def test_a_table_that_was_emptied_is_named_row_by_row(house, sql):
    pks = list(Event.objects.filter(type="record.added").values_list("what__record", flat=True))
    sql("truncate personnel_record cascade")

    assert {("removed", "personnel_record", pk) for pk in pks} <= names(verifying.verify())


def test_the_rows_of_a_removed_event_are_not_called_forged(house, sql):
    sealing.seal_new()
    first, second = Event.objects.order_by("id")[1:3]
    sql(f"delete from audit_event where id = {first.pk}", guards=False)
    sql(f"update audit_event set actor = 'hoa' where id = {second.pk}", guards=False)

    found = names(verifying.verify())
    assert {kind for kind, table, _pk in found if not table.startswith("audit_")} == {"unaccounted"}
    assert {one for one in found if one[1].startswith("audit_")} == {
        ("removed", "audit_event", first.pk), ("changed", "audit_event", second.pk),
    }  # fmt: skip
