"""Proving the flow of a procedure: every shape is reached and left, every choice is decided."""

import ast
from collections.abc import Iterator

from ngangtam.law.engine.procedures import FlowNode, Procedure


def flow_problems(found: Procedure) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the arrows: every start reaches an end, every choice is decided."""
    starts = [one for one in found.nodes.values() if one.kind == "start"]
    ends = {one.id for one in found.nodes.values() if one.kind == "end"}
    if len(starts) != 1 or not ends:
        yield 1, "a procedure has one start and at least one end"
        return
    forward, back = _reach(found, starts[0].id, ahead=True), set[str]()
    for end in ends:
        back |= _reach(found, end, ahead=False)
    for node in found.nodes.values():
        if node.id not in forward:
            yield node.line, f"nothing leads to '{node.id}'"
        elif node.id not in back:
            yield node.line, f"'{node.id}' never reaches an end"
        yield from _leaving(found, node)


def _reach(found: Procedure, start: str, *, ahead: bool) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        for edge in found.edges:
            here, there = (edge.source, edge.target) if ahead else (edge.target, edge.source)
            if here == node and there not in seen:
                seen.add(there)
                todo.append(there)
    return seen


def _leaving(found: Procedure, node: FlowNode) -> Iterator[tuple[int, str]]:
    edges = found.after(node.id)
    if node.kind == "step" and len(edges) > 1:
        yield node.line, f"'{node.id}' has several arrows: put a gateway behind it"
    if node.kind != "choice":
        for edge in edges:
            if edge.condition:
                yield edge.line, "only an exclusive gateway asks a condition"
        return
    usual = [edge for edge in edges if edge.default]
    if len(edges) > 1 and len(usual) != 1:
        yield node.line, f"'{node.id}' needs exactly one default arrow"
    allowed = _results_before(found, node.id)
    for edge in edges:
        if edge.default == bool(edge.condition) and len(edges) > 1:
            yield edge.line, "an arrow is the default or has a condition, not both, not neither"
        if edge.condition:
            fault = condition_fault(edge.condition, allowed)
            if fault:
                yield edge.line, f"the condition {edge.condition!r}: {fault}"


def _results_before(found: Procedure, node: str) -> frozenset[str]:
    """Return the results of the steps that lead straight into a gateway."""
    words: set[str] = set()
    for edge in found.edges:
        if edge.target == node and edge.source in found.steps:
            words |= set(found.steps[edge.source].results)
    return frozenset(words)


def condition_fault(text: str, allowed: frozenset[str]) -> str:
    """Return what is wrong with a condition, '' when nothing is.

    A condition compares `result` with words (`==`, `!=`, `in`, `not in`), joined by and, or, not.
    """
    if len(text) > 300:
        return "longer than 300 characters"
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return "not an expression"
    return _fault(tree.body, allowed)


def _fault(node: ast.expr, allowed: frozenset[str]) -> str:
    match node:
        case ast.BoolOp(values=parts):
            return next((fault for part in parts if (fault := _fault(part, allowed))), "")
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return _fault(part, allowed)
        case ast.Compare(left=ast.Name(id="result"), ops=[op], comparators=[right]):
            words = _words(right, isinstance(op, ast.In | ast.NotIn))
            if words is None or not isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                return "'result' is compared with a word, or asked to be in a list of words"
            stray = sorted(set(words) - allowed)
            if stray:
                known = ", ".join(sorted(allowed)) or "none: a gateway follows a step"
                return f"'{stray[0]}' is no result of the step before (results: {known})"
            return ""
        case _:
            return "only comparisons of 'result' with words are allowed"


def _words(node: ast.expr, several: bool) -> list[str] | None:
    parts = node.elts if several and isinstance(node, ast.Tuple | ast.List) else [node]
    if several and not isinstance(node, ast.Tuple | ast.List):
        return None
    if all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts):
        return [str(one.value) for one in parts if isinstance(one, ast.Constant)]
    return None
