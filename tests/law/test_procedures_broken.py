"""A drawing that was damaged is refused or read; it never breaks the rulebook."""

import random

import pytest

from law.drawings import drawing
from ngangtam.law.engine.bpmn import BadDrawing, read_procedure
from ngangtam.law.engine.bpmn_layout import lay_out
from ngangtam.law.engine.loader import PACKAGE
from ngangtam.law.engine.model import Place

WHOLE = [
    drawing(),
    (PACKAGE / "procedures/civil_servant/appointment-onsite.bpmn").read_text(encoding="utf-8"),
]


def _damaged(text, chance):
    """Drop, double, swap or cut lines and words."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                words = lines[at].split(" ")
                words.pop(chance.randrange(len(words)))
                lines[at] = " ".join(words)
            case 3:
                lines[at] = lines[at].replace('="', '="' + chance.choice("<&x-1 "), 1)
            case _:
                lines[at] = lines[at].replace("bpmn:", chance.choice(("", "dc:", "bpmn:sub")), 1)
        if not lines:
            return ""
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(300))
def test_a_damaged_drawing_is_refused_or_read(seed):
    chance = random.Random(seed)  # damage, not a secret
    data = _damaged(WHOLE[seed % 2], chance).encode()
    problems = []

    found = read_procedure(data, "civil_servant.example", Place("x.bpmn"), problems)

    assert found is not None or problems
    assert all(problem.line >= 0 and problem.message for problem in problems)
    try:
        drawn = lay_out(data)
    except (BadDrawing, ValueError, KeyError):
        return
    assert lay_out(drawn) == drawn
