"""Every citation must lead somewhere: to a text, a place in it, in force on the day."""

from collections.abc import Iterator, Sequence
from datetime import date

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.model import Dated, Parameter, Period, Place
from ngangtam.law.engine.schemes import Scheme
from ngangtam.law.engine.yamls import Problem


def check_citations(book: Rulebook) -> list[Problem]:
    """Return what is wrong with any citation or reference between objects."""
    return list(_problems(book))


def _problems(book: Rulebook) -> Iterator[Problem]:  # noqa: PLR0912  # one loop a kind of object
    for parameter in book.parameters.values():
        for dated in parameter.values:
            yield from _dated(book, parameter, dated)
    for standard in book.standards.values():
        day = standard.in_force.from_ if standard.in_force else None
        yield from _cites(book, standard.cites, standard.place, day)
        for criterion in standard.criteria:
            yield from _cites(book, criterion.cites, standard.place, day)
    for ident, target in book.targets.items():
        yield from _cites(book, target.cites, target.place, target.from_)
        if target.resolution not in book.instruments:
            yield _at(target.place, f"there is no instrument '{target.resolution}'")
        if ident.partition(".")[0] != target.resolution:
            yield _at(target.place, "the folder of a target is its resolution")
    for indicators in book.indicators.values():
        yield from _cites(book, indicators.cites, indicators.place, None)
    for scheme in book.schemes.values():
        for cites in scheme_cites(scheme):
            yield from _cites(book, cites, scheme.place, scheme.in_force.from_)
        for duty in scheme.duties.values():  # who does it may be told by a later text
            yield from _cites(book, duty.cites, scheme.place, None)
    for rule in book.counting_texts.values():
        for version in rule.versions:
            yield from _cites(book, version.cites, rule.place, version.period.from_)
            for zone in version.zones:
                yield from _cites(book, zone.cites, rule.place, version.period.from_)
    for gate in book.gates.values():
        yield from _cites(book, gate.cites, gate.place, None)
    for drawn in book.procedures.values():
        for one in drawn.versions:
            yield from _cites(book, one.all_cites(), one.place, one.from_day)
    for conflict in book.conflicts.values():
        yield from _cites(book, conflict.cites, conflict.place, None)
        for ident in conflict.touches:
            rules = {*book.parameter_types, *book.standards, *book.targets, *book.schemes}
            if ident not in rules and ident not in book.counting_texts:
                yield _at(conflict.place, f"'{ident}' is no parameter, standard, target or scheme")


def scheme_cites(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    """Yield the citations of a scheme and of what is reckoned by it."""
    yield scheme.cites
    yield from (node.cites for node in scheme.nodes())
    yield from (one.cites for one in (*scheme.sums, *scheme.shares, *scheme.items, *scheme.values))
    yield from (one.cites for one in scheme.conditions())
    yield from (one.cites for one in scheme.limits)
    yield from (one.cites for one in scheme.levels)
    if scheme.authority:
        yield scheme.authority.cites
    if scheme.caps:
        yield scheme.caps.cites


def _at(place: Place, message: str) -> Problem:
    return Problem(place.file, place.line, message)


def _cites(
    book: Rulebook, cites: Sequence[str], place: Place, day: date | None
) -> Iterator[Problem]:
    for pinpoint in cites:
        ident, hash_sign, pin = pinpoint.partition("#")
        instrument = book.instruments.get(ident)
        if not hash_sign or not pin:
            yield _at(place, f"'{pinpoint}' is no pinpoint; write instrument#place")
        elif instrument is None:
            yield _at(place, f"'{pinpoint}': there is no instrument '{ident}'")
        elif pin not in instrument.outline:
            yield _at(place, f"'{pinpoint}': '{pin}' is not in the outline of {ident}")
        elif day is not None and day not in instrument.in_force:
            yield _at(place, f"'{pinpoint}': {ident} is not in force on {day}")


def _dated(book: Rulebook, parameter: Parameter, dated: Dated) -> Iterator[Problem]:
    place = Place(parameter.place.file, dated.line, parameter.place.local)
    wrong = list(_cites(book, dated.cites, place, dated.period.from_))
    yield from wrong
    if wrong or not dated.cites:
        return
    texts = [book.instruments[cite.partition("#")[0]].in_force for cite in dated.cites]
    if not any(text.covers(dated.period) for text in texts):
        ends = max((text.until for text in texts if text.until), default=None)
        yield _at(
            place,
            f"no cited text covers the whole period {_period(dated.period)}; "
            f"the last one ends on {ends}: end the value there",
        )


def _period(period: Period) -> str:
    return f"[{period.from_}, {period.until or 'open'})"
