"""Vacancies of a unit are seats of main posts that nobody holds."""

from datetime import date

from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel

DAY = date(2026, 6, 1)


def _post(unit, source, **truths):
    return organisation.add_post(
        unit=unit, title="Chức vụ", first_day=date(2020, 1, 1), source=source, **truths
    )


def _hold(unit, source, post, *, main=True, person=None):
    person = person or personnel.add_person(full_name="Lê Văn Giữ", unit=unit, source=source)
    personnel.add_posting(
        person=person, post=post, first_day=date(2020, 1, 1), source=source, main=main
    )
    personnel.refresh([person.pk], day=DAY)
    return person


def _counts(unit):
    unit.refresh_from_db()
    return unit.holders, unit.seats


def test_an_empty_seat_of_a_main_post_is_a_vacancy(lan_department, source):
    _hold(lan_department, source, _post(lan_department, source, seats=3))

    assert _counts(lan_department) == (1, 3)


def test_seats_of_a_committee_held_beside_the_main_post_are_none(lan_department, source):
    person = _hold(lan_department, source, _post(lan_department, source, seats=1))
    council = _post(lan_department, source, seats=50, deputy_elected=True)

    _hold(lan_department, source, council, main=False, person=person)

    assert _counts(lan_department) == (1, 1)


def test_deputies_whose_main_post_it_is_count_as_seats(lan_department, source):
    council = _post(lan_department, source, seats=50, deputy_elected=True)

    _hold(lan_department, source, council)

    assert _counts(lan_department) == (1, 1)
    personnel.settle(day=DAY)
    assert _counts(lan_department) == (1, 1)
