"""Units that an import made because nobody had set them up: made, let go, and made again."""

from datetime import date
from typing import Final

from ngangtam.foundation.access.models import Grant
from ngangtam.records.intake.models import Batch
from ngangtam.records.organisation import steps as organisation
from ngangtam.records.organisation.models import Unit, UnitSuccession, UnitVersion
from ngangtam.records.personnel.models import Person

ROSTER: Final = "roster"
_GONE: Final = (Batch.State.UNDONE, Batch.State.DISCARDED)


def make(code: str, name: str, *, day: date) -> Unit:
    """Set up a unit below the root for a roster to come into."""
    source = organisation.add_source(kind=ROSTER, name=name, day=day)
    return organisation.add_unit(
        code=code, name=name, parent=organisation.root_unit(), first_day=day, source=source
    )


def is_let_go(unit: Unit) -> bool:
    """Whether every version of the unit was struck out: it never stood."""
    return not unit.versions.filter(voided_at=None).exists()


def let_go(batch: Batch, *, by: str, reason: str) -> bool:
    """Strike out the unit of an undone batch when an import made it and nothing stands on it.

    Shape: whether it was struck out. The row stays, ended before it began, under its code.
    """
    unit = batch.unit
    versions = list(unit.versions.filter(voided_at=None).select_related("source"))
    made_here = len(versions) == 1 and versions[0].source and versions[0].source.kind == ROSTER
    if not made_here or _is_stood_on(unit, batch):
        return False
    organisation.void_version(versions[0], by=by, reason=reason)
    return True


def _is_stood_on(unit: Unit, batch: Batch) -> bool:
    """Whether posts, people, units, roles or other rosters rest on the unit."""
    others = Batch.objects.filter(unit=unit).exclude(pk=batch.pk).exclude(state__in=_GONE)
    rests = (
        unit.posts.filter(voided_at=None),
        unit.establishments.filter(voided_at=None),
        UnitVersion.objects.filter(parent=unit, voided_at=None),
        UnitSuccession.objects.filter(before=unit),
        UnitSuccession.objects.filter(after=unit),
        Person.objects.filter(home_unit=unit, voided_at=None),
        Grant.objects.filter(path=unit.path),
        others,
    )
    return any(rows.exists() for rows in rests)
