"""Reading one BPMN file into a procedure: strictly, and never running anything of it.

A drawing is text that somebody may hand us: no document type, no entities, no network, bounded in
size; of BPMN only the few shapes that a procedure needs, and conditions that can only compare
`result` with words. Whatever else stands in the file is refused with its line.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from ngangtam.law.engine.bpmn_flow import flow_problems
from ngangtam.law.engine.fields import ID, Text2
from ngangtam.law.engine.model import Place
from ngangtam.law.engine.procedures import (
    BODIES,
    KINDS,
    RESULT_WORDS,
    RESULTS,
    ROLES,
    SIGNED,
    STAGES,
    SUBJECTS,
    FlowEdge,
    FlowNode,
    NodeKind,
    Procedure,
    StepRule,
)
from ngangtam.law.engine.readers import REGIMES, STATUSES
from ngangtam.law.engine.yamls import Problem

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
MAX_BYTES: Final = 512_000
MAX_SHAPES: Final = 200
_NAME: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")
_QUORUM: Final = re.compile(r"^[1-9]\d?/[1-9]\d?$")
_NODES: Final[Mapping[str, NodeKind]] = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "step",
    "exclusiveGateway": "choice",
    "parallelGateway": "split",
}
_BESIDE: Final = ("sequenceFlow", "laneSet", "extensionElements", "documentation")
_INSIDE: Final = ("incoming", "outgoing", "extensionElements", "documentation")
_PROCESS_KEYS: Final = frozenset(
    [
        "label_vi",
        "label_en",
        "note_vi",
        "note_en",
        "stage",
        "regime",
        "subject",
        "from",
        "until",
        "cites",
        "status",
        "effect",
    ]
)
_STEP_KEYS: Final = frozenset(
    [
        "kind",
        "label_vi",
        "label_en",
        "note_vi",
        "note_en",
        "role",
        "body",
        "ballot",
        "announced",
        "signed",
        "quorum",
        "quorum_of",
        "gates",
        "dossier",
        "document",
        "cites",
        "status",
        "silence",
        "not_by",
        "results",
        "days",
        "within",
        "before",
        "seats",
    ]
)
Element = Any  # lxml ships no types of its own


class BadDrawing(Exception):  # noqa: N818  # reads as what it is
    """A file that is no drawing that we read; carries the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def parse(data: bytes) -> Element:
    """Return the root element of a drawing.

    Errors: BadDrawing for anything that is not small, plain, well-formed UTF-8 XML.
    """
    if len(data) > MAX_BYTES:
        raise BadDrawing(0, f"the file is larger than {MAX_BYTES // 1000} kB")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadDrawing(0, "the file is not UTF-8") from error
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise BadDrawing(line, f"not well-formed XML: {error.msg}") from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise BadDrawing(1, "a document type or entities are not allowed")
    if info.encoding and info.encoding.upper() != "UTF-8":
        raise BadDrawing(1, "the file must say UTF-8")
    return root


def read_procedure(
    data: bytes, ident: str, place: Place, problems: list[Problem]
) -> Procedure | None:
    """Read one version of a procedure; None when nothing can be made of the file.

    Shape: whatever is wrong is added to `problems` with its line.
    """
    try:
        root = parse(data)
    except BadDrawing as error:
        problems.append(Problem(place.file, error.line, error.message))
        return None
    return _Reader(root, data, ident, place, problems).read()


def qname(tag: str) -> str:
    """Return a BPMN tag with its namespace."""
    return f"{{{BPMN}}}{tag}"


def local(element: Element) -> str:
    """Return the tag of a BPMN element, '' for anything of another namespace."""
    name = etree.QName(element)
    return str(name.localname) if name.namespace == BPMN else ""


def properties(element: Element) -> dict[str, tuple[str, int]]:
    """Return the name/value pairs that an element carries, each with its line."""
    path = f"{qname('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property"
    return {
        str(one.get("name", "")): (" ".join(str(one.get("value", "")).split()), one.sourceline)
        for one in element.findall(path)
    }


def children(element: Element) -> Iterator[Element]:
    """Yield the child elements; comments and instructions left out."""
    yield from element.iterchildren(tag=etree.Element)


class _Pairs:
    """The pairs of one element, read key by key as `Fields` reads YAML."""

    def __init__(self, reader: "_Reader", element: Element, known: frozenset[str]) -> None:
        self.reader, self.line = reader, int(element.sourceline)
        self.pairs = properties(element)
        self.parameters: dict[str, str] = {}
        for key, (_, line) in self.pairs.items():
            if key not in known:
                reader.problem(
                    line, f"unknown property '{key}' (known: {', '.join(sorted(known))})"
                )

    def problem(self, key: str, message: str) -> None:
        self.reader.problem(self.pairs.get(key, ("", self.line))[1], message)

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.pairs.get(key, ("", 0))[0]
        if not value and required:
            self.problem(key, f"'{key}' is missing")
        return value

    def text2(self, key: str, *, required: bool = True) -> Text2:
        return {lang: self.text(f"{key}_{lang}", required=required) for lang in ("vi", "en")}

    def note(self) -> Text2 | None:
        if not (self.text("note_vi") or self.text("note_en")):
            return None
        return self.text2("note")

    def choice(self, key: str, options: tuple[str, ...], default: str = "") -> str:
        value = self.text(key, required=not default and "" not in options)
        if not value:
            return default if default or "" in options else options[0]
        if value not in options:
            listed = ", ".join(one for one in options if one)
            self.problem(key, f"'{key}' must be one of {listed}, got '{value}'")
            return default or options[0]
        return value

    def words(self, key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(key).split(",") if part.strip())

    def flag(self, key: str) -> bool | None:
        value = self.choice(key, ("", "yes", "no"))
        return None if not value else value == "yes"

    def day(self, key: str, *, required: bool) -> date | None:
        value = self.text(key, required=required)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.problem(key, f"'{key}' must be a day, YYYY-MM-DD")
            return None

    def number(self, key: str) -> int | None:
        """Return a whole number; the id of a parameter is kept for the day asked about."""
        value = self.text(key)
        if not value:
            return None
        if value.isdecimal() and 0 < int(value) <= 999:
            return int(value)
        if "." in value and ID.match(value):
            self.parameters[key] = value
        else:
            self.problem(key, f"'{key}' must be a whole number or the id of a parameter")
        return None

    def quorum(self) -> str:
        value = self.text("quorum")
        if value and not _QUORUM.match(value):
            if "." in value and ID.match(value):
                self.parameters["quorum"] = value
            else:
                self.problem("quorum", "'quorum' must be like 2/3 or the id of a parameter")
            return ""
        return value

    def dossier(self) -> tuple[str, ...]:
        words = self.words("dossier")
        if len(words) == 1 and "." in words[0]:
            self.parameters["dossier"] = words[0]
            return ()
        return words


class _Reader:
    def __init__(
        self, root: Element, data: bytes, ident: str, place: Place, problems: list[Problem]
    ) -> None:
        self.root, self.data, self.ident = root, data, ident
        self.place, self.problems = place, problems

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.place.file, int(line or 0), message))

    def read(self) -> Procedure | None:
        if self.root.tag != qname("definitions"):
            self.problem(1, "the root must be bpmn:definitions")
            return None
        processes = self.root.findall(qname("process"))
        if len(processes) != 1:
            self.problem(1, f"exactly one process is expected, {len(processes)} found")
            return None
        process = processes[0]
        if process.get("id") != self.ident:
            self.problem(
                process.sourceline,
                f"the id of the process '{process.get('id')}' is not the path; "
                f"it must be '{self.ident}'",
            )
        if process.get("isExecutable") != "true":
            self.problem(process.sourceline, 'the process must say isExecutable="true"')
        self._allowed(process)
        nodes = self._nodes(process)
        if len(nodes) > MAX_SHAPES:
            self.problem(process.sourceline, f"a procedure has at most {MAX_SHAPES} shapes")
            return None
        edges = self._edges(process, nodes)
        steps = self._steps(process)
        pairs = _Pairs(self, process, _PROCESS_KEYS)
        found = Procedure(
            id=self.ident,
            regime=pairs.choice("regime", REGIMES),
            stage=pairs.choice("stage", STAGES),
            subject=pairs.choice("subject", SUBJECTS),
            label=pairs.text2("label"),
            from_day=pairs.day("from", required=True) or date.min,
            until=pairs.day("until", required=False),
            status=pairs.choice("status", STATUSES),
            cites=self._cites(pairs),
            steps=steps,
            effect=pairs.text("effect"),
            xml=self.data.decode("utf-8"),
            digest=sha256(self.data).hexdigest()[:32],
            place=self.place,
            nodes=nodes,
            edges=edges,
            note=pairs.note(),
        )
        if found.until and found.until <= found.from_day:
            pairs.problem("until", "'until' must be later than 'from'")
        if not steps:
            self.problem(process.sourceline, "a procedure needs at least one step")
        for line, message in flow_problems(found):
            self.problem(line, message)
        return found

    def _allowed(self, process: Element) -> None:
        """Refuse shapes that would do something by themselves."""
        for element in process.iter(tag=etree.Element):
            name = local(element)
            if name in ("script", "scriptTask", "serviceTask", "callActivity", "subProcess"):
                self.problem(element.sourceline, f"'{name}' is not allowed: it would run by itself")
        for child in children(process):
            name = local(child)
            if name not in _NODES and name not in _BESIDE:
                self.problem(child.sourceline, f"'{name or child.tag}' has no place in a procedure")
            for inner in children(child) if name in _NODES else ():
                if local(inner) not in _INSIDE:
                    what = local(inner) or inner.tag
                    self.problem(inner.sourceline, f"'{what}' is not allowed in a {name}")
        for extensions in process.iter(qname("extensionElements")):
            for inner in children(extensions):
                if inner.tag != f"{{{SPIFF}}}properties":
                    what = etree.QName(inner).localname
                    self.problem(inner.sourceline, f"extension '{what}' is not allowed")

    def _nodes(self, process: Element) -> dict[str, FlowNode]:
        nodes: dict[str, FlowNode] = {}
        for child in children(process):
            kind = _NODES.get(local(child))
            if kind is None:
                continue
            ident = str(child.get("id", ""))
            if not _NAME.match(ident):
                self.problem(child.sourceline, f"'{ident}' cannot be the id of a shape")
            if ident in nodes:
                self.problem(child.sourceline, f"the id '{ident}' stands twice")
            nodes[ident] = FlowNode(ident, kind, str(child.get("name", "")), child.sourceline)
        return nodes

    def _edges(self, process: Element, nodes: Mapping[str, FlowNode]) -> tuple[FlowEdge, ...]:
        usual = {
            child.get("default") for child in children(process) if child.get("default") is not None
        }
        edges = []
        for flow in process.findall(qname("sequenceFlow")):
            source, target = str(flow.get("sourceRef", "")), str(flow.get("targetRef", ""))
            for end in (source, target):
                if end not in nodes:
                    self.problem(flow.sourceline, f"the arrow leads to or from nothing: '{end}'")
            asked = flow.find(qname("conditionExpression"))
            ident = str(flow.get("id", ""))
            edges.append(
                FlowEdge(
                    id=ident,
                    source=source,
                    target=target,
                    name=str(flow.get("name", "")),
                    condition=str(asked.text or "").strip() if asked is not None else "",
                    default=ident in usual,
                    line=flow.sourceline,
                )
            )
        known = {edge.id for edge in edges}
        for stray in sorted(one for one in usual if one not in known):
            self.problem(process.sourceline, f"the default arrow '{stray}' does not exist")
        return tuple(edge for edge in edges if edge.source in nodes and edge.target in nodes)

    def _steps(self, process: Element) -> dict[str, StepRule]:
        return {
            str(task.get("id", "")): self._step(task) for task in process.findall(qname("userTask"))
        }

    def _step(self, task: Element) -> StepRule:
        pairs = _Pairs(self, task, _STEP_KEYS)
        kind = pairs.choice("kind", KINDS)
        body = pairs.text("body")
        if body and body not in BODIES:
            pairs.problem("body", f"'body' must be one of {', '.join(BODIES)}, got '{body}'")
        rule = StepRule(
            id=str(task.get("id", "")),
            kind=kind,
            label=pairs.text2("label"),
            role=pairs.choice("role", ROLES),
            cites=self._cites(pairs),
            status=pairs.choice("status", STATUSES, "shipped"),
            body=body,
            ballot=pairs.text("ballot"),
            seats=pairs.number("seats"),
            announced=pairs.flag("announced"),
            signed=pairs.choice("signed", SIGNED),
            quorum=pairs.quorum(),
            quorum_of=pairs.choice("quorum_of", ("", "convened")),
            days=pairs.number("days"),
            within=pairs.number("within"),
            before=pairs.number("before"),
            gates=pairs.words("gates"),
            dossier=pairs.dossier(),
            document=pairs.text("document"),
            silence=bool(pairs.flag("silence")),
            not_by=pairs.words("not_by"),
            results=self._results(pairs, kind),
            note=pairs.note(),
            line=task.sourceline,
            parameters=pairs.parameters,
        )
        self._sense(pairs, rule)
        return rule

    def _results(self, pairs: _Pairs, kind: str) -> tuple[str, ...]:
        told = pairs.words("results")
        for word in told:
            if word not in RESULT_WORDS:
                pairs.problem(
                    "results", f"'{word}' is no result (known: {', '.join(RESULT_WORDS)})"
                )
        usual = RESULTS[kind]
        if kind == "opinion" and not pairs.flag("silence"):
            usual = tuple(word for word in usual if word != "silent")
        return told or usual

    def _sense(self, pairs: _Pairs, rule: StepRule) -> None:
        """Refuse rules that contradict themselves."""
        meeting = rule.kind == "meeting"
        for key in ("ballot", "seats", "announced", "signed", "quorum"):
            if pairs.text(key) and not meeting:
                pairs.problem(key, f"'{key}' belongs to a meeting only")
        if bool(pairs.text("quorum")) != bool(rule.quorum_of):
            pairs.problem("quorum", "'quorum' and 'quorum_of' go together")
        if rule.gates and rule.kind not in ("gates", "decide"):
            pairs.problem("gates", "'gates' belong to a step of the kind gates")
        if rule.kind == "gates" and not rule.gates:
            pairs.problem("gates", "a step of the kind gates names its gates")
        if rule.kind == "dossier" and not (rule.dossier or "dossier" in rule.parameters):
            pairs.problem("dossier", "a step of the kind dossier names its items")
        if rule.role == "body" and not rule.body:
            pairs.problem("body", "the role body says which body")
        if rule.silence and not (rule.days or "days" in rule.parameters):
            pairs.problem("silence", "silence needs a deadline: 'days'")
        for kind in rule.not_by:
            if kind not in KINDS:
                pairs.problem("not_by", f"'{kind}' is no kind of step")

    def _cites(self, pairs: _Pairs) -> tuple[str, ...]:
        cites = pairs.words("cites")
        if not cites:
            pairs.problem("cites", "a citation is missing: 'cites'")
        return cites
