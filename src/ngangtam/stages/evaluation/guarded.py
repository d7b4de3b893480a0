"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "evaluation_cycle": (
        "unit_id", "path", "code", "kind", "first", "until", "report_by", "confirm_by", "state",
        "lock_reason", "opened_by_id", "opened_at", "closed_at", "run",
    ),
    "evaluation_sheet": (
        "cycle_id", "person_id", "unit_id", "path", "body_id", "post_id", "scheme", "leader",
        "head", "group", "months_worked", "state", "exempt_reason", "own_points", "own_note",
        "own_at", "points", "general_points", "organising_percent", "uniting_percent",
        "shortcomings_fixed", "degradation_concluded", "unit_in_corruption_or_waste",
        "outstanding", "answer", "confirmed_by_id", "confirmed_at", "version",
    ),
    "evaluation_result": (
        "cycle_id", "sheet_id", "run", "a", "b", "c", "d", "dd", "e", "task_percent", "total",
        "level", "proposed", "tie", "conditions",
    ),
    "evaluation_rating": (
        "sheet_id", "cycle_id", "person_id", "path", "body_path", "level", "total", "reason",
        "decision_id", "decided_by_id", "decided_at", "replaced_at", "noticed_at",
        "published_at", "seen_at",
    ),
    "evaluation_petition": (
        "rating_id", "person_id", "path", "asked_by_id", "asked_at", "text", "answer_by",
        "state", "answer", "decided_by_id", "decided_at",
    ),
    "evaluation_reminder": (
        "cycle_id", "person_id", "path", "about", "sheets", "sent_by_id", "sent_at",
    ),
    "evaluation_unitpoints": (
        "unit_id", "path", "scheme", "first", "basis", "points", "leader_points", "set_by_id",
        "set_at",
    ),
    "evaluation_ledfield": (
        "person_id", "unit_id", "path", "first", "units", "people", "set_by_id", "set_at",
    ),
    "evaluation_petitionproof": ("petition_id", "file_id"),
}  # fmt: skip
