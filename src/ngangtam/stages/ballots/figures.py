"""Figures of a count on paper: what a teller says, whether sums fit, where two tellers differ."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine.counting_rules import (
    BLANK_PAPER,
    CHOSEN,
    MARKS,
    NO,
    TOO_FEW,
    TOO_MANY,
)
from ngangtam.stages.ballots.marking import WRITTEN, written
from ngangtam.stages.ballots.reckoning import Figures, Setting

NOT_ISSUED: Final = "not_issued"
OTHER: Final = "other"
# Why a paper made of paper is invalid.
REASONS: Final = (NOT_ISSUED, TOO_MANY, TOO_FEW, BLANK_PAPER, OTHER)


def marks_of(setting: Setting) -> tuple[str, ...]:
    """Return the marks that are counted for each name."""
    return MARKS[setting.kind]


@dataclass(frozen=True, slots=True)
class Found:
    """A name that stood on papers and not on the list. Shape: `person_id` once it was looked up.

    Units: `votes` in papers.
    """

    name: str
    votes: int
    person_id: int | None = None


def read(setting: Setting, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures as they are kept.

    Shape: issued, returned, valid; invalid: reason → papers; votes: key → mark → papers, with a
        key of its own for each name that papers held beside the list; people: such a key → person.
    Errors: DomainError for a name that stands twice.
    """
    invalid = given.get("invalid", {})
    votes = given.get("votes", {})
    counted = {
        one.key: {mark: int(votes.get(one.key, {}).get(mark, 0)) for mark in marks_of(setting)}
        for one in setting.names
    }
    found = _by_key(setting, given.get("written", ()))
    counted |= {key: {CHOSEN: one.votes} for key, one in sorted(found.items())}
    return {
        "issued": int(given["issued"]), "returned": int(given["returned"]),
        "valid": int(given["valid"]),
        "invalid": {one: int(invalid.get(one, 0)) for one in REASONS if invalid.get(one)},
        "votes": counted,
        "people": {key: one.person_id for key, one in sorted(found.items()) if one.person_id},
    }  # fmt: skip


def _by_key(setting: Setting, names: Iterable[Found]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    listed = {one.label.casefold() for one in setting.names}
    wrong = []
    for one in names:
        name = written(one.name)
        if name.casefold() in listed:
            wrong.append(_("%(name)s stands on the list; count it there.") % {"name": name})
        elif WRITTEN + name in found:
            wrong.append(_("%(name)s stands twice; if these are two people, add the place of work.")
                         % {"name": name})  # fmt: skip
        elif one.votes < 1:
            wrong.append(_("Say how many papers held the name %(name)s.") % {"name": name})
        found[WRITTEN + name] = one
    if wrong:
        raise DomainError(wrong)
    return found


def label_of(setting: Setting, key: str) -> str:
    """Return the name that a key of the votes stands for."""
    labels = {one.key: one.label for one in setting.names}
    return labels.get(key, key.removeprefix(WRITTEN))


def check(setting: Setting, said: Mapping[str, Any]) -> None:
    """Errors: DomainError with every sum that does not fit."""
    wrong = []
    invalid = sum(said["invalid"].values())
    if setting.present is not None and said["issued"] > setting.present:
        wrong.append(_("More papers were issued than people are present."))
    if said["returned"] > said["issued"]:
        wrong.append(_("More papers came back than were issued."))
    if said["valid"] + invalid != said["returned"]:
        wrong.append(
            _("Valid and invalid papers (%(valid)s + %(invalid)s) are not the papers that came"
              " back (%(returned)s).")
            % {"valid": said["valid"], "invalid": invalid, "returned": said["returned"]}
        )  # fmt: skip
    total = beside = 0
    for key, told in said["votes"].items():
        total += sum(told.values())
        beside += sum(told.values()) if key.startswith(WRITTEN) else 0
        if sum(told.values()) > said["valid"]:
            wrong.append(
                _("%(name)s has more votes than there are valid papers.")
                % {"name": label_of(setting, key)}
            )
    choosing = NO not in marks_of(setting) and len(marks_of(setting)) == 1
    if choosing and total > said["valid"] * setting.max_choices:
        wrong.append(
            _("All votes together (%(total)s) are more than the valid papers can hold"
              " (%(most)s).")
            % {"total": total, "most": said["valid"] * setting.max_choices}
        )  # fmt: skip
    if beside > said["valid"] * setting.write_ins:
        wrong.append(
            _("The names written in (%(total)s) are more than the valid papers can hold"
              " (%(most)s).") % {"total": beside, "most": said["valid"] * setting.write_ins}
        )  # fmt: skip
    if wrong:
        raise DomainError(wrong)


def figures_of(said: Mapping[str, Any]) -> Figures:
    """Return kept figures as the count takes them."""
    return Figures(issued=said["issued"], returned=said["returned"], valid=said["valid"],
                   invalid=said["invalid"], votes=said["votes"])  # fmt: skip


def of_others(poll_id: int, teller_id: int, user_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, figures) of the other tellers; nothing before the own ones are said."""
    with connection.cursor() as cursor:
        cursor.execute("select teller, name, figures from ngangtam_ballot_counts(%s, %s)",
                       [poll_id, user_id])  # fmt: skip
        rows = cursor.fetchall()
    return [
        (name, json.loads(told) if isinstance(told, str) else told)
        for teller, name, told in rows if teller != teller_id
    ]  # fmt: skip


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return which figures two tellers say differently.

    Shape: issued, returned, valid, `invalid.<reason>`, `votes.<key>.<mark>`, and `people.<key>`
        where both looked a name up and found different people.
    """
    found = [name for name in ("issued", "returned", "valid") if one[name] != other[name]]
    found += [f"invalid.{why}" for why in REASONS
              if one["invalid"].get(why, 0) != other["invalid"].get(why, 0)]  # fmt: skip
    for key in {**one["votes"], **other["votes"]}:
        mine, theirs = one["votes"].get(key, {}), other["votes"].get(key, {})
        found += [f"votes.{key}.{mark}" for mark in sorted({*mine, *theirs})
                  if mine.get(mark, 0) != theirs.get(mark, 0)]  # fmt: skip
    mine, theirs = one.get("people", {}), other.get("people", {})
    found += [f"people.{key}" for key in mine if theirs.get(key, mine[key]) != mine[key]]
    return found
