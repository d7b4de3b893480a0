"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "confidence_round": (
        "unit_id", "path", "regime", "title", "basis", "day", "session", "term", "below",
        "share_of", "state", "version", "reason", "opened_by_id", "opened_at", "fixed_at",
        "counted_at", "released_at", "released_on",
    ),
    "confidence_subject": (
        "round_id", "person_id", "post_id", "titles", "since", "state", "why", "note", "by_hand",
    ),
    "confidence_voter": ("round_id", "person_id", "called"),
    "confidence_due": ("round_id", "code", "due", "done_on", "note"),
    "confidence_result": (
        "round_id", "person_id", "path", "post_id", "titles", "day", "regime", "high", "trust",
        "low", "convened", "returned", "denominator", "zone", "followed", "case_number", "note",
        "settled_by_id", "settled_at",
    ),
}  # fmt: skip
