"""Tags of the people's room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import may
from ngangtam.foundation.kernel.days import full_age
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components.blocks import crumb
from ngangtam.foundation.ui.components.marks import badge, unknown
from ngangtam.records.personnel.catalogues import choices
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.units import Branch
from ngangtam.records.personnel.shown import birth_of

register = template.Library()


@register.filter
def of(marks: Mapping[int, object], key: int) -> object:
    """{{ waits.records|of:line.pk }} — what stands under a key, nothing where nothing does."""
    return marks.get(key) if marks else None


@register.simple_tag(takes_context=True)
def people_crumb(context: Mapping[str, Any]) -> SafeString:
    """{% people_crumb %} — the step to the list of people, for those who have such a list."""
    return _crumb_to(context, "person-list", _("People"))


@register.simple_tag(takes_context=True)
def decisions_crumb(context: Mapping[str, Any]) -> SafeString:
    """{% decisions_crumb %} — the step to the list of decisions, for those who have one."""
    return _crumb_to(context, "decision-list", _("Decisions"))


def _crumb_to(context: Mapping[str, Any], name: str, words: str) -> SafeString:
    if not may(context["request"].user, Permission.PERSON_VIEW):
        return mark_safe("")
    return crumb(words, href=reverse(name))


@register.simple_tag
def person_rows(people: Sequence[Person], today: date) -> SafeString:
    """{% person_rows people today %} — lines of a list of people, as table rows.

    Built here and not in a template, with every word looked up once: fifty lines cost little
    more than five.
    """
    labels = (_("Age"), _("Gender"), _("Present post"), _("Unit"), _("Degree"))
    # Each word is escaped here, once; `_row` escapes what differs from row to row.
    words = _Words(
        labels=tuple(escape(label) for label in labels),
        genders={"male": escape(_("Man")), "female": escape(_("Woman"))},
        degrees={code: escape(label) for code, label in choices("degree")},
        marks={
            (leads, party): format_html("{}{}", badge(_("Leader"), "blue") if leads else "",
                                        badge(_("Party member"), "red") if party else "")
            for leads in (True, False) for party in (True, False, None)
        },
        unknown=unknown(), file=_address("person-detail"), unit=_address("unit-detail"),
    )  # fmt: skip
    return mark_safe("".join(_row(person, today, words) for person in people))  # noqa: S308


def _address(name: str) -> tuple[str, str]:
    """Return what stands before and after the name of a thing in its address."""
    before, _between, after = reverse(name, args=["0-0"]).partition("0-0")
    return escape(before), escape(after)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the rows of one list have in common, as HTML."""

    labels: tuple[str, ...]
    genders: dict[str, SafeString]
    degrees: dict[str, SafeString]
    marks: dict[tuple[bool, bool | None], SafeString]
    unknown: SafeString
    file: tuple[str, str]
    unit: tuple[str, str]


def _row(person: Person, today: date, words: _Words) -> str:
    age, gender, post, unit, degree = words.labels
    file, home = words.file, person.home_unit
    years = (
        f'{full_age(person.birth_day, today)}<span class="sub">{escape(birth_of(person))}</span>'
        if person.birth_day else words.unknown
    )  # fmt: skip
    place = (
        f'<a href="{words.unit[0]}{quote(home.code)}{words.unit[1]}">{escape(home.name)}</a>'
        if home else words.unknown
    )  # fmt: skip
    number = escape(person.number)
    return (
        f'<tr data-nt-row><th scope="row"><a href="{file[0]}{quote(person.number)}{file[1]}">'
        f'{escape(person.full_name)}</a><span class="sub">{number}</span></th>'
        f'<td class="num" data-label="{age}">{years}</td>'
        f'<td data-label="{gender}">{words.genders.get(person.gender, words.unknown)}</td>'
        f'<td data-label="{post}">{escape(person.post_said) if person.headline else words.unknown}'
        f'<span class="sub">{words.marks[person.leadership, person.party]}</span></td>'
        f'<td data-label="{unit}">{place}</td>'
        f'<td data-label="{degree}">{words.degrees.get(person.degree, words.unknown)}</td></tr>'
    )


@register.filter
def named(names: dict[str, object], key: str) -> object:
    """{{ names|named:key }} — the words for a key, the key itself where there are none."""
    return names.get(key, key)


@register.simple_tag
def organisation_chart(branch: Branch, most: int, day: date, today: date) -> SafeString:
    """{% organisation_chart branch most day today %} — boxes of a unit and two levels below.

    Shape: of the lower level the first `most` units stand in a box, the rest is a number.
    """
    asked = f"?day={day:%d/%m/%Y}" if day != today else ""
    # Words and marks are looked up once for all boxes.
    drawn = _Chart(
        _address("unit-chart"), _address("unit-detail"), asked, most,
        mark=formats.number(1000)[1:-3], seats=escape(_("%(seats)s seats")),
        vacant=badge(_("%(vacant)s vacant"), "amber"),
    )  # fmt: skip
    boxes = "".join(f"<li>{drawn.box(one)}{drawn.lower(one)}</li>" for one in branch.below)
    below = f'<ul class="org-level">{boxes}</ul>' if boxes else ""
    return mark_safe(f'<div class="org">{drawn.box(branch, top=True)}{below}</div>')  # noqa: S308


@dataclass(frozen=True, slots=True)
class _Chart:
    """Draws the boxes of one chart; each word that comes from a unit is escaped here."""

    chart: tuple[str, str]
    detail: tuple[str, str]
    asked: str
    most: int
    mark: str
    seats: str
    vacant: str

    def number(self, count: int | None) -> str:
        return "" if count is None else f"{count:,}".replace(",", self.mark)

    def address(self, branch: Branch, *, chart: bool) -> str:
        before, after = self.chart if chart else self.detail
        return f"{before}{quote(branch.code)}{after}{self.asked}"

    def box(self, branch: Branch, *, top: bool = False) -> str:
        people = ""
        if branch.people is not None:
            counted = ngettext("%(people)s person", "%(people)s people", branch.people) % {
                "people": self.number(branch.people)
            }
            people = f"<strong>{escape(counted)}</strong> · "
        seats = self.seats % {"seats": self.number(branch.seats)}
        vacant = self.vacant % {"vacant": self.number(branch.vacant)} if branch.vacant else ""
        href = self.address(branch, chart=not top and bool(branch.units))
        return (
            f'<div class="org-box{" org-top" if top else ""}"><a href="{href}">'
            f"{escape(branch.name)}</a><p>{people}{seats} {vacant}</p></div>"
        )

    def lower(self, branch: Branch) -> str:
        """Draw the first units below, and how many more there are."""
        if not branch.below:
            return ""
        rows = "".join(
            f'<li><a href="{self.address(one, chart=bool(one.units))}">{escape(one.name)}</a> '
            f'<span class="num">{self.number(one.people)}</span></li>'
            for one in branch.below[: self.most]
        )
        rest = branch.units - min(len(branch.below), self.most)
        more = ""
        if rest > 0:
            words = ngettext("and %(rest)s more unit", "and %(rest)s more units", rest) % {
                "rest": self.number(rest)
            }
            more = f'<li><a href="{self.address(branch, chart=True)}">{escape(words)}</a></li>'
        return f'<ul class="org-units">{rows}{more}</ul>'
