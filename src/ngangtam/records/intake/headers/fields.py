"""The vocabulary of columns, read once from `fields.yaml`."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal, cast

import yaml

from ngangtam.foundation.kernel.speech import language

Repeat = Literal["check", "join", "each", "extra"]
Absent = Literal["", "none", "not_member"]


@dataclass(frozen=True, slots=True)
class Field:
    """One meaning a column can have."""

    name: str
    vi: str
    en: str
    kind: str
    aliases: tuple[str, ...]
    catalogue: str = ""
    repeat: Repeat = "extra"
    absent: Absent = ""
    options: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    privacy: str = "internal"

    @property
    def label(self) -> str:
        """Return the label in the language of the reader."""
        return self.en if language() == "en" else self.vi


# Parts of a field that stand in columns of their own.
DATE_PARTS: Final = frozenset({"day", "month", "year"})
PARTS: Final = DATE_PARTS | {"male", "female"}


@cache
def fields() -> dict[str, Field]:
    """Return every field by name."""
    text = resources.files(__package__).joinpath("fields.yaml").read_text(encoding="utf-8")
    return {
        name: Field(
            name=name,
            vi=str(entry["label"]["vi"]),
            en=str(entry["label"]["en"]),
            kind=str(entry["kind"]),
            aliases=tuple(str(alias) for alias in entry["aliases"]),
            catalogue=str(entry.get("catalogue", "")),
            repeat=cast(Repeat, entry.get("repeat", "extra")),
            absent=cast(Absent, entry.get("absent", "")),
            options=tuple(entry.get("options", ())),
            heads=tuple(entry.get("heads", ())),
            privacy=str(entry.get("class", "internal")),
        )
        for name, entry in yaml.safe_load(text).items()
    }
