"""Where people stand in plans now, over all plans: the limits count what no one viewer may see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class Place:
    """One live entry. Shape: `state` is proposed, in or leaving; `level` is the post's."""

    entry: int
    plan: int
    post: int
    level: str
    person: int
    state: str

    def leaves(self, plans: Collection[int]) -> bool:
        """Whether the next decision on one of these plans takes the person out."""
        return self.state == "leaving" and self.plan in plans


@dataclass(frozen=True, slots=True)
class Standing:
    """Live entries of some people and under some posts."""

    places: tuple[Place, ...]

    def of_person(self, person_id: int) -> list[Place]:
        return [one for one in self.places if one.person == person_id]

    def of_post(self, post_id: int) -> list[Place]:
        return [one for one in self.places if one.post == post_id]


def people_for(standing: Standing, post_id: int, person_id: int, plans: Collection[int]) -> int:
    """Return how many people are planned for a title, in whatever plan, this person included.

    Shape: whoever leaves one of `plans` is not counted: the decision that brings in takes out.
    """
    return len({one.person for one in standing.of_post(post_id) if not one.leaves(plans)}
               | {person_id})  # fmt: skip


def titles_of(
    standing: Standing, person_id: int, post_id: int, level: str, plans: Collection[int]
) -> int:
    """Return how many titles of a level somebody is planned for, this one included; as above."""
    held = {one.post for one in standing.of_person(person_id)
            if one.level == level and not one.leaves(plans)}  # fmt: skip
    return len(held | {post_id})


def standing(people: Iterable[int], posts: Iterable[int], day: date) -> Standing:
    """Read the live entries of these people, and those under these posts, of plans not over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry, plan, post, level, person, state"
            " from ngangtam_plan_standing(%s::bigint[], %s::bigint[], %s)",
            [sorted(set(people)), sorted(set(posts)), day],
        )
        return Standing(tuple(Place(*row) for row in cursor.fetchall()))


def lock(people: Iterable[int], posts: Iterable[int]) -> None:
    """Let nobody else change how these people and posts stand until the transaction ends."""
    with connection.cursor() as cursor:
        for kind, keys in ((1, sorted(set(posts))), (2, sorted(set(people)))):
            for key in keys:
                cursor.execute(
                    "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"plan:{kind}:{key}"]
                )
