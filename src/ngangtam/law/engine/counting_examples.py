"""Worked examples of counting rules: a count, a vote of confidence, or one paper."""

from collections.abc import Iterator, Mapping
from datetime import date

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.counting import confidence, count, judge_paper
from ngangtam.law.engine.counting_rules import BadTally, Candidate, CountingRules, Tally
from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.yamls import Map, Problem, Seq

NO_RULE = "no_rule_in_force"
REFUSED = "refused"
_FIGURES = ("convened", "present", "issued", "returned", "valid", "invalid", "fixed")


def run_example(book: Rulebook, ident: str, fields: Fields) -> list[Problem]:
    """Run one example of the counting rule `ident`; one problem for each wrong answer.

    Shape: `day` and one of `tally` {seats, votes by name, born, figures}, `votes` {high, trust,
        low, denominator} or `paper` {marks, options, max_choices}; `expect` names results, or
        is the word `no_rule_in_force` or `refused`.
    """
    name = fields.text2("name")["en"]
    day = fields.day("day")
    given = {key: fields.raw(key, required=False) for key in ("tally", "votes", "paper")}
    expect = fields.raw("expect")
    fields.done()
    wrong = list(_wrong(book, ident, day or date.min, given, expect))
    return [Problem(fields.file, fields.line, f"example '{name}': {one}") for one in wrong]


def _wrong(
    book: Rulebook, ident: str, day: date, given: Mapping[str, object], expect: object
) -> Iterator[str]:
    if ident not in book.counting:
        return  # refused for another reason, told there
    rules = book.counting[ident].on(day)
    if rules is None or expect == NO_RULE:
        if rules is not None or expect != NO_RULE:
            yield f"expected {expect!r}, got {'a rule' if rules else NO_RULE}"
        return
    try:
        said = _said(rules, given)
    except BadTally as error:
        if expect != REFUSED:
            yield f"refused: {error}"
        return
    if said is None or not isinstance(expect, Map):
        yield "one of 'tally', 'votes', 'paper' and a mapping 'expect' are needed"
        return
    for key, wanted in expect.items():
        if key not in said:
            yield f"there is no result '{key}'"
        elif said[key] != _plain(wanted):
            yield f"{key}: expected {_plain(wanted)!r}, got {said[key]!r}"


def _said(rules: CountingRules, given: Mapping[str, object]) -> dict[str, object] | None:
    common: dict[str, object] = {"status": rules.status, "unconfirmed": list(rules.unconfirmed)}
    tally, votes, paper = (given[key] for key in ("tally", "votes", "paper"))
    if isinstance(tally, Map):
        outcome = count(rules, _tally(tally))
        return common | {
            "elected": list(outcome.elected),
            "not_elected": dict(outcome.not_elected),
            "tied": list(outcome.tied),
            "seats_unfilled": outcome.seats_unfilled,
            "decides": outcome.decides,
            "undecided": list(outcome.undecided),
            "base": outcome.base,
            "needed": outcome.needed,
        }
    if isinstance(votes, Map):
        figures = [_whole(votes.get(key)) or 0 for key in ("high", "trust", "low", "denominator")]
        found = confidence(rules, *figures)
        shares = {key: float(getattr(found, key)) for key in ("high", "trust", "low", "rest")}
        return common | shares | {"zone": found.zone}
    if isinstance(paper, Map):
        marks, options = paper.get("marks"), paper.get("options")
        written = {str(k): str(v) for k, v in marks.items()} if isinstance(marks, Map) else {}
        names = [str(one) for one in options] if isinstance(options, Seq) else []
        most = _whole(paper.get("max_choices")) or len(names)
        return common | {"invalid": judge_paper(rules, written, names, most)}
    return None


def _tally(given: Map) -> Tally:
    votes, born = given.get("votes"), given.get("born")
    days = dict(born) if isinstance(born, Map) else {}
    candidates = tuple(
        Candidate(key, _whole(number) or 0, day if isinstance(day := days.get(key), date) else None)
        for key, number in (votes.items() if isinstance(votes, Map) else ())
    )
    figures = {key: _whole(given.get(key)) for key in _FIGURES}
    return Tally(candidates, _whole(given.get("seats")) or 0, **figures)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _plain(value: object) -> object:
    if isinstance(value, Map):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, Seq) else value
