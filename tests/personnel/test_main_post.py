"""Who is counted, where and once: units, lists and figures agree on everybody's main post."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records import facts
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.units import branches, branches_on

DAY = date(2026, 6, 1)
BEGUN = date(2020, 1, 1)


def _council(unit, source):
    return organisation.add_post(
        unit=unit, title="Đại biểu Hội đồng", seats=50, first_day=BEGUN, source=source,
        deputy_elected=True,
    )  # fmt: skip


def _hold(person, post, source, *, main, since=BEGUN, until=None):
    row = personnel.add_posting(
        person=person, post=post, first_day=since, until=until, source=source, main=main
    )
    personnel.refresh([person.pk], day=DAY)
    return row


def test_whoever_lost_the_main_post_and_kept_a_seat_is_counted_at_the_seat(
    lan_department, head, binh, source
):
    main = _hold(binh, head, source, main=True)
    _hold(binh, _council(lan_department, source), source, main=False)

    personnel.end(main, on=DAY)
    personnel.refresh([binh.pk], day=DAY)

    binh.refresh_from_db()
    assert (binh.headline, binh.left_on, binh.post_said) == (
        "Đại biểu Hội đồng", None, "Đại biểu Hội đồng"
    )  # fmt: skip
    assert branches(lan_department, DAY, 1).people == 1
    assert branches_on(lan_department, DAY, 1).people == 1
    assert len(facts.on(DAY).frame) == 1


def test_a_post_that_was_left_is_said_as_a_former_one(head, binh, source):
    _hold(binh, head, source, main=True, until=DAY)

    binh.refresh_from_db()
    assert (binh.left_on, binh.headline, binh.leadership) == (DAY, "Giám đốc Sở", False)
    assert binh.post_said == "Nguyên Giám đốc Sở"


def test_who_comes_back_is_former_no_more(head, staff, binh, source):
    _hold(binh, head, source, main=True, until=date(2025, 1, 1))
    _hold(binh, staff, source, main=True, since=date(2026, 1, 1))

    binh.refresh_from_db()
    assert (binh.left_on, binh.post_said) == (None, "Chuyên viên")


def test_a_post_that_is_to_come_is_no_former_one(head, binh, source):
    _hold(binh, head, source, main=True, since=DAY + timedelta(30))

    binh.refresh_from_db()
    assert (binh.left_on, binh.post_said) == (None, "Giám đốc Sở")


def test_a_posting_struck_out_leaves_no_post_behind(head, binh, source):
    row = _hold(binh, head, source, main=True)

    personnel.void(row, by="lan", reason="nhập nhầm")
    personnel.refresh([binh.pk], day=DAY)

    binh.refresh_from_db()
    assert (binh.headline, binh.left_on, binh.home_unit_id) == ("", None, head.unit_id)


_POSTING = st.tuples(
    st.integers(0, 2),  # who
    st.integers(0, 3),  # which post
    st.booleans(),  # said to be main
    st.integers(-900, 200),  # first day, from the day that counts
    st.one_of(st.none(), st.integers(1, 900)),  # how long
)


@settings(max_examples=30, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(drawn=st.lists(_POSTING, max_size=10))
def test_units_lists_and_figures_count_the_same_people(
    drawn, lan_department, source, person_at, django_db_blocker
):
    from django.db import transaction

    with transaction.atomic():
        posts = [
            organisation.add_post(
                unit=unit, title=title, seats=20, first_day=date(2020, 1, 1), source=source,
                **truths,
            )
            for unit, title, truths in (
                (lan_department, "Giám đốc", {"leadership": True}),
                (lan_department, "Chuyên viên", {}),
                (lan_department.parent, "Ủy viên", {"committee_member": True}),
                (lan_department.parent, "Đại biểu", {"deputy_elected": True, "leadership": True}),
            )
        ]  # fmt: skip
        people = [person_at(lan_department, name) for name in ("Lê Ất", "Lê Bính", "Lê Đinh")]
        for who, post, main, begins, lasts in drawn:
            since = DAY + timedelta(begins)
            try:
                personnel.add_posting(
                    person=people[who], post=posts[post], first_day=since, main=main,
                    until=None if lasts is None else since + timedelta(lasts), source=source,
                )  # fmt: skip
            except DomainError:
                continue  # two main posts, or the same seat twice
        personnel.refresh([person.pk for person in people], day=DAY)

        frame = facts.on(DAY).frame
        tree = facts.on(DAY).tree
        for unit in (lan_department, lan_department.parent):
            unit.refresh_from_db()
            own = frame.filter(frame["unit"] == tree.number(unit.code))["person_id"].to_list()
            assert unit.holders == len(own)
            assert branches_on(unit, DAY, 0).own == len(own)
            assert {
                person.pk for person in Person.objects.filter(home_unit=unit)
                if person.headline and person.left_on is None
                and person.postings.filter(valid__contains=DAY).exists()
            } == set(own)  # fmt: skip
        transaction.set_rollback(True)
