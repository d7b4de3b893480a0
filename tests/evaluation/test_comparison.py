"""Where somebody stands, how units use the classes, what another scheme would change."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.evaluation import queries_comparison, trying
from ngangtam.stages.evaluation.intervals import thirds, wholly_above, wilson
from ngangtam.stages.evaluation.models import Result, Sheet
from ngangtam.stages.work.models import Task

# --- intervals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "many", "low", "high"),
    # By hand from the formula, to two decimals.
    [(5, 10, 23.66, 76.34), (0, 10, 0.0, 27.75), (10, 10, 72.25, 100.0), (95, 100, 88.82, 97.85)],
)
def test_the_interval_is_wilsons(part, many, low, high):
    share = wilson(part, many)

    assert round(share.low, 2) == low
    assert round(share.high, 2) == high


@given(st.integers(1, 5000).flatmap(lambda many: st.tuples(st.integers(0, many), st.just(many))))
def test_the_share_lies_in_its_interval_and_more_people_narrow_it(case):
    part, many = case
    share, wider = wilson(part, many), wilson(part * 4, many * 4)

    assert 0 <= share.low <= share.value <= share.high <= 100
    assert wider.high - wider.low <= share.high - share.low + 1e-9


def test_nobody_has_no_share():
    assert wilson(0, 0) is None


def test_a_wide_interval_touches_several_thirds():
    assert thirds(wilson(5, 10)) == (True, True, True)
    assert thirds(wilson(2000, 2000)) == (False, False, True)


# --- among equals --------------------------------------------------------------------------


@pytest.fixture
def officials(lan_department, source, closed):
    def make(count, *, totals=None, unit=None, level="good", start=0):
        post = organisation.add_post(
            unit=unit or lan_department, title="Chuyên viên", seats=None, source=source,
            first_day=date(2021, 1, 1), title_kind="specialist",
        )  # fmt: skip
        made = []
        for number in range(count):
            person = personnel.add_person(
                full_name=f"Trần Văn {start + number}", unit=post.unit, source=source
            )
            sheet = Sheet.objects.create(
                cycle=closed, person=person, unit=post.unit, path=post.unit.path, body=post.unit,
                post=post, scheme="civil_servant", state="confirmed", general_points=25,
            )  # fmt: skip
            total = totals[number] if totals else 70.0 + number
            Result.objects.create(cycle=closed, sheet=sheet, run=1, total=total, level=level,
                                  proposed=level, task_percent=total)  # fmt: skip
            made.append(sheet)
        return made

    return make


@pytest.fixture
def closed(cycle):
    cycle.run, cycle.state = 1, "closed"
    cycle.save()
    return cycle


def test_a_position_is_told_among_ten_not_among_nine(officials):
    nine = officials(9)
    assert queries_comparison.among_equals(nine[0].pk) is None

    officials(1, start=9)
    position = queries_comparison.among_equals(nine[0].pk)

    assert position.many == 10
    assert position.below.value == pytest.approx(100 * 0.5 / 9)


def test_ties_count_by_half_and_oneself_on_neither_side(officials):
    made = officials(11, totals=[60.0] * 5 + [80.0] + [90.0] * 5)

    middle = queries_comparison.among_equals(made[5].pk)
    low = queries_comparison.among_equals(made[0].pk)

    assert middle.below.value == 50.0
    assert low.below.value == pytest.approx(100 * 2 / 10)
    assert [count for _label, count in middle.levels] == [0, 11, 0, 0]


def test_a_position_is_for_the_person_and_who_reads(officials, make_account, lan, hoa, minh):
    made = officials(12)
    own = make_account("chinh", made[3].person)
    other = make_account("khac", made[4].person)
    for who, told in ((own, True), (lan, True), (other, False), (hoa, False), (minh, False)):
        with seen_by(who.pk):
            assert (queries_comparison.among_equals(made[3].pk) is not None) is told, who
            assert (queries_comparison.sheet_for(who, made[3].pk) is not None) is told, who


# --- units beside each other ---------------------------------------------------------------


def test_a_unit_far_above_the_rest_is_marked_beside_its_own_results(
    officials, lan_province, lan_department, source, closed
):
    easy = organisation.add_unit(code="T1.DE", name="Sở Dễ", parent=lan_province, source=source,
                                 first_day=date(2020, 1, 1))  # fmt: skip
    officials(20, unit=easy, level="good", totals=[55.0] * 20)
    officials(12, level="completed", start=20)
    officials(8, level="good", start=40)
    Result.objects.create(
        cycle=closed, run=1, proposed="completed",
        sheet=Sheet.objects.create(cycle=closed, unit=easy, path=easy.path, body=lan_province,
                                   scheme="party_collective"),
    )  # fmt: skip

    found = queries_comparison.calibration(None, closed, lan_province)

    lines = {line.code: line for line in found.lines}
    assert lines["T1.DE"].stands_out
    assert (lines["T1.DE"].collective, lines["T1.DE"].task_percent) == ("completed", 55.0)
    assert not lines[lan_department.code].stands_out
    assert lines[lan_department.code].counts == (0, 8, 12, 0)
    assert found.whole.counts == (0, 28, 12, 0)


def test_a_few_people_are_never_marked(officials, lan_province, source, closed):
    small = organisation.add_unit(code="T1.NH", name="Sở Nhỏ", parent=lan_province, source=source,
                                  first_day=date(2020, 1, 1))  # fmt: skip
    officials(4, unit=small, level="excellent")
    officials(200, level="failed", start=10)

    found = queries_comparison.calibration(None, closed, lan_province)

    assert not any(line.stands_out for line in found.lines if line.code == "T1.NH")


def test_one_sees_the_units_that_one_reads(officials, lan_province, closed, trung, lan):
    officials(6)
    with seen_by(lan.pk):
        assert len(queries_comparison.calibration(lan, closed, lan_province).lines) == 1
    with seen_by(trung.pk):
        assert len(queries_comparison.calibration(trung, closed, lan_province).lines) == 1


def test_an_interval_above_another():
    assert wholly_above(wilson(95, 100), wilson(50, 100))
    assert not wholly_above(wilson(5, 5), wilson(50, 100))


# --- trying a scheme -----------------------------------------------------------------------


@pytest.fixture
def worked(officials, closed):
    """Officials whose tasks were done by half, so that another scheme rates them otherwise."""
    made = officials(3)
    for sheet in made:
        Task.objects.create(
            unit=sheet.unit, path=sheet.unit.path, title="Báo cáo", person=sheet.person,
            quantity=10, coefficient=1, month=closed.first,
            due=date(2026, 3, 20), state="confirmed", confirmed_quantity=9,
        )  # fmt: skip
    return made


def test_the_same_scheme_changes_nothing(worked, lan_province, closed):
    trial = trying.try_scheme(None, closed, lan_province, "civil_servant")

    assert (trial.sheets, trial.changed, trial.moves) == (3, 0, [])


def test_another_scheme_says_what_changes_and_for_whom(worked, lan_province, closed):
    before = list(Result.objects.values())

    trial = trying.try_scheme(None, closed, lan_province, "party_individual")

    assert trial.sheets == 3
    assert sum(number for _before, _after, number in trial.counts) == 3
    assert {one.name for one in trial.moves} <= {one.person.full_name for one in worked}
    assert trial.changed == len(trial.moves) > 0
    assert list(Result.objects.values()) == before, "nothing is written"


def test_names_are_for_who_reads_the_whole_unit(
    worked, lan_province, lan_department, closed, trung
):
    whole = trying.try_scheme(trung, closed, lan_province, "party_individual")
    own = trying.try_scheme(trung, closed, lan_department, "party_individual")

    assert not whole.names
    assert whole.moves == []
    assert whole.said()["moved"] == []
    assert own.names
    assert own.counts == whole.counts


def test_a_scheme_that_does_not_exist_is_refused(worked, lan_province, closed):
    with pytest.raises(DomainError):
        trying.try_scheme(None, closed, lan_province, "nothing")
