"""Walking a drawing: where a case stands, which steps wait, what the next path is.

The walk itself is SpiffWorkflow's. What is kept is plain JSON without the drawing; the drawing is
parsed once a version. A condition may compare `result` with words and can do nothing else.
"""

import ast
import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.helpers.bpmn_converter import BpmnConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

RESULT: Final = "result"


class BadConditionError(ValueError):
    """A drawing asks what no drawing may ask."""


class _Conditions(PythonScriptEngine):  # type: ignore[misc]  # the library ships no types
    """Reads comparisons of `result` with words; runs no code of a drawing."""

    def __init__(self) -> None:
        super().__init__()

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:
        return holds(expression, str(task.data.get(RESULT, "")))

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        raise BadConditionError(script[:80])

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        raise BadConditionError("service")


def holds(text: str, result: str) -> bool:
    """Whether a condition holds. Errors: BadConditionError for anything but a comparison."""
    return _holds(ast.parse(text, mode="eval").body, result)


def _holds(node: ast.expr, result: str) -> bool:  # noqa: PLR0911 - one a shape
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_holds(part, result) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_holds(part, result) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not _holds(part, result)
        case ast.Compare(left=ast.Name(id="result"), ops=[op], comparators=[right]):
            words = ast.literal_eval(right)
            match op:
                case ast.Eq():
                    return bool(result == words)
                case ast.NotEq():
                    return bool(result != words)
                case ast.In():
                    return result in words
                case ast.NotIn():
                    return result not in words
    raise BadConditionError(ast.unparse(node)[:80])


class _Bare(BpmnConverter):  # type: ignore[misc]  # the library ships no types
    """Leaves the drawing out of what is kept."""

    def to_dict(self, spec: BpmnProcessSpec) -> dict[str, Any]:
        return {}

    def from_dict(self, dct: dict[str, Any]) -> None:
        return None


_SERIALIZER: Final = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnProcessSpec: _Bare})
)
_CONDITIONS: Final = _Conditions()


@dataclass(frozen=True, slots=True)
class Token:
    """One step at which the walk waits. Shape: `id` is the engine's, `bpmn` the drawing's."""

    id: UUID
    bpmn: str


class Walk:
    """Where one case stands in its drawing."""

    def __init__(self, flow: Any) -> None:
        self.flow = flow

    @classmethod
    def begin(cls, spec: BpmnProcessSpec) -> "Walk":
        """Start at the beginning and go as far as nobody is needed."""
        walk = cls(BpmnWorkflow(spec, script_engine=_CONDITIONS))
        walk.flow.do_engine_steps()
        return walk

    @classmethod
    def resume(cls, kept: dict[str, Any], spec: BpmnProcessSpec) -> "Walk":
        """Take the walk up where it was kept."""
        flow = _SERIALIZER.from_dict({**kept, "spec": spec})
        flow.script_engine = _CONDITIONS
        return cls(flow)

    def keep(self) -> dict[str, Any]:
        """Return where the walk is, as plain JSON without the drawing."""
        told = _SERIALIZER.to_dict(self.flow)
        told["spec"] = None
        kept: dict[str, Any] = json.loads(json.dumps(told))
        return kept

    def waiting(self) -> list[Token]:
        """Return the steps at which somebody is needed."""
        tasks = self.flow.get_tasks(state=TaskState.READY, manual=True)
        return [Token(task.id, task.task_spec.bpmn_id) for task in tasks]

    def complete(self, token: UUID, result: str) -> None:
        """Go on behind a step with its result. Errors: KeyError when the walk is not there."""
        task = self.flow.tasks.get(token)
        if task is None or task.state != TaskState.READY:
            raise KeyError(token)
        task.data[RESULT] = result
        task.run()
        self.flow.do_engine_steps()

    def cancel(self) -> None:
        """Stop everywhere."""
        self.flow.cancel()

    @property
    def is_over(self) -> bool:
        return bool(self.flow.is_completed())
