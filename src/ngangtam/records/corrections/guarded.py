"""The tables of this room whose rows leave a digest in the audit, and the columns that count.

A digest is taken of the columns in this order: another order would make every older row look
forged. The files that prove a request belong here too, since only requests have any.
"""

from typing import Final

_DECIDED: Final = ("state", "decided_by_id", "decided_at", "answer")

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "corrections_account": (
        "user_id", "person_id", "state", "reason", "proposed_by_id", "proposed_at",
        "decided_by_id", "decided_at", "ended_by_id", "ended_at", "answer",
    ),
    "corrections_request": (
        "person_id", "asked_by_id", "asked_at", "about", "field", "kind", "record_id",
        "posting_id", "part", "label", "said", "text", "proposed", *_DECIDED,
    ),
    "corrections_attachment": ("request_id", "file_id"),
    "corrections_proposal": (
        "person_id", "act", "kind", "record_id", "values", "shown", "reason", "request_id",
        "state", "proposed_by_id", "proposed_at", "decided_by_id", "decided_at", "answer", "made",
    ),
    "files_storedfile": ("token", "hash", "size", "kind", "name", "sent_by", "sent_at"),
}  # fmt: skip
