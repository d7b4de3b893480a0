"""The snapshot equals what anybody would reckon, person by person, from the records."""

from datetime import date
from random import Random

import pytest
from django.db import connection

from ngangtam.foundation.access import wall
from ngangtam.foundation.kernel.days import PartialDate, add_months
from ngangtam.law.engine import rulebook
from ngangtam.records import facts
from ngangtam.records.facts import build
from ngangtam.records.facts.reading import DjangoReader, arrow_reader
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting, Record

DAY = date(2026, 6, 1)


@pytest.fixture
def committed(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    """Writes that other connections see, removed afterwards; and a shelf of its own."""
    monkeypatch.setattr(build, "room", lambda _name: tmp_path)
    build._load.cache_clear()
    with django_db_blocker.unblock():
        yield
        # Not Django's flush: the audit lets nobody empty its table.
        with connection.cursor() as cursor:
            cursor.execute("truncate organisation_unit, personnel_person cascade")
        build._load.cache_clear()


def codes(catalogue):
    return [entry.code for entry in rulebook().catalogues[catalogue]]


def populate(source, root, seed=7, people=60):
    """A small body with every kind of record, some of them over, voided or yet to come."""
    draw = Random(seed)
    units = [root]
    for number in range(12):
        units.append(
            organisation.add_unit(
                code=f"Z{number}", name=f"Đơn vị {number}", parent=draw.choice(units),
                kind=draw.choice(["party_committee", "department", "body"]),
                first_day=date(2020, 1, 1), source=source,
            )
        )  # fmt: skip
    posts = [
        organisation.add_post(
            unit=draw.choice(units), title=f"Chức vụ {number}", first_day=date(2020, 1, 1),
            seats=None, leadership=number % 2 == 0, head=number % 4 == 0,
            title_kind=draw.choice(["secretary", "professional", "no_such_code"]),
            committee_member=draw.random() < 0.3, managed_by=draw.choice(["", "politburo"]),
            source=source,
        )
        for number in range(30)
    ]  # fmt: skip
    for number in range(people):
        _one(draw, source, posts, units[0], number)
    return units


def _day(draw, first=2015, last=2027):
    return date(draw.randint(first, last), draw.randint(1, 12), draw.randint(1, 28))


def _one(draw, source, posts, unit, number):
    person = personnel.add_person(
        full_name=f"Người Thử {number}", unit=unit, source=source,
        birth=draw.choice([None, PartialDate("1980", date(1980, 1, 1), "year"),
                           PartialDate("x", _day(draw, 1960, 2000), "day")]),
        gender=draw.choice(["", "male", "female"]), ethnicity=draw.choice(["", "kinh", "tay"]),
        religion=draw.choice(["", "none", "catholic"]),
    )  # fmt: skip
    since = _day(draw, 2018, 2025)
    for place, post in enumerate(draw.sample(posts, draw.randint(1, 3))):
        personnel.add_posting(
            person=person, post=post, first_day=since, main=place == 0, seat=number + 1,
            until=draw.choice([None, None, date(2026, 3, 1)]), source=source,
        )  # fmt: skip
    for kind, catalogue, detail in (
        ("education", "degree", {}), ("theory", "political_theory", {"exact": "advanced"}),
        ("language", "language_level", {"international": draw.random() < 0.5}),
        ("rating", "rating", {"year": draw.randint(2021, 2025)}),
        ("rating", "rating", {"year": draw.randint(2021, 2025)}),
        ("discipline", "discipline", {}), ("state_management", "state_management", {}),
        ("rank", "rank_group", {}), ("plan", "", {"higher": draw.random() < 0.5}),
        ("party", "", {"official": "2016-01-05"}), ("declaration", "", {"year": 2025}),
        ("elected_term", "", {"count": 2, "previous": True}), ("service", "", {}),
        ("political_conclusion", "", {}),
    ):  # fmt: skip
        for _ in range(draw.choice([0, 1, 1, 2])):
            first = _day(draw)
            code = draw.choice([*codes(catalogue), ""]) if catalogue else _word(draw, kind)
            record = personnel.add_record(
                person=person, kind=kind, first_day=first, code=code, detail=detail,
                until=draw.choice([None, None, date(first.year + 2, 1, 1)]), source=source,
            )  # fmt: skip
            if draw.random() < 0.1:
                personnel.void(record, by="thử", reason="thử")


def _word(draw, kind):
    return {
        "party": draw.choice(["member", "none"]),
        "political_conclusion": draw.choice(["fit", "unfit"]),
    }.get(kind, "")


def naive(person, day):
    """Reckon a few of the hardest facts of one person, record by record."""
    standing = Record.objects.filter(person=person, voided_at__isnull=True)
    begun = [r for r in standing.order_by("valid__startswith", "id") if r.valid.lower <= day]
    held = [r for r in begun if r.valid.upper is None or r.valid.upper > day]

    def of(rows, kind):
        return [row for row in rows if row.kind == kind]

    def place(catalogue, code):
        return codes(catalogue).index(code) if code in codes(catalogue) else None

    def highest(kind, catalogue):
        found = [place(catalogue, row.code) for row in of(held, kind)]
        return max((one for one in found if one is not None), default=None)

    ratings = {}
    for row in of(begun, "rating"):
        ratings[row.detail["year"]] = place("rating", row.code)
    last = max(ratings, default=None)
    in_row = 0
    while last is not None and ratings.get(last - in_row) == place("rating", "failed"):
        in_row += 1
    kept = last is not None and last >= day.year - 2
    forms = [(place("discipline", r.code), r) for r in of(held, "discipline")]
    heavy = max((form for form, _ in forms if form is not None), default=None)
    disciplined = kept or bool(of(begun, "discipline"))
    # The waits in force in 2026; a form without a known wait is never over.
    waits = {"reprimand": 24, "warning": 36, "removal": 60}
    known = {**waits, "pay_reduction": None, "demotion": None, "dismissal": None, "expulsion": None}
    waiting = sorted(
        (
            add_months(r.valid.lower, months) if months else date.max,
            place("discipline", r.code), r.code, r.valid.lower,
        )
        for r in of(begun, "discipline")
        if r.code in known
        for months in [known[r.code]]
        if months is None or add_months(r.valid.lower, months) > day
    )  # fmt: skip
    party = of(begun, "party")
    members = [row for row in party if row in held and row.code != "none"]
    return {
        "degree": highest("education", "degree"),
        "theory": highest("theory", "political_theory"),
        "language_level": highest("language", "language_level"),
        "last_rating": ratings.get(last),
        "rating_previous": ratings.get(last - 1) if last else None,
        "failed_years_in_row": in_row if last else None,
        "party_member": bool(members) if party else None,
        "party_day": members[0].valid.lower if members else None,
        "party_official_day": date(2016, 1, 5) if members else None,
        "discipline": (
            None if not disciplined else heavy if forms else place("discipline", "none")
        ),
        "last_discipline": (
            None if not disciplined
            else place("discipline", waiting[-1][2]) if waiting else place("discipline", "none")
        ),
        "last_discipline_day": waiting[-1][3] if waiting else None,
        "in_plan": any(r in held for r in of(begun, "plan")) if of(begun, "plan") else (
            False if kept else None
        ),
        "elected_terms": 2 if of(begun, "elected_term") else None,
        "service_since": min((r.valid.lower for r in of(begun, "service")), default=None),
    }  # fmt: skip


def test_every_fact_equals_the_naive_reckoning(source, root):
    populate(source, root)

    frame = facts.on(DAY).frame

    assert frame.height > 20
    for row in frame.to_dicts():
        person = Person.objects.get(pk=row["person_id"])
        expected = naive(person, DAY)
        assert {name: row[name] for name in expected} == expected, person.pk
        assert row["birth_day"] == person.birth_day
        assert row["gender"] == (codes("gender").index(person.gender) if person.gender else None)


def test_everybody_with_a_post_has_one_row_and_stands_in_all_their_units(source, root):
    populate(source, root)

    snapshot = facts.on(DAY)

    held = Posting.objects.on(DAY).select_related("post__unit")
    by_unit = {}
    for posting in held:
        for unit in Unit.objects.filter(path__above=str(posting.post.unit.path)):
            by_unit.setdefault(unit.code, set()).add(posting.person_id)
    assert snapshot.frame["person_id"].is_unique().all()
    for number, code in enumerate(snapshot.tree.code):
        assert set(snapshot.people(number)["person_id"]) == by_unit.get(code, set())


def test_a_posting_in_a_unit_that_has_ended_is_not_lost(source, root):
    unit = organisation.add_unit(
        code="OLD", name="Đơn vị cũ", parent=root, first_day=date(2020, 1, 1), source=source
    )
    post = organisation.add_post(unit=unit, title="A", first_day=date(2020, 1, 1), source=source)
    person = personnel.add_person(full_name="Lê An", unit=unit, source=source)
    personnel.add_posting(person=person, post=post, first_day=date(2021, 1, 1), source=source)
    personnel.end(unit.versions.get(), on=date(2022, 1, 1))

    assert facts.on(DAY).people(0)["person_id"].to_list() == [person.pk]
    assert facts.on(DAY, "OLD").frame.height == 1


def test_a_viewer_on_the_connection_does_not_make_the_snapshot_smaller(source, root, minh):
    populate(source, root, people=10)
    everybody = facts.on(DAY).frame.height

    wall.see_as(minh.pk)
    try:
        assert facts.on(DAY).frame.height == everybody > 0
        assert not Person.objects.exists()
    finally:
        wall.see_as_owner()


def test_a_unit_that_is_not_there_is_refused(source, root):
    with pytest.raises(KeyError):
        facts.on(DAY, "KHONG")


def test_head_of_the_same_place_counts_from_the_first_unbroken_day(source, root):
    post = organisation.add_post(
        unit=root, title="A", first_day=date(2010, 1, 1), leadership=True, head=True,
        seats=None, source=source,
    )  # fmt: skip
    person = personnel.add_person(full_name="Lê An", unit=root, source=source)
    for first, until in ((2010, 2012), (2014, 2018), (2018, None)):
        personnel.add_posting(
            person=person, post=post, first_day=date(first, 1, 1),
            until=until and date(until, 1, 1), source=source,
        )  # fmt: skip

    assert facts.on(DAY).frame["same_place_head_since"].to_list() == [date(2014, 1, 1)]


def test_arrow_reads_the_same_and_a_change_makes_a_new_snapshot(committed):
    source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
    populate(source, organisation.root_unit(), people=25)

    before = build.version()
    with arrow_reader() as reader:
        by_arrow = build.build(reader, DAY)
    kept = facts.on(DAY)
    again = facts.on(DAY)

    assert by_arrow.frame.equals(build.build(DjangoReader(), DAY).frame)
    assert kept.frame.equals(by_arrow.frame)
    assert again is kept
    assert kept.version == before
    personnel.end(Posting.objects.on(DAY).order_by("pk").first(), on=date(2026, 5, 1))
    assert build.version() != before
    assert facts.on(DAY) is not kept
    with arrow_reader() as reader:
        assert facts.on(DAY).frame.equals(build.build(reader, DAY).frame)
