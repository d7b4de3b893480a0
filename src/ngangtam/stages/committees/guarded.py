"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "committees_structure": (
        "unit_id", "path", "term", "counted_on", "merged", "seats", "standing", "deputies",
        "figures", "figures_basis", "state", "made_by_id", "made_at", "approved_by_id",
        "approved_on", "document", "version",
    ),
    "committees_candidate": (
        "structure_id", "person_id", "path", "number", "full_name", "headline", "workplace",
        "kind", "outside", "present", "support", "findings", "judgement", "state", "reason",
        "added_by_id", "added_at",
    ),
}  # fmt: skip
