"""Who holds the titles that are voted on, and who of them is left out by the text; who may vote.

Read from postings alone. What postings cannot tell, such as a notice of leave, a person enters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ngangtam.records.personnel.models import Posting
from ngangtam.stages.confidence import law
from ngangtam.stages.confidence.models import Regime, Round, Subject

MOST: Final = 300  # names on one paper
_JOINS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who holds a title that is voted on.

    Shape: `since` is the first day of the unbroken time in the title held longest; `why` '' for
        who is voted on.
    """

    person_id: int
    post_id: int
    titles: str
    since: date
    why: str
    note: str


def people_of(one: Round) -> list[Found]:
    """Return everybody in the body who holds a title of this round on its day, by name.

    Shape: who holds several titles stands once, with all of them, the highest first.
    """
    held = _postings(one)
    by_person: dict[int, list[Posting]] = {}
    for posting in held:
        by_person.setdefault(posting.person_id, []).append(posting)
    earlier = _earlier(by_person, one.day)
    return [_found(one, rows, earlier) for rows in by_person.values()]


def _postings(one: Round) -> list[Posting]:
    rows = Posting.objects.on(one.day).filter(person__voided_at__isnull=True)
    inside = Q(post__unit=one.unit)
    if one.below or one.regime == Regime.ELECTED:
        inside = Q(post__unit__path__within=area_of(one))
    rows = rows.filter(inside)
    if one.regime == Regime.ELECTED:
        kinds = law.titles_at(one.unit.level, one.day)
        if kinds is None:  # the text is silent: by hand, in the titles of a province
            kinds = law.titles_at("province", one.day) or ()
        rows = rows.filter(post__title_kind__in=kinds, post__level=one.unit.level)
    else:
        rows = rows.filter(post__leadership=True)
    order = ("person__name_key", "person_id", "-post__head", "-main", "post__position", "pk")
    return list(rows.select_related("person", "post").order_by(*order)[: MOST * 2])


def area_of(one: Round) -> str:
    """Return the path under which the titles lie: a council votes on the committee beside it."""
    path = str(one.path)
    beside = one.regime == Regime.ELECTED and one.unit.kind == "council"
    return path.rpartition(".")[0] or path if beside else path


def _earlier(people: Iterable[int], day: date) -> dict[tuple[int, int], list[Posting]]:
    """Return the postings of these people up to the day, by person and post, latest first."""
    rows = Posting.objects.standing().filter(person__in=list(people), valid__startswith__lte=day)
    found: dict[tuple[int, int], list[Posting]] = {}
    for row in rows.select_related("post").order_by("-valid"):
        found.setdefault((row.person_id, row.post_id), []).append(row)
    return found


def _found(
    one: Round, rows: Sequence[Posting], earlier: dict[tuple[int, int], list[Posting]]
) -> Found:
    starts = [_since(row, earlier.get((row.person_id, row.post_id), [])) for row in rows]
    longest = min(starts)
    new = longest.year == one.day.year
    note = ""
    if new:
        note = _("In the title since %(day)s.") % {"day": f"{longest:%d/%m/%Y}"}
    first = rows[0]
    return Found(
        first.person_id, first.post_id, "; ".join(dict.fromkeys(row.post.title for row in rows)),
        longest, Subject.Why.NEW if new else "", note,
    )  # fmt: skip


def _since(row: Posting, held: Sequence[Posting]) -> date:
    """Return the first day of the time in this post without a break: a new term is no new post."""
    first: date = row.valid.lower
    for before in held:
        if before.valid.lower < first and before.valid.upper is not None:
            if before.valid.upper < first - _JOINS:
                break
            first = before.valid.lower
    return first


# -- who may vote --------------------------------------------------------------------------------

CIRCLES: Final = ("deputies", "committee", "standing", "leaders", "staff")


def circle(one: Round, name: str) -> QuerySet[Posting]:
    """Return the postings of a circle of possible voters on the day of the round."""
    rows = Posting.objects.on(one.day).filter(person__voided_at__isnull=True)
    inside = Q(post__unit__path__within=area_of(one))
    chosen = {
        "deputies": inside & Q(post__deputy_elected=True, post__level=one.unit.level),
        "committee": inside & Q(post__committee_member=True, post__level=one.unit.level),
        "standing": inside & Q(post__standing_committee_member=True, post__level=one.unit.level),
        "leaders": Q(post__unit=one.unit, post__leadership=True)
        | Q(post__unit__parent=one.unit, post__head=True),
        "staff": Q(post__unit=one.unit),
    }
    return rows.filter(chosen[name])


def circle_label(name: str) -> str:
    return {
        "deputies": _("deputies of the council"),
        "committee": _("members of the Party committee"),
        "standing": _("members of the standing committee"),
        "leaders": _("leaders of the body and heads of its units"),
        "staff": _("everybody in the body itself"),
    }[name]


def voters_of(one: Round, circles: Iterable[str]) -> list[int]:
    """Return the people of these circles, each once."""
    found: dict[int, None] = {}
    for name in circles:
        for person in (
            circle(one, name).order_by("person__name_key").values_list("person_id", flat=True)
        ):
            found[person] = None
    return list(found)
