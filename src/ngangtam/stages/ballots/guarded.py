"""The tables of this room whose rows leave a digest in the audit, and the columns that count.

Boxes leave none: digests of what is cast would have a time. Nor do sealed parts of keys, which
are destroyed.
"""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "ballots_poll": (
        "reference", "unit_id", "path", "title", "kind", "rules", "day", "seats", "max_choices",
        "write_ins", "convened", "present", "on_paper", "announced", "share_of", "quorum",
        "needed", "length", "closes_at", "state", "lock", "box", "papers", "root", "previous_id",
        "reason",
        "prepared_by_id", "prepared_at", "opened_at", "closed_at", "counted_at", "annulled_at",
    ),
    "ballots_option": ("poll_id", "position", "label", "person_id", "born"),
    "ballots_teller": ("poll_id", "user_id", "position", "lock", "seated_at", "entered"),
    "ballots_roll": ("poll_id", "voter_id", "present", "voted"),
    "ballots_receipt": ("poll_id", "digest"),
    "ballots_openedpaper": ("poll_id", "number", "marks", "invalid"),
    "ballots_papercount": ("poll_id", "teller_id", "figures", "version", "at"),
    "ballots_result": ("poll_id", "figures", "root", "at"),
}  # fmt: skip
