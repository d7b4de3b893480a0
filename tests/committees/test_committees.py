"""Personnel of committees: numbers, surplus, ages at the reference day, support from outside."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import _user
from ngangtam.foundation.access.wall import seen_by
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Unit
from ngangtam.stages.committees import actions, rules
from ngangtam.stages.committees.actions import Standing
from ngangtam.stages.committees.models import Candidate, Structure
from ngangtam.stages.planning.rules import facts_of
from planning_people import TODAY

DAY = date(2025, 8, 1)


def outcomes(checks):
    return {one.id: one.outcome for one in checks}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "ident", "outcome"),
    [({"seats": 27}, "seats", "met"), ({"seats": 28}, "seats", "not_met"),
     ({"seats": 33, "merged": 3}, "seats", "met"), ({"seats": 34, "merged": 3}, "seats", "not_met"),
     ({"seats": 33, "merged": 2}, "seats", "not_met"),
     ({"standing": 8}, "standing", "not_met"), ({"standing": 9}, "standing", "met"),
     ({"standing": 11}, "standing", "met"), ({"standing": 12}, "standing", "not_met"),
     ({"deputies": 1}, "deputies", "not_met"), ({"deputies": 2}, "deputies", "met")],
)  # fmt: skip
def test_the_numbers_of_a_commune(commune, numbers, given, ident, outcome):
    row = Structure(unit=commune, **actions._said(numbers(**given)))

    assert outcomes(rules.numbers(row, DAY))[ident] == outcome


@pytest.mark.django_db
def test_no_number_is_given_for_a_province(lan_province, numbers):
    row = Structure(unit=lan_province, **actions._said(numbers(seats=50)))

    assert set(outcomes(rules.numbers(row, DAY)).values()) == {"unknown"}


def test_the_reference_day_comes_from_the_rulebook():
    assert rules.reference_day("commune", DAY) == date(2025, 7, 1)
    assert rules.reference_day("province", DAY) == date(2025, 6, 1)
    assert rules.reference_day("district", DAY) is None


@pytest.mark.parametrize(
    ("listed", "prepared", "said"),
    [(27, 27, {"prepared": "not_met", "surplus": "not_met"}),
     (30, 30, {"prepared": "met", "surplus": "met"}),
     (31, 31, {"prepared": "met", "surplus": "met"}),
     (32, 32, {"prepared": "not_met", "surplus": "met"}),
     (35, 31, {"prepared": "met", "surplus": "met"}),
     (36, 31, {"prepared": "met", "surplus": "not_met"})],
)  # fmt: skip
def test_the_surplus_of_a_list_for_27_seats(listed, prepared, said):
    """10 to 15 % of 27 is 3 to 4 people; 30 % is 8."""
    row = Structure(unit=Unit(level="commune"), seats=27, standing=9, deputies=2)

    assert outcomes(rules.surplus(row, listed, prepared, DAY)) == said


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(1, 300))
def test_a_list_within_the_surplus_never_passes_the_share(seats, listed):
    row = Structure(unit=Unit(level="commune"), seats=seats, standing=1, deputies=0)
    most = rulebook().value("election.surplus_max_percent", DAY).value
    met = outcomes(rules.surplus(row, listed, listed, DAY))["surplus"] == "met"

    assert met == (listed > seats and 100 * (listed - seats) <= most * seats)


@pytest.mark.parametrize(
    ("support", "present", "outcome"),
    [(31, 100, "met"), (30, 100, "not_met"), (3, 10, "not_met"), (4, 10, "met"), (None, 10,
     "unknown"), (0, 10, "not_met")],
)  # fmt: skip
def test_support_from_outside_is_more_than_the_share(support, present, outcome):
    row = Structure(unit=Unit(level="commune"), counted_on=date(2025, 7, 1))
    checks = rules.candidate(row, "first", None, DAY, outside=True, present=present,
                             support=support)  # fmt: skip

    assert outcomes(checks)["support"] == outcome


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "kind", "outcome"),
    [("young", "first", "met"), ("again", "first", "not_met"), ("again", "again", "met"),
     ("young", "again", "met"), ("old", "first", "not_met"), ("old", "again", "not_met")],
)  # fmt: skip
def test_age_is_what_is_left_on_the_reference_day(structure, members, who, kind, outcome):
    known = facts_of([members[who].pk], TODAY)[members[who].pk]

    said = outcomes(rules.candidate(structure, kind, known, TODAY))
    assert said["months-left"] == outcome


@pytest.mark.django_db
def test_the_age_rule_stands_at_48_and_60_months(structure):
    from ngangtam.foundation.kernel.days import add_months

    book = rulebook()
    male = book.catalogues["gender"].position("male")
    for kind, months in (("first", 60), ("again", 48)):
        seen = {}
        for back in range(600):
            born = add_months(date(1960, 1, 1), back)
            facts = {"birth_day": born, "gender": male, "committee_member": True}
            left = book.compile("months_to_retirement", structure.counted_on).one(facts)
            if left is not None:
                seen[left] = outcomes(rules.candidate(structure, kind, facts, TODAY))["months-left"]
        assert {left for left, said in seen.items() if said == "met"} == {
            left for left in seen if left >= months
        }


@pytest.mark.django_db
def test_a_candidate_who_does_not_qualify_is_refused(structure, members, lan):
    with pytest.raises(DomainError):
        actions.add(structure_id=structure.pk, standing=Standing(members["old"].number, "first"),
                    version=None, by=lan, today=TODAY)  # fmt: skip
    assert not Candidate.objects.exists()


@pytest.mark.django_db
def test_from_the_list_to_the_approval(structure, members, lan, approver):
    one = actions.add(structure_id=structure.pk, by=lan, today=TODAY, version=None,
                      standing=Standing(members["young"].number, "first"))  # fmt: skip
    with pytest.raises(DomainError):
        actions.add(structure_id=structure.pk, by=lan, today=TODAY, version=None,
                    standing=Standing(members["young"].number, "again"))  # fmt: skip
    assert one.findings
    with pytest.raises(Forbidden):
        actions.approve(structure_id=structure.pk, document="KL 1", day=TODAY, version=None,
                        by=lan, today=TODAY)  # fmt: skip
    actions.approve(structure_id=structure.pk, document="Kết luận 1-KL/TU", day=TODAY,
                    version=None, by=approver, today=TODAY)  # fmt: skip
    with pytest.raises(DomainError):
        actions.take_off(candidate_id=one.pk, reason="x", by=lan)
    assert Event.objects.filter(type="committees.approved").count() == 1


@pytest.mark.django_db
def test_numbers_beyond_the_law_are_not_approved(structure, members, lan, approver, numbers):
    actions.change_numbers(structure_id=structure.pk, numbers=numbers(seats=40), version=None,
                           by=lan)  # fmt: skip
    actions.add(structure_id=structure.pk, by=lan, today=TODAY, version=None,
                standing=Standing(members["young"].number, "first"))  # fmt: skip

    with pytest.raises(DomainError, match="27"):
        actions.approve(structure_id=structure.pk, document="KL 1", day=TODAY, version=None,
                        by=approver, today=TODAY)  # fmt: skip


@pytest.mark.django_db
def test_the_walls(structure, members, lan, approver, minh, hoa):
    from django.db import DatabaseError, connection, transaction

    def refused(sql):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.rowcount == 0
        except DatabaseError as error:
            return getattr(error.__cause__, "sqlstate", "") in {"42501", "23514"}

    with seen_by(lan.pk):
        actions.add(structure_id=structure.pk, by=lan, today=TODAY, version=None,
                    standing=Standing(members["young"].number, "first"))  # fmt: skip
        assert refused(f"update committees_structure set approved_by_id = {lan.pk}")
        assert refused("update committees_structure set state = 'approved'")
        assert refused("update committees_candidate set kind = 'again'")
        assert refused("update committees_candidate set findings = '[]', state = 'off'")
    for user in (minh, hoa):
        with seen_by(user.pk):
            assert not Structure.objects.exists()
            assert not Candidate.objects.exists()
    with seen_by(approver.pk):
        actions.set_figures(structure_id=structure.pk, figures={"women_percent": 15},
                            basis="KH 3", by=approver)  # fmt: skip
        actions.approve(structure_id=structure.pk, document="KL 1", day=TODAY, version=None,
                        by=approver, today=TODAY)  # fmt: skip
    with seen_by(lan.pk):
        assert refused("update committees_structure set seats = 1")
        assert refused("update committees_candidate set state = 'off', reason = 'x'")


@pytest.mark.django_db
def test_the_pages_from_opening_to_approval(commune, members, lan, approver, minh, client, soup):
    client.force_login(lan)
    opened = client.post("/committees/open/", {
        "unit": "T1.X1", "term": "2025–2030", "seats": "27", "standing": "9", "deputies": "2",
        "merged": "1", "counted_on": "01/07/2025",
    })  # fmt: skip
    base = opened.url
    page = soup(client.get(f"{base}candidates/?kind=first&q=Đồng+Chí"))
    rows = {row.select_one("th a").text: row.text for row in page.select("tbody tr")}
    assert len(rows) == 3
    assert (
        "45-CT/TW"
        in client.get(f"{base}candidates/{members['old'].number}/?kind=first").content.decode()
    )
    added = client.post(f"{base}candidates/{members['young'].number}/", {"kind": "first"})
    assert added.url == base
    refused = client.post(f"{base}candidates/{members['old'].number}/", {"kind": "first"})
    assert refused.status_code == 422
    assert client.get(f"{base[:-1]}.xlsx").status_code == 200
    off = client.post(f"/committees/candidates/{Candidate.objects.get().pk}/off/", {"reason": "x"})
    assert off.status_code == 302
    client.post(f"{base}candidates/{members['young'].number}/", {"kind": "first"})
    client.force_login(minh)
    for part in ("", "candidates/", "numbers/", "figures/", "approve/"):
        assert client.get(f"{base}{part}").status_code == 404, part
    client.force_login(approver)
    assert client.post(f"{base}approve/", {
        "document": "Kết luận 1-KL/TU", "day": "01/08/2025",
    }).status_code == 302  # fmt: skip
    assert Structure.objects.get().state == "approved"
    assert client.get(base).status_code == 200
    assert client.get("/committees/").status_code == 200
    client.force_login(_user("khac", "Người Khác"))
    assert client.get("/committees/").status_code == 404
