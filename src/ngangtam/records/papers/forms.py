"""What a request for a paper may ask."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from ngangtam.foundation.kernel.days import parse_day


@dataclass(frozen=True, slots=True)
class Asked:
    """As of which day, and whether with the sensitive items."""

    on: date
    sensitive: bool

    @property
    def query(self) -> str:
        """The same question as the end of an address."""
        told = {"on": f"{self.on:%d/%m/%Y}"} | ({} if self.sensitive else {"sensitive": "no"})
        return urlencode(told)


def read(params: QueryDict, *, today: date) -> Asked:
    """Read what was asked; a day that is none is today, and the full form is the common case."""
    found = parse_day(params.get("on", "")).value
    on = found.day if found.precision == "day" and found.day else today
    return Asked(on, params.get("sensitive", "yes") != "no")
