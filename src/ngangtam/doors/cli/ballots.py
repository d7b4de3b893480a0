"""Votes: counting tables by the rules of the rulebook."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import click

from ngangtam.doors.cli.ballots_recount import recount
from ngangtam.doors.cli.base import BAD_USAGE, DAY, as_format, fail, note, print_json, table
from ngangtam.doors.cli.count_input import (
    BadTable,
    Constituency,
    read_confidence,
    read_counts,
)
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.wording import gettext as _
from ngangtam.law.engine.counting import BadTally, CountingRules, confidence, count

_NO_ZONE: Final = "none"


@click.group()
def ballots() -> None:
    """Votes and their counting."""


ballots.add_command(recount)


@ballots.command("count")
@click.option("--rules", "ident", required=True, metavar="ID", help="A counting rule.")
@click.option(
    "--input", "source", required=True, metavar="FILE.csv", help="- reads standard input."
)
@click.option("--on", "day", type=DAY, help="The day of the vote; today.")
@click.option(
    "--compare", is_flag=True, help="Show where the column `elected` differs from the count."
)
@as_format
def count_(ident: str, source: str, day: date | None, compare: bool, style: str) -> None:
    """Count a table of votes: who is elected and why not, or shares and zones of confidence."""
    rules = _rules(ident, day or today())
    try:
        if rules.kind == "confidence":
            if compare:
                fail(_("--compare is for elections"), BAD_USAGE)
            shown, notes = _confidence(rules, source)
            rows = _confidence_rows(rules, shown)
        else:
            shown, notes = _elections(rules, source, compare=compare)
            rows = _election_rows(shown)
    except BadTable as error:
        for one in error.errors[:-1]:
            note(f"ngangtam: {one}")
        fail(error.errors[-1], BAD_USAGE)
    for one in (*notes, *_caveats(rules)):
        note(one)
    if style == "json":
        print_json(shown)
    elif rules.kind == "confidence":
        heads = [
            _("Subject"),
            _("High confidence"),
            "%",
            _("Confidence, middle level"),
            "%",
            _("Low confidence"),
            "%",
            _("Denominator"),
            _("Level reached"),
        ]
        table(heads, rows, right=frozenset(range(1, 8)))
    else:
        table([_("Constituency"), _("Candidate"), _("Outcome of the count")], rows)


def _rules(ident: str, day: date) -> CountingRules:
    from ngangtam.law.engine import rulebook

    known = rulebook().counting
    if ident not in known:
        words = {"id": ident, "known": ", ".join(known)}
        fail(_("there is no counting rule “%(id)s”; there are: %(known)s") % words, BAD_USAGE)
    rules = known[ident].on(day)
    if rules is None:
        words = {"id": ident, "day": f"{day:%d/%m/%Y}"}
        fail(_("no text gives “%(id)s” on %(day)s") % words, BAD_USAGE)
    return rules


def _caveats(rules: CountingRules) -> list[str]:
    """Return what the reader must know of a rule that nobody has confirmed."""
    if rules.is_confirmed:
        return []
    words = {"id": rules.id, "cites": ", ".join(rules.cites)}
    return [_("The rule %(id)s waits for the authority to confirm it (%(cites)s).") % words]


# -- elections -----------------------------------------------------------------------------------


def _elections(
    rules: CountingRules, source: str, *, compare: bool
) -> tuple[list[dict[str, Any]], list[str]]:
    found, read = read_counts(source, rules, compare=compare)
    notes, shown = list(read.notes), []
    for one in found:
        row = _counted(rules, one)
        shown.append(row)
        for differs in row.get("differences", ()):
            words = {"place": one.name, "name": differs["candidate"]}
            said = (
                _("%(place)s: the count elects %(name)s, the list does not")
                if differs["count"] == "elected"
                else _("%(place)s: the list elects %(name)s, the count does not")
            )
            notes.append(said % words)
    if compare and not any(row["differences"] for row in shown):
        notes.append(_("The count and the list agree."))
    return shown, notes


def _counted(rules: CountingRules, one: Constituency) -> dict[str, Any]:
    try:
        outcome = count(rules, one.tally)
    except BadTally as error:  # the reader has looked already; whatever is left is told
        told = {"line": one.line, "why": error}
        raise BadTable([_("line %(line)s: %(why)s") % told]) from error
    row: dict[str, Any] = {
        "constituency": one.name,
        "elected": list(outcome.elected),
        "not_elected": [{"candidate": key, "reason": why} for key, why in outcome.not_elected],
        "seats_unfilled": outcome.seats_unfilled,
    }
    if one.listed is not None:
        both = {True: "elected", False: "not_elected"}
        elected = set(outcome.elected)
        row["differences"] = [
            {
                "candidate": who.key,
                "count": both[who.key in elected],
                "list": both[who.key in one.listed],
            }
            for who in one.tally.candidates
            if (who.key in elected) != (who.key in one.listed)
        ]
    return row


def _election_rows(shown: Sequence[dict[str, Any]]) -> list[list[object]]:
    rows: list[list[object]] = []
    for one in shown:
        where = one["constituency"]
        rows += [[where, name, _("elected")] for name in one["elected"]]
        rows += [[where, left["candidate"], reason(left["reason"])] for left in one["not_elected"]]
        if one["seats_unfilled"]:
            rows.append([where, "—", _("seats left: %(count)s") % {"count": one["seats_unfilled"]}])
    return rows


def reason(code: str) -> str:
    """Return why somebody was not elected, in words."""
    return {
        "below_majority": _("not elected: below the majority"),
        "exactly_half": _("not elected: exactly at the line"),
        "fewer_votes": _("not elected: others have more votes"),
        "tied": _("left open: equal votes at the last seat"),
        "younger": _("not elected: equal votes, the older is elected"),
        "quorum_missed": _("not elected: too few took part"),
        "threshold_not_confirmed": _("left open: the majority is not confirmed"),
    }[code]


# -- votes of confidence -------------------------------------------------------------------------


def _confidence(rules: CountingRules, source: str) -> tuple[list[dict[str, Any]], list[str]]:
    found, read = read_confidence(source)
    shown = []
    for one in found:
        shares = confidence(rules, one.high, one.trust, one.low, one.denominator)
        shown.append(
            {
                "subject": one.name,
                "high": one.high,
                "high_pct": float(shares.high),
                "trust": one.trust,
                "trust_pct": float(shares.trust),
                "low": one.low,
                "low_pct": float(shares.low),
                "denominator": one.denominator,
                "zone": shares.zone or _NO_ZONE,
            }
        )
    return shown, read.notes


def _confidence_rows(rules: CountingRules, shown: Sequence[dict[str, Any]]) -> list[list[object]]:
    import os

    language = "en" if os.environ.get("NGANGTAM_LANGUAGE") == "en" else "vi"
    zones = {one.code: one.label[language] for one in rules.zones}
    point = "." if language == "en" else ","
    columns = ("subject", "high", "high_pct", "trust", "trust_pct", "low", "low_pct", "denominator")
    return [
        [
            *(
                str(row[one]).replace(".", point) if one.endswith("_pct") else row[one]
                for one in columns
            ),
            zones.get(row["zone"], "—"),
        ]
        for row in shown
    ]
