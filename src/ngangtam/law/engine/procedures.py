"""What a procedure is: steps in order, who acts, by which numbers, on which citation.

A procedure is drawn once, as BPMN, and read three times: by people as a diagram, by the case that
runs it, and here, where each step carries its rule. `bpmn.py` reads the drawing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, Literal

from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.model import Place
from ngangtam.law.engine.values import Value

Lookup = Callable[[str, date], Value]
NodeKind = Literal["start", "end", "step", "choice", "split"]

KINDS: Final = (
    "document", "opinion", "dossier", "gates", "meeting", "appraise", "decide", "notice", "record",
)  # fmt: skip
ROLES: Final = ("officer", "head", "appraiser", "decider", "collective", "body")
STAGES: Final = (
    "planning", "appointment", "reappointment", "secondment", "nomination", "exam", "removal",
    "resignation", "dismissal", "suspension", "retirement", "confidence", "committee",
)  # fmt: skip
SUBJECTS: Final = ("person", "post", "list")
SIGNED: Final = ("", "optional", "no")
# Whose opinion or decision a step asks for.
BODIES: Final[Mapping[str, Text2]] = {
    "unit": {"vi": "Đơn vị nơi người đó công tác", "en": "The unit where the person works"},
    "receiving_unit": {"vi": "Đơn vị tiếp nhận", "en": "The receiving unit"},
    "superior": {"vi": "Cấp có thẩm quyền", "en": "The competent authority"},
    "party_committee": {"vi": "Cấp ủy cùng cấp", "en": "The Party committee of the same level"},
    "inspection": {"vi": "Cơ quan kiểm tra, thanh tra", "en": "The inspection body"},
    "residence": {"vi": "Chi ủy nơi cư trú", "en": "The Party cell at the residence"},
    "standing_body": {"vi": "Thường trực cơ quan dân cử", "en": "The standing elected body"},
    "front": {"vi": "Mặt trận Tổ quốc", "en": "The Fatherland Front"},
    "nominator": {
        "vi": "Cơ quan, người đã giới thiệu",
        "en": "The body or person that nominated",
    },
    "board": {"vi": "Hội đồng thi tuyển", "en": "The examination board"},
    "person": {"vi": "Người được xem xét", "en": "The person concerned"},
}
# What may come out of a step, and so what a gateway may ask of `result`; the first is the usual.
RESULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "document": ("done",),
    "opinion": ("agreed", "refused", "silent"),
    "dossier": ("complete",),
    "gates": ("met", "not_met"),
    "meeting": ("passed", "failed"),
    "appraise": ("agreed", "refused"),
    "decide": ("approved", "refused"),
    "notice": ("done",),
    "record": ("done",),
}
RESULT_WORDS: Final[Mapping[str, Text2]] = {
    "done": {"vi": "Đã làm xong", "en": "Done"},
    "agreed": {"vi": "Đồng ý", "en": "Agreed"},
    "refused": {"vi": "Không đồng ý", "en": "Refused"},
    "silent": {"vi": "Hết hạn không trả lời", "en": "No answer in time"},
    "complete": {"vi": "Đủ hồ sơ", "en": "Complete"},
    "met": {"vi": "Đủ điều kiện", "en": "Conditions met"},
    "not_met": {"vi": "Không đủ điều kiện", "en": "Conditions not met"},
    "passed": {"vi": "Thông qua", "en": "Passed"},
    "failed": {"vi": "Không thông qua", "en": "Not passed"},
    "approved": {"vi": "Quyết định đồng ý", "en": "Decided in favour"},
    "extended": {"vi": "Gia hạn", "en": "Extended"},
    "ended": {"vi": "Kết thúc", "en": "Ended"},
    "tied": {"vi": "Đúng một nửa: người đứng đầu quyết định", "en": "Exactly half: head decides"},
    "differing": {"vi": "Ý kiến khác nhau", "en": "Opinions differ"},
}


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step and its rule, on a day.

    Shape: `days` working days to do it, counted from its opening; `within` working days, from its
        opening too, in which the whole rest of the procedure must end; `before` calendar days that
        it must be done ahead of the day of the session. `quorum` is "2/3" of `quorum_of`.
        `results` are the values that the step may leave in `result`. `waits` names parameters that
        nobody has confirmed: what depends on them is empty, and a person decides.
    """

    id: str
    kind: str
    label: Text2
    role: str
    cites: tuple[str, ...]
    status: str = "shipped"
    body: str = ""
    ballot: str = ""
    seats: int | None = None
    announced: bool | None = None
    signed: str = ""
    quorum: str = ""
    quorum_of: str = ""
    days: int | None = None
    within: int | None = None
    before: int | None = None
    gates: tuple[str, ...] = ()
    dossier: tuple[str, ...] = ()
    document: str = ""
    silence: bool = False
    not_by: tuple[str, ...] = ()
    results: tuple[str, ...] = ("done",)
    note: Text2 | None = None
    waits: tuple[str, ...] = ()
    line: int = 1
    # What the author wrote where a parameter gives the value: field → parameter id.
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """Whether the rule of the step is confirmed; else the page says that a person decides."""
        return self.status == "shipped"


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One shape of the drawing that work passes through."""

    id: str
    kind: NodeKind
    name: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class FlowEdge:
    """One arrow. `condition` is asked by a choice; `default` is taken when no other is."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    default: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class Procedure:
    """One version of a procedure.

    Shape: `steps` by id in the order of the file; `xml` the drawing as it was written; `digest` of
        its text. A procedure `to_confirm` is shown and not run.
    """

    id: str
    regime: str
    stage: str
    subject: str
    label: Text2
    from_day: date
    until: date | None
    status: str
    cites: tuple[str, ...]
    steps: Mapping[str, StepRule]
    effect: str
    xml: str
    digest: str
    place: Place
    nodes: Mapping[str, FlowNode]
    edges: tuple[FlowEdge, ...]
    note: Text2 | None = None

    @property
    def is_on(self) -> bool:
        """Whether cases may run by it."""
        return self.status == "shipped"

    def after(self, node: str) -> tuple[FlowEdge, ...]:
        """Return the arrows that leave a node."""
        return tuple(edge for edge in self.edges if edge.source == node)

    def all_cites(self) -> tuple[str, ...]:
        """Return every pinpoint of the procedure and its steps, once."""
        inner = (cite for step in self.steps.values() for cite in step.cites)
        return tuple(dict.fromkeys((*self.cites, *inner)))

    def on(self, day: date, lookup: Lookup) -> "Procedure":
        """Return it with every number that a parameter gives as that parameter stands on a day."""
        return replace(self, steps={key: _on(one, day, lookup) for key, one in self.steps.items()})


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of one procedure, the oldest first."""

    id: str
    versions: tuple[Procedure, ...]
    lookup: Lookup

    def on(self, day: date) -> Procedure | None:
        """Return the version in force on a day, its numbers as of that day."""
        for version in reversed(self.versions):
            if version.from_day <= day and (version.until is None or day < version.until):
                return version.on(day, self.lookup)
        return None

    def by_digest(self, digest: str) -> Procedure | None:
        """Return the version that a case began with."""
        return next((one for one in self.versions if one.digest == digest), None)

    @property
    def latest(self) -> Procedure:
        """The newest version, numbers unresolved."""
        return self.versions[-1]


def _on(step: StepRule, day: date, lookup: Lookup) -> StepRule:
    if not step.parameters:
        return step
    values: dict[str, Any] = {}  # each field has its own type
    waits: list[str] = []
    cites = list(step.cites)
    for name, ident in step.parameters.items():
        try:
            found = lookup(ident, day)
        except KeyError:
            waits.append(ident)
            continue
        if found.state != "in_force":
            waits.append(ident)
            continue
        cites += found.cites
        values[name] = _said(name, found.value)
    return replace(
        step,
        **values,
        waits=tuple(waits),
        cites=tuple(dict.fromkeys(cites)),
    )


def _said(name: str, value: object) -> object:
    """Return a parameter's value as the field keeps it."""
    if name == "quorum" and isinstance(value, Mapping):
        return f"{value['numerator']}/{value['of']}"
    if name == "dossier" and isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return value


def near(wanted: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return known ids that look like the one asked for."""
    names = list(known)
    inside = [name for name in names if wanted and wanted.lower() in name]
    close = get_close_matches(wanted.lower(), names, n=most, cutoff=0.5)
    return tuple(dict.fromkeys((*close, *inside)))[:most]
