"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

_STRUCTURE: Final = (
    "unit_id", "path", "term", "counted_on", "merged", "seats", "standing", "deputies",
    "figures", "figures_basis", "state", "made_by_id", "made_at", "approved_by_id",
    "approved_on", "document", "version",
)  # fmt: skip
_CANDIDATE: Final = (
    "structure_id", "person_id", "path", "number", "full_name", "headline", "workplace",
    "kind", "outside", "present", "support", "findings", "judgement", "state", "reason",
    "added_by_id", "added_at",
)  # fmt: skip
# Oldest list first; the last is in force.
TABLES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "committees_structure": (_STRUCTURE, (*_STRUCTURE, "decision_id", "elected_on")),
    "committees_candidate": (_CANDIDATE, (*_CANDIDATE, "elected")),
}
