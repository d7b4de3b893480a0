"""Roles and what each may do. Read by the legal side too: one line a permission."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Permission(StrEnum):
    """One verb in one place; the place is the subtree of the grant."""

    OWN_VIEW = "own.view"
    OWN_ASK = "own.ask"
    PERSON_VIEW = "person.view"
    PERSON_VIEW_SENSITIVE = "person.view_sensitive"
    PERSON_VIEW_FAMILY = "person.view_family"
    PERSON_VIEW_HEALTH = "person.view_health"
    PERSON_VIEW_POLITICAL = "person.view_political"
    PERSON_VIEW_DECLARATIONS = "person.view_declarations"
    PERSON_VIEW_DENUNCIATIONS = "person.view_denunciations"
    PERSON_CHANGE = "person.change"
    UNIT_CHANGE = "unit.change"
    INTAKE_RUN = "intake.run"
    TARGET_VIEW = "target.view"
    AUDIT_VIEW = "audit.view"
    WORK_ASSIGN = "work.assign"
    EVALUATION_VIEW = "evaluation.view"
    EVALUATION_RUN = "evaluation.run"
    EVALUATION_DECIDE = "evaluation.decide"
    CASE_VIEW = "case.view"
    CASE_RUN = "case.run"
    CASE_APPRAISE = "case.appraise"
    CASE_DECIDE = "case.decide"
    CASE_HOLD = "case.hold"
    BALLOT_RUN = "ballot.run"
    PLAN_KEEP = "plan.keep"
    PLAN_APPROVE = "plan.approve"
    GRANT_GIVE = "grant.give"
    GRANT_CONFIRM = "grant.confirm"
    SYSTEM_RUN = "system.run"


_P = Permission
SAYS: Final[dict[Permission, Text]] = {
    _P.OWN_VIEW: _("read the whole own file, and who looked at its sensitive parts"),
    _P.OWN_ASK: _("say what is wrong in the own file and attach proof"),
    _P.PERSON_VIEW: _("read the files of people, without their sensitive parts"),
    _P.PERSON_VIEW_SENSITIVE: _("read ethnicity, religion and the personal identity number"),
    _P.PERSON_VIEW_FAMILY: _("read family relations and relations abroad"),
    _P.PERSON_VIEW_HEALTH: _("read about health"),
    _P.PERSON_VIEW_POLITICAL: _("read the conclusion on political standards"),
    _P.PERSON_VIEW_DECLARATIONS: _("read declarations of assets and income"),
    _P.PERSON_VIEW_DENUNCIATIONS: _("read what came of complaints and denunciations"),
    _P.PERSON_CHANGE: _("open, change and correct files"),
    _P.UNIT_CHANGE: _("change units, posts and establishment"),
    _P.INTAKE_RUN: _("bring in rosters"),
    _P.TARGET_VIEW: _("see targets and statistics"),
    _P.AUDIT_VIEW: _("read the audit: who did and who read what"),
    _P.WORK_ASSIGN: _("keep the catalogue of products, assign work, confirm it and score"),
    _P.EVALUATION_VIEW: _("read evaluation sheets, results and classes"),
    _P.EVALUATION_RUN: _("open and close evaluation cycles, propose classes, publish"),
    _P.EVALUATION_DECIDE: _("decide classes and answer petitions against them"),
    _P.CASE_VIEW: _("read personnel cases, succession plans and the results of votes"),
    _P.CASE_RUN: _("open personnel cases, keep their dossiers and carry them forward"),
    _P.CASE_APPRAISE: _("appraise what others proposed in a personnel case"),
    _P.CASE_DECIDE: _("decide personnel cases and allow a special case with a reason"),
    _P.CASE_HOLD: _("place a hold on a personnel case or a person, and lift it"),
    _P.BALLOT_RUN: _("prepare votes, name tellers, open and close the voting"),
    _P.PLAN_KEEP: _("keep succession plans and structure plans"),
    _P.PLAN_APPROVE: _("approve succession plans and structure plans"),
    _P.GRANT_GIVE: _("give roles to others and end them"),
    _P.GRANT_CONFIRM: _("confirm, refuse and end roles that another person gave"),
    _P.SYSTEM_RUN: _("run the system: accounts, health, backup"),
}
# What each of these lets read leaves a trace that the person can see.
SENSITIVE: Final = (
    _P.PERSON_VIEW_SENSITIVE, _P.PERSON_VIEW_FAMILY, _P.PERSON_VIEW_HEALTH,
    _P.PERSON_VIEW_POLITICAL, _P.PERSON_VIEW_DECLARATIONS, _P.PERSON_VIEW_DENUNCIATIONS,
)  # fmt: skip
# A role that may do only this takes effect on the word of one person; see ADR 0023.
HARMLESS: Final = frozenset({_P.OWN_VIEW, _P.OWN_ASK, _P.TARGET_VIEW})


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions, granted to a person over a subtree for a period.

    Shape: an `implied` role is nobody's to grant; it comes with an account that is linked to a
        person, over that person's own file alone.
    """

    id: str
    label: Text
    says: Text
    permissions: frozenset[Permission]
    implied: bool = False

    @property
    def guarded(self) -> bool:
        """Whether a second person must confirm the grant before it confers anything."""
        return bool(self.permissions - HARMLESS)


ROLES: Final = {
    role.id: role
    for role in (
        Role(
            "official",
            _("Official"),
            _("Sees the own file and the own work. Comes with the account; nobody grants it."),
            frozenset({_P.OWN_VIEW, _P.OWN_ASK}),
            implied=True,
        ),
        Role(
            "unit_head",
            _("Head of a unit"),
            _("Reads the files of the unit's people and the targets; assigns and confirms work,"
              " decides classes; confirms who else may."),
            frozenset({_P.PERSON_VIEW, _P.TARGET_VIEW, _P.GRANT_CONFIRM, _P.WORK_ASSIGN,
                       _P.EVALUATION_VIEW, _P.EVALUATION_DECIDE, _P.CASE_VIEW, _P.CASE_DECIDE,
                       _P.PLAN_APPROVE}),
        ),
        Role(
            "personnel_officer",
            _("Personnel officer"),
            _("Keeps the files of a unit and everything below it, brings in rosters."),
            frozenset({_P.PERSON_VIEW, _P.PERSON_VIEW_SENSITIVE, _P.PERSON_VIEW_FAMILY,
                       _P.PERSON_VIEW_HEALTH, _P.PERSON_VIEW_POLITICAL,
                       _P.PERSON_VIEW_DECLARATIONS, _P.PERSON_CHANGE, _P.UNIT_CHANGE,
                       _P.INTAKE_RUN, _P.TARGET_VIEW, _P.GRANT_GIVE, _P.EVALUATION_VIEW,
                       _P.EVALUATION_RUN, _P.CASE_VIEW, _P.CASE_RUN, _P.BALLOT_RUN,
                       _P.PLAN_KEEP}),
        ),
        Role(
            "appraiser",
            _("Appraiser"),
            _("Appraises what others proposed: reads the files and dossiers of personnel cases."),
            frozenset({_P.PERSON_VIEW, _P.PERSON_VIEW_POLITICAL, _P.CASE_VIEW, _P.CASE_APPRAISE}),
        ),
        Role(
            "deciding_member",
            _("Member of a deciding body"),
            _("Reads the files of those on whom the body decides, and their political conclusion."),
            frozenset({_P.PERSON_VIEW, _P.PERSON_VIEW_POLITICAL, _P.TARGET_VIEW,
                       _P.EVALUATION_VIEW, _P.EVALUATION_DECIDE, _P.CASE_VIEW, _P.CASE_DECIDE,
                       _P.PLAN_APPROVE}),
        ),
        Role(
            "inspector",
            _("Inspector"),
            _("Reads files, sensitive parts and the audit of the units under inspection."),
            frozenset({_P.PERSON_VIEW, *SENSITIVE, _P.TARGET_VIEW, _P.AUDIT_VIEW,
                       _P.EVALUATION_VIEW, _P.CASE_VIEW, _P.CASE_HOLD}),
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
            _("Runs the system and prepares grants for others to confirm; cannot read files."),
            frozenset({_P.SYSTEM_RUN, _P.GRANT_GIVE}),
        ),
    )
}  # fmt: skip

GRANTABLE: Final = tuple(role for role in ROLES.values() if not role.implied)
