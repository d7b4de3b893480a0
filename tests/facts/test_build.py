"""The snapshot equals what anybody would reckon, person by person, from the records."""

from datetime import date

import polars as pl
import pytest
from django.db import transaction

from ngangtam.foundation.access import wall
from ngangtam.foundation.kernel.days import add_months
from ngangtam.records import facts
from ngangtam.records.facts import build
from ngangtam.records.facts.reading import DjangoReader, arrow_reader
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person, Posting, Record
from recorded_bodies import codes, populate

DAY = date(2026, 6, 1)


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
    quarters = {}
    for row in of(begun, "rating_quarter"):
        year, quarter = row.detail["period"].split("-Q")
        quarters[int(year) * 4 + int(quarter)] = row.code
    quarter, failing = max(quarters, default=None), 0
    while quarter is not None and quarters.get(quarter - failing) == "failed":
        failing += 1
    months = {row.detail["period"]: row.code for row in of(begun, "rating_month")}
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
        "failed_quarters_in_row": failing if quarters else None,
        "last_monthly_class": place("rating", months[max(months)]) if months else None,
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


def test_arrow_reads_the_same_and_a_change_makes_a_new_snapshot(shelf):
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


def test_a_few_people_are_read_as_the_snapshot_has_them(shelf):
    source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
    populate(source, organisation.root_unit(), people=25)
    everybody = facts.on(DAY).frame
    some = everybody["person_id"].to_list()[::3]

    found = facts.of([*some, 4_000_000], DAY).sort("person_id")

    assert found.height == len(some) > 1
    assert found.equals(everybody.filter(pl.col("person_id").is_in(some)).sort("person_id"))
    assert facts.of([], DAY).is_empty()
    with transaction.atomic():
        personnel.end(Posting.objects.on(DAY).filter(person=some[0]).get(), on=date(2026, 5, 1))
        assert some[0] not in facts.of(some, DAY)["person_id"]
