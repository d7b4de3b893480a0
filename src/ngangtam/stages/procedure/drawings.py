"""The text of a procedure as a case began with it: its rules, and what the engine runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from ngangtam.law.engine import rulebook
from ngangtam.law.engine.bpmn import read_procedure
from ngangtam.law.engine.model import Place
from ngangtam.law.engine.procedures import FlowNode, Procedure, StepRule

# Results after which nothing goes on by itself.
AGAINST: Final = frozenset({"failed", "refused", "not_met"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """One version of a procedure, read for cases.

    Shape: `rules` with their numbers as of the day on which the case began.
    """

    procedure: Procedure

    @property
    def rules(self) -> Mapping[str, StepRule]:
        return self.procedure.steps

    def rule(self, bpmn: str) -> StepRule:
        return self.procedure.steps[bpmn]

    def asks_after(self, bpmn: str) -> bool:
        """Whether the path parts right behind the step, by its result."""
        return any(self._node(edge.target).kind == "choice" for edge in self.procedure.after(bpmn))

    def _node(self, ident: str) -> FlowNode:
        return self.procedure.nodes[ident]

    def is_last_decision(self, bpmn: str) -> bool:
        """Whether no later decision follows: the one that carries the effect out."""
        order = list(self.procedure.steps)
        later = {
            one for one in order[order.index(bpmn) + 1 :]
            if self.procedure.steps[one].kind == "decide"
        }  # fmt: skip
        return not later & self.reached_from(bpmn)

    def reached_from(self, bpmn: str) -> set[str]:
        """Return every shape that may still come after a step."""
        seen: set[str] = set()
        todo = [bpmn]
        while todo:
            for edge in self.procedure.after(todo.pop()):
                if edge.target not in seen:
                    seen.add(edge.target)
                    todo.append(edge.target)
        return seen


@lru_cache(maxsize=256)
def _read(digest: str, xml: str, ident: str) -> Procedure:
    problems: list[Any] = []
    found = read_procedure(xml.encode(), ident, Place(f"{ident}.bpmn"), problems)
    if found is None or problems:
        raise ValueError(f"{ident} {digest}: {problems[:1]}")
    return found


def drawing_of(digest: str, xml: str, ident: str, on: date) -> Drawing:
    """Return a version as of the day on which the case began. Errors: ValueError."""
    return Drawing(_read(digest, xml, ident).on(on, rulebook().lookup))


@lru_cache(maxsize=256)
def spec_of(digest: str, xml: str, ident: str) -> BpmnProcessSpec:
    """Return what the engine runs; parsed once a version and process.

    Errors: ValueError for a text that is no procedure: the engine's own parser takes more.
    """
    _read(digest, xml, ident)
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(xml.encode())
    return parser.get_spec(ident)


def find(ident: str, on: date) -> Procedure | None:
    """Return the version of a procedure in force on a day, None when there is none."""
    versions = rulebook().procedures.get(ident)
    return versions.on(on) if versions is not None else None
