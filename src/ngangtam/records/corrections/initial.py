"""What the forms of this room start from: what the file says, and what somebody proposed."""

from typing import Any

from ngangtam.records.corrections.models import Request
from ngangtam.records.corrections.targets import Target
from ngangtam.records.personnel.forms import record_initial
from ngangtam.records.personnel.models import Posting, Record
from ngangtam.records.personnel.queries.file import File


def of_target(target: Target, file: File) -> dict[str, Any]:
    """Return what the file says of a target, by the names of the form's fields."""
    if target.about == Request.About.IDENTITY:
        return {target.field: target.said}
    record = next((row for row in file.records if row.pk == target.record_id), None)
    posting = next((row for row in file.postings if row.pk == target.posting_id), None)
    return of_row(record, posting)


def of_row(record: Record | None, posting: Posting | None) -> dict[str, Any]:
    """Return what a row says, by the names of the form's fields."""
    if record is not None:
        return record_initial(record)
    if posting is not None:
        return {
            "first_day": posting.valid.lower, "until": posting.valid.upper, "main": posting.main,
            "title_raw": posting.title_raw,
        }  # fmt: skip
    return {}


def of_request(request: Request) -> dict[str, Any]:
    """Return what the file says of a request's row, and over it what the person proposed."""
    return {**of_row(request.record, request.posting), **request.proposed}
