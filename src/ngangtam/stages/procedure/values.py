"""What is handed to the actions of this room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubjectValues:
    """Somebody whom a case is about. Shape: in a simulation `name` is invented, without person."""

    person_id: int | None
    post_id: int | None = None
    name: str = ""
    headline: str = ""
