"""Putting what would be recorded into words, before it is."""

from typing import Any

from ngangtam.foundation.kernel.models import span
from ngangtam.records.corrections.targets import said_of
from ngangtam.records.corrections.values import RecordValues
from ngangtam.records.personnel.models import Record


def told(kind: str, values: RecordValues) -> str:
    """Return a record that does not stand yet in the words in which it would stand."""
    first = values.first_day
    detail: dict[str, Any] = dict(values.detail)
    row = Record(
        kind=kind, code=values.code, raw=values.raw, precision=first.precision, detail=detail,
        valid=span(first.day, values.until) if first.day else None,
    )  # fmt: skip
    return said_of(row)
