"""Seats of a unit's posts, and which of them are free."""

from datetime import date

from django.utils.translation import gettext as _

from ngangtam.records.organisation.models import Post, Unit
from ngangtam.records.personnel.models import Posting


def free_seats(code: str, on: date) -> tuple[Unit | None, list[tuple[str, str]]]:
    """Return the unit and its free seats on the day, as ("post-seat", words).

    Shape: a post without a fixed number of seats offers seat 0 to everybody. Seats held by
        people whom the viewer may not see count as held only as far as the wall lets us look;
        the constraint of the database has the last word.
    """
    unit = Unit.objects.filter(code=code).first() if code else None
    if unit is None:
        return None, []
    posts = list(Post.objects.on(on).filter(unit=unit))
    held: dict[int, set[int]] = {}
    nameless: dict[int, int] = {}
    taken = Posting.objects.on(on).filter(post__in=posts).values_list("post_id", "seat")
    for held_post, seat in taken:
        held.setdefault(held_post, set()).add(seat)
        nameless[held_post] = nameless.get(held_post, 0) + (seat == 0)
    free = []
    for post in posts:
        gone = held.get(post.pk, set())
        if post.seats is None:
            free.append((f"{post.pk}-0", _("%s (no fixed number)") % post.title))
        else:
            free += [
                (f"{post.pk}-{seat}", _("%(title)s – seat %(seat)s of %(seats)s")
                 % {"title": post.title, "seat": seat, "seats": post.seats})
                for seat in range(1, post.seats - nameless.get(post.pk, 0) + 1) if seat not in gone
            ]  # fmt: skip
    return unit, free
