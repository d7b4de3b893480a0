from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import IntegrityError

from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.kernel.models import span
from ngangtam.records.organisation import steps
from ngangtam.records.organisation.models import (
    Area,
    AreaSuccession,
    Establishment,
    Post,
    Unit,
    UnitVersion,
)

DAY = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


def test_the_database_lets_nobody_change_units_out_of_scope(hoa, minh, units):
    for viewer in (hoa, minh):
        with seen_by(viewer.pk):
            assert Unit.objects.filter(pk=units.office.pk).update(name="Khác") == 0
            assert UnitVersion.objects.filter(unit=units.office).update(name="Khác") == 0


def test_the_database_lets_nobody_add_out_of_scope(hoa, units, source):
    rows = (
        Post(unit=units.office, title="Giám đốc", level="province", regime="party",
             valid=span(DAY), source=source),
        Establishment(unit=units.office, regime="party", number=3, valid=span(DAY),
                      source=source),
    )  # fmt: skip
    for row in rows:
        with seen_by(hoa.pk), pytest.raises(ProgrammingError), transaction.atomic():
            row.save()


def test_the_database_moves_no_path_out_of_scope(hoa, units):
    Unit.objects.filter(pk=units.planning.pk).update(parent=units.finance)

    with (
        seen_by(hoa.pk),
        pytest.raises(ProgrammingError, match="outside the grant"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select ngangtam_settle_paths()")


def test_the_database_refuses_a_unit_below_itself(units):
    Unit.objects.filter(pk=units.office.pk).update(parent=units.planning)

    with (
        pytest.raises(Exception, match="below itself"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select ngangtam_settle_paths()")


def _refused(row, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_a_period_has_a_first_day_and_is_not_empty(units, source):
    made = {"unit": units.office, "regime": "party", "number": 1, "source": source}
    for valid in (span(DAY, DAY), span(None, DAY)):
        _refused(Establishment(**made, valid=valid), "has_first_day")


def test_a_record_rests_on_something(units):
    row = Establishment(unit=units.office, regime="party", number=1, valid=span(DAY))
    _refused(row, "rests_on")


def test_a_unit_has_one_version_and_one_number_at_a_time(units, source):
    version = UnitVersion.objects.get(unit=units.office)
    version.pk = None
    _refused(version, "one_at_a_time")
    made = {"unit": units.office, "regime": "party", "number": 1, "source": source}
    Establishment.objects.create(**made, valid=span(DAY))
    _refused(Establishment(**made, valid=span(DAY)), "one_at_a_time")


def test_an_area_code_is_used_once_at_a_time(db):
    made = {"code": "98", "level": "province", "kind": "Tỉnh", "name": "Tỉnh A",
            "name_plain": "tinh a"}  # fmt: skip
    first = Area.objects.create(**made, valid=span(date(2020, 1, 1), DAY))
    after = Area.objects.create(**made, valid=span(DAY))
    _refused(Area(**made, valid=span(DAY)), "code_once")
    AreaSuccession.objects.create(before=first, after=after, extent="whole", day=DAY)
    _refused(AreaSuccession(before=first, after=after, extent="part", day=DAY), "once")


def test_the_head_of_a_unit_leads(units, source):
    row = Post(unit=units.office, title="Giám đốc", level="province", regime="party", head=True,
               valid=span(DAY), source=source)  # fmt: skip
    _refused(row, "head_leads")


def test_a_decision_is_recorded_once(db):
    given = {"number": "1/QĐ", "day": DAY, "body": "UBND"}

    assert steps.add_decision(**given) == steps.add_decision(**given)
