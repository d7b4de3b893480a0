"""What a token may be used for: a subset of what its user may do, never more."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.roles import SENSITIVE, Permission
from ngangtam.records.personnel.queries.reach import Reach

_P = Permission


class Scope(StrEnum):
    """One group of operations."""

    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    SENSITIVE_READ = "sensitive.read"
    UNITS_READ = "units.read"
    FACTS_READ = "facts.read"
    FINDINGS_READ = "findings.read"
    TARGETS_READ = "targets.read"
    LAW_READ = "law.read"
    INTAKE_RUN = "intake.run"
    AUDIT_READ = "audit.read"


LABELS: Final[dict[Scope, str | Promise]] = {
    Scope.PEOPLE_READ: _("read people and their files, without sensitive parts"),
    Scope.PEOPLE_WRITE: _("open files, add, correct and strike out postings and records"),
    Scope.SENSITIVE_READ: _("read sensitive parts of files; each reading leaves a trace"),
    Scope.UNITS_READ: _("read units, posts and establishment"),
    Scope.FACTS_READ: _("read facts of people as of a day"),
    Scope.FINDINGS_READ: _("check people against standards"),
    Scope.TARGETS_READ: _("read targets and indicators"),
    Scope.LAW_READ: _("read the rulebook"),
    Scope.INTAKE_RUN: _("bring in rosters, commit and undo them"),
    Scope.AUDIT_READ: _("read events of the audit"),
}

# Through which permissions of the user each scope reaches; where it names none, anybody who
# signs in may read it.
CARRIES: Final[dict[Scope, frozenset[Permission]]] = {
    Scope.PEOPLE_READ: frozenset({_P.PERSON_VIEW}),
    Scope.PEOPLE_WRITE: frozenset({_P.PERSON_VIEW, _P.PERSON_CHANGE}),
    Scope.SENSITIVE_READ: frozenset(SENSITIVE),
    Scope.UNITS_READ: frozenset(),
    Scope.FACTS_READ: frozenset({_P.PERSON_VIEW}),
    Scope.FINDINGS_READ: frozenset({_P.PERSON_VIEW, _P.TARGET_VIEW}),
    Scope.TARGETS_READ: frozenset({_P.TARGET_VIEW}),
    Scope.LAW_READ: frozenset(),
    Scope.INTAKE_RUN: frozenset({_P.INTAKE_RUN, _P.PERSON_VIEW}),
    Scope.AUDIT_READ: frozenset({_P.AUDIT_VIEW}),
}


def narrowed(reach: Reach, scopes: frozenset[Scope]) -> Reach:
    """Return as much of what a user may do as some scopes let through."""
    through = frozenset[Permission]().union(*(CARRIES[scope] for scope in scopes))
    return Reach({verb: paths for verb, paths in reach.paths.items() if verb in through})
