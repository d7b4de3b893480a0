"""Measures in words: how far, how many people short, what is not known."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngangtam.foundation.kernel.speech import said
from ngangtam.foundation.ui import formats
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.targets.measures import Measure

NAMED_FACTS = 3


def value_words(measure: Measure) -> str:
    """Return the value with its unit; "" when nothing is known."""
    if measure.value is None:
        return ""
    if measure.target.unit == "percent":
        return formats.percent(measure.value, 1)
    if measure.target.kind == "at_least_one_per_unit":
        return _("%(good)s of %(all)s units") % {
            "good": formats.number(measure.count), "all": formats.number(measure.total),
        }  # fmt: skip
    return formats.number(measure.value)


def counted_words(measure: Measure) -> str:
    """Return the people behind a share: "12 of 80"."""
    if measure.target.kind != "share" or not measure.total:
        return ""
    return _("%(count)s of %(total)s people") % {
        "count": formats.number(measure.count), "total": formats.number(measure.total),
    }  # fmt: skip


def gap_words(measure: Measure) -> str:
    """Return how many people are missing or too many; "" when the target is reached or asleep."""
    if measure.outcome not in ("not_met", "unknown") or not measure.gap:
        return ""
    fewest = measure.gap if measure.gap_least is None else min(measure.gap, measure.gap_least)
    if measure.target.comparison in ("<", "<="):
        return _range(measure.gap, fewest, _too_many)
    women = measure.target.measure is not None and measure.target.measure.text.strip() == "woman"
    return _range(measure.gap, fewest, _women_short if women else _people_short)


def _people_short(count: int) -> str:
    return ngettext("%(n)s more person", "%(n)s more people", count) % {"n": formats.number(count)}


def _women_short(count: int) -> str:
    return ngettext("%(n)s more woman", "%(n)s more women", count) % {"n": formats.number(count)}


def _too_many(count: int) -> str:
    words = ngettext("%(n)s person too many", "%(n)s people too many", count)
    return words % {"n": formats.number(count)}


def _range(most: int, fewest: int, say: Callable[[int], str]) -> str:
    if fewest == most:
        return say(most)
    if fewest == 0:
        return _("up to %(most)s, none if what is unknown turns out well") % {"most": say(most)}
    return _("from %(fewest)s to %(most)s, as the unknown turn out") % {
        "fewest": formats.number(fewest), "most": say(most),
    }  # fmt: skip


def unknown_words(measure: Measure) -> str:
    """Return what is not known: "4 people lack degree, birth day"; "" when all is known."""
    if not measure.unknown:
        return ""
    facts = rulebook().facts
    lacking = sorted(measure.missing, key=lambda one: -one.people)[:NAMED_FACTS]
    labels = [
        f"{_lower(said(facts[one.fact].label))} ({formats.number(one.people)})" for one in lacking
    ]
    if measure.target.kind == "at_least_one_per_unit":
        words = ngettext("%(n)s unit unknown", "%(n)s units unknown", measure.unknown)
    elif labels:
        words = ngettext(
            "unknown: %(n)s person lacks %(facts)s", "unknown: %(n)s people lack %(facts)s",
            measure.unknown,
        )  # fmt: skip
    else:
        words = ngettext("%(n)s person unknown", "%(n)s people unknown", measure.unknown)
    return words % {"n": formats.number(measure.unknown), "facts": ", ".join(labels)}


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
