"""What the law costs: reading the rulebook, and a standard over everybody, beside their floors."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

import numpy as np
import yaml

from ngangtam.law.engine import evaluate_standard
from ngangtam.law.engine.loader import PACKAGE, load, sources
from ngangtam.law.engine.tree import base_facts
from ngangtam.oversight.targets.rollup import floor_bytes
from ngangtam.records.facts.snapshot import Line, Snapshot

ROUNDS: Final = 5


def bench_rules(snapshot: Snapshot) -> dict[str, Any]:
    """Return seconds of loading and of the longest standard, each with its floor and the ratio.

    Shape: the floor of loading is the C parser walking the same text; that of a standard is
        adding up the bytes of the facts that it reads, once.
    """
    texts = [
        source.path.read_text(encoding="utf-8")
        for source in sources(PACKAGE, None).values()
        if source.path.suffix == ".yaml"
    ]
    book = load()
    loaded, parsed = _best(load), _best(lambda: [_walk(text) for text in texts])
    standard = max(book.standards.values(), key=lambda one: len(one.criteria))
    facts = {name for criterion in standard.criteria for name in base_facts(criterion.rule.node)}
    memory = floor_bytes(Line(snapshot.frame, snapshot.first).columns(sorted(facts)))
    judged = _best(
        lambda: evaluate_standard(standard, snapshot.frame, rulebook=book, on=snapshot.day)
    )
    touched = _best(lambda: [np.frombuffer(part, np.uint8).sum() for part in memory])
    return {
        "files": len(texts), "load_seconds": loaded, "load_floor_seconds": parsed,
        "load_to_floor": loaded / parsed, "people": snapshot.frame.height,
        "standard": standard.id, "criteria": len(standard.criteria), "standard_seconds": judged,
        "standard_floor_seconds": touched, "standard_to_floor": judged / touched,
    }  # fmt: skip


def _walk(text: str) -> int:
    loader = getattr(yaml, "CLoader", yaml.Loader)
    return sum(1 for _event in yaml.parse(text, Loader=loader))


def _best(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        took.append(perf_counter() - start)
    return min(took)
