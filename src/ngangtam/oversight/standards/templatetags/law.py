"""Words and values of the rulebook in templates. `{% load law %}`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.template import loader
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ngangtam.foundation.kernel.speech import language, said
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components import blocks, marks
from ngangtam.law.engine.model import Criterion, Parameter, Standard, Target
from ngangtam.law.engine.vocabulary import Vocabulary
from ngangtam.oversight.standards import citing, names, pages, queries
from ngangtam.oversight.standards.boards import Board
from ngangtam.oversight.standards.book import rulebook
from ngangtam.oversight.standards.standing import Counted
from ngangtam.oversight.standards.values import goal_words, read_rule, value_words

register = template.Library()
for _tag in (pages.law_tabs,):
    register.simple_tag(_tag)


@register.simple_tag
def law_crumb() -> SafeString:
    """{% law_crumb %} — the way back to the front page of the law."""
    return blocks.crumb(_("Law"), href=reverse("law-home"))


@register.simple_tag
def words(expression: str, vocabulary: Vocabulary | None = None) -> SafeString:
    """{% words criterion.rule.text %} — what an expression asks, with links to its parameters."""
    read = read_rule(expression, vocabulary=vocabulary)
    said_words = loader.render_to_string("standards/_words.html", {"words": read})
    return format_html('<div class="words">{}</div>', SafeString(said_words))


@register.simple_tag
def value_on_day(row: queries.OnDay) -> SafeString:
    """{% value_on_day row %} — a parameter's value on the day, or why there is none."""
    if row.state == "off":
        if row.value is None or row.value.value is None:
            return marks.finding("off")
        candidate = value_words(row.parameter, row.value.value)
        return format_html(
            '{} <span class="muted">{} {}</span>', marks.finding("off"), _("reported:"), candidate
        )
    if row.state == "repealed":
        return marks.badge(_("repealed"), "gray", icon="circle-x")
    if row.value is None:
        return format_html('<span class="muted">{}</span>', _("no text speaks"))
    return value_words(row.parameter, row.value.value)


@register.simple_tag
def shown_value(parameter: Parameter, value: Any) -> SafeString:  # Dated, or a bare value
    """{% shown_value parameter value %} — one dated value, marked when it is not in use."""
    shown = value_words(parameter, value.value)
    if parameter.status == "to_confirm" or value.confidence == "to_confirm":
        return format_html("{} {}", shown, marks.finding("off"))
    return shown


@register.simple_tag
def expected(parameter: Parameter, expect: object) -> SafeString:
    """{% expected parameter example.expect %} — what an example must give."""
    refusals = {
        "no_rule_in_force": _("no text speaks"),
        "not_confirmed": _("switched off"),
    }
    if isinstance(expect, str) and expect in refusals:
        return format_html('<span class="muted">{}</span>', refusals[expect])
    return value_words(parameter, expect)


@register.simple_tag
def goal(target: Target) -> str:
    """{% goal target %} — "≥ 15%", "20–25%", "at least 1 in every unit"."""
    return goal_words(target)


@register.simple_tag
def reference_day(day: date | None) -> str:
    """{% reference_day set.reference_day %} — a fixed day, or the day asked."""
    return formats.day(day) if day else _("the day asked")


@register.simple_tag
def conflict_state(status: str) -> SafeString:
    """{% conflict_state conflict.status %} — open or decided."""
    return marks.badge(names.CONFLICTS[status], "amber" if status == "open" else "green")


@register.simple_tag
def rule_link(ident: str) -> SafeString:
    """{% rule_link "planning.people_per_title" %} — a link to whatever has this id."""
    book = rulebook()
    for things, page in (
        (book.parameters, "law-parameter"), (book.standards, "standard-detail"),
        (book.targets, "law-target"), (book.schemes, "law-scheme"),
    ):  # fmt: skip
        found: Any = things.get(ident)
        if found is not None:
            return format_html(
                '<a href="{}">{}</a>', reverse(page, args=[ident]), said(found.label)
            )
    return format_html("<code>{}</code>", ident)


@register.filter
def month(value: str) -> str:
    """{{ text.verified_until|month }} — 03/2026."""
    year, _dash, number = (value or "").partition("-")
    return f"{number}/{year}" if number else _("never")


@register.filter
def relied_on(ident: str) -> int:
    """{{ text.id|relied_on }} — how many things of the rulebook rest on the text."""
    return citing.users_of(rulebook(), ident)


@register.filter
def rules_using(fact: str) -> int:
    """{{ fact.name|rules_using }} — how many criteria, targets and indicators look at the fact."""
    return queries.rules_by_fact(rulebook()).get(fact, 0)


@register.filter
def cycle_names(cycles: Iterable[str]) -> str:
    """{{ scheme.cycles|cycle_names }} — month, quarter, year."""
    return ", ".join(str(names.CYCLES[cycle]) for cycle in cycles)


@register.filter
def duty_name(duty: str) -> str:
    """{{ "decides"|duty_name }} — who decides."""
    return str(names.DUTIES[duty])


@register.filter
def criteria_off(standard: Standard) -> int:
    """{{ standard|criteria_off }} — how many criteria wait for confirmation."""
    return sum(not standard.is_on(one) for one in standard.criteria)


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One line of the table of criteria. `counts` is None while off, or when held back."""

    criterion: Criterion
    off: bool
    counts: Counted | None


@register.filter
def criteria_rows(standard: Standard, board: Board | None) -> list[CriterionLine]:
    """{{ standard|criteria_rows:board }} — criteria in their order, with counts when there are."""
    if board is None:
        return [CriterionLine(one, not standard.is_on(one), None) for one in standard.criteria]
    return [
        CriterionLine(row.criterion, not standard.is_on(row.criterion), row.counts)
        for row in board.criteria
    ]


@register.filter
def outcome_word(code: int) -> str:
    """{{ row.outcome|outcome_word }} — the word that `finding` takes for 1, 0 and -1."""
    return {1: "met", 0: "not_met"}.get(code, "unknown")


@register.filter
def code_name(code: str, catalogue: str) -> str:
    """{{ "province"|code_name:"level" }} — the words of a code."""
    return rulebook().catalogues[catalogue].label(code, language()) if code else ""


@register.filter
def fact_name(name: str) -> str:
    """{{ "degree"|fact_name }} — the label of a fact."""
    fact = rulebook().vocabulary.facts.get(name)
    return said(fact.label) if fact else name


@register.filter
def catalogue_name(ident: str) -> str:
    """{{ "degree"|catalogue_name }} — the label of a catalogue."""
    return said(rulebook().catalogues[ident].label_text)


@register.filter
def instrument_name(ident: str) -> str:
    """{{ "s0"|instrument_name }} — number and title of a text."""
    text = rulebook().instruments.get(ident)
    return f"{text.number} – {said(text.title)}" if text else ident


@register.filter
def kind_name(kind: str) -> str:
    """{{ use.kind|kind_name }}"""
    return str(names.KINDS[kind])


@register.filter
def regime_name(regime: str) -> str:
    """{{ parameter.regime|regime_name }}"""
    return str(names.REGIMES.get(regime, regime))


@register.filter
def unit_name(unit: str) -> str:
    """{{ parameter.unit|unit_name }}"""
    return names.unit_name(unit)


@register.filter
def comparison_words(sign: str) -> str:
    """{{ parameter.comparison|comparison_words }}"""
    return str(names.COMPARISONS.get(sign, ""))


@register.filter
def confidence_meaning(level: str) -> str:
    """{{ text.confidence|confidence_meaning }} — what the mark means, in a sentence."""
    return str(names.MEANINGS[level])


@register.filter
def count_kind(kind: str) -> str:
    """{{ target.kind|count_kind }}"""
    return str(names.COUNTINGS[kind])


@register.filter
def value_kind(kind: str) -> str:
    """{{ fact.type.kind|value_kind }}"""
    return str(names.VALUES.get(kind, kind))


@register.filter
def privacy_name(level: str) -> str:
    """{{ fact.privacy|privacy_name }}"""
    return str(names.CLASSES[level])
