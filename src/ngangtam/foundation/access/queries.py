"""Reading accounts for screens."""

import json
from dataclasses import dataclass

from ngangtam.foundation.kernel.home import room


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the fictional province, with the password that its maker printed."""

    username: str
    password: str
    full_name: str
    role: str


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts of the demo, none when no demo was loaded."""
    path = room("demo") / "accounts.json"
    if not path.exists():
        return []
    return [DemoAccount(**row) for row in json.loads(path.read_text())]
