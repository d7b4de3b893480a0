"""Who may score which sheet. The database's wall says the same (`ngangtam_may_score`)."""

from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, scopes
from ngangtam.foundation.kernel.problems import Forbidden
from ngangtam.records.personnel.queries.reach import is_within, own_person
from ngangtam.stages.evaluation.models import Sheet


class Scoring:
    """What one account may score; read once for many sheets."""

    def __init__(self, by: Viewer) -> None:
        self.own = own_person(by)
        self.decide = scopes(by, Permission.EVALUATION_DECIDE)
        self.assign = scopes(by, Permission.WORK_ASSIGN)
        self.run = scopes(by, Permission.EVALUATION_RUN)

    def is_own(self, sheet: Sheet) -> bool:
        """Whether it is the sheet of the account's own person."""
        return sheet.person_id is not None and sheet.person_id == self.own

    def why_not(self, sheet: Sheet) -> str:
        """Return why the account does not score this sheet, "" when it does.

        Shape: nobody scores the own sheet; that of a unit's head, and of the unit itself, is
            scored from above the unit. At the top of the tree whoever decides there does.
        """
        if self.is_own(sheet):
            return _("Nobody scores the own sheet.")
        path = str(sheet.path)
        if not _over(path, [*self.decide, *self.assign]):
            return _("You have no grant for this act in this unit.")
        if not (sheet.head or sheet.person_id is None):
            return ""
        above = path.rpartition(".")[0]
        held = [*self.decide, *self.assign] if above else self.decide
        if _over(above or path, held):
            return ""
        if sheet.person_id is None:
            return _("A unit is scored from above it.")
        return _("The head of a unit is scored from above the unit.")

    def may(self, sheet: Sheet) -> bool:
        return not self.why_not(sheet)

    def require(self, sheet: Sheet) -> None:
        """Errors: Forbidden, in words for the person who tried."""
        why = self.why_not(sheet)
        if why:
            raise Forbidden(why)

    def speaks_for(self, sheet: Sheet) -> bool:
        """Whether the account says the own points: the person, or the unit's head for the unit."""
        if sheet.person_id is None:
            return _over(str(sheet.path), self.assign)
        return self.is_own(sheet)

    def settles(self, sheet: Sheet) -> bool:
        """Whether the account is the personnel office of the place, and it is not its own sheet."""
        return not self.is_own(sheet) and _over(str(sheet.path), self.run)


def _over(path: str, held: list[str]) -> bool:
    return any(is_within(path, top) for top in held)
