"""Figures of a count on paper: what a teller says, whether sums fit, where two tellers differ."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.law.engine.counting_rules import BLANK_PAPER, MARKS, NO, TOO_FEW, TOO_MANY
from ngangtam.stages.ballots.reckoning import Figures, Setting

NOT_ISSUED: Final = "not_issued"
OTHER: Final = "other"
# Why a paper made of paper is invalid.
REASONS: Final = (NOT_ISSUED, TOO_MANY, TOO_FEW, BLANK_PAPER, OTHER)


def marks_of(setting: Setting) -> tuple[str, ...]:
    """Return the marks that are counted for each name."""
    return MARKS[setting.kind]


def read(setting: Setting, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures as they are kept.

    Shape: issued, returned, valid; invalid: reason → papers; votes: key → mark → papers.
    """
    invalid = given.get("invalid", {})
    votes = given.get("votes", {})
    return {
        "issued": int(given["issued"]), "returned": int(given["returned"]),
        "valid": int(given["valid"]),
        "invalid": {one: int(invalid.get(one, 0)) for one in REASONS if invalid.get(one)},
        "votes": {
            one.key: {mark: int(votes.get(one.key, {}).get(mark, 0)) for mark in marks_of(setting)}
            for one in setting.names
        },
    }  # fmt: skip


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
    total = 0
    for one in setting.names:
        told = said["votes"][one.key]
        total += sum(told.values())
        if sum(told.values()) > said["valid"]:
            wrong.append(
                _("%(name)s has more votes than there are valid papers.") % {"name": one.label}
            )
    choosing = NO not in marks_of(setting) and len(marks_of(setting)) == 1
    if choosing and total > said["valid"] * setting.max_choices:
        wrong.append(
            _("All votes together (%(total)s) are more than the valid papers can hold"
              " (%(most)s).")
            % {"total": total, "most": said["valid"] * setting.max_choices}
        )  # fmt: skip
    if wrong:
        raise DomainError(wrong)


def figures_of(said: Mapping[str, Any]) -> Figures:
    """Return kept figures as the count takes them."""
    return Figures(issued=said["issued"], returned=said["returned"], valid=said["valid"],
                   invalid=said["invalid"], votes=said["votes"])  # fmt: skip


def of_others(poll_id: int, teller_id: int, user_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, figures) of the other tellers; nothing before the own ones are said."""
    import json

    with connection.cursor() as cursor:
        cursor.execute("select teller, name, figures from ngangtam_ballot_counts(%s, %s)",
                       [poll_id, user_id])  # fmt: skip
        rows = cursor.fetchall()
    return [
        (name, json.loads(told) if isinstance(told, str) else told)
        for teller, name, told in rows if teller != teller_id
    ]  # fmt: skip


def differing(setting: Setting, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return which figures two tellers say differently.

    Shape: issued, returned, valid, `invalid.<reason>`, `votes.<key>.<mark>`.
    """
    found = [name for name in ("issued", "returned", "valid") if one[name] != other[name]]
    found += [f"invalid.{why}" for why in REASONS
              if one["invalid"].get(why, 0) != other["invalid"].get(why, 0)]  # fmt: skip
    found += [
        f"votes.{name.key}.{mark}" for name in setting.names for mark in marks_of(setting)
        if one["votes"][name.key][mark] != other["votes"][name.key][mark]
    ]  # fmt: skip
    return found
