"""Many conditions decided and many papers settled at once: the same duties, one event each time."""

from datetime import date

import pytest

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.procedure import actions, actions_dossier, actions_gates
from ngangtam.stages.procedure.models import DossierItem, GateFinding, Step
from ngangtam.stages.procedure.values import SubjectValues
from procedures_drawn import CITE, GATE, draw, step

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)


@pytest.fixture
def open_at(drawn, person, officer, lan_department):
    """Open a case that begins with conditions, or with a dossier."""
    drawn(**{
        "procedures/thu/conditions.bpmn": draw(
            "thu.conditions", (step("check", "gates", gates="thu.headed"),)
        ),
        "procedures/thu/papers.bpmn": draw(
            "thu.papers", (step("papers", "dossier", dossier="signed_proposal"),)
        ),
        "gates/thu/headed.yaml": GATE.format(expr="leadership", cite=CITE, special="true"),
    })  # fmt: skip

    def make(procedure, *people):
        return actions.open_case(
            procedure=procedure, unit_id=lan_department.pk, title="Bổ nhiệm", by=officer,
            subjects=[SubjectValues(one.pk) for one in people or (person,)], today=TODAY,
        )  # fmt: skip

    return make


def waiting(case):
    return Step.objects.get(case=case, state="waiting")


@pytest.fixture
def two_open(open_at, lan_department, source):
    people = [
        personnel.add_person(full_name=name, unit=lan_department, source=source)
        for name in ("Vô Danh", "Vô Tên")
    ]
    return open_at("thu.conditions", *people)


def rule(case, by, rulings, **more):
    given = {"reason": "Theo quyết định 5", "version": case.version, **more}
    return actions_gates.rule_on_many(
        case_id=case.pk, step_id=waiting(case).pk, rulings=rulings, by=by, **given
    )


def test_open_conditions_are_decided_together_with_one_reason(two_open, officer):
    first, last = GateFinding.objects.filter(case=two_open).order_by("pk")
    before = Event.objects.count()
    rule(two_open, officer, {first.pk: True, last.pk: False})
    assert [
        (one.ruling, one.ruling_reason, one.ruled_by)
        for one in GateFinding.objects.filter(case=two_open).order_by("pk")
    ] == [("met", "Theo quyết định 5", officer), ("not_met", "Theo quyết định 5", officer)]
    assert Event.objects.count() == before + 1


def test_conditions_are_not_decided_together_without_reason_grant_or_the_present_page(
    two_open, officer, appraiser
):
    one = GateFinding.objects.filter(case=two_open).first()
    for wrong in ({"reason": " "}, {"version": two_open.version - 1}):
        with pytest.raises(DomainError):
            rule(two_open, officer, {one.pk: True}, **wrong)
    with pytest.raises(DomainError):
        rule(two_open, officer, {})
    with pytest.raises(Forbidden):
        rule(two_open, appraiser, {one.pk: True})
    one.refresh_from_db()
    assert one.ruling == ""


def test_a_condition_that_the_facts_decide_is_not_decided_together(open_at, officer, other):
    case = open_at("thu.conditions", other)
    with pytest.raises(DomainError):
        rule(case, officer, {GateFinding.objects.get(case=case).pk: True})


def test_papers_are_attached_together_and_checked_together_by_somebody_else(
    open_at, officer, second, proof
):
    case = open_at("thu.papers")
    step = waiting(case)
    item = DossierItem.objects.get(case=case)
    actions_dossier.add_item(step_id=step.pk, label="Biên bản họp", by=officer)
    more = DossierItem.objects.get(case=case, label="Biên bản họp")
    with pytest.raises(DomainError):
        actions_dossier.attach_many(
            case_id=case.pk, step_id=step.pk, papers={item.pk: (None, " ")}, version=None,
            by=officer,
        )  # fmt: skip
    before = Event.objects.count()
    actions_dossier.attach_many(
        case_id=case.pk, step_id=step.pk, version=None, by=officer,
        papers={item.pk: (proof(), ""), more.pk: (None, "Bản giấy số 5")},
    )  # fmt: skip
    assert Event.objects.count() == before + 1
    both = {"case_id": case.pk, "step_id": step.pk, "items": [item.pk, more.pk], "version": None}
    with pytest.raises(Forbidden):
        actions_dossier.check_many(by=officer, **both)
    assert set(DossierItem.objects.filter(case=case).values_list("state", flat=True)) == {
        "attached"
    }
    actions_dossier.check_many(by=second, **both)
    checked = DossierItem.objects.filter(case=case, state="checked", checked_by=second)
    assert checked.count() == 2
