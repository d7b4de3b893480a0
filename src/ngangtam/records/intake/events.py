"""The audit event types of the room."""

CHECKED = "intake.checked"
COMMITTED = "intake.committed"
UNDONE = "intake.undone"
DISCARDED = "intake.discarded"
DECIDED = "intake.decided"
TEMPLATE_SAVED = "intake.template_saved"
