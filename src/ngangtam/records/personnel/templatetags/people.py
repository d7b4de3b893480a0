"""Tags of the people's room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngangtam.foundation.kernel.days import full_age
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.components.marks import badge, unknown
from ngangtam.records.personnel.catalogues import choices
from ngangtam.records.personnel.models import Person
from ngangtam.records.personnel.queries.units import Branch
from ngangtam.records.personnel.shown import birth_of

register = template.Library()


@register.simple_tag
def person_rows(people: Sequence[Person], today: date) -> SafeString:
    """{% person_rows people today %} — lines of a list of people, as table rows.

    Built here and not in a template, with every word looked up once: fifty lines cost little
    more than five.
    """
    words = _Words(
        labels=(_("Age"), _("Gender"), _("Present post"), _("Unit"), _("Degree")),
        genders={"male": _("Man"), "female": _("Woman")}, degrees=dict(choices("degree")),
        marks={
            (leads, party): format_html("{}{}", badge(_("Leader"), "blue") if leads else "",
                                        badge(_("Party member"), "red") if party else "")
            for leads in (True, False) for party in (True, False, None)
        },
        unknown=unknown(),
    )  # fmt: skip
    return format_html_join("", "{}", ((_row(person, today, words),) for person in people))


@dataclass(frozen=True, slots=True)
class _Words:
    """What the rows of one list have in common."""

    labels: tuple[str, ...]
    genders: dict[str, str]
    degrees: dict[str, str]
    marks: dict[tuple[bool, bool | None], SafeString]
    unknown: SafeString


def _row(person: Person, today: date, words: _Words) -> SafeString:
    age, gender, post, unit, degree = words.labels
    years = (
        format_html('{}<span class="sub">{}</span>', full_age(person.birth_day, today),
                    birth_of(person))
        if person.birth_day else words.unknown
    )  # fmt: skip
    home = person.home_unit
    place = (
        format_html('<a href="{}">{}</a>', home.get_absolute_url(), home.name)
        if home else words.unknown
    )  # fmt: skip
    return format_html(
        '<tr data-nt-row><th scope="row"><a href="{}">{}</a><span class="sub">{}</span></th>'
        '<td class="num" data-label="{}">{}</td><td data-label="{}">{}</td>'
        '<td data-label="{}">{}<span class="sub">{}</span></td>'
        '<td data-label="{}">{}</td><td data-label="{}">{}</td></tr>',
        person.get_absolute_url(), person.full_name, person.number, age, years, gender,
        words.genders.get(person.gender, words.unknown), post, person.headline or words.unknown,
        words.marks[person.leadership, person.party], unit, place, degree,
        words.degrees.get(person.degree, words.unknown),
    )  # fmt: skip


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
    boxes = format_html_join(
        "", "<li>{}{}</li>", ((_box(one, asked), _lower(one, most, asked)) for one in branch.below)
    )
    below = format_html('<ul class="org-level">{}</ul>', boxes) if branch.below else ""
    return format_html('<div class="org">{}{}</div>', _box(branch, asked, top=True), below)


def _box(branch: Branch, asked: str, *, top: bool = False) -> SafeString:
    people = ngettext("%(people)s person", "%(people)s people", branch.people) % {
        "people": formats.number(branch.people)
    }
    seats = _("%(seats)s seats") % {"seats": formats.number(branch.seats)}
    vacant = (
        badge(_("%(vacant)s vacant") % {"vacant": formats.number(branch.vacant)}, "amber")
        if branch.vacant else ""
    )  # fmt: skip
    target = reverse("unit-detail" if top or not branch.units else "unit-chart",
                     args=[branch.code])  # fmt: skip
    return format_html(
        '<div class="org-box{}"><a href="{}{}">{}</a><p><strong>{}</strong> · {} {}</p></div>',
        " org-top" if top else "", target, asked, branch.name, people, seats, vacant,
    )  # fmt: skip


def _lower(branch: Branch, most: int, asked: str) -> SafeString | str:
    if not branch.below:
        return ""
    rows = format_html_join(
        "", '<li><a href="{}{}">{}</a> <span class="num">{}</span></li>',
        ((reverse("unit-chart" if one.units else "unit-detail", args=[one.code]), asked,
          one.name, formats.number(one.people)) for one in branch.below[:most]),
    )  # fmt: skip
    rest = branch.units - min(len(branch.below), most)
    more = ""
    if rest > 0:
        words = ngettext("and %(rest)s more unit", "and %(rest)s more units", rest) % {
            "rest": formats.number(rest)
        }
        href = reverse("unit-chart", args=[branch.code])
        more = format_html('<li><a href="{}{}">{}</a></li>', href, asked, words)
    return format_html('<ul class="org-units">{}{}</ul>', rows, more)
