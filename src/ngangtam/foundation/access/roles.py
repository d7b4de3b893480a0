"""Roles and what each may do. Read by the legal side too: one line a permission."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One verb in one place; the place is the subtree of the grant."""

    PERSON_VIEW = "person.view"
    PERSON_VIEW_SENSITIVE = "person.view_sensitive"
    PERSON_CHANGE = "person.change"
    UNIT_CHANGE = "unit.change"
    INTAKE_RUN = "intake.run"
    TARGET_VIEW = "target.view"
    AUDIT_VIEW = "audit.view"
    SYSTEM_RUN = "system.run"


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions, granted to a person over a subtree for a period."""

    id: str
    label: str | Promise
    says: str | Promise
    permissions: frozenset[Permission]


_P = Permission

ROLES: Final = {
    role.id: role
    for role in (
        Role(
            "personnel_officer",
            _("Personnel officer"),
            _("Keeps the files of a unit and everything below it, brings in rosters."),
            frozenset({_P.PERSON_VIEW, _P.PERSON_VIEW_SENSITIVE, _P.PERSON_CHANGE, _P.UNIT_CHANGE,
                       _P.INTAKE_RUN, _P.TARGET_VIEW}),
        ),
        Role(
            "unit_head",
            _("Head of a unit"),
            _("Reads the files of the unit's own people and the targets."),
            frozenset({_P.PERSON_VIEW, _P.TARGET_VIEW}),
        ),
        Role(
            "inspector",
            _("Inspector"),
            _("Reads files, sensitive parts and the audit of the units under inspection."),
            frozenset({_P.PERSON_VIEW, _P.PERSON_VIEW_SENSITIVE, _P.TARGET_VIEW, _P.AUDIT_VIEW}),
        ),
        Role(
            "supervisor",
            _("Front supervisor"),
            _("Sees targets and statistics, no personal file."),
            frozenset({_P.TARGET_VIEW}),
        ),
        Role(
            "auditor",
            _("Auditor"),
            _("Reads the audit, not the files."),
            frozenset({_P.AUDIT_VIEW}),
        ),
        Role(
            "administrator",
            _("System administrator"),
            _("Runs the system and cannot read files."),
            frozenset({_P.SYSTEM_RUN}),
        ),
    )
}  # fmt: skip
