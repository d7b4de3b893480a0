"""Units as the people's room shows them: the tree, a unit's posts and holders, the chart."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Sum

from ngangtam.foundation.access.roles import Permission
from ngangtam.records.organisation.models import (
    Establishment,
    Post,
    Unit,
    UnitVersion,
)
from ngangtam.records.personnel.models import Posting
from ngangtam.records.personnel.queries.people import people_for
from ngangtam.records.personnel.queries.reach import Reach

MOST_HOLDERS: Final = 12


@dataclass(slots=True)
class Branch:
    """A unit in a tree of one day.

    Shape: `people` and `seats` count the unit and everything below it; `own` the unit alone;
        `below` are the units right under it that were asked for, `units` counts all of them.
        Of people nothing is counted, None, where the viewer reads neither files nor figures.
    """

    code: str
    name: str
    kind: str
    level: str
    own: int | None = 0
    people: int | None = 0
    seats: int = 0
    units: int = 0
    pk: int = 0
    below: list["Branch"] = field(default_factory=list)

    @property
    def vacant(self) -> int | None:
        return None if self.people is None else max(self.seats - self.people, 0)


def code_at(path: str) -> str:
    """Return the code of the unit at a path; of the topmost unit for the empty path."""
    rows = (
        Unit.objects.filter(pk=int(path.rpartition(".")[2]))
        if path
        else Unit.objects.filter(parent=None)
    )
    return rows.values_list("code", flat=True).order_by("position", "pk").first() or ""


# One level and the `most` first units of the level below it; sums come from the subtrees' table.
_BRANCHES: Final = """
with first as (
  select u.* from organisation_unit u
  where u.parent_id = %(top)s and (u.ended_on is null or u.ended_on > %(on)s)
), second as (
  select * from (
    select u.*, row_number() over (partition by u.parent_id order by u.position, u.code) as at
    from organisation_unit u
    where %(depth)s > 1 and u.parent_id in (select id from first)
      and (u.ended_on is null or u.ended_on > %(on)s)
  ) line where at <= %(most)s
), shown as (
  select 0 as below, id, code, name, kind, level, parent_id, position, holders
  from organisation_unit where id = %(top)s
  union all select 1, id, code, name, kind, level, parent_id, position, holders from first
  union all select 2, id, code, name, kind, level, parent_id, position, holders from second
)
select s.id, s.code, s.name, s.kind, s.level, s.parent_id, s.holders,
       coalesce(t.people, s.holders), coalesce(t.seats, 0),
       (select count(*) from organisation_unit c
        where c.parent_id = s.id and (c.ended_on is null or c.ended_on > %(on)s))
from shown s left join personnel_subtree t on t.unit_id = s.id
order by s.below, s.position, s.code
"""


def branches(unit: Unit, on: date, depth: int, most: int = 1000) -> Branch:
    """Return the unit with one or two levels below it, as they stand today.

    Shape: sums go over the whole subtree, also below the levels that are shown; of the second
        level at the most `most` units under each of the first.
    """
    asked: dict[str, int | date] = {"top": unit.pk, "depth": depth, "on": on, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_BRANCHES, asked)
        rows = cursor.fetchall()
    made: dict[int, Branch] = {}
    for pk, code, name, kind, level, parent, own, people, seats, units in rows:
        made[pk] = Branch(code, name, kind, level, own, people, seats, units, pk)
        if pk != unit.pk and parent in made:
            made[parent].below.append(made[pk])
    return made[unit.pk]


def branches_on(unit: Unit, day: date, depth: int) -> Branch:
    """Return the same as `branches` for a past or coming day, from versions and postings."""
    versions = list(
        UnitVersion.objects.on(day).values_list(
            "unit_id", "unit__code", "name", "kind", "level", "parent_id", "unit__position"
        )
    )
    below: dict[int | None, list[Branch]] = {}
    found: dict[int, Branch] = {}
    for pk, code, name, kind, level, parent, _position in sorted(
        versions, key=lambda row: (row[6], row[1])
    ):
        found[pk] = Branch(code, name, kind, level, pk=pk)
        below.setdefault(parent, []).append(found[pk])
    with connection.cursor() as cursor:
        cursor.execute("select unit_id, holders, seats from ngangtam_unit_counts(%s)", [day])
        counts = {pk: (holders, seats) for pk, holders, seats in cursor.fetchall()}
    top = found.get(unit.pk) or Branch(unit.code, unit.name, unit.kind, unit.level, pk=unit.pk)
    _fill(top, below, counts, depth)
    return top


def counts_people(reach: Reach, path: object) -> bool:
    """Whether the viewer may know how many people are in a unit: who is there, or its figures."""
    return reach.may(Permission.PERSON_VIEW, path) or reach.may(Permission.TARGET_VIEW, path)


def veil(branch: Branch, path: str, reach: Reach) -> Branch:
    """Take out of a tree what it says of people in units that the viewer has nothing to do with.

    Shape: the path of a unit is that of the unit above and its own id.
    """
    if counts_people(reach, path):
        return branch  # and so all that stands below it
    branch.own = branch.people = None
    for child in branch.below:
        veil(child, f"{path}.{child.pk}", reach)
    return branch


def _fill(
    branch: Branch, below: dict[int | None, list[Branch]], counts: dict[int, tuple[int, int]],
    depth: int,
) -> None:  # fmt: skip
    """Sum up from the leaves; keep only `depth` levels of children."""
    children = below.get(branch.pk, [])
    branch.own, branch.seats = counts.get(branch.pk, (0, 0))
    people, branch.units = branch.own, len(children)
    for child in children:
        _fill(child, below, counts, depth - 1)
        people += child.people or 0
        branch.seats += child.seats
    branch.people = people
    branch.below = children if depth > 0 else []


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post of a unit on one day: who holds it as far as the viewer may see.

    Shape: `held` and `free` are None where the viewer may not know how many people there are.
    """

    post: Post
    held: int | None
    holders: list[Posting]
    free: int | None

    @property
    def hidden(self) -> int:
        """Holders that are not named: too many, or out of the viewer's reach."""
        return max((self.held or 0) - len(self.holders), 0)


def posts_of(unit: Unit, on: date, reach: Reach, figures: Reach | None = None) -> list[PostLine]:
    """Return the unit's posts with seats, holders and vacancies on the day.

    Shape: `figures` is the reach through which people are counted, where it is a wider one.
    """
    posts = list(Post.objects.on(on).filter(unit=unit))
    with connection.cursor() as cursor:
        cursor.execute("select post_id, held from ngangtam_held_posts(%s, %s)", [unit.pk, on])
        held = dict(cursor.fetchall())
    named = [post for post in posts if held.get(post.pk, 0) <= MOST_HOLDERS]
    seated: dict[int, list[Posting]] = {}
    rows = Posting.objects.on(on).filter(post__in=named, person__in=people_for(reach))
    for row in rows.select_related("person").order_by("seat"):
        seated.setdefault(row.post_id, []).append(row)
    if not counts_people(figures or reach, unit.path):
        return [PostLine(post, None, seated.get(post.pk, []), None) for post in posts]
    return [
        PostLine(
            post, held.get(post.pk, 0), seated.get(post.pk, []),
            None if post.seats is None else max(post.seats - held.get(post.pk, 0), 0),
        )
        for post in posts
    ]  # fmt: skip


def establishment_below(unit: Unit, on: date) -> int | None:
    """Return the establishment of the unit and all below it; None when nobody set any."""
    rows = Establishment.objects.on(on).filter(unit__path__within=str(unit.path))
    total: int | None = rows.aggregate(total=Sum("number"))["total"]
    return total
