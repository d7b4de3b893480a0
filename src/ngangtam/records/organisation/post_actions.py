"""What may be done to the posts of a unit and to the number of its people."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.models import span
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.records.organisation import changes, secrecy, steps
from ngangtam.records.organisation.changes import Basis
from ngangtam.records.organisation.events import EventType
from ngangtam.records.organisation.models import Establishment, Post, Unit


def _unit(unit_id: int, by: Viewer) -> Unit:
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.UNIT_CHANGE, str(unit.path))
    return unit


def _post(post_id: int, by: Viewer) -> Post:
    post = Post.objects.select_related("unit").get(pk=post_id)
    require(by, Permission.UNIT_CHANGE, str(post.unit.path))
    if post.voided_at is not None:
        raise DomainError(_("This post is voided."))
    return Post.objects.select_for_update(of=("self",)).select_related("unit").get(pk=post_id)


@transaction.atomic(durable=True)
def set_establishment(
    *, unit_id: int, regime: str, number: int, first_day: date, basis: Basis, by: Viewer
) -> Establishment:
    """Say how many people of a regime a unit may have from `first_day` on.

    Units: `number` counts people. What was said before ends that day.
    Errors: DomainError when a number from a later day is already there.
    """
    unit = _unit(unit_id, by)
    changes.must_stand(unit, first_day)
    rests_on = changes.ground(basis, kind="establishment", first_day=first_day)
    held = Establishment.objects.standing().filter(
        unit=unit, regime=regime, valid__overlap=span(first_day)
    )
    for row in held.select_for_update().order_by("valid"):
        if row.valid.lower > first_day:
            raise DomainError(
                _("A number from %(day)s on is already there.")
                % {"day": f"{row.valid.lower:%d/%m/%Y}"}
            )
        changes.replace_row(row, first_day=first_day, by=by.get_username())
    made: Establishment = changes.guarded(
        Establishment, unit=unit, regime=regime, number=number, valid=span(first_day),
        decision=rests_on.decision, source=rests_on.source, recorded_by=by.get_username(),
    )  # fmt: skip
    record(EventType.ESTABLISHMENT_SET, by=by, subject=unit, regime=regime, number=number,
           first_day=first_day.isoformat(), basis=str(rests_on))  # fmt: skip
    return made


@transaction.atomic(durable=True)
def add_post(
    *, unit_id: int, title: str, first_day: date, basis: Basis, by: Viewer, **details: Any
) -> Post:
    """Set up a post in a unit from `first_day` on.

    Shape: `details` are the fields of `steps.add_post`: seats, regime, leadership …
    Errors: DomainError for a post whose holders' files lie above the secrecy ceiling.
    """
    unit = _unit(unit_id, by)
    secrecy.refuse_above(str(details.get("managed_by", "")), today())
    changes.must_stand(unit, first_day)
    rests_on = changes.ground(basis, kind="post", first_day=first_day)
    post = steps.add_post(
        unit=unit, title=title, first_day=first_day, decision=rests_on.decision,
        source=rests_on.source, by=by.get_username(), **details,
    )  # fmt: skip
    record(EventType.POST_ADDED, by=by, subject=unit, post=post.pk, title=post.title,
           first_day=first_day.isoformat(), basis=str(rests_on))  # fmt: skip
    return post


@transaction.atomic(durable=True)
def change_post(*, post_id: int, reason: str, by: Viewer, **fields: Any) -> Post:
    """Set details of a post anew: seats, title, what kind of post it is.

    A post whose holders stay is the same post: its row keeps its period and its holders, and the
    event keeps what every field was before.
    Errors: DomainError for fewer seats than are held, or as the constraints say.
    """
    post = _post(post_id, by)
    seats = fields.get("seats", post.seats)
    if seats is not None and seats < changes.highest_seat(post):
        raise DomainError(_("More seats are held than that."))
    secrecy.refuse_above(str(fields.get("managed_by", "")), today())
    before = {name: getattr(post, name) for name in fields}
    changed = {name: value for name, value in fields.items() if before[name] != value}
    if not changed:
        raise DomainError(_("Nothing changes: the post is already so."))
    changes.rewrite(post, changed)
    record(EventType.POST_CHANGED, by=by, subject=post.unit, post=post.pk, reason=reason,
           before={name: before[name] for name in changed}, after=changed)  # fmt: skip
    return post


@transaction.atomic(durable=True)
def close_post(*, post_id: int, on: date, basis: Basis, by: Viewer) -> Post:
    """Let a post end: `on` is the first day without it.

    Errors: DomainError while somebody holds it on that day or later.
    """
    post = _post(post_id, by)
    if changes.highest_seat(post, from_day=on):
        raise DomainError(_("Somebody still holds this post then."))
    if post.valid.upper is not None and post.valid.upper <= on:
        raise DomainError(_("This post has ended before."))
    rests_on = changes.ground(basis, kind="post", first_day=on)
    changes.replace_row(post, first_day=on, by=by.get_username())
    record(EventType.POST_CLOSED, by=by, subject=post.unit, post=post.pk, title=post.title,
           on=on.isoformat(), basis=str(rests_on))  # fmt: skip
    return post
