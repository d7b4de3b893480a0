"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "work_product": (
        "unit_id", "code", "name", "measure", "coefficient", "quality", "basis", "recorded_at",
        "recorded_by", "valid", "voided_at",
    ),
    "work_task": (
        "unit_id", "path", "parent_id", "previous_id", "origin", "title", "product_id",
        "person_id", "quantity", "coefficient", "month", "due", "state", "assigned_by_id",
        "assigned_at", "reported_quantity", "reported_failures", "reported_delays",
        "reported_exceeds", "reported_note", "done_on", "reported_at", "cause", "cause_state",
        "cause_by_id", "cause_answer", "confirmed_quantity", "quality_failures", "delays",
        "exceeds", "confirmed_by_id", "confirmed_at", "answer", "version",
        "changed_at", "state_before",
    ),
    "work_draft": (
        "unit_id", "path", "name", "digest", "rows", "state", "made_by_id", "made_at",
        "settled_at", "tasks_made",
    ),
    "work_evidence": (
        "task_id", "file_id", "reference", "added_by_id", "added_at", "removed_at",
    ),
}  # fmt: skip
