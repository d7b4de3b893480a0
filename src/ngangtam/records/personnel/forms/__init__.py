"""The shape of what is typed about people; no rule of the database is checked here."""

from ngangtam.records.personnel.forms.files import (
    DECISION_KINDS,
    AskForm,
    DecisionForm,
    IdentityForm,
    OpenForm,
    identity_of,
)
from ngangtam.records.personnel.forms.rows import (
    EndForm,
    PostingForm,
    ReasonForm,
    RecordForm,
    record_initial,
)

__all__ = [
    "DECISION_KINDS", "AskForm", "DecisionForm", "EndForm", "IdentityForm", "OpenForm",
    "PostingForm", "ReasonForm", "RecordForm", "identity_of", "record_initial",
]  # fmt: skip
