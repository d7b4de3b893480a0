"""A whole appointment where transactions end, and the proof of the journal after it."""

from datetime import date

import pytest

from conftest import _unit, _user
from made_files import home
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit import sealing, verifying
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.audit.steps import accounted
from ngangtam.foundation.kernel.days import today
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.appointment import starts
from ngangtam.stages.appointment.models import Term
from ngangtam.stages.appointment.starts import Wish
from walked_cases import Walk

__all__ = ["home"]


@pytest.fixture
def town(committed, home):
    """A department with an empty post, somebody who may take it, and the hands of a case."""
    with accounted("test.prepared"):
        source = organisation.add_source(kind="test", name="Hồ sơ thử", day=date(2025, 7, 1))
        province = _unit("T1", "Tỉnh Sông Thanh", organisation.root_unit(), source)
        unit = _unit("T1.NV", "Sở Nội vụ", province, source)
        posts = [
            organisation.add_post(
                unit=unit, title=title, first_day=date(2020, 1, 1), source=source, seats=seats,
                regime="civil_servant", **more,
            )
            for title, seats, more in (
                ("Phó Giám đốc", 1, {"leadership": True}), ("Chuyên viên", None, {}),
            )
        ]  # fmt: skip
        person = personnel.add_person(full_name="Lý Văn An", unit=unit, source=source)
        personnel.add_posting(
            person=person, post=posts[1], first_day=date(2021, 1, 1), source=source
        )
        personnel.refresh([person.pk], day=today())
        hands = {
            key: _user(key, name, role, province) for key, name, role in (
                ("officer", "Trần Thị Lan", "personnel_officer"),
                ("second", "Ngô Thị Hai", "personnel_officer"),
                ("teller", "Lý Văn Đếm", "personnel_officer"),
                ("appraiser", "Bùi Văn Thẩm", "appraiser"),
                ("decider", "Hà Văn Quyết", "deciding_member"),
            )
        }  # fmt: skip
    return posts[0], person, hands


def test_after_an_appointment_the_proof_finds_nothing_wrong(town):
    post, person, hands = town
    officer = hands["officer"]
    with seen_by(officer.pk):
        case = starts.open_for_post(
            post=post, wish=Wish("civil_servant.appointment-onsite", (person.number,)),
            by=officer, today=today(),
        )  # fmt: skip
    walk = Walk(case, hands)

    walk.to("decide")
    walk.decide()

    assert Posting.objects.filter(person=person, post=post).exists()
    assert Term.objects.filter(person=person).exists()
    assert Event.objects.filter(subject_type="procedure.case", subject_id=case.pk).count() > 10
    assert verifying.verify().findings == []
    sealing.seal_new()
    report = verifying.verify()
    assert (report.findings, report.unsealed) == ([], 0)
