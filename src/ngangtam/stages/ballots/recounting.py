"""Counting again from a published file. It needs no database and trusts nothing that it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ngangtam.law.engine.counting_rules import MARKS
from ngangtam.stages.ballots import merkle, reckoning
from ngangtam.stages.ballots.marking import UNREADABLE
from ngangtam.stages.ballots.reckoning import Counted, Name, Setting

# What a file of published papers calls itself.
FORMAT: Final = "ngangtam ballots 1"
_Papers = Sequence[tuple[Mapping[str, str], str]]


class BadFileError(Exception):
    """This is no file of published papers, or it is broken."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a recount found. Shape: `faults` are sentences, none when everything agrees."""

    counted: Counted
    papers: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def recount(data: Any) -> Again:
    """Count the papers of a file again and compare with what it says was announced.

    Errors: BadFileError.
    """
    try:
        if data["format"] != FORMAT:
            raise BadFileError("the file is of another format")
        setting = _setting(data["vote"])
        papers = [(_marks(one["marks"], setting), str(one["invalid"])) for one in data["papers"]]
        receipts = [bytes.fromhex(one) for one in data["receipts"]]
        told, roots = data["result"], (data["root_of_papers"], data["root_of_receipts"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFileError(f"the file is broken: {error}") from error
    judged = [(marks, why if why == UNREADABLE else reckoning.judge(setting, marks))
              for marks, why in papers]  # fmt: skip
    counted = reckoning.reckon(
        setting, reckoning.add_up(setting, judged, issued=setting.present or len(papers))
    )
    faults = _faults(counted, told, papers, judged)
    faults += _hashes_differ(papers, receipts, roots)
    return Again(counted, len(papers), tuple(faults))


def _setting(vote: Mapping[str, Any]) -> Setting:
    return Setting(
        kind=str(vote["kind"]), rules=str(vote["rules"]), day=date.fromisoformat(vote["day"]),
        names=tuple(
            Name(one["key"], one["label"], date.fromisoformat(one["born"]) if one["born"] else None)
            for one in vote["names"]
        ),
        seats=int(vote["seats"]), max_choices=int(vote["max_choices"]),
        write_ins=int(vote["write_ins"]), convened=int(vote["convened"]),
        present=None if vote["present"] is None else int(vote["present"]),
        share_of=str(vote["share_of"]),
    )  # fmt: skip


def _marks(given: Mapping[str, str], setting: Setting) -> dict[str, str]:
    marks = {str(key): str(mark) for key, mark in given.items()}
    if not set(marks.values()) <= set(MARKS[setting.kind]):
        raise BadFileError("a paper holds a mark that this kind of vote does not know")
    return marks


def _faults(counted: Counted, told: Any, papers: _Papers, judged: _Papers) -> list[str]:
    faults = []
    if counted.said() != told:
        faults.append("the count of these papers is not the result that was announced")
    if [why for _marks, why in papers] != [why for _marks, why in judged]:
        faults.append("some papers are said to be valid or invalid and are not by the rule")
    return faults


def _hashes_differ(papers: _Papers, receipts: Sequence[bytes], roots: tuple[Any, Any]) -> list[str]:
    faults = []
    if merkle.root(reckoning.spelled(reckoning.in_order(papers))).hex() != roots[0]:
        faults.append("the papers are not those whose hash was announced")
    if merkle.root(sorted(receipts)).hex() != roots[1]:
        faults.append("the receipts are not those whose hash was announced")
    if len(receipts) != len(papers) or len(set(receipts)) != len(receipts):
        faults.append("there are not as many papers as receipts")
    return faults
