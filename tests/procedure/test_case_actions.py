"""A case walks its procedure: every kind of step, refusals, duties kept apart, holds."""

import json
from datetime import date, timedelta

import pytest

from assigned_work import link
from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel import workdays
from ngangtam.foundation.kernel.problems import DomainError, Forbidden
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records.organisation.models import Decision
from ngangtam.records.personnel import steps as personnel
from ngangtam.stages.procedure import (
    actions,
    actions_dossier,
    actions_gates,
    actions_holds,
    actions_opinions,
    effects,
)
from ngangtam.stages.procedure.models import (
    Case,
    DossierItem,
    GateFinding,
    Notice,
    Opinion,
    Step,
)
from ngangtam.stages.procedure.values import SubjectValues

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)
DOCUMENT = {"number": "12/TTr-SNV", "day": TODAY, "signer": "Nguyễn Văn Ký"}
DECISION = {
    "number": "99/QĐ-UBND", "day": TODAY, "body": "UBND tỉnh", "signer": "Trần Chủ Tịch",
    "result": "approved",
}  # fmt: skip


def waiting(case):
    return Step.objects.get(case=case, state="waiting")


def complete(case, by, today=TODAY, **answers):
    case.refresh_from_db()
    return actions.complete_step(
        case_id=case.pk, step_id=waiting(case).pk, answers=answers, version=case.version, by=by,
        today=today,
    )  # fmt: skip


def to_opinion(case, officer):
    complete(case, officer, **DOCUMENT)
    return waiting(case)


def ask(case, officer, today=TODAY, **more):
    case.refresh_from_db()
    actions_opinions.ask_opinion(
        case_id=case.pk, step_id=waiting(case).pk, body="Đảng ủy Sở", question="Xin ý kiến",
        version=None, by=officer, today=today, **more,
    )  # fmt: skip
    return Opinion.objects.filter(case=case).latest("pk")


def to_gates(case, officer):
    to_opinion(case, officer)
    one = ask(case, officer)
    actions_opinions.answer_opinion(
        opinion_id=one.pk, verdict="agrees", text="", reference="05-CV/ĐU", by=officer, today=TODAY
    )
    return complete(case, officer)


def to_dossier(case, officer):
    to_gates(case, officer)
    return complete(case, officer)


def to_meeting(case, officer, second, proof):
    to_dossier(case, officer)
    for item in DossierItem.objects.filter(case=case):
        actions_dossier.attach(item_id=item.pk, file=proof(), by=officer)
        actions_dossier.check(item_id=item.pk, by=second)
    return complete(case, officer)


def to_appraisal(case, officer, second, proof):
    to_meeting(case, officer, second, proof)
    return complete(
        case, officer, convened=9, present=7, day=TODAY, minutes="Thống nhất", result="passed"
    )


def test_a_case_walks_the_whole_procedure_and_writes_what_is_decided(
    open_case, officer, second, appraiser, decider, person, proof, wrote
):
    case = open_case()
    assert case.state == "running"
    assert case.number.startswith("2026-")
    to_appraisal(case, officer, second, proof)
    complete(case, appraiser, result="agreed", reason="Đủ điều kiện")
    assert waiting(case).due == workdays.after(TODAY, 3)
    case = complete(case, decider, **DECISION)
    assert case.decision.number == "99/QĐ-UBND"
    assert wrote == [(case.number, "99/QĐ-UBND", "quyet")]
    assert Event.objects.filter(type="case.decided", subject_id=case.pk).count() == 1
    assert not Notice.objects.exists()
    complete(case, officer, text="Thông báo quyết định")
    assert Notice.objects.get(person=person).text == "Thông báo quyết định"
    case = complete(case, officer, note="Đã lưu hồ sơ")
    assert (case.state, case.due) == ("done", None)
    assert [s.kind for s in Step.objects.filter(case=case)] == [
        "document", "opinion", "gates", "dossier", "meeting", "appraise", "decide", "notice",
        "record",
    ]  # fmt: skip
    with pytest.raises(DomainError, match=r"done|xong"):
        actions.withdraw(case_id=case.pk, reason="x", version=None, by=officer, today=TODAY)


def test_what_is_kept_of_a_walk_is_json_without_the_drawing(open_case):
    case = open_case()
    assert "userTask" not in json.dumps(case.workflow)
    assert case.workflow["spec"] is None


def test_nobody_opens_without_the_grant(open_case, decider, minh):
    for nobody in (decider, minh):
        with pytest.raises(Forbidden):
            open_case(by=nobody)
    assert not Case.objects.exists()


def test_a_procedure_that_waits_for_confirmation_is_only_tried_out(open_case, officer):
    with pytest.raises(DomainError):
        open_case("thu.open")
    case = open_case(
        "thu.open", fictional=True, subjects=[SubjectValues(None, name="Người tưởng tượng")]
    )
    assert case.number.startswith("MP-")
    assert not case.confirmed


def test_a_simulation_is_walked_by_one_person_and_writes_nothing(open_case, officer, wrote):
    case = open_case(
        "thu.short", fictional=True, subjects=[SubjectValues(None, name="Người tưởng tượng")]
    )
    complete(case, officer, **DOCUMENT)
    complete(case, officer, result="agreed", reason="Thử")
    case = complete(case, officer, **DECISION)
    assert case.state == "done"
    assert case.decision is None
    assert not wrote
    assert not Decision.objects.exists()


def test_an_older_form_is_refused(open_case, officer):
    case = open_case()
    with pytest.raises(DomainError):
        actions.complete_step(
            case_id=case.pk, step_id=waiting(case).pk, answers=DOCUMENT, version=case.version - 1,
            by=officer, today=TODAY,
        )  # fmt: skip
    assert waiting(case).kind == "document"


def test_a_step_is_completed_once(open_case, officer):
    case = open_case()
    first = waiting(case)
    complete(case, officer, **DOCUMENT)
    with pytest.raises(DomainError):
        actions.complete_step(
            case_id=case.pk, step_id=first.pk, answers=DOCUMENT, version=None, by=officer,
            today=TODAY,
        )  # fmt: skip


@pytest.mark.parametrize("lacking", ["number", "day", "signer"])
def test_a_document_names_its_number_day_and_signer(open_case, officer, lacking):
    case = open_case()
    with pytest.raises(DomainError):
        complete(case, officer, **{**DOCUMENT, lacking: None})


def test_a_document_of_tomorrow_is_refused(open_case, officer):
    with pytest.raises(DomainError):
        complete(open_case(), officer, **{**DOCUMENT, "day": TODAY + timedelta(days=1)})


def test_an_opinion_is_waited_for_until_its_deadline(open_case, officer):
    case = open_case()
    to_opinion(case, officer)
    with pytest.raises(DomainError):
        complete(case, officer)
    one = ask(case, officer)
    assert one.due == workdays.after(TODAY, 5)
    with pytest.raises(DomainError, match="Đảng ủy Sở"):
        complete(case, officer)
    late = one.due + timedelta(days=1)
    assert actions_opinions.pass_over(today=one.due) == 0
    assert actions_opinions.pass_over(today=late) == 1
    one.refresh_from_db()
    assert (one.state, one.verdict) == ("silent", "")
    with pytest.raises(DomainError):
        actions_opinions.answer_opinion(
            opinion_id=one.pk, verdict="agrees", text="", reference="x", by=officer, today=late
        )
    complete(case, officer, today=late)
    assert Step.objects.get(case=case, kind="opinion").outcome == "silent"


def test_silence_is_no_consent_where_the_procedure_does_not_say_what_follows(open_case, officer):
    case = open_case("thu.asking")
    late = ask(case, officer).due + timedelta(days=1)

    with pytest.raises(DomainError, match="im lặng không phải là đồng ý"):
        complete(case, officer, today=late)
    actions_opinions.pass_over(today=late)
    with pytest.raises(DomainError, match="im lặng không phải là đồng ý"):
        complete(case, officer, today=late)

    again = ask(case, officer, today=late)
    actions_opinions.answer_opinion(
        opinion_id=again.pk, verdict="agrees", text="", reference="15-CV/TU", by=officer,
        today=late,
    )  # fmt: skip
    complete(case, officer, today=late)
    assert Step.objects.get(case=case, kind="opinion").outcome == "agreed"


def test_after_the_deadline_an_answer_comes_too_late_even_before_the_worker(open_case, officer):
    case = open_case()
    to_opinion(case, officer)
    one = ask(case, officer)
    with pytest.raises(DomainError):
        actions_opinions.answer_opinion(
            opinion_id=one.pk, verdict="agrees", text="", reference="x", by=officer,
            today=one.due + timedelta(days=1),
        )  # fmt: skip


def test_the_body_that_is_asked_answers_by_itself(
    open_case, officer, hoa_province, hoa, django_user_model
):
    from conftest import _user

    head = _user("truong", "Trưởng Núi Xanh", "unit_head", hoa_province)
    case = open_case()
    to_opinion(case, officer)
    one = ask(case, officer, unit_id=hoa_province.pk)
    with pytest.raises(DomainError):
        actions_opinions.answer_opinion(
            opinion_id=one.pk, verdict="disagrees", text="", by=head, today=TODAY
        )
    actions_opinions.answer_opinion(
        opinion_id=one.pk, verdict="disagrees", text="Chưa đủ thời gian", by=head, today=TODAY
    )
    complete(case, officer)
    assert Step.objects.get(case=case, kind="opinion").outcome == "refused"


def test_a_condition_not_met_stops_until_a_special_case_is_allowed(
    open_case, officer, decider, other
):
    case = open_case(subjects=[SubjectValues(other.pk)])
    to_gates(case, officer)
    finding = GateFinding.objects.get(case=case)
    assert finding.outcome == "not_met"
    assert finding.reason["vi"]
    assert finding.cites
    with pytest.raises(DomainError, match="Đang giữ chức vụ lãnh đạo"):
        complete(case, officer)
    with pytest.raises(Forbidden):
        actions_gates.special_case(
            finding_id=finding.pk, authority="Ban Thường vụ", reason="r", document="d", by=officer
        )
    with pytest.raises(DomainError):
        actions_gates.special_case(
            finding_id=finding.pk, authority="", reason="r", document="d", by=decider
        )
    actions_gates.special_case(
        finding_id=finding.pk, authority="Ban Thường vụ Tỉnh ủy", reason="Nhu cầu nhiệm vụ",
        document="10-TB/TU", by=decider,
    )  # fmt: skip
    complete(case, officer)
    assert Step.objects.get(case=case, kind="gates").answers["special"] == 1


def test_an_open_condition_is_decided_by_a_person(open_case, officer, lan_department, source):
    stranger = personnel.add_person(full_name="Vô Danh", unit=lan_department, source=source)
    case = open_case(subjects=[SubjectValues(stranger.pk)])
    to_gates(case, officer)
    finding = GateFinding.objects.get(case=case)
    assert finding.outcome == "unknown"
    with pytest.raises(DomainError):
        complete(case, officer)
    with pytest.raises(DomainError):
        actions_gates.rule_on(finding_id=finding.pk, met=True, reason=" ", by=officer)
    actions_gates.rule_on(finding_id=finding.pk, met=True, reason="Theo quyết định 5", by=officer)
    complete(case, officer)
    assert waiting(case).kind == "dossier"


def test_what_somebody_found_not_met_only_somebody_else_may_find_met(
    open_case, officer, second, lan_department, source
):
    stranger = personnel.add_person(full_name="Vô Danh", unit=lan_department, source=source)
    case = open_case(subjects=[SubjectValues(stranger.pk)])
    to_gates(case, officer)
    finding = GateFinding.objects.get(case=case)
    actions_gates.rule_on(finding_id=finding.pk, met=False, reason="Thiếu văn bản", by=officer)

    with pytest.raises(DomainError, match="người khác"):
        actions_gates.rule_on(finding_id=finding.pk, met=True, reason="Đã xem lại", by=officer)
    with pytest.raises(DomainError, match="người khác"):
        actions_gates.rule_on_many(
            case_id=case.pk, step_id=finding.step_id, rulings={finding.pk: True}, version=None,
            reason="Đã xem lại", by=officer,
        )  # fmt: skip
    finding.refresh_from_db()
    assert finding.ruling == "not_met"

    actions_gates.rule_on(finding_id=finding.pk, met=True, reason="Có công văn 7", by=second)
    finding.refresh_from_db()
    assert (finding.ruling, finding.ruled_by) == ("met", second)


def test_without_a_path_for_it_a_condition_not_met_ends_the_case(open_case, officer, other):
    case = open_case(subjects=[SubjectValues(other.pk)])
    to_gates(case, officer)
    case = complete(case, officer, result="not_met")
    assert case.state == "refused"
    assert not Step.objects.filter(case=case, state="waiting").exists()


def test_a_dossier_needs_a_second_look(open_case, officer, second, proof):
    case = open_case()
    to_dossier(case, officer)
    item = DossierItem.objects.get(case=case)
    with pytest.raises(DomainError):
        complete(case, officer)
    with pytest.raises(DomainError):
        actions_dossier.attach(item_id=item.pk, file=None, by=officer)
    actions_dossier.attach(item_id=item.pk, file=proof(), by=officer)
    with pytest.raises(Forbidden):
        actions_dossier.check(item_id=item.pk, by=officer)
    with pytest.raises(DomainError):
        complete(case, officer)
    actions_dossier.send_back(item_id=item.pk, reason="Thiếu dấu", by=second)
    actions_dossier.attach(item_id=item.pk, file=None, reference="Hồ sơ giấy số 5", by=officer)
    actions_dossier.check(item_id=item.pk, by=second)
    complete(case, officer)
    assert waiting(case).kind == "meeting"


def test_a_meeting_without_its_quorum_comes_to_nothing(open_case, officer, second, proof):
    case = open_case()
    to_meeting(case, officer, second, proof)
    held = {"day": TODAY, "minutes": "Thống nhất", "result": "passed"}
    with pytest.raises(DomainError, match="2/3"):
        complete(case, officer, convened=9, present=5, **held)
    with pytest.raises(DomainError):
        complete(case, officer, convened=9, present=10, **held)
    complete(case, officer, convened=9, present=6, **held)
    assert waiting(case).kind == "appraise"


def test_who_proposed_does_not_appraise_and_who_appraised_does_not_decide(
    open_case, lan_province, officer, second, appraiser, proof, wrote
):
    from conftest import _user
    from ngangtam.foundation.access.models import Grant
    from ngangtam.foundation.kernel.models import span

    def also(user, role):
        Grant.objects.create(
            user=user, role=role, path=lan_province.path, valid=span(date(2020, 1, 1))
        )
        user.__dict__.pop("_grants_by_day", None)

    case = open_case()
    to_appraisal(case, officer, second, proof)
    also(officer, "appraiser")
    with pytest.raises(Forbidden, match=r"thẩm định|appraises"):
        complete(case, officer, result="agreed", reason="Tự thẩm định")
    complete(case, appraiser, result="agreed", reason="Đủ")
    also(appraiser, "deciding_member")
    with pytest.raises(Forbidden):
        complete(case, appraiser, **DECISION)
    assert not wrote
    complete(case, _user("q2", "Người Quyết", "deciding_member", lan_province), **DECISION)
    assert wrote


def test_nobody_handles_the_own_case(open_case, person, lan_province):
    own = link("binh", "Nguyễn Thị Bình", person, "personnel_officer", lan_province)
    with pytest.raises(Forbidden, match=r"chính mình|own"):
        open_case(by=own)


@pytest.mark.parametrize("direction", ["of_officer", "of_subject"])
def test_nobody_handles_the_case_of_a_relative(
    open_case, person, other, lan_province, source, direction
):
    mine, theirs = (other, person) if direction == "of_officer" else (person, other)
    officer = link("an", "Đặng Văn An", other, "personnel_officer", lan_province)
    case = open_case(by=officer)
    personnel.add_record(
        person=mine, kind="family", first_day=date(2000, 1, 1), code="spouse", source=source,
        detail={"person": theirs.number, "name": theirs.full_name},
    )  # fmt: skip
    with pytest.raises(Forbidden):
        open_case(by=officer)
    with pytest.raises(Forbidden):
        complete(case, officer, **DOCUMENT)


def test_a_hold_placed_midway_freezes_everything_until_it_is_lifted(
    open_case, officer, inspector, person
):
    case = open_case()
    to_opinion(case, officer)
    one = ask(case, officer)
    with pytest.raises(Forbidden):
        actions_holds.place_hold(reason="x", by=officer, person_id=person.pk)
    hold = actions_holds.place_hold(reason="Đang xác minh đơn", by=inspector, person_id=person.pk)
    case.refresh_from_db()
    assert case.state == "frozen"
    for act in (
        lambda: complete(case, officer),
        lambda: actions.withdraw(case_id=case.pk, reason="x", version=None, by=officer,
                                 today=TODAY),
        lambda: ask(case, officer),
        lambda: actions_opinions.answer_opinion(
            opinion_id=one.pk, verdict="agrees", text="", reference="x", by=officer, today=TODAY),
    ):  # fmt: skip
        with pytest.raises(DomainError, match="Đang xác minh đơn"):
            act()
    with pytest.raises(DomainError):
        open_case()
    with pytest.raises(DomainError):
        actions_holds.lift_hold(hold_id=hold.pk, reason="", by=inspector)
    actions_holds.lift_hold(hold_id=hold.pk, reason="Đã xác minh xong", by=inspector)
    case.refresh_from_db()
    assert case.state == "running"
    actions_opinions.answer_opinion(
        opinion_id=one.pk, verdict="agrees", text="", reference="x", by=officer, today=TODAY
    )
    complete(case, officer)


def test_a_case_stays_frozen_while_another_hold_stands(open_case, inspector, person):
    case = open_case()
    first = actions_holds.place_hold(reason="Một", by=inspector, case_id=case.pk)
    second = actions_holds.place_hold(reason="Hai", by=inspector, person_id=person.pk)
    with pytest.raises(DomainError):
        actions_holds.place_hold(reason="Ba", by=inspector, case_id=case.pk)
    actions_holds.lift_hold(hold_id=first.pk, reason="xong", by=inspector)
    case.refresh_from_db()
    assert case.state == "frozen"
    actions_holds.lift_hold(hold_id=second.pk, reason="xong", by=inspector)
    case.refresh_from_db()
    assert case.state == "running"


def test_taking_out_the_one_on_hold_lets_the_rest_go_on(
    open_case, officer, inspector, person, other
):
    case = open_case(subjects=[SubjectValues(person.pk), SubjectValues(other.pk)])
    actions_holds.place_hold(reason="Xác minh", by=inspector, person_id=other.pk)
    case.refresh_from_db()
    out = case.subjects.get(person=other)
    actions.take_out(
        case_id=case.pk, subject_id=out.pk, reason="Đang xác minh", version=case.version,
        by=officer, today=TODAY,
    )  # fmt: skip
    case.refresh_from_db()
    assert case.state == "running"
    complete(case, officer, **DOCUMENT)
    with pytest.raises(DomainError):
        actions.take_out(
            case_id=case.pk, subject_id=case.subjects.get(person=person).pk, reason="x",
            version=None, by=officer, today=TODAY,
        )  # fmt: skip


def test_a_case_keeps_the_version_that_it_began_with(open_case, drawn, officer, appraiser):
    from procedures_drawn import draw, step

    case = open_case("thu.short")
    drawn(**{"procedures/thu/short.bpmn": draw("thu.short", (step("other", "record"),))})
    complete(case, officer, **DOCUMENT)
    assert waiting(case).kind == "appraise"
    new = open_case("thu.short")
    assert waiting(new).kind == "record"
    assert new.digest != case.digest


def test_an_appraisal_against_takes_the_path_that_the_drawing_has(open_case, officer, appraiser):
    case = open_case("thu.short")
    complete(case, officer, **DOCUMENT)
    case = complete(case, appraiser, result="refused", reason="Chưa đủ")
    assert case.state == "refused"


def test_a_refusal_of_the_decision_writes_nothing(open_case, officer, appraiser, decider, wrote):
    case = open_case("thu.short")
    complete(case, officer, **DOCUMENT)
    complete(case, appraiser, result="agreed", reason="Đủ")
    with pytest.raises(DomainError):
        complete(case, decider, result="refused")
    case = complete(case, decider, result="refused", reason="Chưa cần thiết")
    assert case.state == "refused"
    assert case.decision is None
    assert not wrote


def test_the_effect_and_the_decision_come_together_or_not_at_all(
    open_case, officer, appraiser, decider, monkeypatch
):
    def refuses(case, decision, by):
        raise DomainError("ghế đã có người")

    monkeypatch.setitem(effects._effects, "test.effect", refuses)
    case = open_case("thu.short")
    complete(case, officer, **DOCUMENT)
    complete(case, appraiser, result="agreed", reason="Đủ")
    with pytest.raises(DomainError, match="ghế"):
        complete(case, decider, **DECISION)
    case.refresh_from_db()
    assert (case.state, case.decision) == ("running", None)
    assert waiting(case).kind == "decide"
    assert not Decision.objects.exists()


def test_no_case_opens_whose_decision_would_write_nothing(open_case, monkeypatch):
    monkeypatch.delitem(effects._effects, "test.effect")

    with pytest.raises(DomainError, match=r"test\.effect"):
        open_case()

    assert not Case.objects.exists()


def test_every_effect_of_the_rulebook_is_carried_out_by_a_room():
    shipped = [version for one in rulebook().procedures.values() for version in one.versions]

    assert {one.id for one in shipped if one.effect and not effects.known(one.effect)} == set()
