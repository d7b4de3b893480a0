"""Whether a candidate meets the standard of the post considered, as a case asks it."""

from datetime import date

import pytest
from django.utils import translation

from ngangtam.oversight.standards import candidates
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.procedure import knowing
from ngangtam.stages.procedure.facts import facts_of, judged
from offices import employ

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole")]
DAY = date(2026, 6, 15)
GATE = "appointment.title-standard"


@pytest.fixture
def seat(lan_department, source):
    def make(title_kind="deputy_department_director", level="province", regime="civil_servant"):
        return organisation.add_post(
            unit=lan_department, title="Phó Giám đốc sở", first_day=date(2020, 1, 1), seats=3,
            source=source, regime=regime, title_kind=title_kind, level=level, leadership=True,
        )  # fmt: skip

    return make


@pytest.fixture
def officer(lan_department, source):
    def make(name, **facts):
        return employ(lan_department, source, name, **facts)

    return make


def gate_of(person, post):
    told = facts_of([person.pk], post, DAY)
    return judged([GATE], told, post, DAY)[person.pk][0]


def test_who_has_the_degree_and_the_theory_meets_the_standard(officer, seat):
    person, post = officer("An", degree="university", theory="intermediate"), seat()

    found = gate_of(person, post)

    assert found.found.outcome.value == "met"
    assert "2/2" in found.value["vi"]
    assert "29-2024-nd-cp#degree" in found.cites, "the decree that sets the standard is named, too"
    assert "377-qd-tw#34" in found.cites


def test_what_is_lacking_is_named_with_its_value(officer, seat):
    person = officer("Bình", degree="university", theory="elementary")

    found = gate_of(person, seat())

    assert found.found.outcome.value == "not_met"
    assert "Lý luận chính trị từ trung cấp" in found.reason["vi"]
    assert "Intermediate political theory" in found.reason["en"]


def test_a_blank_file_is_unknown_and_leads_to_the_page_of_the_standard(officer, seat):
    person, post = officer("Cúc", theory="advanced"), seat()

    found = gate_of(person, post)

    assert found.found.outcome.value == "unknown"
    assert "University degree" in found.reason["en"]
    (hint,) = knowing.hints_of(found.facts, person.number, post, DAY)
    assert hint.href.endswith(
        f"/standards/civil-servant.deputy-department-director/{person.number}/"
    )


def test_of_somebody_without_a_post_a_person_looks_at_the_file(lan_department, source, seat):
    person = personnel.add_person(full_name="Giang", unit=lan_department, source=source)
    post = seat()
    told = facts_of([person.pk], post, DAY)

    (found,) = judged([GATE], told, post, DAY)[person.pk]

    assert found.found.outcome.value == "unknown"
    assert "holds no post" in found.reason["en"]
    assert "29-2024-nd-cp#degree" in found.cites


def test_a_title_without_a_standard_says_so(officer, seat):
    person, post = (
        officer("Dung", degree="master"),
        seat("service_unit_head", regime="public_employee"),
    )

    with translation.override("en"):
        found = gate_of(person, post)

    assert found.found.outcome.value == "unknown"
    assert "no standard of this title" in found.reason["en"]


def test_a_standard_that_waits_to_be_confirmed_says_so(officer, seat):
    post = seat("secretary", "commune", "party")

    found = gate_of(officer("Em", degree="master"), post)

    assert found.found.outcome.value == "unknown"
    assert "waits to be confirmed" in found.reason["en"]
    assert found.cites[-1].startswith("365-qd-tw")


def test_whom_to_train_is_no_condition_of_appointment(seat):
    asked = {one.id for one in candidates.asked_for(seat("division_head", regime="party"), DAY)}

    assert "training.theory-advanced" not in asked
    assert not asked & {one for one in asked if one.startswith("appointment.")}
