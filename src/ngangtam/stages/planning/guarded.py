"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "planning_plan": (
        "unit_id", "path", "term", "first", "until", "counted_on", "state", "figures",
        "figures_basis", "made_by_id", "made_at", "submitted_by_id", "approved_by_id",
        "decision_id", "approved_on", "reviewed_on", "answer", "version",
    ),
    "planning_plantitle": (
        "plan_id", "post_id", "name", "unit_name", "position", "removed_at",
    ),
    "planning_planentry": (
        "plan_id", "title_id", "person_id", "path", "number", "full_name", "headline",
        "workplace", "elsewhere", "position", "state", "findings", "judgement", "in_reason",
        "in_since", "in_decision_id", "out_reason", "out_since", "out_decision_id", "science",
        "ready_on", "added_by_id", "added_at", "leaving_by_id", "record_id",
    ),
    "planning_planreview": ("plan_id", "path", "day", "opened_by_id", "opened_at", "closed_at"),
    "planning_reviewline": (
        "review_id", "entry_id", "path", "evidence", "outcome", "reason", "judged_by_id",
        "judged_at",
    ),
    "planning_planlist": (
        "plan_id", "path", "to_unit_id", "to_path", "name", "day", "rows", "digest",
        "sent_by_id", "sent_at", "seen_by_id", "seen_at",
    ),
}  # fmt: skip
