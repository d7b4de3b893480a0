"""Posts without a holder, and posts that will be without one: where an appointment begins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.foundation.kernel.days import add_months
from ngangtam.foundation.kernel.text import plain
from ngangtam.law.engine.rulebook import rulebook
from ngangtam.records import facts
from ngangtam.records.organisation.models import Post
from ngangtam.records.personnel.models import Posting
from ngangtam.stages.appointment import terms
from ngangtam.stages.appointment.models import Term
from ngangtam.stages.procedure.models import Case

LONGEST: Final = 24  # months ahead that anybody looks
_REASONS: Final[dict[str, str | Promise]] = {
    "retires": _("reaches retirement age"), "ends": _("the posting ends"),
    "term": _("the term ends"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaving:
    """One holder who may leave: when, and why. Shape: `why` is a key of `_REASONS`."""

    posting: Posting
    day: date
    why: str

    @property
    def said(self) -> str | Promise:
        return _REASONS[self.why]


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post with a free seat now or soon. Shape: `cases` are open ones for it."""

    post: Post
    holders: tuple[Posting, ...]
    leaving: tuple[Leaving, ...]
    cases: tuple[Case, ...]

    @property
    def free(self) -> int:
        """How many seats stand empty now."""
        return max((self.post.seats or 0) - len(self.holders), 0)

    @property
    def soonest(self) -> date | None:
        return min((one.day for one in self.leaving), default=None)


def posts_for(viewer: Viewer, day: date) -> QuerySet[Post]:
    """Posts with a number of seats in units whose cases the viewer may read."""
    return _within(Post.objects.on(day), viewer, Permission.CASE_VIEW)


def may_open(viewer: Viewer, day: date) -> QuerySet[Post]:
    """Posts for which the viewer may open a case."""
    return _within(Post.objects.on(day), viewer, Permission.CASE_RUN)


def _within(rows: QuerySet[Post], viewer: Viewer, needs: Permission) -> QuerySet[Post]:
    reach = Q(pk__in=[])
    for path in scopes(viewer, needs):
        reach |= Q(unit__path__within=path)
    return rows.filter(reach, unit__ended_on=None).select_related("unit__parent")


def vacancies(
    viewer: Viewer, day: date, *, words: str = "", months: int = 0, leading: bool = True
) -> list[Vacancy]:
    """Return posts with a free seat now, or one that falls free within so many months.

    Shape: by unit and post; `months` 0 asks for what is free now alone. Posts without a fixed
        number of seats are never vacant.
    """
    rows = posts_for(viewer, day).filter(seats__gt=0)
    if leading:
        rows = rows.filter(leadership=True)
    asked = plain(words).split()
    posts = [
        post for post in rows.order_by("unit__path", "position", "pk")
        if all(word in f"{post.unit.name_plain} {plain(post.title)}" for word in asked)
    ]  # fmt: skip
    holders = _holders([post.pk for post in posts], day)
    leaving = _leaving(holders, day, min(months, LONGEST)) if months else {}
    found = [
        Vacancy(post, tuple(holders[post.pk]), tuple(leaving.get(post.pk, ())), ())
        for post in posts
        if len(holders[post.pk]) < (post.seats or 0) or leaving.get(post.pk)
    ]
    cases = _cases([one.post.pk for one in found])
    return [
        Vacancy(one.post, one.holders, one.leaving, tuple(cases.get(one.post.pk, ())))
        for one in found
    ]


def of_post(viewer: Viewer, post_id: int, day: date) -> Vacancy | None:
    """Return one post for which the viewer may open a case, None otherwise."""
    post = may_open(viewer, day).filter(pk=post_id).first()
    if post is None:
        return None
    holders = _holders([post.pk], day)
    leaving = _leaving(holders, day, LONGEST)
    return Vacancy(
        post, tuple(holders[post.pk]), tuple(leaving.get(post.pk, ())),
        tuple(_cases([post.pk]).get(post.pk, ())),
    )  # fmt: skip


def _holders(posts: Sequence[int], day: date) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = defaultdict(list)
    rows = Posting.objects.on(day).filter(post__in=posts).select_related("person")
    for row in rows.order_by("seat", "pk"):
        found[row.post_id].append(row)
    return found


def _leaving(
    holders: Mapping[int, Sequence[Posting]], day: date, months: int
) -> dict[int, list[Leaving]]:
    """Return who leaves within so many months, the soonest first, each with the first reason."""
    limit = add_months(day, months)
    postings = [one for held in holders.values() for one in held]
    ends = ends_of(postings)
    retire = _retirement([one.person_id for one in postings if one.main], day)
    found: dict[int, list[Leaving]] = defaultdict(list)
    for post, held in holders.items():
        for one in held:
            days = {
                "ends": one.valid.upper, "term": ends.get(one.pk),
                "retires": retire.get(one.person_id) if one.main else None,
            }  # fmt: skip
            known = sorted((on, why) for why, on in days.items() if on is not None and on <= limit)
            if known:
                found[post].append(Leaving(one, *known[0]))
        found[post].sort(key=lambda one: one.day)
    return found


def ends_of(postings: Sequence[Posting]) -> dict[int, date]:
    """Return when the running term of each of these postings ends, where it is on record."""
    rows = Term.objects.filter(
        posting__in=[one.pk for one in postings], state=Term.State.RUNNING, kind=Term.Kind.TERM
    )
    return dict(rows.values_list("posting_id", "until"))


def _retirement(people: Iterable[int], day: date) -> dict[int, date]:
    """Return the month in which each of these people reaches retirement age, where it is known."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    some = facts.of(wanted, day)
    left = rulebook().compile("months_to_retirement", day).evaluate(some)["value"]
    return {
        int(person): add_months(day, int(months))
        for person, months in zip(some["person_id"].to_list(), left.to_list(), strict=True)
        if months is not None
    }


def _cases(posts: Sequence[int]) -> dict[int, list[Case]]:
    rows = Case.objects.filter(
        post__in=posts, state__in=(Case.State.RUNNING, Case.State.FROZEN), fictional=False
    )
    found: dict[int, list[Case]] = defaultdict(list)
    for row in rows.order_by("opened_at"):
        if row.post_id is not None:
            found[row.post_id].append(row)
    return found


def term_note(post: Post, day: date) -> int | None:
    """Return the months of a term in this post that the law gives, None where it gives none."""
    return terms.term_months(post.regime, day)
