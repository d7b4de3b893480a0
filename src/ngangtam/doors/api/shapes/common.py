"""What all shapes share."""

from datetime import date
from typing import Annotated, Any

# The English text itself: descriptions are translated when the document is written.
from django.utils.translation import gettext_noop as _
from ninja import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_EARLIEST, _LATEST = date(1945, 9, 2), date(2100, 12, 31)


def _sensible(day: date) -> date:
    if not _EARLIEST <= day <= _LATEST:
        raise ValueError(f"the day must lie from {_EARLIEST} to {_LATEST}")
    return day


Day = Annotated[date, AfterValidator(_sensible)]
OnDay = Annotated[Day | None, Query(description=_("As of this day; today when left out."))]
Cursor = Annotated[
    str | None,
    Query(max_length=400, description=_("From the page before: its `next`.")),
]
Limit = Annotated[int, Query(ge=1, le=200, description=_("How many at the most."))]
Words = Annotated[str, Query(max_length=200, description=_("Words to search for."))]
Number = Annotated[str, Field(max_length=20, description=_("File number, as CB0000123."))]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Code = Annotated[str, Field(max_length=40, description=_("Code of a unit."))]
OfUnit = Annotated[
    str,
    Query(max_length=40, description=_("Code of a unit; your topmost one when left out.")),
]
Ident = Annotated[str, Field(max_length=200)]


class Out(BaseModel):
    """What the API says."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class In(BaseModel):
    """What the API takes: nothing beside the fields that are named."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Coded(Out):
    """A code of a catalogue, with its words in the language asked for."""

    code: str
    label: str


class UnitRef(Out):
    """A unit, in short."""

    code: str
    name: str


class Paged(Out):
    """A page of a list. Shape: `next` is the cursor of the page that follows, null on the last."""

    next: str | None = None


class Reason(In):
    """Why."""

    reason: str = Field(min_length=1, max_length=300)


def coded(code: str, label: str) -> Coded | None:
    """Return a code with its words; None for what nobody knows."""
    return Coded(code=code, label=label) if code else None


def plain(value: Any) -> Any:
    """Return a value of the rulebook as JSON takes it."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
