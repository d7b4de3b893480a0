"""Who leads whose work. The database's wall says the same (`ngangtam_may_lead`)."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import Viewer, may, require
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import Forbidden
from ngangtam.records.personnel.models import Posting
from ngangtam.records.personnel.queries.reach import own_person


def heads(people: Iterable[int | None], on: date | None = None) -> dict[int, list[str]]:
    """Return, for those who head units on the day, the paths of these units, topmost first."""
    asked = {one for one in people if one is not None}
    rows = Posting.objects.on(on or today()).filter(
        person_id__in=asked, post__head=True, post__voided_at__isnull=True
    )
    found: dict[int, list[str]] = {}
    for person, path in rows.values_list("person_id", "post__unit__path"):
        found.setdefault(person, []).append(str(path))
    return {person: sorted(paths, key=len) for person, paths in found.items()}


class Leading:
    """What one account may lead; read once for many tasks."""

    def __init__(self, by: Viewer, people: Iterable[int | None]) -> None:
        self.by = by
        self.own = own_person(by)
        self.heads = heads(people)

    def why_not(self, person_id: int | None, path: str) -> str:
        """Return why the account does not lead this work, "" when it does.

        Shape: nobody leads the own work; the work of a head is led from above the unit headed.
        """
        if not may(self.by, Permission.WORK_ASSIGN, path):
            return _("You have no grant for this act in this unit.")
        if person_id is None:
            return ""
        if person_id == self.own:
            return _("Nobody assigns or confirms the own work.")
        for top in self.heads.get(person_id, ()):
            above = top.rpartition(".")[0]
            if (
                above
                and (path == top or path.startswith(f"{top}."))
                and not may(self.by, Permission.WORK_ASSIGN, above)
            ):
                return _("The work of a unit's head is assigned and confirmed from above.")
        return ""

    def why_not_confirm(self, person_id: int | None, path: str) -> str:
        """Return why the account does not confirm this work: a unit's is confirmed from above."""
        above = path.rpartition(".")[0]
        if person_id is None and above and not may(self.by, Permission.WORK_ASSIGN, above):
            return _("The work of a unit is confirmed from above it.")
        return self.why_not(person_id, path)

    def require_confirm(self, person_id: int | None, path: str) -> None:
        """Errors: Forbidden, in words for the person who tried."""
        why = self.why_not_confirm(person_id, path)
        if why:
            raise Forbidden(why)

    def require(self, person_id: int | None, path: str) -> None:
        """Errors: Forbidden, in words for the person who tried."""
        why = self.why_not(person_id, path)
        if why:
            raise Forbidden(why)


def require_lead(by: Viewer, person_id: int | None, path: str) -> None:
    """Errors: Forbidden unless `by` leads the work of the person at that place."""
    Leading(by, [person_id]).require(person_id, path)


def may_keep_catalogue(by: Viewer, path: str) -> bool:
    """Whether the account keeps the unit's catalogue: who assigns there, or runs evaluation."""
    return may(by, Permission.WORK_ASSIGN, path) or may(by, Permission.EVALUATION_RUN, path)


def require_catalogue(by: Viewer, path: str) -> None:
    """Errors: Forbidden unless `by` keeps the catalogue there."""
    if not may_keep_catalogue(by, path):
        require(by, Permission.WORK_ASSIGN, path)
