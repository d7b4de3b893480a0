"""Small procedures drawn for tests, and the local layer of a rulebook that holds them."""

import contextlib

from ngangtam.foundation.kernel.home import room
from ngangtam.law.engine import forget, rulebook

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">
"""
CITE = "170-2025-nd-cp#33.1"


def pairs(**values):
    lines = "".join(
        f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in values.items()
    )
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f"{lines}</spiffworkflow:properties></bpmn:extensionElements>"
    )


def step(ident, kind, role="officer", **more):
    """One step in a line of steps."""
    return ident, {
        "kind": kind, "role": role, "label_vi": f"Bước {ident}", "label_en": f"Step {ident}",
        "cites": CITE, **more,
    }  # fmt: skip


def draw(ident, steps, *, forks=(), **process):
    """Draw steps one after the other; behind those in `forks`, what is against leads to an end."""
    told = {
        "label_vi": "Thủ tục thử", "label_en": "A procedure to try", "stage": "appointment",
        "regime": "civil_servant", "subject": "person", "from": "2025-07-01", "cites": CITE,
        "status": "shipped", "effect": "test.effect", **process,
    }  # fmt: skip
    out = [HEAD, f'<bpmn:process id="{ident}" isExecutable="true">', pairs(**told)]
    out.append('<bpmn:startEvent id="start"/>')
    before = "start"
    turn = 0

    def arrow(source, target, condition="", name=None):
        nonlocal turn
        turn += 1
        flow = name or f"f{turn}"
        asked = (
            f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        )
        out.append(
            f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{asked}'
            "</bpmn:sequenceFlow>"
        )
        return flow

    for one, rule in steps:
        out.append(f'<bpmn:userTask id="{one}">{pairs(**rule)}</bpmn:userTask>')
        condition = f"result == '{dict(forks)[before[2:]]}'" if before.startswith("x_") else ""
        arrow(before, one, condition)
        before = one
        if one in dict(forks):
            out.append(f'<bpmn:exclusiveGateway id="x_{one}" default="no_{one}"/>')
            out.append(f'<bpmn:endEvent id="end_{one}"/>')
            arrow(one, f"x_{one}")
            arrow(f"x_{one}", f"end_{one}", name=f"no_{one}")
            before = f"x_{one}"
    out.append('<bpmn:endEvent id="end"/>')
    condition = f"result == '{dict(forks)[before[2:]]}'" if before.startswith("x_") else ""
    arrow(before, "end", condition)
    out.append("</bpmn:process></bpmn:definitions>")
    return "".join(out)


GATE = """id: thu.headed
label: {{vi: "Đang giữ chức vụ lãnh đạo", en: "Holds a leading post"}}
expr: "{expr}"
cites: [{cite}]
status: shipped
special: {special}
examples:
  - name: {{vi: "Có", en: "Met"}}
    day: 2026-01-05
    facts: {{leadership: true}}
    expect: met
  - name: {{vi: "Không", en: "Not met"}}
    day: 2026-01-05
    facts: {{leadership: false}}
    expect: not_met
"""


@contextlib.contextmanager
def local_layer(files):
    """Keep these files in the local layer of the rulebook, for as long as it lasts."""
    top = room("rulebook")
    written = []
    try:
        for inside, text in files.items():
            path = top / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
        forget()
        yield rulebook()
    finally:
        for path in written:
            path.unlink(missing_ok=True)
        forget()
