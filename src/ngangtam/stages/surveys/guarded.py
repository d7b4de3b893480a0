"""The tables of this room whose rows leave a digest in the audit, and the columns that count.

The box itself leaves none: what lies in it is taken out and nothing may point back to it.
"""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "surveys_survey": (
        "cycle_id", "person_id", "unit_id", "path", "questions", "closes_on", "state", "lock",
        "least", "opened_by_id", "opened_at", "closed_at",
    ),
    "surveys_ticket": ("survey_id", "side", "person_id", "digest", "used"),
    "surveys_tally": ("survey_id", "sides", "answered", "figures", "comments"),
}  # fmt: skip
