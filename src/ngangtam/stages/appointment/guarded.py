"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "appointment_term": (
        "person_id", "posting_id", "path", "kind", "first", "until", "goals", "state",
        "decision_id", "case_number", "basis", "noticed_on", "noticed_by_id", "settled_at",
        "settled_by_id", "answer", "recorded_at", "recorded_by_id", "version",
    ),
    "appointment_clock": (
        "unit_id", "path", "set_by_id", "set_at", "stopped_at", "stopped_by_id", "said", "ran_at",
    ),
    "appointment_examination": (
        "unit_id", "path", "post_id", "title", "scheme_id", "scheme", "entries_until", "state",
        "closed", "result", "chosen_id", "reason", "announced_by_id", "announced_at",
        "published_by_id", "published_on", "version",
    ),
    "appointment_juror": ("examination_id", "user_id", "chair"),
    "appointment_entrant": (
        "examination_id", "person_id", "name", "headline", "state", "reason", "entered_by_id",
        "entered_at",
    ),
    "appointment_mark": ("entrant_id", "juror_id", "round", "mark", "given_at"),
    "appointment_complaint": (
        "entrant_id", "text", "filed_on", "filed_by_id", "due", "answer", "upheld",
        "answered_on", "answered_by_id",
    ),
}  # fmt: skip
