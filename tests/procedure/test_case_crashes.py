"""Whatever breaks off in the middle leaves a case where it was: every step of every procedure."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from ngangtam.foundation.audit.models import Event
from ngangtam.foundation.kernel.days import today
from ngangtam.law import rulebook as package
from ngangtam.law.engine import rulebook
from ngangtam.stages.procedure import (
    actions,
    actions_dossier,
    actions_gates,
    actions_opinions,
    drawings,
    steps,
)
from ngangtam.stages.procedure.engine import BadConditionError, Walk, holds
from ngangtam.stages.procedure.models import (
    Case,
    CasePaper,
    DossierItem,
    GateFinding,
    Opinion,
    Step,
)
from ngangtam.stages.procedure.values import SubjectValues

FOLDER = Path(package.__file__).parent / "procedures"
SHIPPED = sorted({
    ".".join(path.relative_to(FOLDER).with_suffix("").parts).partition("@")[0]
    for path in FOLDER.rglob("*.bpmn")
})  # fmt: skip
FOR = {
    "meeting": "passed", "appraise": "agreed", "decide": "approved", "opinion": "agreed",
    "gates": "met", "dossier": "complete",
}  # fmt: skip
MOST = 80


class PowerCutError(Exception):
    """The machine goes dark."""


def kept(case):
    """Everything that the database holds of a case."""
    row = Case.objects.get(pk=case.pk)
    return {
        "workflow": row.workflow, "state": row.state, "version": row.version, "due": row.due,
        "steps": list(Step.objects.filter(case=case).order_by("pk").values()),
        "papers": CasePaper.objects.filter(case=case).count(),
        "events": Event.objects.filter(subject_type="procedure.case", subject_id=case.pk).count(),
    }  # fmt: skip


def get_ready(case, step, by):
    """Do what a step needs before it can be completed."""
    rule = steps.drawing_of(case).rule(step.bpmn)
    if step.kind == "opinion" and not Opinion.objects.filter(step=step).exists():
        actions_opinions.ask_opinion(
            case_id=case.pk, step_id=step.pk, body="Cơ quan", question="Hỏi", version=None, by=by,
            today=today(), due=today() + timedelta(days=10),
        )  # fmt: skip
        actions_opinions.answer_opinion(
            opinion_id=Opinion.objects.get(step=step).pk, verdict="agrees", text="",
            reference="CV", by=by, today=today(),
        )  # fmt: skip
    for item in DossierItem.objects.filter(step=step, state="missing"):
        actions_dossier.attach(item_id=item.pk, file=None, reference="Bản giấy", by=by)
        actions_dossier.check(item_id=item.pk, by=by)
    for finding in GateFinding.objects.filter(step=step, ruling="", outcome="unknown"):
        actions_gates.rule_on(finding_id=finding.pk, met=True, reason="Thử", by=by)
    result = FOR.get(step.kind)
    return {
        "number": "1", "day": today(), "signer": "Ký", "body": "Cơ quan", "reason": "Lý do",
        "note": "Đã làm", "text": "Thông báo", "minutes": "Thống nhất", "convened": 9,
        "present": 9, "result": result if result in rule.results else rule.results[0],
    }  # fmt: skip


def complete(case, step, answers, by):
    return actions.complete_step(
        case_id=case.pk, step_id=step.pk, answers=answers, version=None, by=by, today=today()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("ident", SHIPPED)
def test_a_cut_at_every_boundary_leaves_the_case_where_it_was(
    ident, lan, lan_province, monkeypatch
):
    day = today()
    found = rulebook().procedures[ident].on(day)
    if found is None:
        pytest.skip("not in force today")
    case = actions.open_case(
        procedure=ident, unit_id=lan_province.pk, title="Thử", fictional=True,
        subjects=[SubjectValues(None, name="Người tưởng tượng")], by=lan, today=day,
    )  # fmt: skip
    walked = []
    for _turn in range(MOST):
        waiting = list(Step.objects.filter(case=case, state="waiting").order_by("pk"))
        if not waiting:
            break
        step = waiting[0]
        answers = get_ready(case, step, lan)
        before = kept(case)
        # The light goes out after the walk went on, and again after all is written but the event.
        for place, name in ((steps, "_due"), (actions, "record")):
            with monkeypatch.context() as dark:
                dark.setattr(place, name, cut)
                with pytest.raises(PowerCutError):
                    complete(case, step, answers, lan)
            assert kept(case) == before, (step.bpmn, name)
        complete(case, step, answers, lan)
        walked.append(step.bpmn)
    case.refresh_from_db()
    assert case.state in {"done", "refused"}, (walked, case.state)
    assert case.decision is None
    assert len(walked) >= len({*walked}) > 0


def cut(*_args, **_kwargs):
    raise PowerCutError


@pytest.mark.parametrize("ident", SHIPPED)
def test_every_result_of_every_step_leads_on(ident):
    """The engine itself: each path that a result opens is walked from what was kept before it."""
    versions = rulebook().procedures[ident]
    for procedure in versions.versions:
        spec = drawings.spec_of(procedure.digest, procedure.xml, ident)
        todo, seen = [Walk.begin(spec).keep()], set()
        ended = 0
        while todo:
            start = todo.pop()
            tokens = Walk.resume(start, spec).waiting()
            for token in tokens:
                for result in procedure.steps[token.bpmn].results:
                    key = (frozenset(one.bpmn for one in tokens), token.bpmn, result)
                    if key in seen:
                        continue
                    seen.add(key)
                    walk = Walk.resume(start, spec)
                    walk.complete(token.id, result)
                    ended += walk.is_over
                    assert walk.is_over or walk.waiting()
                    todo.append(walk.keep())
        assert ended
        assert {step for _where, step, _result in seen} == set(procedure.steps)


@pytest.mark.parametrize("text", [
    "__import__('os').system('true')", "result.__class__", "open('x')", "1", "outcome == 'x'",
    "result == result.upper()", "(lambda: True)()",
])  # fmt: skip
def test_a_condition_runs_no_code(text):
    with pytest.raises((BadConditionError, ValueError)):
        holds(text, "passed")


@pytest.mark.parametrize(("text", "result", "expected"), [
    ("result == 'passed'", "passed", True), ("result == 'passed'", "failed", False),
    ("result != 'passed'", "failed", True), ("result in ('a', 'b')", "b", True),
    ("result not in ['a']", "a", False), ("result == 'a' or result == 'b'", "b", True),
    ("not (result == 'a' and result != 'b')", "a", False),
])  # fmt: skip
def test_a_condition_compares_the_result(text, result, expected):
    assert holds(text, result) is expected


@pytest.mark.django_db
def test_a_cut_before_anything_is_written_opens_no_case(lan, lan_province, drawn, monkeypatch):
    drawn()
    monkeypatch.setattr(actions, "record", cut)
    with pytest.raises(PowerCutError):
        actions.open_case(
            procedure="thu.short", unit_id=lan_province.pk, title="Thử", fictional=True,
            subjects=[SubjectValues(None, name="A")], by=lan, today=date(2026, 3, 20),
        )  # fmt: skip
    assert not Case.objects.exists()
