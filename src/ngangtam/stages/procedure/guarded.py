"""The tables of this room whose rows leave a digest in the audit, and the columns that count."""

from typing import Final

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "procedure_case": (
        "number", "procedure", "label", "digest", "xml", "confirmed", "regime", "stage",
        "subject_kind", "unit_id", "path", "title", "post_id", "state", "workflow", "due", "end_by",
        "fictional", "decision_id", "payload", "opened_by_id", "opened_at", "opened_on",
        "ended_at", "ending", "version", "decided_in",
    ),
    "procedure_casesubject": (
        "case_id", "person_id", "name", "headline", "path", "post_id", "state", "reason",
        "position",
    ),
    "procedure_step": (
        "case_id", "token", "bpmn", "kind", "state", "opened_at", "opened_on", "due", "done_at",
        "done_by_id", "prepared", "prepared_by_id", "answers", "outcome", "note",
    ),
    "procedure_opinion": (
        "step_id", "case_id", "body", "unit_id", "path", "question", "asked_by_id", "asked_on",
        "due", "state", "verdict", "text", "reference", "file_id", "given_by_id", "given_on",
    ),
    "procedure_dossieritem": (
        "step_id", "case_id", "item", "label", "state", "file_id", "reference", "attached_by_id",
        "attached_at", "checked_by_id", "checked_at", "note",
    ),
    "procedure_gatefinding": (
        "step_id", "case_id", "subject_id", "gate", "label", "outcome", "value", "reason",
        "facts", "cites", "may_be_special", "judged_on", "ruling", "ruling_reason",
        "ruled_by_id", "ruled_at", "special", "authority", "special_reason", "special_document",
        "special_file_id", "special_by_id", "special_at",
    ),
    "procedure_hold": (
        "case_id", "person_id", "label", "path", "reason", "placed_by_id", "placed_at",
        "lifted_by_id", "lifted_at", "lift_reason",
    ),
    "procedure_casepaper": (
        "case_id", "step_id", "template", "title", "number", "day", "signer", "file_id",
        "made_by_id", "made_at",
    ),
    "procedure_notice": (
        "case_id", "person_id", "title", "text", "day", "given_by_id", "given_at",
    ),
    "procedure_feed": ("user_id", "digest", "made_at", "revoked_at"),
}  # fmt: skip
