"""Small drawings for tests, and walks through a drawing with the engine that runs cases."""

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="x">
"""
PROCESS = {
    "label_vi": "Quy trình ví dụ", "label_en": "An example", "stage": "appointment",
    "regime": "civil_servant", "subject": "person", "from": "2025-03-01",
    "cites": "ex-decree-1-2025#12", "status": "shipped",
}  # fmt: skip
ASK = {
    "kind": "opinion", "label_vi": "Xin ý kiến", "label_en": "Ask", "role": "body",
    "body": "superior", "days": "15", "cites": "ex-decree-1-2025#12.2",
}  # fmt: skip
MEET = {
    "kind": "meeting", "label_vi": "Họp", "label_en": "Meet", "role": "collective",
    "quorum": "2/3", "quorum_of": "convened", "cites": "ex-decree-1-2025#12.2",
}  # fmt: skip
FLOW = """
    <bpmn:startEvent id="start"/>
    {ask}
    <bpmn:exclusiveGateway id="choice" default="no"/>
    {meet}
    <bpmn:endEvent id="end"/>
    <bpmn:endEvent id="stopped"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="choice"/>
    <bpmn:sequenceFlow id="yes" sourceRef="choice" targetRef="meet">
      <bpmn:conditionExpression>{condition}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="no" sourceRef="choice" targetRef="stopped"/>
    <bpmn:sequenceFlow id="f3" sourceRef="meet" targetRef="end"/>
"""
PATH = "procedures/civil_servant/example.bpmn"
IDENT = "civil_servant.example"


def drawing(
    *, process=None, ask=None, meet=None, condition='result == "agreed"', flow=FLOW, more=""
):
    """Return a drawing of two steps; a key given as None is taken out."""
    tasks = {"ask": _task("ask", {**ASK, **(ask or {})}),
             "meet": _task("meet", {**MEET, **(meet or {})})}  # fmt: skip
    body = flow.format(condition=condition, **tasks)
    pairs = _properties({**PROCESS, **(process or {})})
    return (
        f'{HEAD}<bpmn:process id="{IDENT}" isExecutable="true">{pairs}{body}{more}'
        "</bpmn:process></bpmn:definitions>"
    )


def _task(ident, pairs):
    return f'<bpmn:userTask id="{ident}" name="{ident}">\n{_properties(pairs)}</bpmn:userTask>'


def _properties(pairs):
    lines = "".join(
        f'\n<spiffworkflow:property name="{key}" value="{value}"/>'
        for key, value in pairs.items()
        if value is not None
    )
    inner = f"<spiffworkflow:properties>{lines}\n</spiffworkflow:properties>"
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>\n"


def specification(procedure):
    """Return what the engine makes of a procedure."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(procedure.xml.encode())
    return parser.get_spec(procedure.id)


def walk(spec, results):
    """Walk from the start, each waiting step leaving the next of `results`.

    Returns the steps walked, the step that still waits ('' at an end), and the ends reached.
    """
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    walked, todo = [], list(results)
    while not workflow.is_completed():
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        if not todo:
            return walked, task.task_spec.bpmn_id, set()
        walked.append(task.task_spec.bpmn_id)
        task.data["result"] = todo.pop(0)
        task.run()
        workflow.do_engine_steps()
    done = workflow.get_tasks(state=TaskState.COMPLETED)
    ends = {one.task_spec.bpmn_id for one in done if type(one.task_spec).__name__ == "EndEvent"}
    return walked, "", ends


def every_walk(procedure):
    """Yield every way from the start to an end: the results given, the steps, the ends."""
    spec = specification(procedure)
    todo = [()]
    while todo:
        results = todo.pop()
        walked, waiting, ends = walk(spec, results)
        if waiting:
            todo += [(*results, word) for word in procedure.steps[waiting].results]
        else:
            yield results, walked, ends
