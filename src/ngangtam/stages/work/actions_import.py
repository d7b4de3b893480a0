"""Bringing in a list of tasks: looked at first, then all of it or nothing."""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ngangtam.foundation.access.models import User
from ngangtam.foundation.access.roles import Permission
from ngangtam.foundation.access.rules import require
from ngangtam.foundation.audit.steps import record
from ngangtam.foundation.files.names import clean_name
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.kernel.text import plain
from ngangtam.records.organisation.models import Unit
from ngangtam.records.personnel.models import Person
from ngangtam.stages.work import reading, steps
from ngangtam.stages.work.actions_plan import counted, give
from ngangtam.stages.work.events import EventType
from ngangtam.stages.work.models import Draft, Product, Task
from ngangtam.stages.work.reading import Known
from ngangtam.stages.work.values import Work

State = Draft.State


@transaction.atomic(durable=True)
def check_import(*, unit_id: int, data: bytes, name: str, by: User) -> Draft:
    """Look at a spreadsheet of tasks and keep a verdict for every row; no task is written.

    Errors: Forbidden without WORK_ASSIGN there; DomainError when the file cannot be read, or was
        brought in before.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, Permission.WORK_ASSIGN, str(unit.path))
    digest = hashlib.sha256(data).hexdigest()
    _refuse_again(unit, digest)
    # The readers of rosters read from disk.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"tasks{Path(name).suffix.lower()[:6]}"
        path.write_bytes(data)
        rows = reading.read(path, clean_name(name), known(unit))
    draft = Draft.objects.create(
        unit=unit, path=str(unit.path), name=clean_name(name)[:200], digest=digest,
        rows=[row.kept() for row in rows], made_by=by,
    )  # fmt: skip
    record(EventType.IMPORT_CHECKED, by=by, subject=unit, draft=draft.pk, file=draft.name,
           rows=reading.counted(draft.rows))  # fmt: skip
    return draft


def _refuse_again(unit: Unit, digest: str) -> None:
    before = Draft.objects.filter(unit=unit, digest=digest, state=State.COMMITTED).first()
    if before is not None:
        raise DomainError(
            _("This file was already brought in: %(count)s tasks.") % {"count": before.tasks_made}
        )


@transaction.atomic(durable=True)
def commit_import(*, draft_id: int, by: User) -> Draft:
    """Write the new rows of a list as tasks: all or none, one event.

    A list that is in already stays as it is and nothing happens twice; rows that became tasks
    meanwhile are left out.
    Errors: Forbidden without WORK_ASSIGN there; DomainError when a row cannot be given any more.
    """
    draft = _locked(draft_id, by)
    if draft.state == State.COMMITTED:
        return draft
    if draft.state != State.CHECKED:
        raise DomainError(_("This list was discarded."))
    there = _there(draft.unit)
    works = [
        work_of(row) for row in reading.news(draft.rows)
        if (row["person_id"], plain(row["title"]), row["due"], row["month"]) not in there
    ]  # fmt: skip
    if not works:
        raise DomainError(_("No row of this list is new."))
    planned = [one for one in works if one.person_id is None]
    assigned = [one for one in works if one.person_id is not None]
    tasks = give(draft.unit_id, assigned, by)
    tasks += give(draft.unit_id, planned, by, state=Task.State.PLANNED)
    draft.state, draft.tasks_made = State.COMMITTED, len(tasks)
    draft.settled_at = timezone.now()
    try:
        with transaction.atomic():
            draft.save(update_fields=["state", "tasks_made", "settled_at"])
    except IntegrityError as error:
        raise DomainError.from_constraint(Draft, error) from error
    record(EventType.IMPORTED, by=by, subject=draft.unit, draft=draft.pk, file=draft.name,
           **counted(tasks))  # fmt: skip
    return draft


@transaction.atomic(durable=True)
def discard_import(*, draft_id: int, by: User) -> Draft:
    """Put a list away that was only looked at."""
    draft = _locked(draft_id, by)
    if draft.state != State.CHECKED:
        raise DomainError(_("This list was settled already."))
    draft.state, draft.rows, draft.settled_at = State.DISCARDED, [], timezone.now()
    draft.save(update_fields=["state", "rows", "settled_at"])
    record(EventType.IMPORT_DISCARDED, by=by, subject=draft.unit, draft=draft.pk)
    return draft


def _locked(draft_id: int, by: User) -> Draft:
    rows = Draft.objects.select_related("unit")
    require(by, Permission.WORK_ASSIGN, str(rows.get(pk=draft_id).unit.path))
    return rows.select_for_update(of=("self",)).get(pk=draft_id)


def work_of(row: Mapping[str, Any]) -> Work:
    """Return the task that a row of a list says."""
    return Work(
        title=row["title"], due=date.fromisoformat(row["due"]),
        month=date.fromisoformat(f"{row['month']}-01"), quantity=Decimal(row["quantity"]),
        person_id=row["person_id"], product_id=row["product_id"], origin=row["origin"],
    )  # fmt: skip


def known(unit: Unit) -> Known:
    """Return what a list for the unit is compared with."""
    people = Person.objects.filter(home_path__within=str(unit.path), voided_at__isnull=True)
    numbers: dict[str, tuple[int, str]] = {}
    names: dict[str, list[int]] = defaultdict(list)
    for pk, number, name in people.values_list("pk", "number", "full_name"):
        numbers[number.upper()] = (pk, name)
        names[plain(name)].append(pk)
    products = Product.objects.standing().filter(unit__path__above=str(unit.path))
    return Known(
        numbers, names, {plain(one.code): one for one in products.order_by("valid")}, _there(unit)
    )


def _there(unit: Unit) -> frozenset[tuple[int | None, str, str, str]]:
    rows = Task.objects.filter(path__within=str(unit.path), state__in=steps.LIVE)
    return frozenset(
        (person, plain(title), due.isoformat(), f"{month:%Y-%m}")
        for person, title, due, month in rows.values_list("person_id", "title", "due", "month")
    )
