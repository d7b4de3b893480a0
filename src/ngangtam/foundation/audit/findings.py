"""What a verification says: one line a finding, naming the table and the row."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Kind = Literal["changed", "removed", "inserted", "unaccounted", "broken"]

KINDS: Final[dict[str, str | Promise]] = {
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
    "inserted": gettext_lazy("inserted"),
    "unaccounted": gettext_lazy("outside of every action"),
    "broken": gettext_lazy("broken"),
}
# Why, by code; a code with nothing to add has no line here.
WHY: Final[dict[str, str | Promise]] = {
    "digest": gettext_lazy("the row is not what its last lawful writing left"),
    "no_digest": gettext_lazy("no guarded writing laid this row down"),
    "gone": gettext_lazy("it was written and never removed by an action, and is not there"),
    "removed_yet_there": gettext_lazy("it was removed and is there again"),
    "no_action": gettext_lazy("written at %(at)s by the database login %(login)s, with no action"),
    "event_gone": gettext_lazy("written at %(at)s; its event may be one that was removed"),
    "seal": gettext_lazy("its seal does not fit what it says"),
    "bare": gettext_lazy("it has no seal"),
    "leaf": gettext_lazy("it is not what the hash tree holds"),
    "in_tree": gettext_lazy("the hash tree holds it at %(index)s and it is not there"),
    "named": gettext_lazy("event %(by)s names it as the one before, and it is not there"),
    "line_seal": gettext_lazy("a line of the hash tree does not fit its seal"),
    "line_gone": gettext_lazy("a line of the hash tree is missing"),
    "node": gettext_lazy("a node of the hash tree does not follow from its leaves"),
    "node_gone": gettext_lazy("a node of the hash tree is missing"),
    "node_new": gettext_lazy("a node that the hash tree does not have"),
    "pass": gettext_lazy("a pass of the sealer does not fit its seal or its neighbours"),
    "signature": gettext_lazy("its signature does not hold for what it says"),
    "root": gettext_lazy("the tree of %(size)s leaves has another root than was signed"),
    "shorter": gettext_lazy("the tree has %(reached)s leaves and once had %(size)s"),
    "kept_note": gettext_lazy("a checkpoint of %(size)s leaves, kept beside the database"),
    "head": gettext_lazy("the newest root, kept beside the database, does not fit"),
    "guard_missing": gettext_lazy("the guard of the table is missing"),
    "guard_off": gettext_lazy("the guard of the table is switched off"),
    "guard_altered": gettext_lazy("the guard of the table is not the one that was put up"),
    "stands": gettext_lazy("the lock against changes of this table is off or missing"),
    "against": gettext_lazy("the checkpoint %(file)s: %(why)s"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. Shape: `why` is a code of `WHY`; `more` fills its words."""

    kind: Kind
    table: str
    pk: int | None
    why: str
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        where = self.table if self.pk is None else f"{self.table} {self.pk}"
        return f"{where}: {KINDS[self.kind]} – {WHY[self.why] % self.more}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    events: int = 0
    changes: int = 0
    rows: int = 0
    size: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.findings

    def lines(self, most: int = 1000) -> list[str]:
        """Return a line a finding, and at the end what was looked at."""
        shown = [str(one) for one in self.findings[:most]]
        left = len(self.findings) - len(shown)
        if left:
            shown.append(_("… and %(count)s more findings") % {"count": left})
        counts = {"events": self.events, "changes": self.changes, "rows": self.rows,
                  "size": self.size, "unsealed": self.unsealed,
                  "checkpoints": self.checkpoints, "found": len(self.findings)}  # fmt: skip
        looked = _(
            "Looked at %(events)s events, %(changes)s writings and %(rows)s guarded rows;"
            " %(size)s leaves, %(unsealed)s not sealed yet, %(checkpoints)s checkpoints."
        )
        verdict = _("Nothing is wrong.") if self.sound else _("%(found)s findings.")
        return [*shown, looked % counts, verdict % counts]


def in_words(kept: dict[str, Any]) -> str:
    """Return a finding that was kept as JSON as one line."""
    return str(Finding(**kept))
