"""Events in words: what each type is called, and what its particulars mean.

Rooms call their own events by name (`LABELS` in their `events.py`, found through the installed
apps, as Django finds models); what they leave unnamed is named here. A type that nobody named
shows as it is.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.records.personnel.catalogues import label
from ngangtam.records.personnel.kinds import KINDS
from ngangtam.records.personnel.models import IdentityChange

Text = str | Promise

_OURS: Final[dict[str, Text]] = {
    "unit.created": _("Unit set up"),
    "unit.renamed": _("Unit renamed"),
    "unit.moved": _("Unit moved under another"),
    "unit.merged": _("Units merged"),
    "unit.split": _("Unit split"),
    "unit.ended": _("Unit ended"),
    "establishment.set": _("Establishment set"),
    "post.added": _("Post set up"),
    "post.changed": _("Post changed"),
    "post.closed": _("Post closed"),
    "intake.checked": _("Roster handed in"),
    "intake.committed": _("Roster brought in"),
    "intake.undone": _("Roster taken back"),
    "intake.discarded": _("Roster discarded"),
    "intake.decided": _("Decided who is who in a roster"),
    "intake.mapped": _("Columns of a roster given a meaning"),
    "intake.ordered": _("Roster ordered to be brought in"),
    "intake.template_saved": _("Mapping of columns saved"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "account.locked_out": _("Sign-in locked after failed tries"),
    "account.password_chosen": _("Password changed"),
    "account.password_given": _("New password given out"),
    "account.link_refused": _("Outside identity refused"),
    "account.created": _("Account opened"),
    "account.disabled": _("Account closed"),
    "account.enabled": _("Account opened again"),
    "account.factor_added": _("Second step of signing in added"),
    "account.factor_removed": _("Second step of signing in removed"),
    "account.factors_forgotten": _("Second steps of signing in reset"),
    "account.recovery_codes_made": _("Recovery codes made"),
    "account.recovery_code_used": _("Recovery code used"),
    "account.sessions_ended": _("Sessions ended"),
    "account.identity_laid_down": _("Outside identity laid down"),
    "account.identity_removed": _("Outside identity removed"),
    "account.linked": _("Account linked to an outside identity"),
    "account.unlinked": _("Account unlinked from an outside identity"),
    "token.made": _("Access token made"),
    "token.revoked": _("Access token revoked"),
    "audit.baseline": _("Records taken as they stand"),
    "audit.migrated": _("Records changed by a new version"),
    "audit.exported": _("Journal exported"),
    "day.begun": _("What was decided ahead took effect"),
    "instance.prepared": _("System set up"),
    "areas.loaded": _("Areas loaded"),
    "bench.prepared": _("Prepared for measuring"),
    "bench.closed": _("Cleared up after measuring"),
    "demo.loaded": _("Fictional province loaded"),
    "demo.played": _("Months of the fictional province played"),
    "demo.generated": _("Generated people loaded"),
    "backup.taken": _("Backup written"),
    "backup.restored": _("Restored from a backup"),
    "backup.settled": _("Lists laid anew after restoring"),
}


@cache
def labels() -> dict[str, Text]:
    """Return what every type of event is called."""
    found: dict[str, Text] = dict(_OURS)
    for app in apps.get_app_configs():
        name = f"{app.name}.events"
        if app.name.startswith("ngangtam.") and find_spec(name) is not None:
            named: Mapping[Any, Text] = getattr(import_module(name), "LABELS", {})
            found.update({str(key): text for key, text in named.items()})
    return found


SUBJECTS: Final[dict[str, Text]] = {
    "personnel.person": _("File of a person"),
    "organisation.unit": _("Unit"),
    "organisation.decision": _("Decision"),
    "access.user": _("Account"),
    "access.grant": _("Role"),
    "corrections.request": _("Request of an official"),
    "corrections.proposal": _("Proposal for a second officer"),
    "corrections.account": _("Link of an account to a person"),
    "api.token": _("Access token"),
    "intake.batch": _("Roster"),
    "intake.mappingtemplate": _("Mapping of columns"),
}
_KEYS: Final[dict[str, Text]] = {
    "reason": _("Reason"), "proposals": _("Waiting for a second officer"),
    "unit": _("Unit"), "post": _("Post"), "posting": _("Posting"),
    "record": _("Record"), "kind": _("Kind"), "voided": _("Voided record"), "code": _("Code"),
    "parent": _("Under"), "merged": _("Merged units"), "into": _("New units"),
    "ends": _("The old unit ends"), "first_day": _("First day"), "until": _("Until"),
    "on": _("On the day"), "day": _("Day"), "basis": _("Basis"), "regime": _("Regime"),
    "number": _("Number"), "title": _("Title"), "seats": _("Seats"), "files": _("Files"),
    "decision": _("Decision"), "matches": _("Matches"), "columns": _("Columns"),
    "template": _("Template"), "people": _("People"), "known": _("People already known"),
    "records": _("Records"), "part": _("Part"), "parts": _("Parts"), "purpose": _("Purpose"),
    "asked": _("What was asked for"), "style": _("Form"), "field": _("Field"),
    "fields": _("Fields"), "role": _("Role"), "user": _("Account"), "path": _("Place"),
    "waiting": _("Waits for confirmation"), "grants": _("Roles"), "username": _("Account"),
    "sessions_ended": _("Sessions ended"), "provider": _("Provider"), "days": _("Days"),
    "tables": _("Tables"), "rows": _("Rows"), "gone": _("Rows gone"),
    "xacts": _("Transactions"), "batch": _("Roster"), "same": _("The same people"),
    "apart": _("Different people"), "new_unit": _("Sets up the unit"), "units": _("Units"),
    "seed": _("Seed"), "bare_until": _("Events before seals"), "file": _("File"),
    "paper": _("Paper"), "events": _("Events"),
}  # fmt: skip
# Codes of the rulebook's catalogues, by the particular that holds them.
_CODED: Final = {"regime": "regime", "level": "level", "title_kind": "title_kind"}
_MOST: Final = 20


def type_label(name: str) -> str:
    return str(labels().get(name, name))


def subject_label(name: str) -> str:
    return str(SUBJECTS.get(name, name))


def key_label(name: str) -> str:
    return str(_KEYS.get(name, name.replace("_", " ")))


def value_words(key: str, value: Any) -> str:
    """Return a particular of an event as text for people."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        shown = [value_words(key, one) for one in value[:_MOST]]
        left = len(value) - len(shown)
        return ", ".join(shown) + (f" … (+{left})" if left else "")
    if isinstance(value, Mapping):
        return _mapping_words(value)
    return "" if value is None else _code_words(key, str(value))


def _mapping_words(value: Mapping[str, Any]) -> str:
    if "name" in value:
        return str(value["name"])
    return "; ".join(
        f"{key_label(name)}: {value_words(name, one)}"
        for name, one in value.items()
        if one not in ("", None)
    )


def _code_words(key: str, value: str) -> str:
    if key == "kind" and value in KINDS:
        return str(KINDS[value].label)
    if key in ("field", "fields"):
        return IdentityChange(field=value).label
    return label(_CODED[key], value) if key in _CODED else value
