"""The audit events of the room."""

from enum import StrEnum


class EventType(StrEnum):
    """What was done to a unit. One event an action."""

    CREATED = "unit.created"
    RENAMED = "unit.renamed"
    MOVED = "unit.moved"
    MERGED = "unit.merged"
    SPLIT = "unit.split"
    ENDED = "unit.ended"
    ESTABLISHMENT_SET = "establishment.set"
    POST_ADDED = "post.added"
    POST_CHANGED = "post.changed"
    POST_CLOSED = "post.closed"
