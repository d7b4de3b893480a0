"""What the room tells of people and a post: yes, no, or nothing when it is not known."""

from datetime import date

import pytest

from conftest import _unit, _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.appointment import knowing
from ngangtam.stages.appointment.models import Term

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)
BEFORE_114 = date(2023, 1, 10)
SAME, DEPUTY, SECTOR = (
    "relative_in_same_leadership", "relative_head_or_deputy_here",
    "relative_head_of_listed_sector",
)  # fmt: skip


def of(person, post, day=DAY):
    return knowing.known([person.pk], post, day)[person.pk]


@pytest.fixture
def kin(source):
    """Note in one file that another is a relative."""

    def note(person, other, code="spouse"):
        return personnel.add_record(
            person=person, kind="family", code=code, raw=other.full_name, source=source,
            first_day=date(2000, 1, 1), detail={"name": other.full_name, "person": other.number},
        )  # fmt: skip

    return note


@pytest.fixture
def disciplined(source):
    def note(person, code, first, until=None):
        return personnel.add_record(
            person=person, kind="discipline", code=code, first_day=first, until=until,
            source=source,
        )  # fmt: skip

    return note


def test_who_works_in_the_body_or_below_it_is_on_site(employ, official, post, deputy, source, town):
    division = _unit("T1.NV.TC", "Phòng Tổ chức", town["department"], source)
    division.kind = "division"
    division.save(update_fields=["kind"])
    inside = organisation.add_post(
        unit=division, title="Chuyên viên", first_day=date(2020, 1, 1), source=source, seats=None
    )
    head = organisation.add_post(
        unit=division, title="Trưởng phòng", first_day=date(2020, 1, 1), source=source,
        head=True, leadership=True,
    )  # fmt: skip

    assert of(employ("An", official), deputy)["onsite"] is True
    assert of(employ("Bình", inside), deputy)["onsite"] is True
    assert of(employ("Chi", official), head)["onsite"] is True, "the division is of the body"
    assert of(employ("Dung", post("Kế toán", unit="beside")), deputy)["onsite"] is False


def test_the_term_is_known_for_civil_servants_from_the_decree_on(employ, official, deputy, post):
    person = employ("An", official)

    assert of(person, deputy)["term_months"] == 60
    assert "term_months" not in of(person, deputy, date(2025, 6, 30))
    assert "term_months" not in of(person, post("Bí thư", regime="party", leadership=True))


def test_who_never_led_is_appointed_for_the_first_time(employ, official, director, deputy):
    assert of(employ("An", official), director)["first_appointment"] is True
    assert of(employ("Bình", deputy), director)["first_appointment"] is False


def test_months_since_each_form_of_discipline(employ, official, deputy, disciplined):
    person = employ("An", official)
    disciplined(person, "reprimand", date(2022, 3, 21), date(2023, 3, 21))
    disciplined(person, "reprimand", date(2024, 3, 20), date(2025, 3, 20))
    disciplined(person, "warning", date(2025, 9, 21), date(2026, 9, 21))

    told = of(person, deputy)

    assert told["months_since_reprimand"] == 24, "the latest counts, to the day"
    assert told["months_since_warning"] == 5
    assert (told["reprimanded"], told["warned"], told["removed_before"]) == (True, True, False)
    assert told["discipline_running"] is True
    assert "months_since_removal" not in told


def test_a_discipline_without_an_end_leaves_open_whether_it_runs(
    employ, official, deputy, disciplined
):
    person = employ("An", official)
    disciplined(person, "reprimand", date(2022, 3, 21))

    assert "discipline_running" not in of(person, deputy)


def test_a_clean_file_says_no(employ, official, deputy):
    told = of(employ("An", official), deputy)

    assert told["discipline_running"] is False
    assert told["reprimanded"] is False
    assert told["already_seconded"] is False


def test_without_any_family_on_file_nothing_is_known(employ, official, deputy):
    told = of(employ("An", official), deputy)

    assert not {SAME, DEPUTY, SECTOR} & set(told)


def test_relatives_elsewhere_are_no_obstacle(employ, official, director, post, kin):
    person, other = employ("An", official), employ("Bình", post("Kế toán", unit="beside"))
    kin(person, other)

    told = of(person, director)

    assert (told[SAME], told[DEPUTY], told[SECTOR]) == (False, False, False)


@pytest.mark.parametrize("noted_in", ["own", "other"])
def test_a_relative_in_the_leadership_is_found_from_either_file(
    employ, official, director, deputy, kin, noted_in
):
    person, other = employ("An", official), employ("Bình", director)
    kin(*((person, other) if noted_in == "own" else (other, person)))
    kin(person, person)  # a file of family, about nobody else

    told = of(person, deputy)

    # While regulation 114's own definition of family is not confirmed, a person decides.
    assert SAME not in told
    assert DEPUTY not in told
    assert told[SECTOR] is False


@pytest.mark.parametrize(
    ("code", "found"),
    [("spouse", True), ("father", True), ("child", True), ("sibling", True),
     ("parent_in_law", True), ("sibling_in_law", None), ("other", None)],
)  # fmt: skip
def test_which_relations_count_is_data(employ, official, director, deputy, kin, code, found,
                                       monkeypatch):  # fmt: skip
    monkeypatch.setattr(
        knowing, "_relations", lambda day: ["spouse", "parent", "parent_in_law", "child", "sibling"]
    )
    person, other = employ("An", official), employ("Bình", director)
    kin(person, other, code)

    told = of(person, deputy)

    assert told.get(SAME) is found
    assert told.get(DEPUTY) is found


def test_two_deputies_are_one_leadership_but_not_head_and_deputy(
    employ, official, deputy, kin, monkeypatch
):
    monkeypatch.setattr(knowing, "_relations", lambda day: ["spouse"])
    person, other = employ("An", official), employ("Bình", deputy)
    kin(person, other)

    told = of(person, deputy)

    assert told[SAME] is True
    assert told[DEPUTY] is False


def test_head_of_the_province_and_head_of_a_listed_sector(
    employ, official, director, post, kin, monkeypatch, town
):
    monkeypatch.setattr(knowing, "_relations", lambda day: ["spouse"])
    town["province"].kind = "government"
    town["province"].save(update_fields=["kind"])
    chair = post("Chủ tịch", unit="province", head=True, leadership=True)
    other = employ("Bình", chair)
    person = employ("An", official)
    kin(person, other)

    assert of(person, director)[SECTOR] is True, "home affairs is on the list"
    museum = post("Giám đốc Bảo tàng", unit="beside", head=True, leadership=True)
    museum.unit.name_plain = "bao tang tinh"
    museum.unit.save(update_fields=["name_plain"])
    assert of(person, museum)[SECTOR] is False


def test_before_the_rules_were_written_nobody_is_asked(employ, official, director, deputy, kin):
    person, other = employ("An", official), employ("Bình", director)
    kin(person, other)

    assert SAME not in of(person, deputy, BEFORE_114)


def test_who_handles_the_case_gets_the_finding_and_not_the_family(
    employ, official, director, deputy, kin, monkeypatch, lan_province
):
    from ngangtam.records.personnel.models import Record

    monkeypatch.setattr(knowing, "_relations", lambda day: ["spouse"])
    person, other = employ("An", official), employ("Bình", director)
    kin(person, other)
    appraiser = _user("tham-dinh", "Lê Thẩm", "appraiser", lan_province)

    with seen_by(appraiser.pk):
        assert not Record.objects.filter(kind="family").exists()
        assert of(person, deputy)[SAME] is True


def test_who_handles_nothing_there_is_told_nothing(
    employ, official, director, deputy, kin, hoa, monkeypatch
):
    monkeypatch.setattr(knowing, "_relations", lambda day: ["spouse"])
    person, other = employ("An", official), employ("Bình", director)
    kin(person, other)

    with seen_by(hoa.pk):
        told = knowing._of_family([person.pk], deputy, DAY)[person.pk]
    assert told == {}


def test_conclusions_and_declarations_are_a_yes_or_a_no(employ, official, deputy, source):
    person = employ("An", official)
    assert "political_fit" not in of(person, deputy)

    for kind, code in (("political_conclusion", "fit"), ("declaration", "filed")):
        personnel.add_record(
            person=person, kind=kind, code=code, first_day=date(2026, 1, 5), source=source
        )

    told = of(person, deputy)
    assert (told["political_fit"], told["declaration_verified"]) == (True, False)


def test_the_term_that_is_over_and_the_ratings_in_it(employ, deputy, source):
    person = employ("An", deputy)
    Term.objects.create(
        person=person, posting=person.postings.get(), path=deputy.unit.path, kind="term",
        first=date(2023, 2, 1), until=DAY, basis="QĐ 5/2023",
    )  # fmt: skip

    def rate(year, code):
        personnel.add_record(
            person=person, kind="rating", code=code, source=source, detail={"year": year},
            first_day=date(year, 12, 31),
        )  # fmt: skip

    rate(2023, "good")
    rate(2024, "completed")
    told = of(person, deputy)
    assert told["term_completed"] is True
    assert "term_tasks_completed" not in told, "2025 is missing"

    rate(2025, "good")
    assert of(person, deputy)["term_tasks_completed"] is True
    rate(2025, "failed")
    assert of(person, deputy)["term_tasks_completed"] is False


def test_a_term_that_still_runs_is_neither_over_nor_not(employ, deputy):
    person = employ("An", deputy)
    Term.objects.create(
        person=person, posting=person.postings.get(), path=deputy.unit.path, kind="term",
        first=date(2023, 2, 1), until=date(2026, 6, 1), basis="QĐ 5/2023",
    )  # fmt: skip

    assert "term_completed" not in of(person, deputy)


def test_broken_periods_in_equivalent_posts_add_up(employ, post, source):
    here = post("Trưởng phòng", title_kind="division_head", leadership=True)
    there = post("Trưởng phòng", unit="beside", title_kind="division_head", leadership=True)
    person = employ("An", here, first=date(2025, 3, 20))
    personnel.add_posting(
        person=person, post=there, first_day=date(2021, 1, 1), until=date(2022, 7, 1),
        source=source,
    )  # fmt: skip

    assert of(person, here)["months_in_equivalent_posts"] == 12 + 18


def test_a_post_of_no_known_kind_is_compared_with_none(employ, official, deputy):
    assert "months_in_equivalent_posts" not in of(employ("An", official), deputy)


def test_many_people_cost_no_more_queries(employ, official, deputy, django_assert_max_num_queries):
    people = [employ(f"Người {turn}", official).pk for turn in range(12)]

    with django_assert_max_num_queries(10):
        knowing.known(people, deputy, DAY)


def test_a_post_is_higher_equal_or_lower_than_the_one_held(employ, official, director, deputy):
    person = employ("An", deputy)

    assert of(person, director)["title_higher_than_held"] is True
    told = of(person, official)
    assert (told["title_higher_than_held"], told["equal_or_lower_post"]) == (False, True)


def test_the_unit_has_a_plan_only_when_one_was_approved_for_now(
    employ, official, director, lan, decision
):
    from ngangtam.stages.planning.models import Plan

    person = employ("An", official)
    assert of(person, director)["plan_approved_here"] is False
    plan = Plan.objects.create(
        unit=director.unit, path=director.unit.path, term="2025-2030", first=date(2025, 1, 1),
        until=date(2030, 1, 1), counted_on=DAY, state="draft", made_by=lan,
    )  # fmt: skip
    assert of(person, director)["plan_approved_here"] is False
    plan.state, plan.approved_on, plan.decision = "approved", DAY, decision
    plan.save()
    assert of(person, director)["plan_approved_here"] is True
    assert of(person, director, date(2031, 1, 1))["plan_approved_here"] is False
