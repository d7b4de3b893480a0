"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "exits_proposal": (
        "person_id", "unit_id", "path", "post_id", "ground", "exit", "confirmed", "evidence",
        "mark", "state", "first_seen", "last_seen", "gone_on", "reason", "settled_by_id",
        "settled_at", "case_number", "told_at", "version",
    ),
    "exits_statement": (
        "person_id", "path", "about", "day", "until", "figure", "of", "word", "says",
        "decision_id", "file_id", "recorded_by_id", "recorded_at", "voided_at", "voided_by_id",
        "void_reason",
    ),
    "exits_letter": (
        "person_id", "unit_id", "path", "post_id", "ground", "text", "wished", "sent_at",
        "sent_by_id", "state", "case_number", "answer", "answered_by_id", "answered_at", "version",
    ),
    "exits_suspension": (
        "person_id", "unit_id", "path", "post_id", "ground", "first", "last", "limit",
        "decision_id", "case_number", "reason", "extended_to", "extension_limit", "extension_id",
        "extension_reason", "state", "ended_on", "end_reason", "ending_id", "made_by_id",
        "made_at", "version",
    ),
    "exits_departure": (
        "person_id", "unit_id", "path", "posting_id", "exit", "ground", "day", "decision_id",
        "case_number", "to_post_id", "decided_by_id", "made_at",
    ),
}  # fmt: skip
