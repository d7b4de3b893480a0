"""Opening a cycle: who gets a sheet, of which scheme, at which unit, once."""

from datetime import date

import pytest

from made_cycles import opened, person
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.evaluation import steps
from ngangtam.stages.evaluation.actions_cycles import Plan, lock_cycle, open_cycle
from ngangtam.stages.evaluation.models import Cycle, Sheet
from ngangtam.stages.evaluation.periods import read_period


@pytest.fixture
def division(lan_department, source):
    return organisation.add_unit(
        code="T1.NV.1", name="Phòng Tổng hợp", kind="division", parent=lan_department,
        first_day=date(2020, 1, 1), source=source,
    )  # fmt: skip


def _sheet(who, scheme="civil_servant"):
    return Sheet.objects.get(person=who, scheme=scheme)


@pytest.mark.parametrize(
    ("code", "kind", "first", "until"),
    [
        ("2026-12", "month", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-Q4", "quarter", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-H2", "half", date(2026, 7, 1), date(2027, 1, 1)),
        ("2026", "year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_code_names_its_period(code, kind, first, until):
    found = read_period(code)

    assert (found.kind, found.first, found.until) == (kind, first, until)


def test_everybody_in_post_gets_one_sheet(lan, lan_province, division, source):
    an = person("An", division, source)
    trung = person("Trung", division, source, head=True, title_kind="division_head")
    person("Rời", division, source, until=date(2026, 3, 1))

    done = open_cycle(unit_code="T1", plan=Plan("2026-03"), by=lan)

    assert (done.new, done.filled.people, Sheet.objects.count()) == (True, 2, 2)
    mine, heads = _sheet(an), _sheet(trung)
    assert (mine.unit, mine.body.code, mine.group) == (division, "T1.NV", "professional")
    assert (heads.leader, heads.head, heads.group) == (True, True, steps.LEADERS)
    assert float(mine.months_worked) == 1.0
    event = Event.objects.get(type="evaluation.cycle_opened")
    assert event.what["people"] == 2


def test_opened_again_it_takes_in_newcomers_and_moves_who_moved(lan, lan_department, division,
                                                                 lan_province, source):  # fmt: skip
    an = person("An", division, source)
    cycle = opened(lan_province, lan)
    Posting.objects.filter(person=an).update(valid=span(date(2022, 1, 1), date(2026, 3, 16)))
    person("An", lan_department, source, since=date(2026, 3, 16), who=an)
    person("Mới", division, source, since=date(2026, 3, 20))

    done = open_cycle(unit_code="T1", plan=Plan("2026-03"), by=lan)

    assert (done.new, done.cycle, done.filled.people, done.filled.moved) == (False, cycle, 1, 1)
    assert _sheet(an).unit == lan_department
    assert float(_sheet(an).months_worked) == 1.0
    again = open_cycle(unit_code="T1", plan=Plan("2026-03"), by=lan)
    assert (again.filled.people, again.filled.moved) == (0, 0)


def test_who_came_in_the_middle_worked_part_of_the_month(lan, lan_province, division, source):
    new = person("Mới", division, source, since=date(2026, 4, 16))

    opened(lan_province, lan, "2026-04")

    assert float(_sheet(new).months_worked) == 0.5


def test_a_transfer_out_is_rated_by_the_new_unit(lan, lan_province, hoa_province, division, source):
    an = person("An", division, source, until=date(2026, 6, 1))
    person("An", hoa_province, source, since=date(2026, 6, 1), who=an)

    opened(lan_province, lan, "2026-Q2")

    assert not Sheet.objects.filter(person=an).exists()


def test_schemes_by_regime_and_party(lan, lan_province, division, source, make_record_of):
    """A post of a public employee has the state scheme; who belongs to the Party both."""
    an = person("An", division, source, regime="public_employee")
    make_record_of(an, "party")
    contract = person("Hợp", division, source, regime="contract")

    opened(lan_province, lan, "2026-Q3")

    assert set(Sheet.objects.filter(person=an).values_list("scheme", flat=True)) == {
        "public_employee", "party_individual",
    }  # fmt: skip
    assert not Sheet.objects.filter(person=contract).exists()


@pytest.fixture
def make_record_of(source):
    from ngangtam.records.personnel import steps as personnel

    def make(who, kind):
        personnel.add_record(
            person=who, kind=kind, first_day=date(2015, 1, 1), code="official", source=source
        )
        personnel.refresh([who.pk], day=date(2026, 3, 1))

    return make


def test_units_with_a_head_are_collectives_where_a_scheme_says_so(lan, lan_province, division,
                                                                  source):  # fmt: skip
    person("Trung", division, source, head=True, regime="party", title_kind="division_head")

    opened(lan_province, lan, "2026-Q1")

    found = Sheet.objects.get(person=None)
    assert (found.unit, found.scheme, found.body.code) == (division, "party_collective", "T1.NV")


def test_nobody_has_two_sheets_through_two_cycles(lan, lan_province, lan_department):
    opened(lan_department, lan)

    with pytest.raises(DomainError):
        opened(lan_province, lan)


def test_only_where_it_is_granted(lan, hoa_province, minh, lan_province):
    for who, where in ((lan, hoa_province), (minh, lan_province)):
        with pytest.raises(Forbidden):
            opened(where, who)
    assert not Cycle.objects.exists()


def test_a_locked_cycle_takes_nobody_in(lan, lan_province):
    cycle = opened(lan_province, lan)
    lock_cycle(cycle_id=cycle.pk, reason="Tổng hợp", by=lan)

    with pytest.raises(DomainError):
        opened(lan_province, lan)
