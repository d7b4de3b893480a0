"""Drawing a procedure: lanes by who acts, columns by order, arrows with right angles.

An author writes the flow and the rules of the steps; this writes lanes and coordinates, so that
two authors never argue about pixels. The same flow always gives the same drawing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from ngangtam.law.engine.bpmn import SPIFF, local, parse, properties, qname
from ngangtam.law.engine.fields import Text2

DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
LANES: Final[Mapping[str, Text2]] = {
    "officer": {"vi": "Tổ chức, cán bộ", "en": "Personnel office"},
    "collective": {"vi": "Lãnh đạo đơn vị", "en": "Leadership"},
    "superior": {"vi": "Cấp có thẩm quyền, nơi được hỏi", "en": "Authority, bodies asked"},
}
_LANE_OF: Final = {
    "officer": "officer",
    "appraiser": "officer",
    "collective": "collective",
    "head": "collective",
    "decider": "superior",
    "body": "superior",
}
_STEP: Final = (150, 80)
_EVENT: Final = (36, 36)
_CHOICE: Final = (50, 50)
_GAP, _SLOT, _LEFT, _TOP, _POOL, _EDGE = 64, 112, 100, 60, 30, 30
_KINDS: Final = ("startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway")
Element = Any  # lxml ships no types of its own


@dataclass(slots=True)
class _Shape:
    """One shape on its way to a place."""

    id: str
    kind: str
    name: str
    lane: str = ""
    rank: int = 0
    slot: int = 0
    x: int = 0
    y: int = 0

    @property
    def size(self) -> tuple[int, int]:
        if self.kind == "userTask":
            return _STEP
        return _EVENT if self.kind.endswith("Event") else _CHOICE

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.size[0] // 2, self.y + self.size[1] // 2


@dataclass(slots=True)
class _Arrow:
    """One arrow; `channel` is the free slot that it runs along when it passes other columns."""

    id: str
    source: _Shape
    target: _Shape
    name: str
    usual: bool
    back: bool = False
    channel: int | None = None
    points: list[tuple[int, int]] = field(default_factory=list)


def lay_out(data: bytes) -> bytes:
    """Return the drawing with lanes and coordinates written anew.

    Errors: BadDrawing for a file that is no drawing; ValueError where the flow has no start.
    """
    root = parse(data)
    process = root.find(qname("process"))
    if process is None or process.find(qname("startEvent")) is None:
        raise ValueError("the file has no process with a start")
    for tag in ("collaboration",):
        for old in root.findall(qname(tag)):
            root.remove(old)
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    for old in process.findall(qname("laneSet")):
        process.remove(old)
    plan = _Plan(process)
    plan.place()
    _write_lanes(root, process, plan)
    _write_diagram(root, process, plan)
    etree.cleanup_namespaces(
        root, top_nsmap={"bpmndi": DI, "dc": DC, "di": DD}, keep_ns_prefixes=["bpmn"]
    )
    etree.indent(root, "  ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


class _Plan:
    def __init__(self, process: Element) -> None:
        self.shapes: dict[str, _Shape] = {}
        roles: dict[str, str] = {}
        for element in process.iterchildren(tag=etree.Element):
            kind = local(element)
            if kind in _KINDS:
                ident = str(element.get("id"))
                self.shapes[ident] = _Shape(ident, kind, str(element.get("name", "")))
                roles[ident] = properties(element).get("role", ("", 0))[0]
        usual = {one.get("default") for one in process.iterchildren(tag=etree.Element)}
        self.arrows = [
            _Arrow(
                str(flow.get("id")),
                self.shapes[str(flow.get("sourceRef"))],
                self.shapes[str(flow.get("targetRef"))],
                str(flow.get("name", "")),
                flow.get("id") in usual,
            )
            for flow in process.findall(qname("sequenceFlow"))
        ]
        for shape in self.shapes.values():
            shape.lane = _LANE_OF.get(roles[shape.id], "")
        self.lanes: list[str] = []
        self.tops: dict[str, int] = {}
        self.heights: dict[str, int] = {}
        self.columns: dict[int, tuple[int, int]] = {}
        self.width = self.height = 0

    def place(self) -> None:
        """Give every shape its place and every arrow its way."""
        self._find_backs()
        self._rank()
        self._lane()
        self._slot()
        self._coordinates()
        for arrow in self.arrows:
            arrow.points = list(self._way(arrow))

    def out(self, shape: _Shape) -> list[_Arrow]:
        return [arrow for arrow in self.arrows if arrow.source is shape]

    def into(self, shape: _Shape) -> list[_Arrow]:
        return [arrow for arrow in self.arrows if arrow.target is shape]

    def _find_backs(self) -> None:
        """Mark the arrows that lead back to something that is still being left."""
        state: dict[str, int] = {}

        def visit(shape: _Shape) -> None:
            state[shape.id] = 1
            for arrow in self.out(shape):
                if state.get(arrow.target.id) == 1:
                    arrow.back = True
                elif arrow.target.id not in state:
                    visit(arrow.target)
            state[shape.id] = 2

        for shape in self.shapes.values():
            if shape.id not in state:
                visit(shape)

    def _rank(self) -> None:
        """Put each shape one column behind the last that leads to it.

        Steps of one lane that would share a column stand one after the other instead, each with
        room for its gateway and end: arrows then never run through a neighbour.
        """
        least: dict[str, int] = {}
        for _ in self.shapes:
            self._rank_by(least)
            clash = self._clash()
            if clash is None:
                return
            first, second = clash
            least[second.id] = first.rank + 3

    def _rank_by(self, least: Mapping[str, int]) -> None:
        for shape in self.shapes.values():
            shape.rank = least.get(shape.id, 0)
        for _ in self.shapes:
            for arrow in self.arrows:
                if not arrow.back:
                    arrow.target.rank = max(arrow.target.rank, arrow.source.rank + 1)

    def _clash(self) -> tuple[_Shape, _Shape] | None:
        here: dict[tuple[str, int], _Shape] = {}
        for shape in self.shapes.values():
            if shape.kind == "userTask":
                other = here.setdefault((shape.lane, shape.rank), shape)
                if other is not shape:
                    return other, shape
        return None

    def _lane(self) -> None:
        """Shapes that nobody acts in stand beside the step before them; the start, behind."""
        for _ in self.shapes:
            for arrow in self.arrows:
                if not arrow.target.lane and not arrow.back:
                    arrow.target.lane = arrow.source.lane
        for _ in self.shapes:
            for arrow in reversed(self.arrows):
                if not arrow.source.lane:
                    arrow.source.lane = arrow.target.lane
        used = {shape.lane for shape in self.shapes.values()}
        self.lanes = [lane for lane in LANES if lane in used] or ["officer"]
        for shape in self.shapes.values():  # what nothing leads to is drawn all the same
            shape.lane = shape.lane or self.lanes[0]

    def _slot(self) -> None:
        """Stack what falls on the same place of a lane; find free slots for long arrows."""
        taken: set[tuple[str, int, int]] = set()

        def free(lane: str, ranks: range, least: int = 0) -> int:
            slot = least
            while any((lane, rank, slot) in taken for rank in ranks):
                slot += 1
            taken.update((lane, rank, slot) for rank in ranks)
            return slot

        order = {"userTask": 0, "exclusiveGateway": 1, "parallelGateway": 1, "startEvent": 2}
        going = sorted(self.shapes.values(), key=lambda one: (order.get(one.kind, 3), one.rank))
        for shape in going:
            shape.slot = free(shape.lane, range(shape.rank, shape.rank + 1))
        for arrow in self.arrows:
            between = range(arrow.source.rank + 1, arrow.target.rank)
            if not arrow.back and between:
                arrow.channel = free(arrow.target.lane, between)

    def _coordinates(self) -> None:
        x = _POOL + _LEFT - 30
        for rank in range(max(shape.rank for shape in self.shapes.values()) + 1):
            here = [shape for shape in self.shapes.values() if shape.rank == rank]
            width = max(shape.size[0] for shape in here) if here else 0
            self.columns[rank] = (x, width)
            x += width + _GAP
        self.width = x - _GAP + 70
        y = _TOP
        channels = [
            (arrow.target.lane, arrow.channel) for arrow in self.arrows if arrow.channel is not None
        ]
        slots = [(shape.lane, shape.slot) for shape in self.shapes.values()] + channels
        for lane in self.lanes:
            most = max((slot for name, slot in slots if name == lane), default=0)
            self.tops[lane] = y
            self.heights[lane] = (most + 1) * _SLOT
            y += self.heights[lane]
        if any(arrow.back for arrow in self.arrows):
            self.heights[self.lanes[-1]] += _EDGE
            y += _EDGE
        self.height = y - _TOP
        for shape in self.shapes.values():
            left, width = self.columns[shape.rank]
            shape.x = left + (width - shape.size[0]) // 2
            shape.y = self._row(shape.lane, shape.slot) - shape.size[1] // 2

    def _row(self, lane: str, slot: int) -> int:
        return self.tops[lane] + slot * _SLOT + _SLOT // 2

    def _way(self, arrow: _Arrow) -> Iterator[tuple[int, int]]:
        source, target = arrow.source, arrow.target
        (sx, sy), (tx, ty) = source.middle, target.middle
        if arrow.back:
            under = _TOP + self.height - _EDGE // 2
            yield from (
                (sx, source.y + source.size[1]), (sx, under), (tx, under),
                (tx, target.y + target.size[1]),
            )  # fmt: skip
            return
        end = (target.x, ty)
        run = ty if arrow.channel is None else self._row(target.lane, arrow.channel)
        turn = self.columns[target.rank][0] - _GAP // 2
        split = source.kind.endswith("Gateway")
        if split and run != sy:  # out of the top or the bottom of the diamond
            yield sx, (source.y + source.size[1] if run > sy else source.y)
            yield sx, run
        else:
            yield source.x + source.size[0], sy
            if run != sy:
                leave = self.columns[source.rank][0] + self.columns[source.rank][1] + _GAP // 2
                yield leave, sy
                yield leave, run
        if run != ty:
            yield turn, run
            yield turn, ty
        yield end


# -- writing -------------------------------------------------------------------------------------


def _write_lanes(root: Element, process: Element, plan: _Plan) -> None:
    label = properties(process).get("label_vi", ("", 0))[0] or str(process.get("id"))
    process.set("name", label)
    group = etree.Element(qname("collaboration"), id="collaboration")
    etree.SubElement(
        group, qname("participant"), id="pool", name=label, processRef=str(process.get("id"))
    )
    root.insert(list(root).index(process), group)
    lanes = etree.Element(qname("laneSet"), id="lanes")
    for lane in plan.lanes:
        one = etree.SubElement(lanes, qname("lane"), id=f"lane_{lane}", name=LANES[lane]["vi"])
        _speak(one, LANES[lane])
        for shape in plan.shapes.values():
            if shape.lane == lane:
                etree.SubElement(one, qname("flowNodeRef")).text = shape.id
    first = process.find(qname("extensionElements"))
    process.insert(0 if first is None else list(process).index(first) + 1, lanes)


def _speak(element: Element, label: Text2) -> None:
    """Keep both languages beside the name: the page draws the reader's."""
    extensions = etree.SubElement(element, qname("extensionElements"))
    pairs = etree.SubElement(extensions, f"{{{SPIFF}}}properties")
    for lang, words in label.items():
        etree.SubElement(pairs, f"{{{SPIFF}}}property", name=f"label_{lang}", value=words)


def _write_diagram(root: Element, process: Element, plan: _Plan) -> None:
    diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", id="diagram")
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id="plane", bpmnElement="collaboration")
    _shape(plane, "pool", (0, _TOP, plan.width, plan.height), horizontal=True)
    for lane in plan.lanes:
        box = (_POOL, plan.tops[lane], plan.width - _POOL, plan.heights[lane])
        _shape(plane, f"lane_{lane}", box, horizontal=True)
    for shape in plan.shapes.values():
        drawn = _shape(plane, shape.id, (shape.x, shape.y, *shape.size))
        if shape.kind == "exclusiveGateway":
            drawn.set("isMarkerVisible", "true")
        if shape.name and shape.kind != "userTask":
            wide = 110
            under = shape.y + shape.size[1] + 4
            _label(drawn, (shape.middle[0] - wide // 2, under, wide, 27))
    for arrow in plan.arrows:
        edge = etree.SubElement(
            plane, f"{{{DI}}}BPMNEdge", id=f"{arrow.id}_di", bpmnElement=arrow.id
        )
        for x, y in arrow.points:
            etree.SubElement(edge, f"{{{DD}}}waypoint", x=str(x), y=str(y))
        if arrow.name:
            (x, y), (_, next_y) = arrow.points[:2]
            wide = min(90, 7 * len(arrow.name) + 6)
            if y == next_y:
                _label(edge, (x + (_GAP - wide) // 2 - 3, y - 18, wide, 14))
            else:
                _label(edge, (x + 5, (y + next_y) // 2 - 7, wide, 14))


def _shape(
    plane: Element, ident: str, box: tuple[int, int, int, int], *, horizontal: bool = False
) -> Element:
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"{ident}_di", bpmnElement=ident)
    if horizontal:
        shape.set("isHorizontal", "true")
    _bounds(shape, box)
    return shape


def _label(parent: Element, box: tuple[int, int, int, int]) -> None:
    _bounds(etree.SubElement(parent, f"{{{DI}}}BPMNLabel"), box)


def _bounds(parent: Element, box: tuple[int, int, int, int]) -> None:
    x, y, width, height = (str(value) for value in box)
    etree.SubElement(parent, f"{{{DC}}}Bounds", x=x, y=y, width=width, height=height)
