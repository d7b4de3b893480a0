"""One way of writing an event down as bytes, the same before and after the database."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def canonical(value: Any) -> bytes:
    """Return a JSON value as bytes: sorted keys, no spaces, whole numbers without a fraction.

    Shape: what PostgreSQL's `jsonb` gives back for a value has the same bytes as the value.
    """
    plain = _settled(json.loads(json.dumps(value)))
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _settled(value: Any) -> Any:
    # `jsonb` keeps numbers as decimals: 1e+16 comes back as 10000000000000000.
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    if isinstance(value, dict):
        return {key: _settled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_settled(one) for one in value]
    return value


def instant(at: datetime) -> str:
    """Return an instant as text to the microsecond, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
