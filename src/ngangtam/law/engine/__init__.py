"""Loader, expressions, findings, explanations. Plain Python; knows no database and no page."""

from ngangtam.law.engine.book import Citation, compile_expr
from ngangtam.law.engine.expr import Compiled, Finding, Outcome
from ngangtam.law.engine.findings import StandardFinding, evaluate_standard, find_for
from ngangtam.law.engine.rulebook import Problem, Rulebook, check, forget, rulebook, show
from ngangtam.law.engine.values import LawError, NoRuleInForce, NotConfirmed, Value

__all__ = [
    "Citation",
    "Compiled",
    "Finding",
    "LawError",
    "NoRuleInForce",
    "NotConfirmed",
    "Outcome",
    "Problem",
    "Rulebook",
    "StandardFinding",
    "Value",
    "check",
    "compile_expr",
    "evaluate_standard",
    "find_for",
    "forget",
    "rulebook",
    "show",
]
