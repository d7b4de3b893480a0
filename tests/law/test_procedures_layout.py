"""The drawing that is computed: nothing overlaps, every arrow has right angles and a way."""

from itertools import combinations, pairwise

import pytest
from lxml import etree

from law.drawings import FLOW, PATH, drawing
from ngangtam.law.engine.bpmn_layout import lay_out
from ngangtam.law.engine.loader import load

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
SHIPPED = [one for versions in load().procedures.values() for one in versions.versions]


def _boxes(root):
    found = {}
    for shape in root.iterfind(".//bpmndi:BPMNShape", NS):
        bounds = shape.find("dc:Bounds", NS)
        found[shape.get("bpmnElement")] = tuple(
            float(bounds.get(name)) for name in ("x", "y", "width", "height")
        )
    return found


def _apart(one, other):
    (x, y, w, h), (a, b, c, d) = one, other
    return x + w <= a or a + c <= x or y + h <= b or b + d <= y


def _inside(one, other):
    (x, y, w, h), (a, b, c, d) = one, other
    return a <= x and b <= y and x + w <= a + c and y + h <= b + d


@pytest.mark.parametrize("procedure", SHIPPED, ids=lambda one: f"{one.id}@{one.from_day}")
def test_shapes_stand_apart_each_in_its_lane(procedure):
    root = etree.fromstring(procedure.xml.encode())
    boxes = _boxes(root)
    assert set(procedure.nodes) <= set(boxes)
    for one, other in combinations(procedure.nodes, 2):
        assert _apart(boxes[one], boxes[other]), (one, other)
    for lane in root.iterfind(".//bpmn:lane", NS):
        for ref in lane.iterfind("bpmn:flowNodeRef", NS):
            assert _inside(boxes[ref.text], boxes[lane.get("id")]), ref.text


@pytest.mark.parametrize("procedure", SHIPPED, ids=lambda one: f"{one.id}@{one.from_day}")
def test_arrows_have_right_angles_and_cross_no_step(procedure):
    root = etree.fromstring(procedure.xml.encode())
    boxes = _boxes(root)
    edges = {edge.id: edge for edge in procedure.edges}
    for drawn in root.iterfind(".//bpmndi:BPMNEdge", NS):
        edge = edges.pop(drawn.get("bpmnElement"))
        points = [(float(p.get("x")), float(p.get("y"))) for p in drawn.iterfind("di:waypoint", NS)]
        assert len(points) >= 2
        for (x, y), (a, b) in pairwise(points):
            assert x == a or y == b
            line = (min(x, a), min(y, b), abs(x - a), abs(y - b))
            for node, box in boxes.items():
                if node in procedure.steps and node not in (edge.source, edge.target):
                    assert _apart(line, box), (edge.id, node)
    assert edges == {}, "an arrow that is not drawn"


def test_drawing_twice_changes_nothing():
    once = lay_out(drawing().encode())

    assert lay_out(once) == once


def test_rules_survive_the_drawing(example_book):
    book = example_book({PATH: lay_out(drawing().encode()).decode()})

    assert book.problems == ()
    assert book.procedures["civil_servant.example"].latest.steps["ask"].days == 15


def test_a_way_back_is_drawn_too():
    back = FLOW.replace('id="no" sourceRef="choice" targetRef="stopped"',
                        'id="no" sourceRef="choice" targetRef="ask"')  # fmt: skip
    back = back.replace('<bpmn:endEvent id="stopped"/>', "")

    root = etree.fromstring(lay_out(drawing(flow=back).encode()))

    edge = root.find('.//bpmndi:BPMNEdge[@bpmnElement="no"]', NS)
    points = [float(one.get("y")) for one in edge.iterfind("di:waypoint", NS)]
    boxes = _boxes(root)
    assert max(points) > max(boxes[one][1] + boxes[one][3] for one in ("ask", "meet", "choice"))


def test_a_file_without_a_start_cannot_be_drawn():
    with pytest.raises(ValueError, match="no process with a start"):
        lay_out(drawing(flow=FLOW.replace('<bpmn:startEvent id="start"/>', "")).encode())
