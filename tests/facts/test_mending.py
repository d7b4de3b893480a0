"""A mended snapshot equals one that is built from scratch, whatever was changed."""

from datetime import date
from random import Random

import psycopg
import pytest
from django.db import connection, transaction

from ngangtam.records import facts
from ngangtam.records.facts import build
from ngangtam.records.facts.reading import arrow_reader
from ngangtam.records.intake import copying
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Area, Post, Unit, UnitVersion
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting, Record
from recorded_bodies import add_somebody, codes, populate, some_day, word_of

DAY = date(2026, 6, 1)


@pytest.fixture
def body(shelf, monkeypatch):
    """A committed body whose snapshot is kept; and how often it was built from scratch."""
    source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
    populate(source, organisation.root_unit(), people=60)
    monkeypatch.setattr("ngangtam.records.facts.mending.FEW", 60)
    built = []
    whole = build.build
    monkeypatch.setattr(build, "build", lambda *given: built.append(given) or whole(*given))
    facts.on(DAY)
    built.clear()
    return source, built


def same(one, other):
    assert one.frame.equals(other.frame)
    assert one.tree.code == other.tree.code
    assert one.tree.name == other.tree.name
    for name in ("key", "parent", "depth", "end"):
        assert getattr(one.tree, name).tolist() == getattr(other.tree, name).tolist()
    assert one.further_row.tolist() == other.further_row.tolist()
    assert one.further_unit.tolist() == other.further_unit.tolist()


def from_scratch(day=DAY):
    with arrow_reader() as reader:
        return _whole(reader, day)


_whole = build.build


def some(draw, rows):
    return draw.choice(list(rows.order_by("pk")))


def change_person(draw, source):
    person = some(draw, Person.objects.filter(voided_at__isnull=True))
    person.gender = draw.choice(["", "male", "female"])
    person.birth_day = some_day(draw, 1960, 2000)
    person.birth_precision = "day"
    person.save(update_fields=["gender", "birth_day", "birth_precision"])


def void_person(draw, source):
    person = some(draw, Person.objects.filter(voided_at__isnull=True))
    Person.objects.filter(pk=person.pk).update(voided_at="2026-05-01T00:00:00Z")


def add_person(draw, source):
    posts = list(Post.objects.order_by("pk"))
    add_somebody(draw, source, posts, organisation.root_unit(), draw.randint(10_000, 99_999))


def end_posting(draw, source):
    posting = some(draw, Posting.objects.on(DAY))
    if posting.valid.lower < date(2026, 5, 1):
        personnel.end(posting, on=date(2026, 5, 1))


def void_posting(draw, source):
    personnel.void(some(draw, Posting.objects.on(DAY)), by="thử", reason="thử")


def add_posting(draw, source):
    personnel.add_posting(
        person=some(draw, Person.objects.all()), post=some(draw, Post.objects.all()),
        first_day=date(2026, 5, 2), seat=draw.randint(1000, 10**6), main=False, source=source,
    )  # fmt: skip


def add_record(draw, source):
    kind, catalogue = draw.choice(
        [("education", "degree"), ("discipline", "discipline"), ("rating", "rating"), ("party", "")]
    )
    personnel.add_record(
        person=some(draw, Person.objects.all()), kind=kind, first_day=some_day(draw),
        code=draw.choice(codes(catalogue)) if catalogue else word_of(draw, kind),
        detail={"year": 2025} if kind == "rating" else {}, source=source,
    )  # fmt: skip


def void_record(draw, source):
    personnel.void(
        some(draw, Record.objects.filter(voided_at__isnull=True)), by="thử", reason="thử"
    )


def change_post(draw, source):
    post = some(draw, Post.objects.all())
    post.level, post.key_leader = draw.choice(["central", "commune"]), not post.key_leader
    post.head = post.leadership and not post.head
    post.unit = some(draw, Unit.objects.all())
    post.save()


def move_unit(draw, source):
    version = some(draw, UnitVersion.objects.exclude(unit__code="ROOT"))
    version.parent = organisation.root_unit()
    version.name = f"Đơn vị đổi tên {draw.randint(1, 999)}"
    version.kind = draw.choice(["court", "department", "army"])
    version.save()


def end_unit(draw, source):
    version = some(draw, UnitVersion.objects.exclude(unit__code="ROOT"))
    if version.valid.upper is None:
        personnel.end(version, on=date(2026, 5, 1))


def add_unit(draw, source):
    organisation.add_unit(
        code=f"N{draw.randint(1, 10**9)}", name="Đơn vị mới", position=draw.randint(0, 3),
        parent=some(draw, Unit.objects.filter(parent__isnull=True)),
        first_day=date(2020, 1, 1), source=source,
    )  # fmt: skip


CHANGES = [
    change_person, void_person, add_person, end_posting, void_posting, add_posting, add_record,
    add_record, void_record, change_post, move_unit, end_unit, add_unit,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_the_mended_snapshot_is_the_whole_one(body, seed):
    source, built = body
    draw = Random(seed)

    for _ in range(12):
        for _ in range(draw.randint(1, 2)):
            draw.choice(CHANGES)(draw, source)
        same(facts.on(DAY), from_scratch())
    assert not built


def test_nothing_is_read_anew_when_no_fact_has_changed(source, root):
    populate(source, root, people=5)
    before = build.version()

    personnel.refresh(Person.objects.values_list("pk", flat=True), day=DAY)
    Person.objects.update(headline="Chức vụ khác")

    assert build.version() == before


def test_a_change_that_was_running_meanwhile_is_not_missed(body):
    _source, built = body
    person = Posting.objects.on(DAY).first().person_id
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"],
        user=settings["USER"], password=settings["PASSWORD"],
    ) as other:  # fmt: skip
        other.execute("update personnel_person set gender = 'female' where id = %s", [person])
        add_record(Random(1), Posting.objects.first().source)
        facts.on(DAY)
        other.commit()

    same(facts.on(DAY), from_scratch())
    assert not built


def test_rows_written_past_the_triggers_are_told_of_by_a_touch(body):
    _source, built = body
    person = Posting.objects.on(DAY).first().person_id
    with transaction.atomic():
        with copying.sure_of_references(), connection.cursor() as cursor:
            cursor.execute(
                "update personnel_record set code = 'doctor' where person_id = %s", [person]
            )
        copying.touch("personnel_record", [person])

    same(facts.on(DAY), from_scratch())
    assert not built


def test_all_is_built_anew_when_nobody_says_whose_rows_came(body):
    _source, built = body
    with transaction.atomic():
        Posting.objects.filter(pk=-1).update(seat=1)

    same(facts.on(DAY), from_scratch())
    assert len(built) == 1


def test_all_is_built_anew_when_too_many_changed(body, monkeypatch):
    _source, built = body
    monkeypatch.setattr("ngangtam.records.facts.mending.FEW", 3)
    Record.objects.filter(kind="education").update(code="")

    same(facts.on(DAY), from_scratch())
    assert len(built) == 1


def test_all_is_built_anew_when_areas_change_or_names_are_forgotten(body):
    _source, built = body
    Area.objects.filter(pk=-1).update(name="")
    same(facts.on(DAY), from_scratch())
    assert len(built) == 1

    with connection.cursor() as cursor:
        cursor.execute("update facts_era set horizon = pg_current_xact_id()")
    add_record(Random(2), Posting.objects.first().source)
    same(facts.on(DAY), from_scratch())
    assert len(built) == 2


def test_another_day_is_built_from_scratch_and_mended_afterwards(body):
    source, built = body
    other = date(2025, 12, 31)

    same(facts.on(other), from_scratch(other))
    assert len(built) == 1
    add_record(Random(3), source)
    same(facts.on(other), from_scratch(other))
    assert len(built) == 1


def test_names_of_changes_are_dropped_when_no_kept_snapshot_needs_them(body):
    source, _built = body
    for seed in range(6):
        add_record(Random(seed), source)
        facts.on(DAY)

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from facts_touched")
        assert cursor.fetchone()[0] <= 2


def test_the_worker_warms_only_what_is_not_kept(body):
    source, _built = body

    assert not build.warm(DAY)
    add_record(Random(5), source)
    assert build.warm(DAY)
    assert not build.warm(DAY)


def test_after_a_backup_is_put_back_nothing_kept_before_is_used(body):
    _source, built = body
    with connection.cursor() as cursor:
        cursor.execute("select ngangtam_facts_new_era()")

    facts.on(DAY)

    assert len(built) == 1
