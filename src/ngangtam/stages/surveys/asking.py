"""The questions of a survey, as data; what an answer may be."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from ngangtam.foundation.kernel.home import home

SCALE: Final = (1, 2, 3, 4, 5)
MOST_LETTERS: Final = 1000
OWN: Final = Path(__file__).with_name("questions.yaml")
# What a subject may be in the file of questions.
SUBJECTS: Final = ("person", "leader", "collective")


def questions_for(subject: str) -> list[dict[str, Any]]:
    """Return the questions asked about a `person`, a `leader` or a `collective`.

    Shape: each {id, vi, en, sides}; the authority's own file, where there is one, stands for ours.
    """
    local = home() / "surveys" / "questions.yaml"
    source = local if local.is_file() else OWN
    asked = yaml.safe_load(source.read_text(encoding="utf-8"))["questions"]
    return [
        {name: one[name] for name in ("id", "vi", "en", "sides")}
        for one in asked
        if subject in one["subjects"]
    ]


def of_side(questions: Sequence[Mapping[str, Any]], side: str) -> list[Mapping[str, Any]]:
    """Return the questions that this side can answer."""
    return [one for one in questions if side in one["sides"]]


def wording(question: Mapping[str, Any], language: str) -> str:
    """Return the question in the reader's language."""
    return str(question["en"] if language.startswith("en") else question["vi"])
