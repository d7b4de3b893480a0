"""What an officer typed into a form, as a proposal keeps it and as the file takes it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ngangtam.foundation.kernel.days import PartialDate, parse_day
from ngangtam.records.personnel.actions import Basis


@dataclass(frozen=True, slots=True)
class RecordValues:
    """One record as it is to be. Shape: the first day knows its precision."""

    first_day: PartialDate
    until: date | None = None
    code: str = ""
    raw: str = ""
    detail: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, values: dict[str, Any]) -> "RecordValues":
        """Return what `RecordForm.values` says."""
        return cls(
            first_day=values["first_day"], until=values["until"], code=values["code"],
            raw=values["raw"], detail=tuple(values["detail"].items()),
        )  # fmt: skip

    def kept(self) -> dict[str, Any]:
        """Return plain JSON. What is not known to the day keeps the day that is reckoned with."""
        return {
            "first_day": str(self.first_day), "day": _iso(self.first_day.day),
            "precision": self.first_day.precision, "until": _iso(self.until), "code": self.code,
            "raw": self.raw, "detail": dict(self.detail),
        }  # fmt: skip

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "RecordValues":
        """Read what `kept` returned, in older proposals without the day."""
        first_day = parse_day(kept["first_day"]).value
        if "precision" in kept:
            first_day = PartialDate(kept["first_day"], _day(kept["day"]), kept["precision"])
        return cls(
            first_day=first_day, until=_day(kept["until"]),
            code=kept["code"], raw=kept["raw"], detail=tuple(kept["detail"].items()),
        )  # fmt: skip


def keep_basis(basis: Basis) -> dict[str, str]:
    """Return what a record rests on as plain JSON."""
    return {
        "number": basis.number, "day": _iso(basis.day), "body": basis.body,
        "signer": basis.signer, "source": basis.source,
    }  # fmt: skip


def read_basis(kept: dict[str, str]) -> Basis:
    """Read what `keep_basis` returned."""
    return Basis(**{**kept, "day": _day(kept["day"])})  # type: ignore[arg-type]  # names match


def read_identity(kept: dict[str, str]) -> dict[str, Any]:
    """Return changes of identity as the file takes them: the birth as a PartialDate."""
    return {
        field: (parse_day(value).value if value else None) if field == "birth" else value
        for field, value in kept.items()
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
