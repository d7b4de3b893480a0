"""Reading a procedure for its page: steps in words, gates with what they ask."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.speech import language, said
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.model import Gate
from ngangtam.law.engine.procedure_words import STAGE_WORDS, StepWords, step_words
from ngangtam.law.engine.procedures import Procedure, StepRule, Versions
from ngangtam.oversight.standards.book import Rulebook, rulebook
from ngangtam.oversight.standards.searching import fits

SUBJECTS: Final[dict[str, str | Promise]] = {
    "person": _("one person"),
    "post": _("one post, several persons"),
    "list": _("a list of persons"),
}


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One line of the list of procedures."""

    procedure: Procedure
    stage: str
    waiting: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: its rule, in words, with its papers and gates."""

    number: int
    rule: StepRule
    words: StepWords
    papers: list[str]
    gates: list[Gate]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a procedure."""

    first: date
    until: date | None
    is_here: bool
    status: str


def stages() -> list[tuple[str, str]]:
    """Return the stages of personnel work, for a filter."""
    return [(code, words[language()]) for code, words in STAGE_WORDS.items()]


def procedures(words: str, regime: str, stage: str, status: str, day: date) -> list[ProcedureRow]:
    """Return the procedures in force on a day that fit: those in use first, then by stage."""
    order = list(STAGE_WORDS)
    found = [
        ProcedureRow(
            one, STAGE_WORDS[one.stage][language()], sum(not s.is_on for s in one.steps.values())
        )
        for versions in rulebook().procedures.values()
        if (one := versions.on(day)) is not None
        and fits(words, one.id, *one.label.values(), *STAGE_WORDS[one.stage].values())
        and regime in ("", one.regime)
        and stage in ("", one.stage)
        and status in ("", one.status)
    ]
    found.sort(
        key=lambda row: (
            row.procedure.status, order.index(row.procedure.stage), row.procedure.regime,
            plain(said(row.procedure.label)),
        )
    )  # fmt: skip
    return found


def steps(book: Rulebook, procedure: Procedure, day: date) -> list[StepRow]:
    """Return the steps in order, each in words on a day."""
    items = book.catalogues.get("dossier_item")
    return [
        StepRow(
            number,
            rule,
            step_words(rule, book, day, language()),
            [items.label(code, language()) for code in rule.dossier] if items else [],
            [book.gates[ident] for ident in rule.gates if ident in book.gates],
        )
        for number, rule in enumerate(procedure.steps.values(), 1)
    ]


def versions(found: Versions, here: Procedure) -> list[VersionRow]:
    """Return the versions, the newest first."""
    return [
        VersionRow(one.from_day, one.until, one.digest == here.digest, one.status)
        for one in reversed(found.versions)
    ]


def stage_name(procedure: Procedure) -> str:
    """Return the stage in the language of the page."""
    return STAGE_WORDS[procedure.stage][language()]


def subject_name(procedure: Procedure) -> str:
    """Return what a case of it is about."""
    return str(SUBJECTS[procedure.subject])


def note_of(words: Text2 | None) -> str:
    """Return a note in the language of the page; '' for none."""
    return said(words) if words else ""
